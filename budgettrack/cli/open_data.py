"""Open data: what is published by IATI and 360Giving, and a funder's past grants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from budgettrack.cli.bank import import_
from budgettrack.cli.context import group_of, talk, told
from budgettrack.cli.listings import listing
from budgettrack.cli.options import Day, formats, on_day
from budgettrack.cli.outcomes import tell_findings
from budgettrack.cli.output import colour, is_on_terminal
from budgettrack.cli.program import LOOK
from budgettrack.cli.records import NEXT, by_role
from budgettrack.cli.reports import report, report_options
from budgettrack.core.base import errors, money
from budgettrack.core.base.plurals import count

if TYPE_CHECKING:
    from budgettrack.core.base.findings import Finding
    from budgettrack.opendata.iati import SubGrantTold
    from budgettrack.opendata.past_grants import Found, Past
    from budgettrack.opendata.preview import SeenText

PreviewRow = dict[str, str | None]

OF_A_HOST = "The grants in Given are told as they are now. Leave out --month."

SHOWN = 40
"""How many grants a table shows, unless `--all` is given."""


class Amount(click.ParamType[Decimal]):
    """An amount such as 5000 or 1200.50."""

    name = "AMOUNT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            self.fail(f'"{value}" is not an amount. Type digits, such as 5000.', param, ctx)
        return amount


@report.command("iati")
@click.option(
    "--yes", is_flag=True, help="Write the files. Without it, only what they would say is shown."
)
@click.option("--all", "everything", is_flag=True, help="Show what stays the same, too.")
@click.option("--check", is_flag=True, help="Only check our data by IATI's rules.")
@click.option("--sectors", is_flag=True, help="List the sector codes with their meaning.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder of the reports. Default: the one in the config.",
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
    """Write the published pages as IATI 2.03 files.

    Before anything is written, every word is shown, and about whom it is. The files are an activity
    file, an organisation file, and a page that says what is not published."""
    from budgettrack.config.open_data import SECTORS
    from budgettrack.opendata import iati_files

    if sectors:
        for code, (name, means) in SECTORS.items():
            click.echo(f"{code}  {name}: {means}")
        return
    group = group_of(ctx)
    folder = out or group.config.reports
    handed_on: Sequence[SubGrantTold] = ()
    if group.config.host is not None:
        from budgettrack.host.open_data import sub_grants_told

        handed_on = sub_grants_told(group)
    draft = iati_files.draft(group, folder, handed_on)
    if check:
        _tell_problems(draft.findings, as_json, as_csv)
        ctx.exit(LOOK if draft.findings else 0)
    tell_findings(draft.findings, err=True)
    rows = rows_of(draft.seen)
    shown = _changed(rows, everything)
    if as_json or as_csv:
        listing(rows, {}, as_json, as_csv, "")
    else:
        preview(shown, everything)
    if _is_wanted(yes, shown):
        if group.config.host is not None:
            from budgettrack.host.open_data import remember_named

            remember_named(group)
        paths = iati_files.write(draft, folder)
        talk("Written: " + ", ".join(str(path) for path in paths))
        ctx.exit(LOOK if draft.findings else 0)
    talk("Nothing was written. To publish it: --yes")
    ctx.exit(LOOK if shown or draft.findings else 0)


def _tell_problems(findings: Sequence[Finding], as_json: bool, as_csv: bool) -> None:
    """Print what is wrong in the group's data by the rules of IATI."""
    from budgettrack.queries import figures

    if as_json or as_csv:
        listing(figures.findings(findings), {}, as_json, as_csv, "")
        return
    tell_findings(findings)
    click.echo(f"{count(len(findings), 'problem')} to look at.")


def _changed(rows: Sequence[PreviewRow], everything: bool) -> Sequence[PreviewRow]:
    """Return the rows of a preview: all rows, or only the rows that change."""
    return rows if everything else [row for row in rows if row["change"] != "same"]


def _is_wanted(yes: bool, shown: Sequence[object]) -> bool:
    """Tell whether to publish what was shown. If there is a terminal, asks the user."""
    if yes or not shown or not is_on_terminal():
        return yes
    return click.confirm("Publish this?", err=True)


