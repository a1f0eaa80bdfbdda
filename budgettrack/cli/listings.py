"""Prints rows as a table that fits into the terminal, as JSON or as CSV."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from budgettrack.cli import output
from budgettrack.cli.context import PLAIN, locale_now, talk, words_now
from budgettrack.cli.output import colour
from budgettrack.cli.plain_table import plain_table
from budgettrack.core.base.unseen import legible


def listing(
    rows: Sequence[Mapping[str, Any]],
    headings: Mapping[str, str],
    as_json: bool,
    as_csv: bool,
    empty: str,
    spare: Sequence[str] = (),
    amounts: Sequence[str] = (),
    cut: str = "",
) -> None:
    """Print rows as JSON or CSV with all fields, or as a table with the columns of `headings`.

    `headings` has the heading of each field. `amounts`: columns of amounts that are not in AMOUNTS.
    If the terminal is too narrow for the table, the texts of the column `cut` are shortened, and
    the columns in `spare` are left out one by one. If that is not enough, each row is printed with
    one field on each line."""
    if as_json:
        click.echo(json_text(rows, indent=2))
        return
    if as_csv:
        if rows:
            from budgettrack.core.base.csv_text import csv_text

            heads = list(rows[0])
            cells = [[row[head] for head in heads] for row in rows]
            click.echo(csv_text(heads, cells, line_end="\n"), nl=False)
        return
    rows = [for_people(row, amounts) for row in rows]
    if not rows:
        click.echo(empty)
    elif click.get_current_context().meta.get(PLAIN):
        click.echo(_facts(rows, headings))
    else:
        click.echo(_table_that_fits(rows, headings, spare, amounts, cut), color=colour())


def json_text(value: Any, indent: int | None = None, err: bool = False) -> str:
    """Return a value as JSON. Characters that the encoding of the output does not have are
    escaped, so that nothing is lost."""
    stream = sys.stderr if err else sys.stdout
    import json

    return json.dumps(value, ensure_ascii=not output.has_all_signs(stream), indent=indent)


def _table_that_fits(
    rows: Sequence[Mapping[str, Any]],
    headings: Mapping[str, str],
    spare: Sequence[str],
    amounts: Sequence[str],
    cut: str,
) -> str:
    """Return the table in a form that fits into the terminal.

    First the texts in the column `cut` are shortened and the columns in `spare` left out. If that
    is not enough, texts are wrapped. If the table is still too wide, returns the rows with one
    field on each line."""
    shown = table_of(rows, headings, amounts)
    if not sys.stdout.isatty():
        return shown
    width = shutil.get_terminal_size().columns
    excess = []
    for left in range(len(spare) + 1):
        kept = _without(headings, spare[:left])
        shown = table_of(rows, kept, amounts)
        beyond = _width(shown) - width
        if beyond > 0 and cut in kept:
            shown = table_of(_shortened(rows, cut, headings[cut], beyond), kept, amounts)
        if _width(shown) <= width:
            _tell_hidden(headings, kept)
            return shown
        excess.append(beyond)
    # The rows do not fit. Wrap texts, and leave out as few columns as possible.
    for left, beyond in enumerate(excess):
        kept = _without(headings, spare[:left])
        wrapped = _wrapped(rows, kept, amounts, beyond)
        if wrapped is not None:
            _tell_hidden(headings, kept)
            return table_of(wrapped, kept, amounts)
    return _facts(rows, headings)


def _shortened(
    rows: Sequence[Mapping[str, Any]], name: str, heading: str, excess: int
) -> list[dict[str, Any]]:
    """Return the rows with the texts of a column cut, so that the column becomes narrower by
    `excess` characters, but not narrower than NARROWEST."""
    texts = [str(row[name] or "") for row in rows]
    room = max(NARROWEST, len(heading), max(map(len, texts)) - excess)
    return [
        {**row, name: text if len(text) <= room else f"{text[: room - 1].rstrip()}…"}
        for row, text in zip(rows, texts, strict=True)
    ]


def _without(headings: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: text for name, text in headings.items() if name not in names}


def _tell_hidden(headings: Mapping[str, str], kept: Mapping[str, str]) -> None:
    """Say which columns are left out because the terminal is too narrow."""
    hidden = [text for name, text in headings.items() if name not in kept and text]
    if hidden:
        told = words_now().say(
            "No room for: {columns}. Widen the window, or use --csv or --json.",
            columns=", ".join(hidden),
        )
        width = shutil.get_terminal_size().columns
        talk(textwrap.fill(told, width, break_on_hyphens=False, break_long_words=False))


def _width(shown: str) -> int:
    return max(len(click.unstyle(line)) for line in shown.splitlines())


NARROWEST = 14
"""How wide a column of wrapped text must be at least, in characters."""


def _wrapped(
    rows: Sequence[Mapping[str, Any]],
    headings: Mapping[str, str],
    amounts: Sequence[str],
    excess: int,
) -> list[dict[str, Any]] | None:
    """Return the rows with texts wrapped so that the table becomes narrower by `excess` characters.

    Returns None if a column would become too narrow to be read."""
    names = [name for name in headings if name not in RIGHT and name not in amounts]
    texts = {name: [str(row[name] or "") for row in rows] for name in names}
    widths = _narrowed(texts, excess)
    if widths is None:
        return None
    wrapped = {
        name: [textwrap.fill(text, max(1, widths[name])) for text in column]
        for name, column in texts.items()
    }
    return [
        {**row, **{name: column[index] for name, column in wrapped.items()}}
        for index, row in enumerate(rows)
    ]


def _narrowed(texts: Mapping[str, Sequence[str]], excess: int) -> dict[str, int] | None:
    """Return a new width for each column. All columns together become narrower by `excess`
    characters.

    Returns None if a column would become narrower than its longest word, or than NARROWEST. The
    columns in VALUES may be narrower than their longest word."""
    widths = {name: max(map(len, column)) for name, column in texts.items()}
    # A link may be broken into two lines. An ID may not, because people type it again.
    least = {
        name: NARROWEST if name in VALUES else max(NARROWEST, _longest_word(column))
        for name, column in texts.items()
    }
    for _ in range(excess):
        narrowable = [name for name in texts if widths[name] > least[name]]
        if not narrowable:
            return None
        # The widest column becomes one character narrower. This is repeated until the table fits.
        widths[max(narrowable, key=lambda name: widths[name])] -= 1
    return widths


def _longest_word(texts: Sequence[str]) -> int:
    return max((len(word) for text in texts for word in text.split()), default=0)


AMOUNTS = {"amount", "approved", "available", "budget", "committed", "counted", "covers_amount",
    "difference", "likely", "may_come", "moved", "record_amount", "revised", "spent", "total",
    "variance",
}  # fmt: skip
"""Columns of amounts: plain decimals in JSON and CSV, grouped by the locale in tables."""

RIGHT = AMOUNTS | {"days", "moved_percent", "odds", "seconds", "variance_percent"}
"""Columns of numbers, aligned to the right."""

VALUES = ("from", "to", "sheet", "register")
"""Columns with values of any field. Such a value is an amount if the row is about a field of
amounts."""


def for_people(row: Mapping[str, Any], amounts: Sequence[str] = ()) -> dict[str, Any]:
    """Return the row with its amounts grouped by the locale."""
    shown = dict(row)
    for name in {*AMOUNTS, *amounts} & row.keys():
        shown[name] = amount_shown(row[name], row.get("currency") or "")
    if "table" in row:
        field = row.get("field") or str(row.get("conflict", "")).rpartition(".")[2]
        for name in VALUES:
            if name in row:
                shown[name] = value_shown(row["table"], field, row[name])
    return shown


def amount_shown(value: str | None, currency: str = "") -> str | None:
    """Return a plain decimal formatted by the locale, with the decimals of its currency if that is
    known.

    Returns None if there is no value."""
    from budgettrack.core.base import money

    if not value:
        return value
    if currency and money.is_currency(currency):
        value = money.decimal(money.minor(value, currency), currency)
    return money.grouped(value, locale_now())


def value_shown(table: str, field: str, value: str | None, currency: str = "") -> str | None:
    """Return the value of a field for people. An amount is formatted by the locale.

    Returns None if there is no value."""
    from budgettrack.core.records.tables import BY_NAME

    for column in BY_NAME[table].columns if table in BY_NAME else ():
        if column.kind == "money" and field in (column.name, column.heading):
            return amount_shown(value, currency) if NUMBER.fullmatch(value or "") else value
    return value


NUMBER = re.compile(r"-?\d+(\.\d+)?")

SIGNED = {"variance", "available", "variance_percent", "days", "difference", "gap"}
"""Columns in which a negative value needs attention: it is red on a terminal."""


def bar(part: str | None, time: str | None, cells: int = 10) -> str:
    """Draw a share in percent as a bar, with a line at the elapsed time: `bar("50.0 %", "70.0 %")`.

    Returns "" if `part` is None."""
    if part is None:
        return ""
    full, at = (
        None if text is None else min(cells, max(0, round(float(text.rstrip(" %")) * cells / 100)))
        for text in (part, time)
    )
    drawn = ["━" if index < (full or 0) else "·" for index in range(cells)]
    if at is not None:
        drawn[min(at, cells - 1)] = "╂" if at < (full or 0) else "│"
    return "".join(drawn)


def _facts(rows: Iterable[Mapping[str, Any]], headings: Mapping[str, str]) -> str:
    """Return the rows with one field on each line, and a blank line between rows. Empty fields
    are left out."""
    return "\n\n".join(
        "\n".join(
            f"{heading or name.capitalize()}: {legible(str(row[name]))}"
            for name, heading in headings.items()
            if row[name] not in (None, "")
        )
        for row in rows
    )


def table_of(
    rows: Iterable[Mapping[str, Any]], headings: Mapping[str, str], amounts: Sequence[str] = ()
) -> str:
    """Return the rows as a table. Numbers are aligned to the right."""
    cells = [[_cell(name, row[name]) for name in headings] for row in rows]
    to_right = [name in RIGHT or name in amounts for name in headings]
    return plain_table(list(headings.values()), cells, to_right)


def _cell(name: str, value: Any) -> str:
    text = "" if value is None else legible(str(value))
    return click.style(text, fg="red") if name in SIGNED and text.startswith("-") else text
