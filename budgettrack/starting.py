"""A new group: its workbook, and the config beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from budgettrack import presets
from budgettrack.config import NAME
from budgettrack.core.errors import UsageError, WorkbookError
from budgettrack.core.tables import TABLES
from budgettrack.sheets.xlsx_layout import new_workbook

CONFIG = """# What your group sets. Paths are relative to this file.

[organisation]
name = "{name}"
currency = "EUR"            # the currency in which you think
time_zone = "UTC"           # such as Europe/Lisbon
language = "en"             # how numbers and dates are written; en_GB makes 12/03/2026 the 12th of March

[workbook]
xlsx = "{workbook}"

[register]
url = "sqlite:///register.sqlite"

[reports]
out = "reports"             # public/ is meant for a web server, private/ is not
"""


def config_text(name: str, workbook: str) -> str:
    """A config for a local workbook; `workbook` is its path from the config's folder."""
    return CONFIG.format(name=name, workbook=workbook.replace("\\", "/").replace('"', ""))


def start_group(xlsx: Path, preset: str, optional: frozenset[str], start: date) -> list[str]:
    """Make workbook and config; what was made, in words. Nothing that is there is overwritten."""
    known = {column.name for table in TABLES for column in table.columns if column.optional}
    unknown = sorted(optional - known)
    if unknown:
        raise UsageError(f"There is no optional column {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
    if xlsx.suffix.lower() != ".xlsx":
        raise UsageError(f"{xlsx} does not end in .xlsx. Give it that ending.")
    if not xlsx.absolute().parent.is_dir():
        raise WorkbookError(f"There is no folder {xlsx.absolute().parent}. Make it first.")
    new_workbook(xlsx, with_optional=optional, rows=presets.preset(preset, start))
    told = [f"Made {xlsx}: open it in a spreadsheet program and begin with the tab Start here."]
    config = xlsx.absolute().parent / NAME
    if config.exists():
        return [*told, f'{config} is there already: set xlsx = "{xlsx.name}" in it.']
    config.write_text(config_text("Our group", xlsx.name), "utf-8")
    return [
        *told,
        f"Made {config}: set your group's name and currency there.",
        "Then run: budgettrack sync",
    ]
