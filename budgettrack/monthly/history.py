"""Lists past cycles with their steps, and past deliveries."""

from __future__ import annotations

from budgettrack.core.base.cycles import (
    Attempt,
    Cycle,
    Delivery,
    DeliveryState,
    days_late,
    is_week,
)
from budgettrack.core.base.plurals import count
from budgettrack.group import OpenedGroup
from budgettrack.queries.figures import ListingRow
from budgettrack.register import cycles as kept


def cycles(group: OpenedGroup) -> list[ListingRow]:
    """Returns one row for each attempt at a step, the oldest first.

    The outcome is `at work` if the step is running now, and `broken off` if the run ended before
    the step did."""
    rows = []
    with group.register.reading() as ask:
        attempts = kept.attempts(ask)
        at_work = kept.holder(ask) is not None
        for cycle in kept.all_cycles(ask):
            for attempt in attempts:
                if attempt.cycle == cycle.n:
                    is_going_on = at_work and attempt is attempts[-1]
                    unended = "at work" if is_going_on else "broken off"
                    rows.append(_attempt_row(group, cycle, attempt, attempt.outcome or unended))
    return rows


def _attempt_row(group: OpenedGroup, cycle: Cycle, attempt: Attempt, outcome: str) -> ListingRow:
    zone, sending = group.zone, group.config.sending
    began = cycle.began.astimezone(zone).date()
    late = 0
    if not is_week(cycle.period):
        late = days_late(cycle.period, began, sending.day, sending.grace)
    how_late = f"{count(late, 'day')} late" if late else ""
    return {
        "period": cycle.period,
        "round": cycle.round if cycle.round > 1 else None,
        "reason": cycle.reason,
        "days_late": late,
        "step": attempt.step,
        "began": attempt.began.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
        "seconds": None if attempt.took is None else f"{attempt.took / 1000:.1f}",
        "outcome": outcome,
        "words": "; ".join(filter(None, (how_late, cycle.reason, attempt.words))),
        "finished": cycle.ended is not None,
    }


def deliveries(group: OpenedGroup, month: str | None = None) -> list[ListingRow]:
    """Returns one row for each delivery, the oldest first. If `month` is given, only those of
    this month."""
    zone = group.zone
    with group.register.reading() as ask:
        known = {cycle.n: cycle for cycle in kept.all_cycles(ask)}
        return [
            {
                "id": f"D-{delivery.n}",
                "period": known[delivery.cycle].period,
                "round": known[delivery.cycle].round,
                "what": delivery.what,
                "recipient": delivery.recipient,
                "state": state_of(delivery),
                "attempts": delivery.attempts,
                "at": delivery.at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
                "words": words_of(delivery),
            }
            for delivery in kept.deliveries(ask)
            if month is None or known[delivery.cycle].period == month
        ]


def state_of(delivery: Delivery) -> DeliveryState | str:
    """Returns the state of a delivery for listings. The state `marked` is shown as
    `unconfirmed`: sending began, but it is not known whether the mail arrived."""
    return "unconfirmed" if delivery.state == "marked" else delivery.state


def words_of(delivery: Delivery) -> str:
    """Returns a note about the delivery, with the remedy if a person must do something."""
    if delivery.state == "marked" and not delivery.words:
        return (
            "The run ended while this was being sent. Ask the reader whether it arrived. If not:"
            f" budgettrack deliveries retry D-{delivery.n}"
        )
    if delivery.state == "waiting":
        return f"Waits until closed in the tab Months: {delivery.words}."
    return delivery.words
