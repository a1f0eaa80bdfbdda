"""The command line: arguments in, words and an exit code out; it decides nothing.

Results go to stdout, talk to stderr. Exit codes: 0 done, 1 could not, 2 wrong usage, 3 done but a person must look.
Heavy libraries are imported inside the commands that need them, so that a question is answered at once.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from budgettrack import __version__
from budgettrack.core import errors, periods

if TYPE_CHECKING:
    from budgettrack.config import Config
    from budgettrack.core.changes import ChangeSet
    from budgettrack.core.findings import Finding
    from budgettrack.sync import Outcome

LOOK = 3
"""Exit code: done, but a person must look."""

Command = TypeVar("Command", bound=Callable[..., Any])


class _Group(click.Group):
    """Turns our errors into words: one problem a line, no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except errors.TrackError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(2 if isinstance(error, errors.UsageError) else 1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="budgettrack")
@click.option("--config", "config_path", metavar="FILE", help="The config file; else budgettrack.toml here or above.")
@click.pass_context
def main(ctx: click.Context, config_path: str | None) -> None:
    """Work-plan, budget and resources: synced, checked, reported."""
    ctx.obj = config_path


class _Day(click.ParamType[date]):
    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is not a date. Type it as 2026-03-31.', param, ctx)


class _Month(click.ParamType[str]):
    name = "MONTH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not periods.is_month(value):
            self.fail(f'There is no month "{value}". Type it as 2026-03.', param, ctx)
        return str(value)


def _on(command: Command) -> Command:
    return click.option("--on", "on", type=_Day(), help="As if today were DATE.")(command)


def _formats(command: Command) -> Command:
    command = click.option("--csv", "as_csv", is_flag=True, help="As CSV.")(command)
    return click.option("--json", "as_json", is_flag=True, help="As JSON; amounts are decimal texts.")(command)


def _config(ctx: click.Context) -> Config:
    from budgettrack.config import load_here

    return load_here(ctx.obj)


def _today(config: Config, on: date | None) -> date:
    """Today where the group lives, or the day asked for."""
    return on or datetime.now(ZoneInfo(config.time_zone)).date()


def _listing(
    rows: Sequence[Mapping[str, Any]], headings: Mapping[str, str], as_json: bool, as_csv: bool, empty: str
) -> None:
    """Print rows as JSON or CSV with all their fields, or as a table of the columns in `headings` (field: heading)."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif as_csv:
        out = io.StringIO()
        if rows:
            writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        click.echo(out.getvalue(), nl=False)
    elif not rows:
        click.echo(empty)
    else:
        click.echo(_table(rows, headings))


def _table(rows: Iterable[Mapping[str, Any]], headings: Mapping[str, str]) -> str:
    from tabulate import tabulate

    right = {"amount", "budget", "spent", "committed", "available", "variance", "variance_percent", "days"}
    cells = [["" if row[name] is None else str(row[name]) for name in headings] for row in rows]
    align = ["right" if name in right else "left" for name in headings]
    return tabulate(cells, list(headings.values()), "simple", colalign=align, disable_numparse=True)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default="budgettrack-demo")
def demo(folder: Path) -> None:
    """A whole month on a sample group, in FOLDER.

    Says where each result lies, and what to try.
    """
    from budgettrack.demo import run, what_to_try

    for line in run(folder):
        click.echo(line)
    for line in what_to_try(folder):
        click.echo(line)


@main.command()
@click.option("--xlsx", type=click.Path(path_type=Path), metavar="FILE", help="A workbook in a file: the one to make.")
@click.option(
    "--google", metavar="TITLE|LINK", help="An online workbook: its title, or the link of a blank spreadsheet."
)
@click.option(
    "--share", multiple=True, metavar="ADDRESS", help="Who may edit the new online workbook; may be repeated."
)
@click.option(
    "--credentials",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The key file for Google; else this machine's.",
)
@click.option("--preset", type=click.Choice(["blank", "startup", "peer-support"]), default="blank", show_default=True)
@click.option("--with", "optional", default="", metavar="COLUMNS", help="Optional columns, such as payee,contact.")
@click.option("--language", default="en", show_default=True, help="How numbers and dates are written, such as pt_PT.")
@click.option("--start", type=_Day(), help="The day on which the work-plan of a preset begins.")
@click.option("--address", hidden=True, envvar="BUDGETTRACK_ADDRESS", help="Another address of Google's services.")
def init(
    xlsx: Path | None,
    google: str | None,
    share: tuple[str, ...],
    credentials: Path | None,
    preset: str,
    optional: str,
    language: str,
    start: date | None,
    address: str | None,
) -> None:
    """A new workbook, and its config beside it.

    In a file (--xlsx) or online (--google). Into an online one of your own, that is blank and shared with the address in
    the key file, the tabs are laid out.
    """
    from budgettrack.starting import start_group, start_online

    wanted = frozenset(part.strip() for part in optional.split(",") if part.strip())
    day = start or date.today().replace(day=1)  # noqa: DTZ011 - where they are
    if (xlsx is None) == (google is None):
        raise errors.UsageError("Say where: --xlsx plan.xlsx for a file, or --google TITLE for an online sheet.")
    if xlsx is not None:
        told = start_group(xlsx, preset, wanted, day, language)
    else:
        assert google is not None
        told = start_online(
            google,
            Path.cwd(),
            preset,
            wanted,
            day,
            credentials=credentials,
            shared=share,
            language=language,
            address=address,
        )
    for line in told:
        click.echo(line)


@main.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Why it does not work, and what to do.

    Looks at config, credentials, access, tabs, headings, register and folders, in this order. Nothing is changed.
    """
    from budgettrack.config import find
    from budgettrack.doctor import examine

    worst = 0
    signs = {"good": "ok", "doubtful": "look", "wrong": "WRONG"}
    for line in examine(find(ctx.obj, Path.cwd(), os.environ)):
        click.echo(f"{signs[line.state]:5}  {line.what}" + (f": {line.words}" if line.words else ""))
        worst = max(worst, {"good": 0, "doubtful": 1, "wrong": 2}[line.state])
    ctx.exit({0: 0, 1: LOOK, 2: 1}[worst])


