"""Groups whose first months an older program published, in single figures, with tables that each
were safe alone. Others kept copies of these pages.

`before/` has what that program really left: workbook, register and pages of each group, in each of
its worlds. It was made by running this module with the program of before:

    PYTHONPATH=OLD:. python -m tests.auditor.upgrades"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.auditor.driving import Recorder

BEFORE = Path(__file__).parent / "before"


def _group() -> Recorder:
    group = Recorder(payees=True)
    # Little is left at the end: the sealing keeps payments beside what an award has left.
    group.grant(unplanned=50_000)
    for n, category in enumerate(("Food", "Rent"), 1):
        group.line(f"B-{n}", category, 230000 + n * 7000)
    return group


def _pays(group: Recorder, line: str, month: str, cents: int, names: str) -> None:
    for n, who in enumerate(names):
        group.pay(line, month, cents + 700 * n, who=who)


def one_more_is_paid() -> Recorder:
    """Three get about the same as on an old page, and one more with them."""
    group = _group()
    _pays(group, "B-1", "2026-01", 30000, "abc")
    _pays(group, "B-2", "2026-01", 40000, "def")
    group.month("2026-01")
    group.upgrade()
    _pays(group, "B-2", "2026-02", 41000, "ghijk")
    _pays(group, "B-1", "2026-02", 30100, "abcx")
    group.month("2026-02")
    return group


def paid_late_and_corrected() -> Recorder:
    """Two months are on old pages. Then one payment is corrected, and one comes late."""
    group = _group()
    first = group.pay("B-1", "2026-01", 30000, who="a")
    _pays(group, "B-1", "2026-01", 31000, "bc")
    _pays(group, "B-2", "2026-01", 40000, "def")
    group.month("2026-01")
    _pays(group, "B-1", "2026-02", 33000, "ghi")
    group.month("2026-02")
    group.upgrade()
    group.correct(first, 5000)
    group.pay("B-1", "2026-01", 21000, who="x")
    _pays(group, "B-2", "2026-03", 43000, "jkl")
    group.month("2026-03")
    return group


UPGRADES: dict[str, Callable[[], Recorder]] = {
    upgrade.__name__: upgrade for upgrade in (one_more_is_paid, paid_late_and_corrected)
}


def upgraded(name: str) -> Recorder:
    """A group with what the older program left."""
    group = UPGRADES[name]()
    group.before = [BEFORE / f"{name}-{world}.tar.xz" for world in range(group.marks.worlds)]
    return group


def make() -> None:
    """Writes the archives. Run it with the older program."""
    BEFORE.mkdir(exist_ok=True)
    for name, upgrade in UPGRADES.items():
        with tempfile.TemporaryDirectory() as folder:
            for world, made in enumerate(upgrade().by_an_older_program(Path(folder))):
                shutil.rmtree(made / "reports" / "private", ignore_errors=True)
                shutil.make_archive(str(BEFORE / f"{name}-{world}"), "xztar", made)


if __name__ == "__main__":
    make()
