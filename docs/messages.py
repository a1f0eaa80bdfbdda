"""Lists every message of an error, from the code, for the page docs/troubleshoot.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from budgettrack.extras import missing
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


SYMPTOMS = (
    "| what you see | look here first |",
    "|---|---|",
    "| no mail came | `budgettrack deliveries`, then `budgettrack cycles`: which runs came to their end |",
    "| no run came | `systemctl status budgettrack.timer` or `crontab -l`; `monthly.log`, or"
    " `journalctl -u budgettrack`. `budgettrack monthly` does by hand what is owed, and sends nothing |",
    "| a run was killed, the disk was full, the power failed | nothing is lost: make room, then"
    " `budgettrack doctor`; the next run goes on. `budgettrack doctor --clean` deletes what was left |",
    "| *On hold* | [nothing is sent until you decide](monthly.md#to-whom) |",
    "| a file was put back, or the machine is new | [Copies](copies.md), [to a new machine](backup.md#to-a-new-machine) |",
    "| `needs the extra` | [install it](install.md#from-a-release) |",
    "| the public page is old | `budgettrack status`; `budgettrack report transparency` makes it from the last sync |",
    "| something private is public | `budgettrack unpublish`, at once; then [take it back](reports.md#taking-back-one-name) |",
    "| `budgettrack-failure.txt` | a fault of the program: the file has no amounts and no names. Run the command again;"
    " if it comes back, send the file to who mends the program |",
)
"""Where to look, by what somebody sees who has not read the other pages."""


def messages() -> str:
    """docs/troubleshoot.md: where to look first, and every message of an error."""
    sections: dict[str, dict[str, None]] = {title: {} for title in TITLES.values()}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        sections[_title(name)] |= dict.fromkeys(_said(ast.parse(path.read_text("utf-8"))))
    known = {words.replace("{place}", "The register NAME") for words in CODES.values()}
    sections["The register"] |= dict.fromkeys(sorted(known))
    sections["Setting up, backups and jobs"] |= {missing("WHAT", "NAME"): None}
    lines = [
        "# Troubleshoot",
        "",
        "1. `budgettrack doctor` says what stands in the way, and what the next run would refuse.",
        "2. [What you see after a month's run](monthly.md#when-something-went-wrong) has the symptoms"
        " in deliveries and mails.",
        "3. [Findings](findings.md) has every code in *Checks*.",
        "4. Below is every message of an error, as the code has it. Search for some of its words."
        " What is in capitals is filled in. Each message says the remedy.",
        "",
        *SYMPTOMS,
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
