"""Prints what an extra of pyproject.toml asks for, one requirement a line (`make requirements`)."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"

if __name__ == "__main__":
    extras = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    print("\n".join(extras[sys.argv[1]]))
