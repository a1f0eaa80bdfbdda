"""The pattern of invisible characters that `unseen` removes.

Compiling the pattern takes longer than loading all other modules of this folder, and few texts need
it. So it has a file of its own."""

from __future__ import annotations

import re

from budgettrack.core.base.unseen import FORMS, NEVER, OVERRIDES

_JOINING = (
    "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1900-\u1c4f\ua800-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
"""Scripts in which the characters U+200C and U+200D change the form of the letter before them."""

_UNSPACED = "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u1aad\ua9e0-\uaa7f"
"""Scripts that are written without spaces: Thai, Lao, Tibetan, Burmese, Khmer and their
neighbours. In them, U+200B marks where a line may break."""

_PICTURES = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
"""Emoji, and signs that can be shown as one."""

_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_FLAG = "\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f"
"""A black flag followed by invisible letters that name a country, such as the flag of Wales."""

DROPPED = re.compile(
    rf"({_FLAG})|[{OVERRIDES}{NEVER}\U000e0000-\U000e00ff]"
    rf"|(?<![{_UNSPACED}])\u200b|\u200b(?![{_UNSPACED}])"
    rf"|(?<![{_JOINING}])\u200c"
    rf"|(?<![{_JOINING}{_PICTURES}\ufe0f])\u200d"
    rf"|(?<=[{_PICTURES}\ufe0f])\u200d(?![{_PICTURES}])"
    rf"|(?<![0-9#*{_PICTURES}{_IDEOGRAPHS}])[{FORMS}]"
    rf"|(?<![\u1800-\u18af])[\u180b-\u180f]"
)
