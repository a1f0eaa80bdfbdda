"""Finds rows whose words say that a group only moved its own money: `Cash withdrawal`, `Virement
vers la caisse`. Such money is neither spent nor received.

To add a language, add its phrases to `_PHRASES`, in small letters. Each is a regular expression.
A word that may also name something bought needs its account beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid
from budgettrack.core.cells.table_rows import Headings, Place, Row
from budgettrack.core.records.tables import normal, one_spelling

_PHRASES: Mapping[str, tuple[str, ...]] = {
    "ar": (
        "تحويل داخلي",
        "تحويل بين (?:ال)?حساب.*",
        "سحب نقدي",
        "سحب من البنك",
        "إيداع نقدي",
        "إيداع في البنك",
        "تغذية الصندوق",
        "تحويل (?:من البنك )?إلى الصندوق",
        "تحويل من الصندوق.*",
    ),
    "de": (
        "umbuchung",
        "geldtransit",
        "barabhebung",
        "bargeldabhebung",
        "bareinzahlung",
        "bankeinzahlung",
        "(?:übertrag|überweisung|transfer) (?:auf|von|an|aus|in|zur|zum|vom) "
        "(?:die |der |das |dem )?"
        "(?:bank|kasse|barkasse|bankkonto|sparbuch|sparkonto|konto|girokonto)",
        "(?:bank|konto) an kasse",
        "kasse an (?:bank|konto)",
    ),
    "en": (
        "internal transfers?",
        "(?:bank )?transfers? between (?:own |our )?accounts?",
        "transfer(?:red)? (?:to|from|into) (?:the |our |own )?(?:\\w+ )?"
        "(?:account|bank|cash|cash ?box|petty cash|savings|till|safe)",
        "(?:cash|atm|bank) withdrawals?",
        "withdraw(?:al|n|als)? (?:from|of) (?:the )?(?:bank|cash|atm)",
        "cash deposit(?:ed)?(?: (?:to|at|in|into) (?:the )?bank)?",
        "deposit(?:ed)? (?:to|at|in|into) (?:the )?bank",
        "cash (?:banked|to bank|from bank)",
        "bank to (?:petty )?cash",
        "petty cash (?:top[- ]?up|replenishment|float)",
        "(?:top[- ]?up|replenishment) (?:of|from|to) (?:the )?(?:bank|cash|petty cash|cash ?box)",
        "contra",
    ),
    "es": (
        "traspaso (?:a|de|entre) .*",
        "transferencia interna",
        "transferencia entre cuentas",
        "(?:retirada|retiro|ingreso|depósito) (?:de|en) (?:efectivo|banco|cajero)",
        "(?:reposición|provisión) de caja(?: chica)?",
    ),
    "fa": (
        "انتقال بین حساب.*",
        "انتقال داخلی",
        "برداشت نقدی",
        "برداشت از بانک",
        "واریز به بانک",
        "شارژ (?:تنخواه|صندوق)",
        "انتقال (?:به|از) (?:صندوق|بانک)",
    ),
    "fr": (
        "virements? internes?",
        "virement (?:de )?compte à compte",
        "virement entre (?:nos )?comptes",
        "(?:virement|transfert|versement) (?:vers|de|à|au|en|depuis|sur) (?:la |le |l')?"
        "(?:banque|caisse|livret|compte|compte courant|compte épargne)",
        "retrait (?:d'|en )?(?:espèces|dab|banque|bancaire)",
        "(?:versement|dépôt) (?:d'|en )?espèces(?: (?:à la|en) banque)?",
        "approvisionnement (?:de )?(?:la )?caisse",
    ),
    "it": (
        "giroconto",
        "trasferimento interno",
        "trasferimento tra conti",
        "prelievo (?:di )?(?:contanti|bancomat|atm|da banca|dalla banca|per cassa)",
        "versamento (?:di )?(?:contanti|in banca)",
    ),
    "nl": (
        "kasopname",
        "geldopname",
        "kasstorting",
        "kruisposten?",
        "interne overboeking",
        "overboeking (?:naar|van) (?:de )?(?:kas|bank|spaarrekening|rekening)",
        "(?:opname|storting) (?:contant|bank|kas)",
    ),
    "pt": (
        "transferência interna",
        "transferência entre contas",
        "levantamento (?:em |de )?(?:numerário|dinheiro|multibanco|banco)",
        "saque (?:em|no|do|para|bancário).*",
        "depósito (?:em|no) (?:conta|banco)",
        "(?:reforço|suprimento) de caixa",
    ),
    "ru": (
        "перевод между (?:своими |собственными )?счетами",
        "внутренний перевод",
        "(?:снятие|внесение) наличных",
        "(?:перемещение|перевод) (?:денег |денежных средств |средств )?"
        "(?:в кассу|из кассы|в банк|из банка)",
        "из (?:банка в кассу|кассы в банк)",
        "сдача (?:наличных )?в банк",
        "пополнение кассы",
        "инкассация",
    ),
    "uk": (
        "переказ між (?:своїми |власними )?рахунками",
        "внутрішній переказ",
        "(?:зняття|внесення) готівки",
        "(?:переміщення|переказ) (?:грошей |коштів )?"
        "(?:в касу|до каси|з каси|в банк|до банку|з банку)",
        "з (?:банку (?:в касу|до каси)|каси (?:в банк|до банку))",
        "поповнення каси",
        "інкасація",
    ),
}
_LONGEST = 60
"""In texts with more characters than this, no such phrase is searched: they are stories."""

_ANY = "|".join(one_spelling(phrase) for phrases in _PHRASES.values() for phrase in phrases)
_MOVED = re.compile(rf"(?:^|[-–—:/(] ?)(?:{_ANY})(?!\w)")
"""Finds the phrase at the beginning of a text, or behind a dash or a colon."""
_BOUGHT = re.compile(
    r"\b(?:fees?|charges?|costs?|commission|frais|gebühr\w*|kosten|comisi[oó]n|comissão|taxa"
    r"|tarifa|commissioni|комиссия|комісія|kosten)\b|رسوم|عمولة|کارمزد"
)
"""Finds the words of what a bank takes for it, which is spent."""


_COLUMNS = frozenset(
    normal(heading)
    for headings in (
        "moved, internal transfer, internal transfers, own transfer, own transfers",
        "déplacé, virement interne, virements internes",
        "movido, traspaso, traspasos, transferência interna",
        "umgebucht, umbuchung, umbuchungen, giroconto, verplaatst, kruisposten",
        "перемещено, внутренний перевод, переміщено, внутрішній переказ",
        "منقول, تحويل داخلي, جابه‌جا, منتقل شده, انتقال داخلی",
    )
    for heading in headings.split(", ")
)
"""Headings of a column for money that the group only moved. No table reads it. `Transfer` alone is
not here: in some books it is a way to pay."""


def moved_columns(grid: Grid, row: int) -> frozenset[int]:
    """Returns the columns for money that the group only moved, such as *Moved*. `row`: the row of
    the headings."""
    cells = grid.rows[row] if row < len(grid.rows) else ()
    return frozenset(
        index
        for index, cell in enumerate(cells)
        if isinstance(cell, str) and normal(cell) in _COLUMNS
    )


def own_transfers(
    place: Place, grid: Grid, headings: Headings, records: Iterable[Row]
) -> Iterator[Finding]:
    """Yields a finding for each counted payment or income whose words say that the group moved its
    own money. No text is told."""
    if place.table.name not in ("expenses", "income"):
        return
    columns = [
        headings.columns[name] for name in ("description", "reference") if name in headings.columns
    ]
    for record in records:
        cells = grid.rows[record.number]
        for index in columns:
            text = cells[index] if index < len(cells) else None
            if isinstance(text, str) and says_moved(text) and record.fields.get("amount"):
                yield place.finding(
                    "transfer-counted", record.number, index, record=record.id, field="amount"
                )
                break


@lru_cache(maxsize=8192)  # many payments have the same words
def says_moved(text: str) -> bool:
    """Whether a text says that money went from one account of the group to another.

    >>> says_moved("Cash withdrawal"), says_moved("Cash withdrawal fee")
    (True, False)
    """
    if len(text) > _LONGEST:
        return False
    plain = one_spelling(normal(text))
    return bool(_MOVED.search(plain)) and not _BOUGHT.search(plain)
