"""A letter as an e-mail: plain text and HTML of the same document, its files, and headers that keep
it from going round.

The same letter at the same moment gives the same bytes. RFC 5322 (Message-ID, Date), RFC 2919
(List-Id), RFC 2369 (List-Unsubscribe), RFC 3834 (Auto-Submitted)."""

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
    """The mail. `key` tells this letter to this reader from every other: an attempt more has the
    same Message-ID.

    `sender` and `reply_to` are addresses with or without a name, `to` an address alone; `made` is
    the letter's own date."""
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
    text = re.sub(r"\n{3,}", "\n\n", render("mail.txt", values, look.templates)).strip() + "\n"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(
        render("mail.html", values, look.templates), subtype="html", cte="quoted-printable"
    )
    for each in files:
        kind, sub = KINDS.get(each.name[each.name.rfind(".") :], ("application", "octet-stream"))
        message.add_attachment(each.content, maintype=kind, subtype=sub, filename=each.name)
    message["Content-Language"] = (
        document.language
    )  # last: content moves such headers into its parts
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        # Boundaries of the library's own making are another every time.
        part.set_boundary(f"=_{message_id(key)}_{number}")
    return message


def message_id(key: str) -> str:
    """The lasting part of a Message-ID; nothing can be read from it."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def digest(message: EmailMessage) -> str:
    """A digest of everything in a mail but when it was made."""
    whole = hashlib.sha256()
    for name in ("From", "To", "Subject"):
        whole.update(str(message[name]).encode())
    for part in message.walk():
        if not part.is_multipart():
            whole.update(_content(part))
    return whole.hexdigest()


def _content(part: EmailMessage | MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _address(text: str, otherwise: str) -> Address:
    name, address = parseaddr(text)
    return Address(_line(name or otherwise), addr_spec=address)


def _line(text: str) -> str:
    """On one line: a header has no other, and a line break in it could begin another header."""
    return " ".join(text.split())
