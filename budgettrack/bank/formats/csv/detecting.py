"""What a CSV file shows of its layout by itself: the columns by their headings and contents, proven
by the balance where there is one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from budgettrack.bank.formats.csv.reading import IN_WORDS, OUT_WORDS, is_balance
from budgettrack.bank.formats.csv.reading import read as read_by
from budgettrack.bank.formats.csv.signs import SignsDoubtfulError
from budgettrack.bank.formats.csv.text import DELIMITERS, FileRow, decoded, encoding_of, rows
from budgettrack.bank.formats.csv.values import (
    ORDERS,
    decimal_sign,
    is_amount,
    is_day,
    number_locale,
    orders,
)
from budgettrack.config.bank_csv import AS_WRITTEN, INVERTED, Layout
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.money import is_currency
from budgettrack.core.cells.locales import customs_of
from budgettrack.core.records.tables import normal

HEAD = 40

_DAY = (
    "booking date|booked on|booking|buchungstag|buchungsdatum|transaction date|posting date|"
    "post date|date|datum|fecha|fecha operacion|data|date operation|date de comptabilisation|"
    "дата|дата операции|التاريخ|completed date|day|tarih|valuta|value date"
)
_AMOUNT = (
    "amount|betrag|umsatz|net|importe|monto|montant|valor|importo|bedrag|сумма|сума|المبلغ|"
    "transaction amount|kwota|value"
)
_IN = (
    "credit|credits|in|money in|paid in|deposit|deposits|haben|gutschrift|abono|abonos|haber|"
    "crédit|credito|crédito|ingreso|ingresos|entrate|приход|кредит|دائن|received|"
    "credit amount|paid in amount|bij"
)
_OUT = (
    "debit|debits|out|money out|paid out|withdrawal|withdrawals|soll|belastung|cargo|cargos|"
    "debe|débit|debito|débito|gasto|gastos|uscite|расход|дебет|مدين|withdrawn|debit amount|"
    "paid out amount|af"
)
_BALANCE = (
    "balance|saldo|solde|kontostand|running balance|account balance|saldo nach buchung|"
    "остаток|баланс|الرصيد|saldo disponible|ledger balance|closing balance"
)
_TEXT = (
    "description|details|text|verwendungszweck|buchungstext|concepto|descripción|descripcion|"
    "libellé|libelle|descrição|descricao|causale|descrizione|omschrijving|mededelingen|"
    "назначение платежа|описание|narration|narrative|particulars|payee|name|memo|remarks|"
    "purpose|الوصف|البيان|beneficiary|empfänger|auftraggeber"
)
_REFERENCE = (
    "reference|ref|transaction id|referenz|referencia|référence|reference number|"
    "referenznummer|transaction reference|номер документа|id"
)
_ACCOUNT = (
    "account|account number|konto|kontonummer|iban|cuenta|compte|conta|rekening|счет|"
    "auftragskonto|own account"
)


"""The headings of columns in many languages, the likeliest first."""


def _words(listed: str) -> tuple[str, ...]:
    return tuple(normal(word) for word in listed.split("|"))


@dataclass(frozen=True, slots=True)
class LayoutDoubt:
    """Something that a file does not show. `key`: the setting of [bank] that answers it.

    `choices`: the possible answers, none if any text may be one. `guess`: the likely one."""

    key: str
    about: str
    question: str
    choices: tuple[str, ...] = ()
    guess: str = ""


@dataclass(frozen=True, slots=True)
class Detected:
    """A layout as a file shows it, and the doubts that a person must settle.

    `facts`: what was seen, for the reader. `has_headings`: whether the file names its columns."""

    layout: Layout
    doubts: Sequence[LayoutDoubt]
    facts: Sequence[str]
    has_headings: bool


@dataclass(frozen=True, slots=True)
class _Grid:
    """The rows of a file that have its usual number of cells."""

    delimiter: str
    headings: Sequence[str]
    data: Sequence[FileRow]
    heading_line: int
    other: int

    def column(self, index: int) -> list[str]:
        return [row.cells[index] for row in self.data]

    def name(self, index: int) -> str:
        """Return how a layout names a column: its heading, or its number."""
        heading = self.headings[index] if self.headings else ""
        alone = heading and sum(normal(h) == normal(heading) for h in self.headings) == 1
        return heading if alone else str(index + 1)

    def with_heading(self, listed: str, among: Sequence[int]) -> list[int]:
        """Return the columns whose heading is one of the words, the likeliest first."""
        if not self.headings:
            return []
        known = _words(listed)
        bare = {index: _BRACKETS.sub("", normal(self.headings[index])).strip() for index in among}
        exact = [i for word in known for i in among if bare[i] == word]
        part = [
            i
            for word in known
            for i in among
            if len(word) > 3 and re.search(rf"\b{re.escape(word)}\b", bare[i])
        ]
        return list(dict.fromkeys([*exact, *part]))


_BRACKETS = re.compile(r"[(\[][^()\[\]]{0,40}[)\]]")


def detected(name: str, content: bytes, locale: str, currency: str) -> Detected | None:
    """Return the layout that a file shows. Returns None if it is no table of movements.

    `currency`: the group's base currency, the guess if the file names none."""
    encoding = encoding_of(content, locale)
    text = decoded(name, content, "", locale)
    grid = _grid(name, text, locale)
    if grid is None:
        return None
    days = _day_columns(grid, locale)
    if not days:
        return None
    return _Detector(name, text, grid, encoding, locale).detect(days, currency)


