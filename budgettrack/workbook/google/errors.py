"""The errors of the Google API as messages with a problem and a remedy. No message quotes a
secret."""

from __future__ import annotations

import os
import urllib.parse
import urllib.request
from pathlib import Path

from msgspec import Struct

from budgettrack.core.base.errors import WorkbookError
from budgettrack.workbook.google.write import HIDDEN


class ErrorAnswer(Struct, frozen=True):
    """An error that Google answered: the HTTP status, the message, and the reason if Google gives
    one.

    `making`: whether the request was to create a spreadsheet. `place`: the cells that the
    request was to write. `own_only`: whether this program may see only the sheets that it
    created."""

    status: int
    message: str
    reason: str = ""
    making: bool = False
    place: str = ""
    own_only: bool = False


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


def client_not_key(path: Path) -> WorkbookError:
    """Returns the error for an OAuth client's file in the place of credentials."""
    return WorkbookError(
        f"{path} is the file of a client, which opens nothing by itself. Sign in with it:"
        f" budgettrack login --client {path}. Then name in the config what login makes:"
        ' credentials = "google-sign-in.json".'
    )


def open_key_file(path: Path) -> WorkbookError:
    """Returns the error for a key file that other users may read."""
    return WorkbookError(
        f"The key file {path} may be read by others on this machine, who could then open the sheet."
        f" Run: chmod 600 {path}. If others had it already, make a new key and delete this one."
    )


def not_exchanged() -> WorkbookError:
    """Returns the error for a token of another provider (a workload or workforce identity) that
    Google does not accept."""
    return WorkbookError(
        "Google does not accept the identity of this machine: it refuses the token of the other"
        " provider. Compare audience and credential_source in the credentials file with the pool's"
        " settings at Google, then run this again."
    )


def not_let_in(words: str) -> WorkbookError:
    """Returns the error for a rejected login. `words` is the message of the library. The message
    may quote the request, so it is never shown."""
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
    if "expired or revoked" in words or "rapt" in words:
        return WorkbookError(
            "This sign-in has ended: somebody withdrew it or changed the password, or its client is"
            " still in testing at Google, which ends a sign-in after seven days. Sign in again:"
            " budgettrack login"
        )
    if "invalid_client" in words or "deleted_client" in words or "unauthorized_client" in words:
        return WorkbookError(
            "Google knows the client of this sign-in no more: whoever made it deleted it. Ask your"
            " host for its new file, then run: budgettrack login --client client.json"
        )
    if "invalid_scope" in words:
        return WorkbookError(
            "This sign-in was given for less than is needed. Sign in again: budgettrack login"
            " --existing"
        )
    if "getAccessToken" in words:
        return WorkbookError(
            "These credentials may not act as the service account that their file names. Ask"
            " whoever administers its project to give them, at that account, the role Service"
            " Account Token Creator (a workload identity: Workload Identity User), then run this"
            " again."
        )
    return WorkbookError(
        "Google does not accept these credentials. Make a new key for the service account"
        " (docs/google.md), or sign in again, and run this again."
    )


def not_kept(path: Path, error: Exception) -> WorkbookError:
    """Returns the error for a renewed sign-in that could not be written."""
    why = error.strerror if isinstance(error, OSError) else "it is no sign-in any more"
    return WorkbookError(
        f"Google renewed the sign-in in {path}, and the new one could not be written there ({why})."
        " Let this program write the file, then sign in again: budgettrack login"
    )


def no_client_file(path: Path, error: OSError) -> WorkbookError:
    """Returns the error for a client file that cannot be opened."""
    return WorkbookError(
        f"The client file {path} cannot be read ({error.strerror}). Give its right place:"
        " budgettrack login --client FILE"
    )


def not_a_client(path: Path) -> WorkbookError:
    """Returns the error for a file that is not an OAuth client of the right kind."""
    return WorkbookError(
        f"{path} is not the file of a client of the kind Desktop app. Whoever administers the"
        " project at Google makes one: APIs & Services, Credentials, Create credentials, OAuth"
        " client ID, Desktop app, Download JSON."
    )


