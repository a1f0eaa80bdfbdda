"""Prints the result of a sync, findings, and the files that were written."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from budgettrack.cli.context import locale_now, talk, words_now
from budgettrack.cli.output import colour
from budgettrack.core.base.plurals import count
from budgettrack.core.base.unseen import legible

if TYPE_CHECKING:
    from budgettrack.core.base.findings import Finding
    from budgettrack.sync import SyncOutcome


def say(outcome: SyncOutcome, *, in_tab: bool) -> None:
    """Print the result of a sync in a few lines. `in_tab`: whether the workbook has the tab
    Checks."""
    changes = outcome.changes
    for told in outcome.told:
        click.echo(told, err=True)
    if not outcome.done:
        click.echo("Nothing was done.", err=True)
        return
    renamed = f", {count(len(changes.renames), 'ID')} changed" if changes.renames else ""
    click.echo(
        f"{count(len(changes.to_register), 'row')} taken from the workbook,"
        f" {count(len(changes.to_sheet), 'row')} written into it, {count(len(changes.given), 'ID')}"
        f" given{renamed}."
    )
    if changes.conflicts:
        where = "in the Keep cells of the tab Checks" if in_tab else "with budgettrack resolve"
        click.echo(f"{count(len(changes.conflicts), 'conflict')}: choose {where}.")
    click.echo(found(changes.findings, in_tab=in_tab))
    if changes.moved:
        talk(
            f"Moved {count(changes.moved, 'indicator')} from Work-plan into the tab Indicators."
            " Their columns in Work-plan are blank now: delete them if you like."
        )
    if changes.lacking:
        talk(
            f"New in this version: {', '.join(changes.lacking)}. Add it to the workbook, with what"
            " you have already: budgettrack init --add-tabs"
        )


def tell_findings(findings: Sequence[Finding], err: bool = False, every: bool = False) -> None:
    """Print findings, one on each line: place, severity, code, problem, remedy.

    If there are more than a hundred of one kind, one line stands for the rest. `every`: whether
    to print every finding, for commands that have no other list of the findings."""
    from budgettrack.core.base.findings import MoreFindings, shortened

    for _, finding in enumerate(findings) if every else shortened(findings):
        severity = click.style(
            words_now().say(finding.severity),
            fg="red" if finding.severity == "error" else "yellow",
        )
        if isinstance(finding, MoreFindings):
            line = f"{finding.words(words_now())}  {severity}  {finding.code}"
            click.echo(line, color=colour(), err=err)
            continue
        words = legible(" ".join(finding.words(locale_now(), words_now())))
        line = f"{legible(finding.place)}  {severity}  {finding.code}"
        if (sys.stderr if err else sys.stdout).isatty():
            click.echo(f"{line}\n{_indented(words)}", color=colour(), err=err)
        else:
            click.echo(f"{line}  {words}", color=colour(), err=err)


def _indented(words: str) -> str:
    """Return a text wrapped to the width of the terminal, indented by two characters."""
    return wrapped(f"  {words}")


def wrapped(line: str) -> str:
    """Return a line wrapped to the width of the terminal. The second line and later ones are
    indented by two characters."""
    width = shutil.get_terminal_size().columns
    return textwrap.fill(
        line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def tell_by_harm(findings: Sequence[Finding]) -> None:
    """Print findings under titles that name their harm, the worst first."""
    from itertools import groupby

    from budgettrack.core.base.harm import HARMS, harm_of

    for harm, of_harm in groupby(findings, lambda finding: harm_of(finding.code)):
        told = list(of_harm)
        title = words_now().say(HARMS[harm])
        click.secho(f"{title}: {len(told)}", bold=True, color=colour())
        tell_findings(told)


def found(findings: Sequence[Finding], *, in_tab: bool) -> str:
    """Return a sentence that says how many findings there are, and where they are listed.
    `in_tab`: whether they are also in the tab Checks."""
    mistakes = sum(finding.severity == "error" for finding in findings)
    doubts = len(findings) - mistakes
    words = words_now()
    if not findings:
        return words.say("Nothing to look at.")
    if words.language != "en":
        # "errors: 3" needs no plural form. "3 errors" would need one.
        return words.say(
            "To look at: errors {errors}, warnings {warnings} (budgettrack checks).",
            errors=str(mistakes),
            warnings=str(doubts),
        )
    where = "tab Checks, or:" if in_tab else "see:"
    return (
        f"To look at: {count(mistakes, 'error')}, {count(doubts, 'warning')} ({where}"
        " budgettrack checks)."
    )


def written(paths: Sequence[Path]) -> None:
    """Print the files that people open first: the index of the site, and every private file."""
    for path in paths:
        if path.name == "index.html" or path.parent.name == "private":
            click.echo(str(path))
    public = sum(path.parent.name != "private" for path in paths)
    talk(f"The public site has {count(public, 'file')}.")
