"""Within any minute no more jobs begin than the quotas of their accounts and projects say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from budgettrack.host.quota import MINUTE, Quota


class Clock:
    """A clock that only sleeping and the given steps move."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=60),
)
def test_no_minute_has_more_jobs_than_the_quotas(
    of_account: int, of_project: int, jobs: list[tuple[str, int]]
) -> None:
    clock = Clock()
    begun: list[tuple[str, float]] = []
    quota = Quota(lambda: clock.now, clock.sleep)
    waiting = [
        ((account, step), {account: of_account, "project": of_project}) for account, step in jobs
    ]
    while waiting:
        account, step = quota.next(waiting)
        begun.append((account, clock.now))
        clock.now += step

    assert sorted(account for account, _ in begun) == sorted(account for account, _ in jobs)
    for account, at in begun:
        within = [theirs for theirs, other in begun if at <= other < at + MINUTE]
        assert within.count(account) <= of_account
        assert len(within) <= of_project


def test_nobody_waits_while_there_is_room() -> None:
    clock = Clock()
    quota = Quota(lambda: clock.now, clock.sleep)
    waiting = [(number, {"a": 3}) for number in range(4)]
    assert [quota.next(waiting) for _ in range(3)] == [0, 1, 2]
    assert clock.now == 0

    quota.next(waiting)
    assert clock.now == MINUTE


def test_a_full_account_does_not_hold_up_the_groups_of_another() -> None:
    clock = Clock()
    quota = Quota(lambda: clock.now, clock.sleep)
    full, other, file = {"a": 1, "project": 9}, {"b": 1, "project": 9}, dict[str, int]()
    waiting = [("first", full), ("second", full), ("of another", other), ("a file", file)]
    order = []
    for _ in range(3):
        order.append(quota.next(waiting))
    assert (order, clock.now) == (["first", "of another", "a file"], 0)

    assert (quota.next(waiting), clock.now) == ("second", MINUTE)