def no_browser() -> WorkbookError:
    """Returns the error for a machine without a browser."""
    return WorkbookError(
        "This machine has no browser. Sign in with that of another one: budgettrack login"
        " --no-browser"
    )


def nobody_came() -> WorkbookError:
    """Returns the error for a sign-in for which the person did nothing in the browser."""
    return WorkbookError(
        "Nobody signed in within five minutes. Nothing was kept. Run this again, or with the"
        " browser of another machine: budgettrack login --no-browser"
    )


def not_agreed() -> WorkbookError:
    """Returns the error for a person who refused the permissions, or some of them."""
    return WorkbookError(
        "Google was not given the right to let this program in. Nothing was kept. Run this again,"
        " tick the box on Google's page, and press Continue."
    )


def not_signed_in(code: str) -> WorkbookError:
    """Returns the error for a sign-in that Google refuses. `code` is the error code in the
    browser's address."""
    if code in ("mismatching_state", "missing_code"):
        return WorkbookError(
            "That is not the address at which the browser ended after this question. Run this"
            " again, and copy the whole address from the browser's line: it has the word code."
        )
    return WorkbookError(
        f"Google did not let you sign in ({code}). Run this again; the address that was shown works"
        " once and for a few minutes. If it stays, ask your host for a new client file."
    )


def no_folder(email: str | None) -> WorkbookError:
    """Returns the error for a folder that does not exist, or that this account cannot see."""
    return WorkbookError(
        "There is no such folder for this program. Open it, copy its link from the browser, and"
        f" share it with {email or 'the account that runs this'} as Editor, or in a shared drive as"
        " Content manager."
    )


def no_folder_of_others() -> WorkbookError:
    """Returns the error for a folder that cannot be reached with the sign-in of a person."""
    return WorkbookError(
        "A sign-in reaches no folder that this program did not make. Leave --folder out, then move"
        " the sheet in the browser: it keeps its link, and the program goes on working in it."
    )


def no_refresh_token() -> WorkbookError:
    """Returns the error for a sign-in that would end within the hour."""
    return WorkbookError(
        "Google gave a sign-in for one hour only. End the one before at"
        " https://myaccount.google.com/connections, then run this again."
    )


def answered(answer: ErrorAnswer, email: str | None) -> WorkbookError:
    """Returns the error for an error answer of Google: that of the first entry in `REFUSALS`
    that fits."""
    for refusal in REFUSALS:
        if refusal.knows(answer):
            words = {
                "who": email or "the account that runs this",
                "place": answer.place or "a cell",
                "status": answer.status,
                "message": answer.message[:200],
                "api": "Google Drive API" if "Drive" in answer.message else "Google Sheets API",
            }
            return WorkbookError(refusal.words.format(**words))
    raise AssertionError("the last refusal knows every answer")


class Refusal(Struct, frozen=True):
    """One kind of refusal: how its answer is recognised, and the problem and the remedy that people
    are told.

    `statuses`: the answer has one of these HTTP statuses. If blank, any status. `signs`: one of
    these texts is the reason in the answer or is part of its message. If blank, any answer.
    `making`: the refusal also fits every answer to a request that creates a spreadsheet.
    `own_only`: the refusal fits only if this program sees no sheets except its own."""

    words: str
    statuses: tuple[int, ...] = ()
    signs: tuple[str, ...] = ()
    making: bool = False
    own_only: bool = False

    def knows(self, answer: ErrorAnswer) -> bool:
        """Whether an answer is of this kind of refusal."""
        if self.statuses and answer.status not in self.statuses:
            return False
        if self.own_only and not answer.own_only:
            return False
        if not self.signs or (self.making and answer.making):
            return True
        return any(sign == answer.reason or sign in answer.message for sign in self.signs)


