"""Which state of the workbook this is, by the number and token of the sync that wrote it."""

from __future__ import annotations

import pytest

from budgettrack.core.merge.lineage import (
    AgreedVersion,
    Lineage,
    WorkbookMark,
    WorkbookWrite,
    has_gone_back,
    last_run,
    lineage,
    mark_read,
    marked,
    next_write,
    rebased,
    run_with,
    unsure_rows,
)

WRITES = [
    WorkbookWrite(1, "aa", 4, ended=True),
    WorkbookWrite(2, "bb", 4),  # it died before it reached the register
    WorkbookWrite(3, "cc", 9, ended=True),
    WorkbookWrite(4, "dd", 9),  # announced from the newest state
    WorkbookWrite(5, "ee", 4),  # announced from an older one, and died
]


@pytest.mark.parametrize(
    ("number", "token", "stands"),
    [
        (1, "aa", Lineage("older", 4)),
        (2, "bb", Lineage("older", 4, is_exact=False)),
        (3, "cc", Lineage("current", 9)),
        (4, "dd", Lineage("current", 9, is_exact=False)),
        (5, "ee", Lineage("older", 4, is_exact=False)),
        (3, "xx", Lineage("unknown", 4, is_exact=False)),
        (9, "cc", Lineage("unknown", 9, is_exact=False)),
        (0, "", Lineage("older", 3)),
    ],
)
def test_a_workbook_stands_where_its_last_sync_stands(
    number: int, token: str, stands: Lineage
) -> None:
    assert lineage(WorkbookMark("id", number, token), WRITES) == stands


def test_a_mark_without_a_number_is_the_newest_as_long_as_no_sync_gave_a_number() -> None:
    assert lineage(WorkbookMark("id"), []) == Lineage("current")
    assert lineage(WorkbookMark("id"), [WorkbookWrite(1, "aa")]) == Lineage("current")
    assert last_run([]) == 0
    assert last_run(WRITES) == 9


def test_a_write_has_the_next_number_and_a_token_of_its_own() -> None:
    assert next_write(None, [], 0, "new") == WorkbookWrite(1, "new", 0)
    assert next_write(WorkbookMark("id", 8, "xx"), [], 0, "new") == WorkbookWrite(9, "new", 0)
    ended, died = WRITES[:3], WRITES[:4]
    mark = WorkbookMark("id", 3, "cc")
    assert next_write(mark, ended, 9, "new") == WorkbookWrite(4, "new", 9)
    assert next_write(mark, died, 9, "new") == WorkbookWrite(5, "new", 9)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        (None, None),
        ("", None),
        ("id", WorkbookMark("id")),
        ("id 12 a1b2", WorkbookMark("id", 12, "a1b2")),
        ("id 12", WorkbookMark("id")),
        ("id twelve a1b2", WorkbookMark("id")),
        ("id 1234567890 a1b2", WorkbookMark("id")),
        ("id 12 a1b2 xx,yy", WorkbookMark("id", 12, "a1b2", ("xx", "yy"))),
        ("id 12 a1b2 xx yy", WorkbookMark("id")),
        ("id 12 a1b2 - E-7", WorkbookMark("id", 12, "a1b2", (), ("E-7",))),
        ("id 12 a1b2 xx B-2,E-7", WorkbookMark("id", 12, "a1b2", ("xx",), ("B-2", "E-7"))),
        ("id 12 a1b2 xx E-7 zz", WorkbookMark("id")),
    ],
)
def test_a_mark_is_read_and_one_that_somebody_spoilt_has_no_number(
    text: str | None, mark: WorkbookMark | None
) -> None:
    assert mark_read(text) == mark
    if mark and mark.token:
        assert mark.text == text


def test_what_both_agree_on_after_a_merge_from_an_older_base_is_written_whole() -> None:
    stored = {"budget": {"B-1": {"a": "3"}, "B-2": {"a": "1"}, "B-4": {"a": "9"}}}
    base = {"budget": {"B-1": {"a": "1"}, "B-2": {"a": "1"}, "B-3": {"a": "1"}}}
    changes = [("budget", "B-1", {"a": "2"}), ("budget", "B-3", None), ("rates", "R", {"a": "1"})]

    assert list(rebased(stored, base, changes)) == [
        ("budget", "B-1", {"a": "2"}),
        ("budget", "B-4", None),
        ("rates", "R", {"a": "1"}),
    ]


