"""What a draft of a summary still lacks, in words for the treasurer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from budgettrack.core.base import money
from budgettrack.core.base.findings import CODES, Finding
from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.views.funder_types import FunderView
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Text,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import left_out


def tell(view: FunderView, w: Words) -> list[Block]:
    """Returns the list of what is missing, for the treasurer."""
    if not view.tell:
        return [Text(w.say("Nothing: it can be made final."))]
    return [Bullets(missing(view, w))]


def missing(view: FunderView, w: Words) -> list[str]:
    """Returns one sentence for each kind of thing that is missing."""
    by_line: dict[str, list[Finding]] = {}
    for finding in view.tell:
        values = dict(finding.values)
        # Missing things of the same kind share a line.
        # But a missing thing with an amount has a line of its own.
        is_alone = values.keys().isdisjoint(("about", "month"))
        by_line.setdefault(f"{finding.code} {len(by_line) if is_alone else ''}", []).append(finding)
    return [told(findings, w, view.names) for findings in by_line.values()]


OF_TEXTS = ("draft-narrative-missing", "draft-narrative-personal")
"""The codes of the findings about columns of the tab Narrative."""


def told(findings: Sequence[Finding], w: Words, names: SheetWords) -> str:
    """Returns one sentence about all missing things of the same kind, with what to do about them.

    `names` has the names of the tabs and columns in the language of the workbook."""
    code = CODES[findings[0].code]
    values = dict(findings[0].values)
    values |= {
        name: names.value(name, values[name]) for name in ("tab", "heading") if name in values
    }
    if "number" in values:
        return left_out(int(values["number"]), w) + " " + w.say("See {tab}.", tab=values["tab"])
    if "amount" in values:
        number, _, currency = values["amount"].partition(" ")
        units = money.minor(Decimal(number), currency)
        values["amount"] = formats.money(units, currency, w.at)
    if "month" in values:
        of_months = [formats.month(dict(finding.values)["month"], w.at) for finding in findings]
        values["month"] = formats.listed(of_months, w.at)
    if "about" in values:
        abouts = [dict(finding.values)["about"] for finding in findings]
        if findings[0].code in OF_TEXTS:
            abouts = [names.heading(about) for about in abouts]
        values["about"] = formats.listed(abouts, w.at)
    return w.say(f"{code.problem} {code.remedy}", **values)
