"""Reads the settings for sending: recipients, mail server, times, and the findings that hold a
report back.

The group chooses a name for each recipient. The register, the log and every listing use only
this name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from budgettrack.config.reader import ConfigReader
from budgettrack.config.settings import keys
from budgettrack.core.base.catalogue import PLAN

RecipientAudience = Literal["public", "funder", "host", "internal"]

Security = Literal["starttls", "tls", "none"]

PORTS: Mapping[str, int] = {"starttls": 587, "tls": 465, "none": 25}

HERE = ("localhost", "127.0.0.1", "::1")
"""The hosts to which mail may be sent without TLS, because it does not leave the machine."""


class Recipient(Struct, frozen=True):
    """Somebody who receives mail. The audience alone decides what the mail contains.

    `grant`: for a `funder`, the grant that the mail is about. `host`: for a `host`, the name of
    the organisation; the mail is about all grants that it holds. It may be blank if all grants
    have the same holder. `attach`: whether files are attached. If not, the mail has links."""

    name: str
    address: str
    language: str
    audience: RecipientAudience
    grant: str = ""
    host: str = ""
    attach: bool = True


class MailServer(Struct, frozen=True):
    """The mail server (SMTP).

    `sender`, `reply_to`: addresses, with or without a name. `password_file`: the file with the
    password. `authorities`: the file of the certificates that are trusted. `seconds`: how long
    each answer may take. `pauses`: the seconds before each new try, if the server defers a mail."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password_file: Path | None = None
    reply_to: str = ""
    authorities: Path | None = None
    seconds: int = 30
    pauses: tuple[int, ...] = (60, 300)


class Webhook(Struct, frozen=True):
    """An address that gets a signed copy of the month's public figures."""

    url: str
    secret_file: Path | None = None


class Sending(Struct, frozen=True):
    """The settings for the monthly run and its mail.

    `day`: the day of the month from which the report of the last month is due. `grace`: after
    how many days a report that is due counts as late. `hour`: when `schedule` starts a run, in
    the group's time zone. `catch_up`: for how many past months missed reports are still made.
    `blocking`: for each audience, the codes of the findings that hold a report back. `operator`:
    the mail address that is told about failures. `health`: a file for a monitoring service,
    which each run writes. `ping`: an address of a monitoring service, which each run calls."""

    recipients: tuple[Recipient, ...] = ()
    mail: MailServer | None = None
    folder: Path | None = None
    webhook: Webhook | None = None
    day: int = 1
    hour: str = "06:00"
    catch_up: int = 3
    grace: int = 7
    blocking: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"public": (), "funder": ("variance-unexplained",)}
    )
    operator: str = ""
    health: Path | None = None
    ping: str = ""


_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[\w-]+\.)*[\w-]+", re.ASCII)


def is_address(text: str) -> bool:
    """Tell whether the text is one mail address, without a name."""
    return bool(_ADDRESS.fullmatch(text))


def sending(of: ConfigReader, folder: Path, language: str) -> Sending:
    """Read the sections [mail], [monthly], [deliver] and [[recipients]]. Every mistake is added
    to `of`."""
    return _Sections(of, folder, language).all()


