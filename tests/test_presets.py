"""The presets are plans that one can begin with: complete, dated from their start, and healthy when
written and read."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.config.profiles import every
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.months import add_months
from budgettrack.core.decide import RegisterState, Settings, decide
from budgettrack.core.records.model import BudgetLine, Fields
from budgettrack.setup import presets
from budgettrack.setup.presets import preset
from budgettrack.workbook.xlsx.layout import new_workbook
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook

START = date(2026, 1, 1)

STAGES = (
    "1. Enabling visit or community meeting",
    "2. Country partner",
    "3. Leadership development",
    "4. Community consultation",
    "5. Situation assessment",
    "6. Capacity building",
    "7. Communications strategy",
    "8. Resource mobilisation",
    "9. Work-plan and budget",
    "Evaluation (from the manual)",
)
PARTS = (
    "1. Choices",
    "2. Information",
    "3. Aims",
    "4. Target group",
    "5. Approach",
    "6. Workers",
    "7. Training",
    "8. Internal evaluation",
    "9. Positioning",
    "10. Public relations",
    "11. Cooperation",
    "12. External evaluation",
)

OUTPUTS = {
    "startup": {
        1: (
            "visit or community meeting held", "announce.* NGO.*online.*peer", "natural leaders found",
            "concept note or founding statement", "concept note with an outside expert",
            "founding statement on your own",
        ),
        2: (
            "memorandum.*relationship, quality standards, and how it ends",
            "first-line support in budget, project management and harm reduction agreed",
            "legal form decided",
        ),
        3: ("coach chosen", "memorandum with the coach, with how it ends or the coach is replaced",
            "visits and .*online sessions"),
        4: (
            "questionnaire written with peer leaders", "protocol of the consultation",
            "stakeholders consulted on questionnaire and protocol",
            "peer researchers and recruiters trained",
            "charter what we stand for given to members", "peer ambassadors recruited",
        ),
        5: ("questionnaire for providers", "interviews by snowball", "service map", "power map"),
        6: (
            "findings fed back to peers and partners", "capacity-building event with the ambassadors",
            "strategic plan with partnership strategy", "advocacy plan from local to global",
        ),
        7: ("monthly progress review", "member stories published, each with consent",
            "monthly members' meeting"),
        8: (
            "resource strategy made from the plans",
            "grants, consortia, technical support funds and small grants", "crowdfunding",
            "equipment, workspace and access .*through drop-ins and outreach",
            "proposals sent, each naming the plan's aim",
        ),
        9: ("work-plan and budget online in the first month", "updated and reported every month",
            "readiness of own systems", "handover from the host"),
        10: ("evaluation",),
    },
    "peer-support": {
        1: ("own or hosted", "paid or not", "who it is for, and HIV alone or broader"),
        2: ("needs questionnaire",),
        5: ("house rules", "registration form tested", "material support"),
        6: ("board in place and legal form", "personal support apart from coaching"),
        7: ("exchange with professionals",),
        8: ("effect interviews",),
        10: ("residents' meeting", "press contact named and news", "annual report"),
        11: ("talks with services held in months 3 and 4", "letter sent just before the start"),
    },
}  # fmt: skip
"""Every output of the sources, by stage: what an activity or a milestone must say."""


@pytest.mark.parametrize(
    ("name", "wanted", "rows", "more"),
    [("startup", STAGES, 48, 9), ("peer-support", PARTS, 34, 0)],
    ids=["startup", "peer-support"],
)
def test_every_stage_is_there_in_order(
    name: str, wanted: tuple[str, ...], rows: int, more: int
) -> None:
    plan = preset(name, START)["work_plan"]

    assert len(plan) == rows
    assert len(preset(name, START, optional=True)["work_plan"]) == rows + more
    assert list(dict.fromkeys(row["objective"] for row in plan)) == list(wanted)


@pytest.mark.parametrize("name", OUTPUTS)
def test_every_output_of_the_source_stands_in_its_stage(name: str) -> None:
    """An optional row carries none: it is not written unless somebody asks for it."""
    missing = [
        (number, output)
        for number, outputs in OUTPUTS[name].items()
        for output in outputs
        if not any(
            re.search(output, f"{row['activity']} {row['milestone']}", re.IGNORECASE)
            for row in preset(name, START, [number])["work_plan"]
        )
    ]
    assert missing == []


def test_the_months_of_the_sources_are_kept() -> None:
    """The work-plan is online in the first month and reported from then on; the form of peer support
    is tested by month 4, the letter goes out just before the start."""
    startup = {row["milestone"]: row for row in preset("startup", START)["work_plan"]}
    peers = {row["milestone"]: row for row in preset("peer-support", START)["work_plan"]}

    assert startup["Work-plan and budget online"]["end"] == "2026-01-31"
    assert startup["Work-plan and budget updated and reported every month"]["start"] == "2026-02-01"
    assert peers["Registration form tested"]["end"] == "2026-04-30"
    assert peers["Talks with services held in months 3 and 4"]["start"] == "2026-03-01"
    assert peers["Talks with services held in months 3 and 4"]["end"] == "2026-04-30"
    assert peers["Letter sent just before the start"]["end"] == "2026-04-30"
    assert peers["Effect interviews held and read with the team"]["end"] == "2026-12-31"


# Stages


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("", (1, 2, 3, 7, 9)),
        ("all", tuple(range(1, 11))),
        ("4", (4,)),
        ("6 - 8, 4,4", (4, 6, 7, 8)),
    ],
)
def test_stages_are_typed_as_numbers(typed: str, numbers: tuple[int, ...]) -> None:
    assert presets.numbers_of("startup", typed) == numbers


@pytest.mark.parametrize(
    "typed", ["11", "0", "two", "4-11", "-4", "4,", "²", "6-4", "01", "4-000510"]
)
def test_a_stage_that_is_not_there_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match=r"There are: 1 to 10\."):
        presets.numbers_of("startup", typed)


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result.output


def test_a_new_workbook_shows_the_first_stages_and_others_are_opened_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", "--xlsx", "plan.xlsx", "--preset", "startup", "--start", "2026-01-01")
    run("sync", "--on", "2026-01-02")

    def plan() -> list[list[Any]]:
        sheet = openpyxl.load_workbook("plan.xlsx")["Work-plan"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(2)]
        return [row for row in rows if row[2]]

    assert {row[1] for row in plan()} == {STAGES[at] for at in (0, 1, 2, 6, 8)}

    told = run("init", "--stages", "next", "--preset", "startup", "--start", "2026-06-01")
    assert told == "Opened 4. Community consultation: 7 activities. Run: budgettrack sync\n"
    run("sync", "--on", "2026-06-02")
    opened = [row for row in plan() if row[1] == "4. Community consultation"]
    assert len(opened) == 7
    assert min(row[4] for row in opened) == datetime(2026, 6, 1)
    assert opened[0][8] == "planned"
    indicators = openpyxl.load_workbook("plan.xlsx")["Indicators"].iter_rows(2, values_only=True)
    assert [row[2:4] for row in indicators if row[1] == opened[0][0]] == [
        ("People who tested it", "people")
    ]

    refused = run("init", "--stages", "4-5", "--preset", "startup", code=2)
    assert "Open already: 4. Community consultation. Still to open: 5, 6, 8, 10." in refused
    run("init", "--stages", "5,6,8,10", "--preset", "startup", "--start", "2026-06-01")
    assert "All stages of startup are open already." in run(
        "init", "--stages", "next", "--preset", "startup", code=2
    )
    assert "Say of which preset: --preset startup, or --preset peer-support." in run(
        "init", "--stages", "next", code=2
    )


def test_a_stage_begins_when_it_is_opened_also_without_what_would_come_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first activity of stage 6 is beyond the source, three months before the others."""
    monkeypatch.chdir(tmp_path)
    run("init", "--xlsx", "plan.xlsx", "--preset", "blank", "--start", "2026-01-01")
    run("init", "--stages", "6", "--preset", "startup", "--start", "2026-06-01")
    run("sync", "--on", "2026-06-02")
    sheet = openpyxl.load_workbook("plan.xlsx")["Work-plan"]

    starts = [str(row[4].value) for row in sheet.iter_rows(2) if row[2].value]
    assert min(starts) == "2026-06-01 00:00:00"


