"""A real mail server in this process: TLS, login, and what goes wrong with mail; it keeps what it
took."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "books", "correct horse"

Security = Literal["starttls", "tls"]


@dataclass
class Taken:
    """One mail that the server took."""

    to: str
    message: EmailMessage
    raw: bytes


@dataclass
class Behaviour:
    """What the server does wrong; each answers for one address. `""`: nothing."""

    rcpt: Callable[[str], str] = lambda _: ""
    data: Callable[[str], str] = lambda _: ""
    login: bool = True


class MailHost:
    """The server; `taken` is every mail that it took, `asked` every address that it was given,
    `logins` what was offered to it as a user and a password."""

    def __init__(
        self,
        folder: Path,
        security: Security = "starttls",
        *,
        name: str = "127.0.0.1",
        certificate: Callable[[trustme.CA, Path], Path] | None = None,
        limit: int = 33554432,
    ) -> None:
        self.taken: list[Taken] = []
        self.asked: list[str] = []
        self.logins: list[object] = []
        self.does = Behaviour()
        self.security = security
        authority = trustme.CA()
        self.authorities = folder / "authorities.pem"
        authority.cert_pem.write_to_path(self.authorities)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        if certificate is None:
            authority.issue_cert(name).configure_cert(context)
        else:
            context.load_cert_chain(certificate(authority, folder))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        how: dict[str, Any] = {"tls_context": context, "require_starttls": True}
        if security == "tls":
            how = {"ssl_context": context}
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            authenticator=self._login,
            auth_required=True,
            auth_require_tls=security == "starttls",
            data_size_limit=limit,
            **how,
        )

    def __enter__(self) -> MailHost:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    def forget(self) -> None:
        """Become as it was before the first mail, for the next test."""
        self.taken.clear()
        self.asked.clear()
        self.logins.clear()
        self.does = Behaviour()

    def to(self, address: str) -> list[EmailMessage]:
        return [each.message for each in self.taken if each.to == address]

    def _login(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, data: Any
    ) -> AuthResult:
        self.logins.append(data)
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=good and self.does.login, handled=False)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked.append(address)
        answer = self.does.rcpt(address)
        if answer == "cut":
            _cut(server)
        elif answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (to,) = envelope.rcpt_tos
        answer = self.does.data(to)
        if answer in ("", "cut after", "stall"):
            assert isinstance(envelope.content, bytes)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.taken.append(Taken(to, message, envelope.content))
        if answer.startswith("cut"):
            _cut(server)
            return "250 OK"
        if answer == "stall":
            await asyncio.sleep(3)
            return "250 OK"
        return answer or "250 OK"


def _cut(server: SMTP) -> None:
    """The connection breaks, without a word."""
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


@dataclass
class Partners:
    """Recipients of every audience, as a config has them."""

    lines: list[str] = field(default_factory=list)

    def add(self, name: str, audience: str, language: str = "en", **more: str) -> Partners:
        self.lines += [
            "[[recipients]]",
            f'name = "{name}"',
            f'address = "{address(name)}"',
            f'language = "{language}"',
        ]
        self.lines += [
            f'audience = "{audience}"',
            *(f"{key} = {value}" for key, value in more.items()),
        ]
        return self


def address(name: str) -> str:
    return f"{name.replace(' ', '-')}@partners.example.org"


def mail_section(host: MailHost, **more: object) -> str:
    """The config's [mail] for this server."""
    given: dict[str, object] = {
        "host": '"127.0.0.1"',
        "port": host.port,
        "security": f'"{host.security}"',
        "user": f'"{USER}"',
        "sender": '"Harbour Peers <books@harbour.example.org>"',
        "reply_to": '"treasurer@harbour.example.org"',
        "authorities": f'"{host.authorities}"',
        "seconds": 2,
        "pauses": "[]",
    } | more
    return "\n".join(["[mail]", *(f"{key} = {value}" for key, value in given.items())]) + "\n"
