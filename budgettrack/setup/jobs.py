"""Writes the files with which the scheduler of a machine starts the monthly run: systemd, cron or a
container.

The files are made from those in the folder jobs/ of the project; the folders of this group are
filled in."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.core.base.errors import UsageError

_PACKAGE = Path(__file__).resolve().parents[1]

FOLDERS = (_PACKAGE / "jobs", _PACKAGE.parent / "jobs")
"""The folder jobs/: in an installed package, and in a checkout."""

Scheduler = Literal["systemd", "cron", "container"]

UNSAFE = re.compile(r"[\s%\"'\\$]")
"""The characters with a special meaning in a unit of systemd or in a crontab."""


def install(scheduler: Scheduler, config: Config, out: Path) -> list[str]:
    """Writes the files for `scheduler` into `out`, and returns what to type next.

    Raises `UsageError` if a path has a character with a special meaning for the scheduler, or if
    `out` cannot be written."""
    contents = {
        "systemd": _systemd,
        "cron": _cron,
        "container": _container,
    }[scheduler](config)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            files.write(out / name, text.encode(), private=False)
    except OSError as error:
        raise UsageError(
            f"The folder {out} cannot be written: {error.strerror}. Name another after --out."
        ) from error
    return [*(f"{out / name}" for name in contents), "", *_next(scheduler, out, list(contents))]


def _next(scheduler: Scheduler, out: Path, names: Sequence[str]) -> list[str]:
    if scheduler == "systemd":
        units = " ".join(shlex.quote(str(out / name)) for name in names)
        timers = " ".join(name for name in names if name.endswith(".timer"))
        workers = " budgettrack-worker@1 budgettrack-worker@slow"
        return [
            f"sudo cp {units} /etc/systemd/system/",
            "sudo systemctl daemon-reload",
            f"sudo systemctl enable --now {timers}{workers if WORKER in names else ''}",
        ]
    if scheduler == "cron":
        return [f"crontab -l 2>/dev/null | cat - {shlex.quote(str(out / CRON))} | crontab -"]
    return [
        f"Copy the files of a release (the wheel and requirements*.txt) into {out}, then:",
        f"docker build -f {shlex.quote(str(out / 'Containerfile'))} -t budgettrack"
        f" {shlex.quote(str(out))}",
    ]


UNITS = ("budgettrack.service", "budgettrack.timer")
WORKER = "budgettrack-worker@.service"
HOST_UNITS = ("budgettrack-plan.service", "budgettrack-plan.timer", WORKER)
"""The units of a host with workers, beside those of its own month."""

CRON = "crontab.example"


def _text(name: str) -> str:
    """Returns the text of a file in the folder jobs/."""
    path = next(folder / name for folder in FOLDERS if (folder / name).is_file())
    return path.read_text("utf-8")


def _plain(path: Path) -> str:
    """Returns a path that can stand in a unit or a crontab without quotation marks."""
    if UNSAFE.search(str(path)):
        raise UsageError(
            f"{path} has a space or a sign that systemd and cron read otherwise. Move the group's"
            " folder to a path without it."
        )
    return str(path)


def _program() -> str:
    """Returns the path of the program that is running now."""
    return _plain(Path(sys.executable).with_name("budgettrack"))


def _systemd(config: Config) -> dict[str, str]:
    has_workers = config.host is not None and config.host.database
    names = (*UNITS, *HOST_UNITS) if has_workers else UNITS
    return {name: _unit(name, config) for name in names}


def _unit(name: str, config: Config) -> str:
    unit = _text(name)
    if name.endswith(".timer"):
        return unit
    folder = _plain(config.path.parent)
    # The comment at the top of the file is left out, because its commands are for other folders.
    unit = unit[unit.index("[Unit]") :]
    unit = unit.replace("User=budgettrack\n", f"User={_owner(config.path)}\n")
    unit = unit.replace("/var/lib/budgettrack/.venv/bin/budgettrack ", f"{_program()} ")
    unit = unit.replace("StateDirectory=budgettrack\nStateDirectoryMode=0700\n", "")
    paths = [folder]
    if config.sending.folder is not None:
        paths.append(f"-{_plain(config.sending.folder)}")
    written = [*_written(config), *([] if config.host is None else [config.host.groups])]
    paths += [f"-{_plain(path)}" for path in written if not path.is_relative_to(folder)]
    unit = unit.replace("ReadWritePaths=-/srv/www/books\n", "")
    unit = unit.replace(
        "WorkingDirectory=/var/lib/budgettrack\n",
        f"WorkingDirectory={folder}\nReadWritePaths={' '.join(paths)}\n",
    )
    if _is_at_home(Path(folder)) or _is_at_home(Path(sys.executable)):
        # `ProtectHome=true` would hide the group's folder from the run, if it is in a home folder.
        unit = unit.replace("ProtectHome=true", "ProtectHome=false")
    return unit


def _written(config: Config) -> list[Path]:
    """Returns the folders into which a run writes, as the config names them."""
    workbook = [] if config.xlsx is None else [config.xlsx.parent]
    return [config.reports, *workbook]


def _is_at_home(path: Path) -> bool:
    return any(path.is_relative_to(home) for home in ("/home", "/root", "/run/user"))


def _owner(path: Path) -> str:
    """Returns the user who owns the config: the name, or the number if there is no name."""
    import pwd

    number = path.stat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _cron(config: Config) -> dict[str, str]:
    text = _text(CRON)
    minute = next(line for line in text.splitlines() if line[:1].isdigit())
    folder = _plain(config.path.parent)
    line = minute.replace('"$HOME/books"', folder).replace(".venv/bin/budgettrack", _program())
    if config.path.name != "budgettrack.toml":
        line = line.replace("--quiet", f"--quiet --config {_plain(config.path)}")
    return {CRON: f"SHELL=/bin/sh\n{line}\n"}


def _container(config: Config) -> dict[str, str]:
    # No file names the group's folder: it is mounted when the container starts.
    del config
    return {name: _text(name) for name in ("Containerfile", ".dockerignore")}
