"""The commands for setting up: demo, init, doctor, completion, schema."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from budgettrack.cli.context import config_of, group_of, talk
from budgettrack.cli.listings import listing
from budgettrack.cli.options import Day, formats
from budgettrack.cli.program import LOOK, main
from budgettrack.core.base import errors

if TYPE_CHECKING:
    from budgettrack.core.base.findings import Finding
    from budgettrack.group import OpenedGroup
    from budgettrack.setup.doctor import Examined


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default="budgettrack-demo")
@click.option("--host", is_flag=True, help="A host with a dozen groups instead.")
def demo(folder: Path, host: bool) -> None:
    """Run a whole month of a sample group, in FOLDER.

    Tells where each result is, and what to try next.
    """
    if host:
        from budgettrack.host.demo import run as run_host

        for line in run_host(folder):
            click.echo(line)
        return
    from budgettrack.setup.demo import run, what_to_try

    for line in run(folder, _compare_with_bank):
        click.echo(line)
    for line in what_to_try(folder):
        click.echo(line)


def _compare_with_bank(group: OpenedGroup, statement: Path) -> None:
    """Import a statement for its balance. Its entries stand in the workbook already, so none is
    added."""
    from budgettrack.bank import importing
    from budgettrack.bank.entries import BankAnswers

    proposals, read = importing.proposals(group, [statement], BankAnswers())
    choices = [importing.Choice(proposal, "leave") for proposal in proposals]
    importing.add(group, choices, "treasurer", read)


@main.command()
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Create the workbook in this file.",
)
@click.option(
    "--google",
    metavar="TITLE|LINK",
    help="Create it online: a title, or the link of a blank spreadsheet.",
)
@click.option(
    "--share",
    multiple=True,
    metavar="ADDRESS",
    help="Who may edit the new online workbook. May be repeated.",
)
@click.option(
    "--folder",
    default="",
    metavar="LINK",
    help="Make the online workbook in this folder of Drive, also of a shared drive.",
)
@click.option(
    "--credentials",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The key file for Google. Default: this machine's credentials.",
)
@click.option(
    "--preset",
    type=click.Choice(["blank", "startup", "peer-support"]),
    default="blank",
    show_default=True,
    help="The work-plan and budget to begin with.",
)
@click.option(
    "--stages",
    default="",
    metavar="NUMBERS",
    help="The stages of the preset: 4, 4-6, all, or next. Default: those that begin in the first"
    " three months. Without --xlsx and --google they are added to the group's work-plan.",
)
@click.option(
    "--add-tabs",
    is_flag=True,
    help="Add the tabs and columns of this version to the group's workbook, which was made by an"
    " older one.",
)
@click.option(
    "--host", is_flag=True, help="For an organisation that hosts groups: with the tab Groups."
)
@click.option(
    "--optional-rows", is_flag=True, help="Also the activities beyond the source of the preset."
)
@click.option(
    "--with-budget",
    is_flag=True,
    help="Also budget lines to begin with: for each activity what it costs, without amounts.",
)
@click.option(
    "--with",
    "optional",
    default="",
    metavar="NAMES",
    help="Optional columns, such as payee,contact; and supplies for the tabs of supplies.",
)
@click.option(
    "--language",
    default="en",
    show_default=True,
    help="The language of the workbook, and with a country of its numbers and dates: fr, pt_PT.",
)
@click.option(
    "--start", type=Day(), help="The first day of the work-plan. Default: the first of this month."
)
@click.option(
    "--address",
    hidden=True,
    envvar="BUDGETTRACK_ADDRESS",
    help="Another address of Google's services.",
)
@click.pass_context
def init(
    ctx: click.Context,
    xlsx: Path | None,
    google: str | None,
    share: tuple[str, ...],
    folder: str,
    credentials: Path | None,
    preset: str,
    stages: str,
    add_tabs: bool,
    host: bool,
    optional_rows: bool,
    with_budget: bool,
    optional: str,
    language: str,
    start: date | None,
    address: str | None,
) -> None:
    """Create a workbook and its config.

    In a file (--xlsx) or online (--google). With the link of a blank spreadsheet of your own,
    shared with the address in the key file, its tabs are created there."""
    from budgettrack.setup.create import start_group, start_online
    from budgettrack.setup.presets import numbers_of
    from budgettrack.setup.presets import preset as preset_rows

    wanted = frozenset(part.strip() for part in optional.split(",") if part.strip())
    day = start or date.today().replace(day=1)  # noqa: DTZ011 - where they are
    if add_tabs:
        from budgettrack.setup import added_tabs

        if xlsx is not None or google is not None:
            raise errors.UsageError(
                "A new workbook has every tab. Give --add-tabs alone: it is for the workbook of the"
                " config."
            )
        for line in added_tabs.add_tabs(group_of(ctx), wanted):
            click.echo(line)
        return
    if stages and xlsx is None and google is None:
        from budgettrack.setup.stages import open_stages

        typed = "" if stages == "next" else stages
        click.echo(
            open_stages(
                group_of(ctx),
                preset,
                typed,
                day,
                optional=optional_rows,
                with_budget=with_budget,
            )
        )
        return
    numbers = numbers_of(preset, stages)
    rows = preset_rows(preset, day, numbers, optional=optional_rows, with_budget=with_budget)
    if (xlsx is None) == (google is None):
        raise errors.UsageError(
            "Say where: --xlsx plan.xlsx for a file, or --google TITLE for an online sheet."
        )
    if xlsx is not None:
        told = start_group(xlsx, rows, wanted, language, host=host)
    else:
        assert google is not None
        told = start_online(
            google,
            Path.cwd(),
            rows,
            wanted,
            credentials=credentials,
            shared=share,
            folder_link=folder,
            language=language,
            address=address,
            host=host,
        )
    for line in told:
        click.echo(line)


@main.command()
@click.option(
    "--rebuild",
    is_flag=True,
    help="Make a damaged register anew from what holds of it, the workbook and the copies beside"
    " it.",
)
@click.option("--clean", is_flag=True, help="Delete what killed runs left.")
@click.option(
    "--probe",
    metavar="new|LINK",
    help="Ask Google itself what our writes rest on, in a throwaway sheet that is made, or in a"
    " blank one of yours. Write a recording without names, and say where Google differs.",
)
@click.option(
    "--credentials",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The key file or sign-in for --probe. Default: that of the config.",
)
@click.option(
    "--address",
    hidden=True,
    envvar="BUDGETTRACK_ADDRESS",
    help="Another address of Google's services.",
)
@formats
@click.pass_context
def doctor(
    ctx: click.Context,
    rebuild: bool,
    clean: bool,
    probe: str | None,
    credentials: Path | None,
    address: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find out why it does not work, and what to do.

    Checks config, credentials, access, tabs, headings, register and folders, in this order. Then
    tries a sync, reports and a month with copies of everything, and says what would be refused.
    Changes nothing without --rebuild or --clean. A rebuilt register sends nothing until you release
    it. A damaged file is kept under another name. On a server, the rows of all its tables are
    deleted and written anew in one transaction, so make a dump of the database first."""
    if rebuild:
        _rebuild(ctx)
        return
    if probe is not None:
        _probe(ctx, probe, credentials, address)
        return
    from budgettrack.config.place import find
    from budgettrack.queries import figures
    from budgettrack.setup import doctor as doctors

    findings: list[Finding] = []
    path = find(ctx.obj, Path.cwd(), os.environ)
    if clean:
        for file in doctors.clean(path):
            click.echo(f"Deleted: {file}", err=True)
    table = not (as_json or as_csv)
    for examined in doctors.examine(path):
        findings += examined.findings
        for line in _told(examined) if table else ():
            click.echo(line)
    if not table:
        listing(figures.findings(findings), {}, as_json, as_csv, "")
    if any(finding.severity == "error" for finding in findings):
        ctx.exit(1)
    ctx.exit(LOOK if findings else 0)


