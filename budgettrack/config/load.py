"""One TOML file and the environment: all that a group sets, with every mistake reported at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from budgettrack.config.bank_csv import Layout, layout
from budgettrack.config.mail import Sending, sending
from budgettrack.config.open_data import OpenData, open_data
from budgettrack.config.settings import keys, top_level
from budgettrack.core.base.errors import ConfigError
from budgettrack.core.base.money import is_currency
from budgettrack.core.merge.guards import Limits
from budgettrack.core.records.tables import BY_NAME, Shape

NAME = "budgettrack.toml"
VARIABLE = "BUDGETTRACK_CONFIG"
REGISTER = "BUDGETTRACK_REGISTER"
"""The variable that stands above [register] url: the URL of a server has a password in it."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the group has set; paths are absolute. `start` and `end` are the dates of grants known
    by a label only. `contact` is whom readers of reports may ask: a role's address, never a
    person's. `google` is a spreadsheet's ID; `credentials` is a key file, or None for those of this
    machine; `address` is another address of Google's services than its own, as a gateway or a test
    needs it. `site` is where the public folder is on the web; `templates` and `profiles` are
    folders of the group's own, `shares` named keys by which receipts are divided (weights by budget
    line), `bank` how the bank's CSV files are laid out, `open_data` who publishes what by the
    field's standards, `logo`, `colours` (two of #rrggbb) and `paper` how its reports look."""

    path: Path
    organisation: str
    currency: str
    time_zone: str
    language: str
    xlsx: Path | None
    register: str
    reports: Path
    contact: str = ""
    google: str | None = None
    credentials: Path | None = None
    address: str | None = None
    locale: str | None = None
    start: date | None = None
    end: date | None = None
    fewest: int = 3
    site: str = ""
    templates: Path | None = None
    profiles: Path | None = None
    logo: Path | None = None
    colours: tuple[str, str] | None = None
    paper: str = "a4"
    winner: Literal["sheet", "register"] | None = None
    limits: Limits = field(default_factory=Limits)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    shares: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bank: Layout | None = None
    open_data: OpenData | None = None
    sending: Sending = field(default_factory=Sending)


def find(given: str | None, here: Path, environment: Mapping[str, str]) -> Path:
    """The config file: the one given, else the environment's, else `budgettrack.toml` upwards from
    `here`."""
    named = given or environment.get(VARIABLE)
    if named:
        path = Path(named).absolute()
        if path.is_dir():
            path = path / NAME
        if not path.is_file():
            raise ConfigError(
                f"There is no config file {path}. Make one with: budgettrack init --xlsx plan.xlsx"
            )
        return path
    for folder in (here.absolute(), *here.absolute().parents):
        if (folder / NAME).is_file():
            return folder / NAME
    raise ConfigError(
        f"There is no {NAME} here or above. Make one with: budgettrack init --xlsx plan.xlsx, or"
        " name it with --config."
    )


