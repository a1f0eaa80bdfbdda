"""A month of a bank account, and how a test imports it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from tests.world.bank_files import Booked
from tests.world.group import Group

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