def _grid(name: str, text: str, locale: str) -> _Grid | None:
    """Return the table of a text by the delimiter that gives most cells.

    Returns None if no row has a day."""
    best: _Grid | None = None
    for delimiter in DELIMITERS:
        listed = list(rows(name, text, delimiter))
        widths = Counter(len(row.cells) for row in listed if len(row.cells) > 1)
        dated = [row for row in listed if any(is_day(cell, locale) for cell in row.cells)]
        widths = Counter(len(row.cells) for row in dated if len(row.cells) > 1) or widths
        if not widths:
            continue
        width = widths.most_common(1)[0][0]
        found = _table(
            delimiter, [row for row in listed if len(row.cells) >= width], locale, len(listed)
        )
        if found and (best is None or _size(found) > _size(best)):
            best = found
    return best


def _size(grid: _Grid) -> tuple[int, int]:
    return len(grid.data), len(grid.data[0].cells)


def _table(delimiter: str, wide: Sequence[FileRow], locale: str, total: int) -> _Grid | None:
    """Return the rows with a day, and the row above them as headings if it has neither days nor
    amounts.

    Returns None if no row has a day."""
    data = [row for row in wide if any(is_day(cell, locale) for cell in row.cells)]
    data = [row for row in data if not any(is_balance(cell) for cell in row.cells)]
    if not data:
        return None
    above = [row for row in wide if row.line < data[0].line]
    heading = above[-1] if above else None
    if heading is None or sum(map(bool, heading.cells)) < 2:
        return _Grid(delimiter, (), data, 0, total - len(data))
    width = min(len(row.cells) for row in data)
    if len(heading.cells) < width:
        return _Grid(delimiter, (), data, 0, total - len(data))
    return _Grid(delimiter, heading.cells, data, heading.line, total - len(data) - len(above))


def _day_columns(grid: _Grid, locale: str) -> list[int]:
    """Return the columns that have a day in every row, the booking date first."""
    columns = [
        index
        for index in range(min(len(row.cells) for row in grid.data))
        if all(is_day(cell, locale) for cell in grid.column(index))
    ]
    return list(dict.fromkeys([*grid.with_heading(_DAY, columns), *columns]))


