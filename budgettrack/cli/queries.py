"""The questions that are answered from the register: status, variance, deadlines, checks."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from budgettrack.cli.context import PLAIN, group_of, locale_now, talk, words_now
from budgettrack.cli.listings import amount_shown, bar, listing
from budgettrack.cli.options import MonthName, formats, known, on_day
from budgettrack.cli.outcomes import found, tell_by_harm, wrapped
from budgettrack.cli.output import colour
from budgettrack.cli.program import LOOK, main
from budgettrack.cli.records import alter_record, by_role
from budgettrack.core.base import errors
from budgettrack.core.base.plurals import count
from budgettrack.core.base.sheet_words import ENGLISH

if TYPE_CHECKING:
    from budgettrack.core.figures.explain import Explained
    from budgettrack.group import OpenedGroup


@main.command()
@click.option("--grant", metavar="ID", shell_complete=known("grants"), help="Only this grant.")
@on_day
@formats
@click.pass_context
def status(
    ctx: click.Context, grant: str | None, on: date | None, as_json: bool, as_csv: bool
) -> None:
    """Show money, work and deadlines on one screen."""
    from budgettrack.group import last_full_month
    from budgettrack.queries import figures, records
    from budgettrack.queries.bank_balance import bank_lines
    from budgettrack.register.holds import holds

    group = group_of(ctx, on)
    today = group.today
    held = [hold.words for hold in group.register.glance(holds)]
    standing = group.standing_at(last_full_month(today))
    rows = figures.status(standing, today, grant)
    if as_json or as_csv:
        listing(rows, {}, as_json, as_csv, "")
        for words in held if group.stopped is None else (group.stopped.words, *held):
            click.echo(words, err=True)
        return
    says = words_now()
    headings = {
        "grant": says.heading("Grant"),
        "state": says.heading("State"),
        "currency": "",
        "budget": says.heading("Budget to date"),
        "spent": says.heading("Spent"),
        "variance": says.heading("Variance"),
        "available": says.heading("Available"),
        "used": says.say("Used"),
        "elapsed": says.say("Time"),
        "bar": "",
    }
    click.echo(f"{group.config.organisation}, {today}")
    for words in held if group.stopped is None else (group.stopped.words, *held):
        click.echo(words)
    shown = [
        {
            **row,
            "grant": says.say(row["grant"]) if row["grant"] == figures.NO_GRANT else row["grant"],
            "state": says.choice(row["state"]),
            "used": _percent(row["used"]),
            "elapsed": _percent(row["elapsed"]),
            "bar": bar(row["used"], row["elapsed"]),
        }
        for row in rows
    ]
    nothing = f"{count(len(standing.plan.grants), 'grant')}, no budget and no spending yet."
    if ctx.meta.get(PLAIN):
        headings.pop("bar")
    listing(shown, headings, False, False, nothing, spare=("bar", "state", "elapsed", "used"))
    on_screen = sys.stdout.isatty()
    compared = []
    if grant is None:
        compared = [
            *bank_lines(group, standing, locale_now(), says),
            records.changed_line(group, says),
        ]
    for line in figures.status_lines(standing, today, grant, locale_now(), says, compared):
        heading, sign, rest = (wrapped(line) if on_screen else line).partition(": ")
        click.echo(click.style(heading + sign, bold=True) + rest, color=colour())


def _percent(text: str | None) -> str | None:
    """Return a percentage with the decimal sign of the group. Returns None if there is none."""
    if text is None:
        return None
    return f"{amount_shown(text.removesuffix(' %'))} %"


@main.command()
@click.option("--grant", metavar="ID", shell_complete=known("grants"), help="Only this grant.")
@click.option(
    "--by",
    type=click.Choice(["line", "category", "activity", "grant", "month"]),
    default="line",
    show_default=True,
    help="What one row of the answer is.",
)
@click.option(
    "--from",
    "start",
    type=MonthName(),
    help="The first month that is summed. Default: all to date, from the first month with money.",
)
@click.option("--to", "end", type=MonthName(), help="The last month. Default: the last full month.")
@click.option("--each-month", is_flag=True, help="One row for each line and month.")
@click.option("--explain", is_flag=True, help="Show from which expenses each figure comes.")
@click.option(
    "--line", metavar="ID", shell_complete=known("budget"), help="With --explain: only this line."
)
@on_day
@formats
@click.pass_context
def variance(
    ctx: click.Context,
    grant: str | None,
    by: str,
    start: str | None,
    end: str | None,
    each_month: bool,
    explain: bool,
    line: str | None,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Compare the budget with what was spent.

    By budget line, category, activity or grant, or each grant month by month. Variance is budget
    minus spent."""
    from budgettrack.queries import figures

    group = group_of(ctx, on)
    if line is not None and not explain:
        raise errors.UsageError("Use --line only with --explain.")
    if explain:
        explained = figures.explained(
            group.standing,
            group.whole_plan,
            group.today,
            grant=grant,
            line=line,
            start=start,
            end=end,
        )
        _list_parts(explained, as_json, as_csv)
        ctx.exit(0 if _adds_up(explained) else 1)
    rows = figures.variance(
        group.standing,
        group.today,
        grant=grant,
        by=by,
        start=start,
        end=end,
        each_month=each_month,
    )
    headings = _variance_headings(rows, by, each_month)
    # The column that the user asked for is never left out.
    asked = {by, "to"} if by == "month" or each_month else {by}
    spare = [name for name in SPARE if name not in asked]
    if by == "line":
        # If there is no room, the state goes first: the variance already shows it.
        spare += ["state", "description"]
    table = as_json or as_csv
    label = "grant"
    if grant is not None and by in headings:
        label = by
        if by != "grant":
            headings.pop("grant")
    if not table and _pays_for_several(rows, by):
        # Without a name in this column, a row would look like money without a grant.
        headings.pop("grant", None)
        label = by
    shown = rows
    if not table:
        ends = rows
        if by == "month" or each_month:
            ends = figures.variance(
                group.standing,
                group.today,
                grant=grant,
                by="line",
                start=start,
                end=end,
                each_month=False,
            )
        shown = [*map(_in_words, rows), *_totals(rows, ends, label)]
    listing(
        shown,
        headings,
        as_json,
        as_csv,
        "No budget and no spending there.",
        spare=spare,
        cut="description",
    )
    if not table:
        _tell_handed_on(group, end, grant)
    if any(row["state"] == figures.PLAN for row in rows) and not table:
        talk(
            words_now().say(
                "{month} is not over yet. The budget is that up to the end of {month}, the spending"
                " is that up to {day}.",
                month=max(row["to"] for row in rows),
                day=group.today.isoformat(),
            )
        )


