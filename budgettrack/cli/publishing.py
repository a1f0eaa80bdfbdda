"""The commands that take back what is public: one name, or everything at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from budgettrack.cli.context import group_of, talk
from budgettrack.cli.listings import listing
from budgettrack.cli.options import formats
from budgettrack.cli.program import LOOK, main
from budgettrack.cli.records import NEXT, by_role

if TYPE_CHECKING:
    from budgettrack.core.sealing.withdrawn import WithdrawnKind
    from budgettrack.group import OpenedGroup
    from budgettrack.taking_back import TakenBack

OTHERS = (
    "Copies that others made cannot be called back: those of readers, search engines and archives."
    " Ask them to delete theirs."
)
"""The sentence about copies. It is true after every withdrawal, even if the register knows about no
copy."""


@main.group(invoke_without_command=True)
@formats
@click.pass_context
def withdraw(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """Take a name back from everything public, or list what is withdrawn.

    Money that was spent stays in all totals, in the row withheld. Money that came in on a withdrawn
    grant is no longer shown, so less money came in and less is left. Old pages, data, feed, open
    data and the delivered folder are made again at once."""
    if ctx.invoked_subcommand is not None:
        return
    from budgettrack import taking_back

    rows = taking_back.withdrawn_rows(group_of(ctx))
    headings = {"kind": "", "name": "Name", "since": "Since", "by": "By", "before": "New name of"}
    listing(rows, headings, as_json, as_csv, "Nothing is withdrawn.")


def _one(kind: WithdrawnKind, what: str, why: str) -> None:
    """Adds the command that withdraws one kind of name."""

    @withdraw.command(kind, help=f"Take {what} back from everything public.\n\n{why}")
    @click.argument("name", metavar="ID" if kind in ("grant", "activity", "story") else "NAME")
    @click.option("--undo", is_flag=True, help="Let it be public again.")
    @by_role
    @click.pass_context
    def command(ctx: click.Context, name: str, undo: bool, by: str) -> None:
        from budgettrack import taking_back

        group = group_of(ctx)
        if undo:
            known, done = taking_back.give_back(group, kind, name, by)
        else:
            known, done = taking_back.withdraw(group, kind, name, by)
        if done is None:
            state = "not withdrawn" if undo else "withdrawn already"
            click.echo(f"The {kind} {known} is {state}. Nothing was changed.")
            return
        if undo and not taking_back.is_told(group, kind, known):
            click.echo(
                f"The {kind} {known} is no longer withdrawn. It is public once its row says so."
            )
        else:
            click.echo(f"The {kind} {known} is {'public again' if undo else 'withdrawn'}.")
            if kind in taking_back.MARKED:
                talk(f"Its Publish is {'yes' if undo else 'no'}. {NEXT}")
        tell_made_again(group, done)
        if not undo:
            _tell_mentions(done)
            _tell_still_out(done)
        ctx.exit(_code(done, undo))


_one(
    "grant",
    "a grant",
    "It sets Publish to no, and stays so whatever is typed there. Its spending is withheld on every"
    " page, and what came in on it is shown no more.",
)
_one(
    "activity",
    "an activity",
    "Its row of the work-plan, its notes and its milestone go from every page. Its money is"
    " withheld where money is shown by activity.",
)
_one(
    "category",
    "a category",
    "Its money is withheld where money is shown by category, on every page.",
)
_one(
    "organisation",
    "the name of an organisation",
    "Every public text has … in its place, in any case, spacing and accents.",
)
_one(
    "story",
    "a story",
    "It sets Publish to no, and stays so whatever is typed there. Its words and its picture go from"
    " every page, the feed and the delivered folder.",
)


@main.command()
@by_role
@click.pass_context
def unpublish(ctx: click.Context, by: str) -> None:
    """Take the whole site down at once.

    An empty page takes the place of the site, its data and its delivered copy. Public mail is held.
    The monthly run keeps it so, on every computer, until: budgettrack republish"""
    from budgettrack import taking_back

    group = group_of(ctx)
    stopped, done = taking_back.unpublish(group, by)
    since = f"{stopped.since.astimezone(group.zone):%Y-%m-%d %H:%M}"
    click.echo(f"Publishing is stopped since {since}. To put the site back: budgettrack republish")
    tell_made_again(group, done)
    _tell_still_out(done)
    ctx.exit(_code(done, undo=False))


@main.command()
@click.pass_context
def republish(ctx: click.Context) -> None:
    """Put the site back that was taken down.

    The delivered copy comes back, too. Mail that was held goes out with the next monthly run. Open
    data comes back when you have read it: budgettrack report iati"""
    from budgettrack import taking_back

    group = group_of(ctx)
    ended, done = taking_back.republish(group)
    if ended is None:
        click.echo("Publishing was not stopped. The site was written again as it should be.")
    else:
        since = f"{ended.since.astimezone(group.zone):%Y-%m-%d %H:%M}"
        click.echo(f"The site is back. It was down since {since}.")
        talk("Public mail that was held goes out with: budgettrack monthly --send")
        talk("Open data is not back. Read it first: budgettrack report iati")
    tell_made_again(group, done)
    ctx.exit(_code(done, undo=True))


def tell_honoured(group: OpenedGroup, done: TakenBack | None) -> None:
    """Print what a scheduled run made again, because somebody had withdrawn something."""
    if done is not None:
        talk("Something public was taken back since the site was written here.")
        tell_made_again(group, done)


def tell_made_again(group: OpenedGroup, done: TakenBack) -> None:
    """Print what was made again on this computer, what was deleted, and what could not be done."""
    places = [str(place) for place in done.places]
    if places and group.stopped is not None:
        talk(f"An empty page stands in {' and '.join(places)}.")
    elif places:
        talk(f"Written again: {' and '.join(places)}.")
    if places:
        talk("If you put the files online by hand, do it now.")
    talk("On another computer with this register: budgettrack monthly")
    if done.gone and group.stopped is None:
        talk(
            f"Deleted, because nobody has read what it would say now: {', '.join(done.gone)}. Read"
            " it, then write it: budgettrack report iati, or: budgettrack report 360giving"
        )
    for problem in done.problems:
        click.echo(problem, err=True)
    if done.problems:
        click.echo("The next monthly run tries it again. Or run this command again.", err=True)


def _tell_mentions(done: TakenBack) -> None:
    """Print in which other public texts the name still occurs, and what to do."""
    if not done.mentions:
        return
    click.echo("The name still stands in other public texts:")
    rows: list[dict[str, Any]] = [
        {
            "cell": each.cell,
            "id": each.id,
            "column": each.heading,
            "name": each.name,
            "pages": ", ".join(each.pages),
        }
        for each in done.mentions
    ]
    headings = {"cell": "Where", "id": "ID", "column": "Column", "name": "Name", "pages": "Pages"}
    listing(rows, headings, False, False, "")
    first = done.mentions[0]
    click.echo(
        "Change these cells, and sync: the next page has the new text. Pages that are published"
        " keep theirs. To put … in place of the name on every page: budgettrack withdraw"
        f' organisation "{first.name}". To wipe a whole text: budgettrack redact'
        f" {first.id}.{first.column}"
    )


def _tell_still_out(done: TakenBack) -> None:
    """Print which mails and copies cannot be called back."""
    if done.out:
        click.echo("Sent before, and cannot be called back:")
    rows: list[dict[str, Any]] = [
        {
            "id": each.id,
            "what": each.what,
            "period": each.period,
            "recipient": each.recipient,
            "at": f"{each.at:%Y-%m-%d %H:%M}",
        }
        for each in done.out
    ]
    if rows:
        headings = {"id": "ID", "what": "What", "period": "Period", "recipient": "To", "at": "Sent"}
        listing(rows, headings, False, False, "")
    click.echo(OTHERS)


def _code(done: TakenBack, undo: bool) -> int:
    """Return the exit code: 1 if something failed, LOOK if people must ask others to delete
    something."""
    if done.problems:
        return 1
    return LOOK if done.gone or done.mentions or (done.out and not undo) else 0