class _Detector:
    """Finds the columns of one file."""

    def __init__(self, name: str, text: str, grid: _Grid, encoding: str, locale: str) -> None:
        self._name, self._text, self._grid, self._locale = name, text, grid, locale
        self._encoding = encoding
        self._width = min(len(row.cells) for row in grid.data)
        self._doubts: list[LayoutDoubt] = []
        self._facts: list[str] = []

    def detect(self, days: Sequence[int], currency: str) -> Detected | None:
        """Return the layout. Returns None if no column has amounts."""
        grid = self._grid
        day = days[0]
        money = self._money_columns([i for i in range(self._width) if i not in days])
        if not money:
            return None
        layout = Layout(
            date=grid.name(day),
            encoding="" if self._encoding == "utf-8" else self._encoding,
            dates=self._order(grid.column(day)),
            decimal=decimal_sign(cell for i in money for cell in grid.column(i)),
            columns=tuple(h for h in grid.headings if h) if _are_unlike(grid.headings) else (),
        )
        rest = [i for i in range(self._width) if i not in (*days, *money)]
        layout = self._with_words(layout, rest, currency)
        proven = next(self._proven(layout, money), None)
        layout = proven or self._by_headings(layout, money)
        self._tell(layout, proven is not None)
        if proven is None:
            layout = self._with_signs(layout)
        return Detected(layout, self._doubts, self._facts, bool(grid.headings))

    def _money_columns(self, among: Sequence[int]) -> list[int]:
        """Return the columns of amounts. Whole numbers without a decimal sign may be numbers of
        anything, so they count only if the heading says so or no other column has amounts."""
        grid = self._grid
        found: list[int] = []
        whole: list[int] = []
        for index in among:
            cells = [cell for cell in grid.column(index) if cell]
            decimal = number_locale(decimal_sign(cells), self._locale)
            if not cells or not all(is_amount(cell, decimal) for cell in cells):
                continue
            (found if any(re.search(r"[.,]\d", cell) for cell in cells) else whole).append(index)
        named = grid.with_heading("|".join((_AMOUNT, _IN, _OUT, _BALANCE)), whole)
        return sorted({*found, *named}) or whole

    def _order(self, texts: Sequence[str]) -> str:
        """Return the order of day, month and year. One that cannot be seen is a doubt."""
        possible = orders(texts)
        if len(possible) == 1 or not possible:
            return possible[0] if possible else ""
        if all(text[:4].isdecimal() and text[:2] in ("19", "20") for text in texts):
            return "year first"
        usual = customs_of(self._locale).order or ""
        self._doubts.append(
            LayoutDoubt(
                "dates",
                "the order of day and month",
                f'Is "{texts[0]}" written with the day first or the month first?',
                tuple(order for order in possible if order in ORDERS),
                usual if usual in possible else "",
            )
        )
        return usual if usual in possible else possible[0]

    def _with_words(self, layout: Layout, rest: Sequence[int], currency: str) -> Layout:
        """Return the layout with the currency and the columns of words."""
        grid = self._grid
        codes = [i for i in rest if _all_codes(grid.column(i))]
        texts = grid.with_heading(_TEXT, rest)
        references = [i for i in grid.with_heading(_REFERENCE, rest) if i not in (*texts, *codes)]
        accounts = [
            i
            for i in grid.with_heading(_ACCOUNT, rest)
            if i not in texts and len({*grid.column(i)}) == 1 and any(grid.column(i))
        ]
        if not grid.headings:
            texts = [i for i in rest if i not in codes][:1]
        code = grid.name(codes[0]) if codes else self._named_currency()
        if not code:
            self._doubts.append(
                LayoutDoubt(
                    "currency", "the currency", "Which currency is the file in?", (), currency
                )
            )
        return replace(
            layout,
            currency=code or currency,
            text=tuple(grid.name(i) for i in texts[:3]),
            reference=grid.name(references[0]) if references else "",
            account=grid.name(accounts[0]) if accounts else "",
        )

    def _named_currency(self) -> str:
        """Return the one currency that the headings or the amounts name, as in Amount (EUR)."""
        codes = {
            code
            for heading in self._grid.headings
            for code in re.findall(r"\b[A-Z]{3}\b", heading)
            if is_currency(code)
        }
        signs = {
            sign
            for sign, code in (("€", "EUR"), ("£", "GBP"))
            for row in self._grid.data
            if any(sign in cell for cell in row.cells)
            for sign in [code]
        }
        named = codes or signs
        return named.pop() if len(named) == 1 else ""

    def _proven(self, layout: Layout, money: Sequence[int]) -> Iterator[Layout]:
        """Yield the layouts whose balances follow from their amounts."""
        name = self._grid.name
        balances = self._grid.with_heading(_BALANCE, money)
        for balance in dict.fromkeys([*balances, *reversed(money)]):
            others = [i for i in money if i != balance]
            singles = list(dict.fromkeys([*self._grid.with_heading(_AMOUNT, others), *others]))
            for one in singles:
                for sign in ("", *self._flags([*money])):
                    for signs in (AS_WRITTEN, INVERTED):
                        yield from self._if_proven(
                            replace(
                                layout,
                                amount=name(one),
                                balance=name(balance),
                                sign=sign,
                                signs=signs,
                            )
                        )
            for one in others:
                for two in others:
                    if one != two:
                        yield from self._if_proven(
                            replace(
                                layout,
                                came_in=name(one),
                                went_out=name(two),
                                balance=name(balance),
                            )
                        )

    def _if_proven(self, layout: Layout) -> Iterator[Layout]:
        if len(self._grid.data) < 2:
            return
        try:
            statements = read_by(self._name, self._text, layout, self._locale, "", None)
        except UsageError:
            return
        if statements and any(s.lines for s in statements) and self._moves(layout):
            yield layout if layout.signs == INVERTED else replace(layout, signs="")

    def _moves(self, layout: Layout) -> bool:
        """Whether the balance column changes, so that it proves something."""
        index = next(i for i in range(self._width) if self._grid.name(i) == layout.balance)
        cells = [cell for cell in self._grid.column(index) if cell]
        return len(cells) > 1

    def _flags(self, taken: Sequence[int]) -> list[str]:
        """Return the columns of words that tell debit from credit."""
        return [
            self._grid.name(index)
            for index in range(self._width)
            if index not in taken
            and {*map(normal, self._grid.column(index))} - {""}
            and {*map(normal, self._grid.column(index))} - {""} <= OUT_WORDS | IN_WORDS
        ]

    def _by_headings(self, layout: Layout, money: Sequence[int]) -> Layout:
        """Return the layout by what the headings say, where no balance proves it."""
        grid, name = self._grid, self._grid.name
        balances = grid.with_heading(_BALANCE, money)
        others = [i for i in money if i not in balances] or list(money)
        ins, outs = grid.with_heading(_IN, others), grid.with_heading(_OUT, others)
        # A column of balances that proves nothing, as in a file of one row, is still named.
        balance = name(balances[0]) if balances and len(money) > 1 else ""
        if ins and outs and ins[0] != outs[0]:
            return replace(layout, came_in=name(ins[0]), went_out=name(outs[0]), balance=balance)
        amounts = grid.with_heading(_AMOUNT, others)
        if not amounts and len(others) > 1:
            self._doubts.append(
                LayoutDoubt(
                    "amount",
                    "the column of the amounts",
                    "Which column has the amounts?",
                    tuple(name(i) for i in others),
                    name(others[0]),
                )
            )
        flags = self._flags([*money])
        signed = any(sign in cell for cell in grid.column((amounts or others)[0]) for sign in "-−(")
        return replace(
            layout,
            amount=name((amounts or others)[0]),
            balance=balance,
            sign=flags[0] if flags and not signed else "",
        )

    def _with_signs(self, layout: Layout) -> Layout:
        """Add a doubt if nothing tells which movements are payments."""
        try:
            read_by(self._name, self._text, layout, self._locale, "", None)
        except SignsDoubtfulError as doubt:
            shown = "; ".join(
                f"{answer}: {', '.join(f'{amount:+}' for amount in amounts)}"
                for answer, amounts in doubt.readings.items()
            )
            self._doubts.append(
                LayoutDoubt(
                    "signs",
                    "which amounts are payments",
                    f"Which is right for {', '.join(doubt.examples)}? {shown}",
                    tuple(doubt.readings),
                )
            )
        except UsageError:
            pass  # the rows shown next tell it with their line
        return layout

    def _tell(self, layout: Layout, is_proven: bool) -> None:
        grid = self._grid
        delimiter = {"\t": "tab"}.get(grid.delimiter, grid.delimiter)
        headings = f"line {grid.heading_line}" if grid.headings else "none"
        self._facts += [
            f"encoding {self._encoding}, delimiter {delimiter}, headings: {headings},"
            f" {len(grid.data)} movements, {grid.other} other rows",
            f"days: {layout.dates or 'with the month as a word'}; decimal sign:"
            f" {layout.decimal or 'none seen'}",
            "the balances prove amounts and signs"
            if is_proven
            else "no balance proves the amounts",
        ]


