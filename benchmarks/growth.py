"""How the cost grows with the number of expenses: at several sizes, with the exponent.

Half of the expenses are real duplicates of others, and each is a finding. An exponent of 1 means
that the time grows in step with the rows. It is taken from the work of the processor at the last
two sizes, since the start of the program weighs most at the first."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.ledger import CONFIG, Ledger, ledger, write_workbook
from benchmarks.measure import Figure, once

OWN = [str(Path(sys.executable).parent / "budgettrack")]
ON = ["--on", "2026-12-31"]
PERIOD = ["--from", "2025-01", "--to", "2026-12"]
STEPS = {
    "first sync": ["sync", *ON],
    "sync, unchanged": ["sync", *ON],
    "checks": ["checks", "--json"],
    "reports": ["report", "transparency", "--month", "2026-11", *ON],
    "roll-up": ["variance", "--by", "grant", *PERIOD, *ON],
}
SIZES = (10_000, 20_000, 40_000)
"""n, 2n and 4n."""


def with_duplicates(made: Ledger) -> Ledger:
    """Every expense twice, as where a page of receipts was typed a second time."""
    return replace(made, rows=[row for row in made.rows for _ in range(2)])


def write_group(number: int, folder: Path, *, duplicates: bool = True) -> None:
    """A group of so many expenses. With `duplicates`, half of them are."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = with_duplicates(ledger(number // 2)) if duplicates else ledger(number)
    write_workbook(made, folder / "plan.xlsx")
    (folder / "budgettrack.toml").write_text(CONFIG.format(name="plan.xlsx"))


def measured(folder: Path) -> dict[str, Figure]:
    """The figures of every step, each a process of its own, in their order."""
    config = ["--config", str(folder / "budgettrack.toml")]
    return {name: once([*OWN, *config, *words]) for name, words in STEPS.items()}


def exponent(works: Sequence[float], sizes: Sequence[int]) -> float:
    """By which power the cost grows with the rows, between the last two sizes."""
    return math.log(works[-1] / works[-2]) / math.log(sizes[-1] / sizes[-2])


def growth(data: Path, sizes: tuple[int, ...] = SIZES) -> list[str]:
    """The table of the page: seconds of work at each size, the exponent, and MiB at the last."""
    taken = {}
    for number in sizes:
        folder = data / f"growth-{number}"
        write_group(number, folder)
        taken[number] = measured(folder)
        shutil.rmtree(folder)
    lines = [
        f"| | {' | '.join(f'{number:,}' for number in sizes)} | exponent | memory at the last |",
        "|---|" + "---:|" * (len(sizes) + 2),
    ]
    for step in STEPS:
        works = [taken[number][step].work for number in sizes]
        told = " | ".join(f"{work:.2f}" for work in works)
        mib = taken[sizes[-1]][step].mib
        lines.append(f"| {step} | {told} | {exponent(works, sizes):.2f} | {mib:.0f} MiB |")
    return lines


def main() -> None:
    sizes = tuple(int(number) for number in sys.argv[1:]) or SIZES
    print("\n".join(growth(Path(__file__).parent / "data", sizes)))


if __name__ == "__main__":
    main()
