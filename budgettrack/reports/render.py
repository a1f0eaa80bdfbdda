"""Templates into text; the only file that imports jinja2.

Templates hold layout: loops and what is shown, never a sum. Every figure arrives formatted.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import jinja2

_PACKAGE = Path(__file__).resolve().parent.parent


def _folders() -> tuple[Path, ...]:
    """Where templates are: inside the package as the wheel ships them, or beside it in a checkout."""
    return _PACKAGE / "templates", _PACKAGE.parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_folders()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(name: str, values: Mapping[str, object]) -> str:
    """The text of template `name`; everything in `values` is escaped.

    Raises `jinja2.TemplateNotFound` for an unknown template and `jinja2.UndefinedError` for a value that is missing.
    """
    return _environment().get_template(name).render(values)
