"""What ProperDocs does besides: the changelog as a page, the version, and a search from a disk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from budgettrack.version import PROGRAM

ROOT = Path(__file__).parents[1]


def on_config(config: Any) -> Any:
    """Puts the program's version below every page."""
    config.copyright = PROGRAM
    return config


def on_files(files: Any, config: Any) -> Any:
    """Adds the changelog as a page, with its links as they are seen from there."""
    kind = type(next(iter(files)))
    text = (ROOT / "CHANGELOG.md").read_text("utf-8").replace("](docs/", "](")
    text = re.sub(
        r"\[([^\]]+)\]\([A-Z]+\.md\)", r"`\1`", text
    )  # pages beside it are not on the site
    files.append(kind.generated(config, "changelog.md", content=text))
    return files


def on_post_build(config: Any) -> None:
    """Writes the index of the search as a script: a page on a disk may read no other file."""
    index = Path(config.site_dir) / "search" / "search_index.json"
    text = re.sub(r"[\u2028\u2029]", " ", index.read_text("utf-8"))
    (index.parent / "search_index.js").write_text(f"const INDEX = {text};\n", "utf-8")
