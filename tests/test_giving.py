"""360Giving, both ways: what a host publishes is valid and says nothing more than the page; what
funders gave is found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import msgspec
import openpyxl
import pytest
from click.testing import Result
from openpyxl.comments import Comment
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from budgettrack.config.open_data import OpenData, Organisation
from budgettrack.core.base.catalogue import CODES
from budgettrack.core.base.errors import TrackError
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import BY_NAME
from budgettrack.core.views.public import public_view
from budgettrack.core.views.public_types import Progress, PublicGrant, PublicView
from budgettrack.opendata.past_grants import read, wanted
from budgettrack.opendata.threesixty import (
    COLUMNS,
    META,
    NO_COUNTRY,
    NOT_LISTED,
    GrantsPackage,
    giving,
    json_bytes,
    xlsx_bytes,
)
from budgettrack.workbook.xlsx.layout import new_workbook
from tests.world.giving_quality import findings_of_the_tool
from tests.world.group import Commands, Group, Rows
from tests.world.marks import WORKING
from tests.world.outside import LONG, SHARED, STANDARDS, needs_standards
from tests.world.past_grants import FORMS, OTHERS, as_csv, as_xlsx
from tests.world.public_views import ROOM, facts
from tests.world.report_text import everything

SCHEMAS = STANDARDS / "360giving"
TRUST = SHARED / "real" / "360giving-trust.xlsx"
ON = ("--on", "2026-11-02")
TODAY = date(2026, 11, 2)
HOST = Organisation("Quay Aid", "XE-EXAMPLE-500000000")
SETTINGS = OpenData(
    country="PT",
    region="",
    sectors={},
    reporter=HOST,
    secondary=True,
    group=Organisation("Harbour Peers", "XE-EXAMPLE-500000001"),
    organisations={},
    languages=("en",),
    because="safety",
    giving_prefix="360G-quay",
)


WORK = tuple(
    msgspec.structs.replace(ROOM, id=id_, activity=activity)
    for id_, activity in (
        ("A-1", "Open the drop-in room three days a week"),
        ("A-2", "Agree the rules of the house together"),
        ("A-3", "Train twelve peer workers"),
    )
)


def view_of(*grants: PublicGrant, work: Sequence[Progress] = WORK) -> PublicView:
    return public_view((), facts("2026-03", grants=grants, progress=work))


def grant(**changed: Any) -> PublicGrant:
    base = PublicGrant(
        "G-1",
        "Quay Aid",
        "A room",
        "active",
        "EUR",
        600050,
        "2026-01",
        "2026-12",
        activities=("A-1", "A-3"),
    )
    return msgspec.structs.replace(base, **changed)


def made(
    view: PublicView, settings: OpenData = SETTINGS, **how: Any
) -> tuple[GrantsPackage, list[str]]:
    package, asked = giving(view, settings, published=date(2026, 4, 2), today=TODAY, **how)
    return package, [f"{each.place}  {each.code}" for each in asked]


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / name).read_text("utf-8"))
    return found


FORMATS = jsonschema.FormatChecker(())


@FORMATS.checks("date-time", ValueError)
def _moment(value: object) -> bool:
    return "T" in str(value) and datetime.fromisoformat(str(value)).tzinfo is not None


@FORMATS.checks("uri")
def _address(value: object) -> bool:
    return value is None or bool(urlsplit(str(value)).scheme and urlsplit(str(value)).netloc)


def valid(content: bytes) -> Any:
    """The file, once it holds against the standard's own schema of a package."""
    package, of_grant = schema("360-giving-package-schema.json"), schema("360-giving-schema.json")
    address = package["properties"]["grants"]["items"]["$ref"]
    registry: Registry[Any] = Registry().with_resource(
        address, DRAFT202012.create_resource(of_grant)
    )
    found = json.loads(content)
    checker = jsonschema.Draft202012Validator(package, registry=registry, format_checker=FORMATS)
    checker.validate(found)
    return found


# Publishing


def test_what_the_host_gives_is_listed_with_the_names_and_dates_that_may_be_told() -> None:
    package, asked = made(
        view_of(grant(), grant(id="G-2", funder="Tide Trust")), site="https://peers.example.org"
    )

    assert asked == []
    assert [each["id"] for each in package["grants"]] == ["360G-quay-G-1"]
    assert package["grants"][0] == {
        "id": "360G-quay-G-1",
        "title": "A room",
        "description": "Open the drop-in room three days a week; Train twelve peer workers",
        "currency": "EUR",
        "amountAwarded": Decimal("6000.50"),
        "awardDate": "2026-01-01",
        "recipientOrganization": [{"id": "XE-EXAMPLE-500000001", "name": "Harbour Peers"}],
        "fundingOrganization": [{"id": "XE-EXAMPLE-500000000", "name": "Quay Aid"}],
        "plannedDates": [{"startDate": "2026-01", "endDate": "2026-12", "duration": 12}],
        "beneficiaryLocation": [{"name": "Portugal", "countryCode": "PT"}],
        "locationScope": "GLS030",
        "dataSource": "https://peers.example.org",
    }
    assert "withheld" not in package["description"]


