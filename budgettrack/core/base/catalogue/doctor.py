"""Findings of doctor: problems to solve before the first sync."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.catalogue.code import Code, error, warning

DOCTOR: Mapping[str, Code] = {
    "workbook-not-usable": error("doctor", "The workbook cannot be used.", "{words}"),
    "workbook-not-writable": error(
        "doctor",
        "{path} or its folder may not be written by this user.",
        "Ask its owner for access.",
    ),
    "people-named": warning(
        "doctor",
        "The column {heading} names people. Everybody with whom this sheet is shared sees it, and"
        " the sheet's own history keeps it.",
        "Delete the column, or share the sheet with few.",
    ),
    "register-not-usable": error("doctor", "The register cannot be used.", "{words}"),
    "reports-not-writable": error(
        "doctor", "{path} may not be written by this user.", "Ask its owner for access."
    ),
    "mail-not-usable": error("doctor", "The mail server cannot be used.", "{words}"),
    "recipient-grant-unknown": error(
        "doctor",
        "{name} is to read of {grant}, and there is no such grant.",
        "Correct the audience.",
    ),
    "delivery-open": warning("doctor", "{id}, {what} to {recipient}, is {state}.", "{words}"),
    "run-unfinished": warning(
        "doctor",
        "{who} is at work on the month since {since} UTC, or died at it.",
        "The next run of: budgettrack monthly notices which.",
    ),
}
