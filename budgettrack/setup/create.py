"""Creates a group: its workbook, and the config beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from budgettrack import files
from budgettrack.config.key import KEY, KEY_FILE, made_key
from budgettrack.config.load import about_published, spreadsheet_id
from budgettrack.config.place import NAME
from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base.errors import UsageError, WorkbookError
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import ABOUT, START_HERE, TABLES
from budgettrack.file_kinds import is_only_read
from budgettrack.workbook.layout import HOST_ORDER, ORDER, order_with, titles
from budgettrack.workbook.xlsx.layout import new_workbook

CONFIG = """# What your group sets. Paths are relative to this file.

[organisation]
name = "{name}"
currency = "EUR"            # the currency in which you think
time_zone = "UTC"           # such as Europe/Lisbon
language = "{language}"             # how numbers and dates are written; en_GB makes 12/03/2026 the 12th of March

[workbook]
{workbook}

[register]
url = "sqlite:///register.sqlite"

[reports]
out = "reports"             # public/ is meant for a web server, private/ is not
"""


HOST_CONFIG = """
[host]                      # this organisation hosts groups: docs/hosting.md
groups = "groups"           # a folder for each group in it, which only its owner reads
"""


IGNORED = """# What belongs in no repository and in no copy that others can read.
.budgettrack.key*
credentials.json
google-sign-in.json
client.json
register.sqlite*
register.damaged-*
budgettrack-failure.txt
*.xlsx
.*.tmp
reports/private/
pictures/
groups/
"""

TABS_ASKED = frozenset(table.asked for table in TABLES if table.asked)
"""Words that a user types to get extra tabs, such as `supplies`. A new workbook does not have these
tabs by itself."""

LINK = "https://docs.google.com/spreadsheets/d/{id}/edit"


def config_text(name: str, workbook: str, language: str = "en") -> str:
    """Return the text of a config for a workbook in a file. `workbook` is the path from the
    config to it."""
    path = workbook.replace("\\", "/").replace('"', "")
    return CONFIG.format(name=name, workbook=f'xlsx = "{path}"', language=language)


def start_group(
    xlsx: Path,
    rows: Mapping[str, Sequence[Fields]],
    optional: frozenset[str],
    language: str = "en",
    *,
    host: bool = False,
) -> list[str]:
    """Create a workbook file with these rows, and its config. Nothing is overwritten.

    `host`: whether it is the workbook of a host, with a tab for its groups. Returns sentences
    that say what was created."""
    _check_optional(optional)
    if xlsx.suffix.lower() != ".xlsx" and not (is_only_read(xlsx) and xlsx.exists()):
        raise UsageError(f"{xlsx} does not end in .xlsx. Give it that ending.")
    if not xlsx.absolute().parent.is_dir():
        raise WorkbookError(f"There is no folder {xlsx.absolute().parent}. Make it first.")
    if xlsx.exists():
        raise WorkbookError(*_to_adopt(xlsx))
    words = sheet_words(language)
    new_workbook(
        xlsx,
        with_optional=optional - TABS_ASKED,
        rows=with_topics(rows),
        words=words,
        order=_order(optional, host=host),
    )
    begin = words.tab(START_HERE)
    told = [f"Made {xlsx}: open it in a spreadsheet program and begin with the tab {begin}."]
    config = xlsx.absolute().parent / NAME
    if config.exists():
        return [*told, f'{config} is there already: set xlsx = "{xlsx.name}" in it.']
    text = config_text("Our group", xlsx.name, language) + (HOST_CONFIG if host else "")
    files.create(config, text.encode())
    return [
        *told,
        f"Made {config}: set your group's name and currency there.",
        *with_key(config.parent),
        *_next_step(host=host),
    ]


def _order(asked: frozenset[str], *, host: bool) -> Sequence[str]:
    """Return the tables of a new workbook in the order of their tabs."""
    return order_with(asked, HOST_ORDER if host else ORDER)


def _next_step(*, host: bool) -> list[str]:
    if not host:
        return ["Then run: budgettrack sync"]
    return ["Type a row for each group into the tab Groups. Then run: budgettrack host run"]


def with_topics(
    rows: Mapping[str, Sequence[Fields]],
) -> Mapping[str, Sequence[Fields]]:
    """Returns the rows of a new workbook with the topics of *About us*. A workbook without rows
    stays blank, so that the first sync fills it from the register without a question."""
    return {**rows, **about_rows()} if rows else rows


def about_rows() -> Mapping[str, Sequence[Fields]]:
    """Returns the rows of *About us*: every topic, with a blank text to be filled in."""
    return {ABOUT.name: [{"topic": topic} for topic in ABOUT.column("topic").choices]}


def _to_adopt(xlsx: Path) -> Iterator[str]:
    """Yields sentences about a file that exists already: which tabs and headings it has."""
    from budgettrack.setup.adopt.glimpse import seen_in
    from budgettrack.workbook.other.workbook import workbook_of

    yield (
        f"{xlsx} exists already and is left as it is. Choose another name, or move that file away"
        f" first. Bring it in with: budgettrack adopt {xlsx}"
    )
    try:
        book = workbook_of(xlsx).read()
    except WorkbookError:
        return
    yield f"Seen: {seen_in(book, book.locale or 'en')}"


def with_key(folder: Path) -> list[str]:
    """Creates the group's key, and a file that keeps secret files out of a repository (.gitignore).

    Returns sentences that say what was created. Nothing that exists is changed."""
    ignored = folder / ".gitignore"
    if not ignored.exists():
        ignored.write_text(IGNORED, "utf-8")
    if (folder / KEY_FILE).exists() or os.environ.get(KEY):
        return []
    made_key(folder)
    return [
        f"Made {folder / KEY_FILE}: keep a copy of it, but not beside copies of the register."
        " Without it the public pages show less."
    ]


def start_online(
    target: str,
    folder: Path,
    rows: Mapping[str, Sequence[Fields]],
    optional: frozenset[str],
    *,
    credentials: Path | None = None,
    shared: Sequence[str] = (),
    folder_link: str = "",
    language: str = "en",
    address: str | None = None,
    host: bool = False,
) -> list[str]:
    """Create an online workbook with these rows, and its config in `folder`.

    `target` is a title or a link. For a title, a new spreadsheet is created, in the folder of
    `folder_link` if it is given, and shared with the addresses in `shared`. For the link of a
    blank spreadsheet that somebody shared with this program, the tabs are created in it. `host`:
    whether it is the workbook of a host, with a tab for its groups. Returns sentences that say
    what was created."""
    from budgettrack.workbook.google import errors as google_errors
    from budgettrack.workbook.google import workbook as google
    from budgettrack.workbook.google.credentials import MAKING, MAKING_IN_A_FOLDER, WRITING
    from budgettrack.workbook.google.layout import new_tabs

    _check_optional(optional)
    given = _given_id(target, shared)
    if folder_link:
        in_drive = _folder_id(folder_link, given)
        connection = google.connected(credentials, MAKING_IN_A_FOLDER, address)
        if connection.is_a_person:
            raise google_errors.no_folder_of_others()
        id_ = google.create_in(connection, in_drive, target)
    else:
        connection = google.connected(credentials, WRITING if given else MAKING, address)
        id_ = given or google.create(connection, target)
    locale = language if "_" in language.replace("-", "_") else ""
    words = sheet_words(language)
    google.lay_out(
        google.GoogleWorkbook(id_, connection),
        lambda ids, blank: new_tabs(
            sheet_ids=ids,
            locale=locale,
            with_optional=optional - TABS_ASKED,
            rows=with_topics(rows),
            existing=blank,
            words=words,
            order=_order(optional, host=host),
        ),
        len(titles(_order(optional, host=host))),
    )
    told = [f"Made {LINK.format(id=id_)}: open it and begin with the tab {words.tab(START_HERE)}."]
    for email in shared:
        google.share(connection, id_, email)
        told.append(f"Shared it with {email} as editor.")
    if not given and not shared:
        told.append(
            "Nobody but this program can open it yet: share it with --share, or give it the link of"
            " your own."
        )
    settings = _online_settings(id_, folder, credentials, address)
    return [*told, *_online_config(folder, settings, language, host=host)]


def _given_id(target: str, shared: Sequence[str]) -> str:
    """Return the ID of the spreadsheet if `target` is its link. Return '' if `target` is the title
    of a new spreadsheet."""
    if "/" not in target:
        return ""
    given = spreadsheet_id(target)
    if not given:
        raise UsageError(
            about_published(target)
            or f"{target} is not the link of a Google spreadsheet. Copy it from the browser."
        )
    if shared:
        raise UsageError(
            "--share is for a new spreadsheet. Share your own one in Google, with its button Share."
        )
    return given


_FOLDER = re.compile(r"/folders/([A-Za-z0-9_-]{10,100})")


def _folder_id(link: str, given: str) -> str:
    """Return the ID of the folder to which a link leads."""
    match = _FOLDER.search(link)
    if match is None:
        raise UsageError(
            f"{link} is not the link of a folder. Open the folder in Drive, and copy the address that"
            " the browser shows: https://drive.google.com/drive/folders/..."
        )
    if given:
        raise UsageError(
            "--folder is for a new spreadsheet. Move your own one in the browser: it keeps its link."
        )
    return match[1]


def _online_settings(
    id_: str, folder: Path, credentials: Path | None, address: str | None
) -> list[str]:
    """Return the lines in the section [workbook] of the config for an online workbook."""
    lines = [f'google = "{LINK.format(id=id_)}"']
    if credentials is not None:
        path = os.path.relpath(credentials.absolute(), folder.absolute()).replace(os.sep, "/")
        lines.append(f'credentials = "{path}"')
    if address is not None:
        lines.append(f'address = "{address}"')
    return lines


def _online_config(
    folder: Path, settings: Sequence[str], language: str, *, host: bool
) -> list[str]:
    """Create the config in `folder`, unless there is one. Return what was done, in words."""
    config = folder / NAME
    if config.exists():
        return [f"{config} is there already: set {settings[0]} in it."]
    text = CONFIG.format(name="Our group", workbook="\n".join(settings), language=language)
    files.create(config, (text + (HOST_CONFIG if host else "")).encode())
    return [
        f"Made {config}: set your group's name and currency there.",
        *_next_step(host=host),
    ]


def _check_optional(optional: frozenset[str]) -> None:
    """Raise UsageError for a name that is neither an optional column nor a word for extra tabs."""
    columns = {
        column.name
        for table in TABLES
        for column in table.columns
        if column.optional and not column.moved
    }
    unknown = sorted(optional - columns - TABS_ASKED)
    if unknown:
        raise UsageError(
            f"There is no optional column {', '.join(unknown)}. There are:"
            f" {', '.join(sorted(columns))}; and for the tabs of supplies: supplies."
        )
