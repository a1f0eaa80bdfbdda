"""Messages for database errors, with a remedy.

Only the URL contains the password, so no message quotes the URL or the driver's text about a
failed connection."""

from __future__ import annotations

from budgettrack.core.base.errors import RegisterError

_CODES = {
    "SQLITE_BUSY": (
        "{place} is being written to or kept open by another program. Wait a moment, then try"
        " again."
    ),
    "SQLITE_LOCKED": (
        "{place} is being written to or kept open by another program. Wait a moment, then try"
        " again."
    ),
    "SQLITE_FULL": (
        "The disk is full; nothing was changed in {place}. Make room on it, then try again."
    ),
    "SQLITE_IOERR": (
        "The disk could not be read or written; nothing was changed in {place}. Make sure that it"
        " has room and is well, then try again."
    ),
    "SQLITE_READONLY": (
        "{place} may not be written to; nothing was changed. Make the file and its folder writable"
        " for the user who runs budgettrack."
    ),
    "SQLITE_CANTOPEN": (
        "{place} cannot be opened. Make the file and its folder readable and writable for the user"
        " who runs budgettrack."
    ),
    "SQLITE_PERM": (
        "{place} cannot be opened. Make the file and its folder readable and writable for the user"
        " who runs budgettrack."
    ),
    "SQLITE_NOTADB": (
        "{place} is not a register, or is damaged. Put back the last copy of it, or change"
        " [register] url."
    ),
    "SQLITE_CORRUPT": "{place} is damaged. Put back the last copy of it.",
    "SQLITE_SCHEMA": "{place} is damaged. Put back the last copy of it.",
    "SQLITE_ERROR": (
        "{place} is damaged or was altered by another program. Put back the last copy of it."
    ),
    "53100": (
        "The disk of the server is full; nothing was changed in {place}. Make room on it, then try"
        " again."
    ),
    "42501": (
        "{place}: this user may not read or write there; nothing was changed. Grant it all rights"
        " on a schema of its own."
    ),
    "25006": (
        "{place} may not be written to; nothing was changed. Connect to the main server, not to a"
        " copy."
    ),
    "42P01": "{place} is damaged or was altered by another program. Put back the last copy of it.",
    "42703": "{place} is damaged or was altered by another program. Put back the last copy of it.",
}


def in_words(place: str, code: str, said: str) -> str:
    """Returns the message for a database error.

    `code` is the result of `Driver.code`, `said` is the driver's text."""
    place = f"The register {place}"
    for start, words in _CODES.items():
        if code.startswith(start):
            return words.format(place=place)
    if not code and "password" in said:
        return (
            f"{place}: the server does not accept this user and password. Correct them in"
            " [register] url."
        )
    if not code and "does not exist" in said:
        return (
            f"{place}: the server knows no such database or user. Make it, or correct [register]"
            " url."
        )
    if not code or code.startswith(("08", "57P")):
        return (
            f"{place} cannot be reached; nothing was changed. See that the server runs and that"
            " [register] url has its host, port, user and password, then try again."
        )
    return (
        f"{place} could not be read or written ({code}); nothing was changed. Put back the last"
        " copy of it, or ask whoever keeps the database."
    )


def unusable_url() -> RegisterError:
    return RegisterError(
        "[register] url is not one that can be used. Write sqlite:///register.sqlite, or"
        " postgresql://user:password@host/database with special characters of the password as %40"
        " for @, %2F for /, %3A for :, %25 for %."
    )
