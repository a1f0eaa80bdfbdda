"""Which report files are already what they would be: a run with nothing changed writes nothing, and
takes no time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.config.profiles import SHIPPED
from budgettrack.group import OpenedGroup
from budgettrack.register import published
from budgettrack.reports.base.branding import folders
from budgettrack.reports.base.translations import CATALOGS
from budgettrack.version import __version__

NAME = ".made.json"
"""In the private folder: the inputs of each report, and a digest of each of its files."""


class OutputFolder:
    """What an output folder holds already. Nothing in it is trusted that is not there byte for
    byte."""

    def __init__(self, group: OpenedGroup, out: Path) -> None:
        self._group, self._out, self._path = group, out, out / "private" / NAME
        try:
            known = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            known = {}
        self._known = known if isinstance(known, dict) else {}
        self._program = _digest(_program(group.config))
        self._fresh: set[str] = set()
        self._before = self._inputs()

    def has(self, what: Sequence[str]) -> list[Path] | None:
        """The files of a report that would be the same again; None where it must be made."""
        known = self._known.get(" ".join(what))
        if not isinstance(known, dict) or known.get("inputs") != self._before:
            return None
        paths = []
        for name, digest in known.get("files", {}).items():
            path = self._out / name
            try:
                if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                    return None
            except OSError:
                return None
            paths.append(path)
        self._fresh.add(" ".join(what))
        return paths

    def remember(self, what: Sequence[str], paths: Iterable[Path]) -> None:
        """A report that was just made, from the register as it is now."""
        made = {
            str(path.relative_to(self._out)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in paths
        }
        self._known[" ".join(what)] = {"inputs": "", "files": made}
        self._fresh.add(" ".join(what))

    def save(self) -> None:
        """Keep it for the next run. What was made or found unchanged in this one is as the register
        is now."""
        now = self._inputs()
        for what in self._fresh:
            self._known[what]["inputs"] = now
        files.write(self._path, (json.dumps(self._known, indent=1) + "\n").encode(), private=True)

    def _inputs(self) -> str:
        return f"{self._program} {self._group.register.ask(published.state)}"


def _program(config: Config) -> Iterable[bytes]:
    """Everything but the register that a report depends on."""
    yield f"{__version__} {config}".encode()
    if config.logo is not None and config.logo.is_file():
        yield config.logo.read_bytes()
    for folder in (
        *folders(config.templates),
        CATALOGS,
        SHIPPED,
        *([config.profiles] if config.profiles else []),
    ):
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.is_file():
                yield path.name.encode() + path.read_bytes()


def _digest(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()
