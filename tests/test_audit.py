"""The audit of the pinned packages: it finds a weakness, and says so where it cannot look."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug import Request, Response
from werkzeug.serving import make_server

ROOT = Path(__file__).parents[1]
WEAKNESS = {
    "id": "GHSA-462w-v97r-4m45",
    "aliases": ["CVE-2019-10906"],
    "summary": "Jinja2 sandbox escape via string formatting",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "jinja2"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.10.1"}]}],
        }
    ],
}
"""An answer of the service, in its own form."""


@contextmanager
def service(weak: Collection[tuple[str, str]], latest: str = "") -> Iterator[str]:
    """A stand-in for the service that knows the weak packages, as (name, version)."""

    @Request.application
    def answer(request: Request) -> Response:
        query = json.loads(request.get_data())
        name, version = query["package"]["name"], query["version"]
        known = (name, version) in weak or name == latest
        affected = [{**WEAKNESS["affected"][0], "package": {"ecosystem": "PyPI", "name": name}}]  # type: ignore[dict-item]
        found = {"vulns": [{**WEAKNESS, "affected": affected}]} if known else {}
        return Response(json.dumps(found), mimetype="application/json")

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def audit(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ".ci/audit.py", "--osv-url", url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_pinned_package_with_a_weakness_stops_the_lint() -> None:
    with service([("jinja2", "2.10")], latest="lxml") as url:
        done = audit(url)

    assert done.returncode == 1, done.stderr
    assert re.search(r"(?m)^lxml +\S+ +CVE-2019-10906", done.stdout)


@pytest.mark.slow
def test_without_a_weakness_all_is_well() -> None:
    with service([("jinja2", "2.10")]) as url:
        done = audit(url)

    assert done.returncode == 0
    assert done.stdout.strip().endswith("No known vulnerabilities found")


@pytest.mark.slow
def test_a_service_that_knows_nothing_is_not_believed() -> None:
    with service([]) as url:
        done = audit(url)

    assert done.returncode == 0
    assert done.stdout == (
        "pip-audit skipped: it does not find the weakness of jinja2==2.10, so its data is not"
        " there\n"
    )


@pytest.mark.slow
def test_a_service_that_cannot_be_reached_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = audit(f"http://127.0.0.1:{port}")

    assert done.returncode == 0
    assert done.stdout.startswith("pip-audit skipped: ")
    assert "Connection refused" in done.stdout