REFUSALS = (
    Refusal(
        "Google takes no more requests from this account this minute, and still did not after"
        " several minutes. Let the runs of several groups begin at different times, or ask"
        " Google for a higher quota.",
        (429,),
    ),
    Refusal(
        "Google does not accept the credentials any more: access was withdrawn. Make a new key"
        " (docs/google.md).",
        (401,),
    ),
    Refusal(
        "This sign-in reaches only the sheets that this program made, and the one in the config is"
        " none of them, or it was deleted. To use a sheet that is there already, sign in for it:"
        " budgettrack login --existing",
        (404,),
        own_only=True,
    ),
    Refusal(
        "There is no such spreadsheet: the link in the config is wrong, or it was deleted. Open"
        " the sheet, and copy its link into the config: google ="
        ' "https://docs.google.com/spreadsheets/d/...". If it lies in the trash, its owner can'
        " restore it there.",
        (404,),
    ),
    Refusal(
        "That link leads to an Excel file that lies in Drive (Office mode), and Google lets no"
        " program work in it. Open it, choose File > Save as Google Sheets, share the new sheet"
        " with {who}, and put the new sheet's link into the config.",
        (400,),
        ("This operation is not supported for this document",),
    ),
    Refusal(
        "The {api} is not switched on for the project of these credentials. Open"
        " https://console.cloud.google.com/apis/library, choose that project, look for it, and"
        " press Enable.",
        (403,),
        ("SERVICE_DISABLED", "has not been used in project"),
    ),
    Refusal(
        "These credentials count their requests on a project that this account may not use. Let"
        " the project's owner give the account the role Service Usage Consumer, or leave the"
        " project out: gcloud auth application-default login, without a quota project.",
        (403,),
        ("serviceusage.serviceUsageConsumer", "USER_PROJECT_DENIED"),
    ),
    Refusal(
        "These credentials were given for less than is needed. Sign in again for Google Sheets,"
        " or use a service account's key (docs/google.md).",
        (403,),
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficient authentication scopes"),
    ),
    Refusal(
        "The sheet is locked: its owner has restricted editing. Ask the owner to unlock it"
        " (File > Unlock), then run this again.",
        (403,),
        ("file is locked", "has restricted editing"),
    ),
    Refusal(
        "This account may not make files in that folder. Let its owner share the folder with {who}"
        " as Editor, or in a shared drive as Content manager.",
        (403,),
        ("insufficientFilePermissions", "insufficientParentPermissions", "teamDriveFile"),
    ),
    Refusal(
        "This account has no room for files of its own, as service accounts made since 2025. Make"
        " an empty spreadsheet yourself, share it with {who} as Editor, and give its link:"
        " budgettrack init --google LINK",
        (403,),
        ("storageQuotaExceeded", "storage quota has been exceeded"),
        making=True,
    ),
    Refusal(
        "The sheet is not shared with this program, or only to be viewed. If it was shared before,"
        " its owner may have moved it to another account or folder, which ends the sharing. Open"
        " it, press Share, and add this address as Editor: {who}",
        (403,),
    ),
    Refusal(
        "Google refuses what is to be written because it is too large. Report this: it should"
        " not happen.",
        (),
        ("payload size",),
    ),
    Refusal(
        "Google refuses what is to be written because it is too large. Report this: it should"
        " not happen.",
        (413,),
    ),
    Refusal(
        "A protected range in the sheet does not let this program write {place}. In Data > Protect"
        " sheets and ranges, let {who} edit that range, or remove the protection.",
        (400,),
        ("protected cell",),
    ),
    Refusal(
        "A Table of Google Sheets does not take what is to be written into {place}: that is in the"
        " Table's headings, or its column has another type. Set that column's type to None (the"
        " arrow beside its heading > Edit column type), or convert the Table to plain cells.",
        (400,),
        ("not allowed in a table",),
    ),
    Refusal(
        "The spreadsheet has 200 tabs, and Google allows no more. Delete tabs that nobody needs,"
        " then run this again.",
        (400,),
        ("above the limit of 200 sheets",),
    ),
    Refusal(
        "The spreadsheet is full: Google allows ten million cells. Delete empty rows and"
        " columns after the tables, and tabs that nobody needs, then run this again.",
        (400,),
        ("above the limit",),
    ),
    Refusal(
        "Every tab that this program did not make is hidden, and Google wants one that is shown."
        " Show one of them (View > Hidden sheets), then run this again.",
        (400,),
        ("hide all the sheets", "remove all the visible sheets"),
    ),
    Refusal(
        "Google cannot share the sheet with one of these addresses. Correct it, and share by hand.",
        (400,),
        ("invalidSharingRequest",),
    ),
    Refusal(
        "A text is too long for a cell of a Google sheet (50,000 characters). Shorten it where"
        " it was written.",
        (400,),
        ("maximum of 50000 characters",),
    ),
    Refusal(
        "Google refuses this write: {message} Nothing was changed. Run this again; if it stays,"
        " report it.",
        (400,),
    ),
    Refusal(
        "Google cannot do this just now (error {status}). Nothing is lost; run this again in a few"
        " minutes."
    ),
)
"""The refusals of Google, in the order in which they are tried. The last one fits every answer."""


