"""Sends mail through a server. No other module uses SMTP.

The result says what is known of each mail. If the connection breaks before the server asks for the
text of the mail (reply 354 to DATA), the mail was certainly not sent. If it breaks after that, the
mail may have been sent. Such a mail is sent again only if a person decides so."""

from __future__ import annotations

import contextlib
import email.generator
import io
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import parseaddr

from msgspec import Struct

from budgettrack.config.mail import MailServer
from budgettrack.core.base.cycles import DeliveryState
from budgettrack.core.base.errors import TrackError
from budgettrack.monthly.delivery.secrets import MAIL_PASSWORD, secret


class MailError(TrackError):
    """The mail server cannot be reached or rejects the login. Nothing was sent."""


class Handed(Struct, frozen=True):
    """The result for one mail: confirmed, refused (for good), deferred (try later) or marked (it
    is not known whether it arrived)."""

    state: DeliveryState
    words: str


class _Asked(smtplib.SMTP):
    """An SMTP connection that records whether the server has asked for the text of a mail (reply
    354)."""

    asked = False

    def getreply(self) -> tuple[int, bytes]:
        code, said = super().getreply()
        self.asked = self.asked or code == 354
        return code, said


class _AskedTLS(_Asked, smtplib.SMTP_SSL):
    """An SMTP connection that begins with TLS. It records whether the server has asked for the text
    of a mail."""


class Post:
    """A connection to the mail server, over which several mails are sent one after the other."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: _Asked | None = None

    def open(self) -> None:
        """Connects to the server, starts TLS and logs in. Sends nothing.

        Raises `MailError` or `ConfigError` if that fails."""
        if self._connection is None:
            self._connection = _connected(self._server)

    def close(self) -> None:
        """Closes the connection. Mails that the server accepted stay accepted."""
        if self._connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._connection.close()
            self._connection = None

    def hand_over(self, message: EmailMessage) -> Handed:
        """Sends one mail and returns its result. The connection must be open.

        Closes the connection if the server cannot take another mail over it."""
        if self._connection is None:
            raise ValueError("the connection to the mail server is not open")
        handed = _handed(self._connection, message)
        if handed.state == "confirmed":
            return handed
        try:
            if handed.state == "marked":
                raise smtplib.SMTPServerDisconnected
            self._connection.rset()
        except (smtplib.SMTPException, OSError):
            self._connection.close()
            self._connection = None
        return handed


@contextmanager
def post(server: MailServer) -> Iterator[Post]:
    """Yields a `Post`, which is closed at the end of the block. The caller opens it."""
    way = Post(server)
    try:
        yield way
    finally:
        way.close()


def _connected(server: MailServer) -> _Asked:
    password = secret(MAIL_PASSWORD, server.password_file) if server.user else ""
    place = f"The mail server {server.host}, port {server.port},"
    try:
        context = ssl.create_default_context(
            cafile=str(server.authorities) if server.authorities else None
        )
    except (OSError, ssl.SSLError):
        raise MailError(
            "The certificates in [mail] authorities cannot be read. Name a file with certificates"
            " in PEM form."
        ) from None
    connection: _Asked | None = None
    try:
        if server.security == "tls":
            connection = _AskedTLS(
                server.host, server.port, timeout=server.seconds, context=context
            )
        else:
            connection = _Asked(server.host, server.port, timeout=server.seconds)
        connection.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            connection.starttls(context=context)
            connection.ehlo()
        if server.user:
            connection.login(server.user, password)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        if connection is not None:
            connection.close()
        raise MailError(f"{place} {_trouble(error)} Nothing was sent.") from None
    return connection


def _trouble(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return (
            f"does not accept this user and password ({error.smtp_code}). Correct user in [mail],"
            f" and the password ({MAIL_PASSWORD}); some providers want a password made for"
            " programs."
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"shows a certificate that cannot be trusted ({error.verify_message}). Check host in"
            " [mail]; for a server of your own, name its certificate in authorities."
        )
    if isinstance(error, ssl.SSLError):
        return (
            'does not speak TLS as asked. Check port and security in [mail] (587 is "starttls", 465'
            ' is "tls").'
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return (
            "offers no TLS or no login there. Check port and security in [mail]; mail is never sent"
            " in the open."
        )
    if isinstance(error, TimeoutError):
        return (
            "did not answer in time. Check host and port in [mail], and whether this machine may"
            " send mail at all."
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return (
            f"answered {error.smtp_code} before any mail. Try again later. If this goes on, ask"
            " the people who run the mail server."
        )
    return "cannot be reached. Check host and port in [mail], and this machine's connection."


def _handed(connection: _Asked, message: EmailMessage) -> Handed:
    text = _bytes(message)
    sender, to = parseaddr(str(message["From"]))[1], parseaddr(str(message["To"]))[1]
    limit = connection.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(text):
        return Handed("refused", _too_large(len(text), int(limit)))
    options = [f"size={len(text)}"] if connection.has_extn("size") else []
    try:
        code, _ = connection.mail(sender, options)
        if code == 250:
            code, _ = connection.rcpt(to)
        if code not in (250, 251):
            return _answered(code)
        connection.asked = False
        code, _ = connection.data(text)
    except smtplib.SMTPDataError as error:
        return _answered(error.smtp_code)
    except (smtplib.SMTPException, OSError):
        if not connection.asked:
            return Handed(
                "deferred",
                "The connection was lost before the mail. Nothing arrived; the next run tries"
                " again.",
            )
        return Handed(
            "marked",
            "The connection was lost while the server took the mail. Ask the reader whether it"
            " arrived; if not: budgettrack deliveries retry.",
        )
    return Handed("confirmed", "") if code == 250 else _answered(code, len(text))


def _answered(code: int, size: int = 0) -> Handed:
    if code == 552 and size:
        return Handed("refused", _too_large(size, 0))
    if 400 <= code < 500:
        return Handed("deferred", f"The server asks to try later ({code}). The next run does.")
    return Handed(
        "refused",
        f"The server refuses it ({code}). Check the address in the config, then send it again:"
        " budgettrack deliveries retry.",
    )


def _too_large(size: int, limit: int) -> str:
    most = f"takes {limit // 1_000_000} MB at most" if limit else "refuses it"
    return (
        f"The mail has {size / 1_000_000:.1f} MB, and the server {most}. Write attach = false at"
        " this recipient, then send it again: budgettrack deliveries retry."
    )


def _bytes(message: EmailMessage) -> bytes:
    out = io.BytesIO()
    email.generator.BytesGenerator(out, policy=message.policy.clone(linesep="\r\n")).flatten(
        message
    )
    return out.getvalue()
