"""Writes a document as a tagged PDF (PDF/UA-1). The only file that imports typst.

Typst refuses to write PDF/UA-1 if the title, the language, an alternative text or a heading level
is missing, or if no font has a character. Characters that no font on this machine has are replaced
by (?), and the first page says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import typst

from budgettrack.core.base.errors import TrackError
from budgettrack.reports.base.branding import Branding, folders
from budgettrack.reports.base.document import Document
from budgettrack.reports.base.translations import Words

OWN = "Libertinus Serif"
"""The font of every PDF. It comes with Typst, so a PDF looks the same on every machine."""

ARABIC = ("Noto Sans Arabic", "Noto Naskh Arabic", "Vazirmatn", "Amiri", "DejaVu Sans")
"""System fonts for Arabic script, the best first; the first installed one is used.

Noto Naskh comes second because it draws some Persian digits in their Urdu form."""

_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
TRIES = 40
"""The most attempts at one PDF. Each failed attempt finds characters that no font has."""


@lru_cache(maxsize=1)
def _system() -> typst.Fonts:
    """Returns the fonts of this machine."""
    return typst.Fonts(include_system_fonts=True)


@lru_cache(maxsize=1)
def _families() -> frozenset[str]:
    """Returns the names of all font families on this machine."""
    return frozenset(_system().families())


def pdf(document: Document, w: Words, look: Branding) -> tuple[bytes, str]:
    """Returns the PDF, and the characters that no font on this machine has ("" if there are none).

    The same document gives the same bytes on the same machine. System fonts are used only for
    Arabic script.
    Raises `TrackError` if a template of the group has an error.
    """
    template = next(
        folder / "report.typ"
        for folder in folders(look.templates)
        if (folder / "report.typ").is_file()
    )
    lost = ""
    for _ in range(TRIES):
        try:
            return _compiled(template, document, w, look, lost), lost
        except typst.TypstError as error:
            missing = _MISSING.search(str(error))
            if not missing:
                raise TrackError(
                    f"{template.name} cannot be turned into a PDF: {error}. Correct that template,"
                    " or remove it to use ours."
                ) from error
            lost += "".join(letter for letter in dict.fromkeys(missing[1]) if letter not in lost)
    raise TrackError(
        "Too many characters are in no font on this machine. Install the Noto Sans font for the"
        " script of this report."
    )


def picture(document: Document, w: Words, look: Branding, number: int, ppi: float = 72) -> bytes:
    """Returns one page of the PDF as a PNG picture. The first page has `number` 0."""
    template = next(
        folder / "report.typ"
        for folder in folders(look.templates)
        if (folder / "report.typ").is_file()
    )
    drawn = typst.compile(
        template.read_bytes(),
        font_paths=_embedded(),
        sys_inputs={"report": _said(document, w, look, "")},
        format="png",
        ppi=ppi,
    )
    pages = [drawn] if isinstance(drawn, bytes) else drawn or []
    return bytes(pages[number])


def _compiled(template: Path, document: Document, w: Words, look: Branding, lost: str) -> bytes:
    text = _said(document, w, look, lost)
    content = typst.compile(
        template.read_bytes(),
        font_paths=_system() if _needs_arabic(text) else _embedded(),
        sys_inputs={"report": text},
        pdf_standards=["ua-1"],
    )
    assert isinstance(content, bytes)
    return content


def _said(document: Document, w: Words, look: Branding, lost: str) -> str:
    """Returns the document as JSON, the input of the Typst template. Characters in `lost` become
    (?)."""
    arabic = [font for font in ARABIC if font in _families()][:1]
    notices = list(document.notices)
    if lost:
        notices.append(
            w.say(
                "Some letters cannot be shown on this paper, and are replaced by (?). The web page"
                " has them all."
            )
        )
    values = {
        **asdict(document),
        "notices": notices,
        "lang": w.at.language,
        "region": w.at.territory,
        "fonts": [OWN, *arabic, "DejaVu Sans Mono"],
        "paper": "us-letter" if look.paper == "letter" else "a4",
        "colour": look.colours[0] if look.colours else "#0b6e6e",
        "edge": look.colours[1] if look.colours else "#b98900",
        "logo": str(look.logo or ""),
        "logo-bytes": list(look.logo_bytes),
    }
    text = json.dumps(values, ensure_ascii=False)
    for letter in lost:
        text = text.replace(letter, "(?)")
    return text


@lru_cache(maxsize=1)
def _embedded() -> typst.Fonts:
    """Returns the fonts that come with Typst."""
    return typst.Fonts(include_system_fonts=False)


def _needs_arabic(text: str) -> bool:
    """Whether a text has Arabic letters."""
    return re.search(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]", text) is not None