@report.command("360giving")
@report_options
@click.option(
    "--yes", is_flag=True, help="Write the files. Without it, only what they would say is shown."
)
@click.option("--all", "everything", is_flag=True, help="Show what stays the same, too.")
@click.pass_context
def report_360giving(
    ctx: click.Context,
    on: date | None,
    month: str | None,
    out: Path | None,
    yes: bool,
    everything: bool,
) -> None:
    """Write the grants that the host gives as 360Giving files.

    Before anything is written, every word is shown, and about whom it is.

    The files are JSON and XLSX. The grants are those on the page published last (or up to --month),
    with the names that [open_data] allows. With the config of a host, they are those of its tab
    Given to groups that the network's page names. A grant that would not be valid, or would say too
    much, is left out, and you are told why."""
    from budgettrack.opendata import giving

    group = group_of(ctx, on)
    if group.config.host is not None:
        if month is not None:
            raise errors.UsageError(OF_A_HOST)
        from budgettrack.host.open_data import draft_handed_on

        given = draft_handed_on(group, out)
    else:
        given = giving.draft_giving(group, month, out)
    tell_findings(given.findings, err=True, every=True)
    shown = _changed(rows_of(given.seen), everything)
    if not yes:
        preview(shown, everything)
    if not _is_wanted(yes, shown):
        talk("Nothing was written. To publish it: --yes")
        ctx.exit(LOOK if shown or given.findings else 0)
    if group.config.host is not None:
        from budgettrack.host.open_data import remember_named

        remember_named(group)
    for path in giving.write_giving(given):
        click.echo(str(path))
    left = len({finding.id for finding in given.findings if finding.severity == "error"})
    talk(f"{count(given.grants, 'grant')} written{f', {left} left out' if left else ''}.")
    ctx.exit(LOOK if given.findings else 0)


