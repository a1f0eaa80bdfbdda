"""The tab *Checks*: findings and conflicts, the most harmful first, each with a link to its cell.

It contains no time of day and no text such as "in 12 days", so that nothing is written if the
plan has not changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from budgettrack.core.base.catalogue import CODES
from budgettrack.core.base.findings import Finding, MoreFindings, shortened
from budgettrack.core.base.grids import PageCell, ToolTab
from budgettrack.core.base.harm import HARMS, harm_of
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.merge.merge import Side
from budgettrack.core.own_tabs import LOOK_AT, WRITTEN_AT_EACH_SYNC
from budgettrack.core.records.tables import CHECKS, CHECKS_HEADINGS, HIDDEN_HEADINGS

SIDES: tuple[Side, ...] = ("sheet", "register")
"""The choices in the column *Keep*, by which a person settles a conflict."""

REPEATS = 3
"""If at least this many findings have the same code and remedy, they are listed under one title,
which says how many they are."""

SEVERAL = "The same to do in several rows: {number}"

_WIDTHS = (19, 34, 50, 50, 10, 12, 10, 26, 26, 30)


class FindingRow(Struct, frozen=True):
    """The row that a finding is about.

    `name`: the row in words, such as `B-3: Rent of the office`. `mark`: a text that identifies
    the cell with the problem. By this text, the tab of the cell colours it (see `mark_of_cell`)."""

    name: str = ""
    mark: str = ""


Shown = tuple[int, Finding | MoreFindings]
"""One line of the tab, with the index of its finding."""


def mark_of_cell(table: str, row: str, heading: str) -> str:
    """Returns the text that identifies a cell, made of its table, its row and its heading.

    `row`: the ID in the first column, or `#7` for the seventh row if there is no ID. The
    conditional format of a cell makes the same text from its own row. If the tab *Checks* has this
    text, the cell gets a colour."""
    return f"{table}|{row}|{heading}"


def checks(
    findings: Sequence[Finding],
    keys: Mapping[int, str],
    locale: str,
    words: SheetWords = ENGLISH,
    rows_of: Mapping[int, FindingRow] = {},
) -> ToolTab:
    """Returns the tab *Checks*: findings sorted by harm and remedy, each with a link to its cell.
    If there are more than a hundred of one kind, one line stands for the rest. All conflicts are in
    the tab. Amounts are formatted for `locale`.

    `keys` has the seal of each conflict (see `Conflict.seal`), and `rows_of` the row that it is
    about, both by the index of the finding."""
    page = _Page(keys, locale, words, rows_of)
    rows: list[list[PageCell]] = [
        [PageCell(words.say(LOOK_AT), "title")],
        [PageCell(words.say(WRITTEN_AT_EACH_SYNC), "note")],
        [],
        [PageCell(words.heading(text), "heading") for text in CHECKS_HEADINGS],
    ]
    if not findings:
        rows.append([PageCell(), PageCell(), PageCell(words.say("Nothing. Well done."))])
    of_harm: dict[str, list[Shown]] = defaultdict(list)
    for index, finding in shortened(findings):
        of_harm[harm_of(finding.code)].append((index, finding))
    for harm, shown in of_harm.items():
        seen = len(CHECKS_HEADINGS) - len(HIDDEN_HEADINGS)
        title = [words.say(HARMS[harm]), *[None] * (seen - 1)]
        rows.append([PageCell(text, "section") for text in title])
        rows += page.lines(shown)
    return ToolTab(
        words.tab(CHECKS),
        tuple(tuple(row) for row in rows),
        _WIDTHS,
        frozen=4,
        kind="checks",
        right_to_left=words.right_to_left,
        hidden=len(HIDDEN_HEADINGS),
    )


class _Page(Struct, frozen=True):
    """The settings for making the lines of the tab."""

    keys: Mapping[int, str]
    locale: str
    words: SheetWords
    rows_of: Mapping[int, FindingRow]

    def lines(self, shown: Sequence[Shown]) -> Iterator[list[PageCell]]:
        """Yields the lines about one kind of harm. Findings with the same code and remedy stand
        together, at the place of the first of them."""
        groups: dict[tuple[str, str], list[Shown]] = defaultdict(list)
        for index, finding in shown:
            groups[finding.code, self._remedy(finding)].append((index, finding))
        for (code, remedy), group in groups.items():
            # If some findings are left out, one line after the others of their kind says how many.
            repeated = len(group) >= REPEATS
            if repeated:
                yield self._title(code, remedy, len(group))
            for index, finding in group:
                if isinstance(finding, MoreFindings):
                    yield self._rest(finding)
                else:
                    yield self._line(index, finding, "" if repeated else remedy)

    def _remedy(self, finding: Finding | MoreFindings) -> str:
        if isinstance(finding, MoreFindings):
            return ""
        return finding.words(self.locale, self.words)[1]

    def _title(self, code: str, remedy: str, number: int) -> list[PageCell]:
        title = self.words.say(CODES[code].many or SEVERAL, number=str(number))
        cells = (None, None, title, remedy or None, None, None, None)
        return [PageCell(text, "group") for text in cells]

    def _rest(self, more: MoreFindings) -> list[PageCell]:
        say = self.words.say
        return [
            PageCell(),
            PageCell(),
            PageCell(more.words(self.words)),
            PageCell(say("To list them all: budgettrack checks --csv")),
            PageCell(say(more.severity), more.severity),
            PageCell(),
            PageCell(),
            *_hidden(more.code),
        ]

    def _line(self, index: int, finding: Finding, remedy: str) -> list[PageCell]:
        key = self.keys.get(index, "")
        about = self.rows_of.get(index, FindingRow())
        sides = tuple(map(self.words.choice, SIDES))
        place, name = finding.place, about.name
        if self.words.right_to_left and finding.tab:
            # In a link, an Arabic tab name and a Latin cell address would overlap.
            place, name = place.rpartition("!")[2], ": ".join(filter(None, (finding.tab, name)))
        return [
            PageCell(place, "place", link=finding.place if finding.tab else None),
            PageCell(name),
            PageCell(finding.words(self.locale, self.words)[0]),
            PageCell(remedy or None),
            PageCell(self.words.say(finding.severity), finding.severity),
            PageCell(finding.first_seen),
            PageCell(None, "input" if key else "text", choices=sides if key else ()),
            *_hidden(finding.code, key, about.mark),
        ]


def _hidden(*texts: str) -> list[PageCell]:
    """Returns the cells of the hidden columns. They are not wrapped: in a column without width,
    a spreadsheet program would print one letter to a line."""
    return [PageCell(text, "note") for text in texts]
