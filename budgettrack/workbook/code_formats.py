"""Reads number formats that show the zeros before a code: 7 with the format `000` is the code
007."""

from __future__ import annotations

import re

from budgettrack.core.base.grids import Value
from budgettrack.core.base.money import is_currency

DIGIT = "\0"
"""Stands for a digit in a template."""
_FEWEST_DIGITS = 2
_PARTS = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<left_out>_.|\*.|\[(?!\$[^-\]])[^\[\]]*\])'
    r"|(?P<digit>0)|(?P<sign>[-/ ():+])|(?P<other>.)",
    re.DOTALL,
)
_WORD = re.compile(r"[^\W\d_]+|[$€£¥₽₴₹]")


def code_template(code: str) -> str:
    """Returns the text that a number format shows, with `DIGIT` in the place of each digit. Returns
    '' if it is no format of codes: it has decimals, groups of thousands, a currency or a unit, or
    fewer than two zeros.

    >>> code_template('"A-"000').replace(DIGIT, "0"), code_template("#,##0")
    ('A-000', '')
    """
    template: list[str] = []
    for part in _PARTS.finditer(code.split(";", 1)[0]):
        if part["other"]:
            return ""
        if part["digit"]:
            template.append(DIGIT)
        else:
            template.append(part["quoted"] or part["escaped"] or part["sign"] or "")
    return template_of("".join(template))


def template_of(text: str) -> str:
    """Returns a template, or '' if it shows fewer than two digits, a currency or a unit."""
    words = _WORD.findall(text)
    is_unit = bool(_WORD.search(text.rpartition(DIGIT)[2]))
    is_money = any(len(word) == 1 and not word.isalpha() for word in words) or any(
        is_currency(word) for word in words
    )
    return "" if text.count(DIGIT) < _FEWEST_DIGITS or is_unit or is_money else text.strip()


def as_shown(value: Value, template: str) -> Value:
    """Returns a whole number as the code that its format shows. Returns any other value as it is,
    and so a number of which the format shows nothing but its own digits.

    >>> as_shown(7.0, DIGIT * 3), as_shown(1234, DIGIT * 3), as_shown(1.5, DIGIT * 3)
    ('007', 1234, 1.5)
    """
    if not template or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if value < 0 or value != int(value):
        return value
    places = template.count(DIGIT)
    digits = str(int(value)).zfill(places)
    shown = [digits[: len(digits) - places + 1], *digits[len(digits) - places + 1 :]]
    parts = template.split(DIGIT)
    text = parts[0] + "".join(digit + part for digit, part in zip(shown, parts[1:], strict=True))
    return value if text == str(int(value)) else text


def is_shown(text: str | None, number: float | None) -> bool:
    """Whether a text may be a number that is shown as a code: `A-007` for 7."""
    if not text or number is None or number < 0 or number != int(number):
        return False
    digits = "".join(sign for sign in text if sign.isdigit())
    return len(digits) >= _FEWEST_DIGITS and digits.lstrip("0") == str(int(number)).lstrip("0")