@import_.command("360giving")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--theme",
    default="",
    metavar="TEXT",
    help="Only grants with this text in title, description or programme.",
)
@click.option(
    "--place",
    default="",
    metavar="TEXT",
    help="Only grants at this place: a name, or a country's two letters.",
)
@click.option(
    "--least", type=Amount(), help="Only grants of AMOUNT or more, in their own currency."
)
@click.option("--most", type=Amount(), help="Only grants of AMOUNT or less, in their own currency.")
@click.option("--since", type=Day(), help="Only grants awarded on DATE or later.")
@click.option(
    "--add",
    "identifiers",
    multiple=True,
    metavar="IDENTIFIER",
    help="Add this grant as a prospect. May be repeated.",
)
@click.option(
    "--all", "everything", is_flag=True, help=f"List all in a table, not only the newest {SHOWN}."
)
@by_role
@on_day
@formats
@click.pass_context
def import_360giving(
    ctx: click.Context,
    file: Path,
    theme: str,
    place: str,
    least: Decimal | None,
    most: Decimal | None,
    since: date | None,
    identifiers: Sequence[str],
    everything: bool,
    by: str,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Search a funder's past grants, and add some as prospects.

    FILE is the funder's 360Giving file (JSON, XLSX or CSV). A prospect gets the funder, and its
    programme as title. The column Next step says what to ask the funder for. The amount stays
    empty. Grants to individuals are left out and never shown."""
    from budgettrack.opendata import giving
    from budgettrack.opendata.past_grants import wanted

    past = giving.past_grants(file)
    ids: dict[str, str] = {}
    there: Sequence[str] = ()
    if identifiers:
        if any(given not in ("", None) for given in (theme, place, least, most, since)):
            raise errors.UsageError("--add takes identifiers. Leave out the other filters.")
        kept = giving.chosen(past.grants, identifiers)
        group = group_of(ctx, on)
        ids, there = giving.add_prospects(group, kept, by)
    else:
        kept = wanted(past.grants, theme=theme, place=place, least=least, most=most, since=since)
    table = not (as_json or as_csv)
    listed = kept[:SHOWN] if table and not everything else kept
    _list_past_grants(listed, ids, as_json, as_csv)
    if len(listed) < len(kept):
        talk(f"The newest {len(listed)} of {len(kept)}. For the others: --all, or a filter")
    for line in _sizes(kept):
        talk(line)
    _tell_left_out(past)
    _tell_prospects(ids, there)
    ctx.exit(LOOK if past.problems or there else 0)


def _tell_prospects(ids: Mapping[str, str], there: Sequence[str]) -> None:
    """Print which grants became prospects. `there`: the grants that were prospects already."""
    for identifier in there:
        talk(f"{identifier} is there already, as {ids[identifier]}.")
    if len(ids) > len(there):
        talk(f"{count(len(ids) - len(there), 'prospect')} added. {NEXT}")


def _list_past_grants(
    listed: Sequence[Past], ids: Mapping[str, str], as_json: bool, as_csv: bool
) -> None:
    """Print past grants. `ids`: the ID of the prospect, for each past grant that became one."""
    headings = {
        "identifier": "Identifier",
        "day": "Awarded",
        "amount": "Amount",
        "currency": "",
        "title": "Title",
        "grant": "ID",
        "place": "Place",
        "programme": "Programme",
    }
    if not ids:
        del headings["grant"]
    rows = [_row(past, ids.get(past.id)) for past in listed]
    if not (as_json or as_csv):
        rows = [{**row, "title": _short(row["title"])} for row in rows]
    nothing = "No grant is like that."
    listing(rows, headings, as_json, as_csv, nothing, spare=("programme", "place"))


def _tell_left_out(past: Found) -> None:
    """Print how many grants in a file are not shown, and why."""
    if past.individuals:
        talk(
            f"{count(past.individuals, 'grant')} to individuals, or without a named recipient,"
            " left out."
        )
    for problem in past.problems[:SHOWN]:
        talk(problem)
    if len(past.problems) > SHOWN:
        talk(f"And {len(past.problems) - SHOWN} more like these.")


def _row(past: Past, grant: str | None) -> dict[str, Any]:
    from budgettrack.opendata.past_grants import shown

    return {
        "identifier": past.id,
        "title": shown(past.title),
        "funder": shown(past.funder),
        "programme": shown(past.programme) or None,
        "recipient": shown(past.recipient),
        "place": shown(", ".join(past.places)) or None,
        "day": past.day.isoformat() if past.day else None,
        "amount": f"{past.amount:f}",
        "currency": past.currency,
        "grant": grant,
    }


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _sizes(grants: Sequence[Past]) -> list[str]:
    """Return one line for each currency with the number of grants, their sum, and how large they
    are."""
    by_currency: dict[str, list[int]] = {}
    for past in grants:
        units = money.minor(past.amount, past.currency)
        by_currency.setdefault(past.currency, []).append(units)
    lines = []
    for currency, amounts in by_currency.items():
        ordered = sorted(amounts)
        sizes = (ordered[0], ordered[len(ordered) // 2], ordered[-1], sum(ordered))
        low, middle, high, whole = (told(units, currency) for units in sizes)
        lines.append(
            f"{count(len(ordered), 'grant')}, {whole}; from {low} to {high}, median {middle}."
        )
    return lines


# The parts of the preview


def rows_of(seen: Sequence[SeenText]) -> list[PreviewRow]:
    """Return the rows of a listing that shows what would be published."""
    return [
        {
            "change": sentence.change,
            "part": sentence.said.part,
            "where": sentence.said.where,
            "about": sentence.said.about,
            "text": sentence.said.text,
            "day": sentence.said.day or None,
        }
        for sentence in seen
    ]


def preview(rows: Sequence[Mapping[str, str | None]], everything: bool) -> None:
    """Print what would be published, part by part.

    What is the same in every part is printed once, at the top. Several amounts of one kind are
    on one line."""
    if not rows:
        click.echo("The file is the same as last time.")
    everywhere = _in_every_part(rows)
    if len({row["part"] for row in rows}) > 1:
        click.echo(click.style("In every part", bold=True), color=colour())
    for words in everywhere:
        _preview_line(*words)
    for part, within in groupby(rows, key=lambda row: row["part"]):
        click.echo(click.style(f"\n{part}", bold=True), color=colour())
        _preview_part([row for row in within if _said(row) not in everywhere], everything)


def _in_every_part(
    rows: Sequence[Mapping[str, str | None]],
) -> list[tuple[str | None, str | None, str | None, str]]:
    """Return the rows that are the same in every part. Each has four values: change, where, about
    and text. The first three are None as in the rows. Returns [] if there is only one part."""
    parts = {row["part"] for row in rows}
    times = Counter(map(_said, rows)) if len(parts) > 1 else Counter()
    return [words for words, often in times.items() if often == len(parts)]


def _said(row: Mapping[str, str | None]) -> tuple[str | None, str | None, str | None, str]:
    """Return four values of a row, without its part: change, where, about and text. Each of the
    first three is None if the row does not have it."""
    return row["change"], row["where"], row["about"], f"{row['text']}  {row['day'] or ''}"


def _preview_part(rows: Sequence[Mapping[str, str | None]], everything: bool) -> None:
    """Print one part. Amounts of one kind are on one line, unless `everything` is true."""
    amounts: dict[tuple[str | None, str | None], list[Mapping[str, str | None]]] = {}
    for row in rows:
        if row["day"] and not everything:
            amounts.setdefault((row["change"], row["where"]), []).append(row)
        else:
            _preview_line(*_said(row))
    for (change, where), payments in amounts.items():
        told = ", ".join(row["text"] or "" for row in payments[-3:])
        more = "" if len(payments) <= 3 else "... "
        days = _days([row["day"] or "" for row in payments])
        _preview_line(change, where, "us", f"{more}{told}  ({days})")


def _days(days: Sequence[str]) -> str:
    """Return the days of several payments in words. A day may be a range such as `... to ...`."""
    if len(days) == 1:
        return days[0]
    first, last = days[0].split(" to ")[0], days[-1].split(" to ")[-1]
    return f"{len(days)} times, {first} to {last}"


def _preview_line(change: str | None, where: str | None, about: str | None, text: str) -> None:
    sign = {"new": "+", "gone": "-"}.get(change or "", " ")
    click.echo(f"{sign} {where}{'' if about == 'us' else f' of {about}'}: {text.rstrip()}")
