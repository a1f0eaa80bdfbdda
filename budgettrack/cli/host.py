"""The commands for an organisation that hosts groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from budgettrack.cli.context import group_of, talk
from budgettrack.cli.keeping import passphrase_asked
from budgettrack.cli.listings import listing
from budgettrack.cli.options import MonthName, formats, on_day
from budgettrack.cli.program import LOOK, main
from budgettrack.cli.statement import as_texts
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.plurals import count

if TYPE_CHECKING:
    from budgettrack.host.jobs import JobOutcome
    from budgettrack.host.money import MoneyBy


MONEY_HEADINGS = {
    "award": {
        "group": "Group",
        "name": "Name",
        "currency": "Currency",
        "received": "Received",
        "spent": "Spent",
        "fees": "Fees",
        "held_here": "Held here",
        "held_below": "Held by groups",
        "on_the_way": "On the way",
        "returned": "Returned",
        "exchange": "Exchange",
        "differs": "Differs",
        "unmatched": "Unmatched",
    },
    "category": {
        "group": "Group",
        "grant": "Grant",
        "category": "Category",
        "currency": "Currency",
        "spent": "Spent",
        "committed": "Committed",
    },
    "call": {
        "call": "Call",
        "title": "Title",
        "closes": "Closes",
        "currency": "Currency",
        "purse": "Purse",
        "promised": "Promised",
        "left": "Left",
        "without_rate": "Without a rate",
    },
    "trouble": {
        "what": "What",
        "group": "Group",
        "given": "Given",
        "agreement": "Agreement",
        "day": "Day",
        "currency": "Currency",
        "ours": "Ours",
        "theirs": "Theirs",
    },
}

MONEY_TEXTS = {
    "group", "name", "grant", "category", "call", "title", "closes", "currency", "without_rate",
    "what", "given", "agreement", "day",
}  # fmt: skip
"""The columns of `host money` that are no amounts."""

SUPPLIES_HEADINGS = {
    "row": "Row",
    "group": "Group",
    "month": "Month",
    "said_by": "Said by",
    "where": "Where",
    "to": "To",
    "quantity": "Quantity",
    "kind": "Kind",
    "unit": "Unit",
    "expiry": "Expiry",
    "left": "Left",
    "came": "Came in",
    "in_store": "In store",
    "on_the_way": "On the way",
    "with_groups": "With groups",
    "with_others": "With others",
    "not_told": "Not told",
    "used": "Used",
    "lost": "Lost",
    "given_back": "Given back",
    "ends_soon": "Ends in 90 days",
    "expired": "Expired",
    "weeks": "Weeks left",
}


_only_groups = click.option(
    "--group",
    "codes",
    multiple=True,
    metavar="CODE",
    help="Only this group, now, also if it waits after a failure. May be repeated.",
)
_sending = click.option(
    "--send", is_flag=True, help="Send the groups' mails. Without it, nothing is sent."
)


@main.group()
def host() -> None:
    """Run many groups from one sheet: a row each, a register each."""


@host.command("run")
@_only_groups
@_sending
@on_day
@click.pass_context
def host_run(ctx: click.Context, codes: tuple[str, ...], send: bool, on: date | None) -> None:
    """Sync every group of the tab Groups, and run the months that are owed.

    Each group has a process of its own. If a group fails, it waits longer each time, and no other
    group has to wait for it. Afterwards, the tab says for each group how far it has come, and what
    is to be done."""
    from budgettrack.host.run import run, summed_up

    done = run(group_of(ctx, on), send=send, only=codes, tell=_teller(ctx))
    for line in summed_up(done):
        click.echo(line)
    ctx.exit(LOOK if done.needs_a_person else 0)


def _noted(code: str, outcome: JobOutcome) -> None:
    """Prints one line about a job, for the log of a worker."""
    words = f": {' '.join(outcome.words)}" if outcome.result == "broken" else ""
    click.echo(f"{code}: {outcome.result}{words}")


def _teller(ctx: click.Context) -> Callable[[str, JobOutcome], None]:
    """Returns the function that prints one line about a job. Groups run in threads, and click
    knows its context in the first thread only."""

    def tell(code: str, outcome: JobOutcome) -> None:
        with ctx.scope(cleanup=False):
            talk(f"{code}: {outcome.result}")

    return tell


@host.command("plan")
@_only_groups
@_sending
@on_day
@click.pass_context
def host_plan(ctx: click.Context, codes: tuple[str, ...], send: bool, on: date | None) -> None:
    """For a host with workers: plan a job for every group that is due.

    Syncs the host's sheet, and writes into the tab Groups how the last jobs ended. Run it every
    five minutes. It makes the schema and the role of each new group, and moves registers that lie
    in the groups' folders into the database."""
    from budgettrack.host.plan import plan
    from budgettrack.host.run import summed_up

    planned = plan(group_of(ctx, on), send=send, only=codes)
    if planned.moved:
        click.echo(
            f"{count(len(planned.moved), 'register')} moved into the database, and equal in every"
            " table. The old files are called register.sqlite.moved, and nothing is sent from them."
        )
    click.echo(f"{len(planned.quick)} planned, {len(planned.slow)} planned again after a failure.")
    for line in summed_up(planned.run):
        click.echo(line)
    ctx.exit(LOOK if planned.run.needs_a_person else 0)