AWKWARD = {
    "a currency without decimals": grant(currency="JPY", amount=700),
    "a currency with three": grant(currency="TND", amount=1234567),
    "no end": grant(end=None),
    "signs of every kind": grant(title='=1+1 "a" <b> & \\ ü 漢 🏠\x07\ud800'),
    "a very large sum": grant(amount=99999999999999),
    "a long title": grant(title="word " * 40),
    "nothing to describe it": grant(activities=()),
}


@needs_standards
@pytest.mark.parametrize("kind", AWKWARD)
@pytest.mark.parametrize(
    "place", [{"country": "PT"}, {"country": "XK"}, {"country": "", "region": "89"}]
)
def test_every_file_holds_against_the_schema(kind: str, place: Mapping[str, Any]) -> None:
    settings = msgspec.structs.replace(SETTINGS, **place)
    package, _ = made(view_of(AWKWARD[kind]), settings, site="https://peers.example.org")

    found = valid(json_bytes(package))
    assert len(found["grants"]) == 1
    assert json.loads(json_bytes(package), parse_float=Decimal)["grants"][0][
        "amountAwarded"
    ] == Decimal(package["grants"][0]["amountAwarded"])


@needs_standards
def test_the_schema_can_refuse() -> None:
    package, _ = made(view_of(grant()))
    package["grants"][0]["awardDate"] = "2026-01"
    with pytest.raises(jsonschema.ValidationError):
        valid(json_bytes(package))


