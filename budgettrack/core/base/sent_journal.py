"""The journal of deliveries: a short signed text in the workbook.

With it, a register that was put back, or a copy on another computer, knows what went out meanwhile.
It holds no name and no address, only keyed hashes. For each round of a period:

    2026-10.1:5f3a0c9d11e21+5f3a0c9d22f42?;2026-W45.1:...

Each entry is a hash of 12 digits, how often a run was about to send it, and `+` if the server took
it, `?` if that is not known. A signature ends the text."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LIMIT = 16_000
"""The most characters of a journal. The oldest rounds go first: an online sheet keeps no more than
30,000 characters of hidden text. It is enough for 1,000 deliveries."""

HASH = 12

_ROUND = re.compile(rf"(\d{{4}}-(?:\d\d|W\d\d)\.\d+):((?:[0-9a-f]{{{HASH}}}\d{{1,4}}[+?])*)")
_ENTRY = re.compile(rf"([0-9a-f]{{{HASH}}})(\d{{1,4}})([+?])")


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """The entry of a journal about one delivery.

    `planned`: the number of runs that were about to send it. `taken`: whether the server took it.
    """

    planned: int
    taken: bool


SentJournal = Mapping[str, Mapping[str, JournalEntry]]
"""The deliveries that were sent: by round (`2026-10.1`), then by the hash of the delivery."""


def reader_hash(key: bytes, subject: str, address: str) -> str:
    """Returns the keyed hash that identifies a reader. It is made from the subject of the report
    and the address.

    The case and the spaces around an address do not matter.

    >>> reader_hash(b"k", "public", "a@Example.org") == reader_hash(b"k", "public", "A@example.org")
    True
    """
    return _keyed(key, "reader", subject.casefold(), address.strip().casefold())[:24]


def delivery_hash(key: bytes, round_: str, what: str, reader: str) -> str:
    """Returns the hash of one delivery in the journal. `round_` is such as `2026-10.1`."""
    return _keyed(key, "sent", round_, what, reader)[:HASH]


def read_journal(text: str | None, key: bytes, mark: str) -> SentJournal | None:
    """Reads a journal. `mark` is the mark of the workbook and its register.

    Returns an empty one if there is no text.
    Returns None if the signature is not ours: the text was altered, or it is another group's."""
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
    """Returns the signed text of a journal, at most `LIMIT` characters. The newest round is always
    whole."""
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
    """Returns a journal that also knows the deliveries `more` of a round, which becomes the newest.

    If there are two entries about one delivery, the larger count is kept. The delivery counts as
    taken if one of them says so."""
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
