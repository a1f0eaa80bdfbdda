"""Writes the text of the config for an adopted workbook."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from budgettrack.core.records.tables import BY_NAME, Shape
from budgettrack.setup.adopt.proposal import WorkbookProposal

_ABOUT = {
    "where": "the rows that are meant",
    "where_not": "the other rows; what is neither is told",
    "turned": "it writes what goes out as negative",
    "amounts": "the rows with this sign only",
    "after": "the table begins below it",
    "until": "something else begins there",
    "fill_down": "typed once, for the rows below",
    "columns": "by letter: no heading that can stand here",
    "periods": "months and quarters by the letter of their column",
    "constant": "the same in every row",
    "year": "the year of dates without one",
    "dates": "dates are typed as numbers",
    "date_parts": "a date stands in several columns",
    "from_tab": "the name of the tab says it",
    "accepted": "how much more a total says than its rows",
}

CONFIG = """# What your group sets. Paths are relative to this file. Written by: budgettrack adopt

[organisation]
name = "Our group"
currency = {currency}            # the currency in which you think
time_zone = "UTC"           # such as Europe/Lisbon
language = {language}

[workbook]
{workbook}
locale = {locale}           # how numbers and dates are written in it
{days}
[register]
url = "sqlite:///register.sqlite"

[reports]
out = "reports"             # public/ is meant for a web server, private/ is not
"""


def config_text(proposal: WorkbookProposal, workbook: Sequence[str], language: str) -> str:
    """Returns the first part of the config. `tables_text` returns the rest, which says how the
    tables of the workbook are laid out. `workbook`: the lines of TOML that name the workbook."""
    days = f"start = {proposal.start}          # the first and the last day of the plan\n"
    days += f"end = {proposal.end}\n"
    return CONFIG.format(
        currency=toml(proposal.currency),
        language=toml(language),
        workbook="\n".join(workbook),
        locale=toml(proposal.locale),
        days="" if proposal.is_own else days,
    )


def tables_text(shapes: Mapping[str, Shape], waived: Sequence[str]) -> str:
    """Returns the sections of the tables, with comments."""
    lines: list[str] = []
    for place in waived:
        lines.append(f"# Waived at adoption: the total in {place} is not the sum of its rows.")
    for name, shape in shapes.items():
        for block in shape.blocks:
            brackets = f"[[tables.{name}]]" if shape.more else f"[tables.{name}]"
            lines += ["", f"{brackets}  # read as {BY_NAME[name].tab}", *_settings(block)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _settings(shape: Shape) -> Iterator[str]:
    if shape.tabs:
        yield f"tabs = {toml(shape.tabs)}"
    else:
        hidden = "  # by its place: its name may be that of a person" if shape.tab[0] == "#" else ""
        yield f"tab = {toml(shape.tab)}{hidden}"
    if shape.heading_row:
        yield f"heading_row = {shape.heading_row}"
    if shape.headings or not shape.columns:
        yield f"headings = {toml(shape.headings)}"
    for key in (
        "columns",
        "periods",
        "where",
        "where_not",
        "turned",
        "amounts",
        "after",
        "until",
        "fill_down",
        "year",
        "dates",
        "date_parts",
        "from_tab",
        "constant",
        "accepted",
    ):
        if value := getattr(shape, key):
            yield f"{key} = {toml(value)}  # {_ABOUT[key]}"
    if shape.rows:
        yield f'rows = "{shape.rows[0]}-{shape.rows[1]}"'
    if shape.write:
        yield "write = true  # IDs and changes are written into it"


def toml(value: object) -> str:
    """Returns a text, a number, a list of texts or a mapping of texts as TOML."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case Mapping():
            pairs = (f"{_key(str(key))} = {toml(text)}" for key, text in value.items())
            return "{ " + ", ".join(pairs) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(toml, value)) + "]"
    return str(value)


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else toml(name)


def differences(old: Mapping[str, Shape], new: Mapping[str, Shape]) -> Iterator[str]:
    """Yields a sentence for each difference between the config and the sheet as it is now."""
    for name in BY_NAME:
        if name in old and name not in new:
            yield f"{name}: the config reads it, and no such table is seen in the sheet now."
        elif name in new and name not in old:
            yield f"{name}: it is seen in {new[name].tab}, and the config does not read it."
        elif name in old:
            yield from _differences(name, old[name], new[name])


def _differences(name: str, old: Shape, new: Shape) -> Iterator[str]:
    if len(old.blocks) != len(new.blocks):
        yield f"{name}: the config has {len(old.blocks)} of its blocks, seen are {len(new.blocks)}."
    for one, other in zip(old.blocks, new.blocks, strict=False):
        for key in ("tab", "tabs", "headings", *_ABOUT, "rows", "write"):
            mine, seen = getattr(one, key), getattr(other, key)
            # The accepted differences are not in the sheet, so they are not compared.
            if mine != seen and key != "accepted":
                yield f"{name}.{key}: the config says {toml(mine)}, seen is {toml(seen)}."


def acceptances(old: Mapping[str, Shape], new: Mapping[str, Shape]) -> Iterator[str]:
    """Yields the lines that a person must type into the config, so that it accepts the
    differences of the waived totals."""
    for name, shape in new.items():
        for one, other in zip(old[name].blocks, shape.blocks, strict=True):
            if one.accepted != other.accepted:
                yield (
                    f"{name}.accepted: the config does not accept every total that you waive. Type"
                    f" there: accepted = {toml(other.accepted)}"
                )
