"""Checks the groups of a host: what each of them needs, and problems that their statements show.

The host's weekly mail has these findings too, in the common order of harm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.money import minor, with_currency
from budgettrack.core.base.months import after
from budgettrack.core.checks.looking import Looking
from budgettrack.core.counting.statements import HostStatement
from budgettrack.core.counting.stock import ToldSupplies

ALL_GROUPS = "all groups"
"""The audience of the host's own weekly mail: the mail about all groups."""


def groups_in_need(look: Looking) -> Iterator[Finding]:
    """Finds four things: a group with a text in *What to do*, two groups with the same public key,
    a recipient whose row does not name the group for the mail, and one of a group that is not
    there."""
    groups = look.records.get("groups", {})
    keys: dict[str, str] = {}
    for code, fields in groups.items():
        if words := fields.get("what_to_do"):
            yield finding("group-needs-somebody", "groups", code, "what_to_do", words=words)
        key = fields.get("public_key", "")
        if key and key in keys:
            yield finding("public-key-twice", "groups", code, "public_key", other=keys[key])
        keys.setdefault(key, code)
    for id_, fields in look.records.get("recipients", {}).items():
        if bool(fields.get("group")) == (fields.get("audience") == ALL_GROUPS):
            yield finding("recipient-unclear", "recipients", id_, "group")
        if (group := fields.get("group", "")) and group not in groups:
            where = "recipients", id_, "group"
            yield finding("reference-unknown", *where, value=f'"{group}"', tab="Groups")


def groups_told(look: Looking) -> Iterator[Finding]:
    """Finds a group whose statement is old, that spent more than it got, or that has supplies which
    have expired or end soon. A group that left is not checked."""
    groups = look.records.get("groups", {})
    for code, told in look.told.items():
        if groups.get(code, {}).get("state") == "left":
            continue
        if told.month < after(look.month, -1):
            yield finding("statement-old", "groups", code, "last_month", month=told.month)
        yield from _deficits(look, code, told)
        for name, code_of in (("expired", "group-lot-expired"), ("ends_soon", "group-lot-ends")):
            if kinds := _kinds(told.stock, name):
                yield finding(code_of, "groups", code, "id", kinds=kinds)


def _deficits(look: Looking, code: str, told: HostStatement) -> Iterator[Finding]:
    """Yields a finding for each sub-grant from which the group spent more than it got. There is
    none if the rest was paid and is on the way."""
    for grant in told.grants:
        sides = (code, grant.agreement)
        given = [one.id for one in look.plan.given.values() if (one.group, one.reference) == sides]
        if not grant.agreement or not given:
            continue
        coming = [
            share.terms.on_the_way
            for award in look.counted.awards
            for share in award.parts
            if share.sub_grant == given[0]
        ]
        held = minor(grant.figures["held_here"], grant.currency)
        if held < 0 and not any(coming):
            missing = with_currency(-held, grant.currency)
            yield finding("group-in-deficit", "given", given[0], "amount", missing=missing)


def _kinds(stock: Sequence[ToldSupplies], name: str) -> str:
    """Returns the kinds of supplies that have expired or end soon, with their quantities."""
    return ", ".join(
        f"{each.kind} ({each.quantities[name]})"
        for each in stock
        if Decimal(each.quantities[name]) > 0
    )
