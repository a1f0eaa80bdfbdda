"""A run of a host: each group is synced, its owed month is made, and the tab Groups says how far it
has come. No group holds up another."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from budgettrack import sync
from budgettrack.core.base.errors import RegisterError, UsageError
from budgettrack.host import job, processes, rows
from budgettrack.host import run as running
from budgettrack.host.job import DETAILS, work
from budgettrack.host.jobs import JobOrder, JobOutcome
from budgettrack.host.leaving import leave
from budgettrack.host.run import HostRun, RunJob, run, summed_up
from budgettrack.host.status import status, told, why
from tests.world import hosted
from tests.world.hosted import NOW, cells_of, host_in, opened, plan_rows, row


def here(order: JobOrder, _: int) -> JobOutcome:
    """Does a job in this process, as its own would."""
    return work(order)


class Never:
    """Fails if a job is begun."""

    def __call__(self, order: JobOrder, _: int) -> JobOutcome:
        raise AssertionError(order.code)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, HostRun]]:
    """Six groups, run once in processes of their own."""
    folder = tmp_path_factory.mktemp("host")
    config = host_in(
        folder,
        [
            row("GR-1"),
            row("GR-2", state="invited", preset="startup"),
            row("GR-3", state="paused"),
            row("GR-4"),
            row("GR-5", workbook=""),
            row("GR-6", state="left"),
        ],
        settings='at_once = 2\nmetrics = "groups.prom"',
        plans={"GR-1": plan_rows(), "GR-4": {}},
    )
    (folder / "groups" / "GR-4" / "plan.xlsx").write_bytes(b"no workbook")
    with opened(config) as host:
        yield config, run(host)


def test_each_group_has_its_own_outcome(ran: tuple[Path, HostRun]) -> None:
    _, done = ran

    assert {code: outcome.result for code, outcome in done.outcomes.items()} == {
        "GR-1": "done",
        "GR-2": "done",
        "GR-4": "asks",
        "GR-5": "asks",
    }
    assert done.needs_a_person
    assert next(iter(summed_up(done))) == "2 groups done, 2 not, 0 waiting."


def test_the_tab_says_how_far_each_group_has_come(ran: tuple[Path, HostRun]) -> None:
    rows = cells_of(ran[0])

    def shown(code: str) -> tuple[object, ...]:
        names = ("State", "Last sync", "Last month", "What to do")
        values = [rows[code][name] for name in names]
        return tuple(value.date() if isinstance(value, datetime) else value for value in values)

    assert shown("GR-1") == ("ready", hosted.TODAY, "2026-10", None)
    assert shown("GR-2") == ("ready", hosted.TODAY, "2026-10", None)
    assert shown("GR-3") == ("paused", None, None, None)
    assert shown("GR-6") == ("left", None, None, None)
    assert str(shown("GR-5")[-1]).startswith(
        "Paste the link of the group's sheet into the column Workbook."
    )
    # The folders of the machine are not told in the sheet.
    assert str(shown("GR-4")[-1]).startswith("plan.xlsx is not an Excel workbook")


def test_a_new_group_has_its_preset(ran: tuple[Path, HostRun]) -> None:
    beside = ran[0].parent / "groups" / "GR-2"

    assert (beside / "register.sqlite").is_file()
    assert len(openpyxl.load_workbook(beside / "plan.xlsx")["Work-plan"]["A"]) > 5


def test_the_folders_of_groups_are_read_by_their_owner_alone(ran: tuple[Path, HostRun]) -> None:
    groups = ran[0].parent / "groups"

    assert groups.stat().st_mode & 0o077 == 0
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in groups.iterdir())


def test_the_figures_for_a_monitor_have_no_name_and_no_code(ran: tuple[Path, HostRun]) -> None:
    text = (ran[0].parent / "groups.prom").read_text()

    assert 'budgettrack_groups{state="ready"} 2' in text
    assert 'budgettrack_groups{state="invited"} 2' in text
    assert 'budgettrack_groups{state="paused"} 1' in text
    assert 'budgettrack_jobs{result="done"} 2' in text
    assert 'budgettrack_jobs{result="asks"} 2' in text
    assert "budgettrack_waiting 0" in text
    assert "budgettrack_oldest_sync_days 0" in text
    assert "GR-" not in text
    assert "ircle" not in text


def test_every_line_of_the_figures_is_one_of_the_format(ran: tuple[Path, HostRun]) -> None:
    import re

    for line in (ran[0].parent / "groups.prom").read_text().splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[a-z]+"\})? \d+', line), (
            line
        )


def test_a_month_that_was_made_is_not_made_again(
    tmp_path: Path,
) -> None:
    config = host_in(tmp_path, [row("GR-1")], plans={"GR-1": plan_rows()})
    with opened(config) as host:
        run(host, run_job=here)
    page = tmp_path / "groups" / "GR-1" / "reports" / "public" / "2026-10.html"
    made = page.stat().st_mtime_ns
    with opened(config, NOW + timedelta(days=1)) as host:
        run(host, run_job=here)

    assert page.stat().st_mtime_ns == made
    assert cells_of(config)["GR-1"]["Last sync"].date() == date(2026, 11, 3)


def run_at(
    config: Path, now: datetime, run_job: RunJob = here, only: Sequence[str] = ()
) -> HostRun:
    with opened(config, now) as host:
        return run(host, run_job=run_job, only=only)


def test_a_group_that_failed_waits_and_is_stuck_after_three_days(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")])

    def broken(_: JobOrder, __: int) -> JobOutcome:
        return JobOutcome("broken", ("It fell.",))

    run_at(config, NOW, broken)
    assert run_at(config, NOW + timedelta(minutes=4), Never()).waiting == ["GR-1"]
    assert not run_at(config, NOW + timedelta(minutes=6), broken).waiting
    assert run_at(config, NOW + timedelta(minutes=30), Never()).waiting == ["GR-1"]
    # Whoever asks for one group gets it at once.
    assert not run_at(config, NOW + timedelta(minutes=30), broken, ["GR-1"]).waiting
    run_at(config, NOW + timedelta(days=4), broken)
    told = "Stuck since 2026-11-02: It fell."
    assert cells_of(config)["GR-1"]["What to do"] == told
    # While it waits, every run finds the same words, and has nothing to write.
    for hours in (1, 2, 3):
        run_at(config, NOW + timedelta(days=4, hours=hours), Never())
    assert cells_of(config)["GR-1"]["What to do"] == told

    # So does a run that finds another run at the group.
    run_at(
        config, NOW + timedelta(days=8), lambda *_: JobOutcome("busy", ("Another run is at it.",))
    )
    assert cells_of(config)["GR-1"]["What to do"] == told

    # It is mended, and its next job takes the note away.
    run_at(config, NOW + timedelta(days=9))
    assert cells_of(config)["GR-1"]["What to do"] is None


def test_how_a_job_ended_is_kept_although_nobody_can_be_told(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1"), row("GR-2")])

    def full(code: str, _: JobOutcome) -> None:
        if code == "GR-1":
            raise OSError(28, "No space left on device")

    with opened(config, NOW) as host:
        done = run(host, run_job=lambda *_: JobOutcome("asks", ("Mend it.",)), tell=full)
    assert {code: cells_of(config)[code]["What to do"] for code in ("GR-1", "GR-2")} == {
        "GR-1": "Mend it.",
        "GR-2": "Mend it.",
    }
    assert done.notes == [
        "How the job of GR-1 ended could not be written down (No space left on device)."
    ]


def test_what_somebody_is_asked_to_mend_is_looked_at_again_within_the_hour(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")], plans={"GR-1": {}})
    (tmp_path / "groups" / "GR-1" / "plan.xlsx").write_bytes(b"no workbook")
    for days in range(5):
        assert not run_at(config, NOW + timedelta(days=days)).waiting
    last = NOW + timedelta(days=4)

    assert run_at(config, last + timedelta(minutes=59), Never()).waiting == ["GR-1"]
    assert not run_at(config, last + timedelta(minutes=61)).waiting


def test_a_sheet_of_another_layout_is_left_as_it_is_and_told(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1", state="invited")], plans={"GR-1": {}})
    path = tmp_path / "groups" / "GR-1" / "plan.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Poste", "Montant"])
    book.worksheets[0].append(["Loyer", 300])
    book.save(path)
    before = path.read_bytes()
    done = run_at(config, NOW)

    assert done.outcomes["GR-1"].result == "asks"
    assert (
        done.outcomes["GR-1"]
        .words[0]
        .startswith(
            "None of the tabs of the group's sheet has our layout, so nothing was read or written."
        )
    )
    assert path.read_bytes() == before
    assert cells_of(config)["GR-1"]["State"] == "invited"


def test_a_second_run_is_refused_while_the_first_is_at_work(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    refused: list[str] = []

    def meets_another(_: JobOrder, __: int) -> JobOutcome:
        with pytest.raises(RegisterError) as error:
            run_at(config, NOW, Never())
        refused.append(str(error.value))
        return JobOutcome("done")

    run_at(config, NOW, meets_another)

    assert len(refused) == 1
    assert refused[0].startswith("Another run of the month is at work (the host's run, since ")


def test_a_computer_that_begins_no_more_processes_stops_no_run(tmp_path: Path) -> None:
    def cannot(_: JobOrder, __: int) -> JobOutcome:
        raise OSError(11, "Resource temporarily unavailable")

    config = host_in(tmp_path, [row("GR-1")])

    assert run_at(config, NOW, cannot).outcomes["GR-1"].words == (
        "The job could not begin: Resource temporarily unavailable.",
    )


def test_a_code_that_names_another_folder_reaches_nothing(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row(".."), row("a/b")])
    done = run_at(config, NOW, Never())

    assert {outcome.result for outcome in done.outcomes.values()} == {"asks"}
    with opened(config) as host:
        for code in ("..", "a/b"):
            with pytest.raises(UsageError, match="It names the group's folder"):
                leave(host, code, tmp_path / "archive", "")
            with pytest.raises(UsageError, match="It names the group's folder"):
                why(host, code)
    assert not (tmp_path / "archive").exists()


def test_a_job_that_another_run_is_at_counts_as_no_failure(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")], plans={"GR-1": plan_rows()})
    with opened(config) as host:
        run(host, run_job=here)
    group = tmp_path / "groups" / "GR-1" / "budgettrack.toml"
    with (
        opened(group) as other,
        other.register.cycles.alone("another", NOW),
        opened(config) as host,
    ):
        done = run(host, run_job=here)

    assert done.outcomes["GR-1"].result == "busy"
    with opened(config, NOW + timedelta(minutes=1)) as host:
        assert not run(host, run_job=here).waiting


def test_a_refused_sync_is_told_to_the_host_without_its_rows(tmp_path: Path) -> None:
    many = plan_rows("SECRET")
    many["budget"] = [
        {**many["budget"][0], "id": f"B-{number}", "description": f"SECRET {number}"}
        for number in range(1, 21)
    ]
    config = host_in(tmp_path, [row("GR-1")], plans={"GR-1": many})
    with opened(config) as host:
        run(host, run_job=here)
    path = tmp_path / "groups" / "GR-1" / "plan.xlsx"
    book = openpyxl.load_workbook(path)
    book["Budget"].delete_rows(2, 18)
    book.save(path)
    with opened(config, NOW + timedelta(days=1)) as host:
        done = run(host, run_job=here)

    assert done.outcomes["GR-1"].result == "refused"
    assert done.outcomes["GR-1"].words == (
        "The sync was refused to protect the group's rows. The group's treasurer must look at what"
        " changed in its sheet. Whoever looks after the program for the host can say more.",
    )
    assert "Budget" in (path.parent / DETAILS).read_text()
    assert (path.parent / DETAILS).stat().st_mode & 0o077 == 0


def test_two_codes_in_one_folder_are_refused_and_the_others_go_on(tmp_path: Path) -> None:
    config = host_in(
        tmp_path, [row("Harbour"), row("harbour"), row("river")], plans={"river": plan_rows()}
    )
    with opened(config) as host:
        done = run(host, run_job=here)

    assert {code: outcome.result for code, outcome in done.outcomes.items()} == {
        "Harbour": "asks",
        "harbour": "asks",
        "river": "done",
    }
    assert "by capital letters only" in done.outcomes["harbour"].words[0]


def test_a_group_that_there_is_not_is_told(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")])

    with opened(config) as host, pytest.raises(UsageError) as error:
        run(host, only=["GR-7"], run_job=Never())
    assert str(error.value) == "There is no group GR-7. There are: GR-1."


def test_a_groups_config_is_told_to_be_no_hosts(tmp_path: Path) -> None:
    config = host_in(tmp_path, [])
    config.write_text(config.read_text().replace("[host]", ""))

    with opened(config) as host, pytest.raises(UsageError, match="has no section"):
        run(host, run_job=Never())


def test_a_group_may_have_a_tab_called_groups_of_its_own(tmp_path: Path) -> None:
    config = host_in(tmp_path, [])
    config.write_text(config.read_text().replace("[host]", ""))
    book = openpyxl.load_workbook(tmp_path / "host.xlsx")
    book["Groups"].append(["GR-1", "Reading circle", "", "plan.xlsx"])
    book.save(tmp_path / "host.xlsx")
    with opened(config) as group:
        changes = sync.sync(group).changes

    assert not [finding for finding in changes.findings if finding.tab == "Groups"]
    assert not [version for version in changes.written if version[0] == "groups"]


def test_the_address_to_share_with_is_that_of_the_key_file(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1", workbook="https://example.org/no-sheet")])
    text = config.read_text().replace(
        'xlsx = "host.xlsx"', 'xlsx = "host.xlsx"\ncredentials = "k.json"'
    )
    config.write_text(text)
    (tmp_path / "k.json").write_text('{"client_email": "books@example.iam.gserviceaccount.com"}')
    os.chmod(tmp_path / "k.json", 0o600)
    with opened(config) as host:
        run(host, run_job=here)

    told = cells_of(config)["GR-1"]
    assert told["Share with"] == "books@example.iam.gserviceaccount.com"
    assert told["What to do"].startswith("Workbook: paste the link of a Google sheet, or type")


def test_a_host_may_be_named_by_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host_in(tmp_path / "host", [row("GR-1")], plans={"GR-1": plan_rows()})
    monkeypatch.chdir(tmp_path)
    with opened(Path("host/budgettrack.toml")) as host:
        run(host, run_job=here)

    beside = tmp_path / "host" / "groups" / "GR-1"
    assert {path.name for path in beside.iterdir() if path.is_dir()} == {"reports"}
    assert len(openpyxl.load_workbook(beside / "plan.xlsx")["Expenses"]["A"]) > 3


def test_what_is_typed_over_the_columns_of_the_tool_does_not_stay(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1", state="paused")])
    run_at(config, NOW, Never())
    book = openpyxl.load_workbook(tmp_path / "host.xlsx")
    headings = [cell.value for cell in book["Groups"][1]]
    for heading, text in (("Last sync", "yesterday"), ("What to do", "Nothing!")):
        book["Groups"].cell(2, headings.index(heading) + 1).value = text
    book.save(tmp_path / "host.xlsx")
    run_at(config, NOW + timedelta(days=1), Never())

    told = cells_of(config)["GR-1"]
    assert (told["Last sync"], told["What to do"]) == (None, None)


@pytest.mark.parametrize("state", ["ready", "leaving"])
def test_only_an_invited_group_gets_a_register(tmp_path: Path, state: str) -> None:
    """Its folder was lost, or its code was changed: empty books would be published as its own."""
    config = host_in(tmp_path, [row("GR-1", state=state)])
    done = run_at(config, NOW, Never())

    (words,) = done.outcomes["GR-1"].words
    assert words.startswith(
        "The register of GR-1 is not here, so nothing was done. If the group is"
    )
    assert words.endswith("to put it back from a backup.")
    assert not (tmp_path / "groups" / "GR-1").exists()


def test_a_group_that_is_at_work_is_not_stopped_by_a_row_that_resembles_it(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")], plans={"GR-1": plan_rows()})
    run_at(config, NOW)
    book = openpyxl.load_workbook(tmp_path / "host.xlsx")
    sheet = book["Groups"]
    for column, cell in enumerate(sheet[2], 1):
        sheet.cell(3, column).value = "gr-1" if column == 1 else cell.value
    book.save(tmp_path / "host.xlsx")
    done = run_at(config, NOW + timedelta(days=1))

    assert done.outcomes["GR-1"].result == "done"
    assert "by capital letters only" in done.outcomes["gr-1"].words[0]


@pytest.mark.parametrize("state", ["paused", "left"])
def test_whoever_asks_for_a_group_at_rest_is_told_why_it_is_not_run(
    tmp_path: Path, state: str
) -> None:
    config = host_in(tmp_path, [row("GR-1", state=state)])

    with pytest.raises(UsageError) as error:
        run_at(config, NOW, Never(), ["GR-1"])
    assert str(error.value) == (f"GR-1 is {state}, so it is not run. Change its State in Groups.")


def test_a_workbook_in_ukrainian_is_ours(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1", language="uk", preset="startup")])

    assert run_at(config, NOW).outcomes["GR-1"].result == "done"


def test_why_and_status_say_what_the_tab_says(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1"), row("GR-2", state="")])
    run_at(config, NOW)
    (tmp_path / "groups" / "GR-1" / "settings.toml").write_text("[mail")
    run_at(config, NOW + timedelta(hours=1))
    with opened(config) as host:
        rows, said = status(host), why(host, "GR-1")

    assert told(rows) == "2 groups: 1 ready, 1 without a State."
    assert len(said) == 1
    assert said[0] == rows[0]["what_to_do"]
    assert "settings.toml cannot be read" in said[0]
    assert rows[1]["what_to_do"] == "Choose a State: invited, ready, paused, leaving, left."


def test_a_cell_that_cannot_be_read_is_told_in_what_to_do(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    change(config, "GR-1", "Day", "soon")
    change(config, "GR-1", "Preset", "other")
    done = run_at(config, NOW)

    assert done.outcomes["GR-1"].result == "done"
    told = str(cells_of(config)["GR-1"]["What to do"])
    assert told == (
        "Preset: This text is not one of: blank, startup, peer-support. Choose one of them."
        " Day: This text is not a number. Type digits, such as 12 or 12.5."
    )


def test_another_currency_in_the_row_stops_the_group_and_is_told(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    run_at(config, NOW)
    change(config, "GR-1", "Currency", "USD")
    stopped = run_at(config, NOW + timedelta(hours=1), Never())
    told = cells_of(config)["GR-1"]["What to do"]
    change(config, "GR-1", "Currency", "EUR")

    assert stopped.outcomes["GR-1"].result == "asks"
    assert told == (
        "Currency: the books of this group are kept in EUR. Type EUR again. Sums of past months"
        " would otherwise be read as USD."
    )
    assert run_at(config, NOW + timedelta(hours=2)).outcomes["GR-1"].result == "done"


def test_a_deleted_row_comes_back_paused_and_says_what_to_do(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1"), row("GR-2")])
    run_at(config, NOW)
    delete(config, "GR-2")
    done = run_at(config, NOW + timedelta(hours=1))
    once = cells_of(config)["GR-2"]
    run_at(config, NOW + timedelta(hours=2))
    twice = cells_of(config)["GR-2"]

    assert set(done.outcomes) == {"GR-1"}
    for cells in (once, twice):
        assert cells["State"] == "paused"
        assert cells["Public name"] == "Circle GR-2"
        assert str(cells["What to do"]).startswith("The row of this group was deleted, but its")
    change(config, "GR-2", "State", "left")
    run_at(config, NOW + timedelta(hours=3))
    delete(config, "GR-2")
    run_at(config, NOW + timedelta(hours=4))
    assert set(cells_of(config)) == {"GR-1"}


def test_a_mistake_in_own_settings_is_told_at_its_line_there(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1", language="xx")])
    folder = tmp_path / "groups" / "GR-1"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text("# ours\n[sync]\nrows = 0\n")
    words = " ".join(run_at(config, NOW).outcomes["GR-1"].words)

    assert "settings.toml, line 3, sync.rows" in words
    assert "budgettrack.toml" not in words
    assert "the row in Groups, organisation.language" in words


def test_no_word_in_what_to_do_names_a_command() -> None:
    """Its reader never sees a terminal."""
    words = [
        *(text for text in vars(job).values() if isinstance(text, str)),
        *(text for text in vars(processes).values() if isinstance(text, str)),
        *(text for text in vars(rows).values() if isinstance(text, str)),
        running.NOT_HERE,
        running.TWICE,
    ]
    sentences = [text for text in words if ". " in text and text not in (job.__doc__,)]

    assert len(sentences) >= 8
    assert not [text for text in sentences if "budgettrack " in text and "python -m" not in text]


def change(config: Path, code: str, heading: str, value: str) -> None:
    path = config.with_name("host.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["Groups"]
    column = [cell.value for cell in sheet[1]].index(heading)
    for cells in sheet.iter_rows(min_row=2):
        if cells[0].value == code:
            cells[column].value = value
    book.save(path)


def delete(config: Path, code: str) -> None:
    path = config.with_name("host.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["Groups"]
    (number,) = [cells[0].row for cells in sheet.iter_rows(min_row=2) if cells[0].value == code]
    sheet.delete_rows(number)
    book.save(path)
