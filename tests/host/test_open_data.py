"""The grants that a host makes of money of its funders, by the standards of the field: only of groups
that agreed twice to be named, marked as regranted, and no money twice."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner, Result
from lxml import etree
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from budgettrack.cli import main
from budgettrack.core.records.model import Fields
from budgettrack.host.open_data import NAMED
from budgettrack.monthly.delivery.folder import published
from budgettrack.opendata.iati import DISBURSED, EXPENDITURE, INCOMING, PROMISED_ON
from tests.world.giving_quality import findings_of_the_tool
from tests.world.hosted import TODAY, host_in, hosted_plan, row, with_money
from tests.world.iati_valid import faults
from tests.world.outside import STANDARDS, needs_standards

ON = ("--on", "2026-11-02")
OPEN_DATA = """
[open_data]
country = "PT"
sectors = { "13040" = 100 }
giving_prefix = "360G-delta"

[open_data.reporter]
name = "Delta Partners"
ref = "XE-EXAMPLE-500000000"

[open_data.organisations."Meridian Fund"]
ref = "GB-CHC-1000000"

[open_data.organisations."Circle GR-1"]
ref = "XE-EXAMPLE-500000011"
"""


GROUPS_OPEN_DATA = """
[open_data]
country = "PT"
sectors = { "13040" = 100 }

[open_data.reporter]
name = "Circle GR-1"
ref = "XE-EXAMPLE-500000011"

