"""Lets a person sign in to Google, for groups without a key file. The sign-in is stored in a
file that only its owner can read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from budgettrack import files, structured
from budgettrack.config.load import load
from budgettrack.core.base.errors import UsageError, WorkbookError
from budgettrack.workbook.google import sign_in
from budgettrack.workbook.google.credentials import MAKING, WRITING

FILE = "google-sign-in.json"

_NO_CLIENT = (
    "Signing in needs the client file of your group or host: budgettrack login --client client.json"
    " docs/google.md tells how a host makes one for all its groups."
)
_WHOSE = (
    "Sign in with an account that was made for the group, not with a member's own: whoever has the"
    " file that this writes can do what is said here."
)
_REACHES = {
    MAKING: "It lets this program open the sheets that it makes, and no other file of the account.",
    WRITING: (
        "It lets this program read and change EVERY sheet of the account, also those that others"
        " shared with it: Google has nothing narrower for a sheet that is there already."
    ),
}


class LoginPlace(Struct, frozen=True):
    """The file that keeps a sign-in, and what to do next after the person has signed in."""

    path: Path
    then: str

    @classmethod
    def of_config(cls, config: Path) -> LoginPlace:
        """Returns the file that the config names, or else one beside the config."""
        named = load(config).credentials
        if named is not None:
            return cls(named, "Then run: budgettrack doctor")
        return cls(
            config.with_name(FILE), f'Set in {config}, under [workbook]: credentials = "{FILE}"'
        )

    @classmethod
    def without_config(cls, folder: Path) -> LoginPlace:
        """Returns the file in a folder that has no group yet."""
        return cls(
            folder / FILE,
            'Then run: budgettrack init --google "Work-plan and budget" --credentials ' + FILE,
        )

    def keep(self, info: dict[str, Any]) -> list[str]:
        """Writes the file. Returns sentences that say what was done, and what to do next."""
        try:
            files.write(self.path, json.dumps(info, indent=2).encode(), private=True)
        except OSError as error:
            raise WorkbookError(
                f"{self.path} cannot be written ({error.strerror}). Nothing was kept: run this"
                " again where you may write."
            ) from None
        return [f"Signed in. {self.path} holds the sign-in, and only you can read it.", self.then]


def login(
    place: LoginPlace,
    client: Path | None,
    *,
    existing: bool,
    tell: Callable[[str], None],
    ask: Callable[[str], str] | None,
) -> list[str]:
    """Signs a person in. Returns sentences that say what was done.

    `client`: the file of an OAuth client, or None for that of the earlier sign-in. `existing`:
    whether the sign-in is also for sheets that exist already. `tell` is called before a browser is
    opened, and says what the program can reach with the sign-in. `ask` shows an address to the
    person, and returns the address at which the browser ended. If `ask` is None, the browser of
    this machine is used."""
    before = _sign_in(place.path) if place.path.exists() else {}
    scopes = [WRITING] if existing else before.get("scopes", [MAKING])
    given = sign_in.client_of(client) if client else before
    if not given:
        raise UsageError(_NO_CLIENT)
    tell(f"{_WHOSE} {' '.join(_REACHES[scope] for scope in scopes)}")
    info = sign_in.in_browser(given, scopes) if ask is None else sign_in.by_hand(given, scopes, ask)
    return place.keep(info)


def _sign_in(path: Path) -> dict[str, Any]:
    """Returns the sign-in in a file that an earlier `login` wrote.

    Raises `WorkbookError` if the file has other content, which is never overwritten."""
    try:
        content = structured.json_object(path.read_bytes())
    except OSError as error:
        raise WorkbookError(f"{path} cannot be read ({error.strerror}).") from None
    except ValueError:
        content = {}
    scopes = content.get("scopes")
    is_known = isinstance(scopes, list) and all(scope in [*_REACHES] for scope in scopes)
    is_ours = content.get("type") == "authorized_user" and sign_in.is_client(content)
    if not is_ours or not is_known:
        raise WorkbookError(
            f"{path} holds something else than a sign-in that this program made, and it is left as"
            " it is. Name another file in the config, under [workbook]: credentials ="
            f' "{FILE}"'
        )
    return content
