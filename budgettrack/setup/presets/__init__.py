"""Sample work-plans for a new plan, from the TOML files in this folder.

The files contain the texts. The dates are calculated here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib import resources

from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.months import add_months, days_before
from budgettrack.core.records.model import Fields

NAMES = ("blank", "startup", "peer-support")

_WORDS = ("activity", "lead_role", "milestone", "indicator")


def preset(name: str, start: date) -> Mapping[str, list[Fields]]:
    """Returns the rows of a new plan that begins on `start`, by table, as canonical fields.

    In the files, `from` is the month of the plan in which an activity starts (1 is the first
    month), and `months` is its length. Raises UsageError if the name is not in `NAMES`."""
    if name not in NAMES:
        raise UsageError(f"There is no preset {name}. There are: {', '.join(NAMES)}.")
    text = resources.files(__name__).joinpath(f"{name.replace('-', '_')}.toml").read_text("utf-8")
    rows: list[Fields] = []
    for stage in tomllib.loads(text).get("stage", ()):
        for activity in stage["activity"]:
            first = add_months(start, activity["from"] - 1)
            last = days_before(add_months(start, activity["from"] - 1 + activity["months"]), 1)
            fields = {"id": f"A-{len(rows) + 1}", "objective": stage["objective"]}
            fields |= {key: activity[key] for key in _WORDS}
            fields |= {"start": first.isoformat(), "end": last.isoformat()}
            if "target" in activity:
                fields["target"] = str(activity["target"])
            rows.append({**fields, "status": "planned"})
    return {"work_plan": rows} if rows else {}
