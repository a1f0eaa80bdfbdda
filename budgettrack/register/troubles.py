"""The messages for database errors: the cause, and the remedy.

The module `core/base/progress.py` adds what was changed before the error, and what was not. No
message quotes the URL, or the driver's text about a failed connection, because the URL contains
the password."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.base.errors import RegisterError

MEND = (
    "See what is still undamaged: budgettrack doctor. The register can be made again from the"
    " workbook and the copies beside the register: budgettrack doctor --rebuild"
)
"""The remedy for a damaged register."""

_KEPT_OPEN = (
    "{place} is being written to or kept open by another program. Wait a moment, then try again."
)
_NOT_OPENED = (
    "{place} cannot be opened. Make the file and its folder readable and writable for the user who"
    " runs budgettrack."
)
_DAMAGED = f"{{place}} is damaged. {MEND}"
_ALTERED = f"{{place}} is damaged or was altered by another program. {MEND}"
_NOT_TAKEN = (
    "{place} rejects the data that must be written ({code}). Run budgettrack doctor, and show what"
    " it says to the person who runs the program."
)
_AWAY = (
    "{place} cannot be reached. See that the server runs and that [register] url has its host,"
    " port, user and password, then try again."
)
_STOPPING = (
    "{place} cannot be reached: the server is stopping, starting or being restarted. Try again in a"
    " few minutes."
)
_TOO_MUCH = (
    "{place}: the server has no more memory or connections to give ({code}). Try again in a few"
    " minutes; if this goes on, ask the administrator of the server."
)
_AT_ONCE = "{place} was changed by another run at the same moment. Try again."
_BROKEN_SERVER = (
    "{place}: the server reports a fault of its own ({code}). Ask the administrator of the"
    " server to look into its log, before anything is tried again."
)
_NO_RIGHT = (
    "{place}: this user may not read or write there. Grant it all rights on a schema of its own."
)
_UNKNOWN = (
    "{place}: the server knows no such database, schema or user. Make it, or correct [register]"
    " url."
)
_PASSWORD = (
    "{place}: the server does not accept this user and password. Correct them in [register] url."
)
_UNTRUSTED = (
    "{place}: the server shows a certificate that cannot be trusted, or that of another server."
    " Nothing was read or written, and no password was sent. Correct the host and sslrootcert in"
    " [register] url, or ask whoever keeps the server for a valid certificate."
)
_NO_TLS = (
    "{place}: the server does not speak TLS as [register] url asks. Nothing was read or written,"
    " and no password was sent. Ask whoever keeps the server to switch it on."
)
_NO_AUTHORITY = (
    "{place}: the certificate of its authority is not here. Write the path of that file into"
    " [register] url as sslrootcert, or sslrootcert=system for the authorities of this machine."
)
_LETTERS = (
    "{place} is in a database that cannot store every character. Make a database for it with"
    " ENCODING 'UTF8', and write it into [register] url."
)

_POOLER = (
    "{place}: the server does not know what was asked before ({code}). This happens behind a pooler"
    " that exchanges connections within a session. Connect to the server itself, or ask the"
    " administrator for a pooler that keeps one connection for a whole session."
)
_NO_ERROR = "{place} answered in a way that is not understood ({code}). Try again."

_OF_TLS = {
    "root certificate file": _NO_AUTHORITY,
    "sslrootcert": _NO_AUTHORITY,
    "certificate verify failed": _UNTRUSTED,
    "does not match host name": _UNTRUSTED,
    "does not support SSL": _NO_TLS,
    "SSL error": _NO_TLS,
}
"""The messages for a connection that failed because of TLS, by words in the message of the
library libpq."""

CANNOT_HOLD = "22P05"
"""PostgreSQL's error code for a character that the encoding of the database does not have."""

LOST = "08006"
"""PostgreSQL's error code for a connection that was lost."""

READ_ONLY = "25006"
"""PostgreSQL's error code for a transaction that may only read."""

