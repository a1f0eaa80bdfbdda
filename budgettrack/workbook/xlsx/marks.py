"""The name of the cells in *Checks* by which the conditional formats of all other tabs colour the
cells with a finding (see `workbook.layout`).

A conditional format may ask for a name in every spreadsheet program; it follows the tab when people
rename it."""

from __future__ import annotations

from budgettrack.workbook.layout import MARKS_COLUMN, MARKS_FIRST, MARKS_LAST
from budgettrack.workbook.xlsx.package import Package

MARKS_NAME = "budgettrack_marks"


def marks_of(title: str) -> str:
    """Returns the range of the marks in the tab Checks with this title."""
    quoted = title.replace("'", "''")
    return f"'{quoted}'!${MARKS_COLUMN}${MARKS_FIRST}:${MARKS_COLUMN}${MARKS_LAST}"


def point_to(package: Package, title: str) -> None:
    """Lets the name mean the cells of a new tab Checks, if the workbook has the name.

    The name means nothing after people deleted the tab. A workbook without it has no conditional
    format that asks for it."""
    root = package.xml(package.main)
    for name in root.iterfind("{*}definedNames/{*}definedName"):
        if name.get("name") == MARKS_NAME and name.text != marks_of(title):
            name.text = marks_of(title)
            package.put_xml(package.main, root)
