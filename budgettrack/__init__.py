"""Work-plan, budget and resources of a community-led group: synced from its sheet, checked,
reported.

`budgettrack.open("budgettrack.toml")` returns a `Tracker` (see `api`). The module with this
class is loaded only when somebody calls `open`."""

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
