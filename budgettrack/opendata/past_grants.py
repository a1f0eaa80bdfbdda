"""Reads the grants that a funder has given from its 360Giving file: JSON, XLSX or CSV.

Grants to individuals are skipped while the file is read; nothing about them is shown or stored.
Contacts are never read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct, field

from budgettrack.core.base import money
from budgettrack.core.base.addresses import a1
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.personal_details import personal
from budgettrack.core.cells.reading import LONGEST_TEXT
from budgettrack.core.views.audience import HELD_BACK
from budgettrack.workbook.xlsx.workbook import tabs

HEAD = 10
"""The row of headings is searched among this many rows at the top of a tab."""


class Past(Struct, frozen=True):
    """A grant that a funder gave to an organisation. `amount` is exact, in the currency of the
    grant."""

    id: str
    title: str
    description: str
    funder: str
    recipient: str
    programme: str
    themes: tuple[str, ...]
    places: tuple[str, ...]
    day: date | None
    amount: Decimal
    currency: str

    def about(self, theme: str) -> bool:
        """Whether the grant's title, description, programme or themes contain a word. Upper or
        lower case does not matter."""
        wanted = theme.casefold()
        return any(
            wanted in text.casefold()
            for text in (self.title, self.description, self.programme, *self.themes)
        )

    def at(self, place: str) -> bool:
        """Whether the grant was for a place. `place` is a part of its name, or the two-letter
        code of a country."""
        wanted = place.strip().casefold()
        return any(
            (
                wanted == name.casefold()
                if len(wanted) == 2 or len(name) == 2
                else wanted in name.casefold()
            )
            for name in self.places
        )


class Found(Struct):
    """The content of a file: its grants in order, the number of skipped grants to individuals,
    and problems in reading."""

    grants: list[Past] = field(default_factory=list)
    individuals: int = 0
    problems: list[str] = field(default_factory=list)


Note = Callable[[str, str, str], None]
"""A function that gets a problem: the field ('' for the whole grant), the problem, and the
remedy."""

_TITLES = {
    "id": ("Identifier", "id"),
    "title": ("Title", "title"),
    "description": ("Description", "description"),
    "currency": ("Currency", "currency"),
    "amount": ("Amount Awarded", "amountAwarded"),
    "day": ("Award Date", "awardDate"),
    "funder": ("Funding Org:Name", "fundingOrganization/name"),
    "recipient": ("Recipient Org:Name", "recipientOrganization/name"),
    "programme": ("Grant Programme:Title", "grantProgramme/title"),
    "themes": ("Classifications:Title", "classifications/title"),
    "places": (
        "Beneficiary Location:Name", "beneficiaryLocation/name",
        "Beneficiary Location:Country Code", "beneficiaryLocation/countryCode",
        "Recipient Org:City", "recipientOrganization/addressLocality",
        "Recipient Org:County", "recipientOrganization/addressRegion",
        "Recipient Org:Country", "recipientOrganization/addressCountry",
    ),
}  # fmt: skip
"""The headings of each field: pairs of the title and the path in the standard's schema."""

_PERSON = ("recipientind:", "recipientindividual", "toindividualsdetails")
NEEDED = ("id", "currency", "amount", "funder")


def _heading(text: object) -> str:
    """Returns a heading in the form in which headings are compared: without spaces, capitals,
    and the numbers of repeated parts (":0:")."""
    plain = re.sub(r"\s+", "", str(text)).casefold().replace("/", ":")
    return re.sub(r":\d+:", ":", plain)


_FIELDS = {_heading(title): name for name, titles in _TITLES.items() for title in titles}


def read(name: str, raw: bytes) -> Found:
    """Reads the grants of a file. The type of the file is found from its content, not from its
    name.

    Raises `UsageError` or `WorkbookError` if it is not a 360Giving file."""
    found = Found()
    start = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise UsageError(f"{name}: it is empty. Download it again.")
    if start.startswith((b"{", b"[")):
        _json(name, raw, found)
    elif start.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        _sheets(name, tabs(raw, name), found)
    elif start.startswith((b"%PDF", b"<")):
        raise UsageError(
            f"{name}: this is a web page or a PDF, not a 360Giving file. Download the JSON, XLSX"
            " or CSV."
        )
    else:
        _sheets(name, [("", _csv(raw))], found)
    by_id: dict[str, Past] = {}
    for grant in found.grants:
        if by_id.setdefault(grant.id, grant) is not grant:
            found.problems.append(f"{name}: {grant.id} is in the file twice. The first one counts.")
    found.grants = list(by_id.values())
    return found


