"""Finds rows that are counted although a word in them says that they are cancelled, such as
`cancelled` or `annulé`.

To add a language, add its words to `_WORDS`, in small letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid
from budgettrack.core.cells.table_rows import Headings, Place, Row
from budgettrack.core.records.tables import normal

_WORDS: Mapping[str, tuple[str, ...]] = {
    "ar": ("ملغى", "ملغي", "ملغاة", "ألغي", "تم الإلغاء", "تم إلغاؤه", "لاغ", "لاغي"),
    "de": ("storniert", "storno", "annulliert", "ungültig", "abgesagt"),
    "en": ("cancelled", "canceled", "void", "voided", "annulled", "called off"),
    "es": ("anulado", "anulada", "anulados", "anuladas", "cancelado", "cancelada"),
    "fa": ("لغو شد", "لغو شده", "باطل", "باطل شد", "ابطال شده"),
    "fr": ("annulé", "annulée", "annulés", "annulées", "annule", "annulee"),
    "it": ("annullato", "annullata"),
    "nl": ("geannuleerd", "vervallen", "afgelast"),
    "pt": ("anulado", "anulada", "cancelado", "cancelada"),
    "ru": ("отменено", "отменен", "отменён", "отменена", "аннулировано", "аннулирован"),
    "tr": ("iptal", "iptal edildi"),
    "uk": ("скасовано", "скасований", "скасована", "анульовано", "анульований"),
}
_MONEY = ("budget", "expenses", "income")
_LONGEST = 60
"""Texts with more characters than this are not searched: they are stories."""

_ANY = "|".join(sorted({word for words in _WORDS.values() for word in words}, key=len)[::-1])
_MARKED = re.compile(
    rf"[(\[]\s*(?:{_ANY})\s*[)\]]|(?:^|[-–—:/] ?)(?:{_ANY})$|^(?:{_ANY}) ?[-–—:!/]"
)
"""Finds the word in a text that says what the row is about: `Train (annulé)`, `CANCELLED: train`.
It does not find `Cancelled event`, which may be what was paid."""
_REMARKED = re.compile(rf"^(?:{_ANY})(?!\w)|(?<!\w)(?:{_ANY})[.!)\]]*$")
"""Finds a word such as `cancelled` at the beginning or the end of a remark."""
_DENIED = re.compile(r"^(?:not|non|no|nicht|niet|não|не|ليس|لم)\b")


def cancelled_rows(
    place: Place, grid: Grid, headings: Headings, records: Iterable[Row]
) -> Iterator[Finding]:
    """Yields a finding for each counted row with such a word. The word is searched in the text that
    says what the row is about, and in columns that are not read, such as *Remarks*. The finding
    does not quote the text."""
    if place.table.name not in _MONEY:
        return
    about = {headings.columns.get(name) for name in ("description", "reference")} - {None}
    read = {*headings.columns.values(), *headings.personal, headings.payee} - about
    width = max((len(cells) for cells in grid.rows), default=0)
    columns = [(index, index in about) for index in range(width) if index not in read]
    # Many rows have the same remark, so each text is searched once.
    known: dict[tuple[str, bool], bool] = {}
    for record in records:
        cells = grid.rows[record.number]
        for index, is_about in columns:
            text = cells[index] if index < len(cells) else None
            if text.__class__ is not str or len(text) > _LONGEST:
                continue
            key = text, is_about
            says = known.get(key)
            if says is None:
                says = known[key] = says_cancelled(text, is_about=is_about)
            if says and record.fields.get("amount"):
                yield place.finding(
                    "cancelled-counted", record.number, index, record=record.id, field="amount"
                )
                break


def says_cancelled(text: str, *, is_about: bool) -> bool:
    """Whether a text says that its row is cancelled. `is_about`: whether the text says what the
    row is about.

    >>> says_cancelled("ANNULÉ", is_about=False), says_cancelled("Cancelled event", is_about=True)
    (True, False)
    """
    plain = normal(text)
    return bool((_MARKED if is_about else _REMARKED).search(plain)) and not _DENIED.match(plain)
