"""Asks pip-audit whether a pinned package has a known weakness. A part of `make lint`.

Without its data pip-audit may report that all is well. So it is asked first about a version whose
weakness has been known for years. If it does not find that one, the audit is skipped, with the
reason. Arguments are passed on to pip-audit.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

WEAK = "jinja2==2.10"
"""It escapes from its sandbox: CVE-2019-10906."""

PINNED = ("requirements/uv.txt", "requirements/development.txt")
"""`development.txt` has everything that `run.txt` has."""


def asked(*words: str) -> subprocess.CompletedProcess[str]:
    """Runs pip-audit on requirements that are pinned already, so that it asks no package index."""
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv"]
    command += ["--disable-pip", "--progress-spinner", "off", *words, *sys.argv[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def unreachable() -> str:
    """Returns why pip-audit has no data, or "" if it finds the known weakness."""
    with tempfile.TemporaryDirectory() as folder:
        known = Path(folder) / "weak.txt"
        known.write_text(WEAK + "\n", "utf-8")
        answer = asked("--no-deps", "--format", "json", "-r", str(known))
    try:
        (package,) = json.loads(answer.stdout)["dependencies"]
        if package["vulns"]:
            return ""
        return f"it does not find the weakness of {WEAK}, so its data is not there"
    except ValueError:
        return answer.stderr.strip().rpartition("\n")[2][:400]


def main() -> int:
    why = unreachable()
    if why:
        print(f"pip-audit skipped: {why}")
        return 0
    files = [word for name in PINNED for word in ("-r", name)]
    done = asked("--require-hashes", *files)
    print(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
