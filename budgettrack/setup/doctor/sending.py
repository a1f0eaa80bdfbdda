"""Checks what the monthly run needs for sending: the mail server, secrets, recipients, and
earlier deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from budgettrack.config.identifiers import is_registered
from budgettrack.config.load import Config
from budgettrack.config.mail import Webhook
from budgettrack.core.base.cycles import (
    due,
    is_week,
    missed_too_long_ago,
    months_owed,
    newest,
)
from budgettrack.core.base.errors import TrackError
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.plurals import count
from budgettrack.group import OpenedGroup
from budgettrack.monthly.history import deliveries
from budgettrack.register import queries
from budgettrack.register.cycles import all_cycles, holder
from budgettrack.register.holds import holds
from budgettrack.reports.site.told_names import is_outdated, told_now, told_then
from budgettrack.setup.doctor.examined import Examined, stopped


def sending(config: Config) -> Iterator[Examined]:
    """Check that the mail server answers. Nothing is sent."""
    sending = config.sending
    if sending.webhook is not None:
        yield _webhook(sending.webhook)
    if sending.mail is None:
        return
    from budgettrack.monthly.delivery.smtp import post

    try:
        with post(sending.mail) as way:
            way.open()
        yield Examined("mail", words=count(len(sending.recipients), "recipient"))
    except TrackError as error:
        yield stopped("mail", "mail-not-usable", error)


def identifiers(config: Config) -> Iterator[Finding]:
    """Yield findings about identifiers of organisations with a prefix that is not on the
    published list."""
    if config.open_data is None:
        return
    known = config.open_data
    refs = {
        one.ref: one.name for one in (known.reporter, known.group, *known.organisations.values())
    }
    for ref, name in refs.items():
        if ref and not is_registered(ref):
            yield finding_at("identifiers", "identifier-unregistered", ref=ref, name=name)


def _webhook(webhook: Webhook) -> Examined:
    """Check that there is a secret with which webhook messages can be signed. Nothing is sent."""
    from budgettrack.monthly.delivery.webhook import signer_of

    try:
        signer_of(webhook)
    except TrackError as error:
        return stopped("webhook", "webhook-not-usable", error)
    return Examined("webhook")


def sent(group: OpenedGroup) -> Iterator[Examined]:
    """Check the grants of recipients, unconfirmed deliveries, and whether a run may have died."""
    with group.register.reading() as ask:
        grants = {id_.casefold() for id_ in queries.load(ask, ("grants",)).records["grants"]}
        at_work = holder(ask)
        sent = deliveries(group)
    unknown = list(_unknown_grants(group.config, grants)) if grants else []
    if unknown:
        yield Examined("recipients", unknown)
    if held := [hold.finding for hold in group.register.glance(holds)]:
        yield Examined("sending", held)
    if publishing := list(_publishing(group)):
        yield Examined("publishing", publishing)
    open_deliveries = [
        _open_delivery(delivery)
        for delivery in sent
        if delivery["state"] in ("unconfirmed", "refused")
    ]
    if open_deliveries:
        yield Examined("deliveries", open_deliveries)
    if not_run := list(_not_run(group)):
        yield Examined("months", not_run)
    if at_work is not None:
        since = f"{at_work.since:%Y-%m-%d %H:%M}"
        yield Examined("runs", [finding_at("runs", "run-unfinished", who=at_work.who, since=since)])


def _not_run(group: OpenedGroup) -> Iterator[Finding]:
    """Yield findings about months for which the monthly run is late, if the group has had
    monthly runs before. The scheduled job may be switched off."""
    sending, cycles = group.config.sending, group.register.glance(all_cycles)
    day, catch_up = sending.day, sending.catch_up
    if not any(not is_week(cycle.period) and not cycle.asked for cycle in cycles):
        return
    for month in missed_too_long_ago(cycles, group.today, day=day, catch_up=catch_up):
        yield finding_at("months", "month-missed", month=month)
    for month in months_owed(cycles, group.today, day=day, catch_up=catch_up):
        begun = newest(cycles).get(month)
        if begun is None and group.today > due(month, day):
            yield finding_at("months", "month-not-run", month=month, due=str(due(month, day)))


def _unknown_grants(config: Config, grants: Set[str]) -> Iterator[Finding]:
    """Yield findings about recipients in the config that are funders of a grant which the
    register does not have."""
    for reader in config.sending.recipients:
        if reader.audience == "funder" and reader.grant.casefold() not in grants:
            named = {"name": reader.name, "grant": reader.grant}
            yield finding_at("recipients", "recipient-grant-unknown", **named)


def _open_delivery(delivery: Mapping[str, Any]) -> Finding:
    told = {name: str(delivery[name]) for name in ("id", "what", "recipient", "state", "words")}
    return finding_at("deliveries", "delivery-open", **told)


def _publishing(group: OpenedGroup) -> Iterator[Finding]:
    """Yield findings if publishing is stopped, or if public files are not as they should be."""
    stopped = group.stopped
    if stopped is not None:
        since = f"{stopped.since:%Y-%m-%d %H:%M}"
        values = {"since": since, "command": stopped.command, "by": stopped.by}
        yield finding_at("publishing", "publishing-stopped", **values)
    out = group.config.reports
    if (out / "public").is_dir() and is_outdated(told_then(out), told_now(group)):
        yield finding_at(str(out / "public"), "taking-back-unfinished")
