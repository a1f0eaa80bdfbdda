"""The schedulers' files, as far as a machine without the internet can tell that they would run."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cronsim import CronSim

JOBS = Path(__file__).parents[1] / "jobs"


def commands(text: str) -> list[list[str]]:
    """Every call of the program in a file, as its words after `budgettrack`."""
    return [
        found.split()
        for found in re.findall(
            r"(?:^|[ /])budgettrack ((?:monthly|schedule|report)[^|&\n\"]*)", text, re.M
        )
    ]


@pytest.mark.parametrize("name", ["crontab.example", "budgettrack.service", "hosted-workflow.yml"])
def test_every_command_in_a_job_is_one_that_the_program_has(name: str) -> None:
    found = commands((JOBS / name).read_text("utf-8"))
    assert found
    for words in found:
        plain = [word for word in words if not word.startswith("2>") and word != "monthly.log"]
        done = subprocess.run(
            [sys.executable, "-m", "budgettrack", *plain, "--help"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (words, done.stderr)


def test_the_crontab_fires_once_a_day() -> None:
    lines = [
        line
        for line in (JOBS / "crontab.example").read_text("utf-8").splitlines()
        if line[:1].isdigit()
    ]
    (line,) = lines
    times = CronSim(" ".join(line.split()[:5]), datetime(2026, 2, 27))
    found = [next(times) for _ in range(4)]
    assert [(each.month, each.day) for each in found] == [(2, 27), (2, 28), (3, 1), (3, 2)]
    assert all(other - one == timedelta(days=1) for one, other in itertools.pairwise(found))
    shell = " ".join(line.split()[5:])
    assert subprocess.run(["sh", "-n", "-c", shell], check=False).returncode == 0


def _systemd() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not on this machine")
    return program


def test_systemd_accepts_service_and_timer(tmp_path: Path) -> None:
    program = _systemd()
    for name in ("budgettrack.service", "budgettrack.timer"):
        text = (
            (JOBS / name)
            .read_text("utf-8")
            .replace("/var/lib/budgettrack/.venv/bin/budgettrack", "/bin/true")
        )
        (tmp_path / name).write_text(text.replace("User=budgettrack", "User=daemon"))
    done = subprocess.run(
        [
            program,
            "verify",
            "--man=no",
            str(tmp_path / "budgettrack.service"),
            str(tmp_path / "budgettrack.timer"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    ours = [line for line in done.stderr.splitlines() if "budgettrack." in line]
    assert ours == []


def test_the_timer_names_a_moment_of_every_day() -> None:
    text = (JOBS / "budgettrack.timer").read_text("utf-8")
    assert "Persistent=true" in text
    (when,) = re.findall(r"^OnCalendar=(.+)$", text, re.M)
    done = subprocess.run(
        [_systemd(), "calendar", "--iterations=2", when],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    days = re.findall(r"\d{4}-\d{2}-(\d{2}) 06:00:00", done.stdout)
    assert len(set(days)) == 2


def test_the_service_runs_as_an_ordinary_user_with_little_around_it() -> None:
    text = (JOBS / "budgettrack.service").read_text("utf-8")
    for line in (
        "User=budgettrack",
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        "SuccessExitStatus=3",
        "UMask=0077",
    ):
        assert f"\n{line}\n" in text
    done = subprocess.run(
        [
            _systemd(),
            "security",
            "--offline=true",
            "--threshold=30",
            str(JOBS / "budgettrack.service"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-1500:]


def test_the_hosted_workflow_holds_against_its_schema() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.github-workflows",
            str(JOBS / "hosted-workflow.yml"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    text = (JOBS / "hosted-workflow.yml").read_text("utf-8")
    (cron,) = re.findall(r'cron: "([^"]+)"', text)
    next(CronSim(cron, datetime(2026, 1, 1)))
    assert re.findall(r"path: (\S+)", text) == ["reports/public"], "only the public folder leaves"
    assert "rm -rf credentials.json reports/private" in text
    assert not re.search(r"(?i)password: [^$\s]", text)


def test_the_hosted_workflow_stops_at_a_register_in_a_file(tmp_path: Path) -> None:
    import yaml

    steps = yaml.safe_load((JOBS / "hosted-workflow.yml").read_text("utf-8"))["jobs"]["monthly"][
        "steps"
    ]
    (script,) = [step["run"] for step in steps if "budgettrack monthly" in step.get("run", "")]
    (tmp_path / "budgettrack").write_text("#!/bin/sh\necho ran\n")
    (tmp_path / "budgettrack").chmod(0o755)
    for url, key, code, said in (
        ("sqlite:///register.sqlite", "f" * 64, 1, "must begin with postgresql"),
        ("postgresql://h/d", "", 1, "GROUP_KEY must hold the content of .budgettrack.key"),
        ("postgresql://h/d", "f" * 64, 0, "ran"),
    ):
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "PATH": f"{tmp_path}:{os.environ['PATH']}",
                "BUDGETTRACK_REGISTER": url,
                "BUDGETTRACK_KEY": key,
            },
        )
        assert (done.returncode, said in done.stdout) == (code, True)


def test_the_container_file_is_sound() -> None:
    done = subprocess.run(
        ["hadolint", "--failure-threshold", "warning", str(JOBS / "Containerfile")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stdout
