"""No text in any cell stops a month: what paper cannot draw is replaced there, and told."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from typing import Any

import msgspec
import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from budgettrack.core.cells.reading import read_text
from budgettrack.core.records.model import Plan
from budgettrack.core.records.tables import BY_NAME
from budgettrack.reports.base import pdf as papers
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.translations import words
from budgettrack.reports.funder.document import document
from tests.world.group import Group, Rows
from tests.world.marks import WORKING
from tests.world.outside import LONG
from tests.world.report_plans import harbour, summary
from tests.world.report_text import pdf_text, said

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1f5\U0001f1f9"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
KEYCAP = "#\ufe0f\u20e3"
RINGED = "a\u20dd"
UNASSIGNED = "\u0378"
HARD = (
    FAMILY,
    FLAG,
    ENGLAND,
    KEYCAP,
    RINGED,
    UNASSIGNED,
    "\U0001f44d\U0001f3fd",
    "e" + "\u0301" * 200,
    "\u202e\u2066abc",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\ue000\uffff\ufffe\udc00\x00\x0b\x7f\x85\u2028",
    '"`\\u{41} \\n #let $x$ <b>&amp;</b> %s {0} {{ x }}',
    "".join(map(chr, range(0x4E00, 0x4E80))),
)
TABLES = {
    "grants": "grants",
    "activities": "work_plan",
    "lines": "budget",
    "income": "income",
    "resources": "resources",
    "deadlines": "deadlines",
}
"""The tables of a plan whose texts stand in a report, by the plan's name of them."""


def _free(table: str) -> list[str]:
    """The columns of a table in which people may write what they like."""
    return [
        column.name
        for column in BY_NAME[table].columns
        if column.kind == "text" and not column.optional and column.name not in WORKING
    ]


def _with_texts(plan: Plan, texts: Iterator[str]) -> Plan:
    """The plan with one of the texts in every text cell, between two marks, as a cell is read."""

    def typed() -> str:
        read = read_text(f"Zq{next(texts)}zQ")
        assert isinstance(read, str)
        return read

    changed: dict[str, Any] = {}
    for name, table in TABLES.items():
        changed[name] = {
            id_: msgspec.structs.replace(
                record,
                **{field: typed() for field in _free(table) if hasattr(record, field)},
            )
            for id_, record in getattr(plan, name).items()
        }
    return msgspec.structs.replace(plan, **changed)


LETTERS = st.characters(codec=None, exclude_categories=())


@pytest.mark.slow
@settings(max_examples=1000 if LONG else 8)
@given(st.lists(st.text(LETTERS) | st.sampled_from(HARD), min_size=1, max_size=30))
@example(list(HARD))
@example([FAMILY])
@example([KEYCAP, RINGED])
def test_any_text_in_any_cell_makes_a_paper_that_can_be_read(texts: list[str]) -> None:
    plan = _with_texts(harbour(), itertools.cycle(texts))

    made, _ = papers.pdf(document(summary(plan), words("en")), words("en"), Branding())

    with pikepdf.open(io.BytesIO(made)) as paper:
        text = "".join(said(page) for page in paper.pages)
    # An activity's name, objective, milestone and note, at least, of the two that the grant pays.
    assert text.count("Zq") >= 8
    assert text.count("zQ") >= 8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "lost", "drawn"),
    [
        (f"the {FAMILY} came", "\U0001f468\U0001f469\U0001f467", "the (?) came"),
        (f"a {FLAG}", FLAG, "(?)(?)"),
        (f"bananas {RINGED}", "\u20dd", "a(?)"),
        (f"caf\xe9 {UNASSIGNED}", UNASSIGNED, "caf\xe9"),
    ],
)
def test_only_what_no_font_has_is_replaced(typed: str, lost: str, drawn: str) -> None:
    plan = harbour()
    note = msgspec.structs.replace(plan.activities["A-1"], progress_note=typed)
    plan = msgspec.structs.replace(plan, activities={**plan.activities, "A-1": note})

    made, missing = papers.pdf(document(summary(plan), words("en")), words("en"), Branding())

    assert set(missing) == set(lost)
    assert drawn in pdf_text(made).replace("\xa0", " ")
    assert "Some letters cannot be shown on this paper" in pdf_text(made).replace("\xa0", " ")


def _rows() -> Rows:
    # A file cannot hold half of a pair of surrogates.
    texts = itertools.cycle(text.encode("utf-8", "replace").decode() for text in HARD)
    rows: Rows = {
        "grants": [
            {"id": "G-1", "state": "active", "currency": "EUR", "amount": "1000", "publish": "yes"}
            | {"start": "2026-01-01", "end": "2026-12-31"}
        ],
        "work_plan": [
            {"id": "A-1", "start": "2026-01-01", "end": "2026-12-31", "status": "under way"}
        ],
        "budget": [{"id": "B-1", "grant": "G-1", "activity": "A-1", "amount": "100"}],
        "expenses": [
            {
                "id": "E-1",
                "date": "2026-10-05",
                "budget_line": "B-1",
                "amount": "9",
                "state": "paid",
            }
        ],
        "resources": [{"id": "R-1", "kind": "workspace", "from_whom": "host", "state": "in use"}],
        "deadlines": [{"id": "D-1", "due": "2026-11-20", "grant": "G-1"}],
    }
    return {
        table: [{**{name: next(texts) for name in _free(table)}, **record} for record in records]
        for table, records in rows.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("rows", [_rows()])
@pytest.mark.parametrize(
    "config", ['[organisation]\nname = "Harbour Peers"\n[workbook]\nxlsx = "plan.xlsx"\n']
)
def test_a_month_with_hard_texts_in_every_cell_is_made_and_says_what_was_replaced(
    group: Group,
) -> None:
    done = group.run("monthly", "--month", "2026-10", "--on", "2026-11-02")

    assert done.exit_code in (0, 3), done.output
    assert "no font here has" in done.output
    reports = group.folder / "reports"
    assert (reports / "public" / "2026-10.html").is_file()
    with pikepdf.open(reports / "private" / "G-1-2026-10.pdf") as paper:
        assert "(?)" in "".join(said(page) for page in paper.pages)
