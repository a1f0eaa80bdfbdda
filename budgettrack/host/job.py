"""The process that does one job for a group: prepares the group if it is new, then does its monthly
run if one is owed, or else a sync.

`python -m budgettrack.host.job` reads the instructions (`JobOrder`) from standard input, and prints
the outcome."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from msgspec.structs import replace

from budgettrack import files, statements, structured, sync
from budgettrack.config.load import Config, config_of_values, default_locale
from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base.cycles import newest
from budgettrack.core.base.errors import (
    ConfigError,
    Refused,
    RegisterError,
    TrackError,
    UsageError,
    WorkbookError,
)
from budgettrack.group import OpenedGroup, open_group
from budgettrack.honouring import honour
from budgettrack.host import schemas
from budgettrack.host.group_config import own_text
from budgettrack.host.jobs import JobOrder, JobOutcome
from budgettrack.host.treasurer import ASK
from budgettrack.monthly import run as cycle
from budgettrack.monthly.context import RunContext
from budgettrack.queries.statements import agreed_statement
from budgettrack.register import queries
from budgettrack.register.cycles import all_cycles, deliveries

DETAILS = "last-job.txt"
"""The file in a group's folder with the messages of its last job, for a person who helps the
group. They may name cells and rows, so they are not written into the host's sheet."""


FINE = "Nothing was wrong."


def main() -> None:
    """Runs one job by the instructions on standard input, and prints its outcome."""
    given = structured.json_object(sys.stdin.read())
    print(json.dumps(work(JobOrder(**given)).as_values()))  # noqa: T201 - the answer to the parent


def work(order: JobOrder) -> JobOutcome:
    """Does one job. If there is a problem, the outcome says so in words; nothing is raised."""
    details: list[str] = []
    try:
        config = config_of_values(Path(order.path), order.content, own_text(order.folder))
        outcome = _worked(config, order, details)
    except TrackError as error:
        details += error.problems
        outcome = _told(error)
        # People who read the host's sheet need not know where the folders are.
        shown = (problem.replace(f"{order.folder}/", "") for problem in outcome.words)
        outcome = replace(outcome, words=tuple(shown))
    _keep_details(order, details)
    return outcome


def _worked(config: Config, order: JobOrder, details: list[str]) -> JobOutcome:
    with open_group(config, order.day, patient=False) as group:
        if group.register.glance(queries.last_run, "sync") is None:
            _prepare(group, order.preset)
        elif config.xlsx is not None and not config.xlsx.exists():
            raise WorkbookError(LOST_FILE.format(name=config.xlsx.name))
        honour(group)
        run = cycle.monthly(group, RunContext(order.send))
        outcomes = [*run.outcomes]
        if not run.periods or (run.failed and not run.outcomes):
            # If the sync of a month failed, only its message is known.
            # A second sync shows what kind of error it is.
            # The kind of the error decides whether the host may read its message.
            outcomes.append(sync.sync(group, confirm=lambda _: False))
        details += (*run.warnings, *run.failed)
        for outcome in outcomes:
            details += outcome.told
        if any(not outcome.done for outcome in outcomes):
            details.append(sync.FIRST_MEETING)
            return JobOutcome("refused", (REFUSED,))
        _tell_host(group, order)
        words: tuple[str, ...] = ()
        if run.failed:
            words = (MONTH_UNFINISHED,)
        elif run.held:
            words = (HELD,)
        elif any(outcome.told for outcome in outcomes):
            words = (PUT_BACK,)
        elif order.send and _has_lost_mail(group):
            words = (MAIL_LEFT,)
        return JobOutcome("broken" if run.failed else "done", words, *_reached(group))


def _tell_host(group: OpenedGroup, order: JobOrder) -> None:
    """Writes the statement of the last full month for the host, if the group has agreed to send
    statements. If the group has withdrawn its agreement, its earlier statements are deleted at the
    host, too.

    In the database of a host with workers, the group's role adds a row, which the planner takes."""
    told, folder = agreed_statement(group, None), order.folder
    text = statements.text_of(told).decode() if told is not None else ""
    month = told.month if told is not None else ""
    if schemas.tell_host(str(order.content["register"]["url"]), order.code, month, text):
        return
    if told is None:
        statements.forget(folder)
    else:
        statements.keep(folder, told)


