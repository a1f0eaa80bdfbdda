"""Grants that a funder gave, from its 360Giving file: JSON, or the standard's spreadsheet as XLSX
or CSV.

Grants to individuals are skipped while the file is read: nothing of them is shown or kept. Contacts
are never read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from budgettrack.core.base import money
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.grids import a1
from budgettrack.core.base.personal_details import personal
from budgettrack.core.views.audience import HELD_BACK
from budgettrack.workbook.xlsx.workbook import tabs

HEAD = 10
"""Rows among which the headings are looked for."""


@dataclass(frozen=True, slots=True)
class Past:
    """A grant that a funder gave to an organisation. `amount` is exact, in its own `currency`."""

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
        """Whether a theme stands in its words."""
        wanted = theme.casefold()
        return any(
            wanted in each.casefold()
            for each in (self.title, self.description, self.programme, *self.themes)
        )

    def at(self, place: str) -> bool:
        """Whether it was given at a place: a part of its name, or a country's two letters."""
        wanted = place.strip().casefold()
        return any(
            (
                wanted == each.casefold()
                if len(wanted) == 2 or len(each) == 2
                else wanted in each.casefold()
            )
            for each in self.places
        )


@dataclass(slots=True)
class Found:
    """What a file holds: grants in its order, how many to individuals were skipped, and what could
    not be read."""

    grants: list[Past] = field(default_factory=list)
    individuals: int = 0
    problems: list[str] = field(default_factory=list)


Note = Callable[[str, str, str], None]
"""Told of a grant's field (or '' for the whole), a problem and its remedy."""

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
"""What is read of a spreadsheet, by the schema's titles and by its paths."""

_PERSON = ("recipientind:", "recipientindividual", "toindividualsdetails")
NEEDED = ("id", "currency", "amount", "funder")


def _heading(text: object) -> str:
    """A heading as it is compared: without blanks, case and the numbers of repeated parts."""
    plain = re.sub(r"\s+", "", str(text)).casefold().replace("/", ":")
    return re.sub(r":\d+:", ":", plain)


_FIELDS = {_heading(title): name for name, titles in _TITLES.items() for title in titles}


def read(name: str, raw: bytes) -> Found:
    """The grants of a file, known by its content; raises `UsageError` or `WorkbookError` for one
    that is none."""
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
            f"{name}: this is no 360Giving file but a page or a paper. Download the JSON, XLSX or"
            " CSV."
        )
    else:
        _sheets(name, [("", _csv(raw))], found)
    once: dict[str, Past] = {}
    for each in found.grants:
        if once.setdefault(each.id, each) is not each:
            found.problems.append(f"{name}: {each.id} stands in it twice. The first counts.")
    found.grants = list(once.values())
    return found


# JSON


def _json(name: str, raw: bytes, found: Found) -> None:
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
        raise UsageError(f'{name}: it has no list "grants". Name a file of the 360Giving standard.')
    for number, each in enumerate(grants, 1):
        place = f"{name}, grant {number}"
        if not isinstance(each, dict):
            found.problems.append(f"{place}: it is no grant. It is left out.")
            continue
        person = any(key.casefold().startswith(_PERSON) for key in each)

        def where(at: str, place: str = place) -> str:
            return f"{place}, {at}" if at else place

        cells = {name_: list(_down(each, titles)) for name_, titles in _TITLES.items()}
        _take(found, cells, person, _teller(found, where))


def _down(grant: Mapping[str, Any], titles: Sequence[str]) -> Iterator[object]:
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
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What is neither is text of a Western spreadsheet program; only its accents could be
        # misread.
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
            f"{name}: no tab has the headings {named} in its first {HEAD} rows. Name a file of the"
            " 360Giving standard."
        )


def _columns(headings: Sequence[str]) -> dict[str, list[int]]:
    """The columns of every field that is read, in one row of headings."""
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
    for number, row in enumerate(rows[begin:], begin):
        if not any(value not in ("", None) for value in row):
            continue
        cells = {
            each: [row[index] for index in those if index < len(row)] for each, those in at.items()
        }
        person = any(index < len(row) and row[index] not in ("", None) for index in people)

        def where(each: str, number: int = number) -> str:
            column = at[each][0] if each and at[each] else None
            return f"{name}, {a1(tab, number, column)}" if tab else f"{name}, row {number + 1}"

        _take(found, cells, person, _teller(found, where))


# Both


def _teller(found: Found, where: Callable[[str], str]) -> Note:
    def tell(at: str, problem: str, remedy: str) -> None:
        found.problems.append(f"{where(at)}: {problem}. {remedy}")

    return tell


OUT = "The grant is left out: ask its publisher."


def _take(found: Found, cells: Mapping[str, Sequence[object]], person: bool, tell: Note) -> None:
    """Take one grant in, or say why not. Who received it must be an organisation, and be named as
    one."""
    recipient = _first(cells["recipient"])
    if person or not recipient:
        found.individuals += 1
        return
    texts = {
        each: _first(cells[each])
        for each in ("id", "currency", "funder", "title", "description", "programme")
    }
    for each in ("id", "funder"):
        if not texts[each]:
            tell(each, f"{_TITLES[each][0]} is empty", OUT)
            return
    currency = texts["currency"].upper()
    if not money.is_currency(currency):
        tell("currency", "its currency is none in use", OUT)
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
    """Texts without what could command a terminal."""
    for value in values:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            continue
        text = f"{value:g}" if isinstance(value, float) else str(value)
        if not text.isprintable():
            text = "".join(sign if sign.isprintable() else " " for sign in text)
        if text := " ".join(text.split()):
            yield text


def _first(values: Iterable[object]) -> str:
    return next(_texts(values), "")


def _amount(value: object, currency: str) -> Decimal | None:
    """An exact amount of whole minor units; digits alone, as the standard has it.

    Returns None if it is not one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = repr(value) if isinstance(value, float) else str(value).strip()
    if not re.fullmatch(r"-?\d{1,15}(\.\d+)?([eE][+-]?\d{1,2})?", text, re.ASCII):
        return None
    amount = Decimal(text)
    if abs(amount) >= Decimal(10) ** 15:
        return None
    return amount.quantize(Decimal(1).scaleb(-money.digits(currency)))


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None


def shown(text: str) -> str:
    """A text as it may be shown or kept: not where it seems to hold a personal detail."""
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
    """Those of a theme, at a place, of a size (each in its own currency) and since a day; the
    newest first."""
    kept = [
        each
        for each in grants
        if (least is None or each.amount >= least)
        and (most is None or each.amount <= most)
        and (since is None or (each.day is not None and each.day >= since))
        and (not theme or each.about(theme))
        and (not place or each.at(place))
    ]
    return sorted(kept, key=lambda each: each.day or date.min, reverse=True)
