"""The tab *Checks*: findings by harm and by what to do, in words for people."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.checks_tab import FindingRow, checks, mark_of_cell
from budgettrack.core.merge.merge import Conflict
from budgettrack.core.tabs import conflict_finding


def test_a_finding_stands_with_a_link_and_a_conflict_with_its_keep_cell() -> None:
    conflict = Conflict("both moved", "budget", "B-1", (("amount", "120", "90"),))
    findings = [
        Finding("no-rate", "rates", "", "", (("currency", "USD"), ("month", "2026-02")), "Rates"),
        conflict_finding(conflict),
    ]
    page = checks(findings, {1: conflict.key}, "en")
    title, first, second = page.rows[4:7]

    assert title[0].value == "Figures that are incomplete or in doubt"
    assert (first[0].value, first[0].link) == ("'Rates'", "'Rates'")
    assert first[2].value == "There is no rate for USD in 2026-02."
    assert (first[6].choices, second[6].choices) == ((), ("sheet", "register"))
    assert (
        second[2].value == "Amount was changed here and in the register: here to 120, there to 90."
    )
    assert second[8].value == "budget/B-1.amount"


RATE = (("currency", "USD"), ("month", "2026-02"))


def _unread(number: int) -> list[Finding]:
    return [
        Finding("cell-error", "expenses", f"E-{at}", "amount", (("value", "#REF!"),), "Expenses")
        for at in range(number)
    ]


@pytest.mark.parametrize(
    ("number", "last"),
    [
        (100, "The cell shows #REF!."),
        (101, "and 1 more of this kind"),
        (412, "and 312 more of this kind"),
    ],
)
def test_findings_of_a_kind_beyond_a_hundred_are_one_line(number: int, last: str) -> None:
    lines = checks([*_unread(number), Finding("no-rate", values=RATE)], {}, "en").rows[5:]
    title, *unread = lines

    assert title[2].value == "The same to do in several rows: 100"
    assert [line[2].value for line in unread[:100]] == ["The cell shows #REF!."] * 100
    assert lines[-2][2].value == last
    assert lines[-1][7].value == "no-rate"
    assert len(unread) == (101 if number == 100 else 102)


def test_the_tab_stays_as_large_when_findings_grow_fourfold() -> None:
    one, four = (checks(_unread(number), {}, "en") for number in (500, 2000))

    assert sum(map(len, one.rows)) == sum(map(len, four.rows))


@pytest.mark.parametrize(
    "kind", ["both moved", "removed in sheet", "removed in register", "protected"]
)
def test_every_conflict_stands_with_its_keep_cell(kind: Any) -> None:
    conflicts = [
        Conflict(kind, "budget", f"B-{at}", (("amount", "120", "90"),)) for at in range(150)
    ]
    findings = [*_unread(150), *map(conflict_finding, conflicts)]
    keys = {150 + at: conflict.key for at, conflict in enumerate(conflicts)}
    title, *lines = checks(findings, keys, "en").rows[5 + 102 :]

    assert [line[8].value for line in lines] == [conflict.key for conflict in conflicts]
    assert all(line[6].choices for line in lines)
    assert not title[6].choices


def _idle(*ids: str) -> list[Finding]:
    return [
        Finding("activity-without-money", "work_plan", id_, "id", (("start", "2026-08-01"),))
        for id_ in ids
    ]


def test_repeats_stand_under_one_title_with_their_number_and_what_to_do() -> None:
    done = Finding("done-without-100", "work_plan", "A-9", "done", (("done", "80"),))
    findings = [*_idle("A-1", "A-2"), done, *_idle("A-3")]
    rows = {at: FindingRow(f"{finding.id}: Meet") for at, finding in enumerate(findings)}
    lines = checks(findings, {}, "en", rows_of=rows).rows[4:]
    shown = [[cell.value for cell in line[1:4]] for line in lines if line[0].look != "section"]

    assert shown == [
        [
            None,
            "Activities without money: 3",
            "Choose it in Activity of a budget line or of a resource, or move Start.",
        ],
        *[
            [
                f"A-{n}: Meet",
                "It starts on 2026-08-01, but it has no budget line and no resource.",
                None,
            ]
            for n in (1, 2, 3)
        ],
        [
            "A-9: Meet",
            "Its status is done, but % done is 80 %.",
            "Set % done to 100%, or the status back.",
        ],
    ]


def test_two_of_a_kind_and_other_remedies_keep_what_to_do_in_their_lines() -> None:
    rates = [
        Finding("no-rate", "expenses", f"E-{n}", "date", (("currency", code), ("month", "2026-02")))
        for n, code in enumerate(("USD", "GBP", "CHF"))
    ]
    lines = checks([*_idle("A-1", "A-2"), *rates], {}, "en").rows[4:]

    assert not [line for line in lines if line[0].look == "group"]
    assert sum(bool(line[3].value) for line in lines) == 5


def test_codes_keys_and_marks_stand_in_columns_that_people_do_not_see() -> None:
    mark = mark_of_cell("work_plan", "A-1", "ID")
    page = checks(_idle("A-1"), {0: "key #1"}, "en", rows_of={0: FindingRow("A-1: Meet", mark)})
    line = page.rows[-1]

    assert page.hidden == 3
    assert [cell.value for cell in line[-page.hidden :]] == [
        "activity-without-money",
        "key #1",
        "work_plan|A-1|ID",
    ]


def test_a_tab_without_findings_says_so_where_people_read() -> None:
    assert checks([], {}, "en").rows[-1][2].value == "Nothing. Well done."


def test_from_the_right_a_link_has_the_cell_alone_and_the_row_its_tab() -> None:
    """Programs draw a linked text of both directions one word over the other."""
    there = Finding("activity-without-money", "work_plan", "A-1", "id", (), "خطة العمل", 3, 0)
    words = SheetWords("ar", right_to_left=True)
    page = checks(
        [replace(there, values=(("start", "2026-08-01"),))],
        {},
        "ar",
        words,
        {0: FindingRow("A-1: Meet")},
    )
    where, name, *_ = page.rows[-1]

    assert (where.value, where.link) == ("A4", "'خطة العمل'!A4")
    assert name.value == "خطة العمل: A-1: Meet"
