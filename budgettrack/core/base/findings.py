"""Findings: problems and doubts in the data, each with its place and its remedy. The catalogue has
all codes and texts.

A finding is a value. An *error* means that something cannot be used: a row or cell is left out of
the figures (every report says so), a grant is left out of a file, or a config is not loaded. A
*warning* changes nothing. A finding is shown as place, severity, code, problem and remedy, in this
order:

    'Expenses'!F14  error  amount-not-a-number  "1.2OO" is not an amount. Type digits, such as 1200.

A finding never quotes a personal column or free text (see `quoted`): findings are stored and shown
to others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from string import Formatter

from msgspec import Struct

from budgettrack.core.base.addresses import a1
from budgettrack.core.base.catalogue import CODES, Code, Severity
from budgettrack.core.base.money import amounts_grouped
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.base.unseen import legible

__all__ = [
    "CODES",
    "CONFLICTS",
    "MOST_OF_A_KIND",
    "Code",
    "Finding",
    "MoreFindings",
    "Severity",
    "finding",
    "finding_at",
    "quoted",
    "shortened",
]

MOST_OF_A_KIND = 100
"""People are shown at most this many findings of one code, one on each line."""

CONFLICTS = {"conflict", "conflict-removed-here", "conflict-removed-there", "cell-protected"}
"""The codes of conflicts. All their findings are shown, because each has a cell *Keep* in which
a person chooses."""


def is_known(code: str, values: Iterable[str]) -> bool:
    """Whether this program can tell a finding that another version recorded: it has this code, and
    the names of the recorded values fill every placeholder of its texts."""
    known = CODES.get(code)
    return known is not None and _placeholders(known.problem + known.remedy) <= frozenset(values)


@cache
def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


class Finding(Struct, frozen=True):
    """One problem or doubt in the data. Raises KeyError if `code` is not in the catalogue.

    `tab`, `row`, `column`: the cell. Rows and columns count from 0. `row` or `column` is None if
    the finding is about a whole row, column or tab. `where`: the place, if it is not a cell: a
    line of a file, a section of the config, or a step of the command `doctor`. `values`: they
    fill the placeholders in the problem and the remedy. `first_seen`: a date as text. The
    register sets it when it records the finding."""

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
        """The place and the texts in one sentence, for an error at the prompt."""
        return f"{self.place}: {self.problem} {self.remedy}"

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def place(self) -> str:
        """The place as people see it: `'Expenses'!F14`."""
        if self.tab:
            return a1(self.tab, self.row, self.column)
        return self.where or self.id or self.table

    @property
    def problem(self) -> str:
        return CODES[self.code].problem.format_map(dict(self.values))

    @property
    def remedy(self) -> str:
        return CODES[self.code].remedy.format_map(dict(self.values))

    def words(self, locale: str, words: SheetWords = ENGLISH) -> tuple[str, str]:
        """Returns the problem and the remedy in the language of `words`, with amounts formatted
        for `locale`."""
        values = {
            name: amounts_grouped(words.value(name, value), locale) for name, value in self.values
        }
        code = CODES[self.code]
        return words.say(code.problem, **values), words.say(code.remedy, **values)

    def line(self, locale: str, words: SheetWords = ENGLISH) -> str:
        """Returns the place, the problem and the remedy in one line, in the language of `words`,
        with amounts formatted for `locale`."""
        # The Latin address of a cell is isolated (U+2068, U+2069).
        # Without this, a Latin address would change the order of words in an Arabic sentence.
        place = f"\u2068{self.place}\u2069" if words.right_to_left else self.place
        return " ".join((f"{place}:", *self.words(locale, words)))

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Returns four texts by which a finding is recognised from day to day, even if its row
        moves: code, table, ID of the record or place, and field."""
        return self.code, self.table, self.id or self.place, self.field


class MoreFindings(Struct, frozen=True):
    """One line in place of the findings of one code that a list leaves out. It says how many
    they are."""

    code: str
    number: int

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    def words(self, words: SheetWords = ENGLISH) -> str:
        return words.say("and {number} more of this kind", number=str(self.number))


def shortened(findings: Sequence[Finding]) -> Iterator[tuple[int, Finding | MoreFindings]]:
    """Yields pairs: an index and a finding. Of each code, the first `MOST_OF_A_KIND` findings are
    yielded. If there are more, one line after them says how many more. All conflicts are yielded.
    """
    sums = Counter(each.code for each in findings)
    shown: Counter[str] = Counter()
    for index, each in enumerate(findings):
        shown[each.code] += 1
        if each.code in CONFLICTS or shown[each.code] <= MOST_OF_A_KIND:
            yield index, each
        elif shown[each.code] == MOST_OF_A_KIND + 1:
            yield index, MoreFindings(each.code, sums[each.code] - MOST_OF_A_KIND)


def finding(
    code: str, table: str = "", record: str = "", field: str = "", /, **values: str
) -> Finding:
    """Returns a finding about a field of a record. It has no cell yet: the sync adds the cell
    later."""
    return Finding(code, table, record, field, tuple(values.items()))


def finding_at(where: str, code: str, field: str = "", /, **values: str) -> Finding:
    """Returns a finding without a cell. `where` is its place, in words for people."""
    return Finding(code, field=field, values=tuple(values.items()), where=where)


def quoted(text: str) -> str:
    """Returns the text of a cell for a finding. A number with a few letters is quoted; other words
    are replaced by "This text". The reason: somebody may have typed a person's name into the wrong
    column, and findings are stored and shown.

    >>> quoted("1.2OO"), quoted("ask Harbour office")
    ('"1.2OO"', 'This text')"""
    plain = " ".join(legible(text).split())
    if len(plain) <= 24 and re.search(r"\d", plain) and not re.search(r"[^\W\d_]{4,}", plain):
        return f'"{plain}"'
    return "This text"