@host.command("work")
@click.option("--slow", is_flag=True, help="Take the groups that failed, and no others.")
@click.option("--once", is_flag=True, help="End when no job can begin.")
@click.pass_context
def host_work(ctx: click.Context, slow: bool, once: bool) -> None:
    """For a host with workers: take planned jobs, on this machine, until it is told to end.

    Each job has a process of its own, which logs in as its group for ten minutes. Start as many
    workers as you like, on as many machines; one of them with --slow."""
    from budgettrack.host.work import HostWorker

    HostWorker(group_of(ctx), tell=_noted).work(slow=slow, stay=not once)


@host.command("status")
@click.option("--all", "every", is_flag=True, help="Also the groups that need nobody.")
@formats
@click.pass_context
def host_status(ctx: click.Context, every: bool, as_json: bool, as_csv: bool) -> None:
    """How the groups are doing: last sync, last month, what to do.

    Shows how many groups there are of each state, and the first that need somebody: those that are
    stuck, then the others."""
    from budgettrack.host.status import ON_A_SCREEN, in_need, status, told

    rows = status(group_of(ctx))
    more = 0
    if not (as_json or as_csv):
        click.echo(told(rows))
        if not every:
            needy = in_need(rows)
            rows, more = needy[:ON_A_SCREEN], len(needy[ON_A_SCREEN:])
    headings = {
        "code": "Code",
        "name": "Name",
        "state": "State",
        "last_sync": "Last sync",
        "last_month": "Last month",
        "what_to_do": "What to do",
    }
    # On a narrow terminal, each group still has one line. `host why` says all that is to be done.
    spare = ("name", "last_month")
    cut = "" if every else "what_to_do"
    listing(rows, headings, as_json, as_csv, "Nobody needs anything.", spare, cut=cut)
    if more:
        needs = "more group needs" if more == 1 else "more groups need"
        click.echo(f"{more} {needs} attention. See all: budgettrack host status --all")


@host.command("why")
@click.argument("code")
@click.pass_context
def host_why(ctx: click.Context, code: str) -> None:
    """What the last job of a group said, for somebody who helps the group.

    It may name rows of the group's sheet, so the host's sheet does not show it."""
    from budgettrack.host.status import why

    for line in why(group_of(ctx), code):
        click.echo(line)


