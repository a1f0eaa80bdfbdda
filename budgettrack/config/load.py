"""Reads the config: one TOML file and some environment variables. All mistakes are reported at
once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from budgettrack import structured
from budgettrack.config.mail import Sending, sending
from budgettrack.config.place import find
from budgettrack.config.reader import ConfigReader
from budgettrack.config.settings import keys, top_level
from budgettrack.core.base.errors import ConfigError
from budgettrack.core.base.findings import finding_at
from budgettrack.core.base.money import is_currency
from budgettrack.core.base.months import FIRST_YEAR, Month, is_month, is_period
from budgettrack.core.merge.guards import Limits
from budgettrack.core.records.tables import (
    BY_NAME,
    DATE_FORMS,
    HOST_TABLES,
    PARTS,
    TABLES,
    Shape,
    Sign,
    Table,
)

REGISTER = "BUDGETTRACK_REGISTER"
"""The environment variable that replaces the setting [register] url. The URL of a server may
contain a password."""


if TYPE_CHECKING:
    from budgettrack.config.bank_csv import Layout
    from budgettrack.config.host import HostSettings
    from budgettrack.config.open_data import OpenData
    from budgettrack.core.merge.merge import Side

FIRST_OF_YEAR: Month = "2000-01"
"""The month in which a year begins, if the config names no month."""


class Config(Struct, frozen=True):
    """The settings of the group. All paths are absolute.

    `path`: the config file. Relative paths in it begin at its folder. `currency`: the base
    currency, such as `EUR`. `xlsx`: the workbook, if it is an Excel file. `register`: the file or
    the URL of the register. `google`: the ID of the spreadsheet, if the workbook is in Google
    Sheets. `credentials`: a key file, or None for the credentials of this machine. `address`: an
    address that is used in place of Google's services, such as that of a gateway or a test.
    `locale`: the locale of the numbers in the workbook (`de_DE`). `start`, `end`: the dates of
    grants that budget lines name but that have no row in Grants. `headings`: a mapping from a
    category to the wider heading that the public pages show in its place.

    `year_begins`: the first month of any year of the group. `first_month`: the month of the first
    public page, confirmed by a person. `site`: the web address of the public folder. `profiles`:
    the group's folder of profiles of funders. `pictures`: the folder with the pictures of stories.
    `colours`: two colours for the reports, written #rrggbb. `winner`: the side that wins each
    conflict, or None if a person decides. `shapes`: the tables of a workbook that has other tabs
    and headings than ours. `shares`: a mapping from a name to the weights of budget lines by which
    a receipt is divided. `google_tab`: the number (gid) of the tab that the link of the sheet
    names. `host`: the settings of a host of groups, or None for a group."""

    path: Path
    organisation: str
    currency: str
    time_zone: str
    language: str
    xlsx: Path | None
    register: str
    reports: Path
    google: str | None = None
    google_tab: int | None = None
    credentials: Path | None = None
    address: str | None = None
    locale: str | None = None
    start: date | None = None
    end: date | None = None
    headings: Mapping[str, str] = field(default_factory=dict)
    first_month: Month | None = None
    year_begins: Month = FIRST_OF_YEAR
    site: str = ""
    profiles: Path | None = None
    logo: Path | None = None
    pictures: Path = Path("pictures")
    colours: tuple[str, str] | None = None
    paper: str = "a4"
    winner: Side | None = None
    limits: Limits = field(default_factory=Limits)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    shares: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bank: Layout | None = None
    open_data: OpenData | None = None
    sending: Sending = field(default_factory=Sending)
    host: HostSettings | None = None

    @property
    def tables(self) -> Sequence[Table]:
        """The tables that the workbook may have. A host's workbook has more than a group's."""
        return TABLES if self.host is None else HOST_TABLES


def load(path: Path) -> Config:
    """Read and check a config file.

    Raises ConfigError with every mistake, each with its line."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(finding_at(path.name, "config-not-readable", why=_why(error))) from error
    try:
        content = structured.toml(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(finding_at(path.name, "config-not-toml", why=str(error))) from error
    return _config(ConfigReader(path, text, content), os.environ.get(REGISTER, ""))


def config_of_values(path: Path, content: Mapping[str, Any], own: str = "") -> Config:
    """Makes the config of a group that a host runs, from the values of a row and of its host.

    `path`: the path that a config file of the group would have; the file need not exist. `content`:
    the settings, in the form in which a TOML file is read. `own`: the text of the file
    `settings.toml`, from which some of the settings come.

    Raises ConfigError with every mistake. Beside a mistake stands its line in `settings.toml`, or
    the row if the setting comes from the row."""
    return _config(ConfigReader(path, own, content, ("settings.toml", "the row in Groups")), "")


_IN_LINK = re.compile(r"/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]+)")


def is_published(text: str) -> bool:
    """Whether a text is the link of a published copy (File > Share > Publish to web), which only
    shows a sheet or one of its tabs."""
    return "/spreadsheets/d/e/" in text


def about_published(text: str) -> str:
    """Return what is wrong with the link of a published copy, and what to do. Return '' for any
    other text."""
    if not is_published(text):
        return ""
    return (
        f"{text} is the link of a published copy (File > Share > Publish to web), in which nobody"
        " can write. Ask somebody who edits the sheet for the link of the sheet itself, from the"
        " browser's address line."
    )


def tab_in_link(text: str) -> int | None:
    """Return the number of the tab to which a link leads, or None if the link names no tab."""
    match = re.search(r"[#?&]gid=(\d{1,10})(?!\d)", text)
    return int(match[1]) if match else None


def spreadsheet_id(text: str) -> str:
    """Return the ID of a Google spreadsheet from its link, or from the ID itself.

    Returns "" if the text is neither. A link of File > Share > Publish to web is neither: it leads
    to a copy in which nobody can write."""
    if "/d/e/" in text:
        return ""
    match = _IN_LINK.search(text)
    if match:
        return match[1]
    return text if re.fullmatch(r"[A-Za-z0-9_-]{20,}", text) else ""


def _why(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return error.strerror or "it is not readable"
    return "it is not UTF-8 text"


def _config(reader: ConfigReader, register_url: str) -> Config:
    folder = reader.path.parent
    reader.only("", reader.content, top_level())
    organisation = reader.section("organisation", keys("organisation"))
    workbook = reader.section("workbook", keys("workbook"))
    register = reader.section("register", keys("register"))
    reports = reader.section("reports", keys("reports"))
    sync = reader.section("sync", keys("sync"))
    name = reader.text("organisation", organisation, "name", "Our group")
    currency = _currency(reader, organisation)
    zone = _time_zone(reader, organisation)
    language = reader.text("organisation", organisation, "language", "en")
    reader.language("organisation", "language", language)
    locale = _locale(reader, workbook)
    xlsx, spreadsheet, tab = _place(reader, workbook)
    credentials = reader.text("workbook", workbook, "credentials", "")
    address = _address(reader, workbook)
    winner = _winner(reader, sync)
    start, end = _span(reader, workbook)
    shapes = _shapes(reader, (start, end))
    result = Config(
        path=reader.path,
        organisation=name,
        currency=currency,
        time_zone=zone,
        language=language,
        xlsx=folder / xlsx if xlsx else None,
        google=spreadsheet or None,
        google_tab=tab,
        credentials=folder / Path(credentials).expanduser() if credentials else None,
        address=address or None,
        locale=locale or None,
        register=_absolute(
            register_url or reader.text("register", register, "url", "sqlite:///register.sqlite"),
            folder,
        ),
        reports=folder / reader.text("reports", reports, "out", "reports"),
        headings=reader.texts("reports", reports, "headings"),
        first_month=reader.month("reports", reports, "first_month"),
        year_begins=reader.month("reports", reports, "year_begins") or FIRST_OF_YEAR,
        site=_site(reader, reports),
        profiles=_profiles(reader, reports, folder),
        logo=_logo(reader, reports, folder),
        pictures=folder / reader.text("reports", reports, "pictures", "pictures"),
        colours=_colours(reader, reports),
        paper=_paper(reader, reports),
        start=start,
        end=end,
        winner=winner,
        limits=Limits(
            reader.whole("sync", sync, "rows", 5, 1), reader.whole("sync", sync, "share", 5, 1)
        ),
        shapes=shapes,
        shares=_shares(reader),
        bank=_bank(reader),
        open_data=_open_data(reader, name, language),
        sending=sending(reader, folder, language),
        host=_host(reader, folder),
    )
    public = [result.reports / "public", result.sending.folder]
    if any(_is_within(result.pictures, folder) for folder in public):
        reader.wrong("reports", "pictures", "config-pictures-are-public")
    reader.finish()
    return result


# These three sections are rare, so their code is loaded only if the config has them.
# Loading less code makes commands quicker.


def _bank(reader: ConfigReader) -> Layout | None:
    """Returns the section [bank]. Returns None if there is none."""
    if "bank" not in reader.content:
        return None
    from budgettrack.config.bank_csv import layout

    return layout(reader)


def _open_data(reader: ConfigReader, group: str, language: str) -> OpenData | None:
    """Returns the section [open_data]. Returns None if there is none."""
    if "open_data" not in reader.content:
        return None
    from budgettrack.config.open_data import open_data

    return open_data(reader, group, language)


def _host(reader: ConfigReader, folder: Path) -> HostSettings | None:
    """Returns the section [host]. Returns None if there is none, so that the config belongs to a
    group."""
    if "host" not in reader.content:
        return None
    from budgettrack.config.host import host_settings

    return host_settings(reader, folder)


def _is_within(folder: Path, other: Path | None) -> bool:
    return other is not None and folder.resolve().is_relative_to(other.resolve())


def _currency(reader: ConfigReader, organisation: Mapping[str, Any]) -> str:
    currency = reader.text("organisation", organisation, "currency", "EUR").upper()
    if not is_currency(currency):
        reader.wrong("organisation", "currency", "config-currency-unknown", value=currency)
    return currency


def _time_zone(reader: ConfigReader, organisation: Mapping[str, Any]) -> str:
    zone = reader.text("organisation", organisation, "time_zone", "")
    if zone and not _is_time_zone(zone):
        reader.wrong("organisation", "time_zone", "config-time-zone-unknown", value=zone)
    return zone


def _locale(reader: ConfigReader, workbook: Mapping[str, Any]) -> str:
    locale = reader.text("workbook", workbook, "locale", "")
    if locale:
        reader.language("workbook", "locale", locale)
    return locale


def _place(reader: ConfigReader, workbook: Mapping[str, Any]) -> tuple[str, str, int | None]:
    """Return the file of a local workbook and the ID of an online one, with the number of the tab
    that its link names. The file or the ID is ''."""
    xlsx = reader.text("workbook", workbook, "xlsx", "")
    google = reader.text("workbook", workbook, "google", "")
    # If the config names both a file and a link, or neither, no workbook is chosen.
    if bool(xlsx) == bool(google):
        reader.wrong("workbook", "xlsx", "config-workbook-missing")
    spreadsheet = spreadsheet_id(google)
    if google and not spreadsheet:
        published = "config-google-link-published"
        reader.wrong(
            "workbook",
            "google",
            published if is_published(google) else "config-not-a-google-link",
        )
    return xlsx, spreadsheet, tab_in_link(google)


_ADDRESS = re.compile(r"https://[^/]+|http://(localhost|127\.0\.0\.1)(:\d+)?")


def _address(reader: ConfigReader, workbook: Mapping[str, Any]) -> str:
    address = reader.text("workbook", workbook, "address", "")
    if address and not _ADDRESS.fullmatch(address):
        reader.wrong("workbook", "address", "config-address-not-usable")
    return address


def _winner(reader: ConfigReader, sync: Mapping[str, Any]) -> Side | None:
    """Return the side that wins all conflicts. Returns None if people settle them."""
    match reader.text("sync", sync, "winner", ""):
        case "sheet" | "register" as winner:
            return winner
        case unknown if unknown:
            reader.wrong("sync", "winner", "config-winner-unknown", value=unknown)
    return None


def _span(reader: ConfigReader, workbook: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """Return the first and last day of the plan, for a workbook without grants. Each of the two is
    None if the config does not have it, or if it cannot be read."""
    start = reader.day("workbook", workbook, "start")
    end = reader.day("workbook", workbook, "end")
    if start and end and end < start:
        reader.wrong("workbook", "end", "config-end-before-start")
    return start, end


def _site(reader: ConfigReader, reports: Mapping[str, Any]) -> str:
    site = reader.text("reports", reports, "site", "")
    if site and not re.fullmatch(r"https?://\S+", site):
        reader.wrong("reports", "site", "config-site-not-an-address")
    return site.rstrip("/")


def _profiles(reader: ConfigReader, reports: Mapping[str, Any], folder: Path) -> Path | None:
    """Return the group's folder of profiles of funders.

    Returns None if none is named. A folder that does not exist is a mistake."""
    name = reader.text("reports", reports, "profiles", "")
    if name and not (folder / name).is_dir():
        reader.wrong("reports", "profiles", "config-folder-missing", value=name)
    return folder / name if name else None


def _logo(reader: ConfigReader, reports: Mapping[str, Any], folder: Path) -> Path | None:
    """Return the path of the logo.

    Returns None if none is named. A file that pages cannot show is a mistake."""
    name = reader.text("reports", reports, "logo", "")
    if name and Path(name).suffix.lower() not in (".png", ".jpg", ".jpeg", ".svg"):
        reader.wrong("reports", "logo", "config-logo-not-a-picture", value=name)
    return folder / name if name else None


def _colours(reader: ConfigReader, reports: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the two colours of pages, or None if none are given."""
    given = reports.get("colours")
    match given:
        case None:
            return None
        case [str(one), str(other)] if _COLOUR.fullmatch(one) and _COLOUR.fullmatch(other):
            return one.lower(), other.lower()
    reader.wrong("reports", "colours", "config-colours-not-two")
    return None


_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def _paper(reader: ConfigReader, reports: Mapping[str, Any]) -> str:
    paper = reader.text("reports", reports, "paper", "a4").lower()
    if paper not in ("a4", "letter"):
        reader.wrong("reports", "paper", "config-paper-unknown", value=paper)
    return paper


def _shares(reader: ConfigReader) -> dict[str, dict[str, str]]:
    """Return the shares by which receipts are divided: [shares] office = { "B-1" = 60, "B-4" =
    40 }."""
    given = reader.content.get("shares", {})
    if not isinstance(given, dict):
        reader.wrong("", "shares", "config-not-a-section", section="shares")
        return {}
    shares: dict[str, dict[str, str]] = {}
    for name, lines in given.items():
        weights = {} if not isinstance(lines, dict) else {line: str(lines[line]) for line in lines}
        if len(weights) < 2 or not all(map(_is_weight, weights.values())):
            reader.wrong("shares", name, "config-share-not-usable", name=name)
        else:
            shares[name] = weights
    return shares


def _is_weight(text: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", text) is not None and float(text) > 0


def _shapes(reader: ConfigReader, days: tuple[date | None, date | None]) -> dict[str, Shape]:
    tables = reader.content.get("tables", {})
    if not isinstance(tables, dict):
        reader.wrong("", "tables", "config-not-a-section", section="tables.expenses")
        return {}
    shapes = {}
    for table, given in tables.items():
        section = f"tables.{table}"
        if table not in (names := [known.name for known in TABLES]):
            reader.wrong(section, "", "config-table-unknown", value=table, known=", ".join(names))
        elif isinstance(given, list) and given and all(isinstance(part, dict) for part in given):
            blocks = [
                replace(_shape(reader, BY_NAME[table], f"{section}.{number}", part), days=days)
                for number, part in enumerate(given, 1)
            ]
            # A table whose rows stand in several blocks of a tab is read, but never written.
            blocks = [replace(block, write=block.write and len(blocks) == 1) for block in blocks]
            shapes[table] = replace(blocks[0], more=tuple(blocks[1:]))
        elif not isinstance(given, dict):
            reader.wrong("tables", table, "config-not-a-section", section=section)
        else:
            shapes[table] = replace(_shape(reader, BY_NAME[table], section, given), days=days)
    return shapes


def _renamed(table: Table, fields: Mapping[str, str], *, in_rows: bool = False) -> dict[str, str]:
    """Return the fields under their present names, if an older config has other names for them.

    `in_rows`: whether `fields` has values of the rows, and not headings. In that case, a choice
    from an older version is replaced by the present choice."""
    former = {column.former.name: column for column in table.columns if column.former}
    renamed: dict[str, str] = {}
    for name, text in fields.items():
        column = former.get(name)
        if column is None or column.former is None:
            renamed[name] = text
        else:
            renamed[column.name] = column.former.values.get(text, text) if in_rows else text
    return renamed


def _shape(reader: ConfigReader, table: Table, section: str, given: dict[str, Any]) -> Shape:
    """Return how one table is laid out in a workbook of another layout than ours."""
    reader.only(section, given, keys("tables.NAME"))
    headings = _renamed(table, reader.texts(section, given, "headings"))
    constant = _renamed(table, reader.texts(section, given, "constant"), in_rows=True)
    turned = _list(reader, section, given, "turned", "config-turned-not-fields")
    tabs = _list(reader, section, given, "tabs", "config-tabs-not-names")
    columns = _letters(reader, section, given)
    fill_down = _list(reader, section, given, "fill_down", "config-turned-not-fields")
    known = ", ".join(table.by_name)
    from_tab = reader.text(section, given, "from_tab", "")
    of_tab = [from_tab] if from_tab else []
    for key, fields in (
        ("headings", headings),
        ("columns", columns),
        ("constant", constant),
        ("turned", turned),
        ("fill_down", fill_down),
        ("from_tab", of_tab),
    ):
        for name in fields:
            if name not in table.by_name:
                reader.wrong(
                    section, key, "config-field-unknown", table=table.name, value=name, known=known
                )
    for name in turned:
        column = table.by_name.get(name)
        if column and column.kind not in ("money", "number", "count"):
            reader.wrong(section, "turned", "config-turned-not-an-amount", value=name)
    parts = _date_parts(reader, section, given)
    if not headings and not columns and "periods" not in given:
        reader.wrong(section, "headings", "config-headings-missing")
    tab = reader.text(section, given, "tab", table.tab)
    rows = _rows(reader, section, given)
    after = reader.text(section, given, "after", "")
    until = reader.text(section, given, "until", "")
    return Shape(
        tabs[0] if tabs else tab,
        reader.whole(section, given, "heading_row", 0, 1) or None,
        headings,
        reader.texts(section, given, "where"),
        tuple(turned),
        constant,
        # New rows would be written below the last row that is read.
        reader.truth(section, given, "write", False) and not (rows or after or until),
        tabs=tuple(tabs),
        from_tab=from_tab,
        columns={name: letter for name, letter in columns.items() if name in table.by_name},
        rows=rows,
        after=after,
        until=until,
        fill_down=tuple(fill_down),
        amounts=_sign(reader, section, given),
        year=reader.whole(section, given, "year", 0, FIRST_YEAR) or None,
        dates=_date_form(reader, section, given),
        date_parts=parts,
        periods=_periods(reader, section, given, table),
        accepted=_accepted(reader, section, given),
        where_not=_where_not(reader, section, given),
    )


def _not_usable(reader: ConfigReader, section: str, key: str, example: str) -> None:
    reader.wrong(section, key, "config-mapping-not-usable", key=key, example=example)


def _letters(reader: ConfigReader, section: str, given: dict[str, Any]) -> dict[str, str]:
    """Return the letters of the columns, for fields whose column is given by its letters."""
    columns = reader.texts(section, given, "columns")
    if all(re.fullmatch(r"[A-Za-z]{1,3}", letter) for letter in columns.values()):
        return columns
    _not_usable(reader, section, "columns", '{ amount = "F" }')
    return {}


def _periods(
    reader: ConfigReader, section: str, given: dict[str, Any], table: Table
) -> dict[str, str]:
    """Return the letters of the columns of months and longer periods."""
    periods = reader.texts(section, given, "periods")
    are_usable = table.months and all(
        all(map(is_month, name.split("/")))
        and [*name.split("/")] == sorted(set(name.split("/")))
        and len(name.split("/")) < 3
        and re.fullmatch(r"[A-Za-z]{1,3}", letter)
        for name, letter in periods.items()
    )
    if periods and not are_usable:
        _not_usable(reader, section, "periods", '{ "2026-01" = "B", "2026-04/2026-06" = "C" }')
        return {}
    return periods


def _accepted(
    reader: ConfigReader, section: str, given: dict[str, Any]
) -> dict[str, tuple[str, ...]]:
    """Return a mapping. Its keys are fields, its values the differences between a total and its
    rows that a person has accepted."""
    accepted = given.get("accepted", {})
    are_usable = isinstance(accepted, dict) and all(
        (name == "amount" or is_period(name))
        and isinstance(differences, list)
        and all(re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", str(of_one)) for of_one in differences)
        for name, differences in accepted.items()
    )
    if not are_usable:
        _not_usable(reader, section, "accepted", '{ amount = ["-12.5"] }')
        return {}
    return {name: tuple(map(str, differences)) for name, differences in accepted.items()}


def _where_not(
    reader: ConfigReader, section: str, given: dict[str, Any]
) -> dict[str, tuple[str, ...]]:
    """Return a mapping. Its keys are headings of `where`, its values the texts of the rows that are
    known not to belong to the table."""
    others = given.get("where_not", {})
    where = given.get("where", {})
    are_usable = isinstance(others, dict) and all(
        isinstance(where, dict)
        and heading in where
        and isinstance(texts, list)
        and all(isinstance(text, str) for text in texts)
        for heading, texts in others.items()
    )
    if not are_usable:
        _not_usable(reader, section, "where_not", '{ Way = ["In"] }')
        return {}
    return {heading: tuple(texts) for heading, texts in others.items()}


def _rows(reader: ConfigReader, section: str, given: dict[str, Any]) -> tuple[int, int] | None:
    """Return the first and the last row that is read. Returns None if the config does not say
    them."""
    text = reader.text(section, given, "rows", "")
    match = re.fullmatch(r"(\d{1,7}) ?[-:] ?(\d{1,7})", text)
    if match and 0 < int(match[1]) <= int(match[2]):
        return int(match[1]), int(match[2])
    if text:
        _not_usable(reader, section, "rows", '"5-20"')
    return None


def _sign(reader: ConfigReader, section: str, given: dict[str, Any]) -> Sign:
    match reader.text(section, given, "amounts", ""):
        case "" | "positive" | "negative" as sign:
            return sign
    _not_usable(reader, section, "amounts", '"negative"')
    return ""


def _date_form(reader: ConfigReader, section: str, given: dict[str, Any]) -> str:
    form = reader.text(section, given, "dates", "")
    if form and form not in DATE_FORMS:
        _not_usable(reader, section, "dates", '"DDMMYY"')
    return form if form in DATE_FORMS else ""


def _date_parts(reader: ConfigReader, section: str, given: dict[str, Any]) -> dict[str, str]:
    """Return the headings of year, month and day, if a date is split into several columns."""
    parts = reader.texts(section, given, "date_parts")
    is_dated = "month" in parts and ("year" in parts or "year" in given)
    if parts and (not is_dated or not parts.keys() <= set(PARTS)):
        _not_usable(reader, section, "date_parts", '{ year = "Year", month = "Month" }')
        return {}
    return parts


def _list(
    reader: ConfigReader, section: str, given: dict[str, Any], key: str, code: str
) -> list[str]:
    """Return the names in a setting that is a list. Example: `turned` lists the fields that have
    the opposite sign in the workbook."""
    names = given.get(key, [])
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return names
    reader.wrong(section, key, code)
    return []


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _absolute(url: str, folder: Path) -> str:
    """Return an SQLite URL with an absolute path. A relative path begins at the folder of the
    config. Other URLs stay unchanged."""
    start = "sqlite:///"
    if url.startswith(start) and not url.startswith(start + "/"):
        return start + str(folder / url[len(start) :])
    return url


def default_locale(config: Config, book: str | None) -> str:
    """Return the locale of numbers and dates: the one in the config, or else that of the
    workbook, or else that of the language."""
    return (config.locale or book or config.language).replace("-", "_")


def load_here(given: str | None) -> Config:
    """Load the config of a command. Its path is found as in `find`."""
    return load(find(given, Path.cwd(), os.environ))