# Starter lines of the budget


SHIPPED = every()
WITH_CATEGORIES = sorted(name for name, form in SHIPPED.items() if form.category)
"""A profile without categories of its own uses the group's: it maps every line."""


def lines_of(name: str, numbers: tuple[int, ...] | None = None) -> list[Fields]:
    return preset(name, START, numbers, optional=True, with_budget=True)["budget"]


@pytest.mark.parametrize(("name", "lines"), [("startup", 36), ("peer-support", 23)])
def test_every_starter_line_is_whole_but_for_its_grant_and_amount(name: str, lines: int) -> None:
    plan = preset(name, START, optional=True, with_budget=True)
    activities = {row["id"] for row in plan["work_plan"]}

    assert len(plan["budget"]) == lines
    assert [row["id"] for row in plan["budget"]] == [f"B-{at}" for at in range(1, lines + 1)]
    wanted = {"id", "activity", "category", "description", "unit", "people_paid"}
    assert all(set(row) == wanted and all(row.values()) for row in plan["budget"])
    assert {row["activity"] for row in plan["budget"]} <= activities
    assert any(int(row["people_paid"]) for row in plan["budget"])
    assert len({row["description"] for row in plan["budget"]}) >= lines - 2


def test_a_line_stands_at_the_activity_that_it_pays() -> None:
    plan = preset("startup", START, [4], with_budget=True)
    activities = {row["id"]: row["activity"] for row in plan["work_plan"]}

    of_consultation = [
        row for row in plan["budget"] if activities[row["activity"]].startswith("Hold the consult")
    ]
    assert [(row["description"], row["unit"], row["people_paid"]) for row in of_consultation] == [
        ("Stipends of the peer researchers", "month", "8"),
        ("Vouchers for those who answer, as stipends", "person", "120"),
    ]