@main.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done; do nothing.")
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(["missing", "removals", "changes"]),
    help="Override a guard that refused: missing tabs or headings, many removals, many changes.",
)
@click.option("--adopt", is_flag=True, help="Tie this workbook to this register although they know others.")
@click.option("--yes", is_flag=True, help="Do not ask where a filled workbook and a filled register first meet.")
@_on
@click.pass_context
def sync(ctx: click.Context, dry_run: bool, allow: tuple[str, ...], adopt: bool, yes: bool, on: date | None) -> None:
    """Workbook and register agree afterwards.

    What each lacks is written into it, both are checked, and the findings stand in the workbook.
    """
    from budgettrack import sync as syncing

    config = _config(ctx)
    allowed = frozenset(allow) | ({"other-workbook"} if adopt else frozenset())
    today = _today(config, on)
    if dry_run:
        outcome = syncing.preview(config, today, allow=allowed)
        for line in _changes(outcome.changes):
            click.echo(line)
        for reason in outcome.changes.refused:
            click.echo(f"Would be refused: {reason}", err=True)
        ctx.exit(1 if outcome.changes.refused else LOOK if outcome.needs_a_person else 0)

    def confirm(changes: ChangeSet) -> bool:
        for line in _changes(changes):
            click.echo(line, err=True)
        if yes:
            return True
        if not sys.stdin.isatty():
            raise errors.Refused(
                "Workbook and register are both filled and meet for the first time. Look at the changes above, "
                "and confirm with --yes.",
                "Nothing was written.",
            )
        return click.confirm("Workbook and register meet for the first time. Do this?", err=True)

    outcome = syncing.sync(config, today, datetime.now(UTC), allow=allowed, confirm=confirm)
    _say(outcome)
    ctx.exit(1 if not outcome.done else LOOK if outcome.needs_a_person else 0)


def _say(outcome: Outcome) -> None:
    """The outcome of a sync in a few lines."""
    changes = outcome.changes
    if not outcome.done:
        click.echo("Nothing was done.", err=True)
        return
    click.echo(
        f"{_count(len(changes.to_register), 'row')} taken from the workbook, "
        f"{_count(len(changes.to_sheet), 'row')} written into it, {_count(len(changes.given), 'ID')} given."
    )
    if changes.conflicts:
        click.echo(f"{_count(len(changes.conflicts), 'conflict')}: choose in the Keep cells of the tab Checks.")
    click.echo(_found(changes.findings))


