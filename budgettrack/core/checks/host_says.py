"""Checks the money that a group has from its host: compares the group's books with what the host
says that it paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.money import with_currency
from budgettrack.core.checks.handed_on import LATE
from budgettrack.core.checks.looking import Looking
from budgettrack.core.counting.answers import HostAnswer, RefusedAnswer, differences
from budgettrack.core.counting.law import Trouble, TroubleKind
from budgettrack.core.counting.statements import AGREED, agreements_with_hosts
from budgettrack.core.records.model import Agreement
from budgettrack.core.records.references import folded

_REFUSED: Mapping[RefusedAnswer, str] = {
    "damaged": "host-answer-damaged",
    "of another group": "host-answer-for-another",
}

_CODES: Mapping[TroubleKind, str] = {
    "amount-differs": "host-payment-differs",
    "paid-not-received": "host-payment-missing",
    "received-not-paid": "host-payment-unknown",
    "reference-unknown": "host-payment-unknown",
    "return-differs": "host-return-differs",
    "returned-not-noted": "host-return-differs",
    "back-not-returned": "host-return-differs",
    "fee-differs": "host-fee-differs",
    "no-grant": "host-grant-not-found",
    "currency-differs": "host-grant-not-found",
    "reference-twice": "host-grant-not-found",
}


def host_says_otherwise(look: Looking) -> Iterator[Finding]:
    """Finds money about which the host and our books say different amounts, if we agreed that the
    host gets our statement. A payment that has not arrived is a finding after 30 days.

    If what the host says cannot be read, is for another group, or comes from a host with which we
    have no such agreement, this is a finding, and nothing of it is compared or shown."""
    agreed = [one for one in agreements_with_hosts(look.plan) if one.statement in AGREED]
    if look.answer is None or not agreed:
        return
    if not isinstance(look.answer, HostAnswer):
        yield _refused(_REFUSED[look.answer], agreed[0])
        return
    # A group may have several hosts.
    said_by = folded(look.answer.host)
    agreement = next((one for one in agreed if folded(one.other_party) == said_by), None)
    if agreement is None:
        yield _refused("host-answer-of-another", agreed[0])
        return
    rolled = look.counted if look.plan.given else None
    only = agreement.other_party
    for trouble in differences(look.answer, look.plan, look.totals, rolled, host=only):
        is_fresh = trouble.kind == "paid-not-received" and (
            date.fromisoformat(trouble.day) + timedelta(days=LATE) > look.today
        )
        # If neither side has money of the grant, there is no finding.
        is_empty = trouble.kind == "reference-unknown" and not trouble.theirs
        if not is_fresh and not is_empty:
            yield _differing(agreement, trouble)


def _refused(code: str, agreement: Agreement) -> Finding:
    return finding(code, "agreements", agreement.id, "other_party", host=agreement.other_party)


def _differing(agreement: Agreement, trouble: Trouble) -> Finding:
    code = _CODES[trouble.kind]
    values = {
        "host": agreement.other_party,
        "ours": with_currency(trouble.theirs, trouble.currency),
        "theirs": with_currency(trouble.ours, trouble.currency),
        "day": trouble.day,
    }
    if code == "host-grant-not-found":
        return finding(
            code,
            "agreements",
            agreement.id,
            "other_party",
            reference=trouble.reference or "-",
            **values,
        )
    return finding(code, "grants", trouble.grant, "agreement_reference", **values)
