"""Asks questions on the terminal, with choices, or takes the answers from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from budgettrack import structured
from budgettrack.core.base import errors


def ask(words: str, choices: Mapping[str, str], default: str, *, example: str = "") -> str:
    """Ask one question on the terminal. Enter takes the default.

    `choices`: the possible answers, each with its words; a person types the number of one. If
    `choices` is empty, any text may be an answer. `default`: "" if there is none."""
    click.echo("")
    if example:
        click.echo(f"For example {example}")
    if not choices:
        return str(click.prompt(words, default=default or None))
    names = list(choices)
    click.echo(words)
    for number, (name, said) in enumerate(choices.items(), 1):
        usual = " (default)" if name == default else ""
        click.echo(f"  {number}: {said}{usual}")
    first = names.index(default) + 1 if default else None
    number = click.prompt("Number", default=first, type=click.IntRange(1, len(names)))
    return names[int(number) - 1]


def answers_of(path: Path) -> dict[str, str]:
    """Return the answers of a JSON or TOML file. Raises UsageError if it is neither."""
    try:
        text = path.read_text("utf-8-sig")
        is_json = text.lstrip().startswith("{")
        content = structured.json_object(text) if is_json else structured.toml(text)
    except ValueError as error:
        raise errors.UsageError(f"{path} is neither JSON nor TOML: {error}") from error
    return {str(name): str(answer) for name, answer in content.items()}


def printable(words: str) -> str:
    """Return the bank's words in one short line, without characters that could control the
    terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in words)[:100]
