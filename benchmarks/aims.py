"""What was aimed at, each as a ratio to what is measured beside it in the same run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOLERANCE = 1.1
"""An aim is missed where the ratio is more than a tenth above it."""


@dataclass(frozen=True)
class Measured:
    """One line of the table at the end. `ours` and `beside` are seconds of work, or MiB."""

    what: str
    ours: float
    beside: float
    unit: str
    beside_what: str
    aim: float

    @property
    def ratio(self) -> float:
        return self.ours / self.beside

    @property
    def missed(self) -> bool:
        return self.ratio > self.aim * TOLERANCE


def table(measured: Sequence[Measured]) -> list[str]:
    """The lines of a table in Markdown, which is read well on a terminal too."""
    lines = [
        "| | ours | beside it | ratio | aim | |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for each in measured:
        shown = (
            f"{number:.0f} MiB" if each.unit == "MiB" else f"{number:.2f} s"
            for number in (each.ours, each.beside)
        )
        ours, beside = shown
        verdict = "**missed**" if each.missed else "reached"
        lines.append(
            f"| {each.what} | {ours} | {each.beside_what}: {beside} | {each.ratio:.2f} |"
            f" {each.aim:.1f} | {verdict} |"
        )
    return lines
