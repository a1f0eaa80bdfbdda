"""Shows and sends the host's mail about all its groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from budgettrack.core.base.cycles import Cycle, week_of
from budgettrack.core.base.errors import TrackError
from budgettrack.group import OpenedGroup
from budgettrack.host.run import require_host
from budgettrack.monthly.context import RunContext
from budgettrack.monthly.outbox import Sends
from budgettrack.monthly.run import week_now
from budgettrack.register.cycles import all_cycles, deliveries
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.mail.mime import mail_words

NOTHING = "Nothing is to be done, so no mail is sent."
NOBODY = "Nobody gets it. Type a row with the Audience all groups into Recipients."


class SentNow(Struct, frozen=True):
    """The result of sending a mail that somebody asked for."""

    words: Sequence[str]
    needs_a_person: bool


def mail_text(host: OpenedGroup, language: str = "") -> str:
    """Returns the mail as it would be sent now, as plain text, and who gets it."""
    require_host(host.config)
    cycle = Cycle(0, week_of(host.today), 1, "", False, host.now(), None)
    sends = Sends(host, cycle)
    document = sends.about_groups(language or host.config.language)
    if document is None:
        return NOTHING
    to = ", ".join(item.recipient for item in sends.items()) or NOBODY
    return f"{mail_words(document, look_of(host.config))}\nTo: {to}"


def send_now(host: OpenedGroup, again: str | None) -> SentNow:
    """Sends the mail of this week now.

    Raises `UsageError` if it was sent this week and `again` is None, and `TrackError` if it cannot
    be sent."""
    require_host(host.config)
    run = week_now(host, RunContext(send=True), again)
    if run.failed:
        raise TrackError(*run.failed)
    cycles = [one for one in host.register.glance(all_cycles) if one.period == run.periods[0]]
    made = host.register.glance(deliveries, max(cycles, key=lambda one: one.round).n)
    states = Counter(delivery.state for delivery in made)
    words = ", ".join(f"{number} {state}" for state, number in states.items()) or NOTHING
    held = [delivery.words for delivery in made if delivery.state == "held back"]
    unsure = any(delivery.state != "confirmed" for delivery in made)
    return SentNow([words, *held, *run.warnings], unsure or bool(run.warnings))
