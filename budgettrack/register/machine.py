"""Recognises this computer again, by a hash that does not reveal which computer it is."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
"""The files in which Linux keeps the number of an installation. A container may not have any of
them."""


def machine_hash() -> str:
    """Returns a hash of this computer's number: the number of its installation, or else the
    number of its network card."""
    number = f"{uuid.getnode():x}"
    for file in FILES:
        try:
            number = file.read_text("ascii").strip() or number
        except (OSError, UnicodeDecodeError):
            continue
        break
    # The number itself is private: systemd asks programs to keep only a hash of it.
    return hashlib.sha256(f"budgettrack {number}".encode()).hexdigest()[:16]