@needs_standards
def test_the_spreadsheet_has_the_schemas_own_titles() -> None:
    whole, package = schema("360-giving-schema.json"), schema("360-giving-package-schema.json")

    def titled(at: dict[str, Any], path: tuple[str, ...]) -> str:
        field = at["properties"][path[0]]
        inner = field.get("items", field)
        inner = whole["$defs"][inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
        title = str(field.get("title") or inner["title"])
        return f"{title}:{titled(inner, path[1:])}" if path[1:] else title

    assert list(COLUMNS) == [titled(whole, path) for path in COLUMNS.values()]
    assert list(META) == [titled(package, path) for path in META.values()]


@pytest.mark.slow
@needs_standards
@pytest.mark.parametrize("kind", AWKWARD if LONG else ("signs of every kind", "no end"))
def test_the_standards_own_converter_reads_the_spreadsheet_as_the_same_file(
    kind: str, tmp_path: Path
) -> None:
    package, _ = made(view_of(AWKWARD[kind], grant(id="G-9")), site="https://peers.example.org")
    path, out, meta = tmp_path / "grants.xlsx", tmp_path / "grants.json", tmp_path / "package.json"
    path.write_bytes(xlsx_bytes(package))
    about = schema("360-giving-package-schema.json")
    del about["properties"]["grants"]
    meta.write_text(json.dumps(about))
    told = [
        "--schema",
        str(SCHEMAS / "360-giving-schema.json"),
        "--root-list-path",
        "grants",
        "--root-id",
        "",
        "-o",
        str(out),
    ]
    told += [
        "--metatab-name",
        "Meta",
        "--metatab-schema",
        str(meta),
        "--metatab-vertical-orientation",
    ]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "flattentool.cli",
            "unflatten",
            str(path),
            "-f",
            "xlsx",
            "--convert-titles",
            *told,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert valid(out.read_bytes()) == json.loads(json_bytes(package))


@needs_standards
def test_the_lists_of_currencies_and_countries_are_the_standards() -> None:
    import iso4217
    from babel import Locale

    whole = schema("360-giving-schema.json")
    assert {each.code for each in iso4217.Currency} - set(
        whole["$defs"]["currency"]["enum"]
    ) == NOT_LISTED
    listed = set(whole["$defs"]["Location"]["properties"]["countryCode"]["enum"])
    territories = map(str, Locale("en").territories)
    known = {each for each in territories if len(each) == 2 and each.isalpha()}
    assert known - listed == NO_COUNTRY


ASKED: dict[str, tuple[PublicGrant, Mapping[str, Any]]] = {
    "identifier-not-usable": (grant(id="G/1"), {}),
    "identifier-with-name": (
        grant(id="TIDE-1"),
        {"organisations": {"Tide": Organisation("Tide", withheld=True)}},
    ),
    "grant-without-title": (grant(title=" "), {}),
    "grant-without-amount": (grant(amount=None), {}),
    "grant-without-start": (grant(start=None), {}),
    "currency-not-listed": (grant(currency="BGN"), {}),
    "title-with-detail": (grant(title="Room at SE1 9GF"), {}),
    "activity-with-detail": (grant(activities=("A-2", "A-3")), {}),
    "control-character": (grant(title="A\x1b[2J room"), {}),
    "dates-turned": (grant(end="2025-12"), {}),
    "date-cannot-be": (grant(start="1926-01"), {}),
    "award-to-come": (grant(start="2026-12"), {}),
    "amount-of-nothing": (grant(amount=0), {}),
    "title-is-description": (grant(activities=()), {}),
    "title-too-long": (grant(title="word " * 29), {}),
    "prefix-missing": (grant(), {"giving_prefix": ""}),
    "reference-missing": (grant(), {"group": Organisation("Harbour Peers")}),
    "reference-not-registered": (grant(), {"reporter": Organisation("Quay Aid", "GB-CHC-12")}),
    "country-not-listed": (grant(), {"country": "XK"}),
}
"""A reproducer for each code."""
OF_A_HOST = "award-without-reference"
"""Of a host's tab Given alone: tests/host/test_open_data.py."""
KINDS = [code for code, kind in CODES.items() if kind.group == "360giving" and code != OF_A_HOST]
SAID = {
    "identifier-not-usable": "'Grants' G/1  error  identifier-not-usable  The ID has a sign that an identifier must not have (a blank, / \\ & | ? or a control character). Give it another ID; until then the grant is left out.",
    "identifier-with-name": "'Grants' TIDE-1  error  identifier-with-name  The ID names an organisation that the config withholds or renames. Give it another ID; until then the grant is left out.",
    "grant-without-title": "'Grants' G-1, Title  error  grant-without-title  The grant has no title. Fill it in; until then the grant is left out.",
    "grant-without-amount": "'Grants' G-1, Amount  error  grant-without-amount  The grant has no amount, or an amount that is not published because it is one or two people's pay. Fill it in if it is blank; until then the grant is left out.",
    "grant-without-start": "'Grants' G-1, Start  error  grant-without-start  The grant has no start, so the award has no date. Fill it in; until then the grant is left out.",
    "currency-not-listed": "'Grants' G-1, Currency  error  currency-not-listed  BGN is no longer used, or is not in the standard's list. Use a current currency for the amount; until then the grant is left out.",
    "title-with-detail": "'Grants' G-1, Title  error  title-with-detail  The title seems to contain a postcode. Remove it and publish again; until then the grant is left out.",
    "activity-with-detail": "'Work-plan' A-2, Activity  warning  activity-with-detail  The text seems to contain an e-mail address. Remove it and publish again; until then the description of G-1 leaves this activity out.",
    "control-character": "'Grants' G-1, Title  warning  control-character  The text has invisible characters (control characters). The file leaves them out. Type the text again.",
    "dates-turned": "'Grants' G-1, End  warning  dates-turned  The end is before the start. Correct one of them; until then the file has no planned dates.",
    "date-cannot-be": "'Grants' G-1, Start  warning  date-cannot-be  1926-01 is more than 25 years ago. Correct it, unless it is true.",
    "award-to-come": "'Grants' G-1, Start  warning  award-to-come  The grant begins in 2026-12, so its award seems to be in the future. If this is not correct, publish again after the grant has begun.",
    "amount-of-nothing": "'Grants' G-1, Amount  warning  amount-of-nothing  The amount is 0. Correct it, or say in the title why.",
    "title-is-description": "'Grants' G-1, Title  warning  title-is-description  No activity has a description, so the title is also the description. Name an activity in the grant's budget lines.",
    "title-too-long": "'Grants' G-1, Title  warning  title-too-long  The title has more than 140 letters. Shorten it.",
    "prefix-missing": "[open_data]  warning  prefix-missing  There is no prefix for the grants' identifiers. Ask 360Giving for one, and write giving_prefix = \"360G-harbour\"; until then it is the publisher's identifier.",
    "reference-missing": "[open_data.group]  warning  reference-missing  The group has no identifier, so one made from the publisher's identifier is used. If it is registered somewhere, write ref = \"XE-EXAMPLE-500000000\".",
    "reference-not-registered": '[open_data.reporter]  warning  reference-not-registered  "GB-CHC-12" does not begin with the code of a register, or its number does not have the right form. Look the register up at org-id.guide, and write the number as the register shows it.',
    "country-not-listed": "[open_data]  warning  country-not-listed  The standard's list of countries does not have XK. The file names no place.",
}  # fmt: skip


def test_every_question_has_a_reproducer() -> None:
    assert list(ASKED) == list(SAID) == KINDS


@pytest.mark.parametrize("code", KINDS)
def test_a_question_is_asked_in_these_words_and_what_it_is_about_is_never_in_the_file(
    code: str,
) -> None:
    given, settings = ASKED[code]
    work = [
        msgspec.structs.replace(each, activity="Ask rooms@peers.example")
        if each.id == "A-2"
        else each
        for each in WORK
    ]
    package, asked = giving(
        view_of(given, work=work),
        msgspec.structs.replace(SETTINGS, **settings),
        published=date(2026, 4, 2),
        today=TODAY,
    )

    assert SAID[code] in [str(each) for each in asked]
    assert [each.code for each in asked if each.severity == "error"] == [code] * (
        CODES[code].severity == "error"
    )
    assert len(package["grants"]) == (CODES[code].severity == "warning")
    if package["grants"] and STANDARDS.is_dir():
        valid(json_bytes(package))
    assert findings_of_the_tool(package["grants"], TODAY) <= {each.code for each in asked}
    content = json_bytes(package).decode()
    assert not [
        each for each in ("SE1", "rooms@", "\x1b", "BGN", "Tide", "TIDE") if each in content
    ]


ACCURACY: dict[str, dict[str, Any]] = {
    "amount-of-nothing": {"amountAwarded": 0},
    "date-cannot-be": {"plannedDates": [{"startDate": "1999-01"}]},
    "award-to-come": {"awardDate": "2027-01-01"},
    "dates-turned": {"plannedDates": [{"startDate": "2026-05", "endDate": "2026-04"}]},
    "title-with-detail": {"title": "Ring me@peers.example"},
    "title-too-long": {"title": "x" * 141},
    "title-is-description": {"title": "A room", "description": "A room"},
    "identifier-not-usable": {"id": "360G-quay-\n"},
    "reference-not-registered": {"fundingOrganization": [{"id": "PT-NIPC-50", "name": "Quay"}]},
    "country-not-listed": {"beneficiaryLocation": []},
    "never asked": {"fundingOrganization": []},
}
"""What breaks each check of the tool, by our own question about it."""


@pytest.mark.parametrize("code", ACCURACY)
def test_the_tools_checks_see_what_is_wrong(code: str) -> None:
    package, _ = made(view_of(grant()), site="https://peers.example.org")
    (listed,) = package["grants"]

    assert findings_of_the_tool([listed], TODAY) == set()
    assert findings_of_the_tool([{**listed, **ACCURACY[code]}], TODAY) == {code}


@pytest.mark.parametrize("kind", AWKWARD)
def test_what_the_standards_own_tool_would_find_is_asked_before(kind: str) -> None:
    package, asked = made(view_of(AWKWARD[kind]), site="https://peers.example.org")

    assert findings_of_the_tool(package["grants"], TODAY) <= {each.split()[-1] for each in asked}


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("XE-EXAMPLE-500000000", False),
        ("GB-CHC-1234567", False),
        ("GB-CHC-12", True),
        ("XX-REG-7", True),  # no such register is published
        ("KE-NCB-7", False),  # of this register nobody knows the form of a number
        ("360G-quay", False),
        ("nonsense", True),
    ],
)
def test_a_reference_begins_with_a_register_and_has_the_form_of_its_numbers(
    ref: str, told: bool
) -> None:
    settings = msgspec.structs.replace(
        SETTINGS, reporter=msgspec.structs.replace(SETTINGS.reporter, ref=ref)
    )
    _, asked = giving(view_of(grant()), settings, published=date(2026, 4, 2), today=TODAY)

    assert ("reference-not-registered" in {each.code for each in asked}) is told