@pytest.mark.parametrize("profile", WITH_CATEGORIES)
def test_every_shipped_profile_maps_every_starter_line(profile: str) -> None:
    """By its category alone, too: people rewrite the description first."""
    rows = [row for name in OUTPUTS for row in lines_of(name)]
    starters = [
        BudgetLine(f"B-{at}", "G-1", "", row["category"], text, "EUR", 1, None, None)
        for at, row in enumerate(rows)
        for text in (row["description"], "")
    ]

    assert len({line.category for line in starters}) == 9
    unmapped = [line for line in starters if SHIPPED[profile].category_of(line) is None]
    assert [(line.category, line.description) for line in unmapped] == []


def test_a_blank_plan_has_no_starter_lines() -> None:
    said = run("init", "--xlsx", "plan.xlsx", "--with-budget", code=2)

    assert (
        "--with-budget needs a preset with activities: --preset startup, or --preset peer-support."
        in said
    )


def checks_after_sync(on: str) -> list[tuple[str, str, str]]:
    run("sync", "--on", on)
    found = json.loads(run("checks", "--json"))
    return [(each["code"], each["place"], each["problem"]) for each in found]


def test_a_new_budget_without_amounts_is_one_finding_and_an_opened_stage_adds_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    start = ("--start", "2026-01-01")
    run("init", "--xlsx", "plan.xlsx", "--preset", "startup", "--with-budget", *start)
    at_first = len(preset("startup", START, (1, 2, 3, 7, 9), with_budget=True)["budget"])

    assert checks_after_sync("2026-01-02") == [
        (
            "lines-without-amount",
            "'Budget'!I2",
            f"Budget lines without an amount: {at_first}. This is the first one.",
        )
    ]

    told = run("init", "--stages", "next", "--preset", "startup", "--with-budget", *start)
    assert told == (
        "Opened 4. Community consultation: 7 activities, 5 budget lines without amounts."
        " Run: budgettrack sync\n"
    )
    ((_, _, problem),) = checks_after_sync("2026-01-03")
    assert problem == (f"Budget lines without an amount: {at_first + 5}. This is the first one.")
    assert run("sync", "--dry-run", "--on", "2026-01-03") == (
        "Nothing to do: workbook and register agree.\n"
    )
    sheet = openpyxl.load_workbook("plan.xlsx")
    plan = {row[0].value: row[2].value for row in sheet["Work-plan"].iter_rows(2)}
    last = [row for row in sheet["Budget"].iter_rows(2, values_only=True) if row[0]][-1]
    assert last[3:6] == ("Personnel and stipends", "Stipends of the peer ambassadors", "month")
    assert plan[last[2]] == ("Recruit peer ambassadors who speak for the charter where they live")


