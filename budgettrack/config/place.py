"""Finds the config file. The completion of commands in the shell needs only this part of the
config."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from budgettrack.core.base.errors import ConfigError

NAME = "budgettrack.toml"
VARIABLE = "BUDGETTRACK_CONFIG"


def find(given: str | None, here: Path, environment: Mapping[str, str]) -> Path:
    """Return the path of the config file.

    It is the path that is given, or else the one in the environment, or else `budgettrack.toml`
    in the folder `here` or in a folder above it."""
    named = given or environment.get(VARIABLE)
    if named:
        path = Path(named).absolute()
        try:
            if path.is_dir():
                path = path / NAME
            is_there = path.is_file()
        # No file can have a name of, for example, 5,000 characters.
        except (OSError, ValueError):
            is_there = False
        if not is_there:
            place = _shortened(path.name)
            raise _missing(place, "config-file-missing", path=_shortened(str(path)))
        return path
    for folder in (here.absolute(), *here.absolute().parents):
        if (folder / NAME).is_file():
            return folder / NAME
    raise _missing(NAME, "config-missing", name=NAME)


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"


def _missing(place: str, code: str, **details: str) -> ConfigError:
    from budgettrack.core.base.findings import finding_at

    return ConfigError(finding_at(place, code, **details))
