"""Reads secrets, such as the password of the mail server: from an environment variable, from a file
that only its owner can read, or from the keyring of the system.

A secret is never in the config. No message quotes a secret, and no object keeps one longer than
needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from budgettrack import files
from budgettrack.core.base.errors import ConfigError
from budgettrack.extras import missing

MAIL_PASSWORD = "BUDGETTRACK_MAIL_PASSWORD"
WEBHOOK_SECRET = "BUDGETTRACK_WEBHOOK_SECRET"

KEYRING = "budgettrack"
"""The name of the service in the keyring. The user name there is the name of the secret."""


def secret(name: str, file: Path | None, environment: Mapping[str, str] = os.environ) -> str:
    """Returns the secret `name` from its variable, from the file that `NAME_FILE` or the config
    names, or from the keyring.

    Raises `ConfigError` if there is no such secret, or if other users may read its file."""
    given = environment.get(name, "")
    if given:
        return given
    named = environment.get(f"{name}_FILE", "")
    if named or file is not None:
        return _of_file(name, Path(named) if named else file or Path())
    remedy = (
        f"There is no {name}. Set it in the environment, put it into a file that only you can read"
        " and name that file in the config, or keep it in the system's keyring: keyring set"
        f" {KEYRING} {name}"
    )
    try:
        kept = _of_keyring(name)
    except ModuleNotFoundError:
        raise ConfigError(f"{remedy}\n{missing('The keyring', 'keyring')}") from None
    if not kept:
        raise ConfigError(remedy)
    return kept


def _of_file(name: str, file: Path) -> str:
    try:
        closed = files.is_secret(file)
        text = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigError(
            f"{name} cannot be read from {file.name}: {why}. Write only the secret into that file."
        ) from None
    if not closed:
        raise ConfigError(
            f"Other users may read {file.name}, which holds {name}. If other people use this"
            f" machine, change the secret. Close the file to them: chmod 600 {file.name}"
        )
    if not text:
        raise ConfigError(f"{file.name} is empty. Write {name} into that file.")
    return text


def _of_keyring(name: str) -> str:
    """Returns the secret, or "" if the keyring has none.

    Raises ModuleNotFoundError if the extra is not installed."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING, name) or ""
    except (KeyringError, RuntimeError):
        return ""