def test_an_unknown_workbook_is_merged_from_the_last_state_that_both_have() -> None:
    """The register was put back and used on, and then a workbook of the lost time was put back."""
    lost = WorkbookMark("id", 7, "xx", ("ww", "aa"))

    assert lineage(lost, WRITES) == Lineage("unknown", 4, is_exact=False)


def test_a_mark_names_what_both_sides_had_before() -> None:
    old = WorkbookMark("id", 7, "xx", ("ww", "aa"))

    new = marked("id", WorkbookWrite(8, "new"), old, WRITES)

    assert new == WorkbookMark("id", 8, "new", ("xx", "ww", "aa", "cc"))
    assert mark_read(new.text) == new
    assert marked("id", WorkbookWrite(1, "new"), None, []).text == "id 1 new"
    assert marked("id", WorkbookWrite(1, "new"), None, [], ["E-7"]).text == "id 1 new - E-7"


@pytest.mark.parametrize(
    ("id_", "given_since"),
    [("E-7", False), ("E-8", True), ("E-10", True), ("B-1", True), ("B-1.2", False), ("x", False)],
)
def test_the_number_of_an_id_says_whether_the_tool_gave_it_after_a_mark(
    id_: str, given_since: bool
) -> None:
    assert WorkbookMark("id", 12, "a1b2", (), ("E-7",)).is_given_since(id_) is given_since


def test_nobody_knows_whether_a_workbook_had_rows_that_were_taken_in_from_others() -> None:
    mark = WorkbookMark("id", 12, "a1b2", (), ("E-7",))
    added, removed = {"expenses": ["E-6", "E-8"]}, {"expenses": ["E-2"]}

    def unsure(is_exact: bool) -> list[tuple[str, str]]:
        return list(unsure_rows(mark, added, removed, is_exact=is_exact))

    assert unsure(False) == [("expenses", "E-2"), ("expenses", "E-6")]
    assert unsure(True) == [("expenses", "E-2")]


# A workbook without a mark


COOK, DRIVER = {"description": "Cook", "amount": "1"}, {"description": "Driver", "amount": "2"}
DEARER = {**COOK, "amount": "3"}


@pytest.mark.parametrize(
    ("after", "may_be"),
    [
        ({"B-1": COOK, "B-2": DRIVER}, False),
        ({"B-1": DEARER, "B-2": DRIVER}, False),
        ({"B-1": COOK, "B-2": DRIVER, "B-3": COOK}, False),
        ({"B-1": DEARER, "B-2": COOK}, True),
        ({"B-1": COOK}, False),
        ({}, True),
        ({"B-1": DEARER}, True),
    ],
)
def test_several_rows_that_differ_or_are_gone_may_be_an_older_copy(
    after: dict[str, dict[str, str]], may_be: bool
) -> None:
    now = {"budget": {"B-1": COOK, "B-2": DRIVER}}
    assert has_gone_back(now, {"budget": after}) is may_be


# Run 2: the cook. Run 4: the driver too. Run 6: the cook is dearer. Run 8: no driver, two cooks.
VERSIONS = [
    AgreedVersion("budget", COOK, 2, 6),
    AgreedVersion("budget", DRIVER, 4, 8),
    AgreedVersion("budget", DEARER, 6, None),
    AgreedVersion("budget", DEARER, 8, None),
]


@pytest.mark.parametrize(
    ("rows", "run"),
    [
        ([COOK], 3),
        ([DRIVER, COOK], 5),
        ([DEARER, DRIVER], 7),
        ([{**DEARER, "note": ""}, DRIVER], 7),
        ([DEARER], None),
        ([DRIVER], None),
        ([COOK, COOK], None),
        ([], None),
    ],
)
def test_the_last_run_with_the_same_rows_is_found_whatever_their_ids(
    rows: list[dict[str, str]], run: int | None
) -> None:
    after = {"budget": {f"B-{number}": fields for number, fields in enumerate(rows, 10)}}
    assert run_with(after, VERSIONS) == run


def test_a_record_of_another_table_is_another_record() -> None:
    assert run_with({"income": {"I-1": COOK}}, VERSIONS) is None
