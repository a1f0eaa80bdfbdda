"""The names that the group withdrew: they are taken out of everything public, before or after
publication.

A withdrawal stays valid whatever the workbook says. An old copy of the workbook does not undo it,
and neither does a *yes* or a new name in a cell. Only a command undoes it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.records.model import Fields, Plan, Records

WithdrawnKind = Literal["grant", "activity", "category", "organisation", "story"]
KINDS: tuple[WithdrawnKind, ...] = get_args(WithdrawnKind)

PLACES: Mapping[WithdrawnKind, tuple[str, str]] = {
    "grant": ("grants", "id"),
    "activity": ("work_plan", "id"),
    "category": ("budget", "category"),
    "organisation": ("grants", "funder"),
    "story": ("stories", "id"),
}
"""The table and the field in which people type the name, by the kind of withdrawal (grant,
activity, category, organisation, story)."""


CONTENT: Mapping[WithdrawnKind, tuple[tuple[str, ...], ...]] = {
    "grant": (("funder", "title"),),
    "activity": (("activity",),),
    "story": (("title",), ("story",)),
}
"""The fields by which a new row is recognised as a withdrawn row with another ID. It is recognised
if all fields of one of these tuples are equal."""


class Withdrawal(Struct, frozen=True):
    """A name that nothing public may have any more.

    `name`: the ID of a grant, an activity or a story, or the name of a category or an
    organisation. `by`: the role that withdrew it. `before`: the withdrawn name that this name
    replaced in the workbook; `since` and `by` are then those of the withdrawn name. It is '' if
    a person withdrew this name."""

    kind: WithdrawnKind
    name: str
    since: datetime
    by: str
    before: str = ""


class Withdrawn(Struct, frozen=True):
    """Everything that is withdrawn. Capitals and spaces in names make no difference.

    `organisations`: the names as they were typed, because texts are searched for them."""

    activities: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    stories: frozenset[str] = frozenset()

    def activity(self, id_: str | None) -> bool:
        """Whether the activity with this ID is withdrawn."""
        return folded(id_ or "") in self.activities

    def category(self, name: str | None) -> bool:
        """Whether the category with this name is withdrawn."""
        return folded(name or "") in self.categories

    def grant(self, id_: str) -> bool:
        """Whether the grant with this ID is withdrawn."""
        return folded(id_) in self.grants

    def story(self, id_: str) -> bool:
        """Whether the story with this ID is withdrawn."""
        return folded(id_) in self.stories

    def plan(self, plan: Plan) -> Plan:
        """Returns a plan in which no withdrawn grant or story is marked *Publish*."""
        stories = {
            id_: replace(story, publish=False)
            for id_, story in plan.stories.items()
            if story.publish and self.story(id_)
        }
        if stories:
            plan = replace(plan, stories={**plan.stories, **stories})
        held = {
            id_: replace(grant, publish=False)
            for id_, grant in plan.grants.items()
            if grant.publish and self.grant(id_)
        }
        return replace(plan, grants={**plan.grants, **held}) if held else plan


NOTHING_WITHDRAWN = Withdrawn()


def withdrawn_of(withdrawals: Iterable[Withdrawal]) -> Withdrawn:
    """Returns the names of all withdrawals, by kind."""
    names: dict[WithdrawnKind, set[str]] = {kind: set() for kind in KINDS}
    for withdrawal in withdrawals:
        names[withdrawal.kind].add(withdrawal.name)
    return Withdrawn(
        frozenset(map(folded, names["activity"])),
        frozenset(map(folded, names["category"])),
        frozenset(names["organisation"]),
        frozenset(map(folded, names["grant"])),
        frozenset(map(folded, names["story"])),
    )


def folded(name: str) -> str:
    """Returns a name in the form used for comparing. Capitals make no difference, and each accent
    is written in only one way."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def followers(
    withdrawals: Sequence[Withdrawal],
    before: Records,
    after: Records,
    renames: Mapping[tuple[str, str], str],
) -> list[Withdrawal]:
    """Returns withdrawals of new names that replace withdrawn ones.

    Example: the category *Meals* is withdrawn, and somebody types *Warm food* over it. The next
    payment would be published under this name. So the new name is withdrawn, too, until a person
    says that it may be public. But a name that another row had before is already public, and stays
    public. A new row with the content of a withdrawn row counts as this row: somebody cleared or
    changed its ID. `renames`: the new ID, by table and old ID."""
    more: list[Withdrawal] = []
    for kind, (table, field) in PLACES.items():
        gone = {folded(each.name): each for each in withdrawals if each.kind == kind}
        if not gone:
            continue
        known = {folded(name) for _, name in _names(before, table, field)} | gone.keys()
        for old, new in _replaced(before, after, renames, table, field):
            if folded(old) in gone and folded(new) not in known:
                known.add(folded(new))
                more.append(replace(gone[folded(old)], name=new, before=old))
        for old, new in _again(before.get(table, {}), after.get(table, {}), CONTENT.get(kind, ())):
            if folded(old) in gone and folded(new) not in known:
                known.add(folded(new))
                more.append(replace(gone[folded(old)], name=new, before=old))
    return more


def _again(
    before: Mapping[str, Fields], after: Mapping[str, Fields], content: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    """Yields pairs: the ID of an earlier row, and the ID of a new row with the same content."""
    for new, fields in after.items():
        for old, known in before.items() if new not in before else ():
            if any(
                all(known.get(name) and _same(known, fields, name) for name in names)
                for names in content
            ):
                yield old, new


def _same(one: Fields, other: Fields, name: str) -> bool:
    return folded(one.get(name, "")) == folded(other.get(name, ""))


def _names(records: Records, table: str, field: str) -> Iterator[tuple[str, str]]:
    """Yields the ID of each record of a table, and its name."""
    for id_, fields in records.get(table, {}).items():
        yield id_, id_ if field == "id" else fields.get(field, "")


def _replaced(
    before: Records,
    after: Records,
    renames: Mapping[tuple[str, str], str],
    table: str,
    field: str,
) -> Iterator[tuple[str, str]]:
    """Yields the old and the new name of each record whose name changed."""
    names = dict(_names(after, table, field))
    for id_, old in _names(before, table, field):
        new = names.get(renames.get((table, id_), id_), "")
        if new and new != old:
            yield old, new