@pytest.mark.parametrize("name", ["startup", "peer-support"])
def test_every_activity_is_whole(name: str) -> None:
    plan = preset(name, START)
    rows, counted = plan["work_plan"], plan["indicators"]
    wanted = {
        "id",
        "objective",
        "activity",
        "lead_role",
        "start",
        "end",
        "milestone",
        "status",
    }
    of_indicator = {"id", "activity", "indicator", "unit", "target"}

    assert all(wanted <= {key for key, text in row.items() if text} for row in rows)
    assert [row["id"] for row in rows] == [f"A-{number}" for number in range(1, len(rows) + 1)]
    assert len({row["activity"] for row in rows}) == len(rows)
    assert all(set(row) - {"counts_people"} == of_indicator for row in counted)
    assert all(all(row.values()) for row in counted)
    small = {row["unit"] for row in counted if row.get("counts_people") != "no"}
    assert small <= {"people", "contacts", "conversations", "interviews"}
    assert [row["activity"] for row in counted] == [row["id"] for row in rows]
    assert [row["id"] for row in counted] == [f"N-{number}" for number in range(1, len(rows) + 1)]


def test_dates_follow_the_start_given() -> None:
    first, later = (preset("startup", day)["work_plan"] for day in (START, date(2026, 4, 1)))

    assert (first[0]["start"], first[0]["end"]) == ("2026-01-01", "2026-01-31")
    assert (first[3]["start"], first[3]["end"]) == ("2026-01-01", "2026-02-28")
    assert [row["start"] for row in later] == [
        add_months(date.fromisoformat(row["start"]), 3).isoformat() for row in first
    ]
    assert all(row["start"] < row["end"] for row in first)


def test_a_start_on_the_last_of_a_month_keeps_every_activity_within_its_months() -> None:
    rows = preset("startup", date(2026, 1, 31))["work_plan"]

    assert all(row["start"] < row["end"] for row in rows)
    assert (rows[0]["start"], rows[0]["end"]) == ("2026-01-31", "2026-02-27")


def test_the_blank_preset_has_nothing() -> None:
    assert preset("blank", START) == {}


def test_an_unknown_preset_names_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="blank, startup, peer-support"):
        preset("../startup", START)


@pytest.mark.parametrize("name", presets.NAMES)
def test_a_new_workbook_with_a_preset_has_no_findings(name: str, tmp_path: Path) -> None:
    new_workbook(tmp_path / "plan.xlsx", rows=preset(name, START))

    changes = decide(
        ExcelWorkbook(tmp_path / "plan.xlsx").read(),
        RegisterState({}, {}, {}),
        Settings("EUR", "en", date(2026, 1, 2)),
    )

    assert [finding.problem for finding in changes.findings] == []
    assert changes.plan is not None
    assert len(changes.plan.activities) == len(preset(name, START).get("work_plan", ()))


STIGMA = (
    r"addict|abuse|junkie|drug[- ]users?\b|substance"
    r" misuse|\bclean\b|\bdirty\b|offender|\bIDUs?\b|\bPWUD\b|\bvictims?\b"
)


def test_the_words_are_person_first() -> None:
    """Language guides of networks of people who use drugs: person first, no words that
    stigmatise."""
    texts = [
        text
        for name in presets.NAMES
        for row in preset(name, START).get("work_plan", ())
        for text in row.values()
    ]

    assert any("people who use drugs" in text for text in texts)
    assert [text for text in texts if re.search(STIGMA, text, re.IGNORECASE)] == []
