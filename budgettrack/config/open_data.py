"""Reads the settings for open data: the publisher, the description of the work, and the names that
the files must not have.

Nothing is published as open data before [open_data] says who publishes, where and in which
sector. A default would make statements in the name of the group, and these could harm its
members."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from budgettrack.config.reader import ConfigReader
from budgettrack.config.settings import keys

Reason = Literal["safety", "personal data", "relations", "commercial", "law"]

REASONS: Mapping[Reason, str] = {
    "safety": "It could harm somebody who works with us, or whom we serve.",
    "personal data": "It is about so few people that they could be known.",
    "relations": "It would harm our relations with somebody whom the work needs.",
    "commercial": "It would harm somebody's trade.",
    "law": "A law or an agreement forbids it.",
}
"""The reasons for hiding a name that publishers in this field use. Open data files have these
codes."""

SECTORS: Mapping[str, tuple[str, str]] = {
    "12220": (
        "Basic health care",
        "health care at the door: wound care, overdose response, drop-in health services",
    ),
    "12250": (
        "Infectious disease control",
        "testing and treatment of hepatitis and other infections",
    ),
    "12261": ("Health education", "information, peer education, training in overdose response"),
    "12263": ("Tuberculosis control", "screening for tuberculosis, and staying with the treatment"),
    "12340": (
        "Promotion of mental health and well-being",
        "peer support, counselling, a place to be",
    ),
    "13040": (
        "STD control including HIV/AIDS",
        "HIV prevention, needle and syringe programmes, condoms, testing",
    ),
    "15130": ("Legal and judicial development", "paralegals, legal aid, law reform"),
    "15150": (
        "Democratic participation and civil society",
        "the group itself: members, meetings, governance, networks",
    ),
    "15160": ("Human rights", "documenting abuses, advocacy against discrimination"),
    "15170": (
        "Women's rights organisations and movements",
        "groups of women, and work for their rights",
    ),
    "15180": ("Ending violence against women and girls", "shelter and support against violence"),
    "16010": ("Social Protection", "food, clothes, help with papers and benefits"),
    "16030": ("Housing policy and administrative management", "housing support and its policy"),
    "16064": (
        "Social mitigation of HIV/AIDS",
        "support for people living with HIV and their families",
    ),
    "43010": ("Multisector aid", "work that none of the others describes"),
}
"""Sector codes (OECD DAC, five digits) that such groups use, each with its name and meaning."""

NEVER = {
    "16063": "narcotics control: it calls the group's work law enforcement",
    "12330": "control of harmful use of alcohol and drugs: it calls the members a harm",
}
"""Sector codes that the config refuses, each with the reason."""

TYPES: Mapping[str, str] = {
    "government": "10", "local government": "11", "public body": "15", "international NGO": "21",
    "national NGO": "22",
    "regional NGO": "23", "local NGO": "24", "multilateral": "40", "foundation": "60",
    "company": "70", "university": "80",
    "other": "90",
}  # fmt: skip
"""Kinds of organisations, as IATI numbers them (OrganisationType)."""

FORBIDDEN = re.compile(r"[/&|?\s]")
"""The characters that an identifier must not contain (IATI rules 1.1 to 1.18)."""


class Organisation(Struct, frozen=True):
    """An organisation as it appears in open data.

    `name`: the name that replaces its name in the workbook. `ref`: its public identifier.
    `type`: its kind, as a number of IATI. `withheld`: whether its name and identifier are
    hidden."""

    name: str
    ref: str = ""
    type: str = ""
    withheld: bool = False


class OpenData(Struct, frozen=True):
    """The section [open_data].

    `country` (ISO 3166, two letters), `region` (IATI's number): the most exact place that is
    published. `sectors`: percentages by sector code, whose sum is 100. `reporter`: the
    publisher, which is the group or its host. `secondary`: whether the publisher is the host.
    `organisations`: the other organisations, by their name in the workbook. `languages`: the
    languages of the program's own texts; texts of the workbook are not translated. `work_plan`:
    whether activities are published below the grants. `giving_prefix`: the prefix that 360Giving
    has given the publisher (`360G-harbour`)."""

    country: str
    region: str
    sectors: Mapping[str, Decimal]
    reporter: Organisation
    secondary: bool
    group: Organisation
    organisations: Mapping[str, Organisation]
    languages: tuple[str, ...]
    because: Reason
    work_plan: bool = False
    giving_prefix: str = ""


_ORGANISATIONS = ("reporter", "group", "organisations")


def open_data(config: ConfigReader, group: str, language: str) -> OpenData | None:
    """Return the section [open_data]. `group` is the name of the organisation.

    Returns None if there is no such section."""
    given = config.section("open_data", (*keys("open_data"), *_ORGANISATIONS))
    if not given:
        return None
    own = _organisation(config, "open_data.group", given.get("group", {}), group)
    reporter = _organisation(config, "open_data.reporter", given.get("reporter", {}), group)
    if not reporter.ref:
        config.wrong("open_data.reporter", "ref", "config-publisher-without-identifier")
    others = given.get("organisations", {})
    if not isinstance(others, dict):
        config.wrong("open_data", "organisations", "config-organisations-not-a-section")
        others = {}
    prefix = config.text("open_data", given, "giving_prefix", "")
    if prefix and not re.fullmatch(r"360G-[A-Za-z0-9_-]+", prefix):
        config.wrong("open_data", "giving_prefix", "config-prefix-not-usable", value=prefix)
    because = config.text("open_data", given, "withheld_because", "safety")
    if because not in REASONS:
        config.wrong(
            "open_data",
            "withheld_because",
            "config-reason-unknown",
            value=because,
            known=", ".join(REASONS),
        )
    return OpenData(
        **_place(config, given),
        sectors=_sectors(config, given),
        reporter=reporter,
        secondary=reporter.name != group,
        group=own,
        organisations={
            name: _organisation(config, f"open_data.organisations.{name}", settings, name)
            for name, settings in others.items()
        },
        languages=_languages(config, given, language),
        work_plan=config.truth("open_data", given, "work_plan", False),
        because=because,  # type: ignore[arg-type]  # checked above
        giving_prefix=prefix,
    )


def _organisation(config: ConfigReader, section: str, given: Any, name: str) -> Organisation:
    given = config.within(section, given, keys("open_data.group"))
    ref = config.text(section, given, "ref", "")
    if FORBIDDEN.search(ref):
        config.wrong(section, "ref", "config-identifier-not-usable", value=ref)
    kind = config.text(section, given, "type", "")
    if kind and kind not in TYPES:
        config.wrong(
            section, "type", "config-organisation-type-unknown", value=kind, known=", ".join(TYPES)
        )
    return Organisation(
        config.text(section, given, "name", name),
        ref,
        TYPES.get(kind, ""),
        config.truth(section, given, "withheld", False),
    )


def _place(config: ConfigReader, given: Mapping[str, Any]) -> dict[str, str]:
    country = config.text("open_data", given, "country", "").upper()
    region = config.text("open_data", given, "region", "")
    if bool(country) == bool(region):
        config.wrong("open_data", "country", "config-place-missing")
    if country:
        from babel import Locale

        if len(country) != 2 or country not in Locale("en").territories:
            config.wrong("open_data", "country", "config-country-unknown", value=country)
    if region and not re.fullmatch(r"\d{2,4}", region):
        config.wrong("open_data", "region", "config-region-unknown", value=region)
    return {"country": country, "region": region}


def _sectors(config: ConfigReader, given: Mapping[str, Any]) -> dict[str, Decimal]:
    sectors = given.get("sectors", {})
    if not isinstance(sectors, dict) or not sectors:
        config.wrong("open_data", "sectors", "config-sectors-missing")
        return {}
    shares: dict[str, Decimal] = {}
    for code, share in sectors.items():
        if code in NEVER:
            config.wrong(
                "open_data.sectors", code, "config-sector-refused", value=code, why=NEVER[code]
            )
        elif code not in SECTORS:
            known = ", ".join(SECTORS)
            config.wrong(
                "open_data.sectors", code, "config-sector-unknown", value=code, known=known
            )
        elif not _is_share(share):
            config.wrong("open_data.sectors", code, "config-sector-share-not-usable")
        else:
            shares[code] = Decimal(str(share))
    whole = sum(shares.values())
    if len(shares) == len(sectors) and whole != 100:
        config.wrong("open_data", "sectors", "config-sectors-not-whole", sum=str(whole))
    return shares


def _is_share(share: object) -> bool:
    """Tell whether a value is a percentage above 0. In Python True is a number, but not here."""
    return isinstance(share, int | float) and share is not True and 0 < share <= 100


def _languages(config: ConfigReader, given: Mapping[str, Any], own: str) -> tuple[str, ...]:
    languages = given.get("languages", [])
    if not isinstance(languages, list) or not all(
        isinstance(language, str) for language in languages
    ):
        config.wrong("open_data", "languages", "config-languages-not-a-list")
        return (own,)
    for language in languages:
        config.language("open_data", "languages", language)
    return tuple(dict.fromkeys([own, *languages]))
