"""Writes a document as a tagged PDF (PDF/UA-1). It is the only module that imports typst.

Typst refuses to write PDF/UA-1 if the title, the language, an alternative text or a heading
level is missing, or if no font has a character. A character that no font on this machine has is
replaced by (?), and the first page says so. So no text in a cell can prevent a report."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from unicodedata import category

import typst

from budgettrack.core.base.errors import TrackError
from budgettrack.reports.base.branding import Branding, folders
from budgettrack.reports.base.document import Document
from budgettrack.reports.base.translations import Words
from budgettrack.version import PROGRAM

OWN = "Libertinus Serif"
"""The font of every PDF. Typst brings it along, so a PDF looks the same on every machine."""

ARABIC = ("Noto Sans Arabic", "Noto Naskh Arabic", "Vazirmatn", "Amiri", "DejaVu Sans")
"""The system fonts for Arabic script, the best first; the first one that is installed is used.

Noto Naskh comes second because it draws some Persian digits in their Urdu form."""

_MISSING = re.compile(r'the text `"((?:[^"\\]++|\\.)++)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
TRIES = 5
"""A PDF is tried at most this many times. Each failure names the characters that cannot be drawn.
Before the last attempt, every character outside ASCII is replaced."""

_ALONE = b"""#set document(title: "Letters")
#let words = json(bytes(sys.inputs.words))
#set text(lang: "en", font: words.fonts)
#for letter in words.letters { par(letter) }"""
"""The template of a document in which each character is a paragraph of its own."""


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
    Arabic script. Raises `TrackError` if the logo cannot be drawn."""
    template = next(
        folder / "report.typ" for folder in folders() if (folder / "report.typ").is_file()
    )
    foreign = dict.fromkeys(letter for letter in _said(document, w, look, "") if letter > "\x7f")
    lost = ""
    for attempt in range(1, TRIES + 1):
        try:
            return _compiled(template, document, w, look, lost), lost
        except typst.TypstError as error:
            left = foreign.keys() - set(lost)
            if not left:
                raise TrackError(
                    f"The PDF cannot be made: {error}. Save the logo again, as PNG or SVG, or"
                    " remove the line logo from [reports] in the config."
                ) from error
            replaced = left if attempt == TRIES - 1 else _to_replace(error, left)
            lost = "".join(letter for letter in foreign if letter in replaced or letter in lost)
    raise AssertionError("The last attempt has only ASCII letters, so it returned or raised above.")


def _missing(error: typst.TypstError) -> set[str]:
    """Returns the characters of all texts that Typst could not draw."""
    texts = _MISSING.findall(error.diagnostic)
    return set(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), "".join(texts)))


def _to_replace(error: typst.TypstError, left: set[str]) -> set[str]:
    """Returns the characters that must be replaced, from those in `left`.

    If Typst cannot draw a combination of characters, it names all of them. Example: no font has an
    e with a ring below it. Then Typst also names the e, which can be drawn elsewhere. So accents
    and other characters without a shape of their own are replaced first, then the characters that
    only join others, then all. For some errors Typst names no character."""
    named = _missing(error) & left
    shapeless = _shapeless(named) if named else set()
    return shapeless or {letter for letter in named or left if _joins(letter)} or named or left


def _shapeless(letters: set[str]) -> set[str]:
    """Returns the characters that cannot be drawn without another character, such as accents."""
    try:
        typst.compile(
            _ALONE,
            font_paths=_system() if _needs_arabic("".join(letters)) else _embedded(),
            sys_inputs={"words": json.dumps({"fonts": _fonts(), "letters": sorted(letters)})},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        return _missing(error) & letters
    return set()


def _joins(letter: str) -> bool:
    """Whether a character is drawn only together with the one before it, or not at all."""
    return category(letter)[0] in "MC"


def picture(document: Document, w: Words, look: Branding, number: int, ppi: float = 72) -> bytes:
    """Returns one page of the PDF as a PNG picture. The first page has `number` 0."""
    template = next(
        folder / "report.typ" for folder in folders() if (folder / "report.typ").is_file()
    )
    drawn = typst.compile(
        template.read_bytes(),
        font_paths=_embedded(),
        sys_inputs={"report": _said(document, w, look, ""), "program": PROGRAM},
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
        sys_inputs={"report": text, "program": PROGRAM},
        pdf_standards=["ua-1"],
    )
    assert isinstance(content, bytes)
    return content


def _said(document: Document, w: Words, look: Branding, lost: str) -> str:
    """Returns the document as JSON, which is the input of the Typst template. Characters in
    `lost` become (?)."""
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
        "fonts": _fonts(),
        "paper": "us-letter" if look.paper == "letter" else "a4",
        "colour": look.colours[0] if look.colours else "#0b6e6e",
        "edge": look.colours[1] if look.colours else "#b98900",
        "logo": str(look.logo or ""),
        "logo-bytes": list(look.logo_bytes),
    }
    # The text is JSON except the content of a picture. Typst reads bytes as a list of numbers.
    text = json.dumps(values, ensure_ascii=False, default=list)
    if not lost:
        return text
    # An emoji of a family consists of several emoji, joined by invisible characters.
    # One (?) replaces all emoji of one family.
    letter = f"[{re.escape(lost)}]"
    return re.sub(f"{letter}(?:[\u200d\ufe0f]{letter}?)*", "(?)", text)


def _fonts() -> list[str]:
    """Returns the fonts for a PDF, in the order in which they are tried."""
    arabic = [font for font in ARABIC if font in _families()][:1]
    return [OWN, *arabic, "DejaVu Sans Mono"]


@lru_cache(maxsize=1)
def _embedded() -> typst.Fonts:
    """Returns the fonts that Typst brings along."""
    return typst.Fonts(include_system_fonts=False)


def _needs_arabic(text: str) -> bool:
    """Whether a text has Arabic letters."""
    return re.search(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]", text) is not None
