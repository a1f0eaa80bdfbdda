"""Within any minute no more jobs begin than the quota says."""

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


@given(st.integers(1, 9), st.lists(st.integers(0, 40), max_size=60))
def test_no_minute_has_more_jobs_than_the_quota(a_minute: int, steps: list[int]) -> None:
    clock, begun = Clock(), []
    quota = Quota(a_minute, lambda: clock.now, clock.sleep)
    for step in steps:
        clock.now += step
        quota.take()
        begun.append(clock.now)

    for at in begun:
        assert sum(at <= other < at + MINUTE for other in begun) <= a_minute


def test_nobody_waits_while_there_is_room() -> None:
    clock = Clock()
    quota = Quota(3, lambda: clock.now, clock.sleep)
    for _ in range(3):
        quota.take()

    assert clock.now == 0
    quota.take()
    assert clock.now == MINUTE
