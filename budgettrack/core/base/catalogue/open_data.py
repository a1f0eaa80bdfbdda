"""The findings about files of open data, in the standards IATI and 360Giving."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.catalogue.code import Code, error, warning

OPEN_DATA: Mapping[str, Code] = {
    # IATI: an error means that the grant, activity or figure is left out of the files.
    # IATI: a warning leaves nothing out of the files.
    "iati-publisher-without-identifier": warning(
        "iati",
        "{name} has no public identifier, so there is no organisation file (rule 1.12).",
        'Write [open_data.group] ref = "...", as its register has it.',
    ),
    "iati-id-not-usable": error(
        "iati",
        "The ID has a blank or one of / & | ? in it (rule 1.3.13).",
        "Give it another ID, such as {example}.",
    ),
    "iati-id-reserved": error(
        "iati",
        "The ID stands for something else in the file (rule 1.1.2).",
        "Give it another ID, such as G-12.",
    ),
    "iati-without-start": error(
        "iati", "The grant has no start (rule 6.11.1).", "Type the first day into Start."
    ),
    "iati-dates-turned": error(
        "iati", "The end is before the start (rule 11.1.2).", "Correct Start or End."
    ),
    "iati-currency-not-listed": error(
        "iati", "{currency} is not a currency in use.", "Type the currency of the agreement."
    ),
    "iati-funder-missing": error(
        "iati",
        "No funder is named (rule 6.10.1).",
        "Fill in Funder.",
    ),
    "iati-budget-below-zero": error(
        "iati",
        "The budget from {first} to {last} is below zero.",
        "Correct the lines of the grant in Budget.",
    ),
    "iati-year-below-zero": error(
        "iati", "The budgets of {year} sum below zero.", "Correct the lines of that year."
    ),
    "iati-funder-without-identifier": warning(
        "iati",
        "{funder} has no public identifier here (rule 1.8).",
        'Write [open_data.organisations."{funder}"] ref = "GB-CHC-...", as its register has it.',
    ),
    "iati-spending-outside-dates": warning(
        "iati",
        "Spending of {month} lies before the start of the grant (rule 11.2).",
        "Correct Start, or the dates of the expenses.",
    ),
    "iati-still-active": warning(
        "iati",
        "The grant ended in {end} and is still active (rule 11.1).",
        "Set State to closing, or move End.",
    ),
    "iati-control-character": warning(
        "iati",
        "{heading} has invisible characters (control characters). The file has spaces in their"
        " place.",
        "Type the text again.",
    ),
    # 360Giving: an error means that the grant is left out of the file.
    "identifier-not-usable": error(
        "360giving",
        "The ID has a sign that an identifier must not have (a blank, / \\ & | ? or a control"
        " character).",
        "Give it another ID; until then the grant is left out.",
    ),
    "identifier-with-name": error(
        "360giving",
        "The ID names an organisation that the config withholds or renames.",
        "Give it another ID; until then the grant is left out.",
    ),
    "grant-without-title": error(
        "360giving", "The grant has no title.", "Fill it in; until then the grant is left out."
    ),
    "grant-without-amount": error(
        "360giving",
        "The grant has no amount, or an amount that is not published because it is one or two"
        " people's pay.",
        "Fill it in if it is blank; until then the grant is left out.",
    ),
    "grant-without-start": error(
        "360giving",
        "The grant has no start, so the award has no date.",
        "Fill it in; until then the grant is left out.",
    ),
    "currency-not-listed": error(
        "360giving",
        "{currency} is no longer used, or is not in the standard's list.",
        "Use a current currency for the amount; until then the grant is left out.",
    ),
    "title-with-detail": error(
        "360giving",
        "The title seems to contain {what}.",
        "Remove it and publish again; until then the grant is left out.",
    ),
    "activity-with-detail": warning(
        "360giving",
        "The text seems to contain {what}.",
        "Remove it and publish again; until then the description of {grant} leaves this "
        "activity out.",
    ),
    "control-character": warning(
        "360giving",
        "The text has invisible characters (control characters). The file leaves them out.",
        "Type the text again.",
    ),
    "dates-turned": warning(
        "360giving",
        "The end is before the start.",
        "Correct one of them; until then the file has no planned dates.",
    ),
    "date-cannot-be": warning(
        "360giving",
        "{month} is more than {years} years {away}.",
        "Correct it, unless it is true.",
    ),
    "award-to-come": warning(
        "360giving",
        "The grant begins in {month}, so its award seems to be in the future.",
        "If this is not correct, publish again after the grant has begun.",
    ),
    "amount-of-nothing": warning(
        "360giving", "The amount is 0.", "Correct it, or say in the title why."
    ),
    "title-is-description": warning(
        "360giving",
        "No activity has a description, so the title is also the description.",
        "Name an activity in the grant's budget lines.",
    ),
    "title-too-long": warning("360giving", "The title has more than 140 letters.", "Shorten it."),
    "prefix-missing": warning(
        "360giving",
        "There is no prefix for the grants' identifiers.",
        'Ask 360Giving for one, and write giving_prefix = "360G-harbour"; until then it is the'
        " publisher's identifier.",
    ),
    "reference-missing": warning(
        "360giving",
        "The group has no identifier, so one made from the publisher's identifier is used.",
        'If it is registered somewhere, write ref = "XE-EXAMPLE-500000000".',
    ),
    "reference-not-registered": warning(
        "360giving",
        '"{ref}" does not begin with the code of a register, or its number does not have '
        "the right form.",
        "Look the register up at org-id.guide, and write the number as the register shows it.",
    ),
    "country-not-listed": warning(
        "360giving",
        "The standard's list of countries does not have {country}.",
        "The file names no place.",
    ),
    # Of a host's tab Given: the award is left out of the file.
    "award-without-reference": error(
        "360giving",
        "The award has no Agreement reference, or another row of Given has the same one.",
        "Type the reference of this agreement alone.",
    ),
}
