"""Returns the function that writes a PDF, if the optional packages for it are installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from budgettrack.core.base.errors import TrackError
from budgettrack.extras import missing
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.document import Document
from budgettrack.reports.base.translations import Words

Printer = Callable[[Document, Words, Branding], tuple[bytes, str]]


def is_there() -> bool:
    """Whether PDFs can be made. To find out, the large package that makes them is not loaded."""
    return find_spec("typst") is not None


def printer() -> Printer:
    """Returns the function `pdf` of `pdf.py`, which writes a document as PDF.

    Call it before anything is stored or written. Raises `TrackError` if the optional packages
    are not installed."""
    if not is_there():
        raise TrackError(missing("A PDF", "pdf"))
    from budgettrack.reports.base.pdf import pdf

    return pdf