def _found(findings: Sequence[Finding]) -> str:
    mistakes = sum(each.severity == "error" for each in findings)
    doubts = len(findings) - mistakes
    if not findings:
        return "Nothing to look at."
    return f"To look at: {_count(mistakes, 'error')}, {_count(doubts, 'warning')} (tab Checks, or: budgettrack checks)."


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _changes(changes: ChangeSet) -> Iterable[str]:
    """A ChangeSet as people read it."""
    if not (changes.to_sheet or changes.to_register or changes.given or changes.renames or changes.edits):
        yield "Nothing to do: workbook and register agree."
        return
    for table, old, new in changes.renames:
        yield f"{table}: {old} is now {new}"
    for table, row, id_ in changes.given:
        yield f"workbook: {table}, row {row + 1}: gets the ID {id_}"
    for side, those in (("workbook", changes.to_sheet), ("register", changes.to_register)):
        for change in those:
            if change.kind == "alter":
                fields = ", ".join(
                    f"{name} {old or 'nothing'} → {new or 'nothing'}" for name, old, new in change.fields
                )
                yield f"{side}: {change.table} {change.id}: {fields}"
            else:
                yield f"{side}: {change.table} {change.id}: {'added' if change.kind == 'add' else 'removed'}"
    for conflict in changes.conflicts:
        yield f"conflict: {conflict.key}: {conflict.kind}; both sides stay as they are"
    for page in changes.edits.pages:
        yield f"workbook: the tab {page.tab} is written anew"


@main.command()
@click.option("--grant", metavar="ID", help="This grant alone.")
@_on
@_formats
@click.pass_context
def status(ctx: click.Context, grant: str | None, on: date | None, as_json: bool, as_csv: bool) -> None:
    """Where we stand, on one screen."""
    from budgettrack import answers
    from budgettrack.standing import standing

    config = _config(ctx)
    today = _today(config, on)
    now = standing(config, at=answers.last_full_month(today))
    rows = answers.status(now, today, grant)
    if as_json or as_csv:
        _listing(rows, {}, as_json, as_csv, "")
        return
    headings = {
        "grant": "Grant",
        "state": "State",
        "currency": "",
        "budget": "Budget to date",
        "spent": "Spent",
        "variance": "Variance",
        "available": "Available",
        "used": "Used",
        "elapsed": "Time",
    }
    click.echo(f"{config.organisation}, {today}")
    _listing(rows, headings, False, False, f"{_count(len(now.plan.grants), 'grant')}, no budget and no spending yet.")
    for line in answers.status_lines(now, today, grant):
        click.echo(line)


