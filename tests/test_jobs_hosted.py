"""The hosted workflow, step by step, with a release, a register on PostgreSQL and a public repository on
this machine. Takes a minute: `make jobs`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.world.group import Group
from tests.world.registers import fresh

ROOT = Path(__file__).parents[1]
WORKFLOW = yaml.safe_load((ROOT / "jobs" / "hosted-workflow.yml").read_text("utf-8"))
KEY = "f" * 64

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not os.environ.get("SHIPPED"), reason="takes a minute: make jobs"),
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not here"),
]


def test_every_step_of_the_hosted_workflow_does_what_it_is_for(tmp_path: Path) -> None:
    checkout, pages = tmp_path / "checkout", tmp_path / "pages.git"
    checkout.mkdir()
    Group(checkout, config='[workbook]\nxlsx = "plan.xlsx"\n[reports]\nout = "reports"\n')
    make = ["make", "--assume-old=.venv/.ready", "release", f"DIST={checkout / 'program'}"]
    subprocess.run(make, cwd=ROOT, check=True, capture_output=True)
    subprocess.run(["git", "init", "--quiet", "--bare", pages], check=True)
    # What actions/setup-python puts before all else in the PATH.
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "python"], check=True)
    environment = {**os.environ, "PATH": f"{tmp_path / 'python' / 'bin'}:/usr/bin:/bin"}
    environment["HOME"] = str(tmp_path)
    environment.setdefault("PIP_CONFIG_FILE", str(Path.home() / ".config" / "pip" / "pip.conf"))

    with fresh("postgresql", tmp_path) as url:
        values = {
            "secrets.GOOGLE_KEY": '{"type": "service_account"}',
            "secrets.REGISTER_URL": url.replace("+psycopg", ""),
            "secrets.MAIL_PASSWORD": "",
            "secrets.GROUP_KEY": KEY,
            "secrets.PAGES_KEY": "key",
            "vars.PAGES_REPOSITORY": str(pages),
        }
        said = [_run(step, checkout, environment, values) for step in _steps()]

    assert any("The public site has" in words for words in said)
    listed = ["git", "--git-dir", str(pages), "ls-tree", "-r", "--name-only", "pages"]
    shown = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split()
    assert "index.html" in shown
    assert not [name for name in shown if "private" in name or "key" in name]
    left = {path.name for path in checkout.rglob("*")}
    assert not left & {"credentials.json", "pages.key", "private"}


def _steps() -> list[dict[str, object]]:
    return [step for step in WORKFLOW["jobs"]["monthly"]["steps"] if "run" in step]


def _run(
    step: dict[str, object], checkout: Path, environment: dict[str, str], values: dict[str, str]
) -> str:
    """Runs a step as the service does: in bash that stops at an error, with its own environment."""
    own = {name: _filled(str(words), values) for name, words in dict(step.get("env", {})).items()}  # type: ignore[call-overload]
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", str(step["run"])],
        cwd=checkout / str(step.get("working-directory", ".")),
        env={**environment, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (step.get("name"), done.stdout[-2000:], done.stderr[-3000:])
    return done.stdout + done.stderr


def _filled(words: str, values: dict[str, str]) -> str:
    return values[words.removeprefix("${{ ").removesuffix(" }}")]
