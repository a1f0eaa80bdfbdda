"""Lists what a cycle sends, and to whom. Each letter is made only from the view for its audience,
which has only what the reader may see.

A letter is made from the present register at the moment when it is sent, so no letter has to be
stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from email.message import EmailMessage
from functools import cached_property
from itertools import count
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.config.load import Config, default_locale
from budgettrack.config.mail import Recipient, is_address
from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base.cycles import Cycle, days_late, is_week, newest, week_of
from budgettrack.core.base.errors import ConfigError, TrackError
from budgettrack.core.base.months import Month, after, month_of
from budgettrack.core.base.sent_journal import reader_hash
from budgettrack.core.records.model import Grant
from budgettrack.core.records.tables import GROUPS
from budgettrack.core.views.funder import figures_reported
from budgettrack.core.views.funder_types import FunderView, Reported
from budgettrack.core.views.hosted import groups_view
from budgettrack.core.views.internal import InternalView, host_view, internal_view
from budgettrack.core.views.public_types import PublicFacts, PublicView
from budgettrack.group import OpenedGroup
from budgettrack.monthly.addresses import NO_ADDRESS, recipients
from budgettrack.register.cycles import all_cycles, deliveries, delivery_to
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.base.document import Attached, Document
from budgettrack.reports.base.render import page
from budgettrack.reports.base.translations import words
from budgettrack.reports.base.wording import page_words
from budgettrack.reports.funder.wanting import told
from budgettrack.reports.funder.write import papers, summary
from budgettrack.reports.mail import letters
from budgettrack.reports.mail.mime import mail
from budgettrack.reports.site import datasets
from budgettrack.reports.site.corrections import PageNeighbours
from budgettrack.reports.site.figures_page import figures
from budgettrack.reports.site.month_page import document as public_page
from budgettrack.reports.site.month_page import figures_file
from budgettrack.reports.site.public_pages import discreet_pages
from budgettrack.reports.site.told_names import ToldNames, told_now

SITE, COPY = "the folder", "the webhook"
"""The names of the public folder and of the webhook in listings. They are recipients, but no
people."""

OPERATOR = "the operator"

CODES = {
    "draft-unexplained": "variance-unexplained",
    "draft-unbudgeted": "spending-unbudgeted",
    "draft-unmapped": "not-mapped",
    "draft-no-rate": "no-rate",
    "draft-not-converted": "no-rate",
    "draft-profile-unknown": "profile-unknown",
}
"""From the code of a finding about a funder's draft to the code that people write into the config
if this finding must stop the mail."""

NO_SERVER = "The config has no section [mail]. Add it, so that mails can be sent."

Way = Literal["mail", "folder", "webhook"]


class Item(Struct, frozen=True):
    """One thing to deliver to one recipient.

    `state`: '' if it can be sent now, `waiting` if months must be closed first, or `held back`.
    `words`: the months to close, or the reason for `held back`. `reasons`: all reasons. `told`:
    the names that may be in the item, if it is public; None for mail to one funder, host or
    group. `reader`: the keyed hash by which the recipient is recognised; '' without the group's
    key, and for the folder."""

    what: str
    recipient: str
    way: Way
    state: Literal["", "waiting", "held back"] = ""
    words: str = ""
    grant: str = ""
    reasons: Sequence[str] = ()
    letter: Callable[[datetime], EmailMessage] | None = None
    told: ToldNames | None = None
    reader: str = ""


def readers_of(config: Config, key: bytes | None) -> dict[str, str]:
    """Returns a mapping from the name of each recipient in the config to its keyed hash. Without a
    key, each hash is ''."""
    sending = config.sending
    readers = {SITE: "", OPERATOR: ""}
    if key is None:
        return {**readers, COPY: "", **{to.name: "" for to in sending.recipients}}
    if sending.webhook is not None:
        readers[COPY] = reader_hash(key, "copy", _spelt_alike(sending.webhook.url))
    named = {to.name: reader_hash(key, _subject(to), to.address) for to in sending.recipients}
    return {**readers, **named}


class Sends:
    """The items that a cycle must deliver, made from the present register."""

    def __init__(self, group: OpenedGroup, cycle: Cycle) -> None:
        self._group, self._cycle = group, cycle
        self._config, self._now, self._today = group.config, group.standing, group.today
        self._is_hosts_week = group.config.host is not None and is_week(cycle.period)
        if self._is_hosts_week:
            self._config = _with_own_recipients(group)
        with group.register.reading() as ask:
            self._cycles, self._deliveries = all_cycles(ask), deliveries(ask)

    def items(self) -> list[Item]:
        """Returns all items of the cycle in the order of the config, also those that cannot be
        sent yet. Each has the hash of its recipient."""
        if self._is_hosts_week:
            items = list(self._about_groups())
        elif is_week(self._cycle.period):
            items = list(self._reminders())
        else:
            items = [*self._public(), *self._for_each()]
            items += self._asks(items)
        return [replace(item, reader=self.reader(item.recipient) or "") for item in items]

    def reader(self, name: str) -> str | None:
        """Returns the keyed hash of the recipient with this name in the config. Returns '' if the
        group's key is missing.

        Returns None if the config does not have the name."""
        return self._readers.get(name)

    @cached_property
    def _readers(self) -> dict[str, str]:
        return readers_of(self._config, self._group.key)

    @cached_property
    def _recipients(self) -> list[Recipient]:
        """Returns the recipients. An address that is in the config twice for the same subject,
        in any spelling, is returned once."""
        once: dict[tuple[str, str, str], Recipient] = {}
        for to in self._config.sending.recipients:
            address = to.address.strip().casefold()
            # Recipients without an address are not the same.
            name = "" if address else to.name
            once.setdefault((_subject(to).casefold(), address, name), to)
        return list(once.values())

    # ---- the month

    @cached_property
    def _pages(self) -> dict[Month, PublicView]:
        return {page.view.month: page.view for page in discreet_pages(self._group)}

    @property
    def _view(self) -> PublicView | None:
        return self._pages.get(self._cycle.period)

    @property
    def _earlier(self) -> PublicFacts | None:
        """Returns the facts on the page before this month's, or None if there is none."""
        before = [month for month in self._pages if month < self._cycle.period]
        return self._pages[max(before)].facts if before else None

    @cached_property
    def _told(self) -> ToldNames:
        return told_now(self._group)

    def _public(self) -> Iterator[Item]:
        """Yields the items for the folder and for the webhook. Both contain only public figures."""
        state, why = self._public_state()
        if self._config.sending.folder is not None:
            yield Item("site", SITE, "folder", state, why, told=self._told)
        if self._config.sending.webhook is not None:
            yield Item("copy", COPY, "webhook", state, why, told=self._told)

    def copy(self) -> bytes:
        """Returns the content for the webhook: the public figures of the month, as JSON."""
        assert self._view is not None
        return dict(datasets.files([self._view], words(self._config.language)))["data.json"]

    def _for_each(self) -> Iterator[Item]:
        for recipient in self._recipients:
            try:
                item = self._report(recipient)
            except TrackError as error:
                if isinstance(error, ConfigError):
                    raise
                item = Item(
                    "report",
                    recipient.name,
                    "mail",
                    "held back",
                    " ".join(error.problems),
                    reasons=error.problems,
                )
            if item is not None:
                yield item

    def _report(self, to: Recipient) -> Item | None:
        if to.audience == "public":
            return self._public_mail(to)
        if to.audience == "funder":
            return self._funder_mail(to)
        month, w = self._cycle.period, words(to.language)
        if to.audience == "host":
            held = host_view(
                self._now.plan,
                self._now.totals,
                month,
                organisation=self._config.organisation,
                host=to.host,
                today=self._today,
                words=sheet_words(to.language),
            )
            return self._mail("report", to.name, to.address, letters.host(held, w, self._sent(to)))
        months = [
            cycle for cycle in self._cycles if not is_week(cycle.period) and cycle.n < self._cycle.n
        ]
        view = self._internal(months[-1].began.date() if months else None, to.language)
        return self._mail(
            "report", to.name, to.address, letters.internal(view, w, self._sent(to, self._sheet()))
        )

    def _public_mail(self, to: Recipient) -> Item | None:
        state, why = self._public_state()
        if state:
            return Item("report", to.name, "mail", state, why, reasons=[why])
        view, w = self._view, words(to.language)
        if view is None:
            return Item("report", to.name, "mail")
        files = []
        if not self._config.site and to.attach:
            around = PageNeighbours(earlier=self._earlier)
            for name, document in (
                (f"{view.month}.html", public_page(view, w, around)),
                (figures_file(view.month), figures(view, w)),
            ):
                alone = letters.alone(document)
                content = page(alone, look_of(self._config), page_words(w, feed=False)).encode()
                files.append(Attached(name, content))
        address = f"{self._config.site}/{view.month}.html" if self._config.site else ""
        document = letters.public(view, self._earlier, w, self._sent(to, address, files))
        item = self._mail("report", to.name, to.address, document, files)
        return replace(item, told=self._told)

    def _funder_mail(self, to: Recipient) -> Item | None:
        """Returns the item with a funder's report for this month, or with the reason why it cannot
        be sent yet.

        Returns None if no reporting period of the grant ends with this month."""
        month = self._cycle.period
        grant = self._grant_of(to)
        if grant is None:
            why = f"There is no grant {to.grant}. Correct the audience of {to.name} in the config."
            return Item("report", to.name, "mail", "held back", why, to.grant, [why])
        if not grant.is_running:
            return None
        view = summary(self._group, grant.id, month, language=to.language)
        # If the reporting period does not end with this month, the funder gets no mail.
        # Example: a funder with a report each quarter gets none in two of three months.
        if month_of(view.period[1]) != month:
            return None
        not_closed = [lack for lack in view.tell if lack.code == "draft-month-not-closed"]
        if not_closed:
            unclosed = " ".join(dict(lack.values)["month"] for lack in not_closed)
            return Item("report", to.name, "mail", "waiting", unclosed, grant.id)
        reasons = self._against(view)
        if reasons:
            return Item("report", to.name, "mail", "held back", reasons[0], grant.id, reasons)
        files = papers(self._config, view, self._final(grant.id, view)) if to.attach else []
        letter = letters.funder(view, words(to.language), self._sent(to, "", files))
        return self._mail("report", to.name, to.address, letter, files)

    def _grant_of(self, to: Recipient) -> Grant | None:
        """Returns the grant about which a funder gets mail. Returns None if there is no such
        grant."""
        for id_, grant in self._now.plan.grants.items():
            if id_.casefold() == to.grant.casefold():
                return grant
        return None

    def _final(self, grant: str, view: FunderView) -> date | None:
        """Returns the date of the grant's final report, if that report has the same figures.

        Returns None otherwise."""
        now = figures_reported(view, self._now.totals, self._today)
        known: Sequence[Reported] = self._group.publications.finals.get(grant, ())
        same = [report for report in known if (report.first, report.last) == (now.first, now.last)]
        if not same or not same[-1].says_the_same_as(now):
            return None
        return same[-1].on

    def _against(self, view: FunderView) -> list[str]:
        """Returns the reasons why a funder's summary cannot be sent, in words for the treasurer."""
        codes = self._config.sending.blocking["funder"]
        language = self._config.language
        of_codes = [finding for finding in self._now.findings if finding.code in codes]
        of_grant = self._records_of(view.grant.id)
        blocking = [finding for finding in of_codes if (finding.table, finding.id) in of_grant]
        lacks = [lack for lack in view.tell if CODES.get(lack.code) in codes]
        return [
            *(finding.line(language, sheet_words(language)) for finding in blocking),
            *(told([lack], words(language), view.names) for lack in lacks),
        ]

    def _records_of(self, grant: str) -> set[tuple[str, str]]:
        """Returns the records that belong to a grant: its row and its budget lines."""
        lines = self._now.plan.lines.values()
        return {("grants", grant), *(("budget", line.id) for line in lines if line.grant == grant)}

    def _public_state(self) -> tuple[Literal["", "held back"], str]:
        """Returns "held back" and the reason if nothing public may be sent. Otherwise returns two
        empty texts."""
        stopped = self._group.stopped
        if stopped is not None:
            return "held back", stopped.words
        return self._blocked(self._config.sending.blocking["public"])

    def _blocked(self, codes: Sequence[str]) -> tuple[Literal["", "held back"], str]:
        """Returns "held back" and the reason if any finding in `codes` is open. Otherwise returns
        two empty texts."""
        for finding in self._now.findings:
            if finding.code in codes:
                language = self._config.language
                return "held back", finding.line(language, sheet_words(language))
        return "", ""

    def _asks(self, items: Sequence[Item]) -> Iterator[Item]:
        """Yields the mails to coordinators: about months that must be closed, and about reports
        that were held back."""
        waiting = [item for item in items if item.state == "waiting"]
        held = [item for item in items if item.state == "held back" and item.way == "mail"]
        for to in self._coordinators():
            if waiting:
                yield self._mail("closing", to.name, to.address, self._closing(to, waiting))
            if held:
                yield self._mail("held back", to.name, to.address, self._held_back(to, held))

    def _closing(self, to: Recipient, waiting: Sequence[Item]) -> Document:
        """Returns the letter that asks to close months, with the grants that wait for it."""
        months = sorted({month for item in waiting for month in item.words.split()})
        grants = sorted({item.grant for item in waiting})
        organisation, w = self._config.organisation, words(to.language)
        sent = replace(self._sent(to, self._sheet()), again=False)
        return letters.closing(organisation, months, grants, w, sent)

    def _held_back(self, to: Recipient, held: Sequence[Item]) -> Document:
        """Returns the letter about reports that were held back, with all reasons."""
        reasons = [(item.grant or item.recipient, item.reasons) for item in held]
        organisation, w = self._config.organisation, words(to.language)
        sent = replace(self._sent(to, self._sheet()), again=False)
        return letters.held_back(organisation, self._cycle.period, reasons, w, sent)

    # ---- the week

    def _reminders(self) -> Iterator[Item]:
        weeks = [cycle for cycle in newest(self._cycles).values() if is_week(cycle.period)]
        ended = [cycle for cycle in weeks if cycle.ended and cycle.n != self._cycle.n]
        last = max(ended, key=lambda cycle: cycle.n, default=None)
        for to in self._coordinators():
            if self._had_the_month(to):
                continue
            view = self._internal(last.began.date() if last else None, to.language)
            document = letters.reminder(view, words(to.language), self._sent(to, self._sheet()))
            if document is not None:
                yield self._mail("reminder", to.name, to.address, document)

    def _about_groups(self) -> Iterator[Item]:
        """Yields the host's mail about all its groups, one for each person of its own."""
        for to in self._coordinators():
            document = self.about_groups(to.language)
            if document is None:
                continue
            if not is_address(to.address) or self._config.sending.mail is None:
                why = NO_SERVER if is_address(to.address) else NO_ADDRESS.format(name=to.name)
                yield Item("reminder", to.name, "mail", "held back", why, reasons=[why])
            else:
                yield self._mail("reminder", to.name, to.address, document)

    def about_groups(self, language: str) -> Document | None:
        """Returns what a host's mail about all its groups says now. Returns None if nothing is to
        be done."""
        view = groups_view(
            self._now.findings,
            self._now.records.get(GROUPS.name, {}),
            self._config.organisation,
            self._today,
        )
        sent = letters.Sent(address=self._sheet())
        return letters.of_groups(view, words(language), sent)

    def _had_the_month(self, to: Recipient) -> bool:
        """Whether the month's report, which contains the reminder, was sent to this recipient in
        this week."""
        of_week = [
            delivery
            for delivery in self._deliveries
            if delivery.state in ("confirmed", "marked")
            and week_of(delivery.at.date()) == self._cycle.period
        ]
        return delivery_to(of_week, "report", to.name, self.reader(to.name) or "") is not None

    def _has_this_month(self, to: Recipient) -> bool:
        """Whether it is certain that an earlier round of this month was sent to this recipient.
        If so, the new mail says that it replaces the earlier one."""
        earlier = {
            cycle.n
            for cycle in self._cycles
            if cycle.period == self._cycle.period and cycle.round < self._cycle.round
        }
        taken = [
            delivery
            for delivery in self._deliveries
            if delivery.cycle in earlier and delivery.state == "confirmed"
        ]
        return delivery_to(taken, "report", to.name, self.reader(to.name) or "") is not None

    # ---- parts

    def _coordinators(self) -> list[Recipient]:
        return [recipient for recipient in self._recipients if recipient.audience == "internal"]

    def _internal(self, since: date | None, language: str) -> InternalView:
        period = self._cycle.period
        findings = self._now.findings
        waits = [dict(finding.values) for finding in findings if finding.code == "summary-waits"]
        return internal_view(
            self._now.plan,
            self._now.totals,
            after(month_of(self._today), -1) if is_week(period) else period,
            organisation=self._config.organisation,
            findings=[finding for finding in findings if finding.code != "summary-waits"],
            since=since,
            today=self._today,
            waiting=sorted({grant for wait in waits for grant in wait["grants"].split(", ")}),
            unfinished=sorted({wait["month"] for wait in waits}),
            words=sheet_words(language),
        )

    def _sheet(self) -> str:
        """Returns the link to the online sheet, or '' if the group has none."""
        online = self._config.google
        return f"https://docs.google.com/spreadsheets/d/{online}" if online else ""

    def _sent(
        self, to: Recipient, address: str = "", files: Sequence[Attached] = ()
    ) -> letters.Sent:
        period, sending = self._cycle.period, self._config.sending
        late = 0 if is_week(period) else days_late(period, self._today, sending.day, sending.grace)
        attached = [file.name for file in files] if to.attach else []
        return letters.Sent(late, self._has_this_month(to), address, attached)

    def _mail(
        self, what: str, name: str, address: str, document: Document, files: Sequence[Attached] = ()
    ) -> Item:
        # If a mail is sent again, it has the same Message-ID, so a mail program shows it once.
        reader = self.reader(name) or name
        key = f"{self._now.mark} {self._cycle.period} {self._cycle.round} {what} {reader}"
        return _mailed(self._config, what, name, address, document, key, files)


