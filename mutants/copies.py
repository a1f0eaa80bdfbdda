"""Copies of the work tree, so that a fault never stands in the work tree itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

OWN = "mutants/child"
"""The folder that Python searches first in the processes that tests start."""


def copied(root: Path, copy: Path) -> Path:
    """Copies every file that git knows or could know, in place of an earlier copy."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    shutil.rmtree(copy, ignore_errors=True)
    for name in names:
        # A file that was deleted and not yet committed is listed all the same.
        if (root / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, copy / name)
    return copy


def environment(copy: Path) -> dict[str, str]:
    """Returns the variables with which a process imports the program of a copy."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(copy), str(copy / OWN)])}