def load(path: Path) -> Config:
    """Read and check a config file; raises `ConfigError` with every mistake, each with its line."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path.name} cannot be read: {_why(error)}. Save it as plain text (UTF-8)."
        ) from error
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: this is not TOML: {error}. Correct it there.") from error
    return _Reading(path, text, content).config()


_IN_LINK = re.compile(r"/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]+)")


def spreadsheet_id(text: str) -> str:
    """The ID of a Google spreadsheet from its link or from the ID itself; empty where it is
    neither."""
    found = _IN_LINK.search(text)
    if found:
        return found[1]
    return text if re.fullmatch(r"[A-Za-z0-9_-]{20,}", text) else ""


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (
        (error.strerror or "it is not readable")
        if isinstance(error, OSError)
        else "it is not UTF-8 text"
    )


_MISSING = object()


class _Reading:
    """One pass over a config: takes each known key, notes every mistake with its line."""

    def __init__(self, path: Path, text: str, content: dict[str, Any]) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._content = content
        self._problems: list[tuple[int, str]] = []

    def config(self) -> Config:
        folder = self._path.parent
        self._only("", self._content, top_level())
        organisation = self.section("organisation", keys("organisation"))
        workbook = self.section("workbook", keys("workbook"))
        register = self.section("register", keys("register"))
        reports = self.section("reports", keys("reports"))
        sync = self.section("sync", keys("sync"))
        name = self.text("organisation", organisation, "name", "Our group")
        currency = self.text("organisation", organisation, "currency", "EUR").upper()
        if not is_currency(currency):
            self.wrong(
                "organisation",
                "currency",
                f'"{currency}" is not a currency',
                "type its three letters, as EUR",
            )
        zone = self.text("organisation", organisation, "time_zone", "")
        self._try(
            "organisation",
            "time_zone",
            lambda: zone and ZoneInfo(zone),
            f'"{zone}" is not a time zone',
            "as Europe/Lisbon",
        )
        language = self.text("organisation", organisation, "language", "en")
        self.language("organisation", "language", language)
        locale = self.text("workbook", workbook, "locale", "")
        if locale:
            self.language("workbook", "locale", locale)
        xlsx = self.text("workbook", workbook, "xlsx", "")
        google = self.text("workbook", workbook, "google", "")
        if bool(xlsx) == bool(google):
            self.wrong(
                "workbook",
                "xlsx",
                "one workbook is needed",
                'give xlsx = "plan.xlsx" (or google = "...")',
            )
        spreadsheet = spreadsheet_id(google)
        if google and not spreadsheet:
            self.wrong(
                "workbook",
                "google",
                "it is neither the link nor the ID of a Google spreadsheet",
                "open the sheet and copy its link from the browser",
            )
        credentials = self.text("workbook", workbook, "credentials", "")
        address = self.text("workbook", workbook, "address", "")
        if address and not re.fullmatch(r"https?://[^/]+", address):
            self.wrong(
                "workbook",
                "address",
                "it is not the start of an address",
                'as "https://gateway.example.org"',
            )
        winner = self.text("sync", sync, "winner", "")
        if winner not in ("", "sheet", "register"):
            self.wrong(
                "sync",
                "winner",
                f'"{winner}" is not a side',
                "type sheet or register, or leave it out",
            )
        shapes = self._shapes()
        start, end = (
            self._day("workbook", workbook, "start"),
            self._day("workbook", workbook, "end"),
        )
        if start and end and end < start:
            self.wrong("workbook", "end", "it lies before start", "correct one of them")
        result = Config(
            path=self._path,
            organisation=name,
            currency=currency,
            time_zone=zone,
            language=language,
            xlsx=folder / xlsx if xlsx else None,
            contact=self.text("organisation", organisation, "contact", ""),
            google=spreadsheet or None,
            credentials=folder / Path(credentials).expanduser() if credentials else None,
            address=address or None,
            locale=locale or None,
            register=_absolute(
                os.environ.get(REGISTER)
                or self.text("register", register, "url", "sqlite:///register.sqlite"),
                folder,
            ),
            reports=folder / self.text("reports", reports, "out", "reports"),
            fewest=self.whole("reports", reports, "fewest", 3, 1),
            site=self._site(reports),
            templates=self._folder(reports, "templates", folder),
            profiles=self._folder(reports, "profiles", folder),
            logo=self._logo(reports, folder),
            colours=self._colours(reports),
            paper=self._paper(reports),
            start=start,
            end=end,
            winner=winner or None,  # type: ignore[arg-type]  # checked above
            limits=Limits(
                self.whole("sync", sync, "rows", 5, 1), self.whole("sync", sync, "share", 5, 1)
            ),
            shapes=shapes,
            shares=self._shares(),
            bank=layout(self),
            open_data=open_data(self, name, language),
            sending=sending(self, folder, language),
        )
        if self._problems:
            raise ConfigError(*(f"{self._path.name}, {text}" for _, text in sorted(self._problems)))
        return result

    def _site(self, reports: Mapping[str, Any]) -> str:
        site = self.text("reports", reports, "site", "")
        if site and not re.fullmatch(r"https?://\S+", site):
            self.wrong("reports", "site", "it is not an address", 'as "https://books.example.org"')
        return site.rstrip("/")

    def _folder(self, reports: Mapping[str, Any], key: str, folder: Path) -> Path | None:
        name = self.text("reports", reports, key, "")
        if name and not (folder / name).is_dir():
            self.wrong(
                "reports", key, f'there is no folder "{name}"', "make it, or leave the line out"
            )
        return folder / name if name else None

    def _logo(self, reports: Mapping[str, Any], folder: Path) -> Path | None:
        name = self.text("reports", reports, "logo", "")
        if name and Path(name).suffix.lower() not in (".png", ".jpg", ".jpeg", ".svg"):
            self.wrong(
                "reports",
                "logo",
                f'"{name}" is no picture that pages can show',
                "a .png, .jpg or .svg file",
            )
        return folder / name if name else None

    def _colours(self, reports: Mapping[str, Any]) -> tuple[str, str] | None:
        given = reports.get("colours")
        if given is None:
            return None
        if (
            isinstance(given, list)
            and len(given) == 2
            and all(
                isinstance(each, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", each) for each in given
            )
        ):
            return given[0].lower(), given[1].lower()
        self.wrong("reports", "colours", "two colours are needed", 'as ["#0b6e6e", "#b98900"]')
        return None

    def _paper(self, reports: Mapping[str, Any]) -> str:
        paper = self.text("reports", reports, "paper", "a4").lower()
        if paper not in ("a4", "letter"):
            self.wrong("reports", "paper", f'"{paper}" is not a size of paper', "type a4 or letter")
        return paper

    def _shares(self) -> dict[str, dict[str, str]]:
        """Named share keys: [shares] office = { "B-1" = 60, "B-4" = 40 }."""
        given = self._content.get("shares", {})
        found: dict[str, dict[str, str]] = {}
        for name, lines in given.items() if isinstance(given, dict) else ():
            weights = (
                {line: str(each) for line, each in lines.items()} if isinstance(lines, dict) else {}
            )
            good = all(
                re.fullmatch(r"\d+(\.\d+)?", each) and float(each) > 0 for each in weights.values()
            )
            if len(weights) < 2 or not good:
                self.wrong(
                    "shares",
                    name,
                    "it is not two lines or more with their weights",
                    f'write {name} = {{ "B-1" = 60, "B-4" = 40 }}',
                )
            else:
                found[name] = weights
        if not isinstance(given, dict):
            self.wrong("", "shares", "it is not a section", "write [shares] above its settings")
        return found

    def _shapes(self) -> dict[str, Shape]:
        tables = self._content.get("tables", {})
        if not isinstance(tables, dict):
            self.wrong(
                "", "tables", "it is not a section", "write [tables.expenses] above its settings"
            )
            return {}
        found = {}
        for table, given in tables.items():
            section = f"tables.{table}"
            if table not in BY_NAME:
                self.wrong(
                    section, "", f'there is no table "{table}"', "one of " + ", ".join(BY_NAME)
                )
                continue
            if not isinstance(given, dict):
                self.wrong(
                    "tables", table, "it is not a section", f"write [{section}] above its settings"
                )
                continue
            self._only(section, given, keys("tables.NAME"))
            headings = self._texts(section, given, "headings")
            constant = self._texts(section, given, "constant")
            turned = given.get("turned", [])
            if not isinstance(turned, list) or not all(isinstance(each, str) for each in turned):
                self.wrong(
                    section, "turned", "it is not a list of fields", 'write turned = ["amount"]'
                )
                turned = []
            for key, fields in (("headings", headings), ("constant", constant), ("turned", turned)):
                for name in fields:
                    if name not in BY_NAME[table].by_name:
                        self.wrong(
                            section,
                            key,
                            f'{table} has no field "{name}"',
                            "one of " + ", ".join(BY_NAME[table].by_name),
                        )
            for name in turned:
                column = BY_NAME[table].by_name.get(name)
                if column and column.kind not in ("money", "number"):
                    self.wrong(
                        section,
                        "turned",
                        f'"{name}" is not an amount',
                        "turn amounts and numbers only",
                    )
            write = given.get("write", False)
            if not isinstance(write, bool):
                self.wrong(
                    section,
                    "write",
                    "it is neither true nor false",
                    "write = true, or leave it out",
                )
                write = False
            if not headings:
                self.wrong(
                    section,
                    "headings",
                    "no heading is named",
                    'write headings = { date = "Date", ... }',
                )
            row = self.whole(section, given, "heading_row", 0, 1) or None
            tab = self.text(section, given, "tab", BY_NAME[table].tab)
            found[table] = Shape(
                tab,
                row,
                headings,
                self._texts(section, given, "where"),
                tuple(turned),
                constant,
                write,
            )
        return found

    def section(self, name: str, keys: tuple[str, ...]) -> dict[str, Any]:
        given = self._content.get(name, {})
        if not isinstance(given, dict):
            self.wrong("", name, "it is not a section", f"write [{name}] above its settings")
            return {}
        self._only(name, given, keys)
        return given

    def sections(self, name: str, keys: tuple[str, ...]) -> list[dict[str, Any]]:
        """The tables of [[name]], each known as `name.1`, `name.2` and so on."""
        given = self._content.get(name, [])
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            self.wrong(
                "", name, "it is not a list of sections", f"write [[{name}]] above each of them"
            )
            return []
        for number, each in enumerate(given, 1):
            self._only(f"{name}.{number}", each, keys)
        return given

    def within(self, section: str, given: Any, keys: tuple[str, ...]) -> dict[str, Any]:
        """A section that stands in another, as it was found there."""
        if not isinstance(given, dict):
            self.wrong(section, "", "it is not a section", f"write [{section}] above its settings")
            return {}
        self._only(section, given, keys)
        return given

    def _only(self, section: str, given: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        for key in given:
            if key not in keys:
                self.wrong(section, key, f'"{key}" is not a setting', "one of " + ", ".join(keys))

    def text(self, section: str, given: Mapping[str, Any], key: str, default: str) -> str:
        value = given.get(key, default)
        if isinstance(value, str) and (value.strip() or value == default):
            return value.strip()
        self.wrong(section, key, "it is not a text", f'write {key} = "..."')
        return default

    def _texts(self, section: str, given: Mapping[str, Any], key: str) -> dict[str, str]:
        value = given.get(key, {})
        if isinstance(value, dict) and all(isinstance(each, str) for each in value.values()):
            return value
        self.wrong(
            section,
            key,
            "it is not a list of names and texts",
            f'write {key} = {{ name = "text" }}',
        )
        return {}

    def whole(
        self, section: str, given: Mapping[str, Any], key: str, default: int, least: int
    ) -> int:
        value = given.get(key, _MISSING)
        if value is _MISSING:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.wrong(
            section,
            key,
            f"it is not a whole number from {least} up",
            f"write {key} = {max(default, least)}",
        )
        return default

    def _day(self, section: str, given: Mapping[str, Any], key: str) -> date | None:
        value = given.get(key)
        if value is None or type(value) is date:
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.wrong(section, key, "it is not a date", f"write {key} = 2026-01-01")
        return None

    def language(self, section: str, key: str, value: str) -> None:
        from babel import Locale, UnknownLocaleError

        try:
            Locale.parse(value.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            self.wrong(section, key, f'"{value}" is not a language', "as en, pt or en_GB")

    def _try(
        self, section: str, key: str, attempt: Callable[[], object], problem: str, remedy: str
    ) -> None:
        try:
            attempt()
        except (KeyError, ValueError, OSError):
            self.wrong(section, key, problem, remedy)

    def wrong(self, section: str, key: str, problem: str, remedy: str) -> None:
        line = self._line(section, key)
        name = ".".join(part for part in (section, key) if part)
        self._problems.append((line, f"line {line}, {name}: {problem}; {remedy}."))

    def _line(self, section: str, key: str) -> int:
        """The line of a key in its section, of the section where the key is missing, else the
        first."""
        current, of_section, inline = "", 1, f"{section}.{key}" if section else key
        counted: dict[str, int] = {}
        for number, line in enumerate(self._lines, 1):
            heading = re.match(r"\s*(\[+)\s*([^\]]+?)\s*\]+", line)
            if heading:
                current = heading[2].replace('"', "").replace(" ", "")
                if heading[1] == "[[":
                    counted[current] = counted.get(current, 0) + 1
                    current = f"{current}.{counted[current]}"
                if current == section:
                    of_section = number
                if current == inline:
                    return number
            elif current == section and re.match(rf'\s*"?{re.escape(key)}"?\s*(=|\.)', line):
                return number
        return of_section


def _absolute(url: str, folder: Path) -> str:
    """A SQLite URL with its file beside the config; other URLs as they are."""
    start = "sqlite:///"
    if url.startswith(start) and not url.startswith(start + "/"):
        return start + str(folder / url[len(start) :])
    return url


def default_locale(config: Config, book: str | None) -> str:
    """How numbers and dates in the workbook are written: the config's locale, the workbook's own,
    else the language."""
    return (config.locale or book or config.language).replace("-", "_")


def load_here(given: str | None) -> Config:
    """The config that a command means: see `find`."""
    return load(find(given, Path.cwd(), os.environ))
