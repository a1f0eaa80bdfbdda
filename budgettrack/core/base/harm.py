"""Sorts findings by the harm that they can do, the worst first.

The tab *Checks*, the commands `status` and `checks`, the mails and the drafts all use this
order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from budgettrack.core.base.catalogue import CODES
from budgettrack.core.base.findings import Finding

HARMS: Mapping[str, str] = {
    "people": "People at risk",
    "money": "Money at risk",
    "figures": "Figures that are incomplete or in doubt",
    "promises": "Promises",
    "order": "To tidy up",
}
"""The kinds of harm, the worst first, each with the title that people see."""

_WORST: Mapping[str, Sequence[str]] = {
    "people": (
        "personal-detail-published",
        "story-withdrawn",
        "story-without-consent",
        "to-is-no-code",
        "lot-expired",
        "group-lot-expired",
        "handed-out-expired",
        "list-of-people",
        "personal-column",
    ),
    "money": (
        "report-overdue",
        "line-overspent",
        "nothing-available",
        "grant-in-deficit",
        "payment-differs",
        "payment-not-received",
        "payment-not-noted",
        "return-differs",
        "money-without-given",
        "given-not-found",
        "held-twice",
        "paid-not-promised",
        "paid-beyond-amount",
        "group-in-deficit",
        "fee-differs",
        "fee-rule-differs",
        "payment-in-two-tabs",
        "fee-as-expense",
        "fee-as-income",
        "fee-beyond-kept",
        "host-answer-damaged",
        "host-answer-for-another",
        "host-answer-of-another",
        "host-answer-not-signed",
        "host-answer-without-key",
        "host-payment-differs",
        "host-payment-missing",
        "host-payment-unknown",
        "host-return-differs",
        "host-answer-older",
        "host-answer-to-come",
        "host-grant-not-found",
        "host-fee-differs",
        "host-fee-rule-differs",
        "given-beyond-grant",
        "call-overdrawn",
        "given-beyond-limit",
        "revision-beyond-limit",
        "spending-unbudgeted",
        "line-of-other-grant",
        "outside-grant-dates",
        "money-before-award",
    ),
    "figures": (
        "conflict",
        "conflict-removed-here",
        "conflict-removed-there",
        "cell-protected",
        "edit-set-down",
        "line-unknown",
        "line-unclear",
        "grant-without-rate",
        "below-total",
        "counted-below-total",
        "left-out-by-where",
        "may-be-total",
        "nearly-total",
        "taken-for-total",
        "total-counted",
        "total-of-currencies",
        "money-may-be-moved",
        "transfer-counted",
        "refund-above-expense",
        "refund-of-another-line",
        "state-contradicts",
        "refund-of-itself",
        "split-of-itself",
        "expenses-in-circle",
        "refund-before-payment",
        "carried-not-counted",
        "taken-for-carried",
        "may-be-line",
        "heading-without-year",
        "heading-not-a-month",
        "period-not-read",
        "missing-column",
        "lines-without-amount",
        "total-does-not-match",
        "remaining-does-not-match",
        "lines-do-not-add-up",
        "months-do-not-add-up",
        "split-does-not-add-up",
        "possible-duplicate",
        "paid-in-future",
        "received-in-future",
        "payment-in-future",
        "date-unlikely",
        "reported-changed",
        "more-handed-out",
        "outlet-has-less",
        "given-to-nobody",
        "supplies-in-future",
        "public-key-twice",
        "lot-twice",
        "lot-other-unit",
        "batch-expiries-differ",
    ),
    "promises": (
        "report-due",
        "narrative-missing",
        "narrative-text-twice",
        "application-late",
        "application-without-budget",
        "application-due",
        "group-needs-somebody",
        "group-report-overdue",
        "statement-old",
        "paid-before-report",
        "instalment-waits",
        "instalment-late",
        "return-late",
        "decision-late",
        "next-step-due",
        "deadline-overdue",
        "deadline-due",
        "repeat-not-readable",
        "repeat-never-falls",
        "repeat-without-end",
        "variance-unexplained",
        "summary-waits",
        "summary-held-back",
        "page-held-back",
        "first-month-waits",
        "revision-without-reason",
        "unspent-near-end",
        "grant-ends",
        "agreement-notice",
        "agreement-over",
        "agreement-ends",
        "agreement-review-overdue",
        "agreement-review",
        "agreement-without-end",
        "given-without-end",
        "given-ends",
        "grant-agreed-twice",
        "agreement-review-after-end",
        "agreement-notice-too-long",
        "resource-lapses",
        "lot-ends-soon",
        "group-lot-ends",
        "supplies-run-out",
        "lot-without-expiry",
        "milestone-not-reached",
        "activity-overdue",
        "activity-without-money",
        "people-paid-missing-often",
        "people-paid-missing",
        "award-not-told",
    ),
}
"""The codes of findings for each kind of harm, the worst first. An error that is not listed counts
as "left out of the figures", a warning that is not listed as "to tidy up"."""

_MONEY = frozenset({"expenses", "income", "budget", "grants", "rates"})
"""The tables in which an error keeps money out of the figures."""

_PLACES: Mapping[str, tuple[str, int]] = {
    code: (harm, place) for harm, codes in _WORST.items() for place, code in enumerate(codes)
}


def harm_of(code: str) -> str:
    """Returns the kind of harm of a finding's code: a key of `HARMS`."""
    if code in _PLACES:
        return _PLACES[code][0]
    return "figures" if CODES[code].severity == "error" else "order"


def rank(finding: Finding) -> tuple[int, int]:
    """Returns the key for sorting findings: the kind of harm, then the position of the code within
    this kind.

    Within a kind, errors come before all warnings, and errors that keep money out of the figures
    come first of all. Findings with the same key keep the order of the workbook."""
    unlisted = -2 if finding.table in _MONEY else -1
    harm, place = _PLACES.get(finding.code, (harm_of(finding.code), unlisted))
    return list(HARMS).index(harm), place
