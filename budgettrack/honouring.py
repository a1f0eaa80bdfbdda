"""Finishes withdrawals that another run has begun. Every scheduled run begins with this.

Usually there is nothing to finish. What makes pages again is loaded only if there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgettrack.group import OpenedGroup
from budgettrack.register import queries
from budgettrack.reports.site.told_names import is_outdated, told_now, told_then

if TYPE_CHECKING:
    from budgettrack.taking_back import TakenBack


def honour(group: OpenedGroup) -> TakenBack | None:
    """Finishes withdrawals that another run, or a person on another computer, has begun. Returns
    None if everything public on this computer is as it should be."""
    out = group.config.reports
    if group.stopped is None:
        if not (out / "public").is_dir():
            return None
        if group.register.glance(queries.last_run, "sync") is None:
            return None
    if not is_outdated(told_then(out), told_now(group)):
        return None
    from budgettrack.taking_back import make_again

    return make_again(group)
