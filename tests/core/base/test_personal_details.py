"""What looks like a personal detail, and what only has digits."""

from __future__ import annotations

import pytest

from budgettrack.core.base.personal_details import personal


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Write to a.name+team@example.org.", "an e-mail address"),
        ("Ask the peer worker on +351 912 345 678", "a telephone number"),
        ("0044 20 7946 0018", "a telephone number"),
        ("Ring 020 7946 0018 after six", "a telephone number"),
        ("(030) 901 820 00", "a telephone number"),
        ("06 12 34 56 78", "a telephone number"),
        ("0612345678", "a telephone number"),
        ("WhatsApp: 912 345 678", "a telephone number"),
        ("555-123-4567", "a telephone number"),
        ("passport no. X1234567", "an identity number"),
        ("NIF 123456789", "an identity number"),
    ],
)
def test_personal_details_are_seen(text: str, what: str) -> None:
    assert personal(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "1,200,000.50 EUR of 12 000 000",
        "0.125 0.250 000 123",
        "2026-03-12 to 2026-04-30",
        "01.02.2026 - 05.03.2026",
        "12/03/2026, 13/03/2026 and 14/03/2026",
        "Budget codes 0101-2203-11 and 5.1.20.300",
        "report:G-1:2026-Q1",
        "E-000123456, receipt 00012345678",
        "Call for proposals of 2026-03-12",
        "Text sent to 1200 people",
        "250 kits in 2026, 300 in 2027, 1 200 in all",
        "Room 0800, open 08.00-20.00",
        "https://example.org/2026/0123456789",
        "@harbour on all channels",
        "Passport photos for 12 members",
    ],
)
def test_amounts_dates_ids_and_codes_are_no_personal_details(text: str) -> None:
    assert personal(text) == ""
