"""The command `sync`: bring workbook and register to the same state."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import click

from budgettrack.cli.context import group_of, talk
from budgettrack.cli.listings import value_shown
from budgettrack.cli.options import on_day
from budgettrack.cli.outcomes import say
from budgettrack.cli.program import LOOK, main
from budgettrack.core.base import errors

if TYPE_CHECKING:
    from budgettrack.core.decide import ChangeSet
    from budgettrack.core.merge.merge import Change
    from budgettrack.sync import SyncOutcome


@main.command()
@click.option("--dry-run", is_flag=True, help="Show what would be done, without doing it.")
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(["missing", "removals", "changes", "older-copy"]),
    help="Sync although a guard refuses: missing tabs or headings, many removals, many changes, a"
    " workbook that is as it was before.",
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Use this workbook with this register, although each was used with another.",
)
@click.option(
    "--new-key",
    is_flag=True,
    help="Begin with a new key, because the group's key is lost.",
)
@click.option(
    "--yes",
    is_flag=True,
    help="Do not ask at the first sync of a filled workbook with a filled register.",
)
@on_day
@click.pass_context
def sync(
    ctx: click.Context,
    dry_run: bool,
    allow: tuple[str, ...],
    adopt: bool,
    new_key: bool,
    yes: bool,
    on: date | None,
) -> None:
    """Bring workbook and register to the same state.

    Changes of one are written into the other, both are checked, and the findings are written into
    the tab Checks. A workbook that is only read has no such tab: see budgettrack checks.
    """
    from budgettrack import sync as syncing
    from budgettrack.file_kinds import ONLY_READ, is_only_read

    group = group_of(ctx, on)
    allowed = frozenset(allow) | ({"other-workbook"} if adopt else frozenset())
    if dry_run:
        outcome = syncing.preview(group, allow=allowed)
        for told in outcome.told:
            click.echo(told, err=True)
        for line in changes_told(outcome.changes):
            click.echo(line)
        for reason in outcome.changes.refused:
            click.echo(f"A sync would be refused: {reason}", err=True)
        ctx.exit(_exit_code(outcome, failed=bool(outcome.changes.refused)))

    def confirm(changes: ChangeSet) -> bool:
        for line in changes_told(changes):
            click.echo(line, err=True)
        if yes:
            return True
        if not sys.stdin.isatty():
            raise errors.Refused(syncing.FIRST_MEETING, "Nothing was written.")
        return click.confirm("Workbook and register meet for the first time. Do this?", err=True)

    outcome = syncing.sync(group, allow=allowed, confirm=confirm, new_key=new_key)
    say(outcome, in_tab=group.has_checks_tab)
    if outcome.done and group.board.exists():
        # A board has figures that are not public.
        # So the board is written only if somebody has asked for a board before.
        from budgettrack.queries.board import rewritten

        if told := rewritten(group):
            talk(told)
    if is_only_read(group.config.xlsx):
        talk(ONLY_READ)
    ctx.exit(_exit_code(outcome, failed=not outcome.done))


def _exit_code(outcome: SyncOutcome, *, failed: bool) -> int:
    """Return 1 if the sync was or would be refused, 3 if a person must look, else 0."""
    if failed:
        return 1
    return LOOK if outcome.needs_a_person else 0


def changes_told(changes: ChangeSet) -> Iterable[str]:
    """Return the changes of a sync as lines for people."""
    moved = changes.to_sheet or changes.to_register or changes.given or changes.renames
    if not moved and not changes.edits:
        yield "Nothing to do: workbook and register agree."
        return
    for table, old, new in changes.renames:
        yield f"{table}: {old} is now {new}"
    for table, row, id_ in changes.given:
        yield f"workbook: {table}, row {row + 1}: gets the ID {id_}"
    for change in changes.to_sheet:
        yield f"workbook: {_told(change)}"
    for change in changes.to_register:
        yield f"register: {_told(change)}"
    for conflict in changes.conflicts:
        yield f"conflict: {conflict.key}: {conflict.kind}; both sides stay as they are"
    for page in changes.edits.pages:
        yield f"workbook: the tab {page.tab} is written again"


def _told(change: Change) -> str:
    """Return the change of one record in words."""
    record = f"{change.table} {change.id}"
    if change.kind != "alter":
        return f"{record}: {'added' if change.kind == 'add' else 'removed'}"
    fields = ", ".join(
        f"{name} {value_shown(change.table, name, old) or 'nothing'}"
        f" → {value_shown(change.table, name, new) or 'nothing'}"
        for name, old, new in change.fields
    )
    return f"{record}: {fields}"