@pytest.mark.parametrize("typed", [" 2026-05-01", "2026-05-01T00:00:00Z", "2026-05-01 "])
def test_an_award_date_is_read_with_spaces_and_a_time(typed: str) -> None:
    found = read("x.json", json.dumps({"grants": [{**OTHERS[0], "awardDate": typed}]}).encode())

    assert [each.day for each in found.grants] == [date(2026, 5, 1)]


@pytest.mark.parametrize(
    "title",
    [
        "A room at SW1A 1AA",
        "b1 1aa",
        "Ring 020 7946 0958 for it",
        "passport X1234567",
        "me@peers.example",
    ],
)
def test_a_title_with_a_contact_or_a_postcode_is_held_back(title: str) -> None:
    package, asked = made(view_of(grant(title=title)))
    assert (package["grants"], asked) == ([], ["'Grants' G-1, Title  title-with-detail"])


@pytest.mark.parametrize(
    "title", ["The 1st and 2nd year", "B2 4th floor", "COVID19 2nd wave", "Phase A1 2026"]
)
def test_ordinary_titles_are_no_postcodes(title: str) -> None:
    assert made(view_of(grant(title=title)))[1] == []


def test_a_currency_in_use_that_the_standard_does_not_list_is_left_out() -> None:
    package, asked = made(view_of(grant(currency="SLE")))
    assert (package["grants"], asked) == ([], ["'Grants' G-1, Currency  currency-not-listed"])


def test_organisations_are_withheld_or_renamed_wherever_they_stand() -> None:
    settings = msgspec.structs.replace(
        SETTINGS,
        group=Organisation("A health group", withheld=False),
        organisations={
            "Quay Aid": Organisation("Quay Aid", "XE-EXAMPLE-500000000"),
            "Tide Trust": Organisation("Tide Trust", withheld=True),
            "Tide": Organisation("a partner"),
        },
    )
    view = view_of(grant(title="HARBOUR  peers with Tide\tTrust and tide"))
    package, _ = made(view, settings, site="https://harbour-peers.example.org")

    assert package["grants"][0]["title"] == "A health group with … and a partner"
    assert package["grants"][0]["recipientOrganization"] == [
        {"id": "360G-quay-group", "name": "A health group"}
    ]
    assert "dataSource" not in package["grants"][0]
    assert "Reason for what is withheld: safety. It could harm" in package["description"]


def test_a_withheld_group_leaves_one_word_and_the_reason() -> None:
    settings = msgspec.structs.replace(
        SETTINGS,
        group=Organisation("Harbour Peers", "XE-EXAMPLE-500000001", withheld=True),
        because="law",
    )
    package, asked = made(
        view_of(grant(title="For Harbour Peers")), settings, site="https://harbour.example.org"
    )

    assert asked == []
    assert package["grants"][0]["recipientOrganization"] == [
        {"id": "360G-quay-withheld", "name": "Withheld: law"}
    ]
    assert package["description"].endswith(
        "Reason for what is withheld: law. A law or an agreement forbids it."
    )
    content = everything({"grants.json": json_bytes(package), "grants.xlsx": xlsx_bytes(package)})
    assert "arbour" not in content
    assert "500000001" not in content


