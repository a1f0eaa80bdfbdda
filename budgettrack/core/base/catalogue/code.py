"""The type of one entry in the catalogue of findings."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning"]


class Code(Struct, frozen=True):
    """One kind of finding.

    `problem` and `remedy` are templates: the `values` of a finding fill their {placeholders}.
    `many` is the title above several findings of this kind, with the placeholder {number}. It is
    '' if there is no such title."""

    severity: Severity
    group: str
    problem: str
    remedy: str
    many: str = ""


def error(group: str, problem: str, remedy: str, many: str = "") -> Code:
    """Returns the entry of an error. An error means that the row or cell is left out of the
    figures, or that the command stops."""
    return Code("error", group, problem, remedy, many)


def warning(group: str, problem: str, remedy: str, many: str = "") -> Code:
    """Returns the entry of a warning. A warning means that the row or cell is used as it is, but
    may be wrong."""
    return Code("warning", group, problem, remedy, many)
