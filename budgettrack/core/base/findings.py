"""Findings: what is wrong or doubtful, where, and what to do; every code and its words are in the
catalogue.

A finding is a value. An *error* is what cannot be used as it is: a row or cell that is left out of
the figures (every report says so), a grant that is left out of a file, a config that is not read. A
*warning* changes nothing. It is told as place, severity, code, problem, remedy, in that order:

    'Expenses'!F14  error  amount-not-a-number  "1.2OO" is not an amount. Type digits, such as 1200.

A finding never quotes a personal column or free text (see `quoted`), since findings are stored and
shown to others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from budgettrack.core.base.catalogue import CODES, Code, Severity
from budgettrack.core.base.grids import a1
from budgettrack.core.base.money import amounts_grouped

__all__ = ["CODES", "Code", "Finding", "Severity", "finding", "finding_at", "quoted"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. Raises KeyError if its code is not in the catalogue.

    Its place is a cell (`tab`, `row`, `column`; the last two count from 0 and are None where it
    concerns a whole row, column or tab), or `where`: a line of a file, a section of the config, a
    step of doctor. `values` fill the words of its code. `first_seen` is a date as text, once the
    register has recorded it."""

    code: str
    table: str = ""
    id: str = ""
    field: str = ""
    values: tuple[tuple[str, str], ...] = ()
    tab: str = ""
    row: int | None = None
    column: int | None = None
    first_seen: str = ""
    where: str = ""

    def __post_init__(self) -> None:
        CODES[self.code]

    def __str__(self) -> str:
        return f"{self.place}  {self.severity}  {self.code}  {self.problem} {self.remedy}"

    @property
    def sentence(self) -> str:
        """Place and words, as an error at the prompt says them."""
        return f"{self.place}: {self.problem} {self.remedy}"

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def place(self) -> str:
        """Where people find it: `'Expenses'!F14`."""
        if self.tab:
            return a1(self.tab, self.row, self.column)
        return self.where or self.id or self.table

    @property
    def problem(self) -> str:
        return CODES[self.code].problem.format_map(dict(self.values))

    @property
    def remedy(self) -> str:
        return CODES[self.code].remedy.format_map(dict(self.values))

    def words(self, locale: str) -> tuple[str, str]:
        """Problem and remedy for people: amounts are grouped as in `locale`."""
        values = {name: amounts_grouped(value, locale) for name, value in self.values}
        code = CODES[self.code]
        return code.problem.format_map(values), code.remedy.format_map(values)

    def line(self, locale: str) -> str:
        """Place, problem and remedy in one line, as in `words`."""
        return " ".join((f"{self.place}:", *self.words(locale)))

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What makes it the same finding tomorrow, wherever its row has moved: (code, table, ID or
        place, field)."""
        return self.code, self.table, self.id or self.place, self.field


def finding(
    code: str, table: str = "", record: str = "", field: str = "", /, **values: str
) -> Finding:
    """Returns a finding about a record's field, its cell still to be located."""
    return Finding(code, table, record, field, tuple(values.items()))


def finding_at(where: str, code: str, field: str = "", /, **values: str) -> Finding:
    """Returns a finding that stands in no cell: `where` is its place, as people know it."""
    return Finding(code, field=field, values=tuple(values.items()), where=where)


def quoted(text: str) -> str:
    """A cell's text as a finding may show it: figures with a few letters are quoted, words are not.

    Somebody may have typed a name into the wrong column, and findings are stored and shown.

    >>> quoted("1.2OO"), quoted("ask Harbour office")
    ('"1.2OO"', 'This text')
    """
    plain = " ".join(text.split())
    if len(plain) <= 24 and re.search(r"\d", plain) and not re.search(r"[^\W\d_]{4,}", plain):
        return f'"{plain}"'
    return "This text"
