"""Writes the output of the program, so that a problem with printing never stops a command.

A terminal may not have some characters (cp1252 has no arrow), the reader may stop reading (`|
head`), a disk may be full, or there may be no output at all (`>&-`). When a command prints, it
has often done its work already."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from typing import TextIO

LIKE = {
    "→": "->", "←": "<-", "━": "=", "·": ".", "│": "|", "╂": "+", "…": "...", "–": "-", "—": "-",
    "‘": "'", "’": "'", "“": '"', "”": '"', "•": "*", "×": "x", "≤": "<=", "≥": ">=",
    "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{MINUS SIGN}": "-",
}  # fmt: skip
"""The replacements for characters that an encoding does not have. Any other character is
replaced by a question mark."""

HANDLER = "budgettrack"
"""The name of the error handler `_in_other_signs` for Python's encodings."""


def _in_other_signs(error: UnicodeError) -> tuple[str, int]:
    """Replaces the characters that an encoding does not have.

    Raises the error if it is not about encoding."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(LIKE.get(sign, "?") for sign in signs), error.end


codecs.register_error(HANDLER, _in_other_signs)


class Output(io.TextIOWrapper):
    """An output to which writing never fails. If something goes wrong, the reason is kept in
    `failed`.

    `is_ascii`: whether only ASCII is written. Even then, the stream itself is in UTF-8: the library
    click believes that ASCII is a mistake of the system."""

    failed: OSError | None = None
    is_ascii = False

    def write(self, text: str) -> int:
        if self.is_ascii:
            text = text.encode("ascii", HANDLER).decode("ascii")
        try:
            return super().write(text)
        except OSError as error:
            self._give_up(error)
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            self._give_up(error)
        except ValueError:  # The stream is closed now. Python will flush it once more at the end.
            pass

    def _give_up(self, error: OSError) -> None:
        """Discards everything that is written from now on, and everything that was not written
        out yet."""
        self.failed = error
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def prepare() -> None:
    """Prepares the standard streams, so that no character makes a command fail: a character that
    an encoding does not have is replaced."""
    _fill_closed()
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115 - until the end
    out, err = _safe(sys.stdout, sys.__stdout__, 1), _safe(sys.stderr, sys.__stderr__, 2)
    # click asks the first stream for the width of the terminal.
    # (mypy believes that this stream is constant.)
    if isinstance(out, Output):
        sys.__stdout__ = out  # type: ignore[misc]
    if isinstance(err, Output):
        sys.__stderr__ = err  # type: ignore[misc]
    sys.stdout, sys.stderr = out, err


def _fill_closed() -> None:
    """Opens the standard file numbers that are closed. Otherwise the next file that is opened,
    such as the register, would get such a number, and what a library prints would be written
    into it."""
    while True:
        number = os.open(os.devnull, os.O_RDWR)
        if number > 2:
            os.close(number)
            return


def _safe(stream: TextIO | None, own: TextIO | None, number: int) -> TextIO:
    if stream is None:
        return Output(open(number, "wb", closefd=False), encoding="utf-8", errors=HANDLER)
    if isinstance(stream, Output) or not isinstance(stream, io.TextIOWrapper):
        return stream
    if stream is not own:
        stream.reconfigure(errors=HANDLER)
        return stream
    is_ascii = codecs.lookup(stream.encoding).name == "ascii"
    encoding = "latin-1" if is_ascii else stream.encoding
    lines = stream.line_buffering
    output = Output(stream.detach(), encoding=encoding, errors=HANDLER, line_buffering=lines)
    output.is_ascii = is_ascii
    return output


def has_all_signs(stream: TextIO) -> bool:
    """Tell whether the encoding of an output has every character, as UTF-8 has."""
    try:
        return codecs.lookup(stream.encoding or "utf-8").name.startswith("utf")
    except LookupError:
        return False


def lost() -> str:
    """Return why the results could not be printed. Returns "" if they were printed, or if the
    reader stopped reading, as `head` does."""
    stream = sys.stdout
    if not isinstance(stream, Output):
        return ""
    stream.flush()
    error = stream.failed
    if error is None or error.errno == errno.EPIPE:
        return ""
    return error.strerror or str(error.errno)


def is_on_terminal() -> bool:
    """Tell whether the input and the output are a terminal, so that a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def colour() -> bool | None:
    """Decide whether to print colours.

    Returns False with NO_COLOR (https://no-color.org) or on a terminal without colours. Returns
    None otherwise: click then prints colours on a terminal only."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None