def test_the_host_is_known_by_its_name_or_by_the_reference_of_its_entry() -> None:
    entries = {"Aid on the Quay": Organisation("Aid on the Quay", "XE-EXAMPLE-500000000")}
    for funder, known, count in (
        ("quay  AID", {}, 1),
        ("Aid on the Quay", {}, 0),
        ("Aid on the Quay", entries, 1),
        ("Quay Aid", {"Quay Aid": Organisation("Quay Aid", "GB-CHC-1234567")}, 0),
        ("Quay Aid", {"Quay Aid": Organisation("Quay Aid", type="22")}, 1),
        ("Quay Aid", {"Quay Aid": Organisation("Quay Aid", withheld=True)}, 0),
    ):
        package, _ = made(
            view_of(grant(funder=funder)), msgspec.structs.replace(SETTINGS, organisations=known)
        )
        assert len(package["grants"]) == count, (funder, known)


def test_the_same_page_gives_the_same_bytes() -> None:
    package, _ = made(view_of(grant()))
    again, _ = made(view_of(grant()))

    assert json_bytes(package) == json_bytes(again)
    assert xlsx_bytes(package) == xlsx_bytes(again)


# The command

CONFIG = """
[organisation]
name = "Harbour Peers"
currency = "EUR"
[workbook]
xlsx = "plan.xlsx"
[reports]
site = "https://peers.example.org"
[open_data]
country = "PT"
sectors = { "13040" = 100 }
giving_prefix = "360G-quay"
[open_data.group]
ref = "XE-EXAMPLE-500000001"
[open_data.reporter]
name = "Quay Aid"
ref = "XE-EXAMPLE-500000000"
"""
GIVEN: dict[str, list[Fields]] = {
    "grants": [
        {"id": f"G-{n}", "funder": funder, "title": f"Title {n}", "state": "active", "currency": "EUR", "amount": "6000"}
        | {"start": "2026-01-15", "end": "2026-12-20", "publish": publish}
        for n, funder, publish in (
            (1, "Quay Aid", "yes"),
            (2, "Quay Aid", "no"),
            (3, "Tide Trust", "yes"),
        )
    ],
    "work_plan": [{"id": "A-1", "activity": "Open the room", "start": "2026-01-01", "end": "2026-12-31"}],
    "budget": [
        {"id": f"B-{n}", "grant": f"G-{n}", "activity": "A-1", "category": "Rent", "amount": "6000", "people_paid": "0"} for n in (1, 2, 3)
    ],
}  # fmt: skip


def host(folder: Path, config: str = CONFIG, rows: dict[str, list[Fields]] | None = None) -> Group:
    group = Group(folder, GIVEN if rows is None else rows)
    group.config.write_text(config)
    group.sync()
    return group


def reported(group: Group, *words: str) -> Result:
    return group.run("report", "360giving", "--yes", *words, *ON)


@pytest.fixture
def rows() -> Rows:
    return GIVEN


@pytest.fixture
def config() -> str:
    return CONFIG


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON), ("report", "transparency", "--month", "2026-10", *ON))


def test_every_word_is_shown_before_anything_is_written(group: Group) -> None:
    folder = group.folder / "reports" / "public" / "360giving"
    shown = group.run("report", "360giving", *ON)
    assert (shown.exit_code, folder.exists()) == (3, False)
    assert shown.stderr == "Nothing was written. To publish it: --yes\n"
    assert "+ fundingOrganization name of Quay Aid: Quay Aid" in shown.stdout

    def words(value: object) -> set[str]:
        if isinstance(value, dict | list):
            return set().union(*map(words, value.values() if isinstance(value, dict) else value))
        return {str(value)}

    reported(group)
    for word in words(json.loads((folder / "grants.json").read_bytes())):
        assert f": {word}\n" in shown.stdout, word
    again = group.run("report", "360giving", *ON)
    assert (again.exit_code, again.stdout) == (0, "The file is the same as last time.\n")


def test_the_command_writes_both_files_of_the_published_grants_alone(group: Group) -> None:
    done = reported(group)

    assert (done.exit_code, done.stderr) == (0, "1 grant written.\n")
    folder = group.folder / "reports" / "public" / "360giving"
    assert done.stdout.split() == [str(folder / "grants.json"), str(folder / "grants.xlsx")]
    found = json.loads((folder / "grants.json").read_bytes())
    assert [each["title"] for each in found["grants"]] == ["Title 1"]
    assert found["grants"][0]["plannedDates"][0]["startDate"] == "2026-01"
    assert (
        "Other grants are withheld, or wait for a correction. Reason for what is withheld: safety"
        in (found["description"])
    )
    assert openpyxl.load_workbook(folder / "grants.xlsx").sheetnames == ["grants", "Meta"]
    if SCHEMAS.is_dir():
        valid((folder / "grants.json").read_bytes())
    before = (folder / "grants.xlsx").read_bytes()
    assert reported(group).exit_code == 0
    assert (folder / "grants.xlsx").read_bytes() == before


@pytest.mark.slow
def test_a_grant_that_is_withdrawn_is_gone_from_the_next_file(group: Group) -> None:
    reported(group)
    from tests.world.group import column

    group.set("Grants", f"{column('Grants', 'Publish', group.path)}2", "no")
    group.sync()
    done = reported(group)
    assert (done.exit_code, done.stdout) == (1, "")
    assert (
        done.stderr
        == "The page of 2026-10 has no grant that Quay Aid gives; nothing was written. Set Publish"
        " to yes for it, sync, and write the page again: budgettrack report transparency\n"
    )


