"""The journal of deliveries: a short signed text in the workbook that lists the mails that were
sent.

A register may be restored from an older copy, or run on another computer. In the journal it can
read what was sent in the meantime. The journal has no name and no address, only keyed hashes. For
each round of a period it has one entry for each delivery:

2026-10.1:5f3a0c9d11e21+5f3a0c9d22f42?;2026-W45.1:...

An entry has three parts: a hash of 12 digits, how often a run was about to send the mail, and a
sign. The sign is `+` if the mail server accepted the mail, or `?` if that is not known. A signature
ends the text."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

LIMIT = 16_000
"""The largest length of a journal, in characters. If it would be longer, the oldest rounds are left
out: an online sheet keeps no more than 30,000 characters of hidden text. This length is enough for
1,000 deliveries."""

HASH = 12

_ROUND = re.compile(rf"(\d{{4}}-(?:\d\d|W\d\d)\.\d+):((?:[0-9a-f]{{{HASH}}}\d{{1,4}}[+?])*)")
_ENTRY = re.compile(rf"([0-9a-f]{{{HASH}}})(\d{{1,4}})([+?])")


class JournalEntry(Struct, frozen=True):
    """The entry of the journal for one delivery.

    `planned`: how many runs were about to send it. `taken`: whether the mail server accepted it."""

    planned: int
    taken: bool


SentJournal = Mapping[str, Mapping[str, JournalEntry]]
"""The contents of a journal: a mapping from each round (`2026-10.1`) to a mapping from the hash of
each delivery to its entry."""


def reader_hash(key: bytes, subject: str, address: str) -> str:
    """Returns the keyed hash that identifies a recipient. It is made from the subject of the report
    and the address.

    Capitals and spaces around the address make no difference.

    >>> reader_hash(b"k", "public", "a@Example.org") == reader_hash(b"k", "public", "A@example.org")
    True
    """
    return _keyed(key, "reader", subject.casefold(), address.strip().casefold())[:24]


def delivery_hash(key: bytes, round_: str, what: str, reader: str) -> str:
    """Returns the hash that stands for one delivery in the journal. `round_` is such as
    `2026-10.1`."""
    return _keyed(key, "sent", round_, what, reader)[:HASH]


def read_journal(text: str | None, key: bytes, mark: str) -> SentJournal | None:
    """Reads the text of a journal. `mark` is the number that workbook and register share.

    Returns an empty journal if there is no text. Returns None if the signature is wrong: the
    text was changed, or it belongs to another group."""
    if not text:
        return {}
    body, _, signature = text.rpartition(" ")
    if not hmac.compare_digest(signature.encode(), _signature(body, key, mark).encode()):
        return None
    return {
        round_: {
            name: JournalEntry(int(times), sign == "+")
            for name, times, sign in _ENTRY.findall(sent)
        }
        for round_, sent in _ROUND.findall(body)
    }


def journal_text(journal: SentJournal, key: bytes, mark: str) -> str:
    """Returns the signed text of a journal, at most `LIMIT` characters long. The newest round is
    never shortened."""
    parts = [
        f"{round_}:"
        + "".join(
            f"{name}{sent.planned}{'+' if sent.taken else '?'}" for name, sent in of_round.items()
        )
        for round_, of_round in journal.items()
    ]
    while len(parts) > 1 and sum(map(len, parts)) + len(parts) > LIMIT - 65:
        del parts[0]
    body = ";".join(parts)
    return f"{body} {_signature(body, key, mark)}"


def with_more(journal: SentJournal, round_: str, more: Mapping[str, JournalEntry]) -> SentJournal:
    """Returns a journal to which the deliveries `more` of a round were added. This round becomes
    the newest.

    If there are two entries for one delivery, the larger count is kept. The delivery counts as
    accepted if either entry says so."""
    known = dict(journal.get(round_, {}))
    for name, sent in more.items():
        before = known.get(name, JournalEntry(0, False))
        known[name] = JournalEntry(max(sent.planned, before.planned), sent.taken or before.taken)
    rest = {other: sent for other, sent in journal.items() if other != round_}
    return {**rest, round_: known}


def _signature(body: str, key: bytes, mark: str) -> str:
    return _keyed(key, "journal", mark, body)


def _keyed(key: bytes, *parts: str) -> str:
    return hmac.new(key, _text(parts), hashlib.sha256).hexdigest()


def _text(parts: Iterable[str]) -> bytes:
    return "\0".join(parts).encode()
