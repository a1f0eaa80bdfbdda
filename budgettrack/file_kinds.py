"""The kinds of files that the program reads and never writes, such as .ods and .csv."""

from __future__ import annotations

from pathlib import Path

KINDS = {
    ".ods": "OpenDocument",
    ".xls": "Excel 97",
    ".xlsm": "Excel with macros",
    ".csv": "CSV",
    ".tsv": "CSV",
}
"""The endings of these files, with the name of their kind."""

ONLY_READ = (
    "This file is only read: it gets no IDs, no changes of the register, and no tabs Summary and"
    " Checks. See: budgettrack checks. An .xlsx file in the layout of budgettrack gets them all; a"
    " mapped one gets IDs and changes, with write = true."
)
"""The sentence for people about a file that is read and never written."""


def is_only_read(path: Path | None) -> bool:
    """Whether a file is of a kind that is read and never written."""
    return path is not None and path.suffix.lower() in KINDS
