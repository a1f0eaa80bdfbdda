"""What commands print with --json holds against the published schemas, and every such command has
one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import click
import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner

from budgettrack import statements, sync
from budgettrack.cli import main
from budgettrack.core.counting.statements import HostStatement
from budgettrack.core.counting.stock import told_stock
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.host.job import work
from budgettrack.host.run import run as run_groups
from budgettrack.queries.schemas import FIELDS, schema
from budgettrack.register.store import RecordVersion
from tests.world.bank_files import Booked, camt
from tests.world.group import Group, column
from tests.world.hosted import host_in, hosted_plan, opened, row, with_money
from tests.world.partners import ROWS as SENT
from tests.world.partners import Sending
from tests.world.past_grants import FORMS
from tests.world.smtp_server import MailHost

LOT: Fields = {
    "id": "L-1",
    "kind": "naloxone",
    "batch": "N-1",
    "quantity": "5",
    "received": "2026-01-05",
}

ON = ("--on", "2026-11-02")


def printing(group: click.Group, before: str = "") -> Iterator[str]:
    """Every command that takes --json, by its words."""
    for name, each in group.commands.items():
        words = f"{before}{name}"
        if any(option.name == "as_json" for option in each.params):
            yield words
        if isinstance(each, click.Group):
            yield from printing(each, f"{words} ")


def test_every_command_that_prints_json_has_a_schema() -> None:
    assert set(printing(main)) == {name for name in FIELDS if " --" not in name}


@pytest.mark.parametrize("name", FIELDS)
def test_a_schema_is_valid_and_printed(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    done = CliRunner().invoke(main, ["schema", *name.split()])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == schema(name)


def test_a_mistyped_command_is_answered_with_the_nearest() -> None:
    done = CliRunner().invoke(main, ["schema", "grants", "lits"])
    assert (done.exit_code, done.stderr.strip()) == (
        2,
        "There is no schema of grants lits. Did you mean grants list?",
    )


@pytest.mark.slow
def test_what_commands_print_holds_against_their_schemas(tmp_path: Path, host: MailHost) -> None:
    folder = tmp_path / "group"
    folder.mkdir()
    rows: dict[str, list[Fields]] = {
        **SENT,
        "grants": [*SENT["grants"], {"id": "G-3", "funder": "Tide", "state": "applied", "currency": "JPY", "amount": "900"}],
        "work_plan": [*SENT["work_plan"], {"id": "A-9", "activity": "Train", "start": "2027-01-01"}],
        "resources": [{"id": "R-1", "kind": "workspace", "from_whom": "host", "state": "agreed"}],
        "agreements": [{"kind": "room", "other_party": "Library"}],
        "indicators": [{"activity": "A-9", "indicator": "People trained", "unit": "people", "achieved": "4"}],
        "lots": [{"kind": "naloxone", "batch": "N-1", "quantity": "50"}],
        "narratives": [{"grant": "G-1", "period": "2026-Q1", "done": "We met."}],
        "expenses": [*SENT["expenses"], {"id": "E-bad", "date": "2026-10-01", "grant": "G-1", "amount": "7", "state": "paid"}],
    }  # fmt: skip
    group = Sending(folder, host, rows=rows)
    group.month()
    amount = f"{column('Budget', 'Amount', group.path)}2"
    group.set("Budget", amount, 3000)
    group.sync()
    group.set("Budget", amount, 3100)
    group.by_hand(
        RecordVersion(
            "budget", "B-1", {**group.held().records["budget"]["B-1"], "amount": "3200"}, "register"
        )
    )
    assert group.run("report", "transparency", *ON).exit_code == 0
    group.config.write_text(
        group.config.read_text()
        + '[[recipients]]\nname = "early"\naddress = "early@example.org"\naudience = "funder:G-99"\n'
        '[open_data]\ncountry = "PT"\nsectors = { "13040" = 100 }\n[open_data.reporter]\nref ='
        ' "XE-EXAMPLE-500000000"\n'
    )
    statement = folder / "statement.xml"
    statement.write_bytes(camt([Booked(date(2026, 10, 2), Decimal("-9.99"), "REF")]))
    table = folder / "bank.csv"
    table.write_text("Date;Amount\n05.10.2026;-5,00\n")
    past = folder / "past.json"
    past.write_bytes(FORMS["json"])
    files = {
        "import statement": [str(statement)],
        "import 360giving": [str(past)],
        "reconcile": [str(statement)],
        "bank layout": [str(table)],
    }
    group.run("withdraw", "category", "Rent")
    (folder / "own").mkdir()
    foreign = folder / "own" / "foreign.xlsx"
    book = openpyxl.Workbook()
    for line in (["Item", "Amount"], ["Pens", 10], ["Cups", 20]):
        book.worksheets[0].append(line)
    book.save(foreign)
    seen: dict[str, int] = {}
    hosting = host_in(folder / "hosting", [row("GR-1")], more={**with_money("GR-1"), "lots": [LOT]})
    told = HostStatement(
        1,
        "2026-10",
        False,
        (),
        told_stock(plan_of({"lots": {"L-1": LOT}}, base="EUR")[0], date(2026, 10, 31)),
    )
    statements.keep(hosting.parent / "groups" / "GR-1", told)
    with opened(hosting) as opened_host:
        sync.sync(opened_host)
    agreed = {**hosted_plan("GR-1", agreed="with supplies"), "lots": [LOT]}
    hosted = host_in(hosting.parent / "other", [row("GR-1")], plans={"GR-1": agreed})
    with opened(hosted) as opened_host:
        run_groups(opened_host, run_job=lambda order, _: work(order))
    for name in FIELDS:
        extra = {
            "adopt": [str(foreign), "--yes"],
            "history": ["B-1"],
            "diff": ["--from", "2020-01-01"],
            "deliveries": [],
            "profiles": [],
            **files,
        }.get(name, [])
        words, _, flag = name.partition(" --")
        command = words.split()
        dated = [*ON] if name not in ("checks", "sheet", "profiles", "cycles", "deliveries", "withdraw", "history", "pipeline", "revisions", "grid", "grants list", "resources list", "agreements list", "indicators list", "narratives list", "reconcile", "report iati", "report iati --check", "doctor", "host status") else []  # fmt: skip
        flags = [f"--{flag}"] if flag else []
        flags += ["N-1"] if flag == "batch" else []
        # A workbook that is adopted has a config of its own, and so has a host.
        own = ["--config", str(hosting)] if name.startswith("host ") else None
        own = [] if name == "adopt" else own
        if command == ["statement"]:
            own = ["--config", str(hosted.parent / "groups/GR-1/budgettrack.toml")]
        if command in (["statement"], ["host", "supplies"]):
            extra = [*flags, *ON]
        if own and command == ["host", "money"]:
            extra = ["--by", flag.removeprefix("by ") or "award", *ON]
        run = None if own is None else CliRunner().invoke(main, [*own, *command, *extra, "--json"])
        done = run or group.run(*command, *extra, *flags, *dated, "--json")
        # doctor says by 1 that something is in the way.
        assert done.exit_code in ((1,) if name == "doctor" else (0, 3)), (name, done.output)
        found = json.loads(done.stdout)
        jsonschema.validate(found, schema(name))
        assert all(list(one) == list(schema(name)["items"]["properties"]) for one in found), name
        seen[name] = len(found)
    assert [name for name, rows_ in seen.items() if not rows_] == []
    for name in ("variance", "variance --each-month", "variance --by grant"):
        done = group.run(*name.split(), *ON, "--json")
        jsonschema.validate(json.loads(done.stdout), schema("variance"))


def test_the_schema_can_refuse(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()
    rows = json.loads(group.run("variance", *ON, "--json").stdout)
    rows[0]["spent"] = 61.5
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(rows, schema("variance"))
