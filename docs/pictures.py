"""The pictures of docs/profiles.md: `python docs/pictures.py` draws each profile's summary of one
invented grant."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from budgettrack.config.profiles import names  # noqa: E402 - after the path
from budgettrack.reports.base.branding import Branding  # noqa: E402
from budgettrack.reports.base.pdf import picture  # noqa: E402
from budgettrack.reports.base.translations import words  # noqa: E402
from budgettrack.reports.funder.document import document  # noqa: E402
from tests.world.report_plans import harbour, summary  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    w = words("en")
    plan = harbour()
    plan = replace(
        plan, rates={**plan.rates, **{(month, "USD"): Decimal("1.1") for month, _ in plan.rates}}
    )
    for name in names():
        view = summary(plan, profile=name)
        # The page with the table: the first has the glance and the chart.
        (PICTURES / f"{name}.png").write_bytes(
            picture(document(view, w, date(2026, 4, 5)), w, Branding(), 1, 60)
        )


if __name__ == "__main__":
    main()
