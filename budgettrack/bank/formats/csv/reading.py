"""Reads a bank's CSV file with a layout, which says what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from budgettrack.bank.formats.csv.opening import OpenedFile, opened
from budgettrack.bank.formats.csv.signs import (
    ChosenSigns,
    SignedRow,
    after_last_balance,
    chosen,
    running,
)
from budgettrack.bank.formats.csv.text import FileRow
from budgettrack.bank.formats.csv.values import (
    ReadAmount,
    amount,
    day,
    decimal_sign,
    form_of,
    has_no_year,
    number_locale,
    readable,
)
from budgettrack.bank.formats.statement import Statement, StatementLine, unreadable
from budgettrack.config.bank_csv import INVERTED, Layout
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.cells.values import read as read_value
from budgettrack.core.records.tables import normal

OUT_WORDS = frozenset(
    map(
        normal,
        (
            "D",
            "DR",
            "DBIT",
            "DT",
            "Debit",
            "Debet",
            "Debito",
            "Débito",
            "Débit",
            "S",
            "Soll",
            "Af",
            "Out",
            "Withdrawal",
            "Paid_out",
            "-",
            "−",
            "–",
            "DB",
            "Ab",
            "Cargo",
            "Sortie",
            "Расход",
            "Дебет",
            "مدين",
            "WD",
            "Outgoing",
            "Payment",
        ),
    )
)
IN_WORDS = frozenset(
    map(
        normal,
        (
            "C",
            "CR",
            "CRDT",
            "CT",
            "Credit",
            "Kredit",
            "Credito",
            "Crédito",
            "Crédit",
            "H",
            "Haben",
            "Bij",
            "In",
            "Deposit",
            "Paid_in",
            "+",
            "Abono",
            "Entrée",
            "Приход",
            "Кредит",
            "دائن",
            "DP",
            "Incoming",
            "Receipt",
        ),
    )
)
"""The debit words (`OUT_WORDS`, for money out) and credit words (`IN_WORDS`, for money in) that
banks write beside an amount."""

_BALANCES = re.compile(
    r"(?:account |ledger |available |current |neuer |alter |nuevo |ancien |nouveau )?"
    r"(?:opening|closing|starting|ending|start|end|anfangs|schluss|previous|final|initial)?[ -]?"
    r"(?:balance|saldo|solde|kontostand|остаток|сальдо|баланс|الرصيد|رصيد|"
    r"guthaben)"
    r"(?: (?:inicial|final|anterior|iniziale|finale|initial|inicial|précédent|"
    r"a transportar|b/?f|c/?f|brought forward|carried forward|на начало|на конец))?"
    r"(?: (?:as of|as at|at|on|am|per|zum|vom|au|al|a|на|op|dal|do dia|em))?"
)
_OPENS = re.compile(
    r"open|start|anfang|alter|inicial|anterior|initial|iniziale|précédent|ancien|начал|входящ|"
    r"brought|previous|b/f|begin|أول|سابق"
)
_CLOSES = re.compile(r"clos|end|schluss|neu|nuevo|nouveau|final|конец|исход|carried|c/f|transp")
_TAIL = " :.,;/()-0123456789"


def is_balance(text: str) -> bool:
    """Whether a text says that its row is a balance, not a movement.

    >>> is_balance("Saldo am 31.10.2026"), is_balance("Balance bikes")
    (True, False)
    """
    words = normal(text).rstrip(_TAIL)
    label = total_label(words) if words else None
    return bool(words) and (
        _BALANCES.fullmatch(words) is not None or (label is not None and label.carried)
    )


@dataclass(slots=True)
class _Kept:
    """The rows of a file, sorted into lists. Each row is in exactly one list."""

    steps: list[SignedRow] = field(default_factory=list)
    lines: list[tuple[date, str, str, str, tuple[Decimal, str] | None] | None] = field(
        default_factory=list
    )
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    not_booked: int = 0


def read(
    name: str, text: str, layout: Layout, locale: str, signs: str, today: date | None
) -> list[Statement] | None:
    """Return the statements of a CSV file, one for each account. Returns None if the file has other
    columns than the layout.

    `signs`: a person's answer about the plus and minus signs of this account, or "". `today`: a
    date without a year gets the latest year in which it is not after today. A row without a date
    is no movement; the notes mention it. Raises UsageError with the number of the line."""
    file = opened(name, text, layout)
    if file is None:
        return None
    return _Reader(name, file, layout, locale, today).statements(layout.signs or signs)


def signs_of(
    name: str, text: str, layout: Layout, locale: str, today: date | None
) -> ChosenSigns | None:
    """Return the meaning of the signs of a CSV file, proven by its balances if it has any.

    Returns None if the file has other columns than the layout. Raises UsageError as `read` does."""
    file = opened(name, text, layout)
    if file is None:
        return None
    reader = _Reader(name, file, layout, locale, today)
    return chosen(name, reader.kept().steps, layout.signs)


class _Reader:
    """Reads one CSV file of a bank by one layout, which says what each column has."""

    def __init__(
        self, name: str, file: OpenedFile, layout: Layout, locale: str, today: date | None
    ) -> None:
        self._name, self._file = name, file
        has_headings = bool(file.above) and not layout.is_without_headings
        self._headings = file.above[-1].cells if has_headings else ()
        self._layout = layout if layout.sign or not layout.amount else _with_sign(file, layout)
        self._cells = [self._of(row) for row in file.data]
        columns = (layout.amount, layout.came_in, layout.went_out)
        money = [
            cells[column] for cells in self._cells for column in columns if column and cells[column]
        ]
        balances = [cells[layout.balance] for cells in self._cells if layout.balance]
        decimal = layout.decimal or decimal_sign(money) or decimal_sign(balances)
        self._numbers = number_locale(decimal, locale)
        days = [cells[layout.date] for cells in self._cells if self._has_day(cells)]
        years = _years(file) if any(map(has_no_year, days)) else ()
        self._days = form_of(days, layout.dates, locale, years, today)
        self._has_years = not any(map(has_no_year, days))
        self._only_in_word = self._one_other_word()
        self._refuse_mixed_fees()

    def _of(self, row: FileRow) -> dict[str, str]:
        if self._layout.sign and self._layout.sign not in self._file.columns:
            index = int(self._layout.sign) - 1
            sign = row.cells[index] if index < len(row.cells) else ""
            return {**self._file.cells(row), self._layout.sign: sign}
        return self._file.cells(row)

    def _one_other_word(self) -> frozenset[str]:
        """Return the credit word, if the layout names only debit words and the file has exactly
        one other word. If the file has two other words, one of them may mean something else, so
        nothing is returned."""
        layout = self._layout
        if not layout.out_words or layout.in_words:
            return frozenset()
        words = {normal(cells[layout.sign]) for cells in self._cells if self._has_day(cells)}
        others = words - {"", *map(normal, layout.out_words)}
        return frozenset(others) if len(others) == 1 else frozenset()

    def _has_day(self, cells: Mapping[str, str]) -> bool:
        return any(map(str.isdecimal, cells[self._layout.date]))

    def kept(self) -> _Kept:
        """Return the rows of the file, sorted into lists by their kind, such as bookings and
        totals."""
        kept = _Kept()
        balances = self._balance_rows()
        for number, (row, cells) in enumerate(zip(self._file.data, self._cells, strict=True)):
            place, balance = f"{self._name}, line {row.line}", balances.get(number, "")
            if balance == "end":
                self._keep_balance(kept, place, cells, _side(row))
                kept.notes.append(f"{place} is a balance, not a movement.")
            else:
                self._keep(kept, place, cells, is_balance_within=bool(balance))
        return kept

    def statements(self, signs: str) -> list[Statement]:
        """Return the statements, one for each account."""
        kept = self.kept()
        meant = chosen(self._name, kept.steps, signs)
        if meant.meaning == INVERTED:
            kept.notes.append(f"{self._name}: an amount without a minus is a payment.")
        if not any(step.balance is not None for step in kept.steps):
            kept.notes.append(
                f"{self._name}: no balance is named in [bank], so nothing proves that the file is"
                " complete."
            )
        kept.notes += [
            f"{place} has no balance, so nothing proves that the bank has booked it. Check it."
            for place in after_last_balance(kept.steps)
        ]
        if kept.not_booked:
            rows_ = "1 row" if kept.not_booked == 1 else f"{kept.not_booked} rows"
            kept.notes.append(
                f"{self._name}: {rows_} left out, which the bank has not booked or has cancelled."
            )
        if not self._has_years:
            kept.notes.append(f"{self._name}: its dates have no year. Check the years shown here.")
        return self._by_account(kept, meant.amounts)

    def _balance_rows(self) -> dict[int, str]:
        """Return a mapping from the number of a row that is a balance to "end" or "within". "end"
        means that the row is among the first or last rows, with only balances before or after
        it."""
        labelled = [
            any(is_balance(cell) for cell in row.cells if cell) and not self._moves_balance(cells)
            for row, cells in zip(self._file.data, self._cells, strict=True)
        ]
        ends: set[int] = set()
        for numbers in (range(len(labelled)), range(len(labelled) - 1, -1, -1)):
            for number in numbers:
                if not labelled[number]:
                    break
                ends.add(number)
        rows = {
            number: "end" if number in ends else "within"
            for number, is_labelled in enumerate(labelled)
            if is_labelled
        }
        return rows | dict.fromkeys(self._total_rows(rows), "within")

    def _total_rows(self, balances: Mapping[int, str]) -> list[int]:
        """Return a list with the number of the last row if this row is a total, otherwise [].

        A total is called so, has a date (many banks write the last day of the month there), and
        its amount is the sum of the others. The name alone is not enough: a petrol company is
        called Total, too."""
        last = len(self._cells) - 1
        others = [
            cells
            for number, cells in enumerate(self._cells[:-1])
            if number not in balances and self._has_day(cells)
        ]
        if last < 2 or not self._has_day(self._cells[last]):
            return []
        if not any(map(total_label, map(normal, filter(None, self._file.data[last].cells)))):
            return []
        layout = self._layout
        columns = [column for column in (layout.amount, layout.came_in, layout.went_out) if column]
        written = [column for column in columns if self._cells[last][column]]
        return [last] if written and all(self._sums(c, last, others) for c in written) else []

    def _sums(self, column: str, last: int, others: Sequence[Mapping[str, str]]) -> bool:
        """Whether the amount of the last row is the sum of the amounts of the other rows in this
        column."""
        place = f"{self._name}, line {self._file.data[last].line}"
        moved = sum(
            (self._amount(place, cells, column, "0").amount for cells in others), Decimal(0)
        )
        return self._amount(place, self._cells[last], column).amount == moved

    def _moves_balance(self, cells: Mapping[str, str]) -> bool:
        """Whether a row has another amount besides its balance."""
        layout = self._layout
        if not layout.balance or not cells[layout.balance]:
            return False
        columns = [column for column in (layout.amount, layout.came_in, layout.went_out) if column]
        return any(cells[column] not in ("", cells[layout.balance]) for column in columns)

    def _keep(
        self, kept: _Kept, place: str, cells: Mapping[str, str], *, is_balance_within: bool
    ) -> None:
        layout = self._layout
        columns = [column for column in (layout.amount, layout.came_in, layout.went_out) if column]
        amounts = [cells[column] for column in columns if cells[column]]
        if is_balance_within and (amounts or self._has_day(cells)):
            # The row may be a movement whose text has such a word, so a person must look at it.
            kept.left_out.append(
                f"{place} looks like a balance or a total and was left out. Is it one?"
            )
        elif self._is_pending(cells):
            kept.not_booked += 1
        elif not self._has_day(cells):
            note = f"{place} has no date and was left out: a total, or a remark?"
            (kept.left_out if amounts else kept.notes).append(note)
        elif not amounts and layout.balance and cells[layout.balance]:
            # `is_balance` does not know this bank's word for an opening balance.
            # The balances after this row prove that the row is an opening balance.
            self._keep_balance(kept, place, cells, "")
            kept.left_out.append(
                f"{place} has a balance but no amount, and was taken for an opening or closing"
                " balance. Is it one?"
            )
        else:
            self._keep_movement(kept, place, cells)

    def _keep_balance(
        self,
        kept: _Kept,
        place: str,
        cells: Mapping[str, str],
        side: str,
    ) -> None:
        """Keep an opening or closing balance, to check the amounts with it."""
        layout = self._layout
        columns = [column for column in (layout.amount, layout.came_in, layout.went_out) if column]
        column = layout.balance
        texts = [cells[each] for each in columns if cells[each]]
        if column and cells[column]:
            texts = [cells[column]]
        if len(texts) == 1:
            value = amount(place, texts[0], "balance", self._numbers).amount
            currency = cells.get(self._layout.currency, self._layout.currency)
            booked = None
            if self._has_day(cells):
                booked = day(place, cells[self._layout.date], self._layout.date, self._days)
            kept.steps.append(
                SignedRow(
                    place,
                    balance=value,
                    moves=False,
                    account=(self._account(cells), currency),
                    day=booked,
                    side=side,
                )
            )
            kept.lines.append(None)

    def _is_pending(self, cells: Mapping[str, str]) -> bool:
        """Whether a row says that it is not booked. A row with neither a date nor a state, such as
        a total, is not pending."""
        return any(
            normal(cells[column]) not in map(normal, booked)
            for column, booked in self._layout.where.items()
            if cells[column] or self._has_day(cells)
        )

    def _keep_movement(self, kept: _Kept, place: str, cells: Mapping[str, str]) -> None:
        layout = self._layout
        step, signs = self._step(place, cells)
        currency = self._currency(place, cells, signs)
        booked = day(place, cells[layout.date], layout.date, self._days)
        kept.steps.append(
            SignedRow(
                place,
                step.amount,
                step.came_in,
                step.went_out,
                step.is_out,
                self._fee(place, cells),
                self._balance(place, cells),
                account=(self._account(cells), currency),
                day=booked,
            )
        )
        words = " ".join(" ".join(cells[column] for column in layout.text).split())
        reference = cells[layout.reference] if layout.reference else ""
        kept.lines.append(
            (
                booked,
                currency,
                reference or words,
                words,
                self._original(place, cells, currency),
            )
        )

    def _step(self, place: str, cells: Mapping[str, str]) -> tuple[SignedRow, frozenset[str]]:
        """Return the amounts of a row as they are written, and the codes of all currencies that a
        sign beside them, such as $, may mean."""
        layout = self._layout
        if layout.amount:
            read_ = self._amount(place, cells, layout.amount)
            if layout.net:
                self._prove_net(place, cells, read_.amount)
            is_out = self._is_out(place, cells, read_) if layout.sign else None
            if read_.is_told and is_out is None:
                return SignedRow(
                    place, abs(read_.amount), is_out=read_.amount < 0
                ), read_.currencies
            return SignedRow(place, read_.amount, is_out=is_out), read_.currencies
        if not cells[layout.came_in] and not cells[layout.went_out]:
            raise unreadable(
                place,
                "it has no amount",
                "If it is no movement, delete the line in a copy of the file; else download the"
                " file again",
            )
        came = self._amount(place, cells, layout.came_in, "0")
        went = self._amount(place, cells, layout.went_out, "0")
        if came.amount and went.amount:
            raise unreadable(
                place,
                "it has an amount for money in and one for money out",
                "Correct the line, or download the file again",
            )
        out = -went.amount if went.is_told else went.amount
        return (
            SignedRow(place, came_in=came.amount, went_out=out),
            came.currencies or went.currencies,
        )

    def _amount(
        self, place: str, cells: Mapping[str, str], column: str, blank: str = ""
    ) -> ReadAmount:
        return amount(place, cells[column] or blank, column, self._numbers)

    def _is_out(self, place: str, cells: Mapping[str, str], read_: ReadAmount) -> bool:
        """Whether the word in a row is a debit word (money out). An unknown word counts as a
        credit word if the amount is 0. Raises UsageError for any other unknown word."""
        word = normal(cells[self._layout.sign])
        if word in map(normal, self._layout.out_words):
            return True
        if word in map(normal, self._layout.in_words) or word in self._only_in_word:
            return False
        if word in OUT_WORDS or word in IN_WORDS:
            return word in OUT_WORDS
        if not read_.amount:
            return False
        raise unreadable(
            place,
            f'"{self._layout.sign}" does not say whether money came in or went out',
            'Name the words that mean money out, and in: [bank] out_words = ["D"], in_words ='
            ' ["C"]',
        )

    def _balance(self, place: str, cells: Mapping[str, str]) -> Decimal | None:
        """Return the balance after a row. Returns None if it is blank."""
        column = self._layout.balance
        return self._amount(place, cells, column).amount if column and cells[column] else None

    def _fee(self, place: str, cells: Mapping[str, str]) -> Decimal:
        """Return the fee that the bank takes in addition to the amount. It is negative if the bank
        refunds a fee."""
        column = self._layout.fee
        if self._layout.net:
            gross = self._amount(place, cells, self._layout.amount).amount
            return gross - self._amount(place, cells, self._layout.net).amount
        return abs(self._amount(place, cells, column, "0").amount) if column else Decimal(0)

    def _prove_net(self, place: str, cells: Mapping[str, str], gross: Decimal) -> None:
        """Raise UsageError if the difference between the amount and the net amount is not the fee.
        The plus or minus sign of the fee does not matter."""
        layout = self._layout
        net = self._amount(place, cells, layout.net).amount
        if layout.fee:
            fee = self._amount(place, cells, layout.fee, "0").amount
            if abs(gross - net) != abs(fee):
                raise unreadable(
                    place,
                    f'"{layout.amount}" less "{layout.fee}" is not "{layout.net}"',
                    "Name other columns in [bank], or download the file again",
                )

    def _refuse_mixed_fees(self) -> None:
        """Raise UsageError if some fees have a minus sign and others have none. Some of them may
        be refunded fees, and nothing shows which."""
        layout = self._layout
        if not layout.fee or layout.net:
            return
        fees = [cells[layout.fee] for cells in self._cells if cells[layout.fee]]
        signed = [fee for fee in fees if any(digit in "123456789" for digit in fee)]
        minus = [fee for fee in signed if any(sign in fee for sign in "-−–(")]
        if minus and len(minus) < len(signed):
            raise unreadable(
                self._name,
                f'some amounts in "{layout.fee}" have a minus and some have none',
                'Name the column of the amount less the fee: [bank] net = "Net"',
            )

    def _account(self, cells: Mapping[str, str]) -> str:
        return cells[self._layout.account] if self._layout.account else ""

    def _currency(self, place: str, cells: Mapping[str, str], signs: frozenset[str]) -> str:
        layout = self._layout
        given = cells.get(layout.currency, layout.currency)
        if not given and len(signs) == 1:
            return next(iter(signs))
        value = read_value(given, "currency", self._days.locale)
        currency = readable(place, value, layout.currency)
        if signs and currency not in signs:
            raise unreadable(
                place,
                f"its amount is in {' or '.join(sorted(signs))}, its currency is {currency}",
                "Download one file for each account and currency, or name the column of the"
                " currency in [bank]",
            )
        return currency

    def _original(
        self, place: str, cells: Mapping[str, str], currency: str
    ) -> tuple[Decimal, str] | None:
        """Return the amount and the currency of a card payment in another currency. Returns None
        if the payment was in the currency of the account."""
        layout = self._layout
        if not (layout.original and layout.original_currency and cells[layout.original]):
            return None
        code = cells[layout.original_currency].upper()
        if not code or code == currency:
            return None
        return abs(self._amount(place, cells, layout.original).amount), code

    def _by_account(self, kept: _Kept, amounts: Sequence[Decimal]) -> list[Statement]:
        """Return one statement for each account. The first one has the notes."""
        lines: dict[str, list[StatementLine]] = {}
        for step, line, units in zip(kept.steps, kept.lines, amounts, strict=True):
            if line is None:
                continue
            day_, currency, reference, words, original = line
            went = step.is_out if step.is_out is not None else bool(step.went_out)
            is_two_sided = step.is_out is not None or bool(step.went_out or step.came_in)
            lines.setdefault(step.account[0], []).append(
                StatementLine(
                    step.place,
                    day_,
                    units,
                    currency,
                    reference,
                    words,
                    reversal=is_two_sided and bool(units) and (units > 0) == went,
                    original=original,
                    fee=max(step.fee, Decimal(0)),
                )
            )
        statements = [
            self._statement(account, of_account)
            for account, of_account in (lines or {"": []}).items()
        ]
        statements[0] = replace(
            statements[0],
            notes=tuple(kept.notes),
            left_out=tuple(kept.left_out),
        )
        return [
            replace(each, running=self._running(each.account, kept.steps, amounts))
            for each in statements
        ]

    def _running(
        self, account: str, steps: Sequence[SignedRow], amounts: Sequence[Decimal]
    ) -> tuple[Decimal, Decimal] | None:
        """Return the balances of one account before and after its movements, or None."""
        own = [
            (step, units)
            for step, units in zip(steps, amounts, strict=True)
            if step.account[0] == account
        ]
        return running([step for step, _ in own], [units for _, units in own])

    def _statement(self, account: str, lines: Sequence[StatementLine]) -> Statement:
        days = [line.day for line in lines]
        currencies = {line.currency for line in lines}
        code = self._layout.currency_code
        return Statement(
            tuple(lines),
            min(days, default=None),
            max(days, default=None),
            account,
            currency=currencies.pop() if len(currencies) == 1 else code,
            headings=self._headings,
        )


def _side(row: FileRow) -> str:
    """Return "opening" if a row says that it has an opening balance, "closing" if it says that it
    has a closing balance, otherwise ""."""
    words = " ".join(normal(cell) for cell in row.cells if is_balance(cell))
    if _OPENS.search(words):
        return "opening"
    return "closing" if _CLOSES.search(words) else ""


def _with_sign(file: OpenedFile, layout: Layout) -> Layout:
    """Return the layout, with the debit/credit column of the file added if the layout does not
    name it and the minus signs do not show which amounts were paid out.

    Without this column, a payment without a minus sign would be taken for income."""
    if layout.signs:
        return layout
    index = file.columns[layout.amount]
    movements = [row for row in file.data if index < len(row.cells) and row.cells[index]]
    width = max((len(row.cells) for row in file.data), default=0)
    taken = set(file.columns.values())
    for column in range(width):
        words = [row.cells[column] if column < len(row.cells) else "" for row in movements]
        amounts = [row.cells[index] for row in movements]
        if column not in taken and is_direction(words) and is_needed(words, amounts):
            return replace(layout, sign=str(column + 1))
    return layout


def is_direction(cells: Iterable[str]) -> bool:
    """Whether a column is a debit/credit column: all its cells are debit or credit words. A column
    with only dashes counts as blank."""
    words = {normal(cell) for cell in cells} - {""}
    has_letters = any(any(map(str.isalpha, word)) for word in words)
    has_both = bool(words & OUT_WORDS) and bool(words & IN_WORDS)
    return bool(words) and words <= OUT_WORDS | IN_WORDS and (has_letters or has_both)


def is_needed(words: Sequence[str], amounts: Sequence[str]) -> bool:
    """Whether the debit/credit column must be read, because the minus signs do not show which
    amounts were paid out.

    Example: D stands beside 500.00 and also beside -500.00. If debit words always stand beside a
    minus sign and credit words never (or the reverse), the column is not needed."""
    signs: dict[bool, set[bool]] = {True: set(), False: set()}
    for word, written in zip(words, amounts, strict=True):
        if word and any(digit in "123456789" for digit in written):
            signs[normal(word) in OUT_WORDS].add(has_minus(written))
    out, into = signs[True], signs[False]
    return True not in out | into or len(out) == 2 or len(into) == 2 or out == into


def has_minus(amount: str) -> bool:
    """Whether an amount is negative as it is written."""
    return any(sign in amount for sign in "-−–(")


def _years(file: OpenedFile) -> tuple[int, ...]:
    """Return the years that are written above the headings."""
    text = " ".join(cell for row in file.above for cell in row.cells)
    return tuple(sorted({int(year) for year in re.findall(r"(?<!\d)20\d\d(?!\d)", text)}))
