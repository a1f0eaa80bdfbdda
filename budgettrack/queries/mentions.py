"""Finds the public texts that contain a name which is being withdrawn. These are cells of the
workbook (except those of the column to which the name belongs), and texts of published pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from budgettrack.config.load import default_locale
from budgettrack.core.base.addresses import a1
from budgettrack.core.base.errors import TrackError
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import BY_NAME, TABLES, published
from budgettrack.core.sealing.public_batches import named
from budgettrack.core.sealing.withdrawn import Withdrawn, WithdrawnKind
from budgettrack.core.views.public_types import Progress, PublicFacts, PublicGrant
from budgettrack.core.views.stories import told_stories
from budgettrack.group import OpenedGroup
from budgettrack.reports.site.withheld_names import letters_of, name_pattern

SHORTEST = 3
"""Names with fewer characters are not searched for."""

_OF_PAGES = {"note": "progress_note"}
"""The columns of the work-plan that a page keeps under another name."""


class Mention(Struct, frozen=True):
    """A public text that contains a name.

    `cell`: the address of its cell in the workbook. It is '' if the text is only on pages, or if
    the workbook cannot be read. `pages`: the months of the published pages whose text contains
    the name."""

    table: str
    id: str
    column: str
    name: str
    cell: str
    pages: Sequence[str]

    @property
    def heading(self) -> str:
        """The heading of the column that has the mention."""
        return BY_NAME[self.table].column(self.column).heading


_Place = tuple[str, str, str, str]
"""The place of a name: table, ID, column, and the name itself."""


def mentions(group: OpenedGroup, names: Iterable[str]) -> list[Mention]:
    """Returns the public texts that contain one of the names as a word. Capitals, accents and
    spacing make no difference. Records that are withdrawn are not searched, because they are in no
    public text.

    The workbook is read to find the cells. If it cannot be read, the cells are ''."""
    patterns = {name: _pattern(name) for name in names if len(letters_of(name)) >= SHORTEST}
    gone = group.withdrawn
    now = list(_in_records(group, gone, patterns))
    pages: dict[_Place, list[str]] = {}
    for month, page in group.publications.pages.items():
        for place in _on_page(group, page.facts, gone, patterns):
            pages.setdefault(place, []).append(month)
    cells = _cells(group, now) if now else {}
    return [
        Mention(*place, cells.get(place, ""), pages.get(place, ()))
        for place in dict.fromkeys([*now, *pages])
    ]


def names_of(group: OpenedGroup, kind: WithdrawnKind, known: str) -> list[str]:
    """Returns the names by which readers know the withdrawn records: the ID or name, the words of
    an activity (present and on each page), the title of a grant, and the funder of a grant. The
    funder is left out if another published grant has the same funder.

    Returns nothing for an organisation, because its name is removed from every public text anyway.
    """
    plan, pages = group.standing.plan, group.publications.pages.values()
    names = [known] if kind != "organisation" else []
    if kind == "activity":
        names += [row.activity for page in pages for row in page.facts.progress if row.id == known]
        if known in plan.activities:
            names.append(plan.activities[known].activity)
    if kind == "grant":
        told = {grant.funder for grant in plan.grants.values() if named(grant)}
        then = [grant for page in pages for grant in page.facts.grants if grant.id == known]
        texts = [(grant.title, grant.funder) for grant in then]
        if known in plan.grants:
            texts.append((plan.grants[known].title, plan.grants[known].funder))
        for title, funder in texts:
            names += [title, *({funder} - told)]
    return list(dict.fromkeys(names))


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){name_pattern(name).pattern}(?!\S)")


def _in_records(
    group: OpenedGroup, gone: Withdrawn, patterns: Mapping[str, re.Pattern[str]]
) -> Iterator[_Place]:
    for table in TABLES:
        columns = [column.name for column in published(table) if column.kind == "text"]
        for id_, record in group.standing.records[table.name].items() if columns else ():
            if _is_public(group, gone, table.name, id_, record):
                texts = {column: record.get(column, "") for column in columns}
                yield from _matches(table.name, id_, texts, patterns)


def _is_public(group: OpenedGroup, gone: Withdrawn, table: str, id_: str, record: Fields) -> bool:
    match table:
        case "grants":
            return named(group.standing.plan.grants.get(id_))
        case "work_plan":
            return not gone.activity(id_)
        case "budget":
            return not gone.category(record.get("category"))
        case "stories":
            told = told_stories(gone.plan(group.standing.plan), group.today)
            return id_ in {story.id for story in told}
    return True


def _on_page(
    group: OpenedGroup,
    facts: PublicFacts,
    gone: Withdrawn,
    patterns: Mapping[str, re.Pattern[str]],
) -> Iterator[_Place]:
    for row in facts.progress:
        if not gone.activity(row.id):
            yield from _matches("work_plan", row.id, _texts(row), patterns)
    for grant in facts.grants:
        if named(group.standing.plan.grants.get(grant.id)):
            yield from _matches("grants", grant.id, _texts(grant), patterns)
    yield from _matches("months", facts.month, {"review": facts.review}, patterns)


def _texts(row: Progress | PublicGrant) -> dict[str, str]:
    """Returns the texts of a row, by the column of the workbook."""
    values = {_OF_PAGES.get(name, name): getattr(row, name) for name in row.__struct_fields__}
    return {name: text for name, text in values.items() if isinstance(text, str) and name != "id"}


def _matches(
    table: str, id_: str, texts: Mapping[str, str], patterns: Mapping[str, re.Pattern[str]]
) -> Iterator[_Place]:
    for column, text in texts.items():
        for name, pattern in patterns.items():
            if pattern.search(letters_of(text)):
                yield table, id_, column, name


def _cells(group: OpenedGroup, places: Sequence[_Place]) -> dict[_Place, str]:
    """Returns the cell of each text. Texts that are not in the workbook are left out."""
    try:
        book = group.workbook_to_read.read()
        config = group.config
        locale = default_locale(config, book.locale)
        read = read_rows(book, config.shapes, locale, wanted=config.tables)
    except TrackError:
        return {}
    cells = {}
    for table, id_, column, name in places:
        tab = read.tables.get(table)
        if tab is not None and column in tab.columns:
            for row in tab.rows:
                if row.id == id_:
                    cells[table, id_, column, name] = a1(tab.tab, row.number, tab.columns[column])
    return cells
