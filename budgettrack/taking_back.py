"""Withdraws what is public: a grant, an activity, a category, an organisation or a story, or
everything at once.

A withdrawal is recorded in the register first. So if a run is killed after that, the next run
finishes it (`honouring`), on any computer. Then everything public that this computer can reach is
made again: the site, its open data and the delivered folder. Mails and copies that were sent to
others cannot be called back; they are listed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from budgettrack import edit
from budgettrack.config.load import Config
from budgettrack.core.base.cycles import is_week
from budgettrack.core.base.errors import RegisterError, TrackError, UsageError
from budgettrack.core.base.ids import nearest, shown
from budgettrack.core.base.months import Month
from budgettrack.core.sealing.withdrawn import Withdrawal, WithdrawnKind, folded
from budgettrack.core.views.audience import without_personal_details
from budgettrack.core.views.stories import told_stories
from budgettrack.group import OpenedGroup
from budgettrack.monthly.delivery.folder import published
from budgettrack.monthly.outbox import COPY, SITE
from budgettrack.opendata import giving, iati, iati_files
from budgettrack.opendata.preview import SeenText
from budgettrack.queries.figures import ListingRow
from budgettrack.queries.mentions import Mention, mentions, names_of
from budgettrack.register import queries, taking_back
from budgettrack.register.cycles import all_cycles, deliveries
from budgettrack.register.taking_back import Stopped
from budgettrack.reports.make import remake_site
from budgettrack.reports.site.empty import NETWORK, remove_empty_folders, write_empty_site
from budgettrack.reports.site.told_names import remember, told_now

IATI = (iati_files.ACTIVITIES, iati_files.ORGANISATION, iati.EXCLUSIONS)
GIVING = ("360giving/grants.json", "360giving/grants.xlsx")
"""The files of open data in the public folder."""


class StillOut(Struct, frozen=True):
    """A delivery that cannot be called back: its ID, what it was, to whom, and when."""

    id: str
    what: str
    period: str
    recipient: str
    at: datetime


class TakenBack(Struct, frozen=True):
    """The result of a withdrawal: what was done, and what could not be done.

    `places`: the folders that were written: the public folder, the delivered folder. `gone`: the
    files of open data that were deleted. `problems`: what could not be done now, each with its
    remedy. `out`: the deliveries that cannot be called back. `mentions`: the public texts that
    still contain a withdrawn name."""

    places: Sequence[Path]
    gone: Sequence[str]
    problems: Sequence[str]
    out: Sequence[StillOut]
    mentions: Sequence[Mention] = ()


# ---- one name


def withdraw(
    group: OpenedGroup, kind: WithdrawnKind, name: str, by: str
) -> tuple[str, TakenBack | None]:
    """Withdraws a grant, an activity, a category, an organisation or a story from everything
    public.

    Returns two things: the name as the register has it, and what was done. The second is None if
    the name was withdrawn before. Raises `UsageError` if nothing has this name."""
    known = _known(group, kind, name)
    now = group.now()
    changed = taking_back.withdraw(group.register, Withdrawal(kind, known, now, by), now)
    if kind in MARKED:
        changed = _unmarked(group, MARKED[kind], known, by) or changed
    group.changed()
    if not changed:
        return known, None
    return known, replace(make_again(group), mentions=mentions(group, names_of(group, kind, known)))


MARKED: Mapping[WithdrawnKind, str] = {"grant": "grants", "story": "stories"}
"""The kinds that have a column *Publish*, with their tables."""


def _unmarked(group: OpenedGroup, table: str, id_: str, by: str) -> bool:
    """Sets *Publish* of a grant or a story to no. Returns False if *Publish* is no already, or if
    the row was removed."""
    if id_ not in group.standing.records[table]:
        return False
    _, moved = edit.alter(group, table, id_, [("publish", "no")], by)
    return bool(moved)


def give_back(
    group: OpenedGroup, kind: WithdrawnKind, name: str, by: str
) -> tuple[str, TakenBack | None]:
    """Undoes a withdrawal. Returns two things: the name, and what was done. The second is None if
    nothing was withdrawn.

    Raises `UsageError` if this name is not withdrawn but another name of its kind is."""
    gone = taking_back.give_back(group.register, kind, name, group.now())
    if gone is None:
        there = group.register.glance(queries.withdrawals)
        names = [each.name for each in there if each.kind == kind]
        if names and not _is_there(group, kind, name):
            raise UsageError(f"The {kind} {shown(name)} is not withdrawn. {nearest(name, names)}")
        return shown(name), None
    if kind in MARKED and _was_marked(group, MARKED[kind], gone):
        edit.alter(group, MARKED[kind], gone.name, [("publish", "yes")], by)
    group.changed()
    return gone.name, make_again(group)


def _was_marked(group: OpenedGroup, table: str, gone: Withdrawal) -> bool:
    """Whether the row was marked *Publish* when it was withdrawn. If it was not, it does not become
    public when the withdrawal is undone."""
    if gone.name not in group.standing.records[table]:
        return False
    for version in reversed(group.register.ask(queries.history, table, gone.name)):
        if (version.fields or {}).get("publish") == "yes":
            return True
        if version.at < gone.since:
            return False
    return False


def is_told(group: OpenedGroup, kind: WithdrawnKind, name: str) -> bool:
    """Whether a grant or a story is marked *Publish* in its own row, so that pages may show it.
    Returns True for the other kinds."""
    plan = without_personal_details(group.standing.plan)
    if kind == "story":
        return name in [story.id for story in told_stories(plan, group.today)]
    return kind != "grant" or name not in plan.grants or plan.grants[name].publish


_EXAMPLES: Mapping[WithdrawnKind, str] = {
    "grant": "budgettrack withdraw grant G-2",
    "activity": "budgettrack withdraw activity A-4",
    "category": 'budgettrack withdraw category "Outreach supplies"',
    "organisation": 'budgettrack withdraw organisation "Tidewater Foundation"',
    "story": "budgettrack withdraw story ST-1",
}


def _known(group: OpenedGroup, kind: WithdrawnKind, name: str) -> str:
    """Returns a name in the spelling of the plan or of the published pages.

    Raises `UsageError` with the most similar name if there is none. A mistyped name must not be
    accepted, because the real name would stay public."""
    if not name.strip():
        raise UsageError(f"No name was given. Type it after the command: {_EXAMPLES[kind]}")
    names = {folded(there): there for there in _names(group, kind) if there.strip()}
    if kind == "organisation":
        _refuse_our_own(group, name)
        if folded(name) not in names and len(name.strip()) >= 3 and _is_written(group, name):
            return name.strip()
    if folded(name) in names:
        return names[folded(name)]
    hint = nearest(name, sorted(names.values()))
    raise UsageError(f"There is no {kind} {shown(name)}. {hint}")


def _names(group: OpenedGroup, kind: WithdrawnKind) -> Iterator[str]:
    plan, stored = group.standing.plan, group.publications
    if kind == "grant":
        yield from group.standing.records["grants"]
        yield from (grant.id for page in stored.pages.values() for grant in page.facts.grants)
    if kind == "activity":
        yield from plan.activities
        yield from (row.id for page in stored.pages.values() for row in page.facts.progress)
        yield from (part.labels.activity or "" for batch in stored.batches for part in batch.parts)
    if kind == "story":
        yield from group.standing.records["stories"]
    if kind == "category":
        yield from (line.category for line in plan.lines.values())
        yield from group.config.headings.values()
        yield from (part.labels.category or "" for batch in stored.batches for part in batch.parts)
    if kind == "organisation":
        yield from (grant.funder for grant in plan.grants.values())
        yield from (grant.funder for page in stored.pages.values() for grant in page.facts.grants)
        settings = group.config.open_data
        yield from settings.organisations if settings is not None else ()


def _is_there(group: OpenedGroup, kind: WithdrawnKind, name: str) -> bool:
    return folded(name) in map(folded, _names(group, kind))


def _refuse_our_own(group: OpenedGroup, name: str) -> None:
    settings = group.config.open_data
    own = {group.config.organisation, settings.reporter.name if settings is not None else ""}
    if folded(name) in map(folded, own - {""}):
        raise UsageError(
            f"{name} is who publishes. To take down everything at once: budgettrack unpublish"
        )


def _is_written(group: OpenedGroup, name: str) -> bool:
    """Whether a text in the register contains the name of an organisation."""
    tables = group.standing.records.values()
    texts = (text for records in tables for record in records.values() for text in record.values())
    return any(folded(name) in folded(text) for text in texts)


def withdrawn_rows(group: OpenedGroup) -> list[ListingRow]:
    """Returns one row for each withdrawal, oldest first."""
    return [
        {
            "kind": each.kind,
            "name": each.name,
            "since": each.since.astimezone(group.zone).isoformat(sep=" ", timespec="minutes"),
            "by": each.by,
            "before": each.before,
        }
        for each in group.register.glance(queries.withdrawals)
    ]


# ---- everything


def unpublish(group: OpenedGroup, by: str) -> tuple[Stopped, TakenBack]:
    """Takes down the whole site, its data and the delivered copy, and holds all public mail.

    Raises `RegisterError` if the register cannot be reached. Even then the site is taken down."""
    try:
        stopped = taking_back.stop(group.register, by, "budgettrack unpublish", group.now())
    except RegisterError as error:
        problems = _empty_at_least(group.config)
        if problems:
            raise RegisterError(
                *error.problems,
                *problems,
                "So publishing is not stopped, and not everything was taken down. Until this is"
                " mended, take the site down by hand, where it is published. Then run this command"
                " again.",
            ) from error
        raise RegisterError(
            *error.problems,
            "The site was taken down all the same, as far as this computer reaches. The register"
            " does not know it, so the next run puts the site back. Run this command again.",
        ) from error
    return stopped, make_again(group)


def _empty_at_least(config: Config) -> list[str]:
    """Empties everything public on this computer. If one part fails, the others are still emptied.
    Returns sentences about what failed."""
    public, folder = config.reports / "public", config.sending.folder
    problems: list[str] = []
    _try(problems, lambda: write_empty_site(public))
    _try(problems, lambda: _delete_open_data(public))
    _try(problems, lambda: _empty_network(config))
    if folder is not None and folder.is_dir():
        _try(problems, lambda: write_empty_site(folder))
    return problems


def _empty_network(config: Config) -> list[Path]:
    """Empties the page of a host's network. The next run of the host makes it again, unless
    publishing is stopped. Returns the folder in a list, or [] if there is none."""
    folder = config.reports / NETWORK
    if not folder.is_dir():
        return []
    write_empty_site(folder)
    return [folder]


def republish(group: OpenedGroup) -> tuple[Stopped | None, TakenBack]:
    """Puts back the site and the delivered copy.

    Returns the stop that has ended, or None if publishing was not stopped. Open data is not put
    back, because a person must first read what it says now."""
    ended = taking_back.start(group.register, group.now())
    return ended, make_again(group)


# ---- making again


def make_again(group: OpenedGroup) -> TakenBack:
    """Makes again everything public that this computer can reach: the site, the existing open data,
    the delivered folder. If one part fails, the others are still made."""
    out = group.config.reports
    places: list[Path] = []
    problems: list[str] = []
    gone: list[str] = []
    _try(problems, lambda: remember(replace(told_now(group), unfinished=True), out))
    _try(problems, lambda: places.extend(_site(group)))
    _try(problems, lambda: gone.extend(_open_data(group)))
    _try(problems, lambda: places.extend(_delivered(group)))
    if group.stopped is not None:
        _try(problems, lambda: places.extend(_empty_network(group.config)))
    if not problems:
        _try(problems, lambda: remember(told_now(group), out))
    return TakenBack(places, gone, problems, still_out(group))


def _site(group: OpenedGroup) -> list[Path]:
    """Makes the site again. Returns its folder, or [] if this computer has no site."""
    out = group.config.reports
    if group.stopped is None and not (out / "public").is_dir():
        return []
    return [out / "public"] if remake_site(group, out) else []


def _try(problems: list[str], part: Callable[[], object]) -> None:
    """Does one part of the work. If it fails, adds the problems to the list."""
    try:
        part()
    except TrackError as error:
        problems += error.problems
    except OSError as error:
        problems.append(f"{error.filename}: {error.strerror}. Make room or give write permission.")


def _open_data(group: OpenedGroup) -> list[str]:
    """Makes the existing files of open data again.

    Deletes those that cannot be made, and returns their names."""
    public = group.config.reports / "public"
    # The files of a host also tell of money that it hands on, and only the commands `report iati`
    # and `report 360giving` know whom they may name. So a person makes them again.
    if group.stopped is not None or group.config.host is not None:
        return _delete_open_data(public)
    gone: list[str] = []
    for names, write in ((IATI, _write_iati), (GIVING, _write_giving)):
        if not (public / names[0]).is_file():
            continue
        try:
            write(group)
        except TrackError:
            gone += _delete_open_data(public, names)
    return gone


def _delete_open_data(public: Path, names: Sequence[str] = (*IATI, *GIVING)) -> list[str]:
    """Deletes files of open data. Returns the names of the files that were there."""
    there = [name for name in names if (public / name).is_file()]
    for name in there:
        (public / name).unlink()
    remove_empty_folders(public)
    return there


def _write_iati(group: OpenedGroup) -> None:
    drafted = iati_files.draft(group, group.config.reports)
    _refuse_more(drafted.seen)
    iati_files.write(drafted, group.config.reports)


def _write_giving(group: OpenedGroup) -> None:
    given = giving.draft_giving(group, None, None)
    _refuse_more(given.seen)
    giving.write_giving(given)


def _refuse_more(seen: Sequence[SeenText]) -> None:
    """Raises `TrackError` if a file would contain a grant for the first time: nobody has read yet
    what the file would say about it."""
    before = {text.said.part for text in seen if text.change != "new"}
    for text in seen:
        part = text.said.part
        if text.change == "new" and part not in before and not part.endswith(f"-{iati.TOGETHER}"):
            raise TrackError(f"The open data would tell of {part} for the first time.")


def _delivered(group: OpenedGroup) -> list[Path]:
    """Updates the delivered folder to what the public may read now. Returns the folder in a list,
    or [] if the group has none.

    Pages that were not delivered yet, because they wait or are held back, are not delivered here.
    """
    config, folder = group.config, group.config.sending.folder
    if folder is None or not folder.is_dir():
        return []
    if group.stopped is not None:
        write_empty_site(folder)
        return [folder]
    month = _last_delivered(group)
    if month is None:
        return []
    public = config.reports / "public"
    if public.is_dir() and month >= max(group.publications.pages, default=""):
        published(public, folder)
    else:
        _deliver_until(group, month, folder)
    return [folder]


def _deliver_until(group: OpenedGroup, month: Month, folder: Path) -> None:
    """Delivers the site with the pages up to `month`, and the open data that was delivered
    before."""
    public = group.config.reports / "public"
    with tempfile.TemporaryDirectory() as name:
        older = Path(name) / "public"
        remake_site(group, Path(name), month)
        for file in (*IATI, *GIVING):
            if (public / file).is_file() and (folder / file).is_file():
                (older / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(public / file, older / file)
        published(older, folder)


def _last_delivered(group: OpenedGroup) -> Month | None:
    """Returns the last month for which the site was delivered to the folder. Returns None if it
    never was."""
    with group.register.reading() as ask:
        periods = {cycle.n: cycle.period for cycle in all_cycles(ask)}
        sent = [periods[each.cycle] for each in deliveries(ask) if _is_sent(each.state, each.what)]
    return max((period for period in sent if not is_week(period)), default=None)


def _is_sent(state: str, what: str) -> bool:
    return what == "site" and state in ("confirmed", "marked")


# ---- what is still out


def still_out(group: OpenedGroup) -> list[StillOut]:
    """Returns every delivery to the public that cannot be called back, the oldest first.

    A recipient that is no longer in the config counts as public, because it is not known who it
    was."""
    known = {reader.name: reader.audience for reader in group.config.sending.recipients}
    with group.register.reading() as ask:
        periods = {cycle.n: cycle.period for cycle in all_cycles(ask)}
        sent = deliveries(ask)
    return [
        StillOut(
            f"D-{each.n}",
            each.what,
            periods[each.cycle],
            each.recipient,
            each.at.astimezone(group.zone),
        )
        for each in sent
        if each.state in ("confirmed", "marked")
        and each.what in ("report", "copy")
        and (each.recipient == COPY or known.get(each.recipient, "public") == "public")
        and each.recipient != SITE
    ]
