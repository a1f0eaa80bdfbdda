"""The findings about profiles. A profile says how a funder wants its summary. A profile with a
finding is not used, and a command that needs it shows the finding."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.catalogue.code import Code, error

PROFILES: Mapping[str, Code] = {
    "profile-not-readable": error(
        "profiles", "The file cannot be read: {why}.", "Save it as plain text (UTF-8)."
    ),
    "profile-not-toml": error(
        "profiles",
        "The file is not valid TOML, the format of this file: {why}.",
        "Correct it there.",
    ),
    "profile-key-not-usable": error("profiles", "{said}.", "Correct it there."),
    "profile-name-unknown": error(
        "profiles",
        '"{value}" is not known. Known names: {known}.',
        "Correct it there.",
    ),
    "profile-year-not-usable": error(
        "profiles", "The value is not a month from 1 to 12.", "Correct it there."
    ),
    "profile-rates-missing": error(
        "profiles",
        "A fixed rate needs a list of rates.",
        'Write rates = {{ EUR = "0.85" }}.',
    ),
    "profile-round-not-usable": error(
        "profiles",
        "The value must be above 0.",
        "Correct it there.",
    ),
    "profile-rate-not-usable": error(
        "profiles",
        "A rate must be above 0.",
        "Correct it there.",
    ),
    "profile-match-below-zero": error(
        "profiles", "A share of match cannot be below zero.", "Write a number from 0 up."
    ),
    "profile-currency-unknown": error(
        "profiles", '"{value}" is not a currency.', "Write its three letters, such as EUR."
    ),
    "profile-pattern-slow": error(
        "profiles",
        "The pattern has a repetition (* or +, or a count in braces), or over ten ?, and could"
        " take hours on a long text.",
        "Write it without: it is found anywhere in a text, so rent finds rents, too.",
    ),
    "profile-pattern-not-usable": error(
        "profiles",
        "The pattern is not a regular expression: {why}.",
        "Correct it there.",
    ),
    "profile-sum-unknown": error(
        "profiles", 'No category has the code "{value}".', "Correct it there."
    ),
    "profile-category-twice": error(
        "profiles",
        'Two categories are called "{value}".',
        "Correct it there.",
    ),
    "profile-limit-without-currency": error(
        "profiles", "An amount needs a currency.", 'Write currency = "EUR".'
    ),
    "profile-limit-empty": error(
        "profiles",
        "The limit has neither a percentage nor an amount.",
        "Write percent = 10, or an amount with its currency.",
    ),
    "profile-limit-below-zero": error(
        "profiles", "A limit cannot be below zero.", "Write a number from 0 up."
    ),
}
