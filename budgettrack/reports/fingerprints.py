"""Remembers which report files are still correct, so that a run without changes writes nothing
and is fast."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from budgettrack import files, structured
from budgettrack.config.load import Config
from budgettrack.config.profiles import SHIPPED
from budgettrack.group import OpenedGroup
from budgettrack.register import published
from budgettrack.reports.base.branding import folders
from budgettrack.reports.base.pictures import pictures_state
from budgettrack.reports.base.translations import CATALOGS
from budgettrack.statements import statements_state
from budgettrack.version import __version__

NAME = ".made.json"
"""The name of a file in the private folder. For each report, the file has a digest of everything
from which the report was made, and a hash of each file of the report."""


class OutputFolder:
    """The reports that an output folder already has.

    A report counts as present only if all of its files are still there and unchanged."""

    def __init__(self, group: OpenedGroup, out: Path) -> None:
        self._group, self._out, self._path = group, out, out / "private" / NAME
        try:
            self._known = structured.json_object(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            self._known = {}
        self._program = _digest(_program(group.config))
        self._fresh: set[str] = set()
        self._before = self._inputs()

    def has(self, what: Sequence[str]) -> list[Path] | None:
        """Returns the files of the report `what` if they are still correct. Returns None if the
        report must be made again."""
        entry = self._known.get(" ".join(what))
        if not isinstance(entry, dict) or entry.get("inputs") != self._before:
            return None
        paths = []
        for name, digest in entry.get("files", {}).items():
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
        """Records the files of a report that was just made from the present register."""
        digests = {
            str(path.relative_to(self._out)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in paths
        }
        self._known[" ".join(what)] = {"inputs": "", "files": digests}
        self._fresh.add(" ".join(what))

    def save(self) -> None:
        """Saves the list for the next run.

        Every report that this run made or found unchanged is recorded together with the present
        state of the register."""
        inputs = self._inputs()
        for report in self._fresh:
            self._known[report]["inputs"] = inputs
        files.write(self._path, (json.dumps(self._known, indent=1) + "\n").encode(), private=True)

    def _inputs(self) -> str:
        """Returns a text that changes if the program, the config, the published figures or the
        statements of groups change."""
        host = self._group.config.host
        told = _digest(statements_state(host.groups)) if host else ""
        return f"{self._program} {self._group.register.ask(published.state)} {told}".strip()


def _program(config: Config) -> Iterable[bytes]:
    """Yields everything on which a report depends, except the register: version, config, logo,
    templates, translations and profiles."""
    yield f"{__version__} {config}".encode()
    if config.logo is not None and config.logo.is_file():
        yield config.logo.read_bytes()
    yield from pictures_state(config.pictures)
    for folder in (
        *folders(),
        CATALOGS,
        SHIPPED,
        *([config.profiles] if config.profiles else []),
    ):
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.is_file():
                yield path.name.encode() + path.read_bytes()


def _digest(parts: Iterable[bytes]) -> str:
    """Returns the SHA-256 digest of all parts together."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()
