"""A recording of Google's answers, without anything that identifies a group or a person."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

Exchange = dict[str, Any]
"""One request and its answer, which are one line of a recording."""

SPREADSHEET = "1-a-blank-spreadsheet-of-the-probe-of-budgettrack"
"""The text that replaces the ID of the spreadsheet."""
SOMEBODY = "somebody@example.org"
FIRST_ID = 900_000_001
"""The first number that Google chose is this number in the recording. The second number is the next
one, and so on."""

_MADE_UP = ("metadataId", "protectedRangeId", "sheetId", "tableId")
_EMAIL = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"',;]{1,255}")
_LINK = re.compile(r"\bhttps?://[^\s\"'<>]{1,2000}")
_NUMBER = re.compile(r"\d{9,40}")
_LONG = re.compile(r"[A-Za-z0-9_-]{25,200}")
_WORD = re.compile(r"[^\W\d_]+")
_KEPT_LINKS = ("https://developers.google.com/", "https://support.google.com/")
_USUAL = frozenset(
    _WORD.findall(
        "A An API BadRequest Cannot Cell Column Columns DIV DIVIDE Data Each ErrorInfo Error Field"
        " Filter Function Google Grid Help If In Internal Invalid It JSON Max Must NAME No NUM"
        " Operation Please Range REF Requested Row Rows Sheet Sheets Table That The There This"
        " Unable Unknown VALUE You"
    )
)
"""Words with a capital letter that Google uses in its messages. Any other such word may be a
name."""


class Disguise:
    """Replaces numbers that Google chose, such as those of tabs, and everything that may name a
    group or a person.

    Everything that this program sent itself is kept: `sent` has all texts and numbers of the steps.
    """

    def __init__(self, spreadsheet: str, sent: Iterable[object]) -> None:
        self._spreadsheet = spreadsheet
        self._sent = frozenset(str(value) for value in _leaves(list(sent)))
        self._words = _USUAL | {word for text in self._sent for word in _WORD.findall(text)}
        self._numbers: dict[str, int] = {}

    def answer(self, value: Any, key: str = "") -> Any:
        """Returns an answer, or a part of it under the name `key`, with the replacements."""
        if key == "editors":
            return {"users": [SOMEBODY]} if value else value
        if isinstance(value, Mapping):
            return {name: self.answer(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [self.answer(part, key) for part in value]
        if isinstance(value, bool) or value is None:
            return value
        if key in _MADE_UP and str(value) not in self._sent:
            number = self._numbers.setdefault(str(value), FIRST_ID + len(self._numbers))
            return number if isinstance(value, int) else str(number)
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        """Returns a text of an answer without addresses, project numbers and names."""
        if text in self._sent:
            return text
        text = text.replace(self._spreadsheet, SPREADSHEET)
        text = _EMAIL.sub(SOMEBODY, text)
        text = _LINK.sub(_link, text)
        text = _LONG.sub(self._token, text)
        text = _NUMBER.sub("123456789012", text)
        return _WORD.sub(self._word, text)

    def _token(self, match: re.Match[str]) -> str:
        token = match[0]
        known = token in (SPREADSHEET, "budgettrack") or token in self._sent
        return token if known or token.replace("_", "").isalpha() else "x" * 25

    def _word(self, match: re.Match[str]) -> str:
        word = match[0]
        before, after = match.string[: match.start()], match.string[match.end() :]
        in_a_constant = word.isupper() and (before.endswith("_") or after.startswith("_"))
        plain = word.isascii() and word[0].islower()
        kept = plain or word in self._words or in_a_constant or _is_place(match)
        return word if kept else "X"


def _is_place(match: re.Match[str]) -> bool:
    """Whether a word in capitals is the address of cells such as A1, or the only word, such as
    ROWS."""
    word, text = match[0], match.string
    if word.isascii() and word.isupper():
        follows = text[match.end() : match.end() + 1]
        return follows.isdigit() or text == word
    return False


def _link(match: re.Match[str]) -> str:
    link = match[0]
    ours = link == f"https://docs.google.com/spreadsheets/d/{SPREADSHEET}/edit"
    return link if ours or link.startswith(_KEPT_LINKS) else "https://example.org/"


def _leaves(value: Any) -> Iterator[object]:
    if isinstance(value, Mapping):
        yield from value
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield value


def lines(exchanges: Iterable[Exchange]) -> bytes:
    """Returns the content of a recording's file: one JSON object on each line."""
    return "".join(
        json.dumps(exchange, ensure_ascii=False, sort_keys=True) + "\n" for exchange in exchanges
    ).encode()


def differences(expected: Exchange, exchange: Exchange) -> list[str]:
    """Returns in words where an answer differs from the expected one, one line for each place."""
    if expected["status"] != exchange["status"]:
        return [f"status {exchange['status']}, not {expected['status']}"]
    return list(compared(expected["response_body"], exchange["response_body"]))


def compared(
    expected: Any, got: Any, place: str = "$", skipped: Collection[str] = ()
) -> Iterator[str]:
    """Yields in words where one JSON value differs from another, one line for each place.

    `skipped` has the keys that are not compared, such as times."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in sorted((expected.keys() | got.keys()) - {*skipped}):
            if key not in got:
                yield f"{place}.{key} is missing (expected {_shown(expected[key])})"
            elif key not in expected:
                yield f"{place}.{key} was not expected ({_shown(got[key])})"
            else:
                yield from compared(expected[key], got[key], f"{place}.{key}", skipped)
    elif isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            yield f"{place} has {len(got)} entries, not {len(expected)}"
        for index, (one, other) in enumerate(zip(expected, got, strict=False)):
            yield from compared(one, other, f"{place}[{index}]", skipped)
    elif expected != got or isinstance(expected, bool) != isinstance(got, bool):
        yield f"{place} is {_shown(got)}, not {_shown(expected)}"


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:120]