LOST_FILE = (
    "{name} is not in the group's folder any more, so nothing was done. Whoever looks after the"
    " program for the host can put it back from a backup."
)
MONTH_UNFINISHED = f"The month is not finished, and the next run goes on with it. {ASK}"
HELD = f"Nothing is sent for this group until somebody decides. {ASK}"
PUT_BACK = (
    "Workbook or register were put back from an older copy, and the group must look at its sheet."
    f" {ASK}"
)
REFUSED = (
    "The sync was refused to protect the group's rows. The group's treasurer must look at what"
    f" changed in its sheet. {ASK}"
)
MAIL_LEFT = (
    "A mail of the last month was refused, or nobody knows whether it arrived. It is not sent again"
    f" by itself. {ASK}"
)


def _has_lost_mail(group: OpenedGroup) -> bool:
    """Whether a mail of the newest run was refused, or may not have arrived."""
    made = group.register.glance(deliveries)
    last = max((delivery.cycle for delivery in made), default=0)
    return any(
        delivery.state in ("refused", "marked") for delivery in made if delivery.cycle == last
    )


OTHER_LAYOUT = (
    "None of the tabs of the group's sheet has our layout, so nothing was read or written. Whoever"
    " looks after the program for the host can say how it is read."
)


def _reached(group: OpenedGroup) -> tuple[str, str]:
    """Returns the day of this sync, and the last month whose run was finished ('' if there is
    none)."""
    ended = [
        period
        for period, known in newest(group.register.glance(all_cycles)).items()
        if known.ended is not None and "W" not in period
    ]
    return group.today.isoformat(), max(ended, default="")


def _told(error: TrackError) -> JobOutcome:
    """Returns the outcome of a job that was stopped by an error.

    The message of a guard or of a refused request may quote rows of the group. So the host learns
    only that there is such a message, not its text."""
    match error:
        case ConfigError() | WorkbookError():
            return JobOutcome("asks", tuple(error.problems))
        case Refused() | UsageError():
            return JobOutcome("refused", (REFUSED,))
        case RegisterError() if "Another run" in str(error):
            return JobOutcome("busy", tuple(error.problems))
    return JobOutcome("broken", tuple(error.problems))


def _prepare(group: OpenedGroup, preset_name: str) -> None:
    """Fills an empty online sheet with the tabs of a plan, or creates the file that the group's row
    names.

    Raises WorkbookError if the sheet cannot be reached."""
    from budgettrack.setup.adopt.glimpse import has_own_tab
    from budgettrack.setup.create import with_topics
    from budgettrack.setup.presets import numbers_of, preset

    config = group.config
    day = group.today.replace(day=1)
    rows = with_topics(preset(preset_name, day, numbers_of(preset_name, "")))
    words = sheet_words(config.language)
    if config.xlsx is not None and not config.xlsx.exists():
        from budgettrack.workbook.xlsx.layout import new_workbook

        config.xlsx.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new_workbook(config.xlsx, rows=rows, words=words)
    book = group.workbook.read()
    is_blank = not any(grid.rows for grid in book.grids)
    is_ours = config.shapes or has_own_tab(book, default_locale(config, book.locale))
    if not is_blank and not is_ours:
        # In a sheet of another layout, a sync would add our tabs and read nothing from the sheet.
        raise WorkbookError(OTHER_LAYOUT)
    if config.xlsx is not None or not is_blank or len(book.titles) > 1:
        return
    from budgettrack.workbook.google import workbook as google
    from budgettrack.workbook.google.layout import new_tabs
    from budgettrack.workbook.layout import TITLES

    workbook = group.workbook
    assert isinstance(workbook, google.GoogleWorkbook)
    locale = config.language if "_" in config.language.replace("-", "_") else ""
    google.lay_out(
        workbook,
        lambda ids, blank: new_tabs(
            sheet_ids=ids, locale=locale, rows=rows, existing=blank, words=words
        ),
        len(TITLES),
    )


def _keep_details(order: JobOrder, details: list[str]) -> None:
    text = "\n".join(details or [FINE]) + "\n"
    files.write(order.folder / DETAILS, text.encode(), private=True)


if __name__ == "__main__":
    main()