def _rebuild(ctx: click.Context) -> None:
    from budgettrack.config.place import find
    from budgettrack.setup.rebuild import rebuilt

    for line in rebuilt(find(ctx.obj, Path.cwd(), os.environ)):
        click.echo(line)
    ctx.exit(LOOK)


def _probe(ctx: click.Context, target: str, credentials: Path | None, address: str | None) -> None:
    from budgettrack.setup.probe.run import keep
    from budgettrack.setup.probe.run import probe as probed_on

    if credentials is None:
        config = config_of(ctx)
        credentials, address = config.credentials, config.address or address
    probed = probed_on(target, credentials, address, talk)
    path = keep(probed, Path.cwd())
    for line in probed.differing:
        click.echo(f"differs  {line}")
    if not probed.differing:
        click.echo(f"Google answered {len(probed.exchanges)} requests as the tests expect.")
    click.echo(
        f"Made {path}. It has no ID, address, e-mail or name of yours; look into it, then give it"
        " to whoever keeps this program: the tests then know how Google answers."
    )
    if probed.is_made and not probed.is_deleted:
        click.echo(
            "Delete the sheet that this made:"
            f" https://docs.google.com/spreadsheets/d/{probed.spreadsheet}/edit"
        )
    ctx.exit(LOOK if probed.differing else 0)


def _told(examined: Examined) -> Iterator[str]:
    """Yield what was found at one step, a line for each finding."""
    if not examined.findings:
        words = f": {examined.words}" if examined.words else ""
        yield f"ok     {examined.step}{words}"
    for finding in examined.findings:
        sign = "WRONG" if finding.severity == "error" else "look"
        place = "" if finding.place == examined.step else f"{finding.place}: "
        yield f"{sign:5}  {examined.step}: {place}{finding.problem} {finding.remedy}"


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a script that completes commands and IDs.

    For bash, put this into ~/.bashrc: eval "$(budgettrack completion bash)"
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(main, {}, "budgettrack", "_BUDGETTRACK_COMPLETE").source())


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True)
def schema(command: tuple[str, ...]) -> None:
    """Print the JSON Schema of what COMMAND --json prints."""
    import json

    from budgettrack.core.base.ids import nearest
    from budgettrack.queries.schemas import FIELDS
    from budgettrack.queries.schemas import schema as schema_of

    name = " ".join(command)
    if name not in FIELDS:
        raise errors.UsageError(f"There is no schema of {name}. {nearest(name, FIELDS)}")
    click.echo(json.dumps(schema_of(name), indent=2))
