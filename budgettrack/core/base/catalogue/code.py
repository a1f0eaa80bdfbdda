"""The type of one entry in the catalogue of findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `problem` and `remedy` are templates; the finding's `values` fill
    them.

    `many`: the title over several findings of this kind, with their {number}. '' if there is
    none."""

    severity: Severity
    group: str
    problem: str
    remedy: str
    many: str = ""


def error(group: str, problem: str, remedy: str, many: str = "") -> Code:
    """Returns the code of an error: the item is left out, or the command stops."""
    return Code("error", group, problem, remedy, many)


def warning(group: str, problem: str, remedy: str, many: str = "") -> Code:
    """Returns the code of a warning: the item is used as it is, but may be wrong."""
    return Code("warning", group, problem, remedy, many)