def _are_unlike(headings: Sequence[str]) -> bool:
    named = [normal(heading) for heading in headings if heading]
    return len(named) == len({*named})


def _all_codes(cells: Sequence[str]) -> bool:
    codes = {cell.upper() for cell in cells if cell}
    return bool(codes) and all(is_currency(code) for code in codes)


def with_answers(seen: Detected, answers: Mapping[str, str]) -> Detected:
    """Return the layout with what a person has answered. Other doubts stay.

    Raises UsageError for an answer that is none of the choices."""
    layout, left = seen.layout, []
    for doubt in seen.doubts:
        answer = answers.get(doubt.key, "")
        if not answer:
            left.append(doubt)
            continue
        if doubt.choices and answer not in doubt.choices:
            raise UsageError(
                f'"{answer}" is no answer for {doubt.key}. One of: {", ".join(doubt.choices)}.'
            )
        if doubt.key == "currency" and not is_currency(answer.upper()):
            raise UsageError(f'"{answer}" is not a currency. Write its code, such as EUR.')
        value = answer.upper() if doubt.key == "currency" else answer
        layout = _with_answer(layout, doubt.key, value)
    return replace(seen, layout=layout, doubts=left)


def _with_answer(layout: Layout, key: str, value: str) -> Layout:
    match key:
        case "dates":
            return replace(layout, dates=value)
        case "currency":
            return replace(layout, currency=value)
        case "amount":
            return replace(layout, amount=value)
        case _:
            return replace(layout, signs=value)


def as_toml(layout: Layout) -> str:
    """Return a layout as the section [bank] of a file."""
    pairs: list[tuple[str, str | Sequence[str]]] = [
        ("columns", layout.columns),
        ("date", layout.date),
        ("amount", layout.amount),
        ("in", layout.came_in),
        ("out", layout.went_out),
        ("sign", layout.sign),
        ("signs", layout.signs),
        ("currency", layout.currency),
        ("balance", layout.balance),
        ("account", layout.account),
        ("reference", layout.reference),
        ("text", layout.text),
        ("dates", layout.dates),
        ("decimal", layout.decimal),
        ("encoding", layout.encoding),
    ]
    lines = [f"{key} = {_toml(value)}" for key, value in pairs if value]
    return "\n".join(["[bank]", *lines, ""])


def _toml(value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        escaped = "".join(
            f"\\u{ord(sign):04x}" if ord(sign) < 32 else {"\\": "\\\\", '"': '\\"'}.get(sign, sign)
            for sign in value
        )
        return f'"{escaped}"'
    return f"[{', '.join(map(_toml, value))}]"
