"""Sends the items of a cycle and records each delivery in the register.

A mail is marked before it is sent and confirmed after the server accepted it. If a run dies in
between, the mark stays: people are told of it, and only a person sends that mail again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from budgettrack import files
from budgettrack.core.base.cycles import OPEN, Cycle, Delivery
from budgettrack.core.base.errors import TrackError
from budgettrack.core.base.progress import after_mail, before_mail, during_mail
from budgettrack.group import OpenedGroup
from budgettrack.monthly.context import RunContext
from budgettrack.register.cycles import Alone, deliveries
from budgettrack.reports.site.told_names import is_outdated, told_now

if TYPE_CHECKING:
    from budgettrack.monthly.delivery.smtp import Handed, Post
    from budgettrack.monthly.outbox import Item, Sends


MEANWHILE = "Something was taken back while the run was sending. The next run makes the mail again."
"""Why a public item is held back that was made before."""


class Handover:
    """Sends the items of one cycle. `tell` gets a message about each delivery."""

    def __init__(
        self,
        group: OpenedGroup,
        cycle: Cycle,
        alone: Alone,
        context: RunContext,
        tell: Callable[[str], None],
    ) -> None:
        self._group, self._cycle, self._alone = group, cycle, alone
        self._context, self._tell = context, tell
        self._cycles = group.register.cycles
        self._made: dict[tuple[str, str], datetime] = {}
        """The time of the first attempt, by item and recipient. Later attempts bear the same
        date."""

    def known(self) -> dict[tuple[str, str], Delivery]:
        """Returns the deliveries of the cycle by (item, recipient)."""
        made = self._group.register.glance(deliveries, self._cycle.n)
        return {(delivery.what, delivery.recipient): delivery for delivery in made}

    def open(self, items: Sequence[Item]) -> list[Item]:
        """Returns the items that must still be delivered."""
        known = self.known()
        self._remember(known.values())

        def is_open(item: Item) -> bool:
            delivery = known.get((item.what, item.recipient))
            if delivery is None or delivery.state in OPEN:
                return True
            # A run may die before the confirmation. A second copy of a file does no harm.
            # A second mail would, so only a mail waits for a person.
            return item.way != "mail" and delivery.state == "marked"

        return [item for item in items if is_open(item)]

    def hold_back(self, item: Item) -> None:
        """Records why an item cannot be sent yet."""
        if item.state:
            now = self._group.now()
            self._cycles.hold_back(
                self._cycle, item.what, item.recipient, item.state, item.words, now
            )

    def write_down(self, items: Sequence[Item]) -> list[Path]:
        """Writes each mail to a file, so that people can read it before it is sent. Returns the
        files.

        Raises `TrackError` if the folder cannot be written."""
        folder = self._group.config.reports / "private" / "mail"
        contents = {
            f"{self._cycle.period}-{files.safe_name(f'{item.what} {item.recipient}')}.eml": (
                item.letter(self._cycle.began).as_bytes()
            )
            for item in items
            if item.letter is not None
        }
        try:
            return files.write_all(folder, contents, private=True)
        except OSError as error:
            raise TrackError(
                f"The mails cannot be written to {folder}: {error.strerror}. Make room there."
            ) from error

    def to_a_place(self, item: Item, sends: Sends) -> Handed:
        """Copies the site into its folder, or posts the signed copy to the webhook."""
        from budgettrack.monthly.delivery import webhook
        from budgettrack.monthly.delivery.folder import published
        from budgettrack.monthly.delivery.smtp import Handed

        held = self._taken_back(item)
        if held is not None:
            return held
        config = self._group.config
        sending = config.sending
        now = self._group.now()
        delivery = self._cycles.mark(self._cycle, item.what, item.recipient, "", now, again=True)
        try:
            if item.way == "folder":
                assert sending.folder is not None
                handed = published(config.reports / "public", sending.folder)
            else:
                assert sending.webhook is not None
                key = f"{self._cycle.period} {self._cycle.round}"
                handed = webhook.copy(sending.webhook, key, sends.copy(), self._group.now())
        except TrackError as error:
            handed = Handed("deferred", " ".join(error.problems))
        return self._settle(delivery, handed)

    def mails(self, items: Sequence[Item]) -> None:
        """Sends all mails. Mails that the server defers are tried again after each pause of the
        config."""
        from budgettrack.monthly.delivery.smtp import post

        server = self._group.config.sending.mail
        if server is None or not items:
            return
        with post(server) as way:
            left = list(items)
            for pause in (0, *server.pauses):
                if pause and left:
                    self._context.sleep(pause)
                left = [item for item in left if self._mail(way, item).state == "deferred"]
                if not left:
                    break

    def by_hand(self, item: Item, delivery: Delivery, sends: Sends) -> Handed:
        """Sends one item again, because a person asked for it."""
        from budgettrack.monthly.delivery.smtp import post

        server = self._group.config.sending.mail
        if item.way != "mail" or server is None or item.letter is None:
            return self.to_a_place(item, sends)
        with post(server) as way:
            way.open()
            return self._send(way, item, delivery.made, again=True)

    def to_the_operator(self, item: Item) -> None:
        """Sends the daily mail about a failure, unless it was already sent today."""
        from budgettrack.monthly.delivery.smtp import post

        mail = self._group.config.sending.mail
        known = self.known()
        delivery = known.get((item.what, item.recipient))
        if mail is not None and (delivery is None or delivery.state in OPEN):
            with post(dataclasses.replace(mail, seconds=min(mail.seconds, 30))) as way:
                self._remember(known.values())
                self._mail(way, item)

    def _remember(self, made: Iterable[Delivery]) -> None:
        self._made |= {(delivery.what, delivery.recipient): delivery.made for delivery in made}

    def _mail(self, way: Post, item: Item) -> Handed:
        if item.letter is None:
            raise TrackError(
                f"The page of {self._cycle.period} is missing. Run: budgettrack report transparency"
            )
        held = self._taken_back(item)
        if held is not None:
            return held
        way.open()
        self._alone.check()
        made = self._made.get((item.what, item.recipient))
        return self._send(way, item, made or self._group.now())

    def _taken_back(self, item: Item) -> Handed | None:
        """Holds a public item back if something was taken back after the item was made: a run that
        sends many mails, and pauses, may take an hour.

        Returns None if the item can go."""
        from budgettrack.monthly.delivery.smtp import Handed

        group = self._group
        if item.told is None or not is_outdated(item.told, told_now(group)):
            return None
        words = MEANWHILE if group.stopped is None else group.stopped.words
        self._cycles.hold_back(
            self._cycle, item.what, item.recipient, "held back", words, group.now()
        )
        return Handed("held back", words)

    def _send(self, way: Post, item: Item, made: datetime, *, again: bool = False) -> Handed:
        """Marks a mail, sends it, and records the result.

        `made` is the date in the mail, the same at every attempt."""
        from budgettrack.reports.mail.mime import digest

        assert item.letter is not None
        letter = item.letter(made)
        now = self._group.now()
        with before_mail(f"The mail {item.what} to {item.recipient}"):
            delivery = self._cycles.mark(
                self._cycle, item.what, item.recipient, digest(letter), now, again=again
            )
        self._remember([delivery])
        with during_mail(_named(delivery)):
            handed = way.hand_over(letter)
        return self._settle(delivery, handed)

    def _settle(self, delivery: Delivery, handed: Handed) -> Handed:
        with after_mail(_named(delivery), handed.state):
            self._cycles.settle(delivery, handed.state, handed.words, self._group.now())
        words = handed.state if not handed.words else f"{handed.state}: {handed.words}"
        self._tell(f"{_named(delivery)}: {words}")
        return handed


def _named(delivery: Delivery) -> str:
    return f"D-{delivery.n}, {delivery.what} to {delivery.recipient}"
