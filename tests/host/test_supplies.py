"""The supplies of a host and its groups: by real runs, from their workbooks to the answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgettrack import statements
from budgettrack.cli import main
from budgettrack.core.records.model import Fields
from budgettrack.host.job import work
from budgettrack.host.run import run
from budgettrack.queries.schemas import schema
from tests.world.hosted import host_in, hosted_plan, opened, row

ON = ("--on", "2026-11-02")
LOT: Fields = {
    "id": "L-1", "kind": "naloxone", "batch": "NX-1", "expiry": "2027-01-15", "quantity": "100",
    "unit": "kits", "received": "2026-08-01",
}  # fmt: skip


def out(to: str, quantity: str, what: str = "given") -> Fields:
    return {"date": "2026-09-01", "lot": "L-1", "to": to, "quantity": quantity, "what": what}


def asked(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words, *ON])


def answer(config: Path, *words: str) -> list[dict[str, Any]]:
    done = asked(config, *words, "--json")
    assert done.exit_code == 0, done.output
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A host with 100 kits; GR-1 tells of its 30, GR-2 tells of money only. Returns the config."""
    plans: dict[str, dict[str, Sequence[Fields]]] = {}
    for code, agreed in (("GR-1", "with supplies"), ("GR-2", "yes")):
        theirs = {**LOT, "quantity": "30"}
        rows = [out("ZQ-77", "12"), out("ZQ-77", "5", "used")]
        plan = hosted_plan(code, agreed=agreed)
        plans[code] = {**plan, "lots": [theirs], "handed_out": rows}
    undated: Fields = {name: text for name, text in out("O-9", "2").items() if name != "date"}
    rows = [out("GR-1", "30"), out("GR-2", "30"), out("O-1", "4"), undated]
    more = {"lots": [LOT], "handed_out": rows}
    config = host_in(
        tmp_path_factory.mktemp("host"), [row("GR-1"), row("GR-2")], plans=plans, more=more
    )
    with opened(config) as host:
        run(host, run_job=lambda order, _: work(order))
    return config


def test_each_kit_is_counted_once(made: Path) -> None:
    assert answer(made, "host", "supplies") == [
        {
            "kind": "naloxone",
            "unit": "kits",
            "left": "95",  # 5 were used
            "in_store": "36",
            "on_the_way": "0",
            "with_groups": "25",
            "not_told": "34",
            "ends_soon": "95",
            "expired": "0",
        }
    ]
    shown = asked(made, "host", "supplies").stdout
    assert "With groups" in shown
    assert "Not told" in shown


def test_what_a_group_told_has_no_outlet(made: Path) -> None:
    (told,) = answer(made, "host", "supplies", "--by-group")
    assert (told["group"], told["month"], told["came"], told["used"]) == (
        "GR-1", "2026-10", "30", "5",
    )  # fmt: skip
    assert (told["in_store"], told["with_others"]) == ("18", "7")
    assert "GR-1" in asked(made, "host", "supplies", "--by-group").stdout
    everything = [path for path in made.parent.glob("groups/*/statements/*") if path.is_file()]
    assert len(everything) == 2
    for path in (*everything, made.with_name("host.xlsx"), made.with_name("register.sqlite")):
        assert b"ZQ-77" not in path.read_bytes()
    sheet = openpyxl.load_workbook(made.with_name("host.xlsx"))
    cells = [
        str(cell) for tab in sheet for line in tab.iter_rows(values_only=True) for cell in line
    ]
    assert not any("ZQ-77" in cell for cell in cells)


def test_who_has_a_batch_is_told_by_the_code_of_the_group(made: Path) -> None:
    rows = answer(made, "host", "supplies", "--batch", "nx-1")
    assert [(one["said_by"], one["where"], one["to"], one["quantity"]) for one in rows] == [
        (None, "in store", None, "36"),
        (None, "with", "GR-1", "30"),
        (None, "with", "GR-2", "30"),
        (None, "with", "O-1", "4"),
        (None, "not counted", "O-9", "2"),
        ("GR-1", "with", "GR-1", "25"),
    ]
    assert asked(made, "host", "supplies", "--batch", "other").stdout == (
        "No row that is counted has a batch other. See: budgettrack checks\n"
    )
    both = asked(made, "host", "supplies", "--batch", "NX-1", "--by-group")
    assert both.exit_code == 2
    assert "--batch tells of one batch. Leave out --by-group." in both.stderr


def test_a_statement_with_supplies_holds_against_its_schema(made: Path) -> None:
    told = json.loads((made.parent / "groups/GR-1/statements/2026-10.json").read_bytes())
    jsonschema.validate(told, statements.schema())
    assert told["stock"][0]["batches"] == [{"batch": "NX-1", "expiry": "2027-01-15", "left": "25"}]
    without = json.loads((made.parent / "groups/GR-2/statements/2026-10.json").read_bytes())
    assert without["stock"] == []


def test_the_answers_hold_against_their_schemas(made: Path) -> None:
    for options, name in (
        ((), "host supplies"),
        (("--by-group",), "host supplies --by-group"),
        (("--batch", "NX-1"), "host supplies --batch"),
    ):
        jsonschema.validate(answer(made, "host", "supplies", *options), schema(name))
    own = made.parent / "groups/GR-1/budgettrack.toml"
    jsonschema.validate(answer(own, "statement", "--supplies"), schema("statement --supplies"))


def test_a_group_sees_first_what_its_host_sees_of_supplies(made: Path) -> None:
    own = made.parent / "groups/GR-1/budgettrack.toml"
    shown = asked(own, "statement").stdout
    assert "Left of each batch" in shown
    assert "NX-1: 25" in shown
    other = made.parent / "groups/GR-2/budgettrack.toml"
    assert "NX-1" not in asked(other, "statement").stdout
    nothing = asked(other, "statement", "--supplies").stdout
    assert nothing.splitlines()[-1] == "The host sees nothing of supplies."
    sheet = openpyxl.load_workbook(own.with_name("plan.xlsx"))["Summary"]
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    at = next(at for at, line in enumerate(lines) if line[:3] == ["Kind", "Unit", "Batch"])
    assert lines[at + 1][:5] == ["naloxone", "kits", "NX-1", "2027-01-15", 25]
    assert lines[at - 2][:6] == ["naloxone", "kits", 30, 18, 0, 7]
