"""Sums over groups: what is told for the first time, what waits, and who is named."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from itertools import count

import pytest
from msgspec.structs import replace

from budgettrack.core.base.months import Month
from budgettrack.core.counting.statements import (
    HostStatement,
    ToldCategory,
    ToldGrant,
    ToldMovement,
)
from budgettrack.core.figures.conversion import Conversion
from budgettrack.core.sealing import network
from budgettrack.core.sealing.batches import Batch
from budgettrack.core.sealing.network import NetworkSums, named_now, public_sums, sealed, told_now

FIVE = {"A": "100", "B": "110", "C": "120", "D": "130", "E": "140"}


def told(
    spent: Mapping[str, str], *, currency: str = "EUR", since: str = "", category: str = "Food"
) -> dict[str, HostStatement]:
    """The statements of groups that spent so much until now, by code."""
    receipts = (ToldMovement(f"{since}-05", "1"),) if since else ()
    return {
        code: HostStatement(
            1,
            "2026-03",
            True,
            (ToldGrant("G-1", "", False, currency, {}, "0", "0", receipts,
                       categories=(ToldCategory(category, amount, "0"),)),),
        )
        for code, amount in spent.items()
    }  # fmt: skip


def rate(currency: str, _: Month) -> Conversion | None:
    return Conversion("EUR", "EUR") if currency == "EUR" else None


def page(
    known: NetworkSums,
    statements: Mapping[str, HostStatement],
    month: Month,
    *,
    asking: tuple[str, ...] = (),
    left: Mapping[str, int] | None = None,
    free: int = 100_000,
) -> NetworkSums:
    numbers = count(len(known.batches) + 1)
    new = told_now(known, statements, month, rate, {"Meals": "Food"})
    return sealed(
        known, new, month, asking=asking, left=left or {}, free=free, number=lambda: next(numbers)
    )


def sums(known: NetworkSums) -> list[tuple[str, str | None, int]]:
    return [(one.page, one.category, one.units) for one in public_sums(known)]


def test_groups_are_summed_and_only_what_is_new_comes_later() -> None:
    first = page(NetworkSums(), told(FIVE), "2026-02")
    assert sums(first) == [("2026-02", "Food", 60_000)]
    more = {code: f"{int(amount) + 37 + 9 * n}" for n, (code, amount) in enumerate(FIVE.items())}
    second = page(first, told(more), "2026-03")
    assert sums(second) == [("2026-02", "Food", 60_000), ("2026-03", "Food", 27_500)]
    assert second.pages == ("2026-02", "2026-03")
    assert page(second, told(more), "2026-04").batches == second.batches


def test_who_leaves_changes_nothing() -> None:
    first = page(NetworkSums(), told(FIVE), "2026-02")
    assert sums(page(first, {}, "2026-03")) == sums(first)


def test_fewer_than_three_groups_wait_and_stay_known() -> None:
    first = page(NetworkSums(), told({"A": "100", "B": "110"}), "2026-02")
    assert sums(first) == []
    assert {part.contributor for part in first.waiting} == {"A", "B"}
    second = page(first, told(FIVE), "2026-03")
    assert sums(second) == [("2026-03", "Food", 60_000)]
    assert second.waiting == ()


def test_money_that_goes_down_is_in_a_sum_of_its_own() -> None:
    first = page(NetworkSums(), told(FIVE), "2026-02")
    less = {code: f"{int(amount) - 10 - n}" for n, (code, amount) in enumerate(FIVE.items())}
    second = page(first, told(less), "2026-03")
    assert [one.correction for one in public_sums(second)] == [False, True]
    assert sum(one.units for one in public_sums(second)) == 60_000 - 6_000


def test_what_is_told_at_once_of_several_months_is_divided_among_them() -> None:
    (statement,) = told({"A": "100.01"}, since="2025-12").values()
    parts = told_now(NetworkSums(), {"A": statement}, "2026-02", rate, {})
    assert [part.own for part in parts] == [3335, 3333, 3333]
    again = told_now(NetworkSums(waiting=parts), {"A": statement}, "2026-03", rate, {})
    assert again == []
    small = told_now(NetworkSums(), told({"A": "0.02"}, since="2025-12"), "2026-02", rate, {})
    assert [part.own for part in small] == [2]


def test_without_a_rate_money_is_left_out_until_there_is_one() -> None:
    assert told_now(NetworkSums(), told({"A": "9"}, currency="KES"), "2026-02", rate, {}) == []


def test_a_category_has_its_public_heading() -> None:
    (part,) = told_now(NetworkSums(), told({"A": "9"}, category="Meals"), "2026-02", rate,
                       {"Meals": "Food"})  # fmt: skip
    assert part.labels.category == "Food"


def test_a_sum_that_all_sums_together_would_open_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network was drawn in which only this last judgement refuses, so it refuses by order."""
    judged: list[int] = []

    def stay_safe(batches: Sequence[Batch], _visible: Collection[str]) -> bool:
        judged.append(len(batches))
        return not batches

    monkeypatch.setattr(network, "_stay_safe", stay_safe)
    kept = page(NetworkSums(), told(FIVE), "2026-02")
    assert judged == [1]
    assert sums(kept) == []
    assert {part.contributor for part in kept.waiting} == set(FIVE)


