"""Lets a person sign in to Google, in a browser of this machine or of another one. The command
`login` writes the result into a file."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import requests
from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError, OAuth2Error

from budgettrack import structured
from budgettrack.core.base.errors import WorkbookError
from budgettrack.workbook.google import errors

HERE = "http://127.0.0.1/"
"""The address to which Google sends a browser on another machine. No program answers there: the
person copies the address from the browser, because this address contains the code that the
program needs."""
PATIENCE = 300
"""How many seconds the program waits for the person in the browser."""
_NEEDED = ("client_id", "client_secret", "auth_uri", "token_uri")

Client = dict[str, Any]
"""An OAuth client of the kind *Desktop app*, with the content that its file has under
`installed`."""


def client_of(path: Path) -> Client:
    """Reads the file of an OAuth client.

    Raises `WorkbookError` if it is no such file, or a client of another kind than *Desktop app*."""
    try:
        content = structured.json_object(path.read_bytes())
    except OSError as error:
        raise errors.no_client_file(path, error) from None
    except ValueError:
        raise errors.not_a_client(path) from None
    client = content.get("installed")
    if not isinstance(client, dict) or not is_client(client):
        raise errors.not_a_client(path)
    return client


def is_client(given: Mapping[str, Any]) -> bool:
    """Whether a file's content has all fields of a client. A sign-in has them too."""
    return all(isinstance(given.get(name), str) for name in _NEEDED)


def in_browser(client: Client, scopes: Sequence[str]) -> dict[str, Any]:
    """Opens the browser of this machine and waits until the person has signed in. Returns the
    content of the sign-in file.

    Raises `WorkbookError` if the person did not agree, or did nothing for five minutes."""

    def asked(flow: InstalledAppFlow) -> None:
        flow.run_local_server(
            host="127.0.0.1",
            port=0,
            authorization_prompt_message=(
                "If no browser opens, open this address yourself, on this machine:\n{url}"
            ),
            success_message="Signed in. Close this page and go back to the terminal.",
            timeout_seconds=PATIENCE,
            prompt="consent",
        )

    return _signed_in(client, scopes, asked)


def by_hand(client: Client, scopes: Sequence[str], ask: Callable[[str], str]) -> dict[str, Any]:
    """Signs a person in with a browser on another machine. `ask` shows the address to open, and
    returns the address to which the browser was sent at the end. Returns the content of the sign-in
    file.

    Raises `WorkbookError` if the person did not agree, or copied something else."""

    def asked(flow: InstalledAppFlow) -> None:
        flow.redirect_uri = HERE
        address, _ = flow.authorization_url(prompt="consent")
        ended_at = ask(address).strip()
        # The library refuses an address without TLS, so the address is changed to https.
        # The address from the browser is never sent over the network.
        flow.fetch_token(authorization_response=ended_at.replace("http://", "https://", 1))

    return _signed_in(client, scopes, asked)


def _signed_in(
    client: Client, scopes: Sequence[str], asked: Callable[[InstalledAppFlow], None]
) -> dict[str, Any]:
    flow = InstalledAppFlow.from_client_config({"installed": client}, scopes=list(scopes))
    try:
        asked(flow)
    except webbrowser.Error:
        raise errors.no_browser() from None
    except WSGITimeoutError:
        raise errors.nobody_came() from None
    except AccessDeniedError:
        raise errors.not_agreed() from None
    except OAuth2Error as error:
        raise errors.not_signed_in(error.error or "") from None
    except requests.exceptions.RequestException as error:
        raise errors.unreachable(error, "oauth2.googleapis.com") from None
    except Warning:
        # The library oauthlib warns if the person ticked fewer boxes than the page showed.
        raise errors.not_agreed() from None
    except (OSError, ValueError) as error:
        raise WorkbookError(f"Signing in did not work: {error}. Run this again.") from None
    token = flow.credentials.refresh_token
    if not token:
        raise errors.no_refresh_token()
    return {
        "type": "authorized_user",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "auth_uri": client["auth_uri"],
        "token_uri": client["token_uri"],
        "refresh_token": token,
        "scopes": list(scopes),
    }
