"""Checks the money that a group has from its host: compares the group's books with what the host
says that it paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, timedelta

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.money import with_currency
from budgettrack.core.checks.handed_on import LATE
from budgettrack.core.checks.looking import Looking
from budgettrack.core.counting.answers import HostAnswer, ReadAnswer, RefusedAnswer, differences
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

    If what the host says cannot be read, is for another group, comes from a host with which we have
    no such agreement, or if nobody knows whether the host made it, this is a finding, and nothing
    of it is compared or shown. A file that may be of any of our hosts is a finding that names all
    of them."""
    agreed = [one for one in agreements_with_hosts(look.plan) if one.statement in AGREED]
    if look.answer is None or not agreed:
        return
    if not isinstance(look.answer, HostAnswer):
        yield _refused(_REFUSED[look.answer], agreed)
        return
    # A group may have several hosts.
    said_by = folded(look.answer.host)
    with_host = [one for one in agreed if folded(one.other_party) == said_by]
    if not with_host:
        yield _refused("host-answer-of-another", agreed)
        return
    # With one host there may be several agreements, and its key is typed into any of them.
    agreement = next((one for one in with_host if one.public_key), with_host[0])
    if code := _unsigned(look.answer, {one.public_key for one in with_host} - {""}):
        yield _refused(code, [agreement], "public_key")
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


def _unsigned(answer: HostAnswer, keys: Set[str]) -> str:
    """Returns the code of the finding if nobody knows whether the host made this answer, or ''.
    `keys`: the public keys of the host that we know.

    If the host itself put the answer into our folder, and we have no key of it, nothing is to be
    known: who can write there can change our books too."""
    if not isinstance(answer, ReadAnswer):
        return ""
    if keys:
        return "" if any(map(answer.is_signed_by, keys)) else "host-answer-not-signed"
    return "host-answer-without-key" if answer.needs_key else ""


def _refused(code: str, of: Sequence[Agreement], field: str = "other_party") -> Finding:
    hosts = ", ".join(dict.fromkeys(agreement.other_party for agreement in of))
    return finding(code, "agreements", of[0].id, field, host=hosts)


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
