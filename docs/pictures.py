"""The pictures of docs/profiles.md: `python docs/pictures.py` draws each profile's summary of one
invented grant.

Some profiles differ only in their limits, and their summaries of this grant look the same: these
profiles share one picture (`SAME_PICTURE`)."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from make import SAME_PICTURE  # noqa: E402 - after the path

from budgettrack.config.profiles import names  # noqa: E402
from budgettrack.reports.base.branding import Branding  # noqa: E402
from budgettrack.reports.base.pdf import picture  # noqa: E402
from budgettrack.reports.base.translations import words  # noqa: E402
from budgettrack.reports.funder.document import document  # noqa: E402
from tests.world.report_plans import harbour, summary  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"


def main() -> None:
    """Draws the pictures.

    Ends with an error if `SAME_PICTURE` does not name the equal pictures."""
    PICTURES.mkdir(exist_ok=True)
    w = words("en")
    plan = harbour()
    plan = replace(
        plan, rates={**plan.rates, **{(month, "USD"): Decimal("1.1") for month, _ in plan.rates}}
    )
    drawn: dict[bytes, str] = {}
    same: dict[str, str] = {}
    for name in sorted(names()):
        view = summary(plan, profile=name)
        # The second page has the table. The first has the figures at a glance and the chart.
        png = picture(document(view, w, date(2026, 4, 5)), w, Branding(), 1, 60)
        if png in drawn:
            same[name] = drawn[png]
            continue
        drawn[png] = name
        (PICTURES / f"{name}.png").write_bytes(png)
    if same != SAME_PICTURE:
        sys.exit(f"Set SAME_PICTURE in docs/make.py to {same}, and run it.")


if __name__ == "__main__":
    main()