def _with_own_recipients(group: OpenedGroup) -> Config:
    """Returns the config of a host with the recipients of its own mail from its tab *Recipients*.

    Their addresses are read now, and stored nowhere. No row is left out: a name that the config has
    too gets a number, and a row without an address is held back."""
    config, sending = group.config, group.config.sending
    book = group.workbook_to_read.read()
    known = {to.name for to in sending.recipients}
    own = []
    for of in recipients(book, default_locale(config, book.locale)).get("", ()):
        name = of["name"]
        numbers = count(2)
        while name in known:
            name = f"{of['name']} {next(numbers)}"
        known.add(name)
        own.append(
            Recipient(name, of["address"], of.get("language") or config.language, "internal")
        )
    return replace(config, sending=replace(sending, recipients=(*sending.recipients, *own)))


def _subject(to: Recipient) -> str:
    """Returns the subject about which a recipient gets mail, such as `public` or `funder:G-1`.
    It does not depend on the language."""
    return ":".join(filter(None, (to.audience, to.grant, to.host)))


def _spelt_alike(url: str) -> str:
    """Returns a web address in a standard spelling, for comparison."""
    return url.rstrip("/")


def failure(config: Config, what: str, problems: Sequence[str], today: date) -> Item:
    """Returns the mail to the operator about a failed run. All failed runs of one day share one
    mail."""
    document = letters.failure(
        config.organisation, what, problems, words(config.language), letters.Sent()
    )
    key = f"{config.organisation} {what} {today}"
    return _mailed(config, f"failure {today}", OPERATOR, config.sending.operator, document, key, ())


def _mailed(
    config: Config,
    what: str,
    name: str,
    address: str,
    document: Document,
    key: str,
    files: Sequence[Attached],
) -> Item:
    server = config.sending.mail
    assert server is not None, "the config says that recipients need a server"

    def letter(made: datetime) -> EmailMessage:
        return mail(
            document,
            look_of(config),
            sender=server.sender,
            to=address,
            reply_to=server.reply_to,
            key=key,
            made=made,
            files=files,
        )

    return Item(what, name, "mail", letter=letter)
