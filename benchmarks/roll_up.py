"""How the time to count the money of a host once grows with its groups: at n, 2n and 4n, from the
files of 36 months of statements, to the end of the last month.

`python -m benchmarks.roll_up [GROUPS ...]`"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from time import process_time

from msgspec.structs import replace

from benchmarks.growth import exponent
from budgettrack import statements
from budgettrack.core.counting.law import Books, MovedMoney, SubGrant
from budgettrack.core.counting.roll_up import roll_up
from budgettrack.core.counting.statements import (
    HostStatement,
    ToldCategory,
    ToldGrant,
    ToldMovement,
    books_of,
)
from budgettrack.core.counting.terms import Terms, names

MONTHS = [f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)]
SIZES = (750, 1_500, 3_000)
AIM = 2.0
"""How many seconds of work 3,000 groups may take."""


def told(number: int) -> dict[str, bytes]:
    """The statements of a group, by month: an instalment each quarter, four categories."""
    texts = {}
    for place, month in enumerate(MONTHS):
        days = [f"{MONTHS[first]}-05" for first in range(0, place + 1, 3)]
        received = 3_000 * len(days)
        spent = received * (60 + number % 30) // 400 * 4
        figures = dict.fromkeys(names(), "0.00")
        figures |= {"received": f"{received}.00", "spent": f"{spent}.00"}
        figures["held_here"] = f"{received - spent}.00"
        grant = ToldGrant(
            "G-1",
            f"SG {number}",
            False,
            "EUR",
            figures,
            "0.00",
            "0.00",
            [ToldMovement(day, "3000.00") for day in days],
            categories=[
                ToldCategory(name, f"{spent // 4}.00", "0.00")
                for name in ("Food", "Office", "People", "Travel")
            ],
        )
        texts[month] = statements.text_of(HostStatement(1, month, True, (grant,)))
    return texts


def write_host(folder: Path, groups: int) -> None:
    """The folders of so many groups, each with 36 statements."""
    kinds = [told(number) for number in range(30)]
    for number in range(groups):
        beside = folder / f"GR-{number}" / statements.FOLDER
        beside.mkdir(parents=True)
        *older, (newest, text) = kinds[number % 30].items()
        own = text.replace(f'"SG {number % 30}"'.encode(), f'"SG {number}"'.encode())
        (beside / f"{newest}.json").write_bytes(own)
        first = folder / f"GR-{number % 30}" / statements.FOLDER
        for month, text in older:
            # Links are made faster than files. Only the newest statement says whose it is.
            if number < 30:
                (beside / f"{month}.json").write_bytes(text)
            else:
                (beside / f"{month}.json").hardlink_to(first / f"{month}.json")


def counted(folder: Path, groups: int) -> float:
    """Seconds of work from the files to the sum of all awards."""
    paid = tuple(MovedMoney(f"{month}-03", 300_000) for month in MONTHS[::3])
    given = [
        SubGrant(f"V-{number}", f"SG {number}", f"GR-{number}", "G-1", "EUR", paid)
        for number in range(groups)
    ]
    whole = groups * 12 * 300_000
    own = Books("G-1", "TOP", "EUR", Terms(received=whole, held_here=whole))
    begun = process_time()
    newest = statements.newest_of(folder, [one.to for one in given], MONTHS[-1])
    rolled = roll_up([own], given, {code: books_of(one) for code, one in newest.items()})
    seconds = process_time() - begun
    # Each unit is counted once: what was paid is spent or held by a group, and nothing else.
    terms = rolled.by_currency["EUR"]
    assert replace(terms, received=0, spent=0, held_below=0) == Terms(), terms
    assert (terms.spent + terms.held_below, rolled.troubles) == (whole, ()), rolled.troubles[:3]
    return seconds


def growth(data: Path, sizes: tuple[int, ...] = SIZES) -> str:
    """The table: seconds of work at each size, and the exponent from the last two."""
    taken = []
    for groups in sizes:
        folder = data / f"roll-up-{groups}"
        shutil.rmtree(folder, ignore_errors=True)
        write_host(folder, groups)
        taken.append(min(counted(folder, groups) for _ in range(3)))
        shutil.rmtree(folder)
    lines = [f"  {groups:6,} groups {s:7.2f} s" for groups, s in zip(sizes, taken, strict=True)]
    if len(sizes) > 1:
        lines.append(f"  exponent {exponent(taken, sizes):.2f}")
    return "\n".join(lines)


def main() -> None:
    sizes = tuple(int(number) for number in sys.argv[1:]) or SIZES
    print("\nCounting the money of a host and its groups once, from 36 months of statements")
    print(growth(Path(__file__).parent / "data", sizes))


if __name__ == "__main__":
    main()
