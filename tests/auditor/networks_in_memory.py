"""Publishes drawn networks without folders of hosts, so that a test can try many. The pages are the
program's own."""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from budgettrack.core.base.months import Month
from budgettrack.core.counting.statements import HostStatement, ToldCategory, ToldGrant
from budgettrack.core.figures.conversion import Conversion
from budgettrack.core.sealing import network
from budgettrack.core.sealing.network import NetworkSums
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.translations import words
from budgettrack.reports.site import network_page
from tests.auditor.auditing import Report
from tests.auditor.marking import SCALE
from tests.auditor.networks import MONTHS, Told, decimal

DAY = date(2026, 11, 16)


def audited(told: Told, folder: Path) -> Report:
    """Publishes a network in each world, and audits all files."""
    for number in range(told.marks.worlds):
        publish(told, folder / f"world-{number}", number)
    return told.judged(folder)


def publish(told: Told, folder: Path, world: int) -> NetworkSums:
    """Publishes each month in a world. Returns all sums."""
    known, numbers = NetworkSums(), count(1)
    w = words("en")
    for place, month in enumerate(told.months):
        statements = {
            code: _statement(told, code, place, world)
            for code, past in told.groups.items()
            if past[place].tells
        }
        asking = [code for code, past in told.groups.items() if past[place].may_be_named]
        known = network.sealed(
            known,
            network.told_now(known, statements, month, _euros, {}),
            month,
            asking=asking,
            left={code: told.groups[code][place].held * SCALE for code in statements},
            free=0,
            number=lambda: next(numbers),
        )
        named = network.named_now(known, asking)
        known = replace(known, named=known.named | named)
        view = network_page.NetworkView(
            "Delta Partners",
            "EUR",
            sorted(f"Circle {code}" for code in named),
            dict.fromkeys(known.pages, DAY),
            network.public_sums(known),
        )
        shown = folder / f"shown-{place}"
        shown.mkdir(parents=True)
        for name, content in network_page.network_files(view, w, Branding()):
            (shown / name).write_bytes(content)
    return known


def _euros(_currency: str, _month: Month) -> Conversion:
    return Conversion("EUR", "EUR")


def _statement(told: Told, code: str, place: int, world: int) -> HostStatement:
    categories = [
        ToldCategory(name, decimal(units), "0.00")
        for name, units in told.spent(code, place, world).items()
    ]
    grant = ToldGrant("G-1", "", False, "EUR", {}, "0.00", "0.00", categories=categories)
    listed = told.groups[code][place].theirs
    return HostStatement(1, MONTHS[place], True, (grant,), (), listed)
