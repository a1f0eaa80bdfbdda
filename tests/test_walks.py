"""Three walks through the program, as docs/architecture.md tells them, watched while they run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.world.group import ON, Group, column
from tests.world.partners import NOVEMBER, Sending
from tests.world.smtp_server import MailHost
from tests.world.tracing import Place, Trace, traced

PAGE = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text("utf-8")

# A call upwards is a function that an upper part gave to a lower one, to be called back.
CALLBACKS = {
    # What is asked of the register stands above; the register opens, asks and closes.
    "group.py:OpenedGroup._read",
    "group.py:_expenses_at",
    # Draws the random number of a batch: the sealing itself is pure.
    "reports/site/publish.py:_publish.number",
    "sync.py:_known",
    "sync.py:_begun",
    "sync.py:_as_of",
    "sync.py:unsent",
    # The clock of the opened group.
    "group.py:now_in_utc",
    # The log of a run, which the command line writes.
    "cli/monthly.py:_quiet",
    # How many of the reports are done, for a bar on a terminal.
    "monthly/context.py:RunContext.<lambda>",
    # What the hand-over tells of each delivery.
    "monthly/steps.py:CycleSteps.__init__.<lambda>",
}


def told(beginning: str) -> list[Place]:
    """The functions that a walk names, in its order."""
    walks = re.search(r"(?ms)^## Three walks\n(.*?)^## ", PAGE)
    assert walks
    walk = re.search(rf"(?ms)^\*\*{re.escape(beginning)}[^\n]*\*\*\n(.*?)(?=^\*\*|\Z)", walks[1])
    assert walk
    return [
        Place(file, name) for name, file in re.findall(r"`([\w.]+)` in\s+`([\w/]+\.py)`", walk[1])
    ]


def assert_walked(trace: Trace, walk: list[Place]) -> None:
    visited = trace.visited()
    unseen = [str(place) for place in walk if place not in visited]
    assert not unseen, "the page names what did not run"
    first = list(dict.fromkeys(walk))
    assert sorted(first, key=visited.index) == first, "the page tells another order"


def assert_only_down(trace: Trace) -> None:
    climbs = {f"{caller} calls {callee}": str(callee) for caller, callee in trace.climbs()}
    assert [call for call, callee in climbs.items() if callee not in CALLBACKS] == []


@pytest.fixture
def own_group(tmp_path: Path) -> Group:
    return Group(tmp_path, before=(("sync", *ON),))


@pytest.mark.slow
def test_a_cell_typed_in_expenses_to_the_public_page(own_group: Group) -> None:
    own_group.set("Expenses", column("Expenses", "Amount", own_group.path) + "2", 77)

    with traced() as trace:
        own_group.sync()
        result = own_group.run("report", "transparency", "--month", "2026-10")

    assert result.exit_code == 0, result.output
    assert (own_group.folder / "reports" / "public" / "index.html").is_file()
    assert_walked(trace, told("A cell typed in Expenses"))
    assert_only_down(trace)


@pytest.mark.slow
def test_a_months_run(tmp_path: Path, host: MailHost) -> None:
    (tmp_path / "group").mkdir()
    sending = Sending(tmp_path / "group", host)

    with traced() as trace:
        result = sending.run("monthly", "--send", "--on", str(NOVEMBER))

    assert result.exit_code in (0, 3), result.output
    assert host.taken
    assert_walked(trace, told("A month's run"))
    assert_only_down(trace)


def test_a_grant_set_at_the_prompt(own_group: Group) -> None:
    with traced() as trace:
        result = own_group.run("grants", "set", "G-1", "state=closing", *ON)

    assert result.exit_code == 0, result.output
    assert own_group.held().records["grants"]["G-1"]["state"] == "closing"
    assert_walked(trace, told("A grant set at the prompt"))
    assert_only_down(trace)


def test_a_call_upwards_and_one_sideways_are_climbs_and_one_downwards_is_none() -> None:
    sync, report, cells = Place("sync.py", "sync"), Place("queries/figures.py", "grid"), Place("core/cells/rows.py", "read_rows")  # fmt: skip
    merge, figures = Place("core/merge/merge.py", "merge"), Place("core/figures/positions.py", "totals")  # fmt: skip
    down, up, sideways = (sync, cells), (cells, sync), (sync, report)
    within, inside = (cells, merge), (merge, figures)
    trace = Trace(dict.fromkeys((down, up, sideways, within, inside)))

    assert trace.climbs() == {up, sideways, within, inside}


def test_a_trace_sees_calls_through_a_library_and_in_other_threads(own_group: Group) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with traced() as trace, ThreadPoolExecutor(1) as pool:
        pool.submit(own_group.run, "checks").result()

    assert Place("cli/queries.py", "checks") in trace.visited()
