"""The schedulers' files, run as they will be run: the unit under its filter and protections, the cron
line in its shell, and what `schedule --install` writes. The container and the hosted workflow take
longer: `make jobs`."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cronsim import CronSim

from budgettrack import files
from tests.world import confined
from tests.world.group import Group
from tests.world.partners import Sending, partners
from tests.world.smtp_server import PASSWORD, MailHost, address

JOBS = Path(__file__).parents[1] / "jobs"


UNITS = (
    "budgettrack.service",
    "budgettrack.timer",
    "budgettrack-plan.service",
    "budgettrack-plan.timer",
    "budgettrack-worker@.service",
)


def _without_variables(words: list[str]) -> list[str]:
    return [word for word in words if not word.startswith("$")]


def commands(text: str) -> list[list[str]]:
    """Every call of the program in a file, as its words after `budgettrack`."""
    return [
        found.split()
        for found in re.findall(
            r"(?:^|[ /])budgettrack ((?:--quiet |)(?:monthly|schedule|report|host (?:plan|work))[^|&\n\"`]*)",
            text,
            re.M,
        )
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "crontab.example",
        "budgettrack.service",
        "hosted-workflow.yml",
        "budgettrack-plan.service",
        "budgettrack-worker@.service",
    ],
)
def test_every_command_in_a_job_is_one_that_the_program_has(name: str) -> None:
    found = commands((JOBS / name).read_text("utf-8"))
    assert found
    for words in found:
        done = subprocess.run(
            [sys.executable, "-m", "budgettrack", *_without_variables(words), "--help"],
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
    for name in UNITS:
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
            *(str(tmp_path / name.replace("@", "@1")) for name in UNITS),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    ours = [line for line in done.stderr.splitlines() if "budgettrack" in line]
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


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_the_service_runs_as_an_ordinary_user_with_little_around_it(name: str) -> None:
    text = (JOBS / name).read_text("utf-8")
    for line in (
        "User=budgettrack",
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        "Restart=always" if "worker" in name else "SuccessExitStatus=3",
        "UMask=0077",
    ):
        assert f"\n{line}\n" in text
    done = subprocess.run(
        [
            _systemd(),
            "security",
            "--offline=true",
            "--threshold=30",
            str(JOBS / name),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-1500:]


@pytest.mark.slow
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
    assert "rm -rf credentials.json pages.key reports/private" in text
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


# The unit, under its filter and protections


@pytest.fixture
def host(tmp_path: Path) -> Iterator[MailHost]:
    with MailHost(tmp_path) as made:
        yield made


@dataclass(frozen=True, slots=True)
class Service:
    """What the unit's run needs: its text, the group, its mail server, the credential, the web folder."""

    unit: str
    group: Sending
    host: MailHost
    credential: Path
    web: Path

    def run(self) -> subprocess.CompletedProcess[str]:
        (line,) = re.findall(r"(?m)^ExecStart=\S+ (.*)$", self.unit)
        (name,) = re.findall(r"(?m)^#?Environment=(\w+)=%d/mail-password$", self.unit)
        # The folder of [deliver] is in ReadWritePaths.
        write = [self.web] if f"-{self.web}" in self.unit else []
        return confined.run(
            self.unit,
            [sys.executable, "-m", "budgettrack", *line.split()],
            self.group.folder,
            self.credential,
            write=write,
            read=[self.host.authorities, *([] if write else [self.web])],
            environment={name: str(self.credential), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )


def _serve(tmp_path: Path, host: MailHost, unit: str) -> Service:
    """The group's folder belongs to the unit's user. The credential is as systemd makes it: it belongs
    to root, mode 0400, and a list gives the user the right to read, so that `stat` shows 0440."""
    folder, web, credential = tmp_path / "state", tmp_path / "web", tmp_path / "mail-password"
    for made in (folder, web):
        made.mkdir()
    group = Sending(folder, host, to=partners(), more=f'[deliver]\nfolder = "{web}"\n')
    credential.write_text(PASSWORD)
    credential.chmod(0o400)
    given = ["setfacl", "-m", f"u:{confined.USER}:r", str(credential)]
    subprocess.run(given, check=True)
    assert stat.S_IMODE(credential.stat().st_mode) == 0o440
    for path in (folder, web, *folder.rglob("*")):
        os.chown(path, confined.USER, confined.USER)
    return Service(unit.replace("-/srv/www/books", f"-{web}"), group, host, credential, web)


needs_linux = pytest.mark.skipif(bool(confined.MISSING), reason=confined.MISSING)


@needs_linux
def test_the_service_does_a_whole_month_under_its_filter_and_protections(
    tmp_path: Path, host: MailHost
) -> None:
    service = _serve(tmp_path, host, (JOBS / "budgettrack.service").read_text("utf-8"))

    done = service.run()

    assert done.returncode in (0, 3), done.stderr
    assert "deliver done" in done.stderr
    assert host.to(address("everybody")), "the month's mail was sent with the credential's password"
    assert list(service.web.glob("2026-*.html")), "the site is in the folder of [deliver]"
    workbook = service.group.path.stat()
    assert (workbook.st_uid, stat.S_IMODE(workbook.st_mode)) == (confined.USER, 0o600)
    assert service.group.path.with_name("plan.previous.xlsx").is_file(), "the workbook was written"


@needs_linux
def test_a_service_whose_unit_does_not_name_the_public_folder_says_what_it_cannot_write(
    tmp_path: Path, host: MailHost
) -> None:
    text = (JOBS / "budgettrack.service").read_text("utf-8")
    service = _serve(tmp_path, host, text.replace("ReadWritePaths=-/srv/www/books\n", ""))

    done = service.run()

    assert (
        f"The public folder {service.web} cannot be written: Read-only file system" in done.stderr
    )
    assert done.returncode == 3


@needs_linux
@pytest.mark.parametrize(
    ("who", "closed"), [("u:0:r", True), ("u:65000:r", False), ("g:65000:r", False)]
)
def test_a_secret_that_a_list_gives_to_another_user_stands_open(
    who: str, closed: bool, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text("words")
    file.chmod(0o600)
    subprocess.run(["setfacl", "-m", who, str(file)], check=True)

    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert files.is_secret(file) is closed


def test_a_group_without_a_list_may_not_read_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("words")
    for mode, closed in (
        (0o600, True),
        (0o400, True),
        (0o440, False),
        (0o444, False),
        (0o602, False),
    ):
        file.chmod(mode)
        assert files.is_secret(file) is closed, oct(mode)


def test_in_a_container_a_secret_of_its_host_is_closed_whatever_its_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secrets").mkdir()
    mounted, other = tmp_path / "secrets" / "mail-password", tmp_path / "books"
    for file in (mounted, other):
        file.write_text("words")
        file.chmod(0o444)
    monkeypatch.setattr(files, "MOUNTED", tmp_path / "secrets")
    monkeypatch.setattr(files, "IN_CONTAINER", (tmp_path / ".containerenv",))
    assert not files.is_secret(mounted), "this is no container"

    (tmp_path / ".containerenv").touch()

    assert files.is_secret(mounted)
    assert not files.is_secret(other), "a folder of the host has the same mode outside"


# The cron line


def _cron(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Runs a line of a crontab as cron does: in `sh`, with hardly any environment."""
    return subprocess.run(
        ["sh", "-c", " ".join(line.split()[5:])],
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"},
    )


@pytest.mark.slow
def test_the_cron_line_prints_nothing_unless_a_person_must_look(tmp_path: Path) -> None:
    books = tmp_path / "books"
    (books / ".venv" / "bin").mkdir(parents=True)
    (books / ".venv" / "bin" / "budgettrack").symlink_to(
        Path(sys.executable).with_name("budgettrack")
    )
    group = Group(books, config='[workbook]\nxlsx = "plan.xlsx"\n[monthly]\ncatch_up = 1\n')
    (line,) = [
        line
        for line in (JOBS / "crontab.example").read_text("utf-8").splitlines()
        if line[:1].isdigit()
    ]
    first = _cron(tmp_path, line)  # the month of the clock, which may have something to look at
    assert first.stderr == ""

    quiet = _cron(tmp_path, line)

    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    log = books / "monthly.log"
    assert "sync done" in log.read_text("utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600

    group.path.unlink()
    group.config.write_text(group.config.read_text() + "day = 40\n")
    failing = _cron(tmp_path, line)
    assert failing.returncode == 1
    assert "day" in failing.stderr, "cron mails what is printed"


# What the program writes


def install(group: Group, *words: str) -> dict[str, str]:
    done = group.run("schedule", "--install", *words)
    assert done.exit_code == 0, done.output
    return {path.name: path.read_text("utf-8") for path in (group.folder / "jobs").iterdir()}


def test_a_unit_is_written_with_the_groups_own_folders(group: Group) -> None:
    group.config.write_text(group.config.read_text() + '[deliver]\nfolder = "/srv/www/ours"\n')

    written = install(group, "systemd")

    assert sorted(written) == ["budgettrack.service", "budgettrack.timer"]
    said = confined.settings(written["budgettrack.service"])
    assert said["WorkingDirectory"] == [str(group.folder)]
    assert said["ReadWritePaths"] == [f"{group.folder} -/srv/www/ours"]
    assert said["ExecStart"] == [
        f"{Path(sys.executable).with_name('budgettrack')} monthly --send --log-format plain"
    ]
    assert said["User"] == [group.config.owner()]
    assert "StateDirectory" not in said
    assert said["SystemCallFilter"] == ["@system-service", "~@privileged"]


def test_the_units_of_a_host_with_workers_are_written_with_its_own_folders(group: Group) -> None:
    more = '[host]\ngroups = "/srv/groups"\ndatabase = "postgresql://db.example.org/groups"\n'
    group.config.write_text(group.config.read_text() + more)
    program = Path(sys.executable).with_name("budgettrack")

    written = install(group, "systemd")
    done = group.run("schedule", "--install", "systemd")

    assert sorted(written) == sorted(UNITS)
    for name, words in (
        ("budgettrack-plan.service", "host plan --send"),
        ("budgettrack-worker@.service", "host work $WORDS"),
    ):
        said = confined.settings(written[name])
        assert said["ExecStart"] == [f"{program} {words}"]
        assert said["WorkingDirectory"] == [str(group.folder)]
        assert said["ReadWritePaths"] == [f"{group.folder} -/srv/groups"]
        assert "StateDirectory" not in said
    assert done.output.rstrip().endswith(
        "sudo systemctl enable --now budgettrack.timer budgettrack-plan.timer"
        " budgettrack-worker@1 budgettrack-worker@slow"
    )


def test_a_crontab_is_written_with_the_groups_own_folders(group: Group) -> None:
    (text,) = install(group, "cron").values()

    program = Path(sys.executable).with_name("budgettrack")
    assert text == (
        f"SHELL=/bin/sh\n23 6 * * * cd {group.folder} && {program} --quiet monthly --send --log monthly.log\n"
    )


def test_a_container_is_written_with_a_list_of_what_gets_into_it(group: Group) -> None:
    written = install(group, "container")

    assert written == {
        name: (JOBS / name).read_text("utf-8") for name in ("Containerfile", ".dockerignore")
    }


def test_a_folder_that_systemd_reads_otherwise_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "our books"
    folder.mkdir()

    done = Group(folder).run("schedule", "--install", "systemd")

    assert done.exit_code == 2
    assert (
        f"{folder} has a space or a sign that systemd and cron read otherwise. Move the group's"
        " folder to a path without it." in done.stderr
    )


def test_files_of_schedulers_go_where_they_can_be_written_or_say_so(group: Group) -> None:
    done = group.run("schedule", "--install", "cron", "--out", str(group.config / "jobs"))

    assert done.exit_code == 2
    assert f"The folder {group.config / 'jobs'} cannot be written: Not a directory." in done.stderr