# JSON


def _json(name: str, raw: bytes, found: Found) -> None:
    """Reads the grants of a JSON file into `found`."""

    def refuse(_: str) -> None:
        raise ValueError

    try:
        whole = json.loads(
            raw.decode("utf-8-sig"), parse_float=Decimal, parse_int=Decimal, parse_constant=refuse
        )
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{name}, line {error.lineno}: this is not JSON. Download it again."
        ) from None
    except (ValueError, RecursionError, InvalidOperation):
        raise UsageError(f"{name}: this is not JSON in UTF-8. Download it again.") from None
    grants = whole.get("grants") if isinstance(whole, dict) else None
    if not isinstance(grants, list):
        raise UsageError(f'{name}: it has no list "grants". Choose a 360Giving file.')
    for number, each in enumerate(grants, 1):
        place = f"{name}, grant {number}"
        if not isinstance(each, dict):
            found.problems.append(f"{place}: it is not a grant. It is left out.")
            continue
        person = any(key.casefold().startswith(_PERSON) for key in each)

        def where(at: str, place: str = place) -> str:
            return f"{place}, {at}" if at else place

        cells = {name_: list(_down(each, titles)) for name_, titles in _TITLES.items()}
        _take(found, cells, person, _teller(found, where))


def _down(grant: Mapping[str, Any], titles: Sequence[str]) -> Iterator[object]:
    """Yields the values of a grant at the paths in `titles`. If there is a list on the path, all
    its elements are used."""
    for path in titles[1::2]:
        values: list[Any] = [grant]
        for part in path.split("/"):
            values = [
                inner
                for value in values
                if isinstance(value, dict)
                for inner in (
                    value[part] if isinstance(value.get(part), list) else [value.get(part)]
                )
            ]
        yield from values


# Spreadsheets


