"""Reads the currency that a number format shows beside its number. A cell that contains only
500, with a format for the yuan, means 500 yuan."""

from __future__ import annotations

import locale
import re

from babel.numbers import get_currency_symbol, get_territory_currencies

_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_NAMED = re.compile(r"\[\$([^\]-]*)(?:-([0-9A-Fa-f]+))?\]")
_LEFT_OUT = re.compile(r"_.|\*.|\[[^\[\]]*\]")
_NUMBER = re.compile(r"[0#?][0#?.,\s]*")
_DIGITS_ONLY = re.compile(r"[\d\s.,%/()+:-]*")


def currency_sign(code: str) -> str:
    """Returns the currency in a format code: a sign such as `€` or `US$`, or three letters if
    the format names a country. Returns '' if it shows no currency.

    >>> currency_sign("[$¥-804]#,##0.00"), currency_sign('"US$"#,##0.00'), currency_sign("0.00")
    ('CNY', 'US$', '')
    """
    positive = code.split(";", 1)[0]
    named = _NAMED.search(positive)
    if named and named[1].strip():
        return _of_country(named[1].strip(), named[2] or "")
    bare = _LEFT_OUT.sub("", _NAMED.sub("", positive))
    if not _NUMBER.search(_QUOTED.sub("", bare)):
        return ""
    beside = _NUMBER.sub(" ", _QUOTED.sub(lambda match: match[1] or match[2] or "", bare)).strip()
    return "" if len(beside) > 5 or _DIGITS_ONLY.fullmatch(beside) else beside


def _of_country(sign: str, country: str) -> str:
    name = locale.windows_locale.get(int(country, 16) & 0xFFFF) if country else None
    return currency_in(sign, name)


def currency_in(sign: str, name: str | None) -> str:
    """Returns the code of the currency that has this sign in the country of a locale (`zh_CN`).
    If the country does not decide it, or the locale is None, returns the sign."""
    territory = name.rpartition("_")[2] if name and "_" in name else ""
    for code in get_territory_currencies(territory) if territory else ():
        if sign in (code, get_currency_symbol(code, name), get_currency_symbol(code, "en")):
            return code
        if get_currency_symbol(code, name).strip("\u200e\u200f. ") == sign.strip(". "):
            return code
    return sign
