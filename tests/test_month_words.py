"""What a month's run says of itself: its log, and whether somebody must look."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.world.partners import ROWS, Sending
from tests.world.smtp_server import MailHost, Partners, address

pytestmark = pytest.mark.slow

NOVEMBER, DECEMBER = date(2026, 11, 2), date(2026, 12, 1)


def sending(tmp_path: Path, host: MailHost, *audiences: tuple[str, str]) -> Sending:
    to = Partners()
    for name, audience in audiences:
        to = to.add(name, audience)
    folder = tmp_path / "group"
    folder.mkdir()
    return Sending(folder, host, to=to, rows=ROWS)


def said(group: Sending, step: str) -> list[str]:
    return [line.words for line in group.told if line.step == step and line.outcome]


def test_each_step_is_logged_with_its_numbers(tmp_path: Path, host: MailHost) -> None:
    group = sending(tmp_path, host, ("everybody", "public"), ("readers", "public"))

    run = group.month(month="2026-10")

    assert run.failed == []
    assert said(group, "deliver")[-1].startswith("2 confirmed")
    assert said(group, "check")[0].startswith("0 errors, ")
    assert "taken, " in said(group, "sync")[0]
    assert said(group, "report") == [f"{len(run.reports)} files"]


def test_errors_in_the_sheet_end_a_month_as_one_that_somebody_must_look_at(
    tmp_path: Path, host: MailHost
) -> None:
    group = sending(tmp_path, host, ("everybody", "public"))

    good = group.month(month="2026-10")
    group.set("Expenses", "B2", "never")
    bad = group.month(date(2026, 11, 3), month="2026-10", again="a row was wrong")

    assert not good.look
    assert said(group, "check")[1].startswith("1 error, ")
    assert bad.look


def test_the_letter_of_a_month_tells_what_changed_since_the_month_before_and_not_since_a_week(
    tmp_path: Path, host: MailHost
) -> None:
    """What somebody changed between the month's letter and a week's reminder is in the next one."""
    group = sending(tmp_path, host, ("treasurer", "internal"))
    group.month(NOVEMBER)
    group.set("Work-plan", "C2", "A wholly new wording")
    group.month(date(2026, 11, 9))
    group.month(date(2026, 11, 16))
    group.month(DECEMBER)

    letters = host.to(address("treasurer"))
    november = next(each for each in letters if "November 2026" in str(each["subject"]))
    body = november.get_body(("plain",))
    assert body is not None
    assert "new wording" in body.get_content()
