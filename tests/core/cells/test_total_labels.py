"""Labels of totals in the languages in which people keep their sheets."""

from __future__ import annotations

import pytest

from budgettrack.core.cells.total_labels import LONGEST_LABEL, perhaps_carried, total_label


@pytest.mark.parametrize(
    "text",
    ["Total", "TOTALS", "_Total", "Grand total (EUR)", "Total général", "Totales", "Total geral", "Gesamtkosten", "Gesamtfinanzierung",
     "Gesamtsumme", "Insgesamt", "Totaal", "Totale", "Итого", "Всего", "Разом", "المجموع", "الإجمالي الكلي",
     "جمع کل", "合计", "Toplam", "Razem", "Jumla"],
)  # fmt: skip
def test_a_word_that_is_a_total_by_itself(text: str) -> None:
    label = total_label(text)

    assert label is not None
    assert (label.whole, label.sure, label.sub, label.carried) == (True, True, False, False)


@pytest.mark.parametrize(
    "text",
    ["Sub-total", "subtotal:", "Sub total", "Sous-total", "Zwischensumme", "Subtotaal", "Подытог", "المجموع الفرعي",
     "Sous-total Personnel", "Subtotal A", "Staff sub-total"],
)  # fmt: skip
def test_labels_of_subtotals(text: str) -> None:
    label = total_label(text)

    assert label is not None
    assert (label.sure, label.sub) == (True, True)


@pytest.mark.parametrize(
    "text",
    ["Total project", "Total 2026", "Total EUR", "Total des dépenses", "Total Gastos", "Total de despesas",
     "Total Staff:", "A. Staff Total", "Итого по проекту", "Всего расходов", "إجمالي المصروفات", "Totaal uitgaven",
     "Total in EUR"],
)  # fmt: skip
def test_words_that_name_what_is_summed_make_it_sure(text: str) -> None:
    label = total_label(text)

    assert label is not None
    assert (label.whole, label.sure) == (False, True)


@pytest.mark.parametrize("text", ["Total station hire", "Total wine"])
def test_other_words_may_name_something_bought(text: str) -> None:
    label = total_label(text)

    assert label is not None
    assert (label.whole, label.sure) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        "Carried forward",
        "Balance b/f",
        "Übertrag",
        "Suma y sigue",
        "Vienen",
        "à reporter",
        "رصيد مرحل",
    ],
)
def test_sums_that_are_carried_to_or_from_another_page(text: str) -> None:
    label = total_label(text)

    assert label is not None
    assert label.carried


@pytest.mark.parametrize(
    "text",
    ["Summer camp", "Totally new chairs", "Sum up workshop", "Some paint", "Resume printing", "Report", "Transport",
     "Portable toilet", "Reporting", "Gesamtschule", "", "Total " + "y" * LONGEST_LABEL],
)  # fmt: skip
def test_words_that_are_no_label(text: str) -> None:
    assert total_label(text) is None


@pytest.mark.parametrize(
    "text", ["Остаток на 01.01.2026", "Solde au 1/1/2026", "Balance as at 31-12-25", "رصيد افتتاحي"]
)
def test_a_balance_at_a_date_is_a_carried_sum(text: str) -> None:
    label = total_label(text)
    assert label is not None
    assert label.carried


@pytest.mark.parametrize("text", ["Balance bike", "Остаток на складе", "Solde au mois"])
def test_a_text_that_only_begins_like_a_balance_is_none(text: str) -> None:
    assert total_label(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Übertrag Vorjahr",
        "Сальдо на конец",
        "Saldo al inicio del mes",
        "Залишок на початок",
        "Balance at the end of March",
        "Opening",
        "Closing",
        "Solde",
    ],
)
def test_a_carried_sum_in_many_words(text: str) -> None:
    label = perhaps_carried(text)

    assert label is not None
    assert label.carried
    assert not label.sure


@pytest.mark.parametrize(
    "text", ["Opening party", "Cash box", "Balance board", "Übertrag an die Kasse", "Report final"]
)
def test_what_is_bought_or_moved_is_no_carried_sum(text: str) -> None:
    assert perhaps_carried(text) is None
