"""A host that hands on part of a grant to one group, whose statement agrees."""

from __future__ import annotations

from collections.abc import Sequence

from budgettrack.core.base.money import minor
from budgettrack.core.counting.statements import ToldCategory, ToldGrant, ToldMovement
from budgettrack.core.records.model import Fields
from tests.world.healthy_plan import HEALTHY

ROWS: dict[str, dict[str, Fields]] = {
    "groups": {"GR-1": {"name": "Harbour circle", "state": "ready", "currency": "EUR"}},
    "calls": {"C-1": {"title": "Small grants", "grant": "G-1", "purse": "2000", "most": "1500"}},
    "given": {
        "V-1": {
            "group": "GR-1",
            "grant": "G-1",
            "call": "C-1",
            "state": "active",
            "currency": "EUR",
            "amount": "1000",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "agreement_reference": "SG-1",
        }
    },
    "instalments": {
        "P-1": {
            "given": "V-1",
            "direction": "to the group",
            "paid_on": "2026-02-01",
            "amount_paid": "1000",
            "amount": "1000",
        }
    },
}


def with_rows(*changes: tuple[str, str, Fields]) -> dict[str, dict[str, Fields]]:
    """Returns the tables of a host with some rows altered or added. '' clears a field."""
    tables = {**{name: dict(rows) for name, rows in HEALTHY.items()}}
    tables |= {name: dict(rows) for name, rows in ROWS.items()}
    # What is handed on has come before.
    tables["income"]["I-9"] = {**tables["income"]["I-1"], "amount": "3000"}
    for table, id_, fields in changes:
        rows = tables.setdefault(table, {})
        merged = {**rows.get(id_, {}), **fields}
        if fields == {"given": "V-1"}:
            merged = dict(fields)
        rows[id_] = {name: text for name, text in merged.items() if text}
    return tables


HOSTED: dict[str, dict[str, Fields]] = {
    "grants": {
        "G-1": {
            "funder": "Delta Partners",
            "title": "Small grant",
            "state": "active",
            "currency": "EUR",
            "amount": "1000",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "agreement_reference": "SG-1",
        }
    },
    "income": {
        "I-1": {
            "date": "2026-02-03",
            "grant": "G-1",
            "kind": "instalment",
            "amount": "1000",
            "state": "received",
        }
    },
    "agreements": {
        "AG-1": {
            "kind": "host or country partner",
            "other_party": "Delta Partners",
            "ending": "By either side.",
            "state": "in force",
            "statement": "yes",
        }
    },
}
"""The group that the host of `ROWS` pays, as its own workbook has it."""


def hosted_tables(*changes: tuple[str, str, Fields]) -> dict[str, dict[str, Fields]]:
    """Returns the tables of the group with some rows altered or added. '' clears a field."""
    tables = {name: dict(rows) for name, rows in HOSTED.items()}
    for table, id_, fields in changes:
        rows = tables.setdefault(table, {})
        merged = {**rows.get(id_, {}), **fields}
        rows[id_] = {name: text for name, text in merged.items() if text}
    return tables


def told_grant(
    *,
    agreement: str = "SG-1",
    held: bool = False,
    receipts: Sequence[ToldMovement] = (ToldMovement("2026-02-03", "1000.00"),),
    returns: Sequence[ToldMovement] = (),
    fee: str = "0.00",
    currency: str = "EUR",
    reports: Sequence[object] = (),
) -> ToldGrant:
    """Returns what a group tells of a grant of which it spent 400.00."""
    cents = [minor(one.amount, "EUR") for one in receipts]
    back = sum(minor(one.amount, "EUR") for one in returns)
    kept = minor(fee, "EUR")
    rest = sum(cents) - back - 40_000 - kept
    figures = {
        "received": sum(cents),
        "returned": back,
        "spent": 40_000,
        "fees": kept,
        "held_here": rest,
    }
    names = ("held_below", "on_the_way", "exchange", "differs", "unmatched")
    figures |= dict.fromkeys(names, 0)
    texts = {
        name: f"{'-' if units < 0 else ''}{abs(units) // 100}.{abs(units) % 100:02d}"
        for name, units in figures.items()
    }
    return ToldGrant(
        grant="G-1",
        agreement=agreement,
        held=held,
        currency=currency,
        figures=texts,
        committed="0.00",
        fee=fee,
        receipts=tuple(receipts),
        returns=tuple(returns),
        categories=(ToldCategory("Supplies", "400.00", "0.00"),),
        reports=tuple(reports),  # type: ignore[arg-type]
    )