def _tell_handed_on(group: OpenedGroup, end: str | None, grant: str | None) -> None:
    """Print a sentence for each grant of which groups have money: it is in no figure of theirs."""
    from budgettrack.core.base.months import after, month_of
    from budgettrack.queries import figures

    month = end or after(month_of(group.today), -1)
    for text in figures.handed_on_lines(group.standing, month, grant, locale_now(), words_now()):
        talk(text)


SPARE = ("activity", "category", "committed", "from", "to", "variance_percent", "available")
"""The columns of `variance` that are left out on a narrow terminal, the least needed first."""


def _pays_for_several(rows: Sequence[Mapping[str, object]], by: str) -> bool:
    """Whether a row has the money of several grants."""
    return by in ("category", "activity") and not all(row["grant"] for row in rows)


def _totals(
    rows: Sequence[dict[str, object]], ends: Sequence[dict[str, object]], label: str
) -> list[dict[str, object]]:
    """Return a row of sums for each currency, if there is more than one row to sum.

    `ends`: the rows from which the sums of committed and available money are taken. `label`: the
    column in which the word Total stands."""
    from budgettrack.queries import figures

    if len(rows) < 2:
        return []
    total = words_now().say("Total")
    return [{**row, label: total} for row in figures.totals_of(rows, ends)]


