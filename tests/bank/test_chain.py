"""Statements of one account: what is missing between them, what both have, and what a report within
the day has that a statement has again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from budgettrack.bank.formats.chain import joined
from budgettrack.bank.formats.statement import Detail, Statement, StatementLine


def line(day: int, amount: str, reference: str = "", words: str = "") -> StatementLine:
    return StatementLine(
        f"entry of {day}", date(2026, 10, day), Decimal(amount), "EUR", reference, words
    )


def statement(
    place: str,
    days: tuple[int, int],
    balances: tuple[str, str] | None,
    *lines: StatementLine,
    account: str = "A",
    number: int | None = None,
    page: int | None = None,
    is_provisional: bool = False,
) -> Statement:
    opening, closing = (Decimal(text) for text in balances) if balances else (None, None)
    return Statement(
        lines,
        date(2026, 10, days[0]),
        date(2026, 10, days[1]),
        account,
        currency="EUR",
        opening=opening,
        closing=closing,
        place=place,
        number=number,
        page=page,
        is_provisional=is_provisional,
    )


def amounts(statements: list[Statement]) -> list[list[str]]:
    return [[str(line.amount) for line in statement.lines] for statement in statements]


COFFEE = line(5, "-5.00", words="coffee")


def test_statements_that_are_equal_but_for_their_balances_are_two() -> None:
    pages = [
        statement("1", (5, 5), ("1000", "995"), COFFEE),
        statement("2", (5, 5), ("995", "990"), COFFEE),
    ]

    assert joined(pages) == pages


def test_a_statement_that_was_given_twice_counts_once() -> None:
    (kept,) = joined([statement(place, (5, 5), ("1000", "995"), COFFEE) for place in "12"])

    assert kept.notes == ("1 was given twice; it counts once.",)


def test_the_newest_statement_may_stand_first() -> None:
    pages = [
        statement("2", (5, 5), ("995", "990"), COFFEE),
        statement("1", (5, 5), ("1000", "995"), COFFEE),
    ]

    assert joined(pages) == pages


def test_days_that_are_missing_are_told_with_both_balances() -> None:
    _, later = joined(
        [
            statement("1", (1, 5), ("1000", "995"), COFFEE),
            statement("2", (8, 9), ("900", "895"), line(8, "-5.00")),
        ]
    )

    assert later.left_out == (
        "2: its opening balance is 900 EUR, but the statement before it has the closing balance"
        " 995 EUR. What was booked between 2026-10-05 and 2026-10-08 is missing. Download those"
        " days, too.",
    )


def test_the_pages_that_are_missing_are_told() -> None:
    _, later = joined(
        [
            statement("1", (5, 5), ("1000", "995"), COFFEE, number=7, page=1),
            statement("2", (6, 6), ("900", "895"), line(6, "-5.00"), number=7, page=4),
        ]
    )

    assert "is missing (pages 2 to 3)." in later.left_out[0]


def test_a_missing_page_whose_entries_sum_to_zero_is_told() -> None:
    _, later = joined(
        [
            statement("1", (5, 5), ("1000", "995"), COFFEE, number=7, page=1),
            statement("2", (6, 6), ("995", "990"), line(6, "-5.00"), number=7, page=3),
        ]
    )

    assert later.left_out == (
        "2: the file goes on after a missing page (page 2). Download it again.",
    )


def test_a_number_that_is_left_out_is_a_note_where_the_balances_agree() -> None:
    _, later = joined(
        [
            statement("1", (5, 5), ("1000", "995"), COFFEE, number=7),
            statement("2", (6, 6), ("995", "990"), line(6, "-5.00"), number=9),
        ]
    )

    assert later.left_out == ()
    assert later.notes == (
        "2 has the number 9, the one before it 7. Their balances agree, so either nothing is"
        " missing, or the missing entries sum to zero.",
    )


def test_two_accounts_are_two_chains() -> None:
    pages = [
        statement("1", (1, 5), ("1000", "995"), COFFEE, account="A"),
        statement("2", (6, 9), ("10", "5"), line(6, "-5.00"), account="B"),
    ]

    assert joined(pages) == pages


def test_what_two_overlapping_statements_have_counts_once() -> None:
    week, month = joined(
        [
            statement("1", (1, 7), ("1000", "985"), COFFEE, COFFEE, line(6, "-5.00")),
            statement(
                "2", (1, 31), ("1000", "980"), COFFEE, COFFEE, line(6, "-5.00"), line(20, "-5.00")
            ),
        ]
    )

    assert amounts([week, month]) == [["-5.00"] * 3, ["-5.00"]]
    assert month.notes == ("2 overlaps the one before it: 3 of its entries count once.",)


def test_of_equal_entries_only_as_many_count_once_as_both_statements_have() -> None:
    week = statement("1", (1, 5), ("1000", "995"), COFFEE)
    month = statement("2", (1, 31), ("1000", "990"), COFFEE, COFFEE)

    assert amounts(joined([week, month])) == [["-5.00"], ["-5.00"]]


def test_entries_with_references_of_their_own_are_two_in_an_overlap() -> None:
    week = statement("1", (1, 6), ("1000", "995"), line(5, "-5.00", "R1", "coffee"))
    month = statement("2", (4, 31), ("1000", "995"), line(5, "-5.00", "R2", "coffee"))

    assert amounts(joined([week, month])) == [["-5.00"], ["-5.00"]]


def test_what_is_missing_within_a_day_is_told() -> None:
    """Both have a part of the day, and neither the 100 that were booked between them."""
    _, later = joined(
        [
            statement("1", (1, 5), ("1000", "995"), COFFEE),
            statement("2", (5, 9), ("895", "890"), COFFEE),
        ]
    )

    assert (
        "its opening balance is 895 EUR, but the statement before it has the closing balance"
        " 995 EUR." in later.left_out[0]
    )
    assert amounts([later]) == [["-5.00"]]


def test_two_files_without_balances_that_share_a_day_overlap() -> None:
    assert amounts(
        joined(
            [
                statement("1", (1, 5), None, COFFEE),
                statement("2", (5, 9), None, COFFEE, line(9, "-7.00")),
            ]
        )
    ) == [["-5.00"], ["-7.00"]]


def test_two_files_without_balances_that_share_no_day_are_kept() -> None:
    pages = [
        statement("1", (1, 5), None, COFFEE),
        statement("2", (6, 9), None, line(6, "-5.00", words="coffee")),
    ]

    assert joined(pages) == pages


def test_an_entry_of_a_report_within_the_day_is_provisional_until_a_statement_has_it() -> None:
    report = statement(
        "1", (5, 5), None, line(5, "-5.00", "R1"), line(7, "-9.00", "R2"), is_provisional=True
    )
    final = statement("2", (1, 5), ("1000", "995"), line(5, "-5.00", "R1"))

    left, whole = joined([report, final])

    assert (amounts([left, whole]), left.is_provisional) == ([["-9.00"], ["-5.00"]], True)


def test_a_report_of_which_a_statement_has_all_is_forgotten() -> None:
    report = statement("1", (5, 5), None, COFFEE, is_provisional=True)
    final = statement("2", (1, 5), ("1000", "995"), line(5, "-5.00", "R1"))

    assert joined([report, final]) == [final]


def test_a_provisional_entry_that_its_days_statement_does_not_have_is_a_warning() -> None:
    report = statement("1", (5, 5), None, line(5, "-6.00", "R9"), is_provisional=True)
    final = statement("2", (1, 5), ("1000", "995"), COFFEE)

    left, _ = joined([report, final])

    assert (left.lines, left.left_out) == (
        (),
        ("entry of 5 is in no statement of its day, and was left out.",),
    )


def test_an_entry_of_a_report_with_another_reference_is_another_entry() -> None:
    report = statement("1", (5, 6), None, line(5, "-5.00", "R1"), is_provisional=True)
    final = statement("2", (5, 5), ("1000", "995"), line(5, "-5.00", "R2"))

    _, whole = joined([report, final])

    assert whole == final
    (warned,) = (told for told in joined([report, final]) if told.left_out)
    assert warned.left_out == ("entry of 5 is in no statement of its day, and was left out.",)


def test_each_entry_of_a_statement_is_that_of_one_entry_of_a_report() -> None:
    report = statement("1", (5, 6), None, COFFEE, COFFEE, is_provisional=True)
    final = statement("2", (5, 5), ("1000", "995"), line(5, "-5.00", "R1"))

    (warned,) = (told for told in joined([report, final]) if told.left_out)
    assert warned.left_out == ("entry of 5 is in no statement of its day, and was left out.",)


def test_a_later_report_repeats_what_an_earlier_one_has_under_its_reference() -> None:
    first, second = line(5, "-5.00", "R1"), line(5, "-5.00", "R2")
    reports = [
        statement("1", (5, 5), None, first, is_provisional=True),
        statement("2", (5, 5), None, first, second, is_provisional=True),
    ]

    assert amounts(joined(reports)) == [["-5.00"], ["-5.00"]]


def test_without_a_reference_no_entry_of_a_report_is_taken_for_another() -> None:
    reports = [
        statement("1", (5, 5), None, COFFEE, is_provisional=True),
        statement("2", (5, 5), ("0", "0"), COFFEE, is_provisional=True),
    ]

    assert amounts(joined(reports)) == [["-5.00"], ["-5.00"]]


def test_the_payments_of_a_batch_come_from_the_report_that_has_them() -> None:
    parts = (Detail(Decimal("-3.00"), "EUR"), Detail(Decimal("-2.00"), "EUR"))
    batch = StatementLine("1", date(2026, 10, 5), Decimal("-5.00"), "EUR", "B1", details=parts)
    final = statement("2", (1, 5), ("1000", "995"), line(5, "-5.00", "B1"))

    (whole,) = joined([statement("1", (5, 5), None, batch, is_provisional=True), final])

    assert whole.lines[0].details == parts
