"""The command line as pages: collected once from the commands themselves, for docs/commands.md and
the man page.

The man page is ours: click-man and click-extra write one page for each command and say nothing of
arguments, and click-man leaves in signs that roff takes for its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from textwrap import TextWrapper

import click

from budgettrack.cli import main
from budgettrack.cli.program import EXITS
from budgettrack.cli.unforeseen import NAME as FAILURE_FILE
from budgettrack.version import __version__

NAME = "budgettrack"
AMOUNTS = (
    "Amounts are decimal texts beside their currency. `budgettrack schema COMMAND` describes what"
    " `--json` prints."
)
FAILURE = (
    "Where the program itself fails, which none should see, it says what is done and what is not,"
    f" and writes details for whoever mends it into `{FAILURE_FILE}` beside the config (else into the"
    " folder for temporary files). Its owner alone can read that file. It has the command's name and"
    " the lines of the program, and no amounts, names or messages. Send it along, then delete it."
)


@dataclass(frozen=True)
class Entry:
    """One command, as its help has it."""

    name: str
    usage: str
    about: tuple[str, ...]
    terms: tuple[tuple[str, str], ...]
    """Arguments, then options, each with its meaning."""


def sections() -> Iterator[tuple[str, list[Entry]]]:
    """The sections of the program's help, each with its commands and those under them."""
    sections = main.sections()
    elsewhere = {name for commands in sections.values() for name in commands}
    for title, commands in sections.items():
        yield title, [entry for name in commands for entry in _entries(name, elsewhere)]


def _entries(name: str, elsewhere: Collection[str]) -> Iterator[Entry]:
    """The command of that full name, then those under it that have no place of their own."""
    context = click.Context(main, info_name=NAME)
    for word in name.split():
        assert isinstance(context.command, click.Group)
        context = click.Context(context.command.commands[word], info_name=word, parent=context)
    yield _entry(context)
    for under in getattr(context.command, "commands", {}):
        if f"{name} {under}" not in elsewhere:
            yield from _entries(f"{name} {under}", elsewhere)


def _entry(context: click.Context) -> Entry:
    command = context.command
    return Entry(
        context.command_path.removeprefix(f"{NAME} "),
        " ".join([context.command_path, *command.collect_usage_pieces(context)]),
        tuple(" ".join(part.split()) for part in (command.help or "").split("\n\n")),
        (*_arguments(command), *_options(command, context)),
    )


def _arguments(command: click.Command) -> Iterator[tuple[str, str]]:
    for each in command.params:
        if isinstance(each, click.Argument):
            default = each.to_info_dict()["default"]  # None where click itself holds a sentinel
            left_out = f"Else {default}" if default else "May be left out"
            words = ["Needed" if each.required else left_out]
            words += ["several may be given"] if each.nargs == -1 else []
            words += (
                [f"one of {', '.join(each.type.choices)}"]
                if isinstance(each.type, click.Choice)
                else []
            )
            yield (
                (each.metavar or str(each.name).upper()).strip("[].").replace("]", ""),
                "; ".join(words) + ".",
            )


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for each in command.get_params(context):
        record = each.get_help_record(context) if isinstance(each, click.Option) else None
        if record and "--help" not in each.opts:
            yield record


def reference() -> str:
    """docs/commands.md: every command with its arguments, options and exit codes."""
    first = _entry(click.Context(main, info_name=NAME))
    lines = [
        "# Every command",
        "",
        (
            "From the commands themselves: `--help` says the same, and so does `man budgettrack`"
            " where it is installed."
        ),
        (
            "Examples are in the [guide for coordinators](guide-coordinator.md) and in [At the"
            " prompt](prompt.md)."
        ),
        "",
        *_markdown(first),
        "",
        AMOUNTS,
        "",
        "## Exit codes",
        "",
        "| code | meaning |",
        "|---|---|",
        *(f"| {code} | {words} |" for code, words in EXITS.items()),
        "",
        FAILURE,
    ]
    for title, entries in sections():
        lines += ["", f"## {title}"]
        for entry in entries:
            lines += ["", f"### {entry.name}", "", *_markdown(entry)]
    return "\n".join(lines) + "\n"


def _markdown(entry: Entry) -> Iterator[str]:
    yield from ("```text", entry.usage, "```", "", "\n\n".join(entry.about))
    if entry.terms:
        yield ""
    for term, meaning in entry.terms:
        yield f"- `{term}`: {meaning}"


def man() -> str:
    """docs/budgettrack.1: the same for `man`."""
    first = _entry(click.Context(main, info_name=NAME))
    lines = [
        r".\" Written by docs/make.py from the commands: changes here are lost.",
        f'.TH {NAME.upper()} 1 "" "{NAME} {__version__}"',
        ".SH NAME",
        rf"{NAME} \- {_roff(first.about[0].rstrip('.').lower())}",
        ".SH SYNOPSIS",
        rf".B {NAME}",
        _roff(first.usage.removeprefix(f"{NAME} ")),
        ".SH OPTIONS",
        *_terms(first),
        ".SH COMMANDS",
        _roff(AMOUNTS.replace("`", "")),
    ]
    for title, entries in sections():
        lines += [f".SH {_roff(title.upper())}"]
        for entry in entries:
            paragraphs = _paragraphs((entry.usage, *entry.about))
            lines += [f".SS {_roff(entry.name)}", *paragraphs, *_terms(entry)]
    lines += [
        ".SH EXIT STATUS",
        *_terms(Entry("", "", (), tuple((str(code), word) for code, word in EXITS.items()))),
        ".SH FILES",
        *_paragraphs((FAILURE,)),
    ]
    return "\n".join(lines) + "\n"


def _paragraphs(words: tuple[str, ...]) -> Iterator[str]:
    for number, each in enumerate(words):
        yield from ((".PP", _roff(each)) if number else (_roff(each),))


def _terms(entry: Entry) -> Iterator[str]:
    for term, meaning in entry.terms:
        yield from (".TP", rf"\fB{_roff(term)}\fR", _roff(meaning))


def _roff(text: str) -> str:
    """Text as roff takes it: its own signs escaped, a sentence begun on a line of its own."""
    for sign, escaped in (("\\", r"\e"), ("-", r"\-"), ("'", r"\(aq"), ("~", r"\(ti"), ("`", "")):
        text = text.replace(sign, escaped)
    lines = [
        part for sentence in re.split(r"(?<=[.:]) (?=[A-Z])", text) for part in _wrapped(sentence)
    ]
    return "\n".join(rf"\&{line}" if line.startswith(".") else line for line in lines)


_wrapped = TextWrapper(78, break_long_words=False, break_on_hyphens=False).wrap