@main.command()
@click.option("--grant", metavar="ID", help="This grant alone.")
@click.option("--by", type=click.Choice(["line", "category", "activity", "grant"]), default="line", show_default=True)
@click.option("--from", "start", type=_Month(), help="First month; else each grant's own first month.")
@click.option("--to", "end", type=_Month(), help="Last month; else the last full month.")
@click.option("--each-month", is_flag=True, help="One row for each line and month.")
@_on
@_formats
@click.pass_context
def variance(
    ctx: click.Context,
    grant: str | None,
    by: str,
    start: str | None,
    end: str | None,
    each_month: bool,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Budget less spent, by line, category, activity or grant."""
    from budgettrack import answers
    from budgettrack.standing import standing

    config = _config(ctx)
    rows = answers.variance(
        standing(config), _today(config, on), grant=grant, by=by, start=start, end=end, each_month=each_month
    )
    shown = {name: name.replace("_", " ").capitalize() for name in (rows[0] if rows else ())}
    shown["variance_percent"] = "%"
    if not each_month:
        shown.pop("from", None)
    _listing(rows, shown, as_json, as_csv, "No budget and no spending there.")


@main.command()
@click.option(
    "--within", type=click.IntRange(0), metavar="DAYS", help="Those due within so many days, and overdue ones."
)
@_on
@_formats
@click.pass_context
def deadlines(ctx: click.Context, within: int | None, on: date | None, as_json: bool, as_csv: bool) -> None:
    """What is owed, and when."""
    from budgettrack import answers
    from budgettrack.standing import standing

    config = _config(ctx)
    rows = answers.deadlines(standing(config), _today(config, on), within)
    headings = {"due": "Due", "days": "Days", "what": "What", "grant": "Grant", "id": "ID"}
    _listing(rows, headings, as_json, as_csv, "Nothing is due.")


@main.command()
@_formats
@click.pass_context
def checks(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """What is wrong or doubtful, each with its cell.

    As of the last sync. What is an error is left out of the figures.
    """
    from budgettrack import answers
    from budgettrack.standing import standing

    config = _config(ctx)
    now = standing(config)
    rows = answers.findings(now)
    if as_json or as_csv:
        _listing(rows, {}, as_json, as_csv, "")
    else:
        for row in rows:
            click.echo(f"{row['place']}  {row['severity']}  {row['code']}  {row['problem']} {row['remedy']}")
        click.echo(f"{_found(now.findings)} As of the sync of {now.synced:%Y-%m-%d}.")
    ctx.exit(LOOK if any(each.severity == "error" for each in now.findings) else 0)


@main.group()
def report() -> None:
    """Write a report from what was last synced."""


def _report_options(command: Command) -> Command:
    command = click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Else as in the config.")(
        command
    )
    command = click.option("--month", type=_Month(), help="Else the last full month.")(command)
    return _on(command)


@report.command("transparency")
@_report_options
@click.pass_context
def report_transparency(ctx: click.Context, on: date | None, month: str | None, out: Path | None) -> None:
    """The public site: a page for each month up to this one.

    Pages that are published stay as they were; what changed in them stands on the newest, and is marked on each.
    """
    from budgettrack import cycle

    config = _config(ctx)
    paths = cycle.report_transparency(config, _today(config, on), datetime.now(UTC), month, out)
    _written(paths)


def _written(paths: Sequence[Path]) -> None:
    """Where people begin to read: the site's index, and every private file."""
    for path in paths:
        if path.name == "index.html" or path.parent.name == "private":
            click.echo(str(path))
    public = sum(path.parent.name != "private" for path in paths)
    click.echo(f"The public site has {_count(public, 'file')}.", err=True)


@report.command("funder")
@click.argument("grant")
@_report_options
@click.option("--from", "start", type=_Day(), help="First day of a period of your own; with --to.")
@click.option("--to", "end", type=_Day(), help="Last day of a period of your own; with --from.")
@click.option("--profile", default="", metavar="NAME", help="Another profile than the grant's.")
@click.option("--final", is_flag=True, help="Make it final: refused while something is missing.")
@click.pass_context
def report_funder(
    ctx: click.Context,
    grant: str,
    on: date | None,
    month: str | None,
    out: Path | None,
    start: date | None,
    end: date | None,
    profile: str,
    final: bool,
) -> None:
    """The summary of GRANT for its funder, as a page, a paper and a workbook.

    A draft has a list of what is missing on top, for the treasurer. A final one is kept in the register: later changes
    of its figures are shown as adjustments.
    """
    from budgettrack import cycle

    if (start is None) != (end is None) or (start and end and end < start):
        raise errors.UsageError("A period of your own needs both: --from 2026-01-15 --to 2026-04-14.")
    config = _config(ctx)
    own = (start, end) if start and end else None
    today = _today(config, on)
    done = cycle.report_funder(
        config, today, datetime.now(UTC), grant, month, out, own=own, profile=profile, final=final
    )
    for path in done.paths:
        click.echo(str(path))
    for line in (*done.missing, *done.warnings):
        click.echo(line, err=True)
    ctx.exit(LOOK if done.missing or done.warnings else 0)


@main.command()
@_formats
@click.pass_context
def profiles(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """How summaries can be cut: every profile, with its source."""
    from budgettrack.config import find, load
    from budgettrack.profiles import every

    try:
        own = load(find(ctx.obj, Path.cwd(), os.environ)).profiles
    except errors.ConfigError:
        if ctx.obj:
            raise
        own = None
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "title": each.title,
            "on": each.on,
            "currency": each.currency,
            "period": each.period,
            "source": each.source,
        }
        for name, each in every(own).items()
    ]
    headings = {"name": "Name", "title": "For", "period": "Period", "currency": ""}
    if not (as_json or as_csv):
        rows = [{**row, "title": row["title"] + ("" if row["on"] else " (not verified: off)")} for row in rows]
    _listing(rows, headings, as_json, as_csv, "")


@main.command()
@click.option("--month", type=_Month(), help="Else the last full month.")
@_on
@click.pass_context
def monthly(ctx: click.Context, month: str | None, on: date | None) -> None:
    """The month's job: sync, check, report.

    It may be run again at any time.
    """
    from budgettrack import cycle

    config = _config(ctx)
    today = _today(config, on)
    if sys.stderr.isatty():
        with click.progressbar(length=100, label="Reports", file=sys.stderr) as bar:
            done = cycle.monthly(
                config, today, datetime.now(UTC), month, lambda one, all_: bar.update(one * 100 // all_ - bar.pos)
            )
    else:
        done = cycle.monthly(config, today, datetime.now(UTC), month)
    _say(done.outcome)
    _written(done.reports)
    for line in done.warnings:
        click.echo(line, err=True)
    ctx.exit(LOOK if done.outcome.needs_a_person else 0)
