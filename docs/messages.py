"""Lists every message of an error, from the code, for the page docs/troubleshoot.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from budgettrack.register.troubles import CODES

PACKAGE = Path(__file__).parents[1] / "budgettrack"
ERRORS = {
    "TrackError",
    "ConfigError",
    "WorkbookError",
    "RegisterError",
    "Refused",
    "UsageError",
    "MailError",
    "unreadable",
    "Refusal",
}
"""The calls that make an error of words."""

TITLES = {
    "workbook": "The workbook",
    "pairing sync core/merge": "Workbook and register",
    "register": "The register",
    "config": "The config, secrets and the key",
    "monthly": "The month and its mails",
    "reports group queries taking_back": "Reports and what is published",
    "bank": "Bank statements",
    "opendata": "Open data",
    "setup": "Setting up, backups and jobs",
    "": "At the prompt",
}
"""The headings of the page, by where the code of their messages is."""


def messages() -> str:
    """docs/troubleshoot.md: where to look first, and every message of an error."""
    sections: dict[str, dict[str, None]] = {title: {} for title in TITLES.values()}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        sections[_title(name)] |= dict.fromkeys(_said(ast.parse(path.read_text("utf-8"))))
    known = {words.replace("{place}", "The register NAME") for words in CODES.values()}
    sections["The register"] |= dict.fromkeys(sorted(known))
    lines = [
        "# Troubleshoot",
        "",
        "1. `budgettrack doctor` says what stands in the way, and what the next run would refuse.",
        "2. [What you see after a month's run](monthly.md#when-something-went-wrong) has the symptoms"
        " in deliveries and mails.",
        "3. [Findings](findings.md) has every code in *Checks*.",
        "4. Below is every message of an error, as the code has it. Search for some of its words."
        " What is in capitals is filled in. Each message says the remedy.",
    ]
    for title, said in sections.items():
        lines += ["", f"## {title}", ""]
        lines += [f"- {words}" for words in sorted(said)]
    return "\n".join(lines) + "\n"


def _title(name: str) -> str:
    for places, title in TITLES.items():
        if any(name.startswith((f"{place}/", f"{place}.py")) for place in places.split()):
            return title
    return TITLES[""]


def _said(tree: ast.AST) -> Iterator[str]:
    """Yields the message of each call that makes an error."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in ERRORS:
            words = " ".join(filter(None, map(_text, node.args)))
            if words.count(" ") > 2:
                yield _plain(words)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text(argument: ast.expr) -> str:
    """Returns the words of an argument, with what is filled in as its name in capitals."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return re.sub(r"\{(\w{1,20})\}", lambda name: name[1].upper(), argument.value)
    if isinstance(argument, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else _filled(part)
            for part in argument.values
        )
    return ""


def _filled(part: ast.expr) -> str:
    """Returns the name of a value in capitals, such as PATH for `{self.path}`."""
    value = part.value if isinstance(part, ast.FormattedValue) else part
    names = re.findall(r"[A-Za-z_]+", ast.unparse(value))
    return names[-1].strip("_").upper() if names and len(ast.unparse(value)) < 30 else "…"


def _plain(words: str) -> str:
    """Returns words that Markdown shows as they are."""
    return re.sub(r"([<>*_\[\]|])", r"\\\1", " ".join(words.split()))
