"""The findings about a summary for a funder. While there is one, the summary is a draft, and the
draft lists it.

In the catalogs of translations, problem and remedy are one text."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.catalogue.code import Code, error, warning

DRAFTS: Mapping[str, Code] = {
    "draft-unexplained": warning(
        "drafts",
        "{about}: beyond the limit, and without an explanation.",
        "Write why into {heading}.",
    ),
    "draft-unclassified": warning(
        "drafts", "{about}: beyond the limit.", "Choose whether it is of timing or permanent."
    ),
    "draft-unbudgeted": warning(
        "drafts", "{amount} was spent on no budget line.", "Give these expenses their lines."
    ),
    "draft-unmapped": warning(
        "drafts", "{about} is in none of the funder's categories.", "Map it in the profile."
    ),
    "draft-no-rate": error(
        "drafts",
        "There is no exchange rate: {about}.",
        "Fill it in under {tab}, or in the profile.",
    ),
    "draft-budget-rate-not-used": warning(
        "drafts",
        "The budget rate of the profile is not used: in our own currency a grant has one sum, at"
        " its {heading}.",
        "Write it under {tab}.",
    ),
    "draft-not-converted": error(
        "drafts",
        "{amount} could not be converted, and is in no figure.",
        "Fill in the rates it needs.",
    ),
    "draft-award-missing": warning(
        "drafts", "The grant's amount is missing.", "Fill it in under {tab}."
    ),
    "draft-dates-missing": warning(
        "drafts", "The grant's start or end is missing.", "Fill it in under {tab}."
    ),
    "draft-not-reported": warning(
        "drafts", "{about}: % done is missing.", "Fill it in under {tab}."
    ),
    "draft-late-without-note": warning(
        "drafts", "{about}: it is late, and its progress note is blank.", "Say why under {tab}."
    ),
    "draft-narrative-missing": warning(
        "drafts", "The narrative of the period is not written: {about}.", "Write it under {tab}."
    ),
    "draft-narrative-personal": warning(
        "drafts",
        "{about}: this text looked like a personal detail, and is withheld.",
        "Correct it under {tab}.",
    ),
    "draft-rows-left-out": error(
        "drafts",
        "Rows that are left out of the figures, because something in them cannot be read:"
        " {number}.",
        "See {tab}.",
    ),
    "draft-profile-unknown": warning(
        "drafts",
        "There is no profile {about}; the usual one stands in for it.",
        "Correct {heading} under {tab}.",
    ),
    "draft-profile-not-verified": warning(
        "drafts",
        "The rules of {about} were not verified.",
        "Read your agreement, and make a profile of your own.",
    ),
    "draft-month-not-closed": warning(
        "drafts", "Not closed yet: {month}.", "Close it under {tab} when it is complete."
    ),
    "draft-group-silent": warning(
        "drafts",
        "No statement of {about} counts, so all that was paid to it is on the way.",
        "Ask the group to agree under {tab}, and run it: budgettrack host run.",
    ),
    "draft-statement-before": warning(
        "drafts",
        "{about} sent no statement before this period, so all that was spent so far counts in this"
        " period.",
        "Ask for the statement of the month before: budgettrack statement --month MONTH --out"
        " FILE.",
    ),
    "draft-statement-old": warning(
        "drafts",
        "The newest statement of {about} is of an earlier month.",
        "Run the group, or wait for its statement.",
    ),
    "draft-statement-open": warning(
        "drafts",
        "Figures of {about} may still change: the month is not closed there.",
        "Wait until the treasurer closes it.",
    ),
    "draft-sides-differ": warning(
        "drafts",
        "{amount} stand differently in our books and in those of groups.",
        "Clear it up: budgettrack host money --by trouble.",
    ),
    "draft-given-without-line": warning(
        "drafts",
        "No budget line of ours pays for {about}, so what its group spends is outside the lines.",
        "Choose it in {heading} under {tab}.",
    ),
    "draft-award-currency": warning(
        "drafts",
        "The profile wants {about}, and a summary with money of groups is in the currency of the"
        " grant.",
        "Tell the funder, or convert it yourself.",
    ),
}
