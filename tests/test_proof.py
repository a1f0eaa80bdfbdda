"""The checksums of runs: what is altered past the program is found, and a redaction is no damage."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from budgettrack.core.base.errors import RegisterError
from budgettrack.core.figures.totals import Total
from budgettrack.register import published, queries
from budgettrack.register.proof import Proof, proof
from budgettrack.register.records import Run
from budgettrack.register.store import (
    BankChange,
    Banked,
    BankStatement,
    Commit,
    RecordVersion,
    Register,
    open_register,
)
from tests.world.group import ON, Group
from tests.world.registers import KINDS, fresh, on_server

AT = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
STATEMENT = BankStatement("Main", "EUR", AT.date(), AT.date(), None, 10**12, 7, None)
TOTAL = Total("B-1", "G-1", "EUR", "2026-03", "2026-03", 700, 0, 1)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def register(url: str) -> Iterator[Register]:
    """Four runs: two syncs, a bank statement, and a freeze."""
    with open_register(url) as made:
        for amount in ("7", "8"):
            with made.writing() as writing:
                fields = {"amount": amount, "description": f"Said {amount}"}
                writing.commit(
                    Commit("sync", AT, [RecordVersion("expenses", "E-1", fields, "sheet")], totals=[TOTAL])
                )  # fmt: skip
        with made.writing() as writing:
            fields = {"amount": "9"}
            writing.commit(
                Commit(
                    "bank",
                    AT,
                    [RecordVersion("expenses", "E-2", fields, "sheet")],
                    bank=[Banked("hash", AT.date(), -800, "EUR", "expenses", "E-1", "", True)],
                    bank_changes=[BankChange("hash", "expenses", "E-2")],
                    bank_statements=[STATEMENT],
                )
            )
        published.freeze(made, {"B-1": {"2026-01": 100}}, {"B-1": "EUR"}, AT)
        yield made


def altered(url: str, statement: str) -> None:
    """Another program alters the register; on a file it also breaks its seal."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(path)) as raw, raw:
            raw.execute("PRAGMA user_version = 0")
            raw.execute(statement)
    else:
        on_server(statement, url)


def test_what_every_run_wrote_holds(register: Register) -> None:
    assert register.ask(proof) == Proof(4, 4, [], Run(4, "freeze", AT))


def test_what_became_of_bank_entries_is_read_as_it_was_written(register: Register) -> None:
    (entry,) = register.ask(queries.bank_entries)
    assert (entry.id, entry.is_provisional) == ("E-2", False)
    assert register.ask(queries.bank_statements) == [STATEMENT]
    assert register.ask(queries.bank)[1] == {"hash": ("expenses", "E-2")}


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE records SET fields = replace(fields, '8', '88') WHERE id = 'E-1'", [2]),
        ("UPDATE history SET fields = replace(fields, '7', '6')", [1]),
        ("UPDATE history SET by = 'treasurer'", [1]),
        ("DELETE FROM history", [1]),
        ("INSERT INTO history (tbl, id, n, run, by, fields) SELECT tbl, 'E-9', 1, 3, by, fields FROM history", [3]),
        ("UPDATE reported SET budget = 101", [4]),
        ("DELETE FROM bank", [3]),
        ("UPDATE bank_changes SET id = 'E-1'", [3]),
        ("UPDATE bank_statements SET closing = 1", [3]),
        ("UPDATE runs SET at = '2026-04-01T00:00:00+00:00' WHERE n = 2", [2]),
        ("UPDATE runs SET kind = 'freeze' WHERE n = 3", [3]),
        # Its rows are there still, and the chain is broken after it.
        ("DELETE FROM runs WHERE n = 2", [2, 3]),
        ("DELETE FROM runs WHERE n = 4", [4]),
    ],
)  # fmt: skip
def test_what_another_program_altered_names_its_run(
    url: str, register: Register, statement: str, broken: list[int]
) -> None:
    altered(url, statement)
    known = register.ask(proof)
    assert list(known.broken) == broken
    assert (known.last.n if known.last else 0) == broken[0] - 1


def test_a_redaction_is_no_damage_and_hides_none(url: str, register: Register) -> None:
    altered(url, "UPDATE records SET fields = replace(fields, '9', '99') WHERE id = 'E-2'")
    assert list(register.ask(proof).broken) == [3]
    wiped = register.wipe("expenses", "E-1", "description")
    assert wiped.values == ("Said 7", "Said 8")
    assert "description" not in register.ask(queries.load).records["expenses"]["E-1"]
    assert list(register.ask(proof).broken) == [3], "the redacted runs hold, the altered does not"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE totals SET spent = 800",
        "UPDATE totals SET line = 'B-2'",
        "DELETE FROM totals",
        "INSERT INTO totals SELECT 'B-2', award, currency, ordered, paid, 1, 0, 1 FROM totals",
    ],
)
def test_totals_that_another_program_altered_are_never_shown(
    url: str, register: Register, statement: str
) -> None:
    assert register.ask(queries.totals) == [TOTAL]
    assert register.ask(queries.spent_in, ["2026-03"]) == {("2026-03", "G-1", "EUR"): 700}
    altered(url, statement)
    with pytest.raises(RegisterError, match="damaged or was altered by another program"):
        register.ask(queries.totals)
    with pytest.raises(RegisterError, match="budgettrack doctor"):
        register.ask(queries.totals_to, "2026-03")
    with pytest.raises(RegisterError, match="budgettrack doctor"):
        register.ask(queries.spent_in, ["2026-03"])
    with register.writing() as writing:
        writing.commit(Commit("sync", AT, totals=[TOTAL]))
    assert register.ask(queries.totals) == [TOTAL], "the next sync writes them anew"


def doctor(group: Group) -> dict[str, str]:
    return {row["code"]: row["problem"] for row in json.loads(group.run("doctor", "--json").stdout)}


@pytest.mark.slow
def test_doctor_proves_the_register_and_says_which_run_is_the_last_that_holds(
    tmp_path: Path,
) -> None:
    group = Group(tmp_path, before=(("sync", *ON), ("grants", "set", "G-1", "title=Anew")))
    told = group.run("doctor").stdout
    assert re.search(r"ok     history: 3 of 3 runs proven; the last is 3 \(by hand, ", told), told
    group.sync()
    url = f"sqlite:///{tmp_path / 'register.sqlite'}"
    altered(url, "UPDATE records SET fields = replace(fields, 'Anew', 'Anow') WHERE id = 'G-1'")
    # SQLite itself finds nothing wrong in it, and a run that died may have left it unsealed.
    assert group.run("status", *ON).exit_code == 0
    said = doctor(group)["register-broken"]
    assert re.match(
        r"The register was damaged: it differs from what run 3 wrote. The last undamaged run before is 2 \(sync, ",
        said,
    )
    altered(url, "UPDATE totals SET spent = spent + 1")
    assert "totals-differ" in doctor(group)
    refused = group.run("status", *ON)
    assert refused.exit_code == 1
    assert "damaged or was altered by another program" in refused.stderr
    altered(url, "UPDATE history SET fields = 'no json', run = 'no number'")
    assert "register-unreadable" in doctor(group)
