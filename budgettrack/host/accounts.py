"""The Google accounts of a host, and the account with which each group shares its sheet.

With several accounts, a lost key opens few sheets, and each account has a quota of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from budgettrack import structured
from budgettrack.config.load import Config
from budgettrack.core.base.errors import ConfigError
from budgettrack.host.directory import HostedGroup, is_file

NO_ROOM = (
    "Every Google account of the host has as many groups as it may have, so nobody knows with which"
    " address to share the sheet. Whoever looks after the program for the host must add an account."
)
UNREADABLE = "{path} cannot be read ({error}). Correct it."
_ACTS_AS = re.compile(r"/serviceAccounts/([^/:]+):")
_OF_A_PROJECT = re.compile(r"@([^@]+)\.iam\.gserviceaccount\.com")


class GoogleAccount(Struct, frozen=True):
    """An account that reads and writes sheets.

    `key`: its file, or None for the identity of this machine. `address`: the address with which
    sheets are shared, or '' if the file names none. `project`: the Google project whose quota it
    uses, or '' if the file names none."""

    key: Path | None
    address: str = ""
    project: str = ""

    def places(self, reads: int, project_reads: int) -> dict[str, int]:
        """Returns a mapping. Its keys are accounts and projects, its values the number of sheets
        that may be read in a minute."""
        name = self.address or "of this machine"
        return {f"account {name}": reads, f"project {self.project or name}": project_reads}


def accounts_of(config: Config) -> tuple[GoogleAccount, ...]:
    """Returns the accounts of a host: that of its own sheet first, then those in the folder
    `accounts` in [host], by the names of their files.

    The account of its own sheet is left out if it has no address and there are others: a person
    signed in, or the machine has an identity of its own. Raises `ConfigError` if the folder is
    empty, or if one of several files cannot be read or names no address."""
    settings = config.host
    assert settings is not None
    given = [_in_folder(path) for path in _key_files(settings.accounts)]
    own = GoogleAccount(None)
    if config.credentials is not None:
        try:
            own = _account(config.credentials)
        except (OSError, ValueError) as error:
            if given:
                raise ConfigError(UNREADABLE.format(path=config.credentials, error=error)) from None
            # If the file cannot be read, the job that needs it says what is wrong.
            own = GoogleAccount(config.credentials)
    if settings.share_with:
        own = replace(own, address=settings.share_with)
    others = [account for account in given if account.address.lower() != own.address.lower()]
    return (own, *others) if own.address or not others else tuple(others)


def _key_files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    found = sorted(folder.glob("*.json"))
    if not found:
        raise ConfigError(
            f"{folder} has no key file (*.json). Put the key of each Google account into it, or"
            " delete accounts in [host]."
        )
    return found


def _in_folder(path: Path) -> GoogleAccount:
    try:
        account = _account(path)
    except (OSError, ValueError) as error:
        raise ConfigError(UNREADABLE.format(path=path, error=error)) from None
    if not account.address:
        raise ConfigError(
            f"{path} names no address with which groups can share their sheets. Use the key of a"
            " service account."
        )
    return account


def _account(path: Path) -> GoogleAccount:
    """Reads a key file: the key of a service account, or the right to act as a service account. For
    any other file, the address and the project are ''."""
    key = structured.json_object(path.read_text("utf-8"))
    address = _text(key, "client_email")
    acts_as = _ACTS_AS.search(_text(key, "service_account_impersonation_url"))
    if not address and acts_as:
        address = acts_as[1]
    of_project = _OF_A_PROJECT.search(address)
    project = _text(key, "project_id") or (of_project[1] if of_project else "")
    return GoogleAccount(path, address, project or _text(key, "quota_project_id"))


def _text(key: dict[str, Any], name: str) -> str:
    value = key.get(name, "")
    return value if isinstance(value, str) else ""


def account_of(group: HostedGroup, accounts: Sequence[GoogleAccount]) -> GoogleAccount | None:
    """Returns the account with which a group shares its sheet. Returns None if no account has
    had room for the group."""
    if not accounts[0].address:
        return accounts[0]  # This is the only account, and nobody knows its address.
    theirs = group.text("share_with").lower()
    return next((one for one in accounts if one.address.lower() == theirs), None)


def assigned(
    groups: Sequence[HostedGroup], accounts: Sequence[GoogleAccount], most: int
) -> dict[str, str]:
    """Returns new addresses for the column *Share with*, by the code of the group.

    A group that has an account keeps it, and is not in the result. Any other group with an online
    sheet gets the account with the fewest groups. `most`: the largest number of groups that an
    account may have. A group that left, or that is on a server of its own, is not
    counted."""
    if not accounts[0].address:
        return {}
    online = [
        group
        for group in groups
        if group.text("state") != "left"
        and not group.is_elsewhere
        and not is_file(group.text("workbook"))
    ]
    theirs = {group.code: account_of(group, accounts) for group in online}
    held = Counter(account.address for account in theirs.values() if account is not None)
    new: dict[str, str] = {}
    for group in online:
        if theirs[group.code] is not None:
            continue
        best = min(accounts, key=lambda account: held[account.address])
        if held[best.address] < most:
            new[group.code] = best.address
            held[best.address] += 1
    return new
