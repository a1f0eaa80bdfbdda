"""What is in no batch yet: new amounts, and changes of those that were sealed."""

from __future__ import annotations

from msgspec.structs import replace

from budgettrack.core.sealing.waiting import in_no_batch
from tests.world.contributions import batch, paid


def test_an_amount_that_was_never_sealed_waits() -> None:
    new = paid("one", 500)

    assert [*in_no_batch([new], [])] == [(new, False)]


def test_what_was_sealed_and_has_not_changed_waits_no_more() -> None:
    part = paid("one", 500)

    assert [*in_no_batch([part], [batch(part, paid("two", 700, id_="E-other"))])][1:] == []


def test_a_change_is_the_difference_at_the_rate_of_then() -> None:
    """500 of the grant's currency were 1,000; now they are 600."""
    before = replace(paid("one", 500, id_="E-x"), units=1_000)
    now = replace(before, own=600, units=9_999)

    ((correction, corrects),) = in_no_batch([now], [batch(before)])

    assert (correction.own, corrects) == (100, True)
    # The rate of the amount that it has now, as it stands when the correction is sealed.
    assert correction.units == round(9_999 * 100 / 600)


def test_another_rate_alone_is_no_change() -> None:
    before = paid("one", 500, id_="E-x")

    assert [*in_no_batch([replace(before, units=777)], [batch(before)])] == []


def test_an_amount_that_is_gone_or_zero_takes_away_what_was_sealed() -> None:
    before = paid("one", 500, id_="E-x")

    ((gone, corrects),) = in_no_batch([], [batch(before)])
    assert (gone.own, gone.units, corrects) == (-500, -500, True)

    ((blank, _),) = in_no_batch([replace(before, own=0, units=0)], [batch(before)])
    assert (blank.own, blank.units) == (-500, -500)


def test_several_parts_of_one_record_count_together() -> None:
    first, second = paid("one", 500, id_="E-x"), paid("one", 100, id_="E-x")

    assert [*in_no_batch([paid("one", 600, id_="E-x")], [batch(first), batch(second)])] == []


def test_an_amount_that_was_sealed_in_another_currency_is_no_correction() -> None:
    """The grant is in dollars now: 500 euros are 1,000 dollars, and nobody was paid more."""
    before = replace(paid("one", 500, id_="E-x"), currency="EUR")
    dollars = replace(before, own=1_000, currency="USD")

    assert [*in_no_batch([dollars], [batch(before)])] == []
    unknown = replace(before, currency="")
    assert len([*in_no_batch([dollars], [batch(unknown)])]) == 1
    ((gone, _),) = in_no_batch([], [batch(before)])
    assert (gone.own, gone.currency) == (-500, "EUR")
