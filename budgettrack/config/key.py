"""The group's key. With this secret the program hashes bank entries and payees, so that it
recognises them.

Nobody can find the text from a hash without the key. The key is in a file beside the config, or in
an environment variable. It is never in the register."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.core.base.errors import ConfigError

KEY_FILE = ".budgettrack.key"
NEXT_KEY = f"{KEY_FILE}.next"
"""The file of a new key. It is used until the register has the fingerprint of the new key."""

KEY = "BUDGETTRACK_KEY"
"""The environment variable that overrides the file."""


def key_of(config: Config) -> bytes | None:
    """Returns the group's key, from the environment or from its file.

    Returns None if there is no key.
    Raises `ConfigError` if it cannot be read or is too short."""
    given = os.environ.get(KEY, "")
    if not given:
        try:
            given = config.path.with_name(KEY_FILE).read_text("ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"{KEY_FILE} cannot be read. Copy it again from where this group's sync runs."
            ) from error
    if len(given.strip()) < 32:
        raise ConfigError(
            f"{KEY if os.environ.get(KEY) else KEY_FILE} is too short for a key: 32 letters or"
            " more."
        )
    return given.strip().encode()


def key_in(path: Path) -> bytes | None:
    """Returns the key in a file. Returns None if there is no such file."""
    return path.read_bytes().strip() if path.is_file() else None


def new_key() -> bytes:
    """Returns a new random key."""
    return secrets.token_hex(32).encode()


def made_key(folder: Path) -> bytes:
    """Creates a new random key, in a file that only its owner can read, and returns the key.

    Raises `ConfigError` if the file exists or cannot be written."""
    key = new_key()
    path = folder / KEY_FILE
    try:
        files.create(path, key + b"\n")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}).") from error
    return key


def fingerprint(key: bytes) -> str:
    """Returns a short hash that identifies the key without revealing it."""
    return hmac.new(key, b"budgettrack", hashlib.sha256).hexdigest()[:16]
