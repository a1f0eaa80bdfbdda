"""Errors of the Google API as messages with problem and remedy. No message quotes a secret."""

from __future__ import annotations

import os
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from budgettrack.core.base.errors import WorkbookError


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """An error that Google answered: HTTP status, message, and reason if Google gives one."""

    status: int
    message: str
    reason: str = ""


def no_credentials(path: Path | None, words: str) -> WorkbookError:
    """Returns the error for missing credentials."""
    if path is not None:
        return unreadable_key(path)
    named = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    if named and "not found" in words:
        return WorkbookError(
            f"GOOGLE_APPLICATION_CREDENTIALS names {named}, which does not exist. Correct it, or"
            ' name the key file in the config: credentials = "credentials.json".'
        )
    return WorkbookError(
        "There are no credentials for Google. Name the service account's key file in the config,"
        ' under [workbook]: credentials = "credentials.json", or to init and adopt: --credentials'
        " credentials.json. docs/google.md tells how to get one."
    )


def no_key_file(path: Path, error: OSError) -> WorkbookError:
    """Returns the error for a key file that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return WorkbookError(
            f"The key file {path} does not exist. Put the service account's key there, or correct"
            " credentials in the config."
        )
    return WorkbookError(
        f"The key file {path} cannot be read ({error.strerror}). Make the user that runs this its"
        " owner."
    )


def unreadable_key(path: Path | None) -> WorkbookError:
    """Returns the error for a file that is not a key."""
    named = f"The key file {path}" if path else "The file that GOOGLE_APPLICATION_CREDENTIALS names"
    return WorkbookError(
        f"{named} is not a key that Google made. Download it again (docs/google.md), and leave it"
        " as it is."
    )


def open_key_file(path: Path) -> WorkbookError:
    """Returns the error for a key file that other users may read."""
    return WorkbookError(
        f"The key file {path} may be read by others on this machine, who could then open the sheet."
        f" Run: chmod 600 {path}. If others had it already, make a new key and delete this one."
    )


def not_let_in(words: str) -> WorkbookError:
    """Returns the error for a rejected login. `words` are the library's text.

    The text may quote the request, so it is never shown."""
    if "short-lived token" in words or "iat and exp" in words:
        return WorkbookError(
            "Google refuses the key because this machine's clock is wrong. Set its date and time"
            " (turn on automatic time), then run this again."
        )
    if "account not found" in words or "Account has been deleted" in words:
        return WorkbookError(
            "Google knows no such service account any more: it was deleted or disabled. Make a new"
            " one (docs/google.md) and share the sheet with it."
        )
    if "Invalid JWT Signature" in words:
        return WorkbookError(
            "Google refuses the key: it was deleted or replaced. Make a new key for the service"
            " account (docs/google.md) and put it in the old one's place."
        )
    return WorkbookError(
        "Google does not accept these credentials. Make a new key for the service account"
        " (docs/google.md), or sign in again, and run this again."
    )


def answered(answer: ErrorAnswer, email: str | None) -> WorkbookError:
    """Returns the error for Google's answer, chosen by its HTTP status."""
    status = answer.status
    if status == 429:
        return WorkbookError(
            "Google takes no more requests from this account this minute, and still did not after"
            " several minutes. Let the runs of several groups begin at different times, or ask"
            " Google for a higher quota."
        )
    if status == 401:
        return WorkbookError(
            "Google does not accept the credentials any more: access was withdrawn. Make a new key"
            " (docs/google.md)."
        )
    if status == 404:
        return WorkbookError(
            "There is no such spreadsheet: the link in the config is wrong, or it was deleted. Open"
            " the sheet, and copy its link into the config: google ="
            ' "https://docs.google.com/spreadsheets/d/...".'
        )
    if status == 403:
        return _forbidden(answer, email)
    if status == 413 or "payload size" in answer.message:
        return WorkbookError(
            "Google refuses what is to be written because it is too large. Report this: it should"
            " not happen."
        )
    if status == 400:
        return _refused(answer, email)
    return WorkbookError(
        f"Google cannot do this just now (error {status}). Nothing is lost; run this again in a few"
        " minutes."
    )


