"""Answers where the money of a host and its groups is, so that no amount is counted twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from budgettrack import statements
from budgettrack.answers import file_of
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.money import decimal
from budgettrack.core.base.months import Month
from budgettrack.core.base.plurals import count
from budgettrack.core.counting.handed_on import call_positions, counted, rows_not_counted
from budgettrack.core.counting.roll_up import RollUp
from budgettrack.core.counting.statements import HostStatement, books_of
from budgettrack.core.counting.terms import Terms, names
from budgettrack.group import OpenedGroup, month_asked
from budgettrack.host.directory import NO_FOLDER, group_named
from budgettrack.host.run import groups_of
from budgettrack.queries.figures import ListingRow
from budgettrack.register import queries

UNREADABLE = (
    "{path} cannot be read, so an older statement of {code} was counted, or none. Write it again:"
    " budgettrack host run --group {code}"
)

NOT_COUNTED = (
    "These figures are wrong until it is mended: {rows} of Given and Instalments cannot be counted,"
    " or only in part. What they moved may stand as held here. See: budgettrack checks"
)

TOLD_NOTHING = (
    "Up to {month} there is no statement of {codes}, so all that was paid there is on the way."
)

OUR_KEY = (
    "From the next run on, our answer lies in the folder of {code} as {file}. Tell the group"
    " our public key, for its tab Agreements, by another way than the file: {key}"
)

MoneyBy = Literal["award", "funder", "group", "category", "call", "trouble"]


def roll_up_at(host: OpenedGroup, month: Month | None) -> RollUp:
    """Returns all awards at the end of a month, from our books and the newest statements."""
    groups = groups_of(host)
    assert host.config.host is not None
    end = month_asked(month, host.today)
    told = statements.newest_of(host.config.host.groups, [group.code for group in groups], end)
    return rolled_up(host, end, told)


def rolled_up(host: OpenedGroup, end: Month, told: Mapping[str, HostStatement]) -> RollUp:
    """Returns all awards at the end of a month. `told`: for each group, its newest statement up to
    that month."""
    standing = host.standing_at(end)
    books = {code: books_of(statement) for code, statement in told.items()}
    return counted(standing.plan, standing.totals, end, books)


def money(host: OpenedGroup, month: Month | None, by: MoneyBy) -> list[ListingRow]:
    """Returns rows that say where the money is at the end of a month. `by`: one row for each
    group, category, call, difference ("trouble") or funder. By default, one for each award."""
    rolled = roll_up_at(host, month)
    match by:
        case "group":
            return _by_group(rolled)
        case "category":
            return _by_category(rolled)
        case "call":
            return _by_call(host)
        case "trouble":
            return _troubles(rolled)
        case "funder":
            return _by_funder(host, rolled)
    return [_row(award.holder, award.grant, award.currency, award.terms) for award in rolled.awards]


def _row(group: str, name: str, currency: str, terms: Terms) -> ListingRow:
    figures = {term: decimal(getattr(terms, term), currency) for term in names()}
    return {"group": group, "name": name, "currency": currency, **figures}


def _by_funder(host: OpenedGroup, rolled: RollUp) -> list[ListingRow]:
    funders: dict[tuple[str, str, str], Terms] = {}
    grants = host.standing.plan.grants
    for award in rolled.awards:
        funder = "" if award.holder or award.grant not in grants else grants[award.grant].funder
        key = award.holder, funder, award.currency
        funders[key] = funders.get(key, Terms()).plus(award.terms)
    return [
        _row(holder, funder, currency, terms)
        for (holder, funder, currency), terms in funders.items()
    ]


def _by_group(rolled: RollUp) -> list[ListingRow]:
    """Returns how much of each award each group has. One row has no group: its money is not handed
    on to any group."""
    rows = []
    for award in rolled.awards:
        rest = award.terms
        for share in award.parts:
            rows.append(_row(share.group, award.grant, award.currency, share.terms))
            rest = _less(rest, share.terms)
        rows.append(_row(award.holder, award.grant, award.currency, rest))
    return rows


def _less(terms: Terms, other: Terms) -> Terms:
    return Terms(*(getattr(terms, name) - getattr(other, name) for name in names()))


def _by_category(rolled: RollUp) -> list[ListingRow]:
    return [
        {
            "group": award.holder,
            "grant": award.grant,
            "category": category,
            "currency": award.currency,
            "spent": decimal(spent, award.currency),
            "committed": decimal(committed, award.currency),
        }
        for award in rolled.awards
        for category, (spent, committed) in sorted(award.by_category.items())
    ]


def _by_call(host: OpenedGroup) -> list[ListingRow]:
    plan = host.standing.plan
    rows = []
    for position in call_positions(plan):
        call = plan.calls[position.call]
        known = {
            "purse": position.purse,
            "promised": position.promised,
            "left": position.left,
        }
        rows.append(
            {
                "call": call.id,
                "title": call.title,
                "closes": call.closes.isoformat() if call.closes else None,
                "is_open": _is_open(host, call.id),
                "currency": call.currency,
                **{
                    name: None if units is None else decimal(units, call.currency)
                    for name, units in known.items()
                },
                "without_rate": ", ".join(position.without_rate),
            }
        )
    return rows


def _is_open(host: OpenedGroup, id_: str) -> bool:
    call = host.standing.plan.calls[id_]
    return (call.opens or host.today) <= host.today <= (call.closes or host.today)


def _troubles(rolled: RollUp) -> list[ListingRow]:
    return [
        {
            "what": trouble.kind,
            "group": trouble.group,
            "given": trouble.sub_grant,
            "agreement": trouble.reference,
            "day": trouble.day or None,
            "currency": trouble.currency,
            "ours": decimal(trouble.ours, trouble.currency),
            "theirs": decimal(trouble.theirs, trouble.currency),
        }
        for trouble in rolled.troubles
    ]


def unreadable(host: OpenedGroup) -> list[str]:
    """Returns sentences that say which statements cannot be read. For such a group, an older
    statement is counted. Also says which groups can have no statement, because of their code."""
    assert host.config.host is not None
    folder, groups = host.config.host.groups, groups_of(host)
    without = [
        NO_FOLDER.format(code=group.code, why=group.mistake)
        for group in groups
        if not group.has_folder
    ]
    return without + [
        UNREADABLE.format(path=path.relative_to(folder), code=group.code)
        for group in groups
        if group.has_folder
        for path in statements.unreadable(folder / group.code)
    ]


def not_counted(host: OpenedGroup) -> list[str]:
    """Returns a sentence that says how many rows are not in the figures, or not wholly, because
    of errors. Returns no sentence if there are none."""
    rows = rows_not_counted(host.register.ask(queries.findings))
    return [NOT_COUNTED.format(rows=count(rows, "row"))] if rows else []


def without_statement(host: OpenedGroup, month: Month | None) -> list[str]:
    """Returns a sentence that says which groups got money and told nothing up to a month. Returns
    no sentence if there are none."""
    # Money to a group that nobody knows is told by `not_counted`.
    known = {group.code for group in groups_of(host)}
    codes = [code for code in roll_up_at(host, month).silent if code in known]
    if not codes:
        return []
    return [TOLD_NOTHING.format(month=month_asked(month, host.today), codes=", ".join(codes))]


def take(host: OpenedGroup, code: str, file: Path) -> Sequence[str]:
    """Takes the signed statement of a group on a server of its own. Returns sentences that say what
    was done.

    Raises `UsageError` if there is no such group, if another group has the same key, if the
    signature was not made by this group, if it was made in the future, or if a newer statement of
    the same month is here."""
    groups = groups_of(host)
    group = group_named(groups, code)
    assert host.config.host is not None
    key = group.text("public_key")
    same = [other.code for other in groups if key and other.text("public_key") == key]
    if len(same) > 1:
        raise UsageError(statements.SAME_KEY.format(codes=" and ".join(same)))
    told = statements.verified(file.read_bytes(), key, code)
    changed = statements.keep_signed(host.config.host.groups / code, told, code, host.now())
    done = "was taken" if changed else "was here already"
    ours = statements.own_public_key(host.config.path)
    return [
        f"The statement of {code} for {told.statement.month} {done}.",
        OUR_KEY.format(code=code, key=ours, file=file_of(ours)),
    ]