def test_named_groups_are_taken_out_before_a_sum_is_judged() -> None:
    named = NetworkSums(named=frozenset("ABC"))
    first = page(named, told(FIVE), "2026-02")
    assert sums(first) == [("2026-02", "Food", 33_000)]
    assert {part.contributor for part in first.waiting} == {"D", "E"}
    assert sums(page(replace(named, named=frozenset("AB")), told(FIVE), "2026-02"))


def test_who_would_open_an_old_sum_is_not_named_yet() -> None:
    first = page(NetworkSums(), told(FIVE), "2026-02")
    assert named_now(first, "AB") == {"A", "B"}
    assert named_now(first, "ABC") == frozenset()
    assert named_now(first, "ABCDE") == set("ABCDE")
    assert named_now(first, "ABCX") == {"X"}
    assert named_now(NetworkSums(), "ABC") == set("ABC")


def test_who_was_named_before_may_come_back() -> None:
    first = replace(page(NetworkSums(), told(FIVE), "2026-02"), named=frozenset("A"))
    assert named_now(first, "A") == {"A"}
    assert named_now(first, "") == frozenset()


@pytest.mark.parametrize(
    ("left", "free", "shown"),
    [
        pytest.param({}, 0, False, id="the awards are spent"),
        pytest.param(
            {"F": 500, "G": 900_000}, 0, False, id="one group has nearly all that is left"
        ),
        pytest.param({"A": 9_000, "B": 9_000, "C": 9_000}, 0, True, id="three groups have money"),
        pytest.param({}, 90_000, True, id="the host has money"),
    ],
)
def test_what_is_left_of_the_awards_shows_no_group(
    left: Mapping[str, int], free: int, shown: bool
) -> None:
    """F spent on something of its own, which waits: it is what the awards have less all sums."""
    alone = told({"F": "100"}, category="Rent")
    known = NetworkSums(waiting=told_now(NetworkSums(), alone, "2026-02", rate, {}))
    known = replace(known, waiting=tuple(replace(one, month="2026-02") for one in known.waiting))
    assert bool(sums(page(known, told(FIVE), "2026-02", left=left, free=free))) == shown


@pytest.mark.parametrize("seed", range(24))
def test_each_amount_waits_or_is_in_one_sum_that_never_changes(seed: int) -> None:
    draw, known, spent = random.Random(seed), NetworkSums(), dict.fromkeys("ABCDEFG", 0)
    usual = {code: draw.randrange(5_000, 60_000) for code in spent}
    for number in range(1, 10):
        for code, amount in usual.items():
            spent[code] += draw.choice([0, amount, amount, draw.randrange(amount // 2, amount)])
        asking = tuple(draw.sample("ABCDEFG", draw.choice([0, 1, 2])))
        statements = told(
            {code: f"{units // 100}.{units % 100:02}" for code, units in spent.items()}
        )
        left = {code: draw.randrange(200_000) for code in spent}
        after = page(known, statements, f"2026-{number:02}", asking=asking, left=left,
                     free=draw.choice([0, 90_000]))  # fmt: skip
        assert list(after.batches[: len(known.batches)]) == list(known.batches)
        parts = [*after.waiting, *(part for batch in after.batches for part in batch.parts)]
        sums = dict.fromkeys(spent, 0)
        for part in parts:
            sums[part.contributor] += part.units
        assert sums == spent
        assert len({part.id for part in parts}) == len(parts)
        known = replace(after, named=after.named | named_now(after, asking))
