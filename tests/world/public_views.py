"""Public views for tests of what is made from them: any batches, beside the facts of a small group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.base.months import Month, last_day, months
from budgettrack.core.sealing.public import WITHHELD, PublicBatch, What
from budgettrack.core.views.public import public_view
from budgettrack.core.views.public_types import (
    Instalment,
    Progress,
    PublicFacts,
    PublicGrant,
    PublicView,
)

SPAN = months("2026-01", "2026-05")
GRANTS = (
    PublicGrant(
        "G-1",
        "Northern Fund",
        "A room",
        "active",
        "EUR",
        600_000,
        "2026-01",
        "2027-06",
        (Instalment("2026-01", 300_000, 300_000), Instalment("2026-04", -5_000, -5_000)),
        ("A-1",),
    ),
    PublicGrant(
        "G-2", "Tide Trust", "", "closing", "GBP", 90_000, "2026-01", None,
        (Instalment("2026-02", 45_000, None),),
    ),
    PublicGrant("G-3", "Our members", "Fees", "active", "EUR", None, "2026-01", "2026-12"),
)  # fmt: skip
"""A grant with an end, one without an end, and one of members, for which gifts came."""

ROOM = Progress(
    "A-1", "A place", "Open the room", "coordinator", "2026-01", "2026-12", "Room open",
    None, "under way", "",
)  # fmt: skip


def batch(
    page: Month = "2026-03", what: What = "spent", units: int = 100, **more: Any
) -> PublicBatch:
    """A batch with all its labels, but for those that are given."""
    labels = {"grant": "G-1", "category": "Rent", "activity": "A-1", "correction": False, **more}
    return PublicBatch(page=page, what=what, units=units, **labels)


BATCHES = st.lists(
    st.builds(
        PublicBatch,
        st.sampled_from(SPAN),
        st.sampled_from(("spent", "spent", "budget", "gifts", "in kind")),
        st.booleans(),
        st.sampled_from(("G-1", "G-2", "G-3", "", WITHHELD, None)),
        st.sampled_from(("Rent", "Meals and  food", "", None)),
        st.sampled_from(("A-1", "", None)),
        st.integers(-9_999, 99_999),
    ),
    max_size=30,
)
"""Batches of all kinds, corrections among them, in any order."""


def facts(month: Month = "2026-05", **more: Any) -> PublicFacts:
    """The facts of a page of a small group."""
    told = PublicFacts(
        month, SPAN[0], "EUR", "Harbour Peers", {"how to reach us": "ask@harbour.example.org"}, grants=GRANTS,
        progress=(ROOM,),
    )  # fmt: skip
    return replace(told, **more)


def pages(
    batches: Sequence[PublicBatch], span: Sequence[Month] = SPAN, **more: Any
) -> list[tuple[PublicView, date]]:
    """A page for each month, published on the day after the month."""
    return [
        (
            public_view(batches, facts(month, **more)),
            date.fromordinal(last_day(month).toordinal() + 1),
        )
        for month in span
    ]
