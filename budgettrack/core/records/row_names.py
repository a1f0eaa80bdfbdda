"""Names a row in words that its readers know, such as `B-3: Rent of the office`."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.personal_details import personal
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.records.model import Fields

LONGEST = 60
"""The largest number of characters in a name. A longer name is cut between two words."""

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "work_plan": ("activity",),
    "indicators": ("indicator",),
    "budget": ("description", "category"),
    "expenses": ("description", "date"),
    "income": ("kind", "date", "grant"),
    "grants": ("title", "funder"),
    "resources": ("description", "kind"),
    "agreements": ("other_party", "purpose"),
    "lots": ("kind", "batch"),
    "handed_out": ("what", "lot"),
    "deadlines": ("what",),
    "rates": ("month", "currency"),
    "months": ("month",),
}
"""The fields that name a row, by table."""

_CHOICES = frozenset({"kind", "what"})
_ALL_OF = frozenset({"expenses", "income", "rates", "lots", "handed_out"})
"""In these tables, all of the fields together name a row. In other tables, the first field that is
filled is enough."""


def row_name(table: str, id_: str, fields: Fields, words: SheetWords = ENGLISH) -> str:
    """Returns the ID of a row and what it is about: `B-3: Rent of the office`.

    `id_`: '' if people do not see it. A text with a personal detail is left out.

    >>> row_name("expenses", "E-7", {"description": "Rent", "date": "2026-03-01", "amount": "90"})
    'E-7: Rent, 2026-03-01'
    """
    texts = [_text(name, fields.get(name, ""), words) for name in _FIELDS.get(table, ())]
    filled = [text for text in texts if text]
    told = ", ".join(filled if table in _ALL_OF else filled[:1])
    # The name of a deadline that the program made already says the same as its ID:
    # `report:G-1:2026-Q1`.
    shown_id = "" if ":" in id_ and told else id_
    return ": ".join(filter(None, (shown_id, _cut(told))))


def _text(name: str, text: str, words: SheetWords) -> str:
    if personal(text):
        return ""
    return words.choice(text) if name in _CHOICES else " ".join(text.split())


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    whole, _, rest = text[:LONGEST].rpartition(" ")
    return f"{whole or rest}…"
