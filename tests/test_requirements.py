"""The pinned requirements are what pyproject.toml asks for, all of it and no more.

No index is asked: what the installed packages say of themselves is walked from pyproject.toml, for
the platform that runs this. The installed packages come from these files, by their hashes."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS: Mapping[str, list[str]] = PYPROJECT["project"]["optional-dependencies"]
DEVELOPMENT = ("test", "lint", "bench", "build")
DEVELOPED = ROOT / "requirements" / "development.txt"
FILES = sorted((ROOT / "requirements").glob("*.txt"))


@dataclass(frozen=True, slots=True)
class Pin:
    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def version(self) -> str:
        (specifier,) = self.requirement.specifier
        assert specifier.operator == "=="
        return specifier.version

    @property
    def here(self) -> bool:
        return self.requirement.marker is None or self.requirement.marker.evaluate()


def pins(path: Path) -> list[Pin]:
    text = re.sub(r"(?m)^\s*#.*\n", "", path.read_text("utf-8")).replace("\\\n", " ")
    lines = [line.split(" --hash=") for line in text.splitlines() if line.strip()]
    return [
        Pin(Requirement(first.strip()), tuple(each.strip() for each in hashes))
        for first, *hashes in lines
    ]


def here(path: Path) -> dict[str, Pin]:
    """The pins that count on this platform, by name."""
    return {canonicalize_name(pin.requirement.name): pin for pin in pins(path) if pin.here}


def of_groups(names: Iterable[str]) -> list[str]:
    groups: Mapping[str, list[Any]] = PYPROJECT["dependency-groups"]
    wanted: list[str] = []
    for name in names:
        for line in groups[name]:
            wanted += of_groups([line["include-group"]]) if isinstance(line, dict) else [line]
    return wanted


def asked(name: str) -> list[Requirement]:
    """What pyproject.toml asks for in the file of that name."""
    project = PYPROJECT["project"]
    extras = [line for lines in EXTRAS.values() for line in lines]
    lines = {
        **{f"{extra}.txt": lines for extra, lines in EXTRAS.items()},
        "uv.txt": [line for line in of_groups(["test"]) if Requirement(line).name == "uv"],
        "run.txt": project["dependencies"],
        "development.txt": [*project["dependencies"], *extras, *of_groups(DEVELOPMENT)],
    }[name]
    return [Requirement(line) for line in lines]


def follows(roots: Iterable[Requirement]) -> dict[str, list[Requirement]]:
    """Every package that follows from `roots` here, with all that is asked of it."""
    found: dict[str, list[Requirement]] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(requirement, "") for requirement in roots]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        found.setdefault(name, []).append(requirement)
        for wanted in ("", *requirement.extras):
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                waiting += [
                    (Requirement(line), wanted)
                    for line in importlib.metadata.requires(requirement.name) or ()
                ]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_pins_all_that_follows_from_pyproject_and_no_more(path: Path) -> None:
    pinned, wanted = here(path), follows(asked(path.name))

    assert sorted(pinned) == sorted(wanted), "run: make requirements"
    for name, requirements in wanted.items():
        for requirement in requirements:
            assert requirement.specifier.contains(pinned[name].version, prereleases=True), (
                f"{requirement} is asked for, {pinned[name].version} is pinned: make requirements"
            )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_pin_is_exact_and_has_its_hashes(path: Path) -> None:
    for pin in pins(path):
        assert pin.version
        assert pin.hashes, pin.requirement.name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in pin.hashes)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_names_an_index_or_a_path(path: Path) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|file:", path.read_text("utf-8"))


def test_the_files_agree() -> None:
    # A marker may be wider where more packages ask for it.
    development = {(pin.requirement.name, pin.version): pin.hashes for pin in pins(DEVELOPED)}

    assert {path.name for path in FILES} == {
        *(f"{extra}.txt" for extra in EXTRAS),
        *("development.txt", "run.txt", "uv.txt"),
    }
    for path in FILES:
        for pin in pins(path):
            assert development[pin.requirement.name, pin.version] == pin.hashes


def test_what_is_installed_is_what_is_pinned() -> None:
    for name, pin in here(DEVELOPED).items():
        assert importlib.metadata.version(name) == pin.version, "run: make clean, then make test"


def test_a_plain_install_is_light() -> None:
    """It had 41 packages and 287 MB before the extras for PDFs and Excel 97."""
    size = 0
    for name in here(ROOT / "requirements" / "run.txt"):
        files = importlib.metadata.files(name) or []
        paths = [Path(str(file.locate())) for file in files if file.suffix != ".pyc"]
        size += sum(path.stat().st_size for path in paths if path.is_file())

    assert len(here(ROOT / "requirements" / "run.txt")) <= 32
    assert size < 190_000_000


def test_every_dependency_is_trusted_for_a_reason_and_can_be_replaced() -> None:
    """As SECURITY.md says."""
    project = PYPROJECT["project"]
    wanted = [
        *project["dependencies"],
        *chain.from_iterable(project["optional-dependencies"].values()),
    ]
    rows = re.findall(r"(?m)^\| (?!package|---)(.*) \|$", (ROOT / "SECURITY.md").read_text("utf-8"))
    cells = [row.split(" | ") for row in rows]

    assert [name.removesuffix(" (optional)") for name, *_ in cells] == [
        Requirement(line).name for line in wanted
    ]
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in cells)


FREE = re.compile(
    r"(0BSD|MIT(-0|-CMU)?|BSD(-[23]-Clause)?|FreeBSD|Apache[ -](License )?(Version )?2\.0|ISC|PSF-2\.0|Zlib|CC0-1\.0"
    r"|MPL-2\.0|Public Domain|Unlicense|Apache Software License|MIT License|BSD License)"
)
"""Licences that allow an MIT program to stand on the package. The MPL binds changes to the package's own files alone."""