class _Sections:
    def __init__(self, of: ConfigReader, folder: Path, language: str) -> None:
        self._of, self._folder, self._language = of, folder, language

    def all(self) -> Sending:
        mail = self._mail()
        recipients = self._recipients()
        monthly = self._of.section("monthly", keys("monthly"))
        deliver = self._of.section("deliver", keys("deliver"))
        operator = self._address("monthly", monthly, "operator", named=False)
        if mail is None and (recipients or operator):
            self._of.wrong("mail", "host", "config-mail-missing")
        day = self._of.whole("monthly", monthly, "day", 1, 1)
        if day > 28:
            self._of.wrong("monthly", "day", "config-day-not-usable")
        hour = self._of.text("monthly", monthly, "hour", "06:00")
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", hour):
            self._of.wrong("monthly", "hour", "config-hour-not-usable", value=hour)
        health = self._of.text("monthly", monthly, "health", "")
        return Sending(
            recipients=recipients,
            mail=mail,
            folder=self._path("deliver", deliver, "folder"),
            webhook=self._webhook(deliver),
            day=day,
            hour=hour,
            catch_up=self._of.whole("monthly", monthly, "catch_up", 3, 1),
            grace=self._of.whole("monthly", monthly, "grace", 7, 0),
            blocking=self._blocking(monthly),
            operator=operator,
            health=self._folder / health if health else None,
            ping=self._url("monthly", monthly, "ping"),
        )

    def _mail(self) -> MailServer | None:
        """Return the mail server of [mail].

        Returns None if there is no such section."""
        # Somebody may have typed the password into the config. The error then says where to put it.
        given = self._of.section("mail", (*keys("mail"), "password"))
        if "password" in given:
            self._of.wrong("mail", "password", "config-password-in-file")
        if not given:
            return None
        host = self._of.text("mail", given, "host", "")
        security = self._of.text("mail", given, "security", "starttls")
        if security not in PORTS:
            self._of.wrong("mail", "security", "config-mail-security-unknown", value=security)
            security = "starttls"
        # Without TLS, the password and the names of funders would be sent as plain text.
        if security == "none" and host not in HERE:
            self._of.wrong("mail", "security", "config-mail-in-the-clear")
        if not host:
            self._of.wrong("mail", "host", "config-mail-host-missing")
        if not given.get("sender"):
            self._of.wrong("mail", "sender", "config-mail-sender-missing")
        return MailServer(
            host=host,
            port=self._of.whole("mail", given, "port", PORTS[security], 1),
            security=security,  # type: ignore[arg-type]  # checked above
            sender=self._address("mail", given, "sender", named=True),
            user=self._of.text("mail", given, "user", ""),
            password_file=self._path("mail", given, "password_file"),
            reply_to=self._address("mail", given, "reply_to", named=True),
            authorities=self._path("mail", given, "authorities"),
            seconds=self._of.whole("mail", given, "seconds", 30, 1),
            pauses=self._pauses(given),
        )

    def _pauses(self, given: Mapping[str, Any]) -> tuple[int, ...]:
        pauses = given.get("pauses", [60, 300])
        if isinstance(pauses, list) and all(
            type(pause) is int and 0 <= pause <= 3600 for pause in pauses
        ):
            return tuple(pauses)
        self._of.wrong("mail", "pauses", "config-pauses-not-usable")
        return ()

    def _webhook(self, given: Mapping[str, Any]) -> Webhook | None:
        """Return the webhook of [deliver].

        Returns None if none is given."""
        url = self._url("deliver", given, "webhook")
        secret = self._path("deliver", given, "secret_file")
        return Webhook(url, secret) if url else None

    def _recipients(self) -> tuple[Recipient, ...]:
        recipients: list[Recipient] = []
        for number, given in enumerate(self._of.sections("recipients", keys("recipients")), 1):
            section = f"recipients.{number}"
            taken = {earlier.name.casefold() for earlier in recipients}
            name, shown = self._name(section, number, given, taken)
            if not given.get("address"):
                self._of.wrong(section, "address", "config-recipient-without-address", name=shown)
            language = self._of.text(section, given, "language", self._language)
            self._of.language(section, "language", language)
            audience, whom = self._audience(section, given, shown)
            recipients.append(
                Recipient(
                    name=name,
                    address=self._address(section, given, "address", named=False),
                    language=language,
                    audience=audience,
                    grant=whom if audience == "funder" else "",
                    host=whom if audience == "host" else "",
                    attach=self._of.truth(section, given, "attach", True),
                )
            )
        return tuple(recipients)

    def _name(
        self, section: str, number: int, given: Mapping[str, Any], taken: Set[str]
    ) -> tuple[str, str]:
        """Returns the name of a recipient, and the form of it that others may see in a finding."""
        name = self._of.text(section, given, "name", "") or f"recipient {number}"
        # Other people see findings, so a name that is a mail address is never repeated in one.
        shown = f"recipient {number}" if is_address(name) else name
        if not given.get("name"):
            self._of.wrong(section, "name", "config-recipient-without-name")
        if name.casefold() in taken:
            self._of.wrong(section, "name", "config-recipient-twice", name=shown)
        if is_address(name):
            self._of.wrong(section, "name", "config-recipient-name-is-address")
        return name, shown

    def _audience(
        self, section: str, given: Mapping[str, Any], shown: str
    ) -> tuple[RecipientAudience, str]:
        """Returns an audience, and the grant or host that its mail is about."""
        audience, _, whom = self._of.text(section, given, "audience", "").partition(":")
        whom = whom.strip()
        match audience:
            case "public" | "host" | "internal":
                return audience, whom
            case "funder" if whom:
                return audience, whom
        self._of.wrong(section, "audience", "config-recipient-audience-missing", name=shown)
        return "public", ""

    def _blocking(self, given: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
        usual = dict(Sending().blocking)
        named = given.get("blocking", {})
        if not isinstance(named, dict):
            self._of.wrong("monthly", "blocking", "config-blocking-not-usable")
            return usual
        for audience, codes in named.items():
            if audience not in usual or not isinstance(codes, list):
                self._of.wrong(
                    "monthly", "blocking", "config-blocking-audience-unknown", value=audience
                )
                continue
            for code in codes:
                if code not in PLAN:
                    self._of.wrong("monthly", "blocking", "config-finding-unknown", value=code)
            usual[audience] = tuple(code for code in codes if code in PLAN)
        return usual

    def _address(self, section: str, given: Mapping[str, Any], key: str, *, named: bool) -> str:
        text = self._of.text(section, given, key, "")
        alone = text
        if named and (match := re.fullmatch(r"([^<>\r\n]*)<([^<>]+)>", text)):
            alone = match[2].strip()
        if text and not is_address(alone):
            self._of.wrong(section, key, "config-not-a-mail-address")
            return ""
        return text

    def _url(self, section: str, given: Mapping[str, Any], key: str) -> str:
        url = self._of.text(section, given, key, "")
        if url and not re.fullmatch(
            r"https://[^\s/]+\S*|http://(localhost|127\.0\.0\.1)(:\d+)?(/\S*)?", url
        ):
            self._of.wrong(section, key, "config-not-an-address")
        return url

    def _path(self, section: str, given: Mapping[str, Any], key: str) -> Path | None:
        """Return the path in a setting, starting from the folder of the config.

        Returns None if the setting is missing."""
        name = self._of.text(section, given, key, "")
        return self._folder / Path(name).expanduser() if name else None
