"""What is suggested for entries and rows that stay apart, and that nothing is taken by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.bank.entries import BankAnswers
from budgettrack.bank.importing import Choice, add, proposals
from budgettrack.bank.matching import Movement, StatementEntry
from budgettrack.bank.suggestions import MOST_NEAR, Suggestion, amount_slip, suggested
from budgettrack.config.load import load
from budgettrack.core.records.model import Fields
from budgettrack.group import open_group
from budgettrack.register.store import RecordVersion
from tests.world.bank_files import Booked, mt940
from tests.world.bank_month import A_LINE, WITH_A_BANK
from tests.world.group import Commands, Group, Rows
from tests.world.terminal import talk

DAY = date(2026, 10, 5)
ON = ("--on", "2026-11-02")


def entry(
    units: int, day: date = DAY, mark: str = "", original: tuple[Decimal, str] | None = None
) -> StatementEntry:
    return StatementEntry("a place", mark or f"{units} {day}", day, units, "EUR", original=original)


def row(id_: str, units: int, day: date = DAY, table: str = "expenses") -> Movement:
    return Movement(table, id_, day, units, "EUR")


def one(
    entries: list[StatementEntry], rows: list[Movement], waiting: list[Movement] | None = None
) -> Suggestion | None:
    """The only suggestion, or None."""
    found, is_whole = suggested(entries, rows, waiting or [])
    assert is_whole
    assert len(found) < 2, found
    return found[0] if found else None


@pytest.mark.parametrize(
    ("bank", "typed", "slip"),
    [
        (-1243, -1234, "two digits are exchanged"),
        (-124300, -143200, ""),
        (-12340, -1234, "its decimal sign is in another place"),
        (-123456, -12346, "it lacks a digit"),
        (-12346, -123456, "it has a digit too many"),
        (-123456, -123956, "one digit differs"),
        (-1500, -1000, ""),
        (-12, -1, ""),
        (-1234, 1234, "its plus or minus sign is wrong"),
        (-1234, 1243, ""),
        (-1234, -5678, ""),
    ],
)
def test_an_amount_that_looks_like_a_slip_of_typing_is_suggested(
    bank: int, typed: int, slip: str
) -> None:
    assert amount_slip(bank, typed) == slip
    suggestion = one([entry(bank)], [row("E-1", typed)])
    assert (suggestion.reason if suggestion else "") == ("near amount" if slip else "")
    if suggestion:
        assert suggestion.why == f"E-1 has {Decimal(typed).scaleb(-2)} EUR: {slip}"
        turned = slip == "its plus or minus sign is wrong"
        refund = "make E-1 a refund, or, if it is one, make it a payment"
        wanted = refund if turned else "correct the amount of E-1"
        assert suggestion.remedy == wanted
    assert one([entry(bank)], [row("E-1", typed, DAY + timedelta(days=6))]) is None


def test_several_rows_for_one_entry_and_several_entries_for_one_row_are_suggested() -> None:
    suggestion = one([entry(-1500)], [row("E-1", -1000), row("E-2", -500), row("E-3", -77)])
    assert suggestion
    assert suggestion.reason == "several rows"
    assert suggestion.why == "E-1, E-2 together are this amount: -10.00 EUR + -5.00 EUR"
    assert suggestion.remedy == 'write E-1 into the column "Split of" of E-2'
    suggestion = one([entry(-1000), entry(-500), entry(-77)], [row("E-1", -1500)])
    assert suggestion
    assert suggestion.reason == "several entries"
    assert suggestion.why == "E-1 is these entries together: -10.00 EUR + -5.00 EUR"
    assert suggestion.remedy == "make a row of each entry, and remove E-1"
    incomes = [row("I-1", 1000, table="income"), row("I-2", 500, table="income")]
    suggestion = one([entry(1500)], incomes)
    assert suggestion
    assert suggestion.remedy == ("compare them: only rows of Expenses can be joined to one payment")


def test_a_sum_that_can_be_made_in_two_ways_is_not_suggested() -> None:
    rows = [row("E-1", -1000), row("E-2", -500), row("E-3", -500)]
    assert one([entry(-1500)], rows) is None
    far = [row("E-1", -1000), row("E-2", -500, DAY + timedelta(days=6))]
    assert one([entry(-1500)], far) is None
    # A smaller number of parts is likelier.
    several = [row("E-1", -1000), row("E-2", -500), row("E-3", -300), row("E-4", -200)]
    suggestion = one([entry(-1500)], several)
    assert suggestion
    assert [movement.id for movement in suggestion.movements] == ["E-1", "E-2"]


def test_a_card_payment_abroad_is_known_by_its_original_amount() -> None:
    dollars = Movement("expenses", "E-1", DAY, -5400, "USD")
    suggestion = one([entry(-5000, original=(Decimal("54.00"), "USD"))], [dollars])
    assert suggestion
    assert suggestion.reason == "other currency"
    assert suggestion.why == "the bank says that it was -54.00 USD"
    assert one([entry(-5000, original=(Decimal("54.01"), "USD"))], [dollars]) is None
    assert one([entry(-5000, original=(Decimal("54.00"), "XYZ"))], [dollars]) is None
    assert one([entry(-5000, original=(Decimal("54.001"), "USD"))], [dollars]) is None


@pytest.mark.parametrize(
    ("bank", "typed", "why"),
    [
        (date(2026, 10, 5), date(2026, 10, 25), "E-1 has this amount, 20 days apart"),
        (date(2026, 10, 5), date(2026, 9, 26), "E-1 has this amount, 9 days apart"),
        (date(2026, 10, 5), date(2026, 9, 5), ""),  # the rent of the month before
        (date(2026, 10, 5), date(2026, 5, 10), "with day and month exchanged"),
        (date(2026, 10, 5), date(2025, 10, 5), "in another year"),
        (date(2026, 10, 5), date(2024, 10, 5), ""),
    ],
)
def test_a_row_whose_date_is_off_is_suggested(bank: date, typed: date, why: str) -> None:
    suggestion = one([entry(-1234, bank)], [row("E-1", -1234, typed)])
    assert bool(suggestion) is bool(why)
    if suggestion:
        assert suggestion.reason == "other date"
        assert suggestion.remedy == "correct the date of E-1"
        assert why in suggestion.why


def test_a_fee_taken_from_an_instalment_is_an_expense_of_its_own() -> None:
    promise = row("I-1", 125000, date(2026, 9, 1), table="income")
    suggestion = one([entry(123500)], [], [promise])
    assert suggestion
    assert suggestion.reason == "fee"
    assert suggestion.why == "I-1 less 15.00 EUR, which may be a fee"
    assert suggestion.remedy == (
        "set the state of I-1 to received, and add an expense of 15.00 EUR for the fee"
    )
    suggestion = one([entry(123500)], [row("I-1", 125000, table="income")])
    assert suggestion
    assert suggestion.remedy == "keep I-1 as it is, and add an expense of 15.00 EUR for the fee"
    # More than a tenth is no fee, unless the statement says so.
    assert one([entry(60000)], [], [promise]) is None
    told = replace(entry(60000), fee=65000)
    suggestion = one([told], [], [promise])
    assert suggestion
    assert suggestion.why == "I-1 less 650.00 EUR, as the statement says"


def test_a_fee_that_is_a_row_already_explains_the_income() -> None:
    income = row("I-1", 125000, table="income")
    suggestion = one([entry(123500)], [income, row("E-1", -1500), row("E-2", -1400)])
    assert suggestion
    assert suggestion.reason == "fee"
    assert suggestion.why == "I-1 less the fee E-1 is this amount"
    assert suggestion.remedy == "leave I-1 and E-1 as they are"
    suggestion = one([entry(123500)], [row("E-1", -1500)], [income])
    assert suggestion
    assert suggestion.remedy == "set the state of I-1 to received"


def test_what_waits_for_its_money_is_suggested_before_anything_else() -> None:
    orders = [row("E-1", -1234, date(2026, 9, 1)), row("I-1", 500, table="income")]
    suggestion = one([entry(-1234)], [row("E-2", -1243)], [orders[0]])
    assert suggestion
    assert suggestion.why == "E-1 is ordered with this amount"
    assert suggestion.remedy == "set the state of E-1 to paid"
    suggestion = one([entry(500)], [], [orders[1]])
    assert suggestion
    assert suggestion.remedy == "set the state of I-1 to received"


def test_the_nearest_of_two_is_suggested_and_each_once() -> None:
    rows = [row("E-1", -1234, DAY + timedelta(days=3)), row("E-2", -1234, DAY + timedelta(days=1))]
    found, _ = suggested([entry(-1243)], rows, [])
    assert [movement.id for suggestion in found for movement in suggestion.movements] == ["E-2"]
    found, _ = suggested([entry(-1243, mark="a"), entry(-1243, mark="b")], rows, [])
    assert sorted(m.id for suggestion in found for m in suggestion.movements) == ["E-1", "E-2"]


def test_the_search_is_bounded_and_says_so() -> None:
    many = [row(f"E-{n}", -(100 + n)) for n in range(300)]
    entries = [entry(-(100_000 + n)) for n in range(300)]
    found, is_whole = suggested(entries, many, [], steps=5_000)
    assert (found, is_whole) == ([], False)
    # More candidates than MOST_NEAR: the nearest are looked at.
    near = [row(f"E-{n}", -(1000 + 7**n)) for n in range(MOST_NEAR)]
    far = [row(f"E-{n + 50}", -1, DAY + timedelta(days=4)) for n in range(20)]
    suggestion = one([entry(near[0].units + near[1].units)], [*far, *near])
    assert suggestion
    assert suggestion.reason == "several rows"


SIDES = st.tuples(st.integers(-40, 40).filter(bool), st.integers(1, 28))


@given(st.lists(SIDES, max_size=7), st.lists(SIDES, max_size=7), st.randoms())
def test_each_side_is_suggested_once_whatever_the_order(
    bank: list[tuple[int, int]], typed: list[tuple[int, int]], chance: object
) -> None:
    entries = [entry(units, date(2026, 10, day), f"m{n}") for n, (units, day) in enumerate(bank)]
    rows = [row(f"E-{n}", units, date(2026, 10, day)) for n, (units, day) in enumerate(typed)]
    found, _ = suggested(entries, rows, [])
    marks = [entry.mark for suggestion in found for entry in suggestion.entries]
    ids = [movement.id for suggestion in found for movement in suggestion.movements]
    assert len({*marks}) == len(marks)
    assert len({*ids}) == len(ids)
    for suggestion in found:
        sums = [
            sum(side.units for side in side_)
            for side_ in (suggestion.entries, suggestion.movements)
        ]
        if suggestion.reason in ("several rows", "several entries", "other date"):
            assert sums[0] == sums[1]
        else:
            assert sums[0] != sums[1]
    chance.shuffle(entries)  # type: ignore[attr-defined]
    chance.shuffle(rows)  # type: ignore[attr-defined]
    assert suggested(entries, rows, [])[0] == found


# With a group


@pytest.fixture
def rows() -> Rows:
    return {
        **A_LINE,
        "expenses": [
            spent("E-1", "2026-10-04", "12.34"),
            spent("E-2", "2026-10-08", "10"),
            spent("E-3", "2026-10-09", "5"),
            {**spent("E-4", "2026-10-15", "54"), "currency": "USD"},
            spent("E-5", "2026-10-28", "77"),
        ],
        "income": [
            {"id": "I-1", "date": "2026-10-20", "grant": "G-1", "kind": "instalment"}
            | {"state": "received", "amount": "1250"}
        ],
    }


def spent(id_: str, day: str, amount: str) -> Fields:
    return {"id": id_, "date": day, "budget_line": "B-1", "amount": amount, "state": "paid"}


@pytest.fixture
def config() -> str:
    return WITH_A_BANK


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON),)


BOOKED = [
    Booked(date(2026, 10, 5), Decimal("-12.43"), "R1"),
    Booked(date(2026, 10, 9), Decimal("-15.00"), "R2"),
    Booked(date(2026, 10, 15), Decimal("-50.00"), "R3", words="CARD OCMT/USD54,00/"),
    Booked(date(2026, 10, 20), Decimal("1235.00"), "R4"),
    Booked(date(2026, 10, 30), Decimal("-3.00"), "R5"),
]


def test_a_month_is_told_what_may_belong_together_and_nothing_is_taken(group: Group) -> None:
    file = str(group.folder / "bank.sta")
    (group.folder / "bank.sta").write_bytes(mt940(BOOKED))
    held = group.held()

    done = group.run("reconcile", file, "--json")
    said = group.run("reconcile", file)

    assert (done.exit_code, said.exit_code) == (3, 3)
    rows = json.loads(done.stdout)
    assert {(line["state"], line["suggestion"], *line["with_ids"]) for line in rows} == {
        ("only in the statement", "near amount", "E-1"),
        ("only in the register", "near amount", "E-1"),
        ("only in the statement", "several rows", "E-2", "E-3"),
        ("only in the register", "several rows", "E-2", "E-3"),
        ("only in the statement", "other currency", "E-4"),
        ("only in the statement", "fee", "I-1"),
        ("only in the register", "fee", "I-1"),
        ("only in the statement", None),
        ("only in the register", None),
    }
    assert rows[0]["with_entries"] == ["bank.sta, statement 1, entry 1"]
    sums = sum(Decimal(line["difference"]) for line in rows)
    assert sums == Decimal("1154.57") - Decimal("1145.66")
    assert said.stdout.splitlines()[-2:] == [
        "The statement moves by 1,154.57 EUR, the register by 1,145.66 EUR; the difference is 8.91"
        " EUR.",
        "8.91 EUR = -65.09 EUR (suggested) + 77.00 EUR (only in the register) + -3.00 EUR (only in"
        " the statement)",
    ]
    assert (
        "Suggested for bank.sta, statement 1, entry 1 (2026-10-05, -12.43 EUR): E-1 has -12.34 EUR:"
        " two digits are exchanged. If it is so, correct the amount of E-1." in said.stderr
    )
    assert (
        "I-1 less 15.00 EUR, which may be a fee. If it is so, keep I-1 as it is, and add an expense"
        " of 15.00 EUR for the fee." in said.stderr
    )
    assert group.held() == held


def test_an_import_adds_no_entry_that_may_be_a_row_with_a_slip_of_typing(group: Group) -> None:
    (group.folder / "bank.sta").write_bytes(mt940(BOOKED))
    file = str(group.folder / "bank.sta")

    done = group.run("import", file, "--yes", "--json", *ON)

    rows = json.loads(done.stdout)
    assert [(row["amount"], row["what"], row["id"], row["done"]) for row in rows] == [
        ("-12.43", "similar", "E-1", None),
        ("-15.00", "similar", "E-2", None),
        ("-50.00", "duplicate", "E-4", None),
        ("1235.00", "similar", "I-1", None),
        ("-3.00", "new", "E-6", "added"),
    ]
    assert done.exit_code == 3
    assert "Not added: 4 entries that may be a row of yours." in done.stderr
    assert (
        "2026-10-05, -12.43 EUR: E-1 has -12.34 EUR: two digits are exchanged. If it is so, correct"
        " the amount of E-1." in done.stderr
    )
    # Once the row is mended, it is the entry.
    fields = group.held().records["expenses"]["E-1"]
    group.by_hand(RecordVersion("expenses", "E-1", {**fields, "amount": "12.43"}, "treasurer"))
    first, *_ = json.loads(group.run("import", file, "--yes", "--json", *ON).stdout)
    assert (first["what"], first["id"]) == ("duplicate", "E-1")


@pytest.mark.parametrize(("answer", "added"), [("y", 0), ("n", 1), ("s", 0)])
def test_a_person_is_asked_whether_an_entry_is_a_row_with_a_slip_of_typing(
    group: Group, answer: str, added: int
) -> None:
    (group.folder / "bank.sta").write_bytes(mt940(BOOKED[:1]))
    before = set(group.held().records["expenses"])
    new = (("Budget line: ", "-\n"), ("Go ahead? [Y/n]: ", "y\n")) if added else ()

    _, said = talk(
        group,
        ["import", str(group.folder / "bank.sta"), *ON],
        ("call it? [Account 1]: ", "Main\n"),
        ("two digits are exchanged. Is it? [Y/n/s/q]: ", f"{answer}\n"),
        *new,
    )

    assert "It may be there already: E-1 has -12.34 EUR: two digits are exchanged. Is it?" in said
    assert ("Then correct the amount of E-1." in said) == (answer == "y")
    assert len(set(group.held().records["expenses"]) - before) == added


def test_the_row_of_a_payment_abroad_is_no_new_row_and_matches_once_a_person_says_so(
    group: Group,
) -> None:
    file = str(group.folder / "bank.sta")
    (group.folder / "bank.sta").write_bytes(mt940(BOOKED[2:3]))
    done = group.run("import", file, "--yes", "--json", *ON)
    (shown,) = json.loads(done.stdout)
    assert (shown["what"], shown["id"], shown["done"]) == ("duplicate", "E-4", None)
    assert shown["why"] == "the bank says that it was 54.00 USD"
    assert done.exit_code == 3

    with open_group(load(group.config)) as opened:
        (proposal,), statement = proposals(opened, [group.folder / "bank.sta"], BankAnswers())
        add(opened, [Choice(proposal, "same")], "treasurer", statement)

    (matched, *_) = [
        line
        for line in json.loads(group.run("reconcile", file, "--json").stdout)
        if line["id"] == "E-4"
    ]
    assert (matched["state"], matched["difference"]) == ("matched", "0.00")
    # Another amount abroad is another payment: both are apart again.
    fields = group.held().records["expenses"]["E-4"]
    group.by_hand(RecordVersion("expenses", "E-4", {**fields, "amount": "55"}, "treasurer"))
    after = json.loads(group.run("reconcile", file, "--json").stdout)
    assert "E-4" not in {line["id"] for line in after}


def test_a_row_that_was_imported_from_another_statement_is_not_suggested(group: Group) -> None:
    (group.folder / "one.sta").write_bytes(
        mt940([Booked(date(2026, 10, 27), Decimal("-88.00"), "R7")])
    )
    (group.folder / "two.sta").write_bytes(
        mt940([Booked(date(2026, 10, 28), Decimal("-88.80"), "R8")])
    )
    assert group.run("import", str(group.folder / "one.sta"), "--yes", *ON).exit_code == 3
    rows = json.loads(group.run("reconcile", str(group.folder / "two.sta"), "--json").stdout)
    assert [row["suggestion"] for row in rows if row["amount"] == "-88.80"] == [None]


def test_a_row_is_suggested_for_one_of_two_accounts(group: Group) -> None:
    """E-1 is 12.34 euros on 5 October. Both accounts paid nearly that."""
    for name, reference in (("one.sta", "R1"), ("two.sta", "R9")):
        statement = mt940([Booked(date(2026, 10, 5), Decimal("-12.43"), reference)])
        own = statement.replace(
            b"0000ACCOUNT", b"0000SAVINGS" if name == "two.sta" else b"0000MAIN"
        )
        (group.folder / name).write_bytes(own)
    files = [str(group.folder / name) for name in ("one.sta", "two.sta")]
    names = ("--account", "Main", "--account", "Savings")

    said = group.run("reconcile", *files, *names).stderr

    assert said.count("correct the amount of E-1") == 1


def test_a_row_that_is_another_entry_is_suggested_for_none(group: Group) -> None:
    """E-1 is 12.34 euros on 5 October, and the bank has it. Another payment is nearly that."""
    booked = [
        Booked(date(2026, 10, 5), Decimal("-12.34"), "R1"),
        Booked(date(2026, 10, 6), Decimal("-12.43"), "R2"),
    ]
    (group.folder / "bank.sta").write_bytes(mt940(booked))

    rows = json.loads(
        group.run("import", str(group.folder / "bank.sta"), "--yes", "--json", *ON).stdout
    )

    assert [(row["what"], row["id"]) for row in rows] == [("duplicate", "E-1"), ("new", "E-6")]
