"""The config of a group that a host runs. It is made from the group's row, from what the host
sets for all groups, and from the file settings.toml in the group's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from budgettrack import structured
from budgettrack.config.load import Config
from budgettrack.config.place import NAME
from budgettrack.core.base.errors import ConfigError
from budgettrack.host.accounts import GoogleAccount, account_of, accounts_of
from budgettrack.host.directory import HostedGroup, is_file

SETTINGS = "settings.toml"
"""The file in a group's folder for settings that no column of *Groups* has, such as the tables of
the group's own sheet."""

REGISTER = "register.sqlite"

RETURNING = "returning-"
"""The beginning of the name of a file that is in a group's folder while the group comes back. The
rest of the name stands for the archive."""

CUT_OFF = (
    "The return of this group was cut off, so nothing is done for it. Whoever looks after the"
    " program for the host must begin it again, with the same archive."
)
OWNED = ("register", "mail", "recipients", "host")
"""The sections that a group's own settings cannot have, because only its host sets them."""


class HostDefaults(Struct, frozen=True):
    """What a host sets for all its groups.

    `folder`: the folder that contains the folders of the groups. `address`: the address that
    replaces that of Google, or ''. `accounts`: the Google accounts, at least one. `mail`: the
    section [mail], with absolute paths."""

    folder: Path
    address: str
    accounts: Sequence[GoogleAccount]
    mail: Mapping[str, Any]

    def account(self, group: HostedGroup) -> GoogleAccount | None:
        """Returns the account with which a group shares its sheet, or None if there is none."""
        return account_of(group, self.accounts)


def defaults(config: Config) -> HostDefaults:
    """Returns what the config of a host sets for all groups.

    Raises `ConfigError` if the key of a Google account cannot be used."""
    assert config.host is not None
    content = structured.toml(config.path.read_text("utf-8-sig"))
    beside = config.path.parent
    mail = dict(content.get("mail", {}))
    for key in ("password_file", "authorities"):
        if isinstance(mail.get(key), str):
            mail[key] = str(beside / Path(mail[key]).expanduser())
    return HostDefaults(config.host.groups, config.address or "", accounts_of(config), mail)


def folder_of(host: HostDefaults, group: HostedGroup) -> Path:
    return host.folder / group.code


def registers_in(folder: Path) -> set[str]:
    """Returns the codes of the groups whose register is a file in the folder of the groups."""
    return {path.parent.name for path in folder.glob(f"*/{REGISTER}")}


def return_cut_off(folder: Path) -> str:
    """Returns an instruction if the return of a group into this folder was cut off. Otherwise
    returns ""."""
    return CUT_OFF if any(folder.glob(f"{RETURNING}*")) else ""


def content_of(
    group: HostedGroup,
    host: HostDefaults,
    recipients: Sequence[Mapping[str, str]] = (),
    register: str = f"sqlite:///{REGISTER}",
) -> dict[str, Any]:
    """Returns the content of a group's config, in the form in which a TOML file is read.
    `register`: the URL of its register.

    Raises ConfigError if settings.toml in the group's folder is not TOML, or has a section that
    only the host may set."""
    own = _own_settings(folder_of(host, group) / SETTINGS)
    organisation = {
        "name": group.text("public_name"),
        "currency": group.text("currency"),
        "language": group.text("language"),
        "time_zone": group.text("time_zone"),
    }
    content: dict[str, Any] = {
        **own,
        "organisation": _filled(organisation) | own.get("organisation", {}),
        "workbook": own.get("workbook", {}) | _workbook(group, host),
        "register": {"url": register},
        "reports": {"out": "reports"} | own.get("reports", {}),
    }
    if group.text("day"):
        content["monthly"] = {"day": int(group.text("day"))} | own.get("monthly", {})
    if recipients:
        content["recipients"] = [dict(recipient) for recipient in recipients]
    if host.mail:
        content["mail"] = dict(host.mail)
    return content


def own_text(folder: Path) -> str:
    """Returns the text of settings.toml in a group's folder. Returns '' if there is none."""
    try:
        return (folder / SETTINGS).read_text("utf-8-sig")
    except (OSError, ValueError):
        return ""


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in texts.items() if text}


def _workbook(group: HostedGroup, host: HostDefaults) -> dict[str, Any]:
    """Returns where the workbook of a group is: a Google sheet, or a file in the group's folder."""
    text = group.text("workbook")
    if is_file(text):
        # The name is relative to the config, so a copy of the folder works on the copied workbook.
        return {"xlsx": text}
    workbook: dict[str, Any] = {"google": text}
    account = host.account(group)
    if account is not None and account.key is not None:
        workbook["credentials"] = str(account.key.absolute())
    if host.address:
        workbook["address"] = host.address
    return workbook


def _own_settings(path: Path) -> dict[str, Any]:
    try:
        content = structured.toml(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read ({error}). Correct it.") from error
    owned = [name for name in OWNED if name in content]
    if owned:
        raise ConfigError(
            f"{path} has the section [{owned[0]}], which its host sets for all groups. Delete it"
            " there."
        )
    return content


def file_text(content: Mapping[str, Any]) -> str:
    """Returns the text of a complete config file, for a person who helps the group and for a
    group that leaves its host. It has no recipient and no mail server, because these belong to
    the host."""
    lines = [
        "# Made by budgettrack host run from the row of the tab Groups. While the group is hosted,",
        f"# it is written again at each run: settings of this group alone belong into {SETTINGS}.",
    ]
    for section, given in content.items():
        if section not in ("mail", "recipients", "tables"):
            lines += _section(f"[{section}]", given)
    for table, shape in content.get("tables", {}).items():
        if isinstance(shape, dict):
            lines += _section(f"[tables.{table}]", shape)
        else:
            for block in shape:
                lines += _section(f"[[tables.{table}]]", block)
    return "\n".join(lines) + "\n"


def _section(brackets: str, settings: Mapping[str, Any]) -> list[str]:
    return ["", brackets, *(f"{_key(key)} = {_value(value)}" for key, value in settings.items())]


def _key(key: str) -> str:
    return key if key.isidentifier() and key.isascii() else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{_key(key)} = {_value(part)}" for key, part in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def stands_beside(folder: Path, content: Mapping[str, Any]) -> tuple[Path, bytes]:
    """Returns the path and the content of the config file in a group's folder."""
    return folder / NAME, file_text(content).encode()
