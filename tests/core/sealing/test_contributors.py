"""Who a payment is about: payees, splits, refunds and receipts, with and without the group's key."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.records.model import Expense
from budgettrack.core.sealing.contributors import Contributors, folded, payee_hash

KEY = bytes(range(32))
DAY = date(2026, 3, 12)


def paid(id_: str, line: str = "B-1", **fields: str) -> Expense:
    plain = Expense(id_, DAY, line, "G-1", 5000, "EUR", "paid", None)
    return replace(plain, **fields)


def of(
    *expenses: Expense, payees: Mapping[str, str] | None = None, key: bytes | None = KEY
) -> list[str]:
    """The contributor of each expense."""
    hashes = {id_: payee_hash(KEY, name) for id_, name in (payees or {}).items()}
    whole = {expense.id: expense for expense in expenses}
    contributors = Contributors(key, {id_: one for id_, one in hashes.items() if one}, whole)
    return [contributors.of(expense) for expense in expenses]


def test_payments_to_one_payee_are_about_one_contributor_on_any_line() -> None:
    ann, bert, again = of(
        paid("E-1", "B-1"), paid("E-2", "B-1"), paid("E-3", "B-2"),
        payees={"E-1": "Ann Miller", "E-2": "Bert Klein", "E-3": "Ann Miller"},
    )  # fmt: skip

    assert ann == again != bert


def test_a_hash_is_an_hmac_of_the_folded_name_cut_to_sixteen_bytes() -> None:
    expected = hmac.new(KEY, b"payee\0mlr rnst", hashlib.sha256).hexdigest()[:32]

    assert payee_hash(KEY, "Ernesto Miller") == payee_hash(KEY, "Rnsto MiLLeR") == expected


@pytest.mark.parametrize(
    "misspelt",
    ["MÜLLER, Marta", "Marta  Müller", "Marta Muler", "Marta Mueller.", "Ｍarta Müller", "Martha Müller"],
)  # fmt: skip
def test_a_misspelt_payee_is_the_same_payee(misspelt: str) -> None:
    assert payee_hash(KEY, misspelt) == payee_hash(KEY, "Marta Müller")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ali", "Lea"), ("Marta Müller", "Marta Maler-Kunz"), ("Иван", "Анна"), ("علي", "عمر")],
)
def test_two_payees_are_two(one: str, other: str) -> None:
    assert "" != payee_hash(KEY, one) != payee_hash(KEY, other) != ""


@pytest.mark.parametrize(
    "text",
    ["", "  ", "—", "?!", "Ann & Bert", "Ann and Bert", "Ann / Bert", "Ann; Bert", "Ann\nBert",
     "Ann, Bert, Carl", "Ana y Berto", "Anne et Berthe", "Анна и Иван", "Ann + Bert"],
)  # fmt: skip
def test_nobody_can_say_who_a_blank_or_mixed_payee_is(text: str) -> None:
    assert payee_hash(KEY, text) == ""


def test_a_row_without_payee_is_unknown_where_payees_are_read() -> None:
    known, unknown = of(paid("E-1"), paid("E-2"), payees={"E-1": "Ann Miller"})

    assert known
    assert unknown == ""


def test_parts_of_a_split_are_about_the_payee_of_the_whole() -> None:
    contributors = of(
        paid("E-1"), paid("E-2", "B-2", split_of="E-1"), paid("E-3", "B-3", split_of="E-2"),
        payees={"E-1": "Ann Miller"},
    )  # fmt: skip

    assert contributors == [payee_hash(KEY, "Ann Miller")] * 3


def test_a_refund_of_a_refund_leads_to_its_root() -> None:
    contributors = of(
        paid("E-1"),
        paid("E-2", state="refunded", refund_of="E-1"),
        paid("E-3", state="refunded", refund_of="E-2"),
        payees={"E-1": "Ann Miller"},
    )

    assert contributors == [payee_hash(KEY, "Ann Miller")] * 3


def test_a_chain_that_bites_its_tail_ends() -> None:
    one, other = of(paid("E-1", split_of="E-2"), paid("E-2", split_of="E-1"))

    assert one == other != ""


def test_one_receipt_over_several_lines_is_one_contributor_on_its_day() -> None:
    later = replace(paid("E-3", "B-3", receipt="R-7", description="Soap"), date=date(2026, 3, 13))

    one, other, another_day = of(
        paid("E-1", "B-1", receipt="R-7", description="Bread"),
        paid("E-2", "B-2", receipt="r 7 ", description="Paper"),
        later,
    )

    assert one == other != another_day


def test_two_payees_on_one_receipt_are_one_payee_everywhere() -> None:
    misspelt, ann, elsewhere = of(
        paid("E-1", receipt="R-7"), paid("E-2", receipt="R-7"), paid("E-3"),
        payees={"E-1": "Ann Miller", "E-2": "Nan Niller", "E-3": "Ann Miller"},
    )  # fmt: skip

    assert misspelt == ann == elsewhere


def test_without_payees_a_line_and_a_description_are_one_contributor() -> None:
    one, again, other_words, other_line = of(
        paid("E-1", "B-1", description="Travel to Lyon"),
        paid("E-2", "B-1", description="lyon: TRAVEL to"),
        paid("E-3", "B-1", description="Bread"),
        paid("E-4", "B-2", description="Travel to Lyon"),
    )

    assert one == again
    assert len({one, other_words, other_line}) == 3


def test_without_a_line_the_grant_stands_for_it() -> None:
    plan = (paid("E-1", ""), replace(paid("E-2", ""), grant="G-2"))

    assert len(set(of(*plan))) == len(set(of(*plan, key=None))) == 2


def test_without_a_key_every_line_is_one_contributor() -> None:
    one, again, other = of(
        paid("E-1", "B-1", description="Bread"), paid("E-2", "B-1"), paid("E-3", "B-2"),
        payees={"E-1": "Ann Miller", "E-2": "Bert Klein"}, key=None,
    )  # fmt: skip

    assert one == again != other


def test_another_key_gives_other_hashes() -> None:
    other = bytes(32)

    assert payee_hash(KEY, "Ann Miller") != payee_hash(other, "Ann Miller")
    assert of(paid("E-1")) != of(paid("E-1"), key=other)


def test_givers_without_a_key_are_one_for_each_grant() -> None:
    keyless, keyed = Contributors(None, {}, {}), Contributors(KEY, {}, {})

    assert keyless.hashed("income", "G-1", "a") == keyless.hashed("income", "G-1", "b")
    assert keyless.hashed("income", "G-1", "a") != keyless.hashed("income", "G-2", "a")
    assert keyed.hashed("income", "G-1", "a") != keyed.hashed("income", "G-1", "b")


@given(st.text(), st.text())
def test_any_text_has_a_hash_that_does_not_show_it(name: str, words: str) -> None:
    (contributor,) = of(paid("E-1", description=words), payees={"E-1": name})

    assert contributor == "" or len(contributor) == 32
    assert folded(folded(words)) == folded(words)
    if len(name) > 3:
        assert name not in contributor or name.strip() == ""


_IDS = st.sampled_from([f"E-{number}" for number in range(6)])


@given(st.lists(st.tuples(_IDS, _IDS, st.sampled_from(["", "R-1", "R-2"])), max_size=8))
def test_the_order_of_the_rows_does_not_count(rows: list[tuple[str, str, str]]) -> None:
    plan = {
        id_: paid(id_, f"B-{id_}", split_of=other, receipt=receipt, description=id_)
        for id_, other, receipt in rows
    }

    forth = dict(zip(plan, of(*plan.values()), strict=True))
    back = dict(zip(reversed(plan), of(*reversed(plan.values())), strict=True))

    assert forth == back
