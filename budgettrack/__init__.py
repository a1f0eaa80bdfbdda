"""Work-plan, budget and resources of a community-led group: synced from its sheet, checked,
reported.

Begin in the folder with the config of your group:

    import budgettrack

    with budgettrack.open("budgettrack.toml") as tracker:
        tracker.sync()                              # workbook and register, both ways
        left = tracker.positions(by="category")     # what each category has left
        print(left[["category", "currency", "available"]])
        print(tracker.findings()["problem"])        # the worst first

Tables are DataFrames of pandas. Each amount is two columns: `available` is a `Decimal`, and
`available_units` is a whole number of minor units, such as cents. Dates are dates.

`help(budgettrack.open)` says what can be set, and `help(budgettrack.Tracker)` what can be asked.
Other modules of this package are its own and may change.
"""

# `open` and `Tracker` are loaded only when somebody uses them: see `__getattr__`.

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgettrack.version import __version__

if TYPE_CHECKING:
    from budgettrack.api import Tracker
    from budgettrack.api import open_tracker as open  # noqa: A004 - `budgettrack.open` reads well

__all__ = ["Tracker", "__version__", "open"]


def __getattr__(name: str) -> Any:
    if name in ("open", "Tracker"):
        from budgettrack import api

        return api.open_tracker if name == "open" else api.Tracker
    raise AttributeError(f"module 'budgettrack' has no attribute {name!r}")