BY_NAME = {
    "psycopg": "LGPL: as psycopg2-binary",
    "psycopg-binary": "LGPL: as psycopg2-binary",
    "psycopg-pool": "LGPL: as psycopg2-binary",
    "psycopg2-binary": "LGPL: a library that we load and do not change; an extra",
}
"""Packages with another licence, and why they are allowed."""


def licence(name: str) -> str:
    """What the installed package says of its licence: an expression, else short words, else classifiers."""
    said = importlib.metadata.metadata(name).json
    words = str(said.get("license_expression") or said.get("license") or "").strip()
    if words and "\n" not in words:
        return words
    classifiers = [line for line in said.get("classifier", []) if line.startswith("License")]
    return " AND ".join(line.rpartition(" :: ")[2] for line in classifiers)


def is_free(words: str) -> bool:
    return any(
        all(FREE.fullmatch(part.strip(" ()")) for part in choice.split(" AND "))
        for choice in words.split(" OR ")
    )


def test_nothing_that_an_install_brings_has_a_licence_that_binds_the_program(
    record_property: Callable[[str, object], None],
) -> None:
    roots = [*asked("run.txt"), *chain.from_iterable(asked(f"{extra}.txt") for extra in EXTRAS)]
    licences = {name: licence(name) for name in sorted(follows(roots))}
    bound = {name: words for name, words in licences.items() if not is_free(words)}

    record_property("told", ", ".join(f"{name}: {words}" for name, words in licences.items()))
    assert not {name: words for name, words in bound.items() if name not in BY_NAME}
    assert bound.keys() >= BY_NAME.keys(), "a package is named here for nothing"
    assert all("LGPL" in bound[name] for name in BY_NAME)


@pytest.mark.parametrize(
    ("words", "free"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-2.0-or-later", False),
        ("FreeBSD and LGPLv3+", False),
        ("AGPL-3.0", False),
        ("", False),
    ],
)
def test_a_licence_is_known_by_its_words(words: str, free: bool) -> None:
    assert is_free(words) is free
