"""The network's page: named only by two yeses, taken off by either no, everywhere at the next run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.core.records.model import Fields
from budgettrack.host.job import work
from budgettrack.host.run import run
from tests.world.hosted import host_in, hosted_plan, opened, row, with_money

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
CODES = [f"GR-{number}" for number in range(1, 6)]


def asked(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words])


def ran(config: Path) -> None:
    with opened(config, NOW) as host:
        run(host, run_job=lambda order, _: work(order))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Five groups. GR-1 and GR-2 want to be named, the host names GR-1 and GR-3."""
    plans = {}
    for number, code in enumerate(CODES):
        plan = hosted_plan(code)
        amount, listed = str(1000 + 113 * number), "yes" if number < 2 else ""
        plans[code] = {
            **plan,
            "expenses": [{**expense, "amount": amount} for expense in plan["expenses"]],
            "agreements": [{**plan["agreements"][0], "listed": listed}],
        }
    rows: list[Fields] = [
        row(code, listed="yes" if code in ("GR-1", "GR-3") else "no") for code in CODES
    ]
    made = host_in(tmp_path, rows, plans=plans, more=with_money(*CODES))
    ran(made)
    return made


def published(config: Path) -> str:
    """All that is in any file of the page."""
    folder = config.parent / "reports/network"
    return "".join(path.read_text() for path in sorted(folder.rglob("*")) if path.is_file())


def type_into(path: Path, tab: str, heading: str, text: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[tab]
    at = next(cell.column for cell in sheet[1] if cell.value == heading)
    sheet.cell(2, at).value = text
    book.save(path)


ON = ("--on", "2026-11-16")


def test_who_agreed_twice_is_named_and_the_sums_are_of_all(config: Path) -> None:
    done = asked(config, "host", "network", *ON)

    assert done.output == (
        f"Published: {config.parent}/reports/network/index.html\n"
        "Named: Circle GR-1.\n"
        "Sums to the end of 2026-10.\n"
        "GR-2 agreed to be named, and Listed in our row of Groups is not yes.\n"
        "GR-3 is not named: its own sheet does not say so in the tab Agreements.\n"
    )
    shown = published(config)
    assert "Circle GR-1" in shown
    assert not [code for code in CODES if f"Circle {code}" in shown and code != "GR-1"]
    content = json.loads((config.parent / "reports/network/network.json").read_text())
    assert content["groups"] == ["Circle GR-1"]
    # 3 x (1000 + 1113 + 1226 + 1339 + 1452)
    assert content["spent"] == [
        {"month": "2026-10", "kind": "row", "category": "Outreach", "currency": "EUR",
         "spent_to_date": "18390.00"}
    ]  # fmt: skip
    assert "Spent by groups to the end of October 2026: €18,390.00." in shown


@pytest.mark.parametrize("whose", ["the group", "the host"])
def test_either_no_takes_a_name_off_everywhere_at_the_next_run(config: Path, whose: str) -> None:
    asked(config, "host", "network", *ON)
    assert "Circle GR-1" in published(config)
    if whose == "the group":
        type_into(config.parent / "groups/GR-1/plan.xlsx", "Agreements", "Listed", "no")
    else:
        type_into(config.with_name("host.xlsx"), "Groups", "Listed", "no")
    ran(config)

    shown = published(config)
    assert "Circle GR-1" not in shown
    assert "18390.00" in shown


def test_a_paused_group_and_one_without_a_name_are_not_named(config: Path) -> None:
    type_into(config.with_name("host.xlsx"), "Groups", "State", "paused")
    ran(config)
    done = asked(config, "host", "network", *ON)
    assert "GR-1 is not named: its sheet is not read while its State is paused." in done.output
    type_into(config.with_name("host.xlsx"), "Groups", "State", "ready")
    type_into(config.with_name("host.xlsx"), "Groups", "Public name", "")
    ran(config)
    done = asked(config, "host", "network", *ON)
    assert "GR-1 agreed, and has no Public name in Groups, so it is not named." in done.output
    type_into(config.with_name("host.xlsx"), "Groups", "State", "left")
    ran(config)
    assert "GR-1" not in asked(config, "host", "network", *ON).output.split("Sums")[1]


def test_no_run_publishes_a_page_that_nobody_asked_for(config: Path) -> None:
    assert not (config.parent / "reports/network").exists()


def test_sums_are_made_from_the_15th_on(config: Path) -> None:
    done = asked(config, "host", "network", "--on", "2026-11-14")
    assert "Named: Circle GR-1.\nNo sums yet.\n" in done.output
    assert "Sums to the end of 2026-10." in asked(config, "host", "network", *ON).output


def test_no_sums_are_made_of_a_month_that_is_not_over(config: Path) -> None:
    later = datetime.now(UTC).date() + timedelta(days=70)
    done = asked(config, "host", "network", "--on", later.replace(day=20).isoformat())
    assert "No sums yet." in done.output
    assert "Sums to the end of 2026-10." in asked(config, "host", "network", *ON).output


def test_a_page_is_taken_down_and_its_sums_are_not_forgotten(config: Path) -> None:
    asked(config, "host", "network", *ON)
    done = asked(config, "host", "network", "--take-down", *ON)
    assert done.output == f"Taken down: {config.parent}/reports/network\n"
    ran(config)
    assert "18390.00" not in published(config)
    assert "Circle" not in published(config)
    asked(config, "host", "network", *ON)
    assert "18390.00" in published(config)


def test_unpublish_takes_the_networks_page_down_too(config: Path) -> None:
    asked(config, "host", "network", *ON)
    assert asked(config, "unpublish").exit_code == 0
    assert "Circle" not in published(config)
    ran(config)
    assert "Circle" not in published(config)


def test_without_the_sums_of_before_nothing_is_published(config: Path) -> None:
    asked(config, "host", "network", *ON)
    kept = config.parent / "groups/network.json"
    content = kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.unlink()
    lost = asked(config, "host", "network", *ON)
    assert lost.exit_code == 1
    assert "network.json is not here, and the network's page was published before" in lost.output
    kept.write_text("no file of ours")
    broken = asked(config, "host", "network", *ON)
    assert broken.exit_code == 1
    assert "cannot be read" in broken.output
    # The groups are run all the same, and the host is told.
    with opened(config, NOW) as host:
        done = run(host, run_job=lambda order, _: work(order))
    assert {outcome.result for outcome in done.outcomes.values()} == {"done"}
    assert [note for note in done.notes if "network.json cannot be read" in note]
    kept.write_bytes(content)
    assert asked(config, "host", "network", *ON).exit_code == 0


def test_a_name_waits_if_it_would_open_an_earlier_sum(config: Path) -> None:
    asked(config, "host", "network", *ON)
    kept = config.parent / "groups/network.json"
    content = json.loads(kept.read_bytes())
    content["sums"]["named"] = ["GR-4", "GR-5"]
    kept.write_text(json.dumps(content))
    done = asked(config, "host", "network", *ON)
    assert "Named: no group." in done.output
    assert "GR-1 is not named yet: readers who know its figures could find" in done.output
