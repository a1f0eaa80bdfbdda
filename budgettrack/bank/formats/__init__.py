"""The file formats of bank statements: CAMT, MT940, OFX, QIF and CSV. A file is read into memory
and never stored."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from budgettrack.bank.formats import chain, counting, qif
from budgettrack.bank.formats.csv.layouts import CsvChoices
from budgettrack.bank.formats.files import documents
from budgettrack.bank.formats.kinds import format_of
from budgettrack.bank.formats.statement import (
    Statement,
    StatementLine,
    refuse_many,
    unreadable,
)
from budgettrack.config.bank_csv import Layout
from budgettrack.core.base.errors import UsageError
from budgettrack.extras import missing

__all__ = ["CsvChoices", "Layout", "Statement", "StatementLine", "read", "read_all", "read_each"]


def read(
    path: Path, layout: Layout | None, locale: str, choices: CsvChoices | None = None
) -> list[Statement]:
    """Return the statements of one file of a bank. Raises UsageError if the file cannot be read."""
    return read_all([path], layout, locale, choices)


def read_all(
    paths: Sequence[Path], layout: Layout | None, locale: str, choices: CsvChoices | None = None
) -> list[Statement]:
    """Return the statements of a bank's files. An entry that is in several statements is
    returned once."""
    return chain.joined(read_each(paths, layout, locale, choices))


def read_each(
    paths: Sequence[Path], layout: Layout | None, locale: str, choices: CsvChoices | None = None
) -> list[Statement]:
    """Return the statements as they are in the files. The format of a file is recognised by its
    content.

    `layout`: the section [bank] of the config. `choices`: what else is known about a CSV file.
    Raises UsageError with place, problem and remedy."""
    statements: list[Statement] = []
    for name, content in _named(paths):
        statements += _read(name, content, layout, locale, choices or CsvChoices())
    return statements


def _named(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield pairs: a name and the bytes of a file. If two shortened names are equal, the second
    one gets a number."""
    counted: Counter[str] = Counter()
    for path in paths:
        for name, content in documents(path):
            counted[name] += 1
            yield (f"{name} ({counted[name]})" if counted[name] > 1 else name), content


def _read(
    name: str, content: bytes, layout: Layout | None, locale: str, choices: CsvChoices
) -> list[Statement]:
    format_name = format_of(name, content)
    if format_name == "CSV":
        from budgettrack.bank.formats.csv import layouts

        refuse_many(name, max(content.count(b"\n"), content.count(b"\r")))
        statements = layouts.read(name, content, layout, locale, choices)
    else:
        entries = counting.entries_in(content, format_name)
        refuse_many(name, entries)
        statements = _reader(format_name, choices)(name, content)
        _prove_count(name, format_name, entries, statements)
    statements = [
        replace(statement, place=statement.place or name, file=name) for statement in statements
    ]
    if not any(statement.lines for statement in statements):
        warning = f"{name} has no booked entry. If money moved in its period, download it again."
        first = statements[0]
        statements[0] = replace(first, left_out=(*first.left_out, warning))
    return statements


def _prove_count(
    name: str, format_name: str, entries: int, statements: Sequence[Statement]
) -> None:
    """Raise UsageError if the reader of a format has found more or fewer entries than a second
    count of the file."""
    found = sum(len(statement.lines) + statement.pending for statement in statements)
    if found != entries:
        raise unreadable(
            name,
            f"this {format_name} has {entries} entries, of which {found} can be read",
            "Download it again, or in another format: CAMT.053, MT940, OFX or CSV",
        )


def _reader(format_name: str, choices: CsvChoices) -> Callable[[str, bytes], list[Statement]]:
    """Return the reader of a format. Raises UsageError if a package that it needs is missing."""
    if format_name == "QIF":
        known = choices.account_currency
        return partial(qif.read, currency=known or choices.currency, is_assumed=not known)
    try:
        module: Any = importlib.import_module(f"budgettrack.bank.formats.{format_name.lower()}")
    except ModuleNotFoundError:
        remedy = "Or download the statement as CAMT.053, OFX or CSV, which need no extra."
        raise UsageError(f"{missing(f'An {format_name} file', 'bank')}\n{remedy}") from None
    reader: Callable[[str, bytes], list[Statement]] = module.read
    return reader
