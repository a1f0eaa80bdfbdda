"""A workbook or a register that was put back from an older copy: nothing old undoes anything new."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from budgettrack.core.base.errors import Refused
from budgettrack.core.merge.lineage import mark_read
from budgettrack.redact import redact
from budgettrack.register import queries
from budgettrack.register.holds import holds
from budgettrack.register.sqlite import SQLiteConnection
from budgettrack.register.store import Commit, RecordVersion, open_register
from budgettrack.register.workbook_writes import agreed_at, workbook_writes
from budgettrack.sync import SyncOutcome, preview
from tests.sheets_api.server import Server
from tests.world.copies import copy_of_register, copy_of_workbook
from tests.world.opened import opened, synced
from tests.world.places import GooglePlace, Place, Typed, XlsxPlace
from tests.world.small_plan import AT, TODAY, by_hand, cell, small_plan


@pytest.fixture(params=["xlsx", pytest.param("google", marks=pytest.mark.google_http)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with contextlib.ExitStack() as opened_server:
        if request.param == "xlsx":
            place: Place = XlsxPlace(tmp_path)
        else:
            place = GooglePlace(tmp_path, opened_server.enter_context(Server()))
        small_plan(place)
        sync(place)
        yield place


def sync(place: Place, at: datetime = AT, **how: object) -> SyncOutcome:
    return synced(place.config, TODAY, at, workbook=place.workbook(), **how)


def stands(place: Place, row: int, heading: str) -> Typed:
    return place.stands("Expenses", cell(row, heading))


def type_(place: Place, row: int, heading: str, value: Typed) -> None:
    place.type("Expenses", cell(row, heading), value)


def known(place: Place, id_: str, field: str) -> str:
    with open_register(place.config.register) as register:
        return register.ask(queries.load).records["expenses"][id_].get(field, "")


def number(place: Place) -> int:
    mark = mark_read(place.workbook().read().mark)
    assert mark is not None
    return mark.number


@pytest.mark.slow
def test_two_edits_and_a_change_at_the_prompt_stand_although_an_older_copy_is_put_back(
    place: Place,
) -> None:
    put_back = copy_of_workbook(place)
    type_(place, 2, "Description", "one, corrected")
    type_(place, 3, "Amount", 25)
    sync(place)
    by_hand(place, "E-1", amount="12.5")
    sync(place)

    put_back()
    type_(place, 4, "Description", "typed in the copy")
    told = sync(place)

    assert stands(place, 2, "Description") == "one, corrected"
    assert stands(place, 3, "Amount") == 25
    assert stands(place, 2, "Amount") == 12.5
    assert (
        known(place, "E-3", "description") == stands(place, 4, "Description") == "typed in the copy"
    )
    assert not told.changes.conflicts
    assert told.needs_a_person
    assert "was put back from an older copy, as it was on 2026-06-15 08:00 UTC." in told.told[0]
    assert "What was changed after that stays" in told.told[0]
    again = sync(place)
    assert (again.told, again.changes.edits.cells, again.changes.written) == ((), (), ())


@pytest.mark.slow
def test_rows_that_came_and_went_since_the_copy_come_and_go_again(place: Place) -> None:
    put_back = copy_of_workbook(place)
    type_(place, 5, "Date", datetime(2026, 4, 5))
    type_(place, 5, "Amount", 40)
    sync(place)
    for heading in ("ID", "Date", "Budget line", "Description", "Amount"):
        type_(place, 3, heading, None)
    sync(place)

    put_back()
    sync(place)

    ids = {stands(place, row, "ID") for row in range(2, 7)}
    assert ids == {"E-1", "E-3", "E-4", None}


@pytest.mark.slow
def test_a_row_that_had_no_id_yet_in_the_copy_is_the_record_that_the_register_has(
    place: Place,
) -> None:
    type_(place, 5, "Date", datetime(2026, 4, 5))
    type_(place, 5, "Amount", 40)
    put_back = copy_of_workbook(place)
    sync(place)
    type_(place, 5, "Amount", 44)
    sync(place)

    put_back()
    sync(place)

    assert [stands(place, row, "ID") for row in range(2, 7)] == ["E-1", "E-2", "E-3", "E-4", None]
    assert stands(place, 5, "Amount") == 44


def test_a_cell_that_was_changed_in_the_copy_and_since_is_a_conflict(place: Place) -> None:
    put_back = copy_of_workbook(place)
    type_(place, 3, "Amount", 25)
    sync(place)

    put_back()
    type_(place, 3, "Amount", 26)
    told = sync(place)

    assert [conflict.key for conflict in told.changes.conflicts] == ["expenses/E-2.amount"]
    assert (stands(place, 3, "Amount"), known(place, "E-2", "amount")) == (26, "25")


def test_a_sync_that_only_takes_in_writes_its_number(place: Place) -> None:
    """Or a copy from before it would seem to be the newest state, and undo what it took in."""
    before = number(place)
    put_back = copy_of_workbook(place)
    type_(place, 3, "Receipt", "r-1")
    sync(place)

    assert number(place) == before + 1
    put_back()
    sync(place)

    assert stands(place, 3, "Receipt") == known(place, "E-2", "receipt") == "r-1"


def test_a_sync_of_what_is_unchanged_writes_no_number(place: Place) -> None:
    before = number(place)

    sync(place)

    assert number(place) == before
    with open_register(place.config.register) as register:
        assert [write.ended for write in register.ask(workbook_writes)] == [True] * before


def test_a_copy_whose_mark_has_no_number_is_from_before_the_first_number(place: Place) -> None:
    book = place.workbook()
    from budgettrack.core.base.grids import Edits

    mark = mark_read(book.read().mark)
    assert mark is not None
    type_(place, 3, "Amount", 25)
    sync(place)
    again = place.workbook()
    again.write(again.read(), Edits(mark=mark.id))

    told = sync(place)

    assert stands(place, 3, "Amount") == 25
    assert "was put back from an older copy" in told.told[0]


def test_a_preview_says_that_the_workbook_was_put_back_and_changes_nothing(place: Place) -> None:
    put_back = copy_of_workbook(place)
    type_(place, 3, "Amount", 25)
    sync(place)
    put_back()

    with opened(place.config, AT, TODAY, place.workbook()) as group:
        shown = preview(group)

    assert "was put back from an older copy" in shown.told[0]
    assert [change.id for change in shown.changes.to_sheet] == ["E-2"]
    assert stands(place, 3, "Amount") == 20


def test_a_copy_that_brings_back_a_redacted_value_is_refused_with_its_cell(place: Place) -> None:
    put_back = copy_of_workbook(place)
    with opened(place.config, AT, TODAY, place.workbook()) as group:
        redact(group, "E-2.description", "register")

    put_back()
    with pytest.raises(Refused) as refused:
        sync(place)

    where = f"'Expenses'!{cell(3, 'Description')} holds a value that was redacted"
    assert where in str(refused.value)
    assert "two" not in str(refused.value).split()
    type_(place, 3, "Description", None)
    sync(place)
    assert known(place, "E-2", "description") == ""
    type_(place, 3, "Description", "bread")
    sync(place)
    assert known(place, "E-2", "description") == "bread"


def test_a_register_put_back_takes_in_what_the_workbook_knows_and_sends_nothing(
    place: Place,
) -> None:
    put_back = copy_of_register(place)
    type_(place, 3, "Amount", 25)
    by_hand(place, "E-1", amount="12.5")
    sync(place)

    put_back()
    told = sync(place)

    assert known(place, "E-2", "amount") == "25"
    assert known(place, "E-1", "amount") == "12.5"
    assert (stands(place, 2, "Amount"), stands(place, 3, "Amount")) == (12.5, 25)
    assert "was written by a sync that this register does not know" in told.told[0]
    assert "release older-register" in told.told[0]
    with open_register(place.config.register) as register:
        assert [hold.kind for hold in register.ask(holds)] == ["older-register"]
    assert sync(place).told == ()


def test_a_register_put_back_is_noticed_although_it_has_run_further_since(place: Place) -> None:
    put_back = copy_of_register(place)
    type_(place, 3, "Amount", 25)
    sync(place)
    put_back()
    for amount in ("11", "12", "13"):
        by_hand(place, "E-1", amount=amount)

    told = sync(place)

    assert "does not know" in told.told[0]
    assert (known(place, "E-1", "amount"), known(place, "E-2", "amount")) == ("13", "25")


def new_row(place: Place, amount: float) -> None:
    """Somebody types an expense below the three of the plan."""
    type_(place, 5, "Date", datetime(2026, 4, 5))
    type_(place, 5, "Description", "four")
    type_(place, 5, "Amount", amount)


def delete_row(place: Place, row: int) -> None:
    for heading in ("ID", "Date", "Budget line", "Description", "Amount"):
        type_(place, row, heading, None)


def sides(place: Place, id_: str) -> tuple[bool, bool]:
    """Whether workbook and register have the expense."""
    with open_register(place.config.register) as register:
        there = id_ in register.ask(queries.load).records["expenses"]
    return any(stands(place, row, "ID") == id_ for row in range(2, 9)), there


@pytest.mark.slow
def test_a_row_deleted_in_a_copy_that_a_register_put_back_never_knew_is_asked_about(
    place: Place,
) -> None:
    register_back = copy_of_register(place)
    new_row(place, 40)
    sync(place)
    workbook_back = copy_of_workbook(place)
    by_hand(place, "E-1", amount="12.5")
    sync(place)
    register_back()
    sync(place)  # takes in E-4 from a workbook that it does not know
    type_(place, 6, "Date", datetime(2026, 4, 6))
    type_(place, 6, "Amount", 50)
    sync(place)

    workbook_back()
    delete_row(place, 5)
    told = sync(place)

    assert [conflict.key for conflict in told.changes.conflicts] == ["expenses/E-4"]
    assert sides(place, "E-4") == (False, True)
    assert sides(place, "E-5") == (True, True)  # typed after the copy was made
    again = sync(place)
    assert [conflict.key for conflict in again.changes.conflicts] == ["expenses/E-4"]
    sync(place, keep={"expenses/E-4": "sheet"})
    assert sides(place, "E-4") == (False, False)


@pytest.mark.slow
def test_a_row_deleted_since_in_a_register_that_was_put_back_is_asked_about(place: Place) -> None:
    register_back = copy_of_register(place)
    new_row(place, 40)
    sync(place)
    workbook_back = copy_of_workbook(place)
    type_(place, 5, "Amount", 44)
    register_back()
    sync(place)  # takes in E-4 with 44, and never knew 40
    delete_row(place, 5)
    sync(place)

    workbook_back()
    told = sync(place)

    assert [conflict.key for conflict in told.changes.conflicts] == ["expenses/E-4"]
    assert sides(place, "E-4") == (True, False)
    sync(place, keep={"expenses/E-4": "register"})
    assert sides(place, "E-4") == (False, False)


def test_a_conflict_stands_although_the_register_that_knew_of_it_is_put_back(
    place: Place,
) -> None:
    workbook_back = copy_of_workbook(place)
    type_(place, 3, "Amount", 25)
    sync(place)
    register_back = copy_of_register(place)
    workbook_back()
    type_(place, 3, "Amount", 26)
    sync(place)

    register_back()
    told = sync(place)

    assert [conflict.key for conflict in told.changes.conflicts] == ["expenses/E-2.amount"]
    assert (stands(place, 3, "Amount"), known(place, "E-2", "amount")) == (26, "25")


def test_a_register_put_back_gives_no_id_a_second_time(tmp_path: Path) -> None:
    place = XlsxPlace(tmp_path)
    small_plan(place)
    sync(place)
    register_back = copy_of_register(place)
    new_row(place, 40)
    sync(place)
    delete_row(place, 5)
    sync(place)

    register_back()
    new_row(place, 50)
    sync(place)

    assert stands(place, 5, "ID") == "E-5"


def test_the_hold_stands_although_the_sync_is_refused(place: Place) -> None:
    put_back = copy_of_register(place)
    type_(place, 3, "Amount", 25)
    sync(place)
    put_back()
    place.type("Expenses", cell(1, "Amount"), "Something else")

    with pytest.raises(Refused, match="does not know"):
        sync(place)

    with open_register(place.config.register) as register:
        assert [hold.kind for hold in register.ask(holds)] == ["older-register"]


def test_two_registers_that_are_copies_of_each_other_are_noticed(place: Place) -> None:
    second = copy_of_register(place)
    type_(place, 3, "Amount", 25)
    sync(place)
    first = copy_of_register(place)
    second()
    sync(place)

    first()
    told = sync(place)

    assert "a second copy of it is in use" in told.told[0]


def test_a_clock_that_was_set_back_is_told_and_undoes_nothing(place: Place) -> None:
    type_(place, 3, "Amount", 25)
    told = sync(place, AT - timedelta(days=40))
    put_back = copy_of_workbook(place)
    type_(place, 3, "Amount", 26)
    sync(place, AT - timedelta(days=50))
    put_back()
    sync(place, AT - timedelta(days=60))

    assert told.told == (
        "The clock of this computer says 2026-05-06 08:00 UTC, which is before the last run"
        " (2026-06-15 08:00 UTC). Set the clock right, or deadlines and months will be wrong. No"
        " record is lost by it: what is newer is known by the numbers of syncs, not by a clock.",
    )
    assert stands(place, 3, "Amount") == 26


def test_a_clock_that_differs_by_hours_is_not_told(place: Place) -> None:
    assert sync(place, AT - timedelta(hours=20)).told == ()


def test_a_change_at_the_prompt_in_the_instant_of_the_announcement_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite the lock is given back for an instant, and somebody may be waiting for it."""
    place = XlsxPlace(tmp_path)
    small_plan(place)
    sync(place)
    real = SQLiteConnection.commit

    def overtaken(connection: SQLiteConnection) -> None:
        real(connection)
        monkeypatch.setattr(SQLiteConnection, "commit", real)
        by_hand(place, "E-1", amount="12.5")

    def keep(connection: SQLiteConnection) -> bool:
        monkeypatch.setattr(SQLiteConnection, "commit", overtaken)
        return keeping(connection)

    keeping = SQLiteConnection.commit_and_keep_lock
    monkeypatch.setattr(SQLiteConnection, "commit_and_keep_lock", keep)
    type_(place, 3, "Amount", 25)

    sync(place)

    assert (stands(place, 2, "Amount"), stands(place, 3, "Amount")) == (12.5, 25)
    assert (known(place, "E-1", "amount"), known(place, "E-2", "amount")) == ("12.5", "25")


def test_what_was_agreed_is_known_for_every_run(tmp_path: Path) -> None:
    """A record that came later was not agreed on before, also if it is not agreed on now."""
    fields = [{"amount": "1"}, {"amount": "2"}, None, {"amount": "3"}]
    with open_register(f"sqlite:///{tmp_path}/register.sqlite") as register:
        for agreed in ({}, *fields):
            with register.writing() as writing:
                written = [RecordVersion("expenses", "E-1", {"amount": "9"}, "sheet")]
                known = [] if agreed == {} else [("expenses", "E-1", agreed)]
                writing.commit(Commit("sync", AT, written, known))

        at = [register.ask(agreed_at, run, ["expenses"])["expenses"] for run in range(7)]

    none: dict[str, object] = {}
    one, two, three = ({"E-1": {"amount": amount}} for amount in "123")
    assert at == [none, none, one, two, none, three, three]