def _csv(raw: bytes) -> list[list[str]]:
    """Returns the rows of a CSV file."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Spreadsheet programs on Windows save CSV in the code page of Western Europe (cp1252).
        # If the file has another encoding, only its accented letters are wrong.
        text = raw.decode("cp1252", "replace")
    first = text[: text.find("\n")]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(1 << 24)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return []


def _sheets(
    name: str, sheets: Sequence[tuple[str, Sequence[Sequence[object]]]], found: Found
) -> None:
    """Reads the grants of a spreadsheet into `found`. `sheets`: for each tab, its name and its
    rows."""
    read_any = False
    for tab, rows in sheets:
        for top, row in enumerate(rows[:HEAD]):
            headings = [_heading(cell) for cell in row]
            columns = _columns(headings)
            if all(columns[field] for field in NEEDED):
                people = [
                    index for index, heading in enumerate(headings) if heading.startswith(_PERSON)
                ]
                _rows(name, tab, rows, top + 1, columns, people, found)
                read_any = True
                break
    if not read_any:
        named = ", ".join(f'"{_TITLES[field][0]}"' for field in NEEDED)
        raise UsageError(
            f"{name}: no tab has the headings {named} in its first {HEAD} rows. Choose a"
            " 360Giving file."
        )


def _columns(headings: Sequence[str]) -> dict[str, list[int]]:
    """Returns the columns of every field that is read, from one row of headings."""
    columns: dict[str, list[int]] = {field: [] for field in _TITLES}
    for index, heading in enumerate(headings):
        if heading in _FIELDS:
            columns[_FIELDS[heading]].append(index)
    return columns


def _rows(
    name: str,
    tab: str,
    rows: Sequence[Sequence[object]],
    begin: int,
    at: Mapping[str, Sequence[int]],
    people: Sequence[int],
    found: Found,
) -> None:
    """Reads the grants of one tab, from the row `begin` on."""
    for number, row in enumerate(rows[begin:], begin):
        if not any(value not in ("", None) for value in row):
            continue
        cells = {
            field: [row[index] for index in indexes if index < len(row)]
            for field, indexes in at.items()
        }
        person = any(index < len(row) and row[index] not in ("", None) for index in people)

        def where(field: str, number: int = number) -> str:
            column = at[field][0] if field and at[field] else None
            return f"{name}, {a1(tab, number, column)}" if tab else f"{name}, row {number + 1}"

        _take(found, cells, person, _teller(found, where))


# Both


def _teller(found: Found, where: Callable[[str], str]) -> Note:
    """Returns a function that adds a problem and its place to `found`."""

    def tell(at: str, problem: str, remedy: str) -> None:
        found.problems.append(f"{where(at)}: {problem}. {remedy}")

    return tell


OUT = "The grant is left out: ask its publisher."


def _take(found: Found, cells: Mapping[str, Sequence[object]], person: bool, tell: Note) -> None:
    """Adds one grant to `found`, or a problem.

    The recipient must be a named organisation. Otherwise the grant counts as a grant to an
    individual."""
    recipient = _first(cells["recipient"])
    if person or not recipient:
        found.individuals += 1
        return
    texts = {
        part: _first(cells[part])
        for part in ("id", "currency", "funder", "title", "description", "programme")
    }
    for part in ("id", "funder"):
        if not texts[part]:
            tell(part, f"{_TITLES[part][0]} is empty", OUT)
            return
    currency = texts["currency"].upper()
    if not money.is_currency(currency):
        tell("currency", "its currency code is not in use", OUT)
        return
    amount = _amount(next(iter(cells["amount"]), None), currency)
    if amount is None:
        tell("amount", "its amount cannot be read", OUT)
        return
    day = _day(next(iter(cells["day"]), None))
    if day is None:
        tell("day", "its award date cannot be read", "The grant is taken without it.")
    found.grants.append(
        Past(
            texts["id"],
            texts["title"],
            texts["description"],
            texts["funder"],
            recipient,
            texts["programme"],
            tuple(_texts(cells["themes"])),
            tuple(dict.fromkeys(_texts(cells["places"]))),
            day,
            amount,
            currency,
        )
    )


def _texts(values: Iterable[object]) -> Iterator[str]:
    """Yields values as text on one line, without control characters, which could give commands
    to a terminal. A text that is too long for a cell of a workbook is cut."""
    for value in values:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            continue
        text = f"{value:g}" if isinstance(value, float) else str(value)[:LONGEST_TEXT]
        if not text.isprintable():
            text = "".join(sign if sign.isprintable() else " " for sign in text)
        if text := " ".join(text.split()):
            yield text


def _first(values: Iterable[object]) -> str:
    """Returns the first text, or "" if there is no text."""
    return next(_texts(values), "")


def _amount(value: object, currency: str) -> Decimal | None:
    """Reads an amount and rounds it to whole minor units. Only digits are allowed, as in the
    standard.

    Returns None if the value is not an amount.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = repr(value) if isinstance(value, float) else str(value)[:100].strip()
    if not re.fullmatch(r"-?\d{1,15}(\.\d+)?([eE][+-]?\d{1,2})?", text, re.ASCII):
        return None
    amount = Decimal(text)
    if abs(amount) >= Decimal(10) ** 15:
        return None
    return amount.quantize(Decimal(1).scaleb(-money.digits(currency)))


def _day(value: object) -> date | None:
    """Reads a date. Returns None if the value is not a date."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None


def shown(text: str) -> str:
    """Returns a text, or a placeholder if the text seems to contain personal details."""
    return HELD_BACK if personal(text) else text


def wanted(
    grants: Iterable[Past],
    *,
    theme: str = "",
    place: str = "",
    least: Decimal | None = None,
    most: Decimal | None = None,
    since: date | None = None,
) -> list[Past]:
    """Returns the grants that match all conditions, newest first.

    `least` and `most` are compared with the amount in the grant's own currency. An empty condition
    matches every grant.
    """

    def is_wanted(grant: Past) -> bool:
        if least is not None and grant.amount < least:
            return False
        if most is not None and grant.amount > most:
            return False
        if since is not None and (grant.day is None or grant.day < since):
            return False
        return (not theme or grant.about(theme)) and (not place or grant.at(place))

    kept = filter(is_wanted, grants)
    return sorted(kept, key=lambda grant: grant.day or date.min, reverse=True)
