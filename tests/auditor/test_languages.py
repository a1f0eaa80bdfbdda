"""The same group published in several languages: copies in all of them say the same figures.

Readers may compare a page in one language with the page in another. An amount that only one language
tells, or that is rounded in it, would be one more figure."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

import pytest

from tests.auditor.driving import Recorder, World
from tests.auditor.groups import AUDITS
from tests.auditor.reading import read

pytestmark = pytest.mark.slow

_BETWEEN = "[.,'’٬ \\u00a0\\u202f]"
_NUMBER = re.compile(rf"(?:\d{{1,3}}(?:{_BETWEEN}\d{{3}})+|\d+)(?:[.,٫]\d+)?")
MONEY = 10
"""Amounts of a test group have at least so many digits. Years and days have fewer."""


def _group() -> Recorder:
    group = Recorder(payees=True)
    award = group.grant(unplanned=600_000)
    for n, category in enumerate(("Food", "Rent", "Fares"), 1):
        group.line(f"B-{n}", category, 310_000 + 7_000 * n)
    group.income("I-1", "G-1", "2026-01", award)
    for month in ("2026-01", "2026-02"):
        for n in range(9):
            group.pay(f"B-{1 + n % 3}", month, 30_000 + 700 * n, who=f"shop {n} of {month}")
    group.month("2026-01")
    group.month("2026-02")
    return group


def _figures(path: Path) -> set[str]:
    """The digits of each amount in a file, whatever separates them."""
    words = read(path).words
    plain = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in words
    )
    digits = (re.sub(r"\D", "", number) for number in _NUMBER.findall(plain))
    return {number for number in digits if len(number) >= MONEY}


def _shown(public: Path) -> dict[str, set[str]]:
    files = [path for path in sorted(public.rglob("*")) if path.is_file()]
    return {path.relative_to(public).as_posix(): _figures(path) for path in files}


def test_all_languages_say_the_same_figures(tmp_path: Path) -> None:
    group = _group()
    assert not group.audited(tmp_path).breaches
    world = World(tmp_path / "world-0", 0, group.marks, group.rates)
    config = world.folder / "budgettrack.toml"
    english = _shown(world.folder / "shown-1")
    assert len(set().union(*english.values())) > 5
    assert english != _shown(world.folder / "shown-0"), "another month says something else"
    for language in ("fr", "es", "ru", "ar") if AUDITS else ("ar",):
        shutil.copy2(config, world.folder / "en.toml")
        text = config.read_text("utf-8")
        text = text.replace("[workbook]", f'language = "{language}"\n[workbook]', 1)
        config.write_text(text, "utf-8")
        world.run("report", "transparency", "--month", "2026-02", "--on", "2026-03-05")
        shutil.copy2(world.folder / "en.toml", config)
        other = _shown(world.folder / "reports" / "public")
        assert other == english, language
