from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.counting.law import Books, MovedMoney, SubGrant
from budgettrack.core.counting.roll_up import RollUp, roll_up
from budgettrack.core.counting.terms import Terms, names
from tests.world.networks import Network, networks, own_books, sub_grant, taker_books, truth


def _own(grant: str = "G-1", reference: str = "", received: int = 9000) -> Books:
    return Books(grant, reference, "EUR", Terms(received=received, held_here=received))


def _given(to: str = "GR-1", reference: str = "R-1", **more: object) -> SubGrant:
    paid = (MovedMoney("2026-03-05", 1000),)
    return replace(SubGrant("V-1", reference, to, "G-1", "EUR", paid), **more)


def _theirs(reference: str = "R-1", **more: object) -> Books:
    got = (MovedMoney("2026-03-07", 1000),)
    books = Books("G-1", reference, "EUR", Terms(received=1000, held_here=1000), got)
    return replace(books, **more)


def kinds(rolled: RollUp) -> list[str]:
    return [trouble.kind for trouble in rolled.troubles]


def test_a_payment_within_is_counted_once() -> None:
    rolled = roll_up([_own()], [_given()], {"GR-1": [_theirs()]})
    assert rolled.by_currency == {"EUR": Terms(received=9000, held_here=8000, held_below=1000)}
    assert not rolled.troubles
    assert rolled.silent == ()


def test_a_group_of_which_there_is_no_statement_is_named() -> None:
    rolled = roll_up([_own()], [_given(), _given("GR-2", id="V-2", paid=())], {})
    assert rolled.silent == ("GR-1",)
    assert rolled.by_currency["EUR"].on_the_way == 1000


def test_money_that_somebody_says_to_have_from_us_is_shown_as_unmatched() -> None:
    rolled = roll_up([_own()], [], {"GR-1": [_theirs("R-9")]})
    assert rolled.awards[1].holder == "GR-1"
    assert rolled.awards[1].terms == Terms(held_here=1000, unmatched=1000)
    assert kinds(rolled) == ["reference-unknown"]
    assert rolled.troubles[0].theirs == 1000


def test_money_of_a_grant_that_we_do_not_have_keeps_no_fee_by_itself() -> None:
    rolled = roll_up([], [_given()], {})
    assert [(one.grant, one.fee, one.fees_here) for one in rolled.awards] == [("G-1", 0, 0)]
    assert rolled.fees_kept == {}


def test_a_blank_reference_matches_nothing() -> None:
    rolled = roll_up([_own()], [_given(reference="")], {"GR-1": [_theirs("")]})
    assert kinds(rolled) == ["no-grant", "reference-unknown"]


def test_a_held_grant_counts_in_the_books_of_the_group_alone() -> None:
    held = _theirs("TOP", is_held=True)
    rolled = roll_up([_own(reference="TOP")], [], {"GR-1": [held]})
    assert [award.holder for award in rolled.awards] == ["GR-1"]
    assert rolled.by_currency == {"EUR": Terms(received=1000, held_here=1000)}
    assert kinds(rolled) == ["held-twice"]
    assert rolled.troubles[0].ours == 9000
    assert not roll_up([], [], {"GR-1": [replace(held, reference="")]}).troubles


def test_a_grant_of_which_we_hand_on_is_ours_even_if_a_group_says_that_we_hold_it() -> None:
    held = _theirs("TOP", is_held=True)
    rolled = roll_up([_own(reference="TOP")], [_given()], {"GR-1": [_theirs(), held]})
    assert [award.holder for award in rolled.awards] == ["", "GR-1"]


def test_two_sub_grants_of_one_reference_count_its_money_once() -> None:
    rolled = roll_up([_own()], [_given(), _given(id="V-2")], {"GR-1": [_theirs()]})
    assert rolled.by_currency["EUR"].held_below == 1000
    assert rolled.by_currency["EUR"].on_the_way == 1000
    assert kinds(rolled) == ["reference-twice", "no-grant"]


def test_two_grants_of_one_reference_count_one_as_unmatched() -> None:
    rolled = roll_up([_own()], [_given()], {"GR-1": [_theirs(), _theirs(grant="G-2")]})
    assert rolled.by_currency["EUR"] == Terms(
        received=9000, held_here=9000, held_below=1000, unmatched=1000
    )


def test_groups_with_the_same_reference_are_two() -> None:
    rolled = roll_up(
        [_own()],
        [_given(), _given("GR-2", id="V-2")],
        {"GR-1": [_theirs()], "GR-2": [_theirs()]},
    )
    assert rolled.by_currency["EUR"] == Terms(received=9000, held_here=7000, held_below=2000)


def test_money_of_a_grant_that_we_do_not_have_is_shown() -> None:
    rolled = roll_up([], [_given(grant="G-7")], {"GR-1": [_theirs()]})
    assert rolled.awards[0].grant == "G-7"
    assert rolled.awards[0].terms == Terms(held_here=-1000, held_below=1000)


def test_what_cannot_be_converted_stands_alone_in_its_own_currency() -> None:
    kes = _theirs(currency="KES")
    rolled = roll_up([_own()], [_given()], {"GR-1": [kes]})
    assert rolled.by_currency == {
        "EUR": Terms(received=9000, held_here=8000, on_the_way=1000),
        "KES": Terms(held_here=1000, unmatched=1000),
    }
    assert kinds(rolled) == ["currency-differs"]


@given(networks())
@settings(max_examples=200)
def test_the_sum_of_all_is_what_the_events_say(network: Network) -> None:
    told = {
        link.taker: [books] for link in network.links if (books := taker_books(link)) is not None
    }
    rolled = roll_up([own_books(network)], [sub_grant(link) for link in network.links], told)
    expected = truth(network)
    assert {name: getattr(rolled.by_currency["EUR"], name) for name in names()} == {
        name: expected[name] for name in names()
    }


@given(networks(foreign=True), st.randoms(use_true_random=False))
def test_no_order_changes_anything(network: Network, chance) -> None:  # type: ignore[no-untyped-def]
    def all_of() -> RollUp:
        told = {link.taker: [b] for link in network.links if (b := taker_books(link)) is not None}
        return roll_up([own_books(network)], [sub_grant(link) for link in network.links], told)

    before = all_of()
    chance.shuffle(network.links)
    assert all_of() == before
    assert all(award.terms.gap == 0 for award in before.awards)


@given(networks(faulty=False))
def test_one_group_alone_is_the_sum_of_one(network: Network) -> None:
    books = replace(own_books(network), is_held=True)
    rolled = roll_up([], [], {"GR-1": [books]})
    assert rolled.by_currency == {"EUR": books.terms}
    assert not rolled.troubles


def test_each_grant_that_no_sub_grant_meets_is_a_trouble_of_its_own() -> None:
    twice = [_theirs(), _theirs(grant="G-2"), _theirs("", grant="G-3"), _theirs("", grant="G-4")]
    rolled = roll_up([_own()], [_given()], {"GR-1": twice})
    assert [(one.kind, one.grant) for one in rolled.troubles] == [
        ("reference-unknown", "G-2"), ("reference-unknown", "G-3"), ("reference-unknown", "G-4"),
    ]  # fmt: skip


def test_each_grant_that_is_held_twice_is_named() -> None:
    held = _theirs("TOP", is_held=True)
    both = [_own(reference="TOP"), _own("G-2", reference="TOP")]
    rolled = roll_up(both, [], {"GR-1": [held]})
    assert [(one.kind, one.grant) for one in rolled.troubles] == [
        ("held-twice", "G-1"), ("held-twice", "G-2"),
    ]  # fmt: skip
