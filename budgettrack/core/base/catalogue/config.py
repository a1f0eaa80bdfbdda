"""The findings about the config file. A command that needs the config stops and lists all of
them."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.catalogue.code import Code, error

CONFIG: Mapping[str, Code] = {
    "config-missing": error(
        "config",
        "There is no {name} in this folder or in a folder above it.",
        "Make one with: budgettrack init --xlsx plan.xlsx, or name it with --config.",
    ),
    "config-file-missing": error(
        "config",
        "There is no config file {path}.",
        "Make one with: budgettrack init --xlsx plan.xlsx",
    ),
    "config-not-readable": error(
        "config", "The file cannot be read: {why}.", "Save it as plain text (UTF-8)."
    ),
    "config-not-toml": error(
        "config", "The file is not valid TOML, the format of this file: {why}.", "Correct it there."
    ),
    "config-setting-unknown": error("config", '"{key}" is not a setting.', "One of {known}."),
    "config-setting-gone": error("config", '"{key}" is no longer a setting.', "{remedy}"),
    "config-not-a-section": error(
        "config", "The value is not a section.", "Write [{section}] above its settings."
    ),
    "config-not-a-list-of-sections": error(
        "config", "The value is not a list of sections.", "Write [[{section}]] above each of them."
    ),
    "config-not-a-text": error("config", "The value is not a text.", 'Write {key} = "...".'),
    "config-not-texts": error(
        "config",
        "The value is not a list of names and texts.",
        'Write {key} = {{ name = "text" }}.',
    ),
    "config-not-a-whole-number": error(
        "config", "The value is not a whole number from {least} up.", "Write {key} = {example}."
    ),
    "config-not-a-date": error("config", "The value is not a date.", "Write {key} = 2026-01-01."),
    "config-not-a-month": error("config", "The value is not a month.", 'Write {key} = "2026-01".'),
    "config-not-true-or-false": error(
        "config", "The value is neither true nor false.", "Write {key} = {usual}, or leave it out."
    ),
    "config-not-an-address": error(
        "config",
        "The value is not an address that begins with https://.",
        'Write it as "https://example.org/x".',
    ),
    "config-not-a-mail-address": error(
        "config", "The value is not a mail address.", 'Write it as "books@example.org".'
    ),
    "config-language-unknown": error(
        "config", '"{value}" is not a language.', "Type it as en, pt or en_GB."
    ),
    "config-currency-unknown": error(
        "config", '"{value}" is not a currency.', "Type its three letters, such as EUR."
    ),
    "config-time-zone-unknown": error(
        "config", '"{value}" is not a time zone.', "Type it as Europe/Lisbon."
    ),
    "config-workbook-missing": error(
        "config", "One workbook is needed.", 'Give xlsx = "plan.xlsx" (or google = "...").'
    ),
    "config-not-a-google-link": error(
        "config",
        "The value is neither the link nor the ID of a Google spreadsheet.",
        "Open the sheet and copy its link from the browser.",
    ),
    "config-google-link-published": error(
        "config",
        "The value is the link of a published copy (File > Share > Publish to web), in which nobody"
        " can write.",
        "Ask somebody who edits the sheet for the link of the sheet itself, from the browser's"
        " address line.",
    ),
    "config-address-not-usable": error(
        "config",
        "The value is not the beginning of an address with https://.",
        'Write it as "https://gateway.example.org".',
    ),
    "config-winner-unknown": error(
        "config", '"{value}" is not a side.', "Type sheet or register, or leave it out."
    ),
    "config-end-before-start": error(
        "config", "The date of end is before the date of start.", "Correct one of them."
    ),
    "config-site-not-an-address": error(
        "config", "The value is not an address.", 'Write it as "https://books.example.org".'
    ),
    "config-folder-missing": error(
        "config",
        'There is no folder "{value}".',
        "Make the folder, or remove the line.",
    ),
    "config-logo-not-a-picture": error(
        "config",
        '"{value}" is not a picture that pages can show.',
        "Name a .png, .jpg or .svg file.",
    ),
    "config-pictures-are-public": error(
        "config",
        "Everybody can read this folder, and the pictures in it tell where and when they were"
        " taken.",
        "Name another one. The program puts pictures made anew into the public folder by itself.",
    ),
    "config-colours-not-two": error(
        "config", "Two colours are needed.", 'Write them as ["#0b6e6e", "#b98900"].'
    ),
    "config-paper-unknown": error(
        "config", '"{value}" is not a size of paper.', "Type a4 or letter."
    ),
    "config-share-not-usable": error(
        "config",
        "The share does not name two budget lines or more with their weights.",
        'Write {name} = {{ "B-1" = 60, "B-4" = 40 }}.',
    ),
    "config-table-unknown": error("config", 'There is no table "{value}".', "One of {known}."),
    "config-field-unknown": error("config", '{table} has no field "{value}".', "One of {known}."),
    "config-turned-not-fields": error(
        "config",
        "The value is not a list of fields.",
        'List the fields whose sign the workbook turns, such as turned = ["amount"].',
    ),
    "config-tabs-not-names": error(
        "config",
        "The value is not a list of tabs.",
        'List the names of the tabs, such as tabs = ["Jan", "Feb"].',
    ),
    "config-turned-not-an-amount": error(
        "config",
        '"{value}" is not an amount.',
        "List only amounts and numbers.",
    ),
    "config-mapping-not-usable": error(
        "config", "The value cannot be used.", "Write {key} = {example}."
    ),
    "config-headings-missing": error(
        "config", "No heading is named.", 'Write headings = {{ date = "Date", ... }}.'
    ),
    "config-mail-missing": error(
        "config",
        "No mail server is configured.",
        'Write [mail] with host = "...".',
    ),
    "config-mail-host-missing": error(
        "config", "The mail server is missing.", 'Write host = "smtp.example.org".'
    ),
    "config-mail-sender-missing": error(
        "config",
        "The sender's address is missing.",
        'Write sender = "books@example.org".',
    ),
    "config-mail-security-unknown": error(
        "config", '"{value}" is not known.', "Type starttls or tls."
    ),
    "config-mail-in-the-clear": error(
        "config",
        "Mail would be sent without encryption.",
        "Type starttls or tls.",
    ),
    "config-password-in-file": error(
        "config",
        "A password does not belong here.",
        "Put it into the environment as BUDGETTRACK_MAIL_PASSWORD, or into a file that only you"
        " can read, and name that in password_file.",
    ),
    "config-pauses-not-usable": error(
        "config",
        "The value is not a list of seconds, up to an hour each.",
        "Write pauses = [60, 300].",
    ),
    "config-day-not-usable": error(
        "config", "Not every month has that day.", "Write a day from 1 to 28."
    ),
    "config-hour-not-usable": error(
        "config", '"{value}" is not a time of day.', 'Write it as "06:00".'
    ),
    "config-blocking-not-usable": error(
        "config",
        "The value is not a list for each audience.",
        'Write blocking = {{ funder = ["variance-unexplained"] }}.',
    ),
    "config-blocking-audience-unknown": error(
        "config",
        '"{value}" is not an audience that can be blocked.',
        'Write blocking = {{ funder = ["variance-unexplained"] }}.',
    ),
    "config-finding-unknown": error(
        "config", 'There is no finding "{value}".', "See docs/findings.md."
    ),
    "config-recipient-without-name": error(
        "config", "A recipient has no name.", 'Choose one, as name = "the host".'
    ),
    "config-recipient-twice": error(
        "config", 'There are two recipients "{name}".', "Give each a name of its own."
    ),
    "config-recipient-name-is-address": error(
        "config",
        "The name is an address.",
        "Lists show the name: choose a word instead.",
    ),
    "config-recipient-without-address": error(
        "config", "{name} has no address.", 'Write address = "office@example.org".'
    ),
    "config-recipient-audience-missing": error(
        "config",
        "The recipient {name} has no audience.",
        'Write audience = "public", or "funder:G-1" (with the grant\'s ID), "host" or "internal".',
    ),
    "config-bank-date-missing": error(
        "config", "The heading of the date is missing.", 'Write date = "Booking date".'
    ),
    "config-bank-amount-missing": error(
        "config",
        "Amounts need either one column, or two.",
        'Write amount = "Amount", or in and out.',
    ),
    "config-bank-currency-missing": error(
        "config",
        "The currency is missing.",
        'Write the code, currency = "EUR", or the heading of the file\'s currency column.',
    ),
    "config-bank-choice-unknown": error(
        "config", '"{value}" is not one of the words for this setting.', "Write one of: {known}."
    ),
    "config-encoding-unknown": error(
        "config", '"{value}" is not an encoding.', 'Write it as "cp1252" or "utf-8".'
    ),
    "config-publisher-without-identifier": error(
        "config",
        "The publisher has no identifier.",
        'Write ref = "XE-EXAMPLE-500000000", as registered.',
    ),
    "config-organisations-not-a-section": error(
        "config", "The value is not a section.", 'Write [open_data.organisations."Its name"].'
    ),
    "config-prefix-not-usable": error(
        "config", '"{value}" is not a prefix.', "Write it as registered: 360G-harbour."
    ),
    "config-reason-unknown": error("config", '"{value}" is not a reason.', "One of {known}."),
    "config-identifier-not-usable": error(
        "config",
        '"{value}" has a blank or one of / & | ? in it.',
        "Write it as its register has it.",
    ),
    "config-organisation-type-unknown": error(
        "config", '"{value}" is not a kind of organisation.', "One of {known}."
    ),
    "config-place-missing": error(
        "config",
        "The place is missing.",
        'Write country = "PT", or a wider region = "89" (Europe).',
    ),
    "config-country-unknown": error(
        "config", '"{value}" is not a country.', "Write its two letters, as PT."
    ),
    "config-region-unknown": error(
        "config", '"{value}" is not a region.', "Write its number of the DAC list, as 298."
    ),
    "config-sectors-missing": error(
        "config",
        "No sector is chosen.",
        'Write sectors = {{ "13040" = 60, "15160" = 40 }}; see: budgettrack report iati --sectors',
    ),
    "config-sector-refused": error(
        "config", "{value} is {why}.", "Choose another, as 13040 or 15160."
    ),
    "config-sector-unknown": error("config", '"{value}" is not in the list.', "One of {known}."),
    "config-sector-share-not-usable": error(
        "config",
        "The share of this sector is not a percentage.",
        'Write sectors = {{ "13040" = 60, "15160" = 40 }}; see: budgettrack report iati --sectors',
    ),
    "config-sectors-not-whole": error(
        "config", "The shares sum to {sum}, not to 100.", "Correct one of them."
    ),
    "config-languages-not-a-list": error(
        "config", "The value is not a list of languages.", 'Write languages = ["en", "fr"].'
    ),
    "config-open-data-missing": error(
        "config",
        "No publisher is named.",
        "Write a section [open_data]: see docs/open-data.md.",
    ),
    "config-publisher-withheld": error(
        "config",
        "The publisher cannot be withheld.",
        "Choose another publisher, or do not publish.",
    ),
    "config-colour-too-pale": error(
        "config",
        "Text in {colour} cannot be read on white (its contrast is {contrast}, and {needed} is"
        " needed).",
        "Make it darker.",
    ),
}
