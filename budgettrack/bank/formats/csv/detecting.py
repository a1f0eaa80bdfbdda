"""Detects the layout of a CSV file (what its columns mean) from the file alone. It finds the
columns by their headings and contents. If the file has balances, they must follow from the
amounts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations

from budgettrack.bank.formats.csv import heading_words as words
from budgettrack.bank.formats.csv.reading import (
    has_minus,
    is_balance,
    is_direction,
    is_needed,
    signs_of,
)
from budgettrack.bank.formats.csv.signs import SignsDoubtfulError
from budgettrack.bank.formats.csv.text import DELIMITERS, FileRow, decoded, encoding_of, rows
from budgettrack.bank.formats.csv.values import (
    decimal_sign,
    is_amount,
    is_day,
    number_locale,
    orders,
)
from budgettrack.bank.formats.statement import unreadable
from budgettrack.config.bank_csv import AS_WRITTEN, INVERTED, Layout
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.money import is_currency
from budgettrack.core.cells.locales import customs_of
from budgettrack.core.records.tables import normal

NO_CURRENCY = "XXX"
"""The code in ISO 4217 that means: no currency."""

NONE = "none"
"""The answer of a person that means: the file has no column of this kind."""


@dataclass(frozen=True, slots=True)
class LayoutDoubt:
    """Something that a file does not show, so that a person must say it.

    `key`: the name of the question. `about`: the question in a few words. `choices`: from each
    possible answer to the text that explains it; empty if any text may be an answer. `guess`: the
    likely answer, or ""."""

    key: str
    about: str
    question: str
    choices: Mapping[str, str]
    guess: str = ""


@dataclass(frozen=True, slots=True)
class Detected:
    """A layout as it was detected, and the questions that a person must answer (doubts).

    `facts`: from the name of a fact, such as "delimiter", to what was detected. `has_headings`:
    whether the columns of the file have headings. `is_proven`: whether the balances follow from
    the amounts."""

    layout: Layout
    doubts: Sequence[LayoutDoubt]
    facts: Mapping[str, str]
    has_headings: bool
    is_proven: bool


@dataclass(frozen=True, slots=True)
class _Grid:
    """The rows of a file that are movements: the rows with a date.

    `headings`: empty if the file has none. `above`: how many rows are above the movements, without
    the headings. `below`: how many other rows are between or below the movements."""

    delimiter: str
    headings: Sequence[str]
    data: Sequence[FileRow]
    heading_line: int
    above: int
    below: int

    @property
    def width(self) -> int:
        return min(len(row.cells) for row in self.data)

    def column(self, index: int) -> list[str]:
        return [row.cells[index] for row in self.data]

    def name(self, index: int) -> str:
        """Return the name of a column for a layout: its heading, or its number."""
        heading = self.headings[index] if index < len(self.headings) else ""
        alone = heading and sum(normal(h) == normal(heading) for h in self.headings) == 1
        return heading if alone else str(index + 1)

    def called(self, known: Sequence[str], among: Sequence[int]) -> list[int]:
        """Return the columns whose heading is one of the words, the most likely first.

        If there are none, return the columns whose heading contains one of the words."""
        bare = {
            index: _BRACKETS.sub("", normal(self.headings[index])).strip(" .:")
            for index in among
            if index < len(self.headings)
        }
        exact = [i for word in known for i in bare if bare[i] == word]
        part = [
            i
            for word in known
            for i in bare
            if len(word) > 3 and re.search(rf"\b{re.escape(word)}\b", bare[i])
        ]
        return list(dict.fromkeys(exact or part))

    def unlike(self, columns: Sequence[int]) -> list[int]:
        """Return the columns. If several have the same cells, only the first is returned."""
        first: dict[tuple[str, ...], int] = {}
        for index in columns:
            first.setdefault(tuple(self.column(index)), index)
        return list(first.values())


@dataclass(frozen=True, slots=True)
class _TwoAmounts:
    """The two columns of a file that has each amount twice: `charged` in the currency of the
    account, and `original` in the currency of the payment."""

    charged: int
    original: int


_BRACKETS = re.compile(r"[(\[][^()\[\]]{0,40}[)\]]")


def detected(
    name: str,
    content: bytes,
    locale: str,
    currency: str,
    answers: Mapping[str, str] | None = None,
) -> Detected | None:
    """Return the layout that a file shows. Returns None if it is no table of movements.

    `currency`: the group's base currency, which is the guess if the file names none. `answers`:
    what a person has answered, by the keys of the doubts. Raises UsageError for an answer that
    is not among the choices."""
    encoding = encoding_of(content, locale)
    text = decoded(name, content, "", locale)
    grid = _grid(name, text, locale)
    if grid is None:
        return None
    _refuse_split_amounts(name, grid)
    return _Detector(name, text, grid, encoding, locale, answers or {}).detect(currency)


def _grid(name: str, text: str, locale: str) -> _Grid | None:
    """Return the table in a text, split by the delimiter that gives the most cells.

    Returns None if no row has a date."""
    best: _Grid | None = None
    for delimiter in DELIMITERS:
        listed = list(rows(name, text, delimiter))
        found = _table(delimiter, listed, locale)
        if found and (best is None or _size(found) > _size(best)):
            best = found
    return best


def _size(grid: _Grid) -> tuple[bool, int]:
    """Return a key for comparing tables that were split in different ways. A table with headings
    is better: one without may come from dates and commas inside texts."""
    return bool(grid.headings), len(grid.data) * grid.width


def _table(delimiter: str, listed: Sequence[FileRow], locale: str) -> _Grid | None:
    """Return the rows with a date, and the headings above them.

    Returns None if no row with several cells has a date."""
    dated = [
        row
        for row in listed
        if len(row.cells) > 1
        and any(is_day(cell, locale) for cell in row.cells)
        and not any(is_balance(cell) for cell in row.cells)
    ]
    widths = Counter(map(_last_filled, dated))
    if not widths:
        return None
    width = max(length for length, number in widths.items() if number * 4 >= len(dated))
    data = [row for row in dated if len(row.cells) >= width]
    if not data:
        return None
    above = [row for row in listed if row.line < data[0].line]
    heading = next((row for row in reversed(above) if _names_columns(row, width)), None)
    if heading is None and above and _may_name_columns(above[-1], width):
        heading = above[-1]
    other = len(listed) - len(data) - len(above)
    if heading is None:
        return _Grid(delimiter, (), data, 0, len(above), other)
    # Some programs write no delimiters after the last filled cell.
    # So blank columns at the end of a row have no cells.
    named = _last_filled(heading)
    data = [replace(row, cells=row.cells + ("",) * (named - len(row.cells))) for row in data]
    return _Grid(delimiter, heading.cells, data, heading.line, len(above) - 1, other)


def _last_filled(row: FileRow) -> int:
    """Return how many cells a row has without the blank ones at its end."""
    return max(number for number, cell in enumerate(row.cells, 1) if cell)


def _names_columns(row: FileRow, width: int) -> bool:
    """Whether a row above the movements has the names of the columns. A row with the number or
    the holder of the account does not count, because a layout is stored and must not contain
    them."""
    named = [cell for cell in row.cells if cell]
    if len(row.cells) < width or len(named) < 2 or any(map(is_balance_row, named)):
        return False
    if any(re.search(r"\d{3}|\d[.,]\d", cell) for cell in named):
        return False
    bare = {_BRACKETS.sub("", normal(cell)).strip(" .:") for cell in named}
    return len(bare & _KNOWN) >= 2 or (bool(bare & _KNOWN) and len(named) * 2 >= width)


def _may_name_columns(row: FileRow, width: int) -> bool:
    """Whether the last row above the movements has a word for every column, perhaps in an
    unknown language."""
    return (
        width > 2
        and len(row.cells) >= width
        and all(cell and not re.search(r"\d", cell) for cell in row.cells[:width])
        and not any(is_currency(cell) or is_balance_row(cell) for cell in row.cells)
    )


_KNOWN = frozenset(word for listed in words.ALL for word in listed)


def is_balance_row(cell: str) -> bool:
    """Whether a cell says that its row is an opening or closing balance. If the cell has only
    the word "balance", it may be a heading."""
    return is_balance(cell) and normal(cell) not in words.BALANCE


def _refuse_split_amounts(name: str, grid: _Grid) -> None:
    """Raise UsageError if amounts such as -500,00 are between commas without quotation marks.
    Their cents would become a column of their own."""
    for index in range(grid.width - 1):
        cells = [(row.cells[index], row.cells[index + 1]) for row in grid.data]
        whole = all(re.fullmatch(r"[-+−]?\d{1,9}", first) for first, _ in cells)
        if (
            grid.delimiter == ","
            and whole
            and all(re.fullmatch(r"\d\d", second) for _, second in cells)
        ):
            raise unreadable(
                name,
                "a comma stands within its amounts, and between its columns",
                "Download it again, or as CAMT.053, MT940 or OFX",
            )


class _Detector:
    """Finds out which column of a bank's CSV file has the date, the amount and so on."""

    def __init__(
        self,
        name: str,
        text: str,
        grid: _Grid,
        encoding: str,
        locale: str,
        answers: Mapping[str, str],
    ) -> None:
        self._name, self._text, self._grid, self._locale = name, text, grid, locale
        self._encoding, self._answers = encoding, answers
        self._doubts: dict[str, LayoutDoubt] = {}

    def detect(self, currency: str) -> Detected | None:
        """Return the layout. Returns None if no column has dates, or none has amounts."""
        grid = self._grid
        days = [i for i in range(grid.width) if all(self._is_day(c) for c in grid.column(i))]
        money = self._money_columns([i for i in range(grid.width) if i not in days])
        if not days or not money:
            return None
        day = self._day(days)
        layout = Layout(
            date=grid.name(day),
            encoding="" if self._encoding == "utf-8" else self._encoding,
            dates=self._order(grid.column(day)),
            decimal=decimal_sign(cell for i in money for cell in grid.column(i)),
            columns=tuple(dict.fromkeys(heading for heading in grid.headings if heading)),
        )
        rest = [i for i in range(grid.width) if i not in (*days, *money)]
        layout = self._with_words(layout, rest)
        paid = self._amounts_as_paid(money)
        if paid is not None:
            layout = self._with_original(layout, paid, rest, currency)
            money = [i for i in money if i != paid.original]
        else:
            layout = replace(layout, currency=self._currency(self._codes(rest), currency))
        layout = self._with_state(layout, rest)
        proven = self._proven(layout, money, rest)
        if proven is None:
            layout = self._by_headings(layout, money)
            layout = self._with_account(layout, rest)
            layout = self._with_signs(layout)
        else:
            layout = proven
        facts = self._facts(layout, proven is not None)
        return Detected(
            layout, [*self._doubts.values()], facts, bool(grid.headings), proven is not None
        )

    def _settled(self, doubt: LayoutDoubt) -> str:
        """Return what a person has answered, or else the guess. If there was no answer, the
        doubt is kept."""
        answer = self._answers.get(doubt.key, "")
        if not answer:
            self._doubts[doubt.key] = doubt
            return doubt.guess
        if doubt.choices and answer not in doubt.choices:
            raise UsageError(
                f'"{answer}" is no answer for {doubt.key}. One of: {", ".join(doubt.choices)}.'
            )
        return answer

    def _column(self, key: str, about: str, question: str, columns: Sequence[int]) -> int:
        """Return one of several columns: the one that a person has named, or else the first."""
        if len(columns) == 1:
            return columns[0]
        names = {self._grid.name(index): index for index in columns}
        doubt = LayoutDoubt(key, about, question, {name: name for name in names}, next(iter(names)))
        return names[self._settled(doubt)]

    def _is_day(self, text: str) -> bool:
        return is_day(text, self._locale)

    def _day(self, days: Sequence[int]) -> int:
        named = self._grid.called(words.DAY, days)
        if named:
            return named[0]
        return self._column(
            "date",
            "the column of the booking date",
            "Which column has the day on which the bank booked the entry?",
            self._grid.unlike(days),
        )

    def _money_columns(self, among: Sequence[int]) -> list[int]:
        """Return the columns of amounts. A column of whole numbers without a decimal sign may be
        anything, so it counts only if its heading says so or if no other column has amounts."""
        grid = self._grid
        found: list[int] = []
        whole: list[int] = []
        for index in among:
            cells = [cell for cell in grid.column(index) if cell]
            decimal = number_locale(decimal_sign(cells), self._locale)
            if not cells or not all(is_amount(cell, decimal) for cell in cells):
                continue
            (found if any(re.search(r"[.,]\d", cell) for cell in cells) else whole).append(index)
        lists = (words.AMOUNT, words.IN, words.OUT, words.BALANCE, words.FEE, words.NET)
        named = [index for known in lists for index in grid.called(known, whole)]
        # In a month without income, the column for money in is blank, but it is still needed.
        # The column for money out alone does not show that its amounts were paid out.
        blank = [index for index in among if not any(grid.column(index))]
        sides = [index for known in (words.IN, words.OUT) for index in grid.called(known, blank)]
        return sorted({*found, *named, *(sides if found or named else ())}) or whole

    def _order(self, texts: Sequence[str]) -> str:
        """Return the order of day, month and year. If the file does not show the order, a person
        is asked."""
        possible = orders(texts)
        if len(possible) < 2:
            return possible[0] if possible else ""
        usual = customs_of(self._locale).order or ""
        return self._settled(
            LayoutDoubt(
                "dates",
                "the order of day and month",
                f'Is "{texts[0]}" written with the day first or the month first?',
                {order: order for order in possible},
                usual if usual in possible else possible[0],
            )
        )

    def _codes(self, rest: Sequence[int]) -> list[int]:
        """Return the columns that contain codes of currencies."""
        return [i for i in rest if _all_codes(self._grid.column(i))]

    def _with_words(self, layout: Layout, rest: Sequence[int]) -> Layout:
        """Return the layout with the columns of texts, such as the counterparty and the purpose."""
        grid = self._grid
        codes = self._codes(rest)
        texts = [i for i in grid.called(words.TEXT, rest) if i not in codes]
        references = [i for i in grid.called(words.REFERENCE, rest) if i not in (*texts, *codes)]
        if not grid.headings:
            texts = [i for i in rest if i not in codes][:1]
        own = [
            i
            for i in grid.called(words.ACCOUNT, rest)
            if i not in texts and len({*grid.column(i)}) == 1 and any(grid.column(i))
        ]
        return replace(
            layout,
            text=tuple(grid.name(i) for i in texts[:3]),
            reference=grid.name(references[0]) if references else "",
            account=grid.name(own[0]) if own else "",
        )

    def _currency(self, codes: Sequence[int], usual: str) -> str:
        """Return the column of the currency, or the currency of the whole file."""
        if codes:
            named = self._grid.called(words.CURRENCY, codes)
            column = self._column(
                "currency",
                "the column of the currency",
                "Which column has the currency of the amount?",
                named[:1] or self._grid.unlike(codes),
            )
            return self._grid.name(column)
        return self._named_currency() or self._said_currency(usual)

    def _said_currency(self, usual: str) -> str:
        """Return the currency that a person has named."""
        answer = self._settled(
            LayoutDoubt("currency", "the currency", "Which currency is the file in?", {}, usual)
        )
        if not answer:
            # Without an answer, the question stays open, so the file is not imported.
            return NO_CURRENCY
        if not is_currency(answer.upper()):
            raise UsageError(f'"{answer}" is not a currency. Write its code, such as EUR.')
        return answer.upper()

    def _amounts_as_paid(self, money: Sequence[int]) -> _TwoAmounts | None:
        """Return the two columns of a file that has each amount twice: as the account was charged,
        and as it was paid in another currency. Returns None if the headings name no such pair."""
        grid = self._grid
        sides = (words.BALANCE, words.FEE, words.NET, words.IN, words.OUT)
        # "Commission in the account's currency" is a fee.
        # "amount in account currency" is an amount.
        charged = grid.called(words.IN_ACCOUNT_CURRENCY, money)
        other = {i for known in sides for i in grid.called(known, money)} - {*charged}
        amounts = [i for i in money if i not in other and self._has_amounts(i)]
        paid = [i for i in grid.called(words.AS_PAID, amounts) if i not in charged]
        if not charged and paid:
            charged = [i for i in grid.called(words.AMOUNT, amounts) if i not in paid]
        if charged and not paid:
            paid = grid.called(words.AMOUNT, [i for i in amounts if i not in charged])
        return _TwoAmounts(charged[0], paid[0]) if charged and paid else None

    def _with_original(
        self, layout: Layout, two: _TwoAmounts, rest: Sequence[int], usual: str
    ) -> Layout:
        """Return the layout with the currency of the account, and with the amounts as they were
        paid.

        The currency of the payments is never taken for the currency of the account. Otherwise a
        fee could be subtracted from an amount in another currency."""
        grid = self._grid
        codes = self._codes(rest)
        foreign = grid.called(words.CURRENCY_AS_PAID, codes)
        own = grid.called(words.ACCOUNT_CURRENCY, codes) or [
            i for i in codes if i not in foreign and i == two.charged + 1 and i != two.original - 1
        ]
        paid_in = [i for i in codes if i not in own]
        heading = grid.headings[two.charged]
        named = {code for code in re.findall(r"\b[A-Z]{3}\b", heading) if is_currency(code)}
        if own:
            currency = grid.name(own[0])
        elif len(named) == 1:
            currency = named.pop()
        else:
            currency = self._said_currency(self._unconverted(two, paid_in[:1]) or usual)
        if not paid_in:
            return replace(layout, currency=currency)
        return replace(
            layout,
            currency=currency,
            original=grid.name(two.original),
            original_currency=grid.name(paid_in[0]),
        )

    def _unconverted(self, two: _TwoAmounts, paid_in: Sequence[int]) -> str:
        """Return the currency of the rows in which both amounts are equal, if there is only one.
        It is probably the currency of the account. Returns "" if there is none."""
        same = {
            row.cells[index].upper()
            for index in paid_in
            for row in self._grid.data
            if row.cells[two.charged] == row.cells[two.original]
        }
        return same.pop() if len(same) == 1 else ""

    def _named_currency(self) -> str:
        """Return the only currency that the headings or the amounts name, as in Amount (EUR).
        Returns "" if there is none or more than one."""
        codes = {
            code
            for heading in self._grid.headings
            for code in re.findall(r"\b[A-Z]{3}\b", heading)
            if is_currency(code)
        }
        cells = [cell for row in self._grid.data for cell in row.cells]
        signs = {
            code for sign, code in _SIGNS.items() if any(_PRICED[sign].search(c) for c in cells)
        }
        signs |= {
            code
            for cell in cells
            for code in re.findall(r"(?<=\d )[A-Z]{3}$", cell)
            if is_currency(code)
        }
        named = codes or signs
        return named.pop() if len(named) == 1 else ""

    def _with_state(self, layout: Layout, rest: Sequence[int]) -> Layout:
        """Return the layout with the column that says which rows are booked."""
        grid = self._grid
        for index in grid.called(words.STATE, rest):
            shown = {normal(cell): cell for cell in grid.column(index)}
            name = grid.name(index)
            if not 0 < len(shown) <= 6 or "" in shown or name in layout.text:
                continue
            booked = [state for state in shown if state in words.BOOKED]
            if not booked and len(shown) > 1:
                booked = self._booked(name, shown)
            if booked:
                return replace(layout, where={name: tuple(shown[state] for state in booked)})
        return layout

    def _booked(self, name: str, shown: Mapping[str, str]) -> list[str]:
        """Return the words of the rows that are booked, as a person has said. Returns [] if the
        column means something else."""
        doubt = LayoutDoubt(
            "booked",
            f'what "{name}" says in rows that are booked',
            f'What does "{name}" say in the rows that the bank has booked?',
            {**shown, NONE: "it tells something else"},
            NONE,
        )
        answer = self._settled(doubt)
        return [] if answer == NONE else [answer]

    def _proven(self, layout: Layout, money: Sequence[int], rest: Sequence[int]) -> Layout | None:
        """Return the layout by which the balances of the file follow from the amounts. Returns
        None if there is no such layout, or if there are two with different amounts."""
        named = self._grid.called(words.BALANCE, money)
        for balances in (named, [i for i in reversed(money) if i not in named]):
            proven: dict[tuple[Decimal, ...], Layout] = {}
            for balance in balances:
                for candidate in self._candidates(layout, money, balance, rest):
                    outcome = self._signs_of(candidate)
                    if outcome is not None:
                        proven.setdefault(*outcome)
            if len(proven) == 1:
                return next(iter(proven.values()))
            if proven:
                return None
        return None

    def _candidates(
        self, layout: Layout, money: Sequence[int], balance: int, rest: Sequence[int]
    ) -> Iterator[Layout]:
        """Yield the layouts with this column of balances, the most likely first."""
        if len({*self._grid.column(balance)} - {""}) < 2:
            return  # A column in which nothing changes proves nothing.
        name = self._grid.name
        others = [i for i in money if i != balance and self._has_amounts(i)]
        fees = self._grid.called(words.FEE, others)
        layout = replace(layout, balance=name(balance))
        accounts = [layout, *(replace(layout, account=own) for own in self._accounts(rest))]
        amounts = self._grid.called(words.AMOUNT, others)
        sides = self._sides([i for i in money if i != balance])
        for like in accounts:
            # In a month without income, the column for money in is blank.
            # The layout must name the column for money in, because the next month may fill it.
            for one, two in sides:
                yield replace(like, came_in=name(one), went_out=name(two))
            for one in dict.fromkeys([*amounts, *others]):
                for sign in ("", *self._flags(money)):
                    for fee in ("", *(name(i) for i in fees if i != one)):
                        yield replace(like, amount=name(one), sign=sign, fee=fee)
            for one, two in permutations(others, 2):
                yield replace(like, came_in=name(one), went_out=name(two))

    def _sides(self, among: Sequence[int]) -> list[tuple[int, int]]:
        """Return the pairs of columns for money in and money out, if the headings name such
        columns."""
        ins, outs = self._grid.called(words.IN, among), self._grid.called(words.OUT, among)
        return [(ins[0], outs[0])] if ins and outs and ins[0] != outs[0] else []

    def _has_amounts(self, index: int) -> bool:
        return any(re.search("[1-9]", cell) for cell in self._grid.column(index))

    def _accounts(self, rest: Sequence[int]) -> list[str]:
        """Return the columns that may contain the numbers of several own accounts."""
        grid = self._grid
        return [
            grid.name(i)
            for i in grid.called(words.ACCOUNT, rest)
            if 1 < len({*grid.column(i)}) < len(grid.data)
        ]

    def _names_accounts(self, index: int) -> bool:
        """Whether the heading of a column is a word for an account and each row has one. These
        may be the group's own accounts or those of the other parties: nothing in the file shows
        which, so there is no likely answer."""
        named = self._grid.headings[index : index + 1]
        return all(self._grid.column(index)) and any(
            normal(heading).strip(" .:") in words.ACCOUNT for heading in named
        )

    def _signs_of(self, layout: Layout) -> tuple[tuple[Decimal, ...], Layout] | None:
        """Return the amounts by a layout, and the layout with the meaning of a minus sign.
        Returns None if no balance proves them."""
        try:
            meant = signs_of(self._name, self._text, layout, self._locale, None)
        except UsageError:
            return None
        if meant is None or not meant.proofs:
            return None
        signs = "" if meant.meaning == AS_WRITTEN else meant.meaning
        return tuple(meant.amounts), replace(layout, signs=signs)

    def _flags(self, taken: Sequence[int]) -> list[str]:
        """Return the columns of words that distinguish debit from credit."""
        grid = self._grid
        return [
            grid.name(i)
            for i in range(grid.width)
            if i not in taken and is_direction(grid.column(i))
        ]

    def _by_headings(self, layout: Layout, money: Sequence[int]) -> Layout:
        """Return the layout by what the headings say. It is used if no balance proves a layout."""
        grid, name = self._grid, self._grid.name
        balances = grid.called(words.BALANCE, money)
        others = [i for i in money if i not in balances] or list(money)
        ins, outs = grid.called(words.IN, others), grid.called(words.OUT, others)
        # A file of one row cannot prove which column has the balance.
        # So a column of balances is stored in the layout even without a proof.
        layout = replace(layout, balance=name(balances[0]) if balances and len(money) > 1 else "")
        sides = self._sides(others)
        if sides:
            came, went = sides[0]
            return replace(layout, came_in=name(came), went_out=name(went))
        fees = [i for i in grid.called(words.FEE, others) if self._has_amounts(i)]
        amounts = [i for i in grid.called(words.AMOUNT, others) if i not in fees]
        candidates = amounts or [i for i in others if i not in fees]
        if not amounts and self._take_turns(candidates):
            came_in = self._column(
                "in", "the column of what came in", "Which column has what came in?", candidates
            )
            went_out = next(i for i in candidates if i != came_in)
            return replace(layout, came_in=name(came_in), went_out=name(went_out))
        layout, candidates = self._with_fee(layout, candidates, fees)
        amount = self._column(
            "amount",
            "the column of the amounts",
            "Which column has the amounts?",
            grid.unlike(candidates),
        )
        layout = replace(layout, amount=name(amount))
        if amount in (*ins, *outs) and amount not in amounts:
            return self._one_sided(layout, INVERTED if amount in outs else AS_WRITTEN)
        return self._with_flag(layout, amount, money)

    def _one_sided(self, layout: Layout, guess: str) -> Layout:
        """Return the layout of a file that has a column of debits but none of credits, or the
        reverse. A person must say what the column means."""
        signs = self._settled(
            LayoutDoubt(
                "signs",
                "which amounts are payments",
                f'What is an amount without a minus in "{layout.amount}"?',
                {INVERTED: "money that went out", AS_WRITTEN: "money that came in"},
                guess,
            )
        )
        return replace(layout, signs=signs)

    def _take_turns(self, columns: Sequence[int]) -> bool:
        """Whether each row has an amount in exactly one of two columns, and both columns are
        used."""
        if len(columns) != 2:
            return False
        filled = [
            [bool(re.search("[1-9]", row.cells[index])) for index in columns]
            for row in self._grid.data
        ]
        return all(sum(row) <= 1 for row in filled) and all(map(any, zip(*filled, strict=True)))

    def _with_fee(
        self, layout: Layout, amounts: Sequence[int], fees: Sequence[int]
    ) -> tuple[Layout, list[int]]:
        """Return two things: the layout with the column of the fee; and the columns that may have
        the amount, without the column of the net amount."""
        if not fees:
            return layout, list(amounts)
        name = self._grid.name
        nets = self._grid.called(words.NET, amounts)
        rest = [i for i in amounts if i not in nets]
        if nets and len(rest) == 1:
            return replace(layout, fee=name(fees[0]), net=name(nets[0])), rest
        answer = self._settled(
            LayoutDoubt(
                "fee",
                "whether the amount contains the fee",
                f'Does the amount contain the fee of "{name(fees[0])}"?',
                {"besides": "no, the bank takes it besides", "within": "yes, it is within"},
                "besides",
            )
        )
        return replace(layout, fee=name(fees[0]) if answer == "besides" else ""), list(amounts)

    def _with_flag(self, layout: Layout, amount: int, money: Sequence[int]) -> Layout:
        """Return the layout with the debit/credit column, if the minus signs do not show which
        amounts were paid out."""
        grid = self._grid
        written = grid.column(amount)
        for index in range(grid.width):
            words_ = grid.column(index)
            if index not in money and is_direction(words_) and is_needed(words_, written):
                return replace(layout, sign=grid.name(index))
        if any(map(has_minus, written)):
            return layout
        among = [i for i in range(grid.width) if i not in money]
        for index in grid.called(words.SIGN, among):
            shown = {normal(cell): cell for cell in grid.column(index)}
            if len(shown) != 2 or "" in shown or max(map(len, shown)) > 12:
                continue
            answer = self._settled(
                LayoutDoubt(
                    "sign",
                    f'what "{grid.name(index)}" says of money that went out',
                    f'What does "{grid.name(index)}" say of money that went out?',
                    {**shown, NONE: "it tells something else"},
                    NONE,
                )
            )
            if answer != NONE:
                came_in = next(cell for said, cell in shown.items() if said != answer)
                return replace(
                    layout,
                    sign=grid.name(index),
                    out_words=(shown[answer],),
                    in_words=(came_in,),
                )
        return layout

    def _with_account(self, layout: Layout, rest: Sequence[int]) -> Layout:
        """Return the layout with the column of the own account, if a person has said that there is
        one. (The program cannot know this: the numbers in the column could also be accounts of the
        other parties.)"""
        columns = [] if layout.account else self._accounts(rest)
        if not columns:
            return layout
        choices = {column: column for column in columns} | {NONE: "none of them"}
        grid = self._grid
        is_open = any(self._names_accounts(i) for i in rest if grid.name(i) in columns)
        answer = self._settled(
            LayoutDoubt(
                "account",
                "whether the file is of several accounts",
                "Which column has the numbers of your own accounts?",
                choices,
                "" if is_open else NONE,
            )
        )
        return layout if answer in ("", NONE) else replace(layout, account=answer)

    def _with_signs(self, layout: Layout) -> Layout:
        """Return the layout with the meaning of a minus sign, if a person has said it."""
        try:
            signs_of(self._name, self._text, layout, self._locale, None)
        except SignsDoubtfulError as doubt:
            choices = {
                answer: f"{answer}: {', '.join(f'{amount:+}' for amount in amounts)}"
                for answer, amounts in doubt.readings.items()
            }
            signs = self._settled(
                LayoutDoubt(
                    "signs",
                    "which amounts are payments",
                    f"Which is right for {', '.join(doubt.examples)}?",
                    choices,
                )
            )
            return replace(layout, signs=signs)
        except UsageError:
            pass  # Reading the file raises the same error with the number of the line.
        return layout

    def _facts(self, layout: Layout, is_proven: bool) -> dict[str, str]:
        grid = self._grid
        signs = layout.signs or AS_WRITTEN
        if layout.sign:
            signs = f'by "{layout.sign}"'
        elif layout.came_in:
            signs = f'in "{layout.came_in}", out "{layout.went_out}"'
        return {
            "encoding": self._encoding,
            "delimiter": {"\t": "tab"}.get(grid.delimiter, grid.delimiter),
            "headings": f"line {grid.heading_line}" if grid.headings else NONE,
            "movements": str(len(grid.data)),
            "rows above": str(grid.above),
            "other rows": str(grid.below),
            "dates": layout.dates or "the month is a word",
            "decimal sign": layout.decimal or "none seen",
            "signs": signs,
            "balance": layout.balance or NONE,
            "proven": "yes, each balance follows" if is_proven else "no, no balance proves it",
        }


_SIGNS = {"€": "EUR", "£": "GBP", "₴": "UAH", "₹": "INR", "₦": "NGN", "₸": "KZT", "₺": "TRY"}
_PRICED = {
    sign: re.compile(rf"{re.escape(sign)}\s?[-−]?\d|\d\s?{re.escape(sign)}") for sign in _SIGNS
}


def _all_codes(cells: Sequence[str]) -> bool:
    codes = {cell.upper() for cell in cells if cell}
    return bool(codes) and all(is_currency(code) for code in codes)
