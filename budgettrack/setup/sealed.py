"""Encrypts an archive with a passphrase. The key is made by scrypt, and AES-256-GCM notices any
change of the archive."""

from __future__ import annotations

import os

from budgettrack.core.base.errors import UsageError

HEAD = b"budgettrack backup 1\n"
"""The first bytes of an encrypted archive. The number is the version of the format."""

SALT, NONCE = 16, 12
"""The lengths of the salt and of the nonce, in bytes."""

SHORTEST = 12
"""The smallest number of characters of a passphrase. An attacker may copy the file and try
passphrases for years."""

COST = 2**17
"""The cost of scrypt. One try takes about half a second and 128 MB (RFC 7914, OWASP)."""


def sealed(content: bytes, passphrase: str) -> bytes:
    """Returns `content` encrypted.

    Raises `UsageError` if the passphrase is too short."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(passphrase) < SHORTEST:
        raise UsageError(
            f"The passphrase is too short: it needs {SHORTEST} letters or more. Take four words"
            " that do not belong together, and keep them apart from the archive."
        )
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    return HEAD + salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, content, HEAD)


def is_sealed(content: bytes) -> bool:
    return content.startswith(HEAD)


def opened(content: bytes, passphrase: str) -> bytes:
    """Returns the decrypted content.

    Raises `UsageError` if the passphrase is wrong or the archive was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    rest = content[len(HEAD) :]
    salt, nonce, closed = rest[:SALT], rest[SALT : SALT + NONCE], rest[SALT + NONCE :]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, closed, HEAD)
    except (InvalidTag, ValueError):
        raise UsageError(
            "The archive cannot be opened: the passphrase is wrong, or the file was changed or cut."
            " Type it again, or take another copy of the file."
        ) from None


def _key(passphrase: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())
