"""Makes an e-mail from a letter: plain text and HTML, attachments, and headers that prevent
automatic replies.

The same letter with the same date gives the same bytes. It follows RFC 5322 (Message-ID, Date),
RFC 2919 (List-Id), RFC 2369 (List-Unsubscribe) and RFC 3834 (Auto-Submitted)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.document import Attached, Document
from budgettrack.reports.base.render import render

KINDS = {
    ".pdf": ("application", "pdf"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".html": ("text", "html"),
}


def mail(
    document: Document, look: Branding, *, sender: str, to: str, reply_to: str, key: str,
    made: datetime,
    files: Sequence[Attached] = (),
) -> EmailMessage:  # fmt: skip
    """Returns the e-mail.

    `key` identifies this letter to this reader, so a second attempt to send it has the same
    Message-ID. `sender` and `reply_to` are addresses with or without a name; `to` is an address
    only. `made` is the date of the letter."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender, document.organisation)
    message["To"] = to
    if reply_to:
        message["Reply-To"] = _address(reply_to, "")
    message["Subject"] = _line(document.title)
    message["Date"] = format_datetime(made)
    message["Message-ID"] = f"<{message_id(key)}@{domain}>"
    message["List-Id"] = f"<reports.{domain}>"
    message["List-Unsubscribe"] = f"<mailto:{parseaddr(reply_to or sender)[1]}?subject=unsubscribe>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    values = {"page": document, "look": look}
    message.set_content(mail_words(document, look), cte="quoted-printable")
    message.add_alternative(render("mail.html", values), subtype="html", cte="quoted-printable")
    for attachment in files:
        kind, sub = KINDS.get(
            attachment.name[attachment.name.rfind(".") :], ("application", "octet-stream")
        )
        message.add_attachment(
            attachment.content, maintype=kind, subtype=sub, filename=attachment.name
        )
    # The header Content-Language is set last.
    # Adding content would move a Content-* header into a part of the mail.
    message["Content-Language"] = document.language
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        # The library would choose random boundaries.
        # With fixed boundaries, the same mail has the same bytes in every run.
        part.set_boundary(f"=_{message_id(key)}_{number}")
    return message


def mail_words(document: Document, look: Branding) -> str:
    """Returns the plain text of a letter."""
    text = render("mail.txt", {"page": document, "look": look})
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def message_id(key: str) -> str:
    """Returns the fixed part of a Message-ID. It is a hash, so it says nothing about the reader."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def digest(message: EmailMessage) -> str:
    """Returns a checksum of sender, reader, subject and content, without the date."""
    whole = hashlib.sha256()
    for name in ("From", "To", "Subject"):
        whole.update(str(message[name]).encode())
    for part in message.walk():
        if not part.is_multipart():
            whole.update(_content(part))
    return whole.hexdigest()


def _content(part: EmailMessage | MIMEPart) -> bytes:
    """Returns the decoded content of a part of a mail, or no bytes if it has none."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _address(text: str, otherwise: str) -> Address:
    """Parses an address. An address without a name gets the name `otherwise`."""
    name, address = parseaddr(text)
    return Address(_line(name or otherwise), addr_spec=address)


def _line(text: str) -> str:
    """Returns a text on one line. A line break in a header could begin another header (header
    injection)."""
    return " ".join(text.split())
