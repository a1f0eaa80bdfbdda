"""Checks the money that a group has from its host: compares the group's books with what the host
says that it paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.money import with_currency
from budgettrack.core.checks.handed_on import LATE
from budgettrack.core.checks.looking import Looking
from budgettrack.core.counting.answers import (
    OLD_FILE,
    HostAnswer,
    ReadAnswer,
    RefusedAnswer,
    differences,
)
from budgettrack.core.counting.law import Trouble, TroubleKind
from budgettrack.core.counting.statements import AGREED, agreements_with_hosts
from budgettrack.core.records.model import Agreement, Plan
from budgettrack.core.records.references import folded

_REFUSED = {
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
    "fee-rule-differs": "host-fee-rule-differs",
    "no-grant": "host-grant-not-found",
    "currency-differs": "host-grant-not-found",
    "reference-twice": "host-grant-not-found",
}


def host_says_otherwise(look: Looking) -> Iterator[Finding]:
    """Finds money about which a host and our books say different amounts, if we agreed that the
    host gets our statement. A payment that has not arrived is a finding after 30 days.

    Each host has a file of its own. If what it says cannot be read, is for another group, comes
    from a host with which we have no such agreement, is older than what we have read before, or if
    nobody knows whether the host made it, this is a finding, and nothing of it is compared or
    shown. A file that may be of any of our hosts is a finding that names all of them."""
    judged = _judged(look.plan, look.answers)
    refused: dict[tuple[str, str], list[_Judged]] = {}
    for one in judged:
        if one.code:
            refused.setdefault((one.code, one.of[0].id), []).append(one)
    yield from map(_refused, refused.values())
    rolled = look.counted if look.plan.given else None
    for one in judged:
        if not one.code and isinstance(one.answer, HostAnswer):
            only = one.of[0].other_party
            found = differences(one.answer, look.plan, look.totals, rolled, host=only)
            yield from _differing(
                one.of[0], [trouble for trouble in found if _is_told(look, trouble)]
            )


def newest_answers(plan: Plan, answers: Sequence[HostAnswer | RefusedAnswer]) -> dict[str, str]:
    """Returns when the answers that are compared were signed, by the public key of their host. An
    answer whose host has no public key here is not in it."""
    return {
        one.key: one.answer.made
        for one in _judged(plan, answers)
        if isinstance(one.answer, HostAnswer) and one.key and not one.code
    }


class _Judged(Struct, frozen=True):
    """A file with an answer. `code`: the finding because of which it is not compared, or ''. `of`:
    the agreements with the host that may have made it; the first one is that of the finding.
    `key`: the public key that we know and by which it was signed, or ''. `known`: when the answer
    was signed that is newer."""

    answer: HostAnswer | RefusedAnswer
    code: str
    of: Sequence[Agreement]
    key: str = ""
    known: str = ""

    @property
    def file(self) -> str:
        return self.answer.file if isinstance(self.answer, ReadAnswer | RefusedAnswer) else ""

    @property
    def made(self) -> str:
        """When it was signed, in words for people; '-' if it does not say."""
        made = self.answer.made if isinstance(self.answer, HostAnswer) else ""
        return _moment(made)


def _judged(plan: Plan, answers: Sequence[HostAnswer | RefusedAnswer]) -> list[_Judged]:
    """Returns the answers, each with what is wrong about it. If one host has several files, the one
    that was signed last says what the host says now, and the others are left out. So is what an
    older version of this program left beside an answer that can be compared."""
    agreed = [one for one in agreements_with_hosts(plan) if one.statement in AGREED]
    if not agreed:
        return []
    judged = [_judgement(answer, agreed) for answer in answers]
    good: dict[str, _Judged] = {}
    for one in judged:
        if not one.code and isinstance(one.answer, HostAnswer):
            host = folded(one.answer.host)
            known = good.get(host)
            if known is None or (known.made <= one.made):
                good[host] = one
    return [*(one for one in judged if one.code and not _is_replaced(one, good)), *good.values()]


def _is_replaced(one: _Judged, good: Mapping[str, _Judged]) -> bool:
    """Whether an answer that cannot be compared does not matter, because of answers that can be:
    `good`, by the host. Such a file has the name of an older version of this program, or the host
    has an answer that was signed later, or with its key of now."""
    if isinstance(one.answer, RefusedAnswer):
        return one.code == "host-answer-damaged" and one.file == OLD_FILE and bool(good)
    is_known = folded(one.answer.host) in good
    return is_known and one.code in ("host-answer-older", "host-answer-not-signed")


def _moment(made: str) -> str:
    """Returns a moment (ISO, UTC) as people read it, to the second."""
    return made.replace("T", " ").replace("+00:00", " UTC") or "-"


def _judgement(answer: HostAnswer | RefusedAnswer, agreed: Sequence[Agreement]) -> _Judged:
    if isinstance(answer, RefusedAnswer):
        return _Judged(answer, _REFUSED[answer.why], agreed)
    # A group may have several hosts.
    said_by = folded(answer.host)
    with_host = [one for one in agreed if folded(one.other_party) == said_by]
    if not with_host:
        return _Judged(answer, "host-answer-of-another", agreed)
    # With one host there may be several agreements, and its key is typed into any of them.
    of = sorted(with_host, key=lambda one: not one.public_key)[:1]
    if not isinstance(answer, ReadAnswer):
        return _Judged(answer, "", of)
    keys = {one.public_key for one in with_host} - {""}
    if not keys:
        # If the host itself put the answer into our folder, and we have no key of it, nothing is to
        # be known: who can write there can change our books too.
        return _Judged(answer, "host-answer-without-key" if answer.needs_key else "", of)
    key = next(filter(answer.is_signed_by, sorted(keys)), "")
    if not key:
        return _Judged(answer, "host-answer-not-signed", of)
    known = answer.newest.get(key, "")
    if answer.made < known:
        return _Judged(answer, "host-answer-older", of, key, known)
    # If an answer of a day to come were remembered, no later one could be read.
    return _Judged(answer, "host-answer-to-come" if answer.is_to_come else "", of, key)


def _is_told(look: Looking, trouble: Trouble) -> bool:
    """Whether a difference is a finding: not a payment that may still be on the way, and not a
    grant of which neither side has money."""
    if trouble.kind == "paid-not-received":
        return date.fromisoformat(trouble.day) + timedelta(days=LATE) <= look.today
    return trouble.kind != "reference-unknown" or bool(trouble.theirs)


_ABOUT_THE_KEY = ("host-answer-not-signed", "host-answer-without-key")


def _refused(files: Sequence[_Judged]) -> Finding:
    code, of = files[0].code, files[0].of
    hosts = ", ".join(dict.fromkeys(agreement.other_party for agreement in of))
    names = ", ".join(one.file for one in files)
    field = "public_key" if code in _ABOUT_THE_KEY else "other_party"
    values = {"host": hosts, "file": names}
    if code in ("host-answer-older", "host-answer-to-come"):
        values["made"] = ", ".join(one.made for one in files)
        values["known"] = _moment(files[0].known)
    return finding(code, "agreements", of[0].id, field, **values)


def _differing(agreement: Agreement, troubles: Sequence[Trouble]) -> Iterator[Finding]:
    """Yields the differences. What no grant of ours has is one finding: all of it stands at the
    cell of the host."""
    not_found = [one for one in troubles if _CODES[one.kind] == "host-grant-not-found"]
    if not_found:
        values = {
            "host": agreement.other_party,
            "references": ", ".join(one.reference or "-" for one in not_found),
            "paid": ", ".join(with_currency(one.ours, one.currency) for one in not_found),
        }
        yield finding("host-grant-not-found", "agreements", agreement.id, "other_party", **values)
    for trouble in troubles:
        if trouble not in not_found:
            yield _of_grant(agreement, trouble)


def _of_grant(agreement: Agreement, trouble: Trouble) -> Finding:
    values = {
        "host": agreement.other_party,
        "ours": with_currency(trouble.theirs, trouble.currency),
        "theirs": with_currency(trouble.ours, trouble.currency),
        "day": trouble.day,
    }
    code = _CODES[trouble.kind]
    return finding(code, "grants", trouble.grant, "agreement_reference", **values)