@host.command("money")
@click.option(
    "--month", type=MonthName(), help="At the end of this month. Default: the last full month."
)
@click.option(
    "--by",
    type=click.Choice(["award", "funder", "group", "category", "call", "trouble"]),
    default="award",
    show_default=True,
    help="By what it is listed. `trouble`: what two sides say differently.",
)
@on_day
@formats
@click.pass_context
def host_money(
    ctx: click.Context,
    month: str | None,
    by: MoneyBy,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Where the money is that we hand on, each unit counted once.

    All money that came from outside is in one of these places: spent, kept as fees, returned, held
    by us or by groups, on the way, or lost by changing money. If two sides say different amounts,
    the difference is listed by itself."""
    from budgettrack.host.money import money, not_counted, unreadable, without_statement

    opened = group_of(ctx, on)
    rows = money(opened, month, by)
    headings = MONEY_HEADINGS.get(by, MONEY_HEADINGS["award"])
    spare = ("exchange", "unmatched", "returned", "differs", "fees")
    amounts = [name for name in headings if name not in MONEY_TEXTS]
    listing(rows, headings, as_json, as_csv, "No money is handed on.", spare, amounts=amounts)
    broken = [*unreadable(opened), *not_counted(opened)]
    for line in [*without_statement(opened, month), *broken]:
        talk(line)
    ctx.exit(LOOK if broken else 0)


@host.command("supplies")
@click.option(
    "--month", type=MonthName(), help="At the end of this month. Default: the last full month."
)
@click.option("--batch", default="", metavar="NUMBER", help="Who has this batch.")
@click.option("--by-group", is_flag=True, help="What each group told.")
@on_day
@formats
@click.pass_context
def host_supplies(
    ctx: click.Context,
    month: str | None,
    batch: str,
    by_group: bool,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """What supplies there are with us and with groups, each piece counted once.

    Of groups, only those that chose `with supplies` in the column Statement of their tab
    Agreements. No group says to whom it hands things out."""
    from budgettrack.core.counting.stock import QUANTITIES
    from budgettrack.host import supplies as answers
    from budgettrack.queries.supplies import left_out

    if batch and by_group:
        raise UsageError("--batch tells of one batch. Leave out --by-group.")
    opened = group_of(ctx, on)
    nothing = "No supplies are here."
    if batch:
        rows = answers.holders(opened, batch, month)
        nothing = f"Nobody has a batch {batch}. See: budgettrack host supplies --by-group"
        if left_out(opened.standing):
            nothing = f"No row that is counted has a batch {batch}. See: budgettrack checks"
        names: tuple[str, ...] = (
            "said_by",
            "where",
            "to",
            "quantity",
            "unit",
            "kind",
            "expiry",
            "row",
        )
    elif by_group:
        rows = answers.stock_by_group(opened, month)
        names = ("group", "month", "kind", "unit", *QUANTITIES, "weeks")
    else:
        rows = answers.stock_by_kind(opened, month)
        names = (
            "kind", "unit", "left", "in_store", "on_the_way", "with_groups", "not_told",
            "ends_soon", "expired",
        )  # fmt: skip
    if not (as_json or as_csv):
        rows = [as_texts(row) for row in rows]
    headings = {name: SUPPLIES_HEADINGS[name] for name in names}
    amounts = ("quantity", "left", "with_groups", "not_told", "weeks", *QUANTITIES)
    spare = ("given_back", "lost", "came", "used")
    listing(rows, headings, as_json, as_csv, nothing, spare if by_group else (), amounts=amounts)


@host.command("network")
@click.option("--take-down", is_flag=True, help="Take the page down, until it is published again.")
@on_day
@click.pass_context
def host_network(ctx: click.Context, take_down: bool, on: date | None) -> None:
    """Publish the network's page: groups that agreed twice to be named, and sums over groups.

    A group is named if Listed is yes in its row of Groups and in the tab Agreements of its own
    sheet. From then on, each run of the host makes the page again, and new sums from the 15th of
    each month. No sum shows what one group spent. Says which groups are not named, and why."""
    from budgettrack.host import network
    from budgettrack.reports.site.empty import NETWORK

    opened = group_of(ctx, on)
    if take_down:
        network.take_down(opened)
        click.echo(f"Taken down: {opened.config.reports / NETWORK}")
        return
    made = network.publish(opened)
    click.echo(f"Published: {opened.config.reports / NETWORK / 'index.html'}")
    click.echo(f"Named: {', '.join(made.named) or 'no group'}.")
    click.echo(f"Sums to the end of {made.newest}." if made.newest else "No sums yet.")
    for line in made.missing:
        click.echo(line)


@host.command("mail")
@click.option("--send", is_flag=True, help="Send it now, to those who get it each week.")
@click.option("--again", metavar="REASON", help="Send it once more this week.")
@click.option("--language", default="", help="Show it in this language. Default: the config's.")
@on_day
@click.pass_context
def host_mail(
    ctx: click.Context, send: bool, again: str | None, language: str, on: date | None
) -> None:
    """Show the mail about all groups: what to do, the most harmful first.

    It goes once a week with `budgettrack monthly --send`, to those with the Audience `all groups`
    in Recipients, and to internal recipients in the config."""
    from budgettrack.host.mail import mail_text, send_now

    opened = group_of(ctx, on)
    if again is not None and not send:
        raise UsageError("--again sends a mail once more. Add --send.")
    if not send:
        click.echo(mail_text(opened, language))
        return
    done = send_now(opened, again)
    for line in done.words:
        click.echo(line)
    ctx.exit(LOOK if done.needs_a_person else 0)


@host.command("take")
@click.argument("code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def host_take(ctx: click.Context, code: str, file: Path) -> None:
    """Take the signed statement of a group on a server of its own.

    The group makes it with `budgettrack statement --out FILE`. Its Public key stands in Groups."""
    from budgettrack.host.money import take

    for line in take(group_of(ctx), code, file):
        click.echo(line)


@host.command("leave")
@click.argument("code")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--unencrypted", is_flag=True, help="Without a passphrase: who has it can read it.")
@click.pass_context
def host_leave(ctx: click.Context, code: str, file: Path, unencrypted: bool) -> None:
    """Let a group leave with its whole register, in an archive that runs alone.

    In it are register, config, key, what was sent, and the workbook if it is a file. The passphrase
    is asked for as by `backup`. Says what stays with the host."""
    from budgettrack.host.leaving import leave

    passphrase = "" if unencrypted else passphrase_asked(twice=True)
    for line in leave(group_of(ctx), code, file, passphrase):
        click.echo(line)


@host.command("return")
@click.argument("code")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def host_return(ctx: click.Context, code: str, file: Path) -> None:
    """Take a group back that left, from its archive.

    Type its row into Groups first. Nothing is sent for it until somebody decides so."""
    from budgettrack.host.leaving import come_back
    from budgettrack.setup import backup

    passphrase = passphrase_asked(twice=False) if backup.is_encrypted(file) else ""
    for line in come_back(group_of(ctx), code, file, passphrase):
        click.echo(line)
