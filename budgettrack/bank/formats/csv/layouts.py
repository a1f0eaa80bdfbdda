"""The layouts of CSV files (what their columns mean): those that come with the program and those
of the group. Finds the layout that a file has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path

from budgettrack.bank.formats.csv.detecting import detected
from budgettrack.bank.formats.csv.opening import HEAD, fits
from budgettrack.bank.formats.csv.reading import read as read_by
from budgettrack.bank.formats.csv.text import decoded
from budgettrack.bank.formats.statement import Statement, unreadable
from budgettrack.config.bank_csv import LAYOUT_FOLDER, Layout, layout_of
from budgettrack.core.base.errors import UsageError


@dataclass(frozen=True, slots=True)
class CsvChoices:
    """What is known about a CSV file and is not in the file.

    `layouts`: the layouts of the group. `name`: the layout that a person chose, or "". `signs`:
    a person's answer about the plus and minus signs of the account, or "". `today`: a date
    without a year gets the latest year in which it is not after today. `currency`: the group's
    base currency. `account_currency`: the currency of the account's earlier entries, or "" if
    there are none or they have several."""

    layouts: Sequence[Layout] = ()
    name: str = ""
    signs: str = ""
    today: date | None = None
    currency: str = ""
    account_currency: str = ""


@lru_cache(maxsize=1)
def shipped() -> tuple[Layout, ...]:
    """Return the layouts that come with the program, by name."""
    folder = Path(str(resources.files("budgettrack") / "bank" / "layouts"))
    return tuple(layout_of(path) for path in sorted(folder.glob("*.toml")))


def of_group(folder: Path) -> list[Layout]:
    """Return the layouts in the folder of a group. Raises ConfigError with every mistake."""
    return [layout_of(path) for path in sorted((folder / LAYOUT_FOLDER).glob("*.toml"))]


def read(
    name: str, content: bytes, configured: Layout | None, locale: str, choices: CsvChoices
) -> list[Statement]:
    """Return the statements of a CSV file, read by the layout that fits its headings.

    `configured`: the layout in the section [bank] of the config, which is tried first. Raises
    UsageError if no layout fits, or if several do."""
    layout = fitting(name, content, configured, locale, choices)
    if layout is None:
        return _by_itself(name, content, configured, locale, choices)
    return read_with(name, content, layout, locale, choices)


def fitting(
    name: str, content: bytes, configured: Layout | None, locale: str, choices: CsvChoices
) -> Layout | None:
    """Return the layout that fits a file: that of the config, or else one of the group, or else one
    that comes with the program. Returns None if no layout fits.

    Raises UsageError if several layouts of the group fit, or several that come with the program."""
    own = [configured] if configured else []
    if configured and not choices.name:
        # If the group has named a wrong encoding, this raises an error that says so.
        decoded(name, content, configured.encoding, configured.locale or locale)
    wanted = _wanted([*own, *choices.layouts, *shipped()], choices)
    for among in (own, choices.layouts, shipped()):
        best = _best(name, content, [layout for layout in among if layout in wanted], locale)
        if len(best) > 1:
            names = ", ".join(layout.name for layout in best)
            raise unreadable(
                name, f"it fits several layouts: {names}", f"Say which: --layout {best[0].name}"
            )
        if best:
            return best[0]
    return None


def _wanted(layouts: Sequence[Layout], choices: CsvChoices) -> list[Layout]:
    """Return the layouts to choose from. If a person has named one, return only that."""
    if not choices.name:
        return list(layouts)
    named = [layout for layout in layouts if layout.name == choices.name]
    if not named:
        known = ", ".join(sorted(layout.name for layout in layouts if layout.name))
        raise UsageError(f'There is no layout "{choices.name}". One of: {known}.')
    return named[:1]


def read_with(
    name: str, content: bytes, layout: Layout, locale: str, choices: CsvChoices
) -> list[Statement]:
    """Return the statements of a file, read by this layout. Raises UsageError with the number of
    the line."""
    text = decoded(name, content, layout.encoding, layout.locale or locale)
    statements = read_by(name, text, layout, layout.locale or locale, choices.signs, choices.today)
    assert statements is not None, "the layout was found by the file's headings"
    return statements


def _best(name: str, content: bytes, layouts: Iterable[Layout], locale: str) -> list[Layout]:
    """Return the layouts that fit a file best: those that name most of its headings."""
    known: list[tuple[int, Layout]] = []
    for layout in layouts:
        try:
            text = decoded(name, content, layout.encoding, layout.locale or locale)
        except UsageError:
            continue  # The bytes do not fit the encoding in the layout.
        if fits(name, text, layout):
            known.append((len({*layout.columns, *layout.headings}), layout))
    most = max((number for number, _ in known), default=0)
    return [layout for number, layout in known if number == most]


def _by_itself(
    name: str, content: bytes, configured: Layout | None, locale: str, choices: CsvChoices
) -> list[Statement]:
    """Read a file for which there is no layout, if everything about it can be detected.

    Raises UsageError if a person must answer a question."""
    seen = detected(name, content, locale, choices.currency)
    if configured is not None and (seen is None or seen.has_headings):
        # The group has said what the columns mean, so nothing is guessed from the file.
        named = ", ".join(f'"{heading}"' for heading in configured.headings)
        raise unreadable(
            name,
            f"no row among the first {HEAD} has the headings {named}",
            "Compare them with the file, letter by letter, and correct [bank] in the config (its"
            " encoding, too)",
        )
    if seen is None:
        raise unreadable(
            name,
            "this is neither CAMT.053, MT940 nor OFX, and no table of movements",
            "Download the statement again, or as CAMT.053",
        )
    if seen.doubts:
        raise unreadable(
            name,
            "no layout has these headings, and"
            f" {' and '.join(doubt.about for doubt in seen.doubts)} cannot be seen",
            "Answer this once for all files of this kind: budgettrack bank layout FILE",
        )
    return read_with(name, content, seen.layout, locale, choices)
