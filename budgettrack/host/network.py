"""Publishes the page of a host's network: the groups that agreed twice to be named, and sums over
groups that reveal no group's figures."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from budgettrack import files, statements, structured
from budgettrack.core.base.errors import RegisterError
from budgettrack.core.base.money import minor
from budgettrack.core.base.months import Month, after, month_of
from budgettrack.core.counting.statements import HostStatement
from budgettrack.core.figures.conversion import Conversion, at_month
from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.network import (
    NetworkSums,
    named_now,
    public_sums,
    sealed,
    told_now,
)
from budgettrack.core.views.group_shares import is_silent
from budgettrack.group import OpenedGroup
from budgettrack.host.directory import HostedGroup
from budgettrack.host.money import rolled_up
from budgettrack.host.run import WHO, groups_of
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.base.translations import words
from budgettrack.reports.site.empty import NETWORK, write_empty_site
from budgettrack.reports.site.network_page import NetworkView, network_files

FILE = "network.json"
"""The file in the folder of the groups that has all sums of the page, with the figures from which
each sum was made."""

CLOSED_ON = 15
"""The sums of a month are made on this day of the next month, or later. By then most groups have
sent their statements: a sum cannot be changed after it is made."""

NOT_SPENT = ("held_here", "held_below", "on_the_way")
"""The terms of a statement with the money that a group, or those below it, can still spend."""

LOST = (
    "{path} is not here, and the network's page was published before. Without it, new sums could"
    " show what one group spent, when they are compared with earlier ones. Put it back from a"
    " backup. If there is none, take down the folder {folder} wherever it was published, and delete"
    " it."
)
BROKEN = "{path} cannot be read ({why}). Put it back from a backup."
NO_NAME = "{code} agreed, and has no Public name in Groups, so it is not named."
NOT_OURS = "{code} agreed to be named, and Listed in our row of Groups is not yes."
NOT_THEIRS = "{code} is not named: its own sheet does not say so in the tab Agreements."
NO_STATEMENT = (
    "{code} is not named: it tells no statement, so nobody knows whether it may be. It agrees in"
    " its tab Agreements, in the columns Statement and Listed."
)
NOT_READ = "{code} is not named: its sheet is not read while its State is {state}."
MISTAKE = "{code} is not named: its row of Groups cannot be used. {why}"
NOT_YET = (
    "{code} is not named yet: readers who know its figures could find in earlier sums what another"
    " group spent."
)


class KeptNetwork(Struct, frozen=True):
    """What the file has. `is_shown`: whether the page is published. `days`: when the sums of each
    month were made."""

    version: int = 1
    is_shown: bool = True
    days: Mapping[Month, date] = field(default_factory=dict)
    sums: NetworkSums = field(default_factory=NetworkSums)


class NetworkPage(Struct, frozen=True):
    """What was published. `named`: the names of groups. `missing`: sentences for the host about
    groups that are not named although one side agreed."""

    named: Sequence[str]
    missing: Sequence[str]
    newest: Month


def publish(host: OpenedGroup) -> NetworkPage:
    """Publishes the page, or makes it again. From now on, each run of the host does this.

    Raises `UsageError` if the config belongs to a group, `RegisterError` if the file with earlier
    sums is lost."""
    with host.register.cycles.alone(WHO, host.now()):
        return _made(host, replace(_kept(host), is_shown=True))


def refresh(host: OpenedGroup) -> None:
    """Makes the page again if it was ever published. The caller holds the lock of a run."""
    kept = _kept(host)
    if _path(host).exists():
        _made(host, kept)


def named_groups(host: OpenedGroup) -> Mapping[str, str]:
    """Returns the public names of the groups that the network's page names, by their codes. These
    groups agree twice now, and nobody can find a group's figures because of their names. Empty if
    the page was never published, or if it was taken down."""
    kept = _kept(host)
    if not (_path(host).exists() and kept.is_shown):
        return {}
    groups = groups_of(host)
    assert host.config.host is not None
    page = after(month_of(host.today), -1)
    told = statements.newest_of(host.config.host.groups, [one.code for one in groups], page)
    asking, _ = _asking(groups, told)
    return {code: name for code, name in asking.items() if code in kept.sums.named}


def take_down(host: OpenedGroup) -> None:
    """Takes the page down, until somebody publishes it again. The program still remembers the
    published sums, because readers may have kept them."""
    with host.register.cycles.alone(WHO, host.now()):
        kept = replace(_kept(host), is_shown=False)
        _keep(host, kept)
        _write(host, kept, [])


def _path(host: OpenedGroup) -> Path:
    assert host.config.host is not None
    return host.config.host.groups / FILE


def _kept(host: OpenedGroup) -> KeptNetwork:
    groups_of(host)  # `groups_of` raises an error if the config is not that of a host.
    path, folder = _path(host), host.config.reports / NETWORK
    try:
        return structured.json_as(path.read_bytes(), KeptNetwork)
    except FileNotFoundError:
        if (folder / "network.json").exists():
            raise RegisterError(LOST.format(path=path, folder=folder)) from None
        return KeptNetwork()
    except (OSError, ValueError) as error:
        raise RegisterError(BROKEN.format(path=path, why=error)) from error


def _keep(host: OpenedGroup, kept: KeptNetwork) -> None:
    path = _path(host)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.write(path, msgspec.json.encode(kept) + b"\n", private=True)


def _made(host: OpenedGroup, kept: KeptNetwork) -> NetworkPage:
    groups = groups_of(host)
    assert host.config.host is not None
    page = after(month_of(host.today), -1)
    told = statements.newest_of(host.config.host.groups, [one.code for one in groups], page)
    asking, missing = _asking(groups, told)
    # A group that withdraws its consent is no longer named, even if a later step fails.
    named = kept.sums.named & asking.keys()
    _write(host, kept, [asking[code] for code in named])
    # Sums of a month that is not over could never be corrected.
    is_over = page < month_of(host.now().date())
    is_due = page > max(kept.sums.pages, default="") and host.today.day >= CLOSED_ON
    if is_due and is_over and kept.is_shown:
        kept = _with_sums(host, kept, told, page, asking)
    if kept.is_shown:
        named = named_now(kept.sums, asking)
        kept = replace(kept, sums=replace(kept.sums, named=kept.sums.named | named))
    # Sums are kept before anybody sees them: what was published must never be forgotten.
    _keep(host, kept)
    names = sorted((asking[code] for code in named), key=str.casefold)
    _write(host, kept, names)
    missing += [NOT_YET.format(code=code) for code in sorted(asking.keys() - named)]
    newest = max((batch.page for batch in kept.sums.batches), default="")
    return NetworkPage(names, missing, newest)


def _asking(
    groups: Sequence[HostedGroup], told: Mapping[str, HostStatement]
) -> tuple[dict[str, str], list[str]]:
    """Returns two things: the public names of the groups that agreed twice, by their codes, and
    sentences about groups that lack one of the two agreements."""
    asking: dict[str, str] = {}
    missing: list[str] = []
    for group in groups:
        code, ours = group.code, group.text("listed") == "yes"
        theirs = code in told and told[code].listed
        if group.text("state") == "left" or not (ours or theirs):
            continue
        if is_silent(group.fields):
            missing.append(NOT_READ.format(code=code, state=group.text("state")))
        elif group.mistake:
            missing.append(MISTAKE.format(code=code, why=group.mistake))
        elif code not in told:
            missing.append(NO_STATEMENT.format(code=code))
        elif not theirs:
            missing.append(NOT_THEIRS.format(code=code))
        elif not ours:
            missing.append(NOT_OURS.format(code=code))
        elif not group.text("public_name"):
            missing.append(NO_NAME.format(code=code))
        else:
            asking[code] = group.text("public_name")
    return asking, missing


def _with_sums(
    host: OpenedGroup,
    kept: KeptNetwork,
    told: Mapping[str, HostStatement],
    page: Month,
    asking: Mapping[str, str],
) -> KeptNetwork:
    """Returns the kept content of the file, with the sums of one more month."""
    plan, base = host.standing_at(page).plan, host.config.currency
    rate = partial(_rate, plan, base)
    left: dict[str, int] = {}
    for code, statement in told.items():
        for grant in statement.grants:
            # A group that hands money on itself has not spent what those below it hold.
            units = sum(minor(grant.figures[name], grant.currency) for name in NOT_SPENT)
            left[code] = left.get(code, 0) + _in(plan, base, grant.currency, page, units)
    free = sum(
        _in(plan, base, award.currency, page, award.terms.held_here)
        for award in rolled_up(host, page, told).awards
        if not award.holder
    )
    taken = {batch.number for batch in kept.sums.batches}
    sums = sealed(
        kept.sums,
        told_now(kept.sums, told, page, rate, host.config.headings),
        page,
        asking=asking,
        left=left,
        free=free,
        number=lambda: _number(taken),
    )
    return replace(kept, sums=sums, days={**kept.days, page: host.today})


def _rate(plan: Plan, base: str, currency: str, month: Month) -> Conversion | None:
    return at_month(plan, currency, base, month)


def _in(plan: Plan, base: str, currency: str, month: Month, units: int) -> int:
    conversion = at_month(plan, currency, base, month)
    return conversion.units(units) if conversion is not None else 0


def _number(taken: set[int]) -> int:
    while (number := secrets.randbits(62)) in taken:
        pass
    taken.add(number)
    return number


def _write(host: OpenedGroup, kept: KeptNetwork, named: Sequence[str]) -> None:
    """Writes the files of the page. If it was taken down, or publishing is stopped, the page is
    empty."""
    folder, config = host.config.reports / NETWORK, host.config
    if not kept.is_shown or host.taken_back[0] is not None:
        if folder.is_dir():
            write_empty_site(folder)
        return
    view = NetworkView(
        config.organisation,
        config.currency,
        sorted(named, key=str.casefold),
        kept.days,
        public_sums(kept.sums),
    )
    files.write_site(folder, dict(network_files(view, words(config.language), look_of(config))))
