"""What the groups of a host need, in exact words, and what is no finding."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.harm import harm_of, rank
from budgettrack.core.checks.checks import checks
from budgettrack.core.counting.statements import HostStatement, ToldGrant
from budgettrack.core.counting.stock import QUANTITIES, ToldSupplies
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from tests.world.healthy_plan import TODAY
from tests.world.host_plan import told_grant, with_rows

STATEMENT = HostStatement(1, "2026-03", True, (told_grant(),))


def supplies(kind: str, **more: str) -> ToldSupplies:
    return ToldSupplies(kind, "kits", {**dict.fromkeys(QUANTITIES, "0"), **more})


def found(*changes: tuple[str, str, Fields], told: HostStatement = STATEMENT) -> list[Finding]:
    tables = with_rows(*changes)
    plan, problems = plan_of(tables, base="EUR")
    assert not problems
    return checks(plan, totals(plan)[0], today=TODAY, records=tables, told={"GR-1": told})


def in_deficit() -> ToldGrant:
    grant = told_grant()
    return replace(grant, figures={**grant.figures, "spent": "1000.01", "held_here": "-0.01"})


CASES: list[tuple[str, HostStatement, list[tuple[str, str, Fields]], tuple[str, ...]]] = [
    (
        "group-needs-somebody",
        STATEMENT,
        [("groups", "GR-1", {"what_to_do": "Share the sheet."})],
        ("groups", "GR-1", "what_to_do", "This group needs somebody: Share the sheet.",
         "When it is done, its next run looks again."),
    ),
    (
        "public-key-twice",
        STATEMENT,
        [("groups", "GR-1", {"public_key": "abc"}),
         ("groups", "GR-2", {"name": "Second", "state": "ready", "public_key": "abc"})],
        ("groups", "GR-2", "public_key", "GR-1 has the same Public key.",
         "Ask each group for its own. Until then no statement of either is taken."),
    ),
    (
        "recipient-unclear",
        STATEMENT,
        [("recipients", "Board", {"name": "Board", "audience": "internal"})],
        ("recipients", "Board", "group",
         "Nothing is sent to this recipient: a row has either a Group or the Audience all groups.",
         "Choose the Group, or clear it if this is for us alone."),
    ),
    (
        "statement-old",
        replace(STATEMENT, month="2026-01"),
        [],
        ("groups", "GR-1", "last_month",
         "The newest statement of this group is of 2026-01, so its newer money is in no sum.",
         "Ask the group why it sent no newer statement."),
    ),
    (
        "group-in-deficit",
        replace(STATEMENT, grants=(in_deficit(),)),
        [],
        ("given", "V-1", "amount",
         "By its statement, the group spent 0.01 EUR more than it got.",
         "Ask whether a payment did not come, or pay the next one."),
    ),
    (
        "group-lot-expired",
        replace(STATEMENT, stock=(supplies("naloxone", expired="3"), supplies("strips"))),
        [],
        ("groups", "GR-1", "id",
         "This group tells of supplies that have expired: naloxone (3).",
         "Ask it to take them out of use, and to give them back."),
    ),
    (
        "group-lot-ends",
        replace(STATEMENT, stock=(supplies("naloxone", ends_soon="3"),
                                  supplies("strips", ends_soon="40"))),
        [],
        ("groups", "GR-1", "id",
         "This group tells of supplies that end within 90 days: naloxone (3), strips (40).",
         "Ask which other group can use them in time."),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "told", "changes", "words"), CASES, ids=[c[0] for c in CASES])
def test_each_code_in_its_words(
    code: str,
    told: HostStatement,
    changes: list[tuple[str, str, Fields]],
    words: tuple[str, ...],
) -> None:
    (one,) = found(*changes, told=told)
    assert (one.code, one.table, one.id, one.field, one.problem, one.remedy) == (code, *words)


@pytest.mark.parametrize(
    ("told", "changes"),
    [
        (STATEMENT, [("groups", "GR-2", {"name": "Second", "state": "ready", "public_key": "x"})]),
        (STATEMENT, [("recipients", "Us", {"name": "Us", "audience": "all groups"})]),
        (STATEMENT, [("recipients", "GR-1 Board", {"group": "GR-1", "name": "Board",
                                                   "audience": "internal"})]),
        (replace(STATEMENT, month="2026-02"), []),
        (replace(STATEMENT, stock=(supplies("naloxone"),)), []),
        (replace(STATEMENT, month="2025-01"),
         [("groups", "GR-1", {"name": "First", "state": "left"})]),
    ],
)  # fmt: skip
def test_what_is_no_finding(told: HostStatement, changes: list[tuple[str, str, Fields]]) -> None:
    assert found(*changes, told=told) == []


def test_a_recipient_of_all_groups_has_no_group() -> None:
    row = {"group": "GR-1", "name": "Us", "audience": "all groups"}
    assert [one.code for one in found(("recipients", "GR-1 Us", row))] == ["recipient-unclear"]


def test_a_recipient_of_a_group_that_is_not_there_is_told_with_its_cell() -> None:
    row = {"group": "GR-9", "name": "Us", "audience": "internal"}
    (told,) = found(("recipients", "GR-9 Us", row))
    assert (told.code, told.table, told.id, told.field, told.problem) == (
        "reference-unknown", "recipients", "GR-9 Us", "group", '"GR-9" is not in Groups.',
    )  # fmt: skip
    assert found(("recipients", "GR-1 Us", {**row, "group": "GR-1"})) == []


def test_money_of_no_sub_grant_of_ours_is_no_deficit() -> None:
    other = replace(in_deficit(), agreement="OTHER")
    codes = {one.code for one in found(told=replace(STATEMENT, grants=(told_grant(), other)))}
    assert "group-in-deficit" not in codes
    nameless = replace(in_deficit(), agreement="")
    codes = {one.code for one in found(told=replace(STATEMENT, grants=(told_grant(), nameless)))}
    assert "group-in-deficit" not in codes


def test_money_on_the_way_is_no_deficit() -> None:
    paid = {
        "given": "V-1",
        "direction": "to the group",
        "paid_on": "2026-03-20",
        "amount_paid": "1",
    }
    changes = [("given", "V-1", {"amount": "1001"}), ("instalments", "P-2", paid)]
    assert found(*changes, told=replace(STATEMENT, grants=(in_deficit(),))) == []


def test_expired_supplies_stand_before_money_and_money_before_a_row_to_fill_in() -> None:
    told = replace(
        STATEMENT,
        grants=(in_deficit(),),
        stock=(supplies("naloxone", expired="1", ends_soon="2"),),
    )
    all_ = sorted(found(("groups", "GR-1", {"what_to_do": "Share it."}), told=told), key=rank)
    assert [one.code for one in all_] == [
        "group-lot-expired", "group-in-deficit", "group-needs-somebody", "group-lot-ends",
    ]  # fmt: skip
    assert harm_of("recipient-unclear") == "order"


def test_what_groups_spent_counts_for_the_line_that_pays_for_them() -> None:
    line = {"grant": "G-1", "category": "Groups", "amount": "400",
            "start": "2026-01-01", "end": "2026-02-28", "people_paid": "0"}  # fmt: skip
    paid_by = [("budget", "B-7", line), ("given", "V-1", {"budget_line": "B-7"})]
    assert "variance-unexplained" not in {each.code for each in found(*paid_by)}
    little = replace(STATEMENT, grants=(replace(told_grant(), figures={
        **told_grant().figures, "spent": "100.00", "held_here": "900.00"}),))  # fmt: skip
    (told,) = (each for each in found(*paid_by, told=little) if each.code == "variance-unexplained")
    assert (told.id, told.problem) == (
        "B-7",
        "To the end of 2026-03, 100.00 EUR was spent of 400.00 EUR: 75.0 % from the plan, the limit"
        " is 10 %.",
    )


def test_a_line_that_groups_overspent_has_one_finding() -> None:
    line = {"grant": "G-1", "category": "Groups", "amount": "300",
            "start": "2026-01-01", "end": "2026-02-28", "people_paid": "0"}  # fmt: skip
    codes = [
        each.code
        for each in found(("budget", "B-7", line), ("given", "V-1", {"budget_line": "B-7"}))
        if each.id == "B-7"
    ]
    assert codes == ["line-overspent"]


@pytest.mark.parametrize(
    ("amount", "problems"),
    [
        ("1035.29", []),
        ("1035.30", ["335.30 EUR (15.0 %) is unspent, and the grant ends on 2026-06-29."]),
    ],
)
def test_what_groups_spent_is_no_more_unspent(amount: str, problems: list[str]) -> None:
    """We spent 1,500 and the group 400, for which no line pays. A budget of 1,200 and `amount`."""
    rows = [("grants", "G-1", {"end": f"{TODAY + timedelta(days=80)}"}),
            ("budget", "B-2", {"amount": amount, "2026-01": amount})]  # fmt: skip
    assert [one.problem for one in found(*rows) if one.code == "unspent-near-end"] == problems


def test_what_was_handed_on_and_not_received_is_a_deficit() -> None:
    """1,500 were spent and 1,000 handed on, of which we keep 5 %; 2,000 and `more` came."""

    def deficit(more: str, *rows: tuple[str, str, Fields]) -> list[str]:
        changes = [("income", "I-9", {"amount": more}), ("given", "V-1", {"fee": "5"}), *rows]
        return [one.problem for one in found(*changes) if one.code == "grant-in-deficit"]

    assert deficit("550") == []
    assert deficit("549.99") == [
        "2550.00 EUR went out, but only 2549.99 EUR was received: 0.01 EUR is still missing."
    ]
    back = {"given": "V-1", "direction": "back from the group", "paid_on": "2026-03-05",
            "amount_paid": "0.01"}  # fmt: skip
    assert deficit("549.99", ("instalments", "P-2", back)) == []