CODES: Mapping[str, str] = {
    # SQLite's names of errors.
    # An error with a longer name is a kind of the error with the shorter one.
    "SQLITE_BUSY": _KEPT_OPEN,
    "SQLITE_LOCKED": _KEPT_OPEN,
    "SQLITE_PROTOCOL": _KEPT_OPEN,
    "SQLITE_FULL": (
        "{place} cannot grow: the disk is full, or a limit is reached. Make room on it, then try"
        " again."
    ),
    "SQLITE_IOERR": (
        "The disk under {place} could not be read or written. Make sure that it has room and is"
        " well, then try again."
    ),
    "SQLITE_READONLY": (
        "{place} may not be written to. Make the file and its folder writable for the user who"
        " runs budgettrack."
    ),
    "SQLITE_CANTOPEN": _NOT_OPENED,
    "SQLITE_PERM": _NOT_OPENED,
    "SQLITE_AUTH": _NOT_OPENED,
    "SQLITE_NOMEM": (
        "There is no memory left to read {place}. Close other programs, then try again."
    ),
    "SQLITE_NOTADB": (
        f"{{place}} is not a register, or is damaged. If it never was one, change [register] url."
        f" {MEND}"
    ),
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_SCHEMA": _DAMAGED,
    "SQLITE_FORMAT": _DAMAGED,
    "SQLITE": _ALTERED,
    # PostgreSQL's codes. The more exact ones come before their classes (the first two characters).
    "55P03": (
        "{place} is locked by another program, such as a backup or an upgrade of the server. Wait a"
        " moment, then try again."
    ),
    "55006": _KEPT_OPEN,
    "57014": (
        "{place}: the server broke off what took too long, or somebody stopped it there. Try again;"
        " if this goes on, ask the administrator of the server for a longer statement_timeout"
        " for this user."
    ),
    "25P03": (
        "{place}: the server closed the connection because a transaction waited too long. Try"
        " again; if this goes on, ask the administrator of the server for a longer"
        " idle_in_transaction_session_timeout for this user."
    ),
    "25P04": (
        "{place}: the server closed the connection because a transaction took too long. Try again;"
        " if this goes on, ask the administrator of the server for a longer"
        " transaction_timeout for this user."
    ),
    "57P05": (
        "{place}: the server closed the connection because nothing was asked for too long. Try"
        " again; if this goes on, ask the administrator of the server for a longer"
        " idle_session_timeout for this user."
    ),
    "57P04": _UNKNOWN,
    READ_ONLY: "{place} may not be written to. Connect to the main server, not to a copy.",
    "42501": _NO_RIGHT,
    "53100": "The disk of the server under {place} is full. Make room on it, then try again.",
    "58": _BROKEN_SERVER,
    "XX000": _BROKEN_SERVER,
    "XX": _DAMAGED,
    "F0": _BROKEN_SERVER,
    "22021": _LETTERS,
    CANNOT_HOLD: _LETTERS,
    LOST: (
        "The connection to {place} was lost. Try again; if this goes on, ask the administrator of"
        " the server whether it closes connections that stand idle"
        " (idle_in_transaction_session_timeout, idle_session_timeout)."
    ),
    "08": _AWAY,
    "57P": _STOPPING,
    "57": (
        "{place}: somebody who looks after the server stopped what was asked. Try again; if this"
        " goes on, ask the administrator of the server."
    ),
    "28": _PASSWORD,
    "3D": _UNKNOWN,
    "3F": _UNKNOWN,
    "0L": _NO_RIGHT,
    "0P": _NO_RIGHT,
    "2B": _NO_RIGHT,
    "40": _AT_ONCE,
    "72": _AT_ONCE,
    "55": _KEPT_OPEN,
    "53": _TOO_MUCH,
    "54": _TOO_MUCH,
    "25": _AWAY,
    "0B": _POOLER,
    "24": _POOLER,
    "26": _POOLER,
    "2D": _POOLER,
    "34": _POOLER,
    "3B": _POOLER,
    "22": _NOT_TAKEN,
    "23": _ALTERED,
    "42": _ALTERED,
    "44": _ALTERED,
    "0A": _ALTERED,
    # Errors that can come only from triggers, functions, rules and foreign tables of other people.
    "03": _ALTERED,
    "09": _ALTERED,
    "0F": _ALTERED,
    "0Z": _ALTERED,
    "10": _ALTERED,
    "20": _ALTERED,
    "21": _ALTERED,
    "27": _ALTERED,
    "HV": _ALTERED,
    "2F": _ALTERED,
    "38": _ALTERED,
    "39": _ALTERED,
    "P0": _ALTERED,
    # Codes of success and warnings, for which the driver raises no exception.
    "00": _NO_ERROR,
    "01": _NO_ERROR,
    "02": _NO_ERROR,
}
"""The messages by the beginning of the error code. The first one that fits is used."""


def in_words(place: str, code: str, said: str) -> str:
    """Returns the message for a database error.

    `code` is the result of `Driver.code`, `said` is the driver's text."""
    words = CODES.get(code) or next((CODES[start] for start in CODES if code.startswith(start)), "")
    if not code:
        words = _of_a_failed_connection(said)
    if not words:
        words = _BROKEN_SERVER
    return _capital(words.format(place=f"the register {place}", code=code))


def _of_a_failed_connection(said: str) -> str:
    """Returns the message for an error that has no code: the driver could not connect, or the
    connection was cut."""
    for part, words in _OF_TLS.items():
        if part in said:
            return words
    if "password" in said:
        return _PASSWORD
    return _UNKNOWN if "does not exist" in said else _AWAY


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def is_lost(code: str) -> bool:
    """Whether the connection was lost, so that it is not known whether the last statement was
    carried out."""
    return not code or code.startswith(("08", "57P"))


def damaged(place: str) -> RegisterError:
    return RegisterError(
        f"The register {place} is damaged or was altered by another program. {MEND}"
    )


def unusable_url() -> RegisterError:
    return RegisterError(
        "[register] url is not one that can be used. Write sqlite:///register.sqlite, or"
        " postgresql://user:password@host/database with special characters of the password as %40"
        " for @, %2F for /, %3A for :, %25 for %."
    )
