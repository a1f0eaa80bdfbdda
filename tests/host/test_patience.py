"""A group that fails waits longer each time; after three days it counts as stuck."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from budgettrack.host.patience import FILE, Failures, failures_in, note

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)


def test_it_waits_five_minutes_then_an_hour_then_a_day() -> None:
    failures, waits = Failures(), []
    for _ in range(4):
        failures = failures.with_one_more(NOW)
        waits.append(datetime.fromisoformat(failures.until) - NOW)

    assert waits == [
        timedelta(minutes=5),
        timedelta(hours=1),
        timedelta(days=1),
        timedelta(days=1),
    ]


def test_it_is_tried_again_when_the_wait_is_over_and_not_before() -> None:
    failures = Failures().with_one_more(NOW)

    assert not failures.are_over(NOW + timedelta(minutes=5) - timedelta(seconds=1))
    assert failures.are_over(NOW + timedelta(minutes=5))
    assert Failures().are_over(NOW)


def test_it_is_stuck_after_three_days_since_its_first_failure() -> None:
    failures = Failures().with_one_more(NOW).with_one_more(NOW + timedelta(days=2))

    assert not failures.is_stuck(NOW + timedelta(days=3) - timedelta(seconds=1))
    assert failures.is_stuck(NOW + timedelta(days=3))
    assert not Failures().is_stuck(NOW)


def test_it_is_noted_in_the_groups_folder_until_a_job_goes_well(tmp_path: Path) -> None:
    failures = Failures().with_one_more(NOW)
    note(tmp_path, failures)

    assert failures_in(tmp_path) == failures
    note(tmp_path, Failures())
    assert not (tmp_path / FILE).exists()
    assert failures_in(tmp_path) == Failures()


@pytest.mark.parametrize(
    "text",
    [
        '{"count": 3',
        "[]",
        '{"count": "3", "since": "2026-11-01T06:00:00+00:00", "until": "2026-11-01T06:00:00+00:00"}',
        '{"count": 3, "since": "2026-11-01T06:00:00", "until": "2026-11-01T06:00:00"}',
        '{"count": 3, "since": "yesterday", "until": "2026-11-01T06:00:00+00:00"}',
        '{"count": 3, "since": 7, "until": 8}',
        '{"number": 3}',
    ],
)
def test_a_note_that_was_damaged_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)

    assert failures_in(tmp_path) == Failures()
