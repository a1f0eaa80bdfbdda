"""Recognises texts that are labels of totals, subtotals and carried sums, in many languages.

There are four tables of words by language. To add a language, add its words to them, in small
letters. A word of `_TOTALS` or `_SUBTOTALS` may also begin or end a longer label, such as "Total
travel". A word of `_ALONE` or `_CARRIED` is a label only if nothing else stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from budgettrack.core.cells.locales import customs_of
from budgettrack.core.cells.table_rows import TotalLabel
from budgettrack.core.records.tables import normal, one_spelling

LONGEST_LABEL = 80

_TOTALS: Mapping[str, tuple[str, ...]] = {
    "ar": ("المجموع", "مجموع", "الإجمالي", "إجمالي", "الاجمالي", "اجمالي", "والمجموع"),
    "cs": ("celkem",),
    "de": ("gesamt", "gesamtsumme", "gesamtbetrag", "endsumme", "insgesamt", "summe"),
    "el": ("σύνολο", "γενικό σύνολο"),
    "en": ("total", "totals", "grand total", "overall total"),
    "es": ("totales", "total general", "suma total"),
    "fa": ("جمع کل", "جمع"),
    "fr": ("totaux", "total général", "total general"),
    "hi": ("कुल", "कुल योग"),
    "id": ("jumlah", "jumlah total"),
    "it": ("totale", "totali", "totale generale"),
    "ka": ("ჯამი", "სულ"),
    "ky": ("жалпы", "баары"),
    "kk": ("барлығы", "жиыны"),
    "nl": ("totaal", "totalen", "eindtotaal"),
    "pl": ("razem", "ogółem", "łącznie"),
    "pt": ("totais", "total geral", "soma total"),
    "ro": ("total general",),
    "ru": ("итого", "всего", "общий итог", "итог", "общая сумма", "обороты", "итого обороты"),
    "sv": ("totalt", "summa"),
    "sw": ("jumla", "jumla kuu"),
    "tr": ("toplam", "genel toplam"),
    "uk": ("разом", "усього", "всього", "підсумок", "загалом", "обороти"),
    "vi": ("tổng", "tổng cộng"),
    "zh": ("合计", "总计", "总额", "合計", "總計"),
}
_SUBTOTALS: Mapping[str, tuple[str, ...]] = {
    "ar": ("المجموع الفرعي", "الإجمالي الفرعي", "مجموع فرعي", "المجموع الجزئي"),
    "de": ("zwischensumme", "teilsumme"),
    "en": ("subtotal", "subtotals", "sub-total", "sub-totals", "sub total", "sub totals"),
    "es": ("subtotales",),
    "fa": ("جمع جزء", "جمع فرعی"),
    "fr": ("sous-total", "sous total", "sous-totaux"),
    "it": ("subtotale", "totale parziale"),
    "nl": ("subtotaal",),
    "pl": ("suma częściowa",),
    "pt": ("subtotais",),
    "ru": ("промежуточный итог", "подытог", "подитог"),
    "sv": ("delsumma",),
    "tr": ("ara toplam",),
    "uk": ("проміжний підсумок",),
    "zh": ("小计", "小計"),
}
_ALONE = (
    "sum",
    "sums",
    "overall",
    "somme",
    "suma",
    "soma",
    "somma",
    "сумма",
    "сума",
    "σ",
    "∑",
    "المجموع الكلي",
    "مجموع الكلي",
    "الإجمالي الكلي",
)
_CARRIED = (
    "carried forward",
    "brought forward",
    "balance brought forward",
    "balance carried forward",
    "balance b/f",
    "balance c/f",
    "balance b/d",
    "balance c/d",
    "b/f",
    "c/f",
    "b/d",
    "c/d",
    "carry forward",
    "carried down",
    "brought down",
    "balance carried down",
    "balance brought down",
    "carryover",
    "carry over",
    "carried over",
    "opening balance",
    "closing balance",
    "previous balance",
    "anfangsbestand",
    "endbestand",
    "solde reporté",
    "solde initial",
    "solde final",
    "saldo anterior",
    "saldo inicial",
    "saldo final",
    "saldo iniziale",
    "riporto",
    "overdracht",
    "beginsaldo",
    "eindsaldo",
    "z przeniesienia",
    "остаток на начало",
    "остаток на конец",
    "входящий остаток",
    "исходящий остаток",
    "رصيد مدور",
    "رصيد أول المدة",
    "رصيد افتتاحي",
    "الرصيد الافتتاحي",
    "à reporter",
    "report à nouveau",
    "suma y sigue",
    "suma anterior",
    "vienen",
    "pasan",
    "suma que pasa",
    "sumas que vienen",
    "vienen de la página anterior",
    "pasan a la página siguiente",
    "a transportar",
    "a reportar",
    "saldo a reportar",
    "saldo a transportar",
    "transporte anterior",
    "transporte do mês anterior",
    "saldo do mês anterior",
    "saldo del mes anterior",
    "report du mois précédent",
    "report de la page précédente",
    "solde précédent",
    "übertrag vormonat",
    "saldo vormonat",
    "übertrag",
    "saldovortrag",
    "к переносу",
    "المرحل",
    "رصيد مرحل",
    "رصيد سابق",
    "نقل به بعد",
    "نقل از قبل",
    "نقل از صفحه قبل",
    "نقل به صفحه بعد",
    "مانده از قبل",
    "مانده قبلی",
    "مانده از ماه قبل",
    "مانده نقل از ماه قبل",
    "مانده ابتدای دوره",
    "مانده اول دوره",
    "مانده انتهای دوره",
    "مانده پایان دوره",
    "موجودی اول دوره",
    "موجودی ابتدای دوره",
    "موجودی پایان دوره",
    "saldo precedente",
    "saldo mese precedente",
    "riporto mese precedente",
    "riporto anno precedente",
    "riporto a nuovo",
    "a riportare",
    "da riportare",
    "до перенесення",
    "вхідний залишок",
    "вихідний залишок",
    "залишок на початок",
    "залишок на кінець",
    "saldo vorige maand",
    "saldo vorig jaar",
    "te transporteren",
)

# These words name carried sums. But they may also name things that are bought, or a last payment:
# see `groups`.
_MAYBE_CARRIED = (
    "report",
    "transporte",
    "saldo",
    "balance",
    "solde",
    "reporte",
    "opening",
    "closing",
    "bestand",
    "остаток",
    "сальдо",
    "залишок",
    "الرصيد",
    "رصيد",
    "مانده",
    "موجودی",
)

# These words follow "Total" in the name of a sum.
# In names of things that are bought, "Total" is never followed by these words ("Total station").
_OF = (
    "of for in per project programme program amount budget budgets cost costs expense expenses"
    " expenditure expenditures spending spent income receipts revenue funds funding grant grants"
    " paid payments requested proposed approved planned actual"
    " staff personnel travel direct indirect activities activity equipment overheads"
    " de des du d' le la les dépenses depenses frais charges recettes produits coûts couts projet"
    " demandé payé prévu réalisé solicitado pagado pago previsto beantragt bezahlt"
    " del los las gastos costos costes ingresos egresos presupuesto proyecto"
    " da do das dos despesas custos receitas gastos orçamento projeto"
    " der die das ausgaben kosten einnahmen aufwand erträge projekt für"
    " van uitgaven inkomsten lasten baten"
    " delle dei spese costi entrate uscite oneri proventi ricavi"
    " по за расходы расходов доходы доходов затраты затрат на проект проекту"
    " за витрати витрат доходи доходів"
    " المصروفات المصاريف الإيرادات النفقات التكاليف الميزانية مصروفات إيرادات"
    " هزینه هزینه‌ها درآمد درآمدها"
)
_FOLLOWS = frozenset(one_spelling(_OF).split())
# Some of the words above mean everything, and not a part such as the staff.
_OF_ALL = (
    "of for in the project programme program amount budget budgets cost costs expense expenses"
    " expenditure expenditures spending spent eligible requested proposed eur usd gbp"
    " de des du d' le la les dépenses depenses coûts couts projet"
    " del los las gastos costos costes egresos presupuesto proyecto"
    " da do das dos despesas custos gastos orçamento projeto"
    " der die das ausgaben kosten projekt für van uitgaven lasten delle dei spese costi uscite"
    " по за расходы расходов затраты затрат на проект проекту витрати витрат"
    " المصروفات المصاريف النفقات التكاليف الميزانية مصروفات هزینه هزینه‌ها"
)
_ALL_OF = frozenset(one_spelling(_OF_ALL).split())


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted({*map(one_spelling, words)}, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) for word in longest_first)


@lru_cache(maxsize=1)
def _months() -> frozenset[str]:
    languages = ("en", "fr", "es", "pt", "de", "it", "nl", "ru", "uk", "ar", "fa")
    return frozenset(
        one_spelling(name)
        for language in languages
        for name in customs_of(language).months
        if len(name) > 3
    )


@lru_cache(maxsize=1)  # The names of months are loaded by the first text that needs them.
def _maybe() -> re.Pattern[str]:
    return re.compile(
        rf"{_CARRIED_THEN}|(?:{_any_of(_MAYBE_CARRIED)})"
        rf"(?: (?:from|at|de|do|del|du|au|al|vom|per)? ?(?:{_any_of(_months())}))?"
    )


# Остаток на 01.01.2026, Balance as at 1/1/2026.
_CARRIED_AT = (
    r"(?:balance (?:at|on|as at|as of)|solde au|saldo (?:al?|em|am|per|zum)|остаток на|الرصيد في)"
    r" \d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
)

# Übertrag Vorjahr, Сальдо на конец, Saldo al inicio del mes, Залишок на початок.
_MONEY = one_spelling(
    "übertrag|saldo|bestand|kassenbestand|bankbestand|solde|balance|cash|остаток|сальдо|баланс"
    "|залишок|رصيد|الرصيد|مانده|موجودی|cassa|kassaldo"
)
_AT = (
    "de|du|des|del|da|do|au|à|al|a|am|aus|zum|dem|des|at|the|of|from|на|за|с|la|le|el|en|no"
    "|di|dell|van|از|در|به"
)
_WHEN = one_spelling(
    "vorjahr|vorjahres|vormonats|jahresanfang|jahresende|monatsanfang|monatsende|anfang|ende|beginn"
    "|start|beginning|end|previous|début|fin|précédent|antérieur|inicio|comienzo|início|fim"
    "|начало|конец|начала|конца|початок|кінець|أول|آخر|بداية|نهاية"
    "|precedente|inizio|fine|begin|einde|vorig|vorige|اول|ابتدای|پایان|انتهای|قبل|قبلی"
)
_CARRIED_THEN = rf"(?:{_MONEY})(?: (?:{_AT})){{0,2}} (?:{_WHEN})(?: .{{1,30}})?"

_SUB = _any_of(word for words in _SUBTOTALS.values() for word in words)
_ALL = _any_of(word for words in _TOTALS.values() for word in words)
_WHOLE = re.compile(
    rf"(?:(?P<sub>{_SUB})|(?P<carried>{_any_of(_CARRIED)}|{_CARRIED_AT})|{_ALL}|{_any_of(_ALONE)})"
)
_BEGINS = re.compile(rf"(?:(?P<sub>{_SUB})|{_ALL})(?P<rest>[ :,/–—-].{{1,60}})")
_ENDS = re.compile(rf".{{1,60}}?[ :–—-](?:(?P<sub>{_SUB})|{_ALL})")
# In German, a total and its noun are one word: Gesamtkosten, Gesamtausgaben.
_JOINED = re.compile(
    r"gesamt(?:kosten|ausgaben|einnahmen|aufwand|aufwendungen|budget|erträge|förderung|mittel"
    r"|finanzierung)"
)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,40}[)\]]\s*$")
# In an outline, totals have numbers, too: `5. Total eligible costs (3+4)`.
_NUMBER = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-z]|[ivx]{1,4})[.):]\s+")
# Examples: Total 2026, Total EUR, Total B, Total 1.2.
# With a year, a currency or a code after it, "Total" is not the name of a product.
_YEAR_OR_CODE = re.compile(r"[12]\d{3}|[a-z]{3}|[€$£¥]|[a-z]|\d{1,2}(?:\.\d{1,2}){0,3}")

_STEMS = re.compile(
    "tot|sum|som|gesamt|forward|carry|port|trag|/[fd]|"
    + _any_of(
        word.split()[0][:3] for words in (*_TOTALS.values(), *_SUBTOTALS.values()) for word in words
    )
    + "|"
    + _any_of(word.split()[0][:3] for word in (*_ALONE, *_CARRIED)),
)


@lru_cache(maxsize=8192)  # Several functions ask about the same cell, so the result is remembered.
def total_label(text: str) -> TotalLabel | None:
    """Reads a text as the label of a total or of a carried sum. Returns None if it is not one.

    >>> total_label("Total des dépenses"), total_label("Totally new chairs")
    (TotalLabel(text='Total des dépenses', whole=False, sure=True, sub=False, carried=False), None)
    """
    if len(text) > LONGEST_LABEL or not _STEMS.search(one_spelling(text.casefold())):
        return None
    words = one_spelling(normal(text))
    bare = normal(_BRACKETS.sub("", _NUMBER.sub("", words))) or words
    if match := _WHOLE.fullmatch(bare) or _JOINED.fullmatch(bare):
        groups = match.groupdict()
        sub, carried = bool(groups.get("sub")), bool(groups.get("carried"))
        grand = not sub and not carried
        return TotalLabel(text, whole=True, sure=True, sub=sub, carried=carried, grand=grand)
    begins, ends = _BEGINS.fullmatch(bare), _ENDS.fullmatch(bare)
    match = begins or ends
    if match is None:
        return None
    sub = bool(match["sub"])
    of_sum = begins is not None and _names_sum(begins)
    of_period = _names_period(bare)
    sure = sub or bool(ends) or text.rstrip().endswith(":") or of_sum or of_period
    grand = not sub and begins is not None and _names_all(begins)
    return TotalLabel(text, whole=False, sure=sure, sub=sub, of_period=of_period, grand=grand)


def perhaps_carried(text: str) -> TotalLabel | None:
    """Reads a text as the label of a carried sum if its first word has several meanings. Example:
    "Saldo" (Portuguese for balance) may be a sum that is carried over, or a last payment. Returns
    None if the text is not such a label.

    >>> perhaps_carried("Saldo de janeiro") is not None, perhaps_carried("Saldo hotel")
    (True, None)"""
    if len(text) > LONGEST_LABEL or not _maybe().fullmatch(one_spelling(normal(text))):
        return None
    return TotalLabel(text, whole=True, sure=False, sub=False, carried=True)


def _names_period(text: str) -> bool:
    """Whether one of the words names a month or a year."""
    words = re.findall(r"\w+", text)
    return any(word in _months() or re.fullmatch(r"[12]\d{3}", word) for word in words)


def _names_all(begins: re.Match[str]) -> bool:
    """Whether the words after "Total" name everything that is summed, or its year."""
    words = [word.strip("'’:,-–—/") for word in begins["rest"].split()]
    return all(word in _ALL_OF or re.fullmatch(r"[12]\d{3}|", word) for word in words)


def _names_sum(begins: re.Match[str]) -> bool:
    """Whether the words after "Total" name the things that are summed."""
    words = [word.strip("'’:,-–—/") for word in begins["rest"].split()]
    words = [word for word in words if word]
    return any(word in _FOLLOWS for word in words) or (
        len(words) == 1 and bool(_YEAR_OR_CODE.fullmatch(words[0]))
    )
