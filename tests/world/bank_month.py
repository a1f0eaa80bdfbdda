"""A month of a bank account, and how a test imports it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from tests.world.bank_files import CSV_CONFIG, Booked
from tests.world.group import Group, Rows

WITH_A_BANK = '[organisation]\ncurrency = "EUR"\n[workbook]\nxlsx = "plan.xlsx"\n' + CSV_CONFIG
"""The config of a group that imports CSV files too."""

A_LINE: Rows = {
    "grants": [
        {"id": "G-1", "funder": "Fund", "state": "active", "currency": "EUR", "amount": "9000"}
        | {"start": "2026-01-01", "end": "2026-12-31"}
    ],
    "budget": [{"id": "B-1", "grant": "G-1", "category": "Rent", "amount": "9000"}],
}
"""A grant with one line, on which everything is paid."""

BOOKED = [
    Booked(date(2026, 10, 2), Decimal("-850.00"), "REF001", "Harbour Landlord", "RENT OCTOBER"),
    Booked(date(2026, 10, 5), Decimal("-44.10"), "REF002", "Corner Shop", "FOOD FOR EVERYBODY"),
    Booked(date(2026, 10, 5), Decimal("-44.10"), "REF003", "Corner Shop", "FOOD FOR EVERYBODY"),
    Booked(date(2026, 10, 9), Decimal("1250.00"), "REF004", "Northern Fund", "SECOND INSTALMENT"),
    Booked(
        date(2026, 10, 20), Decimal("44.10"), "REF005", "Corner Shop", "RETURNED", reversal=True
    ),
    Booked(date(2026, 10, 30), Decimal("-9.99"), "REF006", "Bank", "FEES"),
]


ON = ("--on", "2026-11-02")


def put(group: Group, content: bytes, name: str = "statement.sta") -> str:
    path = group.folder / name
    path.write_bytes(content)
    return str(path)


def answer(group: Group, *words: str) -> list[dict[str, Any]]:
    done = group.run(*words, "--json")
    assert done.exit_code in (0, 3), done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
