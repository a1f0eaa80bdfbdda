"""One entry of the catalogue of findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `problem` and `remedy` are templates over the finding's `values`."""

    severity: Severity
    group: str
    problem: str
    remedy: str


def error(group: str, problem: str, remedy: str) -> Code:
    """Returns a code for what cannot be used as it is: what it concerns is left out, or the command
    stops."""
    return Code("error", group, problem, remedy)


def warning(group: str, problem: str, remedy: str) -> Code:
    """Returns a code for what is used as it is and may be wrong."""
    return Code("warning", group, problem, remedy)
