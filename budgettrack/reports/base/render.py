"""Templates into text; the only file that imports jinja2.

Templates hold layout: loops and what is shown, never a sum. Every figure arrives formatted.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from budgettrack.reports.base.branding import Branding, folders
from budgettrack.reports.base.document import Document


@lru_cache(maxsize=4)
def _environment(own: Path | None) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders(own)),
        autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # A chart's drawing was escaped when it was drawn.
    environment.filters["drawing"] = Markup
    return environment


def render(name: str, values: Mapping[str, object], own: Path | None = None) -> str:
    """The text of template `name`; everything in `values` is escaped, but in a plain text.

    Raises `jinja2.TemplateNotFound` for an unknown template and `jinja2.UndefinedError` for a value
    that is missing."""
    return _environment(own).get_template(name).render(values)


def page(document: Document, look: Branding, words: Mapping[str, str]) -> str:
    """The document as one HTML file that asks nothing of anybody else; `words` are the template's
    own few."""
    return render("page.html", {"page": document, "look": look, "words": words}, look.templates)