def test_nothing_is_written_where_the_publisher_gives_nothing(tmp_path: Path) -> None:
    group = host(tmp_path, CONFIG.replace('name = "Quay Aid"', 'name = "Somebody Else"'))
    assert (
        reported(group).stderr
        == "No page is published up to 2026-10 yet. Write it first: budgettrack report"
        " transparency\n"
    )
    group.run("report", "transparency", "--month", "2026-10", *ON)
    done = reported(group)

    assert done.exit_code == 1
    assert done.stderr.startswith(
        "No grant is given by Somebody Else, who publishes; nothing was written. "
    )
    assert not (tmp_path / "reports" / "public" / "360giving").exists()


def test_without_open_data_the_section_is_asked_for(tmp_path: Path) -> None:
    group = host(tmp_path, '[workbook]\nxlsx = "plan.xlsx"\n')
    done = reported(group)
    assert (done.exit_code, done.stderr) == (
        1,
        (
            "budgettrack.toml: No publisher is named. Write a section [open_data]: see"
            " docs/open-data.md.\n"
        ),
    )


def test_a_publisher_cannot_be_withheld_and_a_prefix_has_its_form(tmp_path: Path) -> None:
    group = host(tmp_path, f"{CONFIG}withheld = true\n")
    assert "open_data.reporter: The publisher cannot be withheld" in reported(group).stderr
    group.config.write_text(CONFIG.replace("360G-quay", "quay"))
    done = reported(group)
    assert (done.exit_code, '"quay" is not a prefix' in done.stderr) == (1, True)


def test_where_every_grant_is_left_out_nothing_is_written_and_each_says_why(tmp_path: Path) -> None:
    untitled: list[Fields] = [{**GIVEN["grants"][0], "title": ""}]
    group = host(tmp_path, rows={**GIVEN, "grants": untitled, "budget": GIVEN["budget"][:1]})
    group.run("report", "transparency", "--month", "2026-10", *ON)
    done = reported(group)

    assert (done.exit_code, done.stderr.splitlines()) == (
        1,
        [SAID["grant-without-title"], "No grant is left; nothing was written."],
    )
    assert not (tmp_path / "reports" / "public" / "360giving").exists()


def test_questions_are_told_and_the_code_says_that_somebody_must_look(tmp_path: Path) -> None:
    group = host(tmp_path, CONFIG.replace('giving_prefix = "360G-quay"\n', ""))
    group.run("report", "transparency", "--month", "2026-10", *ON)
    done = reported(group, "--out", str(tmp_path / "elsewhere"))

    assert (done.exit_code, done.stderr.splitlines()) == (
        3,
        [SAID["prefix-missing"], "1 grant written."],
    )
    assert (
        tmp_path / "elsewhere" / "public" / "360giving" / "grants.json"
    ).stat().st_mode & 0o777 == 0o644


def test_both_files_or_neither(group: Group) -> None:
    folder = group.folder / "reports" / "public" / "360giving"
    (folder / "grants.xlsx").mkdir(parents=True)
    done = reported(group)

    assert (done.exit_code, done.stderr.startswith("The files cannot be written to ")) == (1, True)
    assert [each.name for each in folder.iterdir()] == ["grants.xlsx"]


@pytest.mark.slow
def test_no_mark_of_what_is_not_public_is_in_any_byte(tmp_path: Path) -> None:
    """A mark in every cell of text, as in test_marks; the files have those of the published grant's
    public words alone."""
    group = Group(tmp_path, GIVEN)
    group.path.unlink()
    about = [{"topic": "how to reach us", "words": "desk@peers.example"}]
    new_workbook(
        group.path,
        rows={**GIVEN, "about": about},
        with_optional=frozenset({"payee", "approved_by", "contact"}),
    )
    marks: dict[str, tuple[str, str, str]] = {}
    book = openpyxl.load_workbook(group.path)
    for name, records in GIVEN.items():
        table, sheet = BY_NAME[name], book[BY_NAME[name].tab]
        heads = {cell.value: int(cell.column or 0) for cell in sheet[1]}
        for number, record in enumerate(records, 2):
            for column in table.columns:
                keeps = column.name in WORKING - {"activity"} or column.name == "funder"
                if column.heading in heads and column.kind in ("text", "link") and not keeps:
                    mark = f"Zmark{len(marks)}zQ"
                    marks[mark] = (column.audience, name, record["id"])
                    sheet.cell(number, heads[column.heading]).value = mark
            marks[mark := f"Zmark{len(marks)}zQ"] = ("nobody", name, record["id"])
            sheet.cell(number, 1).comment = Comment(mark, "somebody")
    book.save(group.path)
    group.config.write_text(CONFIG)
    group.sync()
    assert group.run("report", "transparency", "--month", "2026-10", *ON).exit_code == 0
    done = reported(group)
    assert done.exit_code == 0, done.output
    folder = group.folder / "reports" / "public" / "360giving"
    written = everything({each.name: each.read_bytes() for each in folder.iterdir()})

    assert {marks[mark] for mark in marks if mark in written} == {
        ("public", "grants", "G-1"),
        ("public", "work_plan", "A-1"),
    }
    assert {audience for audience, _, _ in marks.values()} == {
        "public",
        "funder",
        "internal",
        "personal",
        "nobody",
    }
    for never in ("desk@", "2026-01-15", "2026-12-20", "Tide"):
        assert never not in written, never


