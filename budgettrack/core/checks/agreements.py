"""Checks agreements: their end, their review, the notice to end them, and two agreements for one
grant."""

from __future__ import annotations

from collections.abc import Iterator

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import Looking
from budgettrack.core.records.model import Agreement


def agreements_open(look: Looking) -> Iterator[Finding]:
    """Finds agreements in force that need somebody: an agreement without an end that does not say
    how it ends; one that must be reviewed or ends within 30 days; or one whose day of review or end
    is past.

    If notice must be given, the finding names the last day for the notice, and not the end."""
    for agreement in look.plan.agreements.values():
        if agreement.is_in_force:
            yield from _without_end(agreement)
            yield from _review(look, agreement)
            yield from _ending(look, agreement)


def _without_end(agreement: Agreement) -> Iterator[Finding]:
    if agreement.until is None and not agreement.ending:
        yield finding("agreement-without-end", "agreements", agreement.id, "until")


def _review(look: Looking, agreement: Agreement) -> Iterator[Finding]:
    review = agreement.review_on
    if review and review <= look.soon:
        code = look.review_code(review)
        yield finding(code, "agreements", agreement.id, "review_on", date=f"{review}")


def _ending(look: Looking, agreement: Agreement) -> Iterator[Finding]:
    until, notice = agreement.until, agreement.notice_by
    if until is None:
        return
    if until < look.today:
        yield finding("agreement-over", "agreements", agreement.id, "until", until=f"{until}")
    elif notice and notice <= look.soon:
        yield finding(
            "agreement-notice",
            "agreements",
            agreement.id,
            "notice_days",
            notice=f"{notice}",
            until=f"{until}",
        )
    elif notice is None and until <= look.soon:
        yield finding("agreement-ends", "agreements", agreement.id, "until", until=f"{until}")


def agreements_contradicting(look: Looking) -> Iterator[Finding]:
    """Finds an agreement whose review is after its end, or whose notice begins before the
    agreement, and a grant with two agreements that have not ended."""
    first: dict[str, str] = {}
    for agreement in look.plan.agreements.values():
        until, review = agreement.until, agreement.review_on
        if until and review and until < review:
            yield finding(
                "agreement-review-after-end",
                "agreements",
                agreement.id,
                "review_on",
                review=f"{review}",
                until=f"{until}",
            )
        if agreement.is_notice_too_long:
            yield finding(
                "agreement-notice-too-long",
                "agreements",
                agreement.id,
                "notice_days",
                days=str(agreement.notice_days),
            )
        if agreement.grant and agreement.state != "ended":
            other = first.setdefault(agreement.grant, agreement.id)
            if other != agreement.id:
                yield finding(
                    "grant-agreed-twice",
                    "agreements",
                    agreement.id,
                    "grant",
                    grant=agreement.grant,
                    other=other,
                )
