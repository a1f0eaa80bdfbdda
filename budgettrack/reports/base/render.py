"""Makes text from templates. It is the only module that imports jinja2.

Templates have only the layout: loops and conditions, never a sum. Every figure is formatted
before."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import jinja2
from markupsafe import Markup

from budgettrack.core.base.unseen import legible
from budgettrack.reports.base.branding import Branding, folders
from budgettrack.reports.base.document import Document
from budgettrack.version import PROGRAM


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    """Returns the Jinja environment, which finds only the templates of this program.

    A template is a program, so it may never come from a config, a partner or a cell."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders()),
        autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finished,
    )
    # The text inside a chart was escaped when the SVG was made. It must not be escaped twice.
    environment.filters["drawing"] = Markup
    environment.globals["program"] = PROGRAM
    return environment


def finished(value: object) -> object:
    """Returns a value for a template, without invisible characters that change how a text is read.

    A page that was published earlier may have such characters."""
    if isinstance(value, str) and not value.isascii():
        return type(value)(legible(value))
    return value


def render(name: str, values: Mapping[str, object]) -> str:
    """Returns the text of the template `name`.

    Values are escaped for HTML, except in a .txt template.
    Raises `jinja2.TemplateNotFound` for an unknown template and `jinja2.UndefinedError` for a
    missing value.
    """
    return _environment().get_template(name).render(values)


def page(document: Document, look: Branding, words: Mapping[str, str]) -> str:
    """Returns the document as one HTML file that loads nothing from other servers.

    `words` has the texts of the template itself (see `page_words`)."""
    return render("page.html", {"page": document, "look": look, "words": words})