# Reading


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same_and_nothing_of_a_grant_to_a_person(form: str) -> None:
    found = read(f"grants.{form}", FORMS[form])

    assert (found.individuals, found.problems) == (1, [])
    assert [(each.id, each.amount, each.currency, each.day) for each in found.grants] == [
        ("360G-tide-1", Decimal("5000.00"), "EUR", date(2024, 5, 1)),
        ("360G-tide-2", Decimal("120.50"), "GBP", date(2025, 5, 1)),
        ("360G-tide-3", Decimal("20000.00"), "EUR", date(2023, 5, 1)),
    ]
    assert [set(each.places) for each in found.grants] == [
        {"Porto", "Edgbaston", "PT"},
        {"Porto", "Edgbaston", "PT", "Leeds"},
        {"Porto", "Edgbaston", "PT", "Leeds"},
    ]
    assert {(each.funder, each.recipient, each.themes) for each in found.grants} == {
        ("Tide Trust", "A Club", ("Harm reduction",))
    }
    assert not [each for each in ("secret", "club@") if each in repr(found)]


def test_a_text_of_a_file_is_cut_where_that_of_a_cell_is_refused() -> None:
    grant: dict[str, object] = {
        "id": "360G-1",
        "title": "a " * 200_000,
        "description": "b" * 10_001,
        "currency": "GBP",
        "amountAwarded": 5,
        "fundingOrganization": [{"name": "Fund"}],
        "recipientOrganization": [{"name": "Peers"}],
    }

    (past,) = read("x.json", json.dumps({"grants": [grant]}).encode()).grants

    assert (len(past.title), past.description) == (9_999, "b" * 10_000)


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, [2, 1, 3]),
        ({"theme": "ROOM"}, [1]),
        ({"theme": "harm reduction"}, [2, 1, 3]),
        ({"theme": "health"}, [1, 3]),
        ({"place": "leeds"}, [2, 3]),
        ({"place": "pt"}, [2, 1, 3]),
        ({"place": "GB"}, []),
        ({"least": Decimal(5000)}, [1, 3]),
        ({"most": Decimal(5000)}, [2, 1]),
        ({"since": date(2024, 5, 1)}, [2, 1]),
        ({"theme": "health", "place": "Leeds", "least": Decimal(1)}, [3]),
    ],
)
def test_past_grants_are_found_by_theme_place_size_and_day(
    asked: dict[str, Any], numbers: list[int]
) -> None:
    found = wanted(read("grants.json", FORMS["json"]).grants, **asked)
    assert [int(each.id[-1]) for each in found] == numbers


def test_a_grant_that_names_no_recipient_counts_as_one_to_a_person() -> None:
    nobody = {key: value for key, value in OTHERS[0].items() if key != "recipientOrganization"}
    found = read("x.json", json.dumps({"grants": [nobody]}).encode())
    assert (found.grants, found.individuals) == ([], 1)


def test_a_real_file_is_read_whole() -> None:
    if not TRUST.is_file():
        pytest.skip("the funder's file is not beside this checkout")
    found = read(TRUST.name, TRUST.read_bytes())

    assert (len(found.grants), found.individuals, found.problems) == (783, 0, [])
    assert sum(each.amount for each in found.grants) == 12_785_625
    assert {each.currency for each in found.grants} == {"GBP"}
    assert min(each.day for each in found.grants if each.day) == date(2013, 1, 22)


BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b" \n", "x: it is empty. Download it again."),
    "half": (b'{"grants": [', "x, line 1: this is not JSON. Download it again."),
    "nan": (b'{"grants": [NaN]}', "x: this is not JSON in UTF-8. Download it again."),
    "deep": (b"[" * 200_000, "x: this is not JSON in UTF-8. Download it again."),
    "list": (b"[]", 'x: it has no list "grants". Choose a 360Giving file.'),
    "page": (
        b"<html>",
        "x: this is a web page or a PDF, not a 360Giving file. Download the JSON, XLSX or CSV.",
    ),
    "other": (
        b"a,b\n1,2\n",
        (
            'x: no tab has the headings "Identifier", "Currency", "Amount Awarded", "Funding'
            ' Org:Name" in its first 10 rows. Choose a 360Giving file.'
        ),
    ),
    "zip": (
        b"PK\x03\x04",
        "x is cut off or damaged and cannot be read. Open it in your spreadsheet program",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_is_none_is_refused_with_place_problem_and_remedy(kind: str) -> None:
    raw, says = BROKEN[kind]
    with pytest.raises(TrackError) as refused:
        read("x", raw)
    assert str(refused.value).startswith(says)


def test_a_row_that_cannot_be_read_is_left_out_and_named_by_its_cell() -> None:
    changes: tuple[dict[str, Any], ...] = (
        {"amountAwarded": "5,000"},
        {"currency": "DEM"},
        {"id": ""},
        {"fundingOrganization": [{"name": ""}]},
        {"awardDate": "1 May"},
        {"id": "B-4"},
    )
    bad = [{**OTHERS[0], "id": f"B-{n}", **changed} for n, changed in enumerate(changes)]
    found = read("x.xlsx", as_xlsx(bad))
    assert [each.id for each in found.grants] == ["B-4"]
    assert found.problems == [
        (
            "x.xlsx, 'Our grants'!E3: its amount cannot be read. The grant is left out: ask its"
            " publisher."
        ),
        (
            "x.xlsx, 'Our grants'!D4: its currency code is not in use. The grant is left out: ask its"
            " publisher."
        ),
        "x.xlsx, 'Our grants'!A5: Identifier is empty. The grant is left out: ask its publisher.",
        (
            "x.xlsx, 'Our grants'!J6: Funding Org:Name is empty. The grant is left out: ask its"
            " publisher."
        ),
        "x.xlsx, 'Our grants'!F7: its award date cannot be read. The grant is taken without it.",
        "x.xlsx: B-4 is in the file twice. The first one counts.",
    ]
    odd = {
        "grants": [
            1,
            {**OTHERS[0], "amountAwarded": True},
            {"id": {"a": []}, "recipientOrganization": "x"},
        ]
    }
    assert read("x.json", json.dumps(odd).encode()).problems == [
        "x.json, grant 1: it is not a grant. It is left out.",
        (
            "x.json, grant 2, amount: its amount cannot be read. The grant is left out: ask its"
            " publisher."
        ),
    ]
    assert (
        read("x.csv", as_csv(bad))
        .problems[0]
        .startswith("x.csv, row 2: its amount cannot be read.")
    )


def test_what_could_command_a_terminal_or_names_a_contact_is_neither_shown_nor_kept(
    group: Group,
) -> None:
    ring = "Ring +351 912 345 678"
    odd = {**OTHERS[0], "title": "Ask \x1b[2Jme", "grantProgramme": [{"title": ring}]}
    path = group.folder / "odd.json"
    path.write_text(json.dumps({"grants": [odd]}))
    (row,) = json.loads(
        group.run("import", "360giving", str(path), "--add", "360G-tide-1", "--json", *ON).stdout
    )
    assert (row["title"], row["programme"]) == (
        "Ask [2Jme",
        "(withheld: it looked like a personal detail)",
    )
    assert "title" not in group.held().records["grants"][row["grant"]]
    assert b"912 345 678" not in (group.folder / "register.sqlite").read_bytes()


def put(group: Group) -> str:
    path = group.folder / "tide.json"
    path.write_bytes(FORMS["json"])
    return str(path)


def test_past_grants_are_listed_with_their_sizes(group: Group) -> None:
    done = group.run("import", "360giving", put(group), "--theme", "room")
    assert done.exit_code == 0
    assert "360G-tide-1" in done.stdout
    assert "360G-tide-2" not in done.stdout
    assert done.stderr.splitlines() == [
        "1 grant, 5,000.00 EUR; from 5,000.00 EUR to 5,000.00 EUR, median 5,000.00 EUR.",
        "1 grant to individuals, or without a named recipient, left out.",
    ]
    assert group.run("import", "360giving", put(group), "--least", "5OO").exit_code == 2
    assert (
        group.run("import", "360giving", put(group), "--place", "GB").stdout
        == "No grant is like that.\n"
    )


def test_chosen_ones_become_prospects_once_without_what_somebody_else_was_given(
    group: Group,
) -> None:
    file = put(group)
    done = group.run(
        "import", "360giving", file, "--add", "360g-TIDE-1", "--add", "360G-tide-2", "--json", *ON
    )
    assert (done.exit_code, [row["grant"] for row in json.loads(done.stdout)]) == (
        0,
        ["G-4", "G-5"],
    )
    held = group.held().records["grants"]
    assert held["G-4"] == {
        "funder": "Tide Trust",
        "state": "prospect",
        "currency": "EUR",
        "title": "Health",
        "next_step": "Ask whether they would give again: 5000.00 EUR in 2024-05 (360G-tide-1)",
    }
    again = group.run(
        "import", "360giving", file, "--add", "360G-tide-1", "--add", "360G-tide-3", *ON
    )
    assert again.exit_code == 3
    assert again.stderr.splitlines()[-2:] == [
        "360G-tide-1 is there already, as G-4.",
        "1 prospect added. It stands in the workbook after the next sync.",
    ]
    assert len(group.held().records["grants"]) == 6
    group.sync()
    assert (group.cell("Grants", "A5"), group.cell("Grants", "B5")) == ("G-4", "Tide Trust")
    assert "Club" not in (group.folder / "register.sqlite").read_bytes().decode("latin-1")


def test_an_unknown_identifier_adds_nothing(group: Group) -> None:
    before = group.held().records["grants"]
    done = group.run(
        "import", "360giving", put(group), "--add", "360G-tide-1", "--add", "360G-tide-4", *ON
    )
    assert (done.exit_code, done.stderr) == (
        2,
        "The file has no grant 360G-tide-4. Did you mean 360G-tide-3?\n",
    )
    mixed = group.run(
        "import", "360giving", put(group), "--add", "360G-tide-1", "--theme", "room", *ON
    )
    assert (mixed.exit_code, mixed.stderr) == (
        2,
        "--add takes identifiers. Leave out the other filters.\n",
    )
    assert group.held().records["grants"] == before


def test_a_statement_is_imported_with_and_without_its_word(group: Group) -> None:
    for words in (
        ("import",),
        ("import", "--yes"),
        ("import", "statement"),
        ("import", "statement", "--yes"),
    ):
        done = group.run(*words, "none.sta")
        assert (done.exit_code, done.stderr) == (
            2,
            "none.sta: it cannot be read (No such file or directory). Name the statement's file.\n",
        )
    listed = group.run("import", "--help").stdout
    assert "statement" in listed
    assert "360giving" in listed