[open_data.organisations."Delta Partners"]
ref = "XE-EXAMPLE-500000000"
"""


FORMATS = jsonschema.FormatChecker(())


@FORMATS.checks("date-time")
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\dT.+", value) is not None


def asked(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words])


def ran(config: Path) -> None:
    for _ in range(2):
        done = asked(config, "host", "run", *ON)
        assert done.exit_code in (0, 3), done.output


def agreeing(code: str) -> dict[str, list[Fields]]:
    plan = {name: [*rows] for name, rows in hosted_plan(code).items()}
    plan["agreements"] = [{**plan["agreements"][0], "listed": "yes"}]
    return plan


def host(folder: Path, *, publish: str = "yes", **given: Fields) -> Path:
    """A host that gave to three groups: the first agreed twice, of the others one side did."""
    more = {name: [*rows] for name, rows in with_money("GR-1", "GR-2", "GR-3").items()}
    more["grants"] = [{**more["grants"][0], "publish": publish}]
    more["given"] = [
        {**one, **given.get(one["group"].replace("-", "_"), {})} for one in more["given"]
    ]
    plans = {code: agreeing(code) for code in ("GR-1", "GR-2")}
    plans["GR-3"] = {name: [*of] for name, of in hosted_plan("GR-3").items()}
    rows = [row("GR-1", listed="yes"), row("GR-2"), row("GR-3", listed="yes")]
    config = host_in(folder, rows, plans=plans, more=more)
    config.write_text(config.read_text() + OPEN_DATA)
    ran(config)
    return config


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = host(tmp_path_factory.mktemp("host"))
    assert asked(config, "host", "network", *ON).exit_code in (0, 3)
    return config


def files_of(config: Path) -> Path:
    return config.parent / "reports/public/360giving"


def package(config: Path) -> dict[str, Any]:
    done = asked(config, "report", "360giving", "--yes", *ON)
    assert done.exit_code in (0, 3), done.output
    told: dict[str, Any] = json.loads((files_of(config) / "grants.json").read_bytes())
    return told


def test_the_award_of_the_named_group_is_told_and_marked_as_regranted(made: Path) -> None:
    told = package(made)
    (grant,) = told["grants"]
    assert grant == {
        "id": "360G-delta-SG-GR-1",
        "title": "Small grants 2026",
        "description": "Money of Meridian Fund, handed on by Delta Partners.",
        "currency": "EUR",
        "amountAwarded": 12000.00,
        "awardDate": "2026-08-01",
        "recipientOrganization": [{"id": "XE-EXAMPLE-500000011", "name": "Circle GR-1"}],
        "fundingOrganization": [{"id": "XE-EXAMPLE-500000000", "name": "Delta Partners"}],
        "plannedDates": [{"startDate": "2026-08", "endDate": "2026-12", "duration": 5}],
        "beneficiaryLocation": [{"name": "Portugal", "countryCode": "PT"}],
        "locationScope": "GLS030",
        "classifications": [
            {"vocabulary": "Regranted",
             "title": "Money of Meridian Fund, handed on by Delta Partners."}
        ],
        "fromOpenCall": "Yes",
    }  # fmt: skip
    assert "Other grants are withheld" in told["description"]


def test_of_groups_that_did_not_agree_twice_there_is_nothing(made: Path) -> None:
    package(made)
    texts = (files_of(made) / "grants.json").read_text()
    book = openpyxl.load_workbook(files_of(made) / "grants.xlsx")
    texts += repr([[*sheet.iter_rows(values_only=True)] for sheet in book])
    for word in ("GR-2", "GR-3", "the one called", "24000", "36000"):
        assert word not in texts


@needs_standards
def test_it_holds_against_the_standards_own_schema(made: Path) -> None:
    schemas = STANDARDS / "360giving"
    of_grant = json.loads((schemas / "360-giving-schema.json").read_text("utf-8"))
    of_package = json.loads((schemas / "360-giving-package-schema.json").read_text("utf-8"))
    registry: Registry[Any] = Registry().with_resource(
        of_package["properties"]["grants"]["items"]["$ref"], DRAFT202012.create_resource(of_grant)
    )
    told = package(made)
    validator = jsonschema.Draft202012Validator(
        of_package, registry=registry, format_checker=FORMATS
    )
    assert [error.message for error in validator.iter_errors(told)] == []
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**told, "grants": [{**told["grants"][0], "currency": "euro"}]})
    assert findings_of_the_tool(told["grants"], TODAY) == set()


def iati(config: Path) -> etree._Element:
    """Publishes the IATI files, and returns that of the activities."""
    done = asked(config, "report", "iati", "--yes")
    assert done.exit_code in (0, 3), done.output
    content = (config.parent / "reports/public/iati/activities.xml").read_bytes()
    assert [one for one in faults(content) if one.startswith("error")] == []
    return etree.fromstring(content)


SIDES = ("provider-org/narrative", "receiver-org/narrative")


def moved(root: etree._Element, kind: str) -> list[tuple[str, ...]]:
    """Returns the transactions of a kind: day, amount, who gave it and who got it."""
    found = []
    for one in root.iter("transaction"):
        (day,), (code,) = one.findall("transaction-date"), one.findall("transaction-type")
        texts = [one.findtext(path) or "" for path in ("value", *SIDES)]
        if code.get("code") == kind:
            found.append((day.get("iso-date") or "", *texts))
    return found


def with_open_data(config: Path, text: str) -> None:
    config.write_text(config.read_text() + text)


@needs_standards
def test_what_the_host_pays_is_what_the_group_gets_and_no_money_is_spent_twice(
    made: Path,
) -> None:
    assert asked(made, "report", "transparency", *ON).exit_code in (0, 3)
    of_host = iati(made)
    sides = ("Delta Partners", "Circle GR-1")
    assert moved(of_host, DISBURSED) == [("2026-08-31", "12000.00", *sides)]
    assert moved(of_host, PROMISED_ON) == [("2026-08-01", "12000.00", *sides)]
    roles = {
        (one.findtext("narrative"), one.get("role"), one.get("ref"))
        for one in of_host.iter("participating-org")
    }
    assert ("Circle GR-1", "4", "XE-EXAMPLE-500000011") in roles
    text = etree.tostring(of_host).decode()
    assert not [word for word in ("GR-2", "GR-3", "24000", "36000") if word in text]

    own = made.parent / "groups/GR-1/budgettrack.toml"
    with_open_data(own, GROUPS_OPEN_DATA)
    assert asked(own, "report", "transparency", *ON).exit_code in (0, 3)
    of_group = iati(own)
    assert moved(of_group, DISBURSED) == []
    ((_, amount, *others),) = moved(of_group, INCOMING)
    assert (amount, *others) == ("12000.00", *sides)
    # What the group spent is in its own file alone (tests/test_iati.py, over random pages).
    assert moved(of_host, EXPENDITURE) == []


def test_if_it_cannot_be_known_who_is_named_nobody_is(tmp_path: Path) -> None:
    config = host(tmp_path)
    asked(config, "host", "network", *ON)
    package(config)
    (tmp_path / "groups/network.json").write_text("{")
    asked(config, "host", "run", *ON)
    assert not [*files_of(config).glob("grants.*")]


def test_if_the_networks_page_cannot_be_written_open_data_is_still_taken_down(
    tmp_path: Path,
) -> None:
    config = host(tmp_path)
    asked(config, "host", "network", *ON)
    package(config)
    page = config.parent / "reports/network/index.html"
    page.unlink()
    page.mkdir()
    (config.parent / "reports" / NAMED).write_text('["GR-1", "GR-9"]')
    done = asked(config, "host", "run", *ON)
    assert "The network's page could not be written (" in done.output
    assert not [*files_of(config).glob("grants.*")]


def test_a_damaged_list_of_the_named_groups_names_nobody(tmp_path: Path) -> None:
    config = host(tmp_path)
    asked(config, "host", "network", *ON)
    package(config)
    assert asked(config, "host", "run", *ON).exit_code in (0, 3)
    assert [*files_of(config).glob("grants.*")]
    (config.parent / "reports" / NAMED).write_text("[")
    asked(config, "host", "run", *ON)
    assert not [*files_of(config).glob("grants.*")]


def test_who_takes_consent_back_is_taken_out_at_the_next_run(tmp_path: Path) -> None:
    config = host(tmp_path)
    config.write_text(config.read_text() + '\n[deliver]\nfolder = "www"\n')
    asked(config, "host", "network", *ON)
    package(config)
    assert asked(config, "report", "transparency", *ON).exit_code in (0, 3)
    iati(config)
    published(config.parent / "reports/public", tmp_path / "www")
    for public in (config.parent / "reports/public", tmp_path / "www"):
        assert "Circle" in (public / "iati/activities.xml").read_text()
        assert "Circle" in (public / "360giving/grants.json").read_text()
    path = tmp_path / "groups/GR-1/plan.xlsx"
    book = openpyxl.load_workbook(path)
    headings, line = list(book["Agreements"].iter_rows(max_row=2))
    line[[cell.value for cell in headings].index("Listed")].value = "no"
    book.save(path)
    done = asked(config, "host", "run", *ON)
    assert "The files of open data (360Giving, IATI) had a group that is not named any more" in (
        done.output
    )
    # Also in the folder to which the site was delivered.
    for public in (config.parent / "reports/public", tmp_path / "www"):
        named = [path for path in public.rglob("*") if path.is_file()]
        assert named
        assert not [path for path in named if b"Circle" in path.read_bytes()]
        assert not [*(public / "360giving").glob("grants.*")]
    assert "Circle" not in asked(config, "host", "run", *ON).output
    done = asked(config, "report", "360giving", "--yes", *ON)
    assert done.exit_code == 2 or "No group is named on the network's page" in done.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"publish": ""}, "No grant of Given can be told"),
        ({"GR_1": {"state": "prospect"}}, "No grant of Given can be told"),
        ({"GR_1": {"agreement_reference": ""}}, "The award has no Agreement reference"),
        ({"GR_1": {"agreement_reference": "SG/GR-2"}}, "The award has no Agreement reference"),
        ({"GR_1": {"start": ""}}, "No grant of Given can be told"),
    ],
    ids=["unpublished", "prospect", "no reference", "reference twice", "no start"],
)
def test_what_cannot_be_told_is_left_out_with_the_reason(
    tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    config = host(tmp_path, **options)
    asked(config, "host", "network", *ON)
    done = asked(config, "report", "360giving", "--yes", *ON)
    assert done.exit_code != 0
    assert words in done.output + done.stderr
    assert not files_of(config).exists()


def test_without_the_networks_page_nobody_is_told(tmp_path: Path) -> None:
    config = host(tmp_path)
    done = asked(config, "report", "360giving", "--yes", *ON)
    assert "No group is named on the network's page" in done.output + done.stderr
    assert not files_of(config).exists()


def test_files_of_a_host_are_made_by_its_own_commands_alone(made: Path, tmp_path: Path) -> None:
    """A withdrawal makes no file without what is in *Given*: it deletes them, and says so."""
    shutil.copytree(made.parent, tmp_path / "host")
    config = tmp_path / "host" / made.name
    assert asked(config, "report", "360giving", "--yes", *ON).exit_code in (0, 3)
    assert (files_of(config) / "grants.json").exists()
    assert asked(config, "report", "transparency", *ON).exit_code in (0, 3)
    assert asked(config, "report", "iati", "--yes").exit_code in (0, 3)
    activities = config.parent / "reports/public/iati/activities.xml"
    assert activities.exists()
    done = asked(config, "withdraw", "organisation", "Circle GR-1")
    assert not activities.exists()
    assert done.exit_code in (0, 3), done.output
    assert not (files_of(config) / "grants.json").exists()
    assert "report 360giving" in done.output
    refused = asked(config, "report", "360giving", "--month", "2026-09", "--yes", *ON)
    assert refused.exit_code == 2
    words = " ".join(refused.output.split())
    assert "The grants in Given are told as they are now. Leave out --month." in words
    assert not (files_of(config) / "grants.json").exists()
