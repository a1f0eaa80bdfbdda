"""Groups the lines of a funder's summary under the funder's headings, and notes which rows are
beyond a limit.

Limits are checked on the exact figures. The figures are rounded afterwards, so that each column
still adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from budgettrack.core.figures.limits import judged_row, measured, names_of
from budgettrack.core.figures.profile import Category, Scope, rounded
from budgettrack.core.figures.sums import SUMMED, Sums, added
from budgettrack.core.views.funder_lines import Basis
from budgettrack.core.views.funder_types import FunderLine, Group, GroupKind, JudgedRow

_Heading = tuple[GroupKind, str, str]
"""What identifies a group of budget lines: its kind, code and name (see `Group`)."""

_ORDER = {"": 0, "unmapped": 1, "unbudgeted": 2}


def grouped(basis: Basis, exact: Sequence[FunderLine]) -> list[Group]:
    """Returns the groups of the summary: by the funder's categories, by activity, or by our own
    categories.

    Amounts are rounded so that each column adds up."""
    shown = rounded_lines(basis, [_judged(basis, line) for line in exact])
    members: dict[_Heading, list[int]] = {}
    if basis.profile.every_category:
        members = {("", wanted.code, wanted.name): [] for wanted in basis.profile.category}
    for index, line in enumerate(exact):
        members.setdefault(_heading(basis, line), []).append(index)
    groups = []
    for heading, indices in sorted(members.items(), key=lambda item: _ORDER[item[0][0]]):
        kind, code, name = heading
        lines = tuple(shown[index] for index in indices)
        limits: tuple[int, ...] = ()
        if not kind:
            sums = added(exact[index].sums for index in indices)
            # Limits are checked on exact sums, so rounding never makes an explanation necessary.
            limits = _beyond(basis, _shown_scopes(basis), {name, code}, sums)
        groups.append(Group(name, code, kind, lines, added(line.sums for line in lines), limits))
    return _with_sums(basis, groups)


def judged_rows(basis: Basis, exact: Sequence[FunderLine]) -> tuple[JudgedRow, ...]:
    """Returns the rows that are beyond a limit but not in the summary. This may be the whole grant,
    an activity (if the rows of the summary are categories), or a category (if they are activities).
    """
    rows: list[JudgedRow] = []
    lines = [line for line in exact if line.id]
    for scope in ("category", "activity"):
        if scope not in _shown_scopes(basis) and _limits_of(basis, (scope,)):
            rows += _judged_by(basis, scope, lines)
    whole = _beyond(basis, ("grant",), (), added(line.sums for line in exact))
    if whole:
        everything = tuple(line.id for line in exact)
        rows.append(JudgedRow("grant", basis.grant.id, everything, whole))
    return tuple(rows)


def _judged_by(basis: Basis, scope: Scope, lines: Sequence[FunderLine]) -> Iterator[JudgedRow]:
    rows: dict[str, list[FunderLine]] = {}
    for line in lines:
        row = judged_row(scope, basis.profile, basis.plan.lines[line.id])
        rows.setdefault(row, []).append(line)
    for name, members in rows.items():
        first = basis.plan.lines[members[0].id]
        names = names_of(basis.profile, first, scope)
        limits = _beyond(basis, (scope,), names, added(line.sums for line in members))
        if limits:
            yield JudgedRow(scope, name, tuple(line.id for line in members), limits)


def _shown_scopes(basis: Basis) -> tuple[Scope, ...]:
    """Returns the scopes of limits (such as category) whose rows are rows of the summary. A
    funder's categories may stand for activities."""
    if basis.profile.by == "category":
        return ("category",)
    return ("activity", "category") if basis.profile.category else ("activity",)


def _judged(basis: Basis, line: FunderLine) -> FunderLine:
    """Returns a line with the limits that it is beyond. Spending without a line has no limits."""
    if not line.id:
        return line
    names = names_of(basis.profile, basis.plan.lines[line.id], "line")
    return replace(line, limits=_beyond(basis, ("line",), names, line.sums))


def _limits_of(basis: Basis, scopes: Sequence[Scope]) -> list[int]:
    return [index for index, each in enumerate(basis.limits) if each.limit.scope in scopes]


def _beyond(
    basis: Basis, scopes: Sequence[Scope], names: Iterable[str], sums: Sums
) -> tuple[int, ...]:
    """Returns the limits in `scopes` that a row is beyond, as indices into the list of limits."""
    known = set(names)
    return tuple(
        index
        for index in _limits_of(basis, scopes)
        if basis.limits[index].is_beyond(measured(basis.limits[index].limit, sums), known)
    )


def _heading(basis: Basis, line: FunderLine) -> _Heading:
    if not line.id:
        return "unbudgeted", "", ""
    if basis.profile.category:
        category = basis.profile.category_of(basis.plan.lines[line.id])
        return ("unmapped", "", "") if category is None else ("", category.code, category.name)
    if basis.profile.by == "activity":
        activity = basis.plan.activities.get(line.activity)
        return ("", "", "") if activity is None else ("", activity.id, activity.activity)
    return "", "", line.category


def _with_sums(basis: Basis, groups: list[Group]) -> list[Group]:
    """Returns the groups in the order of the profile, with the categories that are sums of
    others."""
    categories = basis.profile.category
    if not any(category.sum for category in categories):
        return groups
    mapped = {group.code or group.name: group for group in groups if not group.kind}
    ordered = [_group_of(category, categories, mapped) for category in categories]
    return [*filter(None, ordered), *(group for group in groups if group.kind)]


def _group_of(
    category: Category, categories: Sequence[Category], mapped: Mapping[str, Group]
) -> Group | None:
    """Returns the group of a category, or None if no line belongs to it."""
    if not category.sum:
        return mapped.get(category.key)
    sums = _sums_of(category, categories, mapped)
    return Group(category.name, category.code, "sum", (), sums)


def _sums_of(
    category: Category, categories: Sequence[Category], groups: Mapping[str, Group]
) -> Sums:
    """Returns the sums of a category that is the sum of other categories. The other categories
    may be sums of categories too."""
    total = Sums()
    for part in categories:
        if part.key not in category.sum:
            continue
        if part.sum:
            total = total + _sums_of(part, categories, groups)
        elif part.key in groups:
            total = total + groups[part.key].sums
    return total


def rounded_lines(basis: Basis, lines: Sequence[FunderLine]) -> list[FunderLine]:
    """Returns the lines with their sums rounded to the unit of the summary, so that each column
    adds up."""
    if basis.unit == 1:
        return list(lines)
    columns = {
        name: rounded([getattr(line.sums, name) for line in lines], basis.unit) for name in SUMMED
    }
    approved = rounded([line.sums.approved or 0 for line in lines], basis.unit)
    return [
        replace(
            line,
            sums=Sums(
                approved=None if line.sums.approved is None else approved[index],
                **{name: column[index] for name, column in columns.items()},
            ),
        )
        for index, line in enumerate(lines)
    ]
