"""Reports by hand."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from budgettrack.cli.base import (
    LOOK,
    Command,
    Day,
    MonthName,
    colour,
    config_of,
    day_of,
    formats,
    known,
    listing,
    main,
    on_day,
    talk,
    written,
)
from budgettrack.core.base import errors

if TYPE_CHECKING:
    from budgettrack.opendata.preview import Seen


@main.group()
def report() -> None:
    """Write a report from what was last synced."""


def report_options(command: Command) -> Command:
    """The options `--month`, `--out` and `--on`."""
    command = click.option(
        "--out", type=click.Path(path_type=Path), metavar="DIR", help="Else as in the config."
    )(command)
    command = click.option("--month", type=MonthName(), help="Else the last full month.")(command)
    return on_day(command)


@report.command("transparency")
@report_options
@click.pass_context
def report_transparency(
    ctx: click.Context, on: date | None, month: str | None, out: Path | None
) -> None:
    """The public site: a page for each month up to this one.

    Pages that are published stay as they were; what changed in them stands on the newest, and is
    marked on each."""
    from budgettrack.reports import make

    config = config_of(ctx)
    paths = make.report_transparency(config, day_of(config, on), datetime.now(UTC), month, out)
    written(paths)


@report.command("funder")
@click.argument("grant", shell_complete=known("grants"))
@report_options
@click.option("--from", "start", type=Day(), help="First day of a period of your own; with --to.")
@click.option("--to", "end", type=Day(), help="Last day of a period of your own; with --from.")
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

    A draft has a list of what is missing on top, for the treasurer. A final one is kept in the
    register: later changes of its figures are shown as adjustments."""
    from budgettrack.reports import make

    if (start is None) != (end is None) or (start and end and end < start):
        raise errors.UsageError(
            "A period of your own needs both: --from 2026-01-15 --to 2026-04-14."
        )
    config = config_of(ctx)
    own = (start, end) if start and end else None
    today = day_of(config, on)
    done = make.report_funder(
        config, today, datetime.now(UTC), grant, month, out, own=own, profile=profile, final=final
    )
    for path in done.paths:
        click.echo(str(path))
    for line in (*done.missing, *done.warnings):
        click.echo(line, err=True)
    ctx.exit(LOOK if done.missing or done.warnings else 0)


@report.command("iati")
@click.option(
    "--yes", is_flag=True, help="Write the files. Else only what they would say is shown."
)
@click.option("--all", "everything", is_flag=True, help="What stays the same, too.")
@click.option(
    "--check", is_flag=True, help="Only what is wrong with our own data, with IATI's rules."
)
@click.option(
    "--sectors", is_flag=True, help="The sector codes to choose from, and what each means."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where reports are; else the config's folder."
)
@formats
@click.pass_context
def report_iati(
    ctx: click.Context,
    yes: bool,
    everything: bool,
    check: bool,
    sectors: bool,
    out: Path | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """The published pages as IATI 2.03: every word is shown, and about whom, before anything is
    written.

    An activity file, an organisation file and the page that says what is not published, in the
    public folder."""
    from budgettrack.config.open_data import SECTORS
    from budgettrack.opendata import iati_files

    if sectors:
        for code, (name, means) in SECTORS.items():
            click.echo(f"{code}  {name}: {means}")
        return
    config = config_of(ctx)
    folder = out or config.reports
    draft = iati_files.draft(config, folder)
    for each in draft.problems:
        left = "Left out." if each.left_out else "A doubt."
        click.echo(f"{each.place}  {each.rule}  {each.problem} {each.remedy} {left}", err=not check)
    if check:
        click.echo(f"{len(draft.problems)} to look at.")
        ctx.exit(LOOK if draft.problems else 0)
    rows = rows_of(draft.seen)
    shown = [row for row in rows if everything or row["change"] != "same"]
    if as_json or as_csv:
        listing(rows, {}, as_json, as_csv, "")
    else:
        preview(shown, everything)
    asked = not yes and bool(shown) and sys.stdin.isatty() and sys.stdout.isatty()
    if yes or (asked and click.confirm("Publish this?", err=True)):
        paths = iati_files.write(draft, folder)
        talk("Written: " + ", ".join(str(path) for path in paths))
        ctx.exit(LOOK if draft.problems else 0)
    talk("Nothing was written. To publish it: --yes")
    ctx.exit(LOOK if shown or draft.problems else 0)


def rows_of(seen: Sequence[Seen]) -> list[dict[str, str | None]]:
    """What would be published, as rows."""
    return [
        {
            "change": each.change,
            "part": each.said.part,
            "where": each.said.where,
            "about": each.said.about,
            "text": each.said.text,
            "day": each.said.day or None,
        }
        for each in seen
    ]


def preview(rows: Sequence[Mapping[str, str | None]], everything: bool) -> None:
    """What would be published, part by part; what every part says is said once, many amounts of one
    kind in a line."""
    if not rows:
        click.echo("It says the same as last time.")
    parts = {row["part"] for row in rows}
    said = Counter(
        (row["change"], row["where"], row["about"], row["text"], row["day"]) for row in rows
    )
    if len(parts) > 1:
        click.echo(click.style("In every part", bold=True), color=colour())
        for (change, where, about, text, day), number in said.items():
            if number == len(parts):
                _preview_line(change, where, about, f"{text}  {day or ''}")
    for part, within in groupby(rows, key=lambda row: row["part"]):
        click.echo(click.style(f"\n{part}", bold=True), color=colour())
        amounts: dict[tuple[str | None, str | None], list[Mapping[str, str | None]]] = {}
        for row in within:
            if len(parts) > 1 and said[
                row["change"], row["where"], row["about"], row["text"], row["day"]
            ] == len(parts):
                continue
            if row["day"] and not everything:
                amounts.setdefault((row["change"], row["where"]), []).append(row)
            else:
                _preview_line(
                    row["change"], row["where"], row["about"], f"{row['text']}  {row['day'] or ''}"
                )
        for (change, where), those in amounts.items():
            first, last = (
                (those[0]["day"] or "").split(" to ")[0],
                (those[-1]["day"] or "").split(" to ")[-1],
            )
            days = those[0]["day"] if len(those) == 1 else f"{len(those)} times, {first} to {last}"
            told = ", ".join(each["text"] or "" for each in those[-3:])
            _preview_line(
                change, where, "us", f"{'' if len(those) <= 3 else '... '}{told}  ({days})"
            )


def _preview_line(change: str | None, where: str | None, about: str | None, text: str) -> None:
    sign = {"new": "+", "gone": "-"}.get(change or "", " ")
    click.echo(f"{sign} {where}{'' if about == 'us' else f' of {about}'}: {text.rstrip()}")
