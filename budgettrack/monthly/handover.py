"""Sends the mails and copies of a cycle, and records each delivery in the register.

A delivery gets the state `marked` before the mail is sent, and `confirmed` after the server
accepted it. If a run is killed in between, the state stays `marked`: people are told, and the
mail is sent again only if a person asks for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from budgettrack import files, lasting
from budgettrack.core.base.cycles import OPEN, Cycle, Delivery, DeliveryState
from budgettrack.core.base.errors import TrackError, WorkbookError
from budgettrack.core.base.holds import Hold
from budgettrack.core.base.progress import after_mail, before_mail, during_mail
from budgettrack.core.base.sent_journal import JournalEntry
from budgettrack.group import OpenedGroup
from budgettrack.monthly.context import RunContext
from budgettrack.monthly.journal import WorkbookJournal
from budgettrack.register.cycles import Alone, deliveries, delivery_to
from budgettrack.register.holds import refuse_if_held
from budgettrack.reports.site.told_names import is_outdated, told_now

if TYPE_CHECKING:
    from budgettrack.config.mail import MailServer
    from budgettrack.monthly.delivery.smtp import Handed, Post
    from budgettrack.monthly.outbox import Item, Sends


MEANWHILE = "Something was withdrawn while the run was sending. The next run makes the mail again."
"""The reason why a public report is held back after it was made."""


TO_READERS = ("report", "closing", "held back", "reminder", "copy")
"""The kinds of deliveries that must not reach the same recipient twice."""

NO_KEY = "The group's key is missing. Without it, readers are not recognised: put it back first."
NO_NAME = "It went to {names}, which the config does not have any more."
NO_JOURNAL = (
    "The workbook's journal of what was sent cannot be trusted: it was altered, or it was signed"
    " with another key."
)
"""The reasons why it is not known who has already got a report."""

ELSEWHERE = "It was sent before this register knew of it, as the workbook says."
ELSEWHERE_PERHAPS = (
    "The workbook says that it was being sent, but this register does not know of it. Ask the"
    " reader. If it did not arrive: budgettrack deliveries retry."
)


def _is_news(sent: JournalEntry, delivery: Delivery | None) -> bool:
    """Whether the workbook knows more about a delivery than the register: it was planned more
    often, or the mail server accepted it."""
    planned = 0 if delivery is None else delivery.planned
    return sent.planned > planned or sent.taken


class Handover:
    """Sends the items of one cycle. `tell` is a function that gets a message about each
    delivery."""

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
        """The time of the first attempt, by item and recipient. Later attempts use the same
        date."""
        self._planned: dict[tuple[str, str], Delivery] = {}
        """The deliveries that this run is about to send, by item and recipient."""
        self._made_before: Sequence[Delivery] = ()
        """The deliveries of the cycle before this run has sent any."""

    @cached_property
    def _journal(self) -> WorkbookJournal:
        return WorkbookJournal(self._group, self._cycle)

    def made(self) -> list[Delivery]:
        """Returns the deliveries of the cycle."""
        return self._group.register.glance(deliveries, self._cycle.n)

    def recognise(self, sends: Sends) -> None:
        """Finds the recipients of earlier deliveries for which only a name was recorded. The config
        has the address for each name. This method must be called before all others.

        Places a hold if the config does not have the name, or if the group's key is missing:
        then it is not known who already has the report."""
        has_key = self._group.key is not None
        readers: dict[int, str] = {}
        unknown: list[Delivery] = []
        self._made_before = self.made()
        for delivery in self._made_before:
            if delivery.reader == "" or (has_key and delivery.reader is not None):
                continue
            reader = sends.reader(delivery.recipient) if has_key else None
            if reader is not None:
                readers[delivery.n] = reader
            elif delivery.state in ("marked", "confirmed") and delivery.what in TO_READERS:
                unknown.append(delivery)
        if readers:
            self._cycles.know_readers(readers)
            self._made_before = self.made()
        if unknown:
            names = ", ".join(dict.fromkeys(delivery.recipient for delivery in unknown))
            self._hold(NO_NAME.format(names=names) if has_key else NO_KEY)

    def _hold(self, why: str) -> None:
        hold = Hold("unknown-deliveries", self._group.now(), {"why": why}, self._cycle.period)
        self._group.register.hold(hold)

    def open(self, items: Sequence[Item]) -> list[Item]:
        """Returns the items that must still be delivered. It uses the deliveries that
        `recognise` has found."""
        self._remember(self._made_before)

        def is_open(item: Item) -> bool:
            delivery = delivery_to(self._made_before, item.what, item.recipient, item.reader)
            if delivery is None or delivery.state in OPEN:
                return True
            # A run may be killed before the confirmation. A second copy of a file does no harm.
            # The receiver of a webhook recognises a second copy by its ID.
            # But a second mail would do harm, so a mail waits for a person.
            # A delivery without attempts was sent by another register, as the journal says.
            # Such a delivery waits for a person, too.
            return item.way != "mail" and delivery.state == "marked" and delivery.attempts > 0

        return [item for item in items if is_open(item)]

    def announce(self, items: Sequence[Item]) -> list[Item]:
        """Writes into the register and the workbook that items are about to be sent.

        Returns those that may be sent. If the workbook says that an item was sent, but this
        register does not know it, then the register was restored from a copy. In this case the
        delivery is recorded and not sent. Raises `SendingHeld` if the journal in the workbook
        cannot be trusted."""
        if not items:
            return []
        journal = self._journal.known()
        if journal is None:
            self._hold(NO_JOURNAL)
            self._journal.renew()
            self._group.register.glance(refuse_if_held, self._cycle.period)
            return []
        made, left = self._made_before, []
        learnt: list[tuple[str, str, str, int, DeliveryState, str]] = []
        for item in items:
            sent = self._journal.of(journal, item.what, item.reader)
            delivery = delivery_to(made, item.what, item.recipient, item.reader)
            if sent is None or not _is_news(sent, delivery):
                left.append(item)
                continue
            state: DeliveryState = "confirmed" if sent.taken else "marked"
            words = ELSEWHERE if sent.taken else ELSEWHERE_PERHAPS
            learnt.append((item.what, item.recipient, item.reader, sent.planned, state, words))
            self._tell(f"{item.what} to {item.recipient}: {words}")
        now = self._group.now()
        if learnt:
            self._cycles.learn(self._cycle, learnt, now)
        self._plan(left, now)
        return left

    def _plan(self, items: Sequence[Item], now: datetime) -> None:
        mails = [item for item in items if item.way == "mail"]
        places = [item for item in items if item.way != "mail"]
        for some, again in ((mails, False), (places, True)):
            if some:
                wanted = [(item.what, item.recipient, item.reader) for item in some]
                planned = self._cycles.plan(self._cycle, wanted, now, again=again)
                self._planned |= {(one.what, one.recipient): one for one in planned}
        self._journal.announce([*self._planned.values()])

    def confirm(self) -> Sequence[Delivery]:
        """Writes into the workbook which deliveries the mail server accepted. Returns the
        deliveries of the cycle.

        If this is not written, a register that is later restored from a copy treats these
        deliveries as uncertain."""
        made = self.made()
        # The month must not fail if the workbook is open in a program: all its mails were sent.
        with contextlib.suppress(WorkbookError):
            self._journal.confirm(made)
        return made

    def hold_back(self, item: Item) -> None:
        """Records why an item cannot be sent yet."""
        if item.state:
            now = self._group.now()
            self._cycles.hold_back(
                self._cycle, item.what, item.recipient, item.state, item.words, now, item.reader
            )

    def write_down(self, items: Sequence[Item]) -> list[Path]:
        """Writes each mail to a file, so that people can read it before it is sent. Returns the
        paths of the files.

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
        """Copies the site into its folder, or sends the signed copy to the webhook."""
        from budgettrack.monthly.delivery import webhook
        from budgettrack.monthly.delivery.folder import published
        from budgettrack.monthly.delivery.smtp import Handed

        held = self._taken_back(item)
        if held is not None:
            return held
        config = self._group.config
        sending = config.sending
        now = self._group.now()
        delivery = self._planned[item.what, item.recipient]
        delivery = self._cycles.mark(self._cycle, delivery, "", now, again=True)
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
        """Sends all mails. If the mail server defers a mail, it is tried again after each pause
        that the config sets."""
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
        server = self._group.config.sending.mail
        reader = (item.recipient, item.reader)
        planned = self._cycles.plan_again(self._cycle, delivery, *reader)
        self._planned[item.what, item.recipient] = planned
        self._journal.announce([planned])
        try:
            return self._sent_again(item, delivery, sends, server)
        finally:
            self.confirm()

    def _sent_again(
        self, item: Item, delivery: Delivery, sends: Sends, server: MailServer | None
    ) -> Handed:
        from budgettrack.monthly.delivery.smtp import post

        if item.way != "mail" or server is None or item.letter is None:
            return self.to_a_place(item, sends)
        with post(server) as way:
            way.open()
            return self._send(way, item, delivery.made, again=True)

    def to_the_operator(self, item: Item) -> None:
        """Sends the daily mail about a failure to the operator, unless it was already sent
        today."""
        from budgettrack.monthly.delivery.smtp import post

        mail = self._group.config.sending.mail
        made = self.made()
        delivery = delivery_to(made, item.what, item.recipient, item.reader)
        if mail is not None and (delivery is None or delivery.state in OPEN):
            wanted = [(item.what, item.recipient, item.reader)]
            (planned,) = self._cycles.plan(self._cycle, wanted, self._group.now())
            self._planned[item.what, item.recipient] = planned
            with post(msgspec.structs.replace(mail, seconds=min(mail.seconds, 30))) as way:
                self._remember(made)
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
        """If a name was withdrawn after a public report was made, records that the report is held
        back. (A run that sends many mails, with pauses, may take an hour.)

        Returns None if the item can be sent."""
        from budgettrack.monthly.delivery.smtp import Handed

        group = self._group
        if item.told is None or not is_outdated(item.told, told_now(group)):
            return None
        words = MEANWHILE if group.stopped is None else group.stopped.words
        self._cycles.hold_back(
            self._cycle, item.what, item.recipient, "held back", words, group.now(), item.reader
        )
        return Handed("held back", words)

    def _send(self, way: Post, item: Item, made: datetime, *, again: bool = False) -> Handed:
        """Gives a mail the state `marked`, sends it, and records the result.

        `made` is the date in the mail, which is the same at every attempt."""
        from budgettrack.reports.mail.mime import digest

        assert item.letter is not None
        letter = item.letter(made)
        now = self._group.now()
        delivery = self._planned[item.what, item.recipient]
        with before_mail(f"The mail {item.what} to {item.recipient}"):
            delivery = self._cycles.mark(self._cycle, delivery, digest(letter), now, again=again)
        self._remember([delivery])
        with during_mail(_named(delivery)):
            handed = way.hand_over(letter)
        return self._settle(delivery, handed)

    def _settle(self, delivery: Delivery, handed: Handed) -> Handed:
        if handed.state not in ("deferred", "refused"):
            lasting.note("sent")
        with after_mail(_named(delivery), handed.state):
            self._cycles.settle(delivery, handed.state, handed.words, self._group.now())
        words = handed.state if not handed.words else f"{handed.state}: {handed.words}"
        self._tell(f"{_named(delivery)}: {words}")
        return handed


def _named(delivery: Delivery) -> str:
    return f"D-{delivery.n}, {delivery.what} to {delivery.recipient}"
