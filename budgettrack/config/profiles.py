"""Reads the profiles of funders. They are TOML files, which come with the program or belong to
the group. The name of a profile is its `id`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from budgettrack import structured
from budgettrack.core.base.errors import ConfigError
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.figures.profile import Profile, problems

SHIPPED = Path(__file__).resolve().parent.parent / "profiles"
USUAL = "bmr"
"""The profile of a grant, if the grant names no profile."""


def names(own: Path | None = None) -> list[str]:
    """Return the names of all profiles, those in the group's own folder included."""
    return sorted(
        {path.stem for folder in (SHIPPED, own) if folder for path in folder.glob("*.toml")}
    )


def profile(name: str, own: Path | None = None) -> Profile | None:
    """Return the profile with this name. The group's own profile is preferred to one that comes
    with the program.

    Returns None if there is none. Raises ConfigError with file, line and key if the profile has
    a mistake."""
    wanted = name.strip().lower() or USUAL
    for folder in (own, SHIPPED):
        path = folder / f"{wanted}.toml" if folder and re.fullmatch(r"[\w.-]+", wanted) else None
        if path is not None and path.is_file():
            return read(path)
    return None


def every(own: Path | None = None) -> dict[str, Profile]:
    """Return all profiles by name.

    Raises ConfigError with every mistake in them."""
    profiles: dict[str, Profile] = {}
    wrong: list[Finding] = []
    for name in names(own):
        try:
            if loaded := profile(name, own):
                profiles[name] = loaded
        except ConfigError as error:
            wrong += error.findings
    if wrong:
        raise ConfigError(*wrong)
    return profiles


def read(path: Path) -> Profile:
    """Read a profile from its file.

    Raises ConfigError if it has a mistake."""
    try:
        text = path.read_text("utf-8-sig")
        content = structured.toml(text, number=str)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(finding_at(path.name, "profile-not-readable", why=str(error))) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(finding_at(path.name, "profile-not-toml", why=str(error))) from error
    try:
        profile_read = msgspec.convert({**content, "id": path.stem}, Profile, strict=False)
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at `$")
        key = where.strip("`.") or _named(problem)
        place = f"{path.name}, line {_line(text, key)}, {key or 'the file'}"
        raise ConfigError(finding_at(place, "profile-key-not-usable", key, said=problem)) from error
    wrong = [
        replace(mistake, where=f"{path.name}, line {_line(text, mistake.field)}, {mistake.field}")
        for mistake in problems(profile_read)
    ]
    if wrong:
        raise ConfigError(*wrong)
    return profile_read


def _named(said: str) -> str:
    """Return the field's name in an error message."""
    match = re.search(r"field `([^`]+)`", said)
    return match[1] if match else ""


def _line(text: str, key: str) -> int:
    """Return the line of a key such as `title`, `limit[1].percent` or `rates[...]`. If the key is
    not there, return the line of its section, or 1 if there is no such section."""
    match = re.match(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?", key)
    if not match:
        return 1
    name, number, inner = match.groups()
    top, *sections = _sections(text)
    of_name = [section for section in sections if section.name == name]
    if number is None:
        return top.line_of(name) or next((section.start for section in of_name), 1)
    if int(number) >= len(of_name):
        return 1
    section = of_name[int(number)]
    return section.line_of(inner or "") or section.start


class _Section(Struct, frozen=True):
    """A section of a TOML file: its name, the line of its heading, and the lines below it."""

    name: str
    start: int
    lines: list[str]

    def line_of(self, key: str) -> int | None:
        """Return the line of a key, or None if the section does not have it."""
        for number, line in enumerate(self.lines, self.start + 1):
            if key and re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
        return None


def _sections(text: str) -> list[_Section]:
    """Return the sections of a TOML file. The first one has no name and begins above line 1."""
    sections = [_Section("", 0, [])]
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"\s*+\[++\s*+([\w.]++)\s*+\]", line)
        if heading:
            sections.append(_Section(heading[1], number, []))
        else:
            sections[-1].lines.append(line)
    return sections
