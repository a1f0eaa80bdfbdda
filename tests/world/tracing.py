"""Which parts of the program call which, as they were seen to run."""

from __future__ import annotations

import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "budgettrack"


@dataclass(frozen=True, slots=True)
class Place:
    """A function, by its file below `budgettrack/` and its name with that of its class."""

    file: str
    name: str

    def __str__(self) -> str:
        return f"{self.file}:{self.name}"


@dataclass(slots=True)
class Trace:
    """The calls that were seen, each caller with what it called, in the order of their first."""

    calls: dict[tuple[Place, Place], None] = field(default_factory=dict)

    def visited(self) -> list[Place]:
        """The functions in the order in which they were first called."""
        return list(dict.fromkeys(callee for _, callee in self.calls))

    def climbs(self) -> set[tuple[Place, Place]]:
        """The calls that go up the order of imports, or sideways from one part to another."""
        return {
            (caller, callee)
            for caller, callee in self.calls
            if part(caller) != part(callee) and floor(callee) <= floor(caller)
        }


def _floors() -> dict[str, tuple[int, int]]:
    """The floor of each part of the package and of its core, from the import rules; 0 is on top."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = {
        contract["containers"][0]: contract["layers"]
        for contract in rules["contracts"]
        if contract["type"] == "layers"
    }
    top, core = layers["budgettrack"], layers["budgettrack.core"]
    floors = {
        name.strip(): (number, 0) for number, line in enumerate(top) for name in line.split("|")
    }
    within = {
        f"core/{name.strip()}": (floors["core"][0], number)
        for number, line in enumerate(core)
        for name in line.split("|")
    }
    return {**floors, **within}


FLOORS = _floors()


def part(place: Place) -> str:
    """The part to which a function belongs: `reports`, or `core/merge` within the core."""
    first, *rest = place.file.removesuffix(".py").split("/")
    return f"core/{rest[0]}" if first == "core" and rest[0] != "__init__" else first


def floor(place: Place) -> tuple[int, int]:
    return FLOORS[part(place)]


NO_CALLS = ("<module>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "__getattr__")
"""Code that is no function of a part: the package's own `__getattr__` answers imports."""


@cache
def _is_ours(file: str) -> bool:
    return file.startswith(str(PACKAGE))


@cache
def _place(file: str, name: str) -> Place:
    return Place(Path(file).relative_to(PACKAGE).as_posix(), name.replace("<locals>.", ""))


def _of(code: CodeType) -> Place:
    return _place(code.co_filename, code.co_qualname)


def _caller(frame: FrameType | None) -> FrameType | None:
    """The nearest frame of ours that called; a library may lie between."""
    while frame is not None:
        if _is_ours(frame.f_code.co_filename):
            return frame
        frame = frame.f_back
    return None


@contextmanager
def traced() -> Iterator[Trace]:
    """Notes every call from one function of the program to another meanwhile, in all threads."""
    trace = Trace()

    def note(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event != "call" or not _is_ours(code.co_filename) or code.co_name in NO_CALLS:
            return
        caller = _caller(frame.f_back)
        if caller is not None and caller.f_code.co_name != "<module>":
            trace.calls.setdefault((_of(caller.f_code), _of(code)))

    before = sys.getprofile()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield trace
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