def _forbidden(answer: ErrorAnswer, email: str | None) -> WorkbookError:
    if answer.reason == "SERVICE_DISABLED" or "has not been used in project" in answer.message:
        title = "Google Drive API" if "Drive" in answer.message else "Google Sheets API"
        return WorkbookError(
            f"The {title} is not switched on for the project of these credentials. Open"
            " https://console.cloud.google.com/apis/library, choose that project, look for it, and"
            " press Enable."
        )
    if answer.reason == "storageQuotaExceeded":
        return WorkbookError(
            "This service account has no room for files of its own. Make an empty spreadsheet"
            f" yourself, share it with {email or 'the service account'} as Editor, and give its"
            " link: budgettrack init --google LINK"
        )
    if answer.reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
        return WorkbookError(
            "These credentials were given for less than is needed. Sign in again for Google Sheets,"
            " or use a service account's key (docs/google.md)."
        )
    who = email or "the account that runs this"
    return WorkbookError(
        "The sheet is not shared with this program, or only to be viewed. Open it, press Share,"
        f" and add this address as Editor: {who}"
    )


def _refused(answer: ErrorAnswer, email: str | None) -> WorkbookError:
    if "protected cell" in answer.message:
        return WorkbookError(
            "A protected range in the sheet does not let this program write. In Data > Protect"
            f" sheets and ranges, let {email or 'its account'} edit that range, or remove the"
            " protection."
        )
    if "above the limit" in answer.message:
        return WorkbookError(
            "The spreadsheet is full: Google allows ten million cells. Delete empty rows and"
            " columns after the tables, and tabs that nobody needs, then run this again."
        )
    if answer.reason == "invalidSharingRequest":
        return WorkbookError(
            "Google cannot share the sheet with one of these addresses. Correct it, and share by"
            " hand."
        )
    if "maximum of 50000 characters" in answer.message:
        return WorkbookError(
            "A text is too long for a cell of a Google sheet (50,000 characters). Shorten it where"
            " it was written."
        )
    return WorkbookError(
        f"Google refuses this write: {answer.message[:200]} Nothing was changed. Run this again; if"
        " it stays, report it."
    )


def stands_in_the_way(error: Exception) -> bool:
    """Whether a failure lasts until somebody changes a setting, so that a retry is useless."""
    return any(word in repr(error) for word in ("ProxyError", "SSLError", "CERTIFICATE"))


def unreachable(error: Exception, host: str) -> WorkbookError:
    """Returns the error for a host that cannot be reached."""
    words = repr(error)
    if "ProxyError" in words:
        proxy = _proxy()
        return WorkbookError(
            f"The proxy {proxy} does not let this program through to {host}. Correct HTTPS_PROXY,"
            " or ask who runs the proxy."
        )
    if "SSLError" in words or "CERTIFICATE" in words:
        return WorkbookError(
            f"The connection to {host} is not safe: its certificate is not accepted. Something"
            " between here and Google reads along, or this machine's clock or certificates are out"
            " of date. Nothing was sent."
        )
    if "Timeout" in words or "timed out" in words:
        return WorkbookError(
            f"{host} did not answer in time. Nothing is lost: what was already written is seen at"
            " the next run. Run this again in a few minutes."
        )
    return WorkbookError(
        f"{host} cannot be reached. Check the network of this machine, then run this again. Nothing"
        " is lost: what was already written is seen at the next run."
    )


def _proxy() -> str:
    """Returns the proxy's host and port, without the password that its address may contain."""
    proxies = urllib.request.getproxies()
    address = proxies.get("https") or proxies.get("http") or ""
    split = urllib.parse.urlsplit(address)
    return (
        f"{split.hostname}:{split.port}"
        if split.hostname and split.port
        else split.hostname or "of this machine"
    )


def strange_answer() -> WorkbookError:
    """Returns the error for an answer that Google did not send, usually a network's sign-in
    page."""
    return WorkbookError(
        "What came is not Google's answer, but perhaps a sign-in page of the network. Open any page"
        " in a browser on this machine, sign in there if asked, then run this again."
    )


def too_busy() -> WorkbookError:
    """Returns the error for a write that people's changes prevented again and again."""
    return WorkbookError(
        "People kept changing the same cells that this sync writes. Run this again in a few"
        " minutes."
    )


def rows_not_shown(place: str) -> WorkbookError:
    """Returns the error for hidden rows whose contents Google did not send."""
    return WorkbookError(
        f"Google does not show this program the rows {place}, which a filter or somebody hides. So"
        " nothing was read and nothing was written. In that tab, choose Data > Remove filter, or"
        " show the hidden rows, then run this again."
    )


def not_blank() -> WorkbookError:
    """Returns the error for a spreadsheet that should be blank but is not."""
    return WorkbookError(
        "Something stands in that spreadsheet already, and it is left as it is. Give the link of a"
        " blank one, or leave init out and run: budgettrack sync"
    )
