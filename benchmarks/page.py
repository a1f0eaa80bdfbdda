"""Writes what was measured into docs/benchmarks.md, between the marks of its section."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
SECTIONS = ("aims", "prompt", "growth", "rivals")
"""The sections that `make bench` writes."""


def written(page: str, section: str, lines: Sequence[str]) -> str:
    """The page with these lines in the section. Raises `ValueError` if the page lacks it."""
    marks = re.compile(rf"(<!-- make bench: {section} -->\n).*?(<!-- end of {section} -->)", re.S)
    inside = "\n".join(("", *lines, "", ""))
    made, number = marks.subn(lambda found: found[1] + inside + found[2], page)
    if number != 1:
        raise ValueError(f"docs/benchmarks.md has {number} places for {section}; it needs one.")
    return made


def write(section: str, lines: Sequence[str]) -> None:
    PAGE.write_text(written(PAGE.read_text("utf-8"), section, lines), "utf-8")