def _in_words(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row of positions in the language of the group: its state, and the words for "no
    grant" and for money on no line. Without them, such a row would say nothing in a window in
    which the state has no room."""
    from budgettrack.queries import figures

    says = words_now()
    state, description = str(row["state"]), row["description"]
    if state == "unbudgeted" and not description:
        on_no_line = "Unbudgeted" if row["grant"] else "Unrestricted, on no line"
        description = says.say(on_no_line)
    return {
        **row,
        "grant": says.say(figures.NO_GRANT) if row["grant"] == figures.NO_GRANT else row["grant"],
        "description": description,
        "state": says.say(state) if state == figures.PLAN else says.choice(state),
    }


def _variance_headings(
    rows: Sequence[Mapping[str, object]], by: str, each_month: bool
) -> dict[str, str]:
    """Return the headings of the columns that are not empty, in the language of the group."""
    says = words_now()
    headings = {name: says.heading(name.capitalize()) for row in rows[:1] for name in row}
    headings |= {
        "budget": says.tab("Budget"),
        "variance_percent": "%",
        "currency": "",
        "to": says.heading("Month" if by == "month" else "To"),
    }
    # The column State already says which money is not ours, so the column Money is left out.
    # For a single month, no column From is needed.
    headings.pop("money", None)
    if by == "month" or each_month:
        headings.pop("from", None)
    return {name: text for name, text in headings.items() if any(row[name] for row in rows)}


def _list_parts(explained: Sequence[Explained], as_json: bool, as_csv: bool) -> None:
    """Print the budgets of months and the expenses of which each figure is made."""
    from budgettrack.queries import figures

    headings = {
        "line": "Line",
        "what": "What",
        "id": "ID",
        "day": "Day",
        "amount": "Amount",
        "currency": "",
        "rate": "Rate",
        "counted": "Counted",
    }
    rows = figures.explained_rows(explained)
    listing(rows, headings, as_json, as_csv, "No budget and no spending there.")


def _adds_up(figures: Sequence[Explained]) -> bool:
    """Tell whether the parts sum to the figures, and print which expenses could not be counted."""
    uncounted = [part for figure in figures for part in figure.uncounted]
    if uncounted:
        what = ", ".join(f"{part.id} ({part.currency}, {part.month})" for part in uncounted)
        click.echo(
            f"Not counted, because no rate is known: {what}. Add the rates to Rates.", err=True
        )
    wrong = [figure.position.line or "unbudgeted" for figure in figures if not figure.adds_up]
    if wrong:
        click.echo(f"Does not add up: {', '.join(wrong)}. Sync, then look again.", err=True)
    elif uncounted:
        talk("What could be counted adds up, to the last unit.")
    else:
        talk("It adds up, to the last unit.")
    return not wrong


@main.command()
@click.option("--grant", metavar="ID", shell_complete=known("grants"), help="Only this grant.")
@on_day
@formats
@click.pass_context
def cash(
    ctx: click.Context, grant: str | None, on: date | None, as_json: bool, as_csv: bool
) -> None:
    """Show the cash month by month to the end of the grants.

    For each grant, and for money that belongs to no grant: what is held, expected to come and
    planned to be spent, and the first month below zero. All of it is a plan: nothing has happened
    yet."""
    from budgettrack.group import last_full_month
    from budgettrack.queries import figures

    group = group_of(ctx, on)
    standing = group.standing_at(last_full_month(group.today))
    rows = figures.cash(standing, group.today, grant)
    says = words_now()
    headings = {
        "grant": says.heading("Grant"),
        "month": says.heading("Month"),
        "currency": "",
        "opening": says.say("Opening"),
        "expected": says.say("Expected"),
        "planned": says.say("Planned"),
        "balance": says.say("Balance"),
        "below": "",
    }
    shown = rows
    if not (as_json or as_csv):
        below = says.say("below zero")
        shown = [
            {
                **row,
                "grant": says.say(row["grant"])
                if row["grant"] == figures.UNRESTRICTED
                else row["grant"],
                "below": below if row["below_zero"] else "",
            }
            for row in rows
        ]
    amounts = ("opening", "expected", "planned", "balance")
    nothing = "Nothing is held and nothing is planned."
    listing(shown, headings, as_json, as_csv, nothing, amounts=amounts, spare=("opening",))
    if not (as_json or as_csv):
        for line in figures.cash_lines(standing, group.today, grant, locale_now(), says):
            click.echo(line)


@main.group(invoke_without_command=True)
@click.option(
    "--within",
    type=click.IntRange(0, 36_500),
    metavar="DAYS",
    help="Only those due within DAYS days, and overdue ones.",
)
@click.option(
    "--ics",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write them into a calendar file (iCalendar).",
)
@on_day
@formats
@click.pass_context
def deadlines(
    ctx: click.Context,
    within: int | None,
    ics: Path | None,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List reports, renewals and milestones with their dates."""
    if ctx.invoked_subcommand is not None:
        return
    if ics is not None:
        from budgettrack.queries.calendar import write

        click.echo(f"{ics}: {count(write(group_of(ctx, on), ics, within), 'date')}")
        return
    from budgettrack.group import last_full_month
    from budgettrack.queries import figures

    group = group_of(ctx, on)
    today = group.today
    # Texts that programs read stay English.
    says = ENGLISH if as_json or as_csv else words_now()
    rows = figures.deadlines(group.standing_at(last_full_month(today)), today, within, says)
    headings = {
        "due": says.heading("Due"),
        "days": says.say("Days"),
        "what": says.heading("What"),
        "grant": says.heading("Grant"),
        "id": "ID",
    }
    listing(rows, headings, as_json, as_csv, "Nothing is due.")


@main.command()
@click.option(
    "--grant", metavar="ID", help="Only what belongs to this grant.", shell_complete=known("grants")
)
@click.option("--severity", type=click.Choice(("error", "warning")), help="Only these.")
@formats
@click.pass_context
def checks(
    ctx: click.Context, grant: str | None, severity: str | None, as_json: bool, as_csv: bool
) -> None:
    """List what is wrong or doubtful, each with its cell, the worst first.

    As of the last sync. A row with an error is left out of the figures. Beyond a hundred of a kind,
    the rest is one line: --json and --csv have all.
    """
    from budgettrack.queries import figures

    group = group_of(ctx)
    findings, synced = group.findings
    if grant is not None:
        findings = figures.findings_of_grant(findings, group.all_records, grant)
    if severity is not None:
        findings = [finding for finding in findings if finding.severity == severity]
    if as_json or as_csv:
        listing(figures.dated_findings(findings), {}, as_json, as_csv, "")
    else:
        tell_by_harm(findings)
        day = words_now().say("As of the sync of {day}.", day=f"{synced:%Y-%m-%d}")
        click.echo(f"{found(findings, in_tab=group.has_checks_tab)} {day}")
    ctx.exit(LOOK if any(finding.severity == "error" for finding in findings) else 0)


@deadlines.command("done")
@click.argument("deadline", metavar="ID", shell_complete=known("deadlines"))
@by_role
@on_day
@click.pass_context
def deadlines_done(ctx: click.Context, deadline: str, by: str, on: date | None) -> None:
    """Mark a deadline as done today, by the ID that `deadlines` prints.

    The milestone of an activity is done with it."""
    group = group_of(ctx, on)
    table, id_ = _promised_by(group.all_records, deadline)
    if table == "deadlines":
        alter_record(group, table, deadline, [f"done_on={group.today}"], by)
    elif table == "work_plan":
        alter_record(group, table, id_, ["status=done", "done=100"], by)
    elif table == "grants":
        raise errors.UsageError(
            f"{id_} is a grant: what is due is its end. When it is over, use: budgettrack grants"
            f" set {id_} state=closing. When an application was sent: budgettrack grants set {id_}"
            f" state=applied. When a step was taken: budgettrack grants set {id_}"
            " next_step_due=DATE"
        )
    elif table == "income":
        raise errors.UsageError(
            f"{id_} is money that is expected. When it has come, set its State to received in the"
            " tab Income, then: budgettrack sync"
        )
    elif table == "agreements":
        raise errors.UsageError(
            f"{id_} is an agreement. Give the day of the next review or the new end: budgettrack"
            f" agreements set {id_} review_on=DATE until=DATE; or say that it is over: budgettrack"
            f" agreements set {id_} state=ended"
        )
    elif table == "lots":
        raise errors.UsageError(
            f"{id_} is a lot that ends on that day. When nothing of it is left, or what is left was"
            " thrown away, say so in the tab Handed out, then: budgettrack sync"
        )
    else:
        raise errors.UsageError(
            f"{id_} is a resource. Give the day of the next review: budgettrack resources set"
            f" {id_} review_on=DATE; or say that it went back: budgettrack resources set {id_}"
            " state=returned"
        )


def _promised_by(records: Mapping[str, Mapping[str, object]], typed: str) -> tuple[str, str]:
    """Return the table and the ID of the record to which a line of `deadlines` belongs: a deadline,
    an activity, a grant, money that is expected, a resource, an agreement or a
    lot.

    Returns ("deadlines", what was typed) if there is none."""
    tables = ("deadlines", "work_plan", "grants", "income", "resources", "agreements", "lots")
    for table in tables:
        for id_ in records.get(table, {}):
            if id_.casefold() == typed.strip().casefold():
                return table, id_
    return "deadlines", typed
