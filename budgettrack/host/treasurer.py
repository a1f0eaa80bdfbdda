"""Texts for the host's treasurer, who sees the host's sheet and no terminal. So these texts contain
no command. The person who looks after the program finds the whole text with `budgettrack host why`.
"""

from __future__ import annotations

import re

ASK = "Whoever looks after the program for the host can say more."

_SENTENCES = re.compile(r"(?<=[.!?)])\s+(?=[A-Z\"'`(])")
_COMMAND = re.compile(r"\bbudgettrack \S|`|\b(ALTER|DROP|CREATE|GRANT) [A-Z]")


def without_commands(words: str) -> str:
    """Returns the text without the sentences that contain a command. If there were any, a last
    sentence says whom to ask.

    >>> without_commands("The key is lost. Make a new one: budgettrack sync --new-key")
    'The key is lost. Whoever looks after the program for the host can say more.'"""
    sentences = _SENTENCES.split(words)
    kept = [sentence for sentence in sentences if not _COMMAND.search(sentence)]
    if len(kept) < len(sentences) and ASK not in kept:
        kept.append(ASK)
    return " ".join(kept)
