"""A document as a tagged PDF (PDF/UA-1); the only file that imports typst.

Typst refuses to write PDF/UA-1 without title, language, alternative texts, orderly headings, or
where a letter has no shape in any font. Letters that have none here are replaced by a mark, and the
paper says so on its first page."""

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
"""The font of all papers; it comes with typst, so that a paper looks the same everywhere."""

ARABIC = ("Noto Sans Arabic", "Noto Naskh Arabic", "Vazirmatn", "Amiri", "DejaVu Sans")
"""Fonts of the system for Arabic script, the first that is there; Noto Naskh draws some Persian
digits as Urdu ones."""

_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
TRIES = 40


@lru_cache(maxsize=1)
def _system() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True)


@lru_cache(maxsize=1)
def _families() -> frozenset[str]:
    return frozenset(_system().families())


def pdf(document: Document, w: Words, look: Branding) -> tuple[bytes, str]:
    """The paper, and the letters that no font here can show ("" where there are none).

    The same document gives the same bytes on the same machine; fonts of the system are used for
    Arabic script alone. Raises `TrackError` where a template of the group's own cannot be used."""
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
            found = _MISSING.search(str(error))
            if not found:
                raise TrackError(
                    f"{template.name} cannot be set: {error}. Correct that template, or take yours"
                    " away."
                ) from error
            lost += "".join(each for each in dict.fromkeys(found[1]) if each not in lost)
    raise TrackError(
        "Too many letters have no shape in any font here. Install the fonts Noto Sans for its"
        " script."
    )


def picture(document: Document, w: Words, look: Branding, number: int, ppi: float = 72) -> bytes:
    """One page of the paper as a PNG picture, counted from 0."""
    template = next(
        folder / "report.typ"
        for folder in folders(look.templates)
        if (folder / "report.typ").is_file()
    )
    made = typst.compile(
        template.read_bytes(),
        font_paths=_embedded(),
        sys_inputs={"report": _said(document, w, look, "")},
        format="png",
        ppi=ppi,
    )
    pages = [made] if isinstance(made, bytes) else made or []
    return bytes(pages[number])


def _compiled(template: Path, document: Document, w: Words, look: Branding, lost: str) -> bytes:
    text = _said(document, w, look, lost)
    made = typst.compile(
        template.read_bytes(),
        font_paths=_system() if _needs_arabic(text) else _embedded(),
        sys_inputs={"report": text},
        pdf_standards=["ua-1"],
    )
    assert isinstance(made, bytes)
    return made


def _said(document: Document, w: Words, look: Branding, lost: str) -> str:
    """What the template is given."""
    arabic = [each for each in ARABIC if each in _families()][:1]
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
    return typst.Fonts(include_system_fonts=False)


def _needs_arabic(text: str) -> bool:
    return re.search(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]", text) is not None
