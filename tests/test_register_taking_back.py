"""What the register keeps of what was taken back, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from budgettrack.core.sealing.withdrawn import Withdrawal
from budgettrack.register import published
from budgettrack.register.queries import withdrawals
from budgettrack.register.store import Register, open_register
from budgettrack.register.taking_back import (
    Stopped,
    give_back,
    start,
    stop,
    stopped,
    withdraw,
)
from tests.world.registers import KINDS, fresh

AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
MEALS = Withdrawal("category", "Meals «à l'eau»", AT, "coordinator")


@pytest.fixture(params=KINDS)
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    with fresh(request.param, tmp_path) as url, open_register(url) as opened:
        yield opened


def test_the_first_stop_counts_until_publishing_goes_on(register: Register) -> None:
    assert register.ask(stopped) is None
    first = stop(register, "coordinator", "budgettrack unpublish", AT)
    assert first == Stopped(AT, "coordinator", "budgettrack unpublish")
    assert stop(register, "treasurer", "budgettrack unpublish", LATER) == first
    assert register.ask(stopped) == first
    assert start(register, LATER) == first
    assert register.ask(stopped) is None
    assert start(register, LATER) is None


def test_a_name_is_withdrawn_once_in_any_case_and_given_back(register: Register) -> None:
    assert withdraw(register, MEALS, AT)
    other = Withdrawal("activity", "Meals «à l'eau»", LATER, "")
    assert withdraw(register, other, LATER), "another kind is another name"
    assert not withdraw(register, Withdrawal("category", "MEALS  «À L'EAU»", LATER, ""), LATER)
    assert register.ask(withdrawals) == [MEALS, other]
    assert give_back(register, "category", "meals «à l'eau»", LATER)
    assert register.ask(withdrawals) == [other]
    assert not give_back(register, "category", "Meals", LATER)
    assert give_back(register, "activity", other.name, LATER)
    assert register.ask(withdrawals) == []


def test_reports_are_made_again_when_something_is_taken_back(register: Register) -> None:
    states = [register.ask(published.state)]
    withdraw(register, MEALS, AT)
    states.append(register.ask(published.state))
    stop(register, "", "", AT)
    states.append(register.ask(published.state))
    assert len(set(states)) == 3