_NO_ADDRESS = ("MissingSchema", "InvalidSchema", "InvalidURL", "LocationParseError")
_IN_THE_WAY = ("ProxyError", "SSLError", "CERTIFICATE", *_NO_ADDRESS)


def stands_in_the_way(error: Exception) -> bool:
    """Whether a failure lasts until somebody changes a setting, so that trying again is useless."""
    return any(word in repr(error) for word in _IN_THE_WAY)


def unreachable(error: Exception, host: str) -> WorkbookError:
    """Returns the error for a host that cannot be reached."""
    words = repr(error)
    if any(word in words for word in _NO_ADDRESS):
        return WorkbookError(
            "An address in the credentials file is no address. Download the file again"
            " (docs/google.md), and leave it as it is."
        )
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
    """Returns the host and port of the proxy, without the password that its address may contain."""
    proxies = urllib.request.getproxies()
    address = proxies.get("https") or proxies.get("http") or ""
    split = urllib.parse.urlsplit(address)
    return (
        f"{split.hostname}:{split.port}"
        if split.hostname and split.port
        else split.hostname or "of this machine"
    )


def strange_answer() -> WorkbookError:
    """Returns the error for an answer that did not come from Google. It is usually the sign-in
    page of a network."""
    return WorkbookError(
        "What came is not Google's answer, but perhaps a sign-in page of the network. Open any page"
        " in a browser on this machine, sign in there if asked, then run this again."
    )


def too_busy() -> WorkbookError:
    """Returns the error for a write that failed again and again because people kept changing the
    sheet."""
    return WorkbookError(
        "People kept changing the same cells that this sync writes. Run this again in a few"
        " minutes."
    )


def too_busy_to_repair() -> WorkbookError:
    """Returns the error for a repair that failed again and again because people kept changing the
    sheet."""
    return WorkbookError(
        "People kept changing the same cells that this sync writes. Some of their entries are not"
        f" back in their cells yet. They stand in the hidden tabs named {HIDDEN}: leave these tabs"
        " there. Run this again in a few minutes, and it puts them back."
    )


def rows_not_shown(place: str) -> WorkbookError:
    """Returns the error for hidden rows, if Google did not send their contents."""
    return WorkbookError(
        f"Google does not show this program the rows {place}, which a filter or somebody hides. So"
        " nothing was read and nothing was written. In that tab, choose Data > Remove filter, or"
        " show the hidden rows, then run this again."
    )


def written_rows_not_shown(place: str) -> WorkbookError:
    """Returns the error for hidden rows that are missing in the answer to a write."""
    return WorkbookError(
        f"Google does not show this program the rows {place}, which a filter or somebody hides. So"
        " it is not known whether all that was written is right. In that tab, choose Data > Remove"
        " filter, or show the hidden rows, then run this again: it looks, and puts it right."
    )


def not_blank() -> WorkbookError:
    """Returns the error for a spreadsheet that should be blank but is not."""
    return WorkbookError(
        "Something stands in that spreadsheet already, and it is left as it is. Give the link of a"
        " blank one, or leave init out and run: budgettrack sync"
    )
