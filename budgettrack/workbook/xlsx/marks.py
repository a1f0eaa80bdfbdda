"""The defined name (a name for a range of cells) of the column in *Checks* that lists the cells
with a finding. The conditional formats of all other tabs use this name, to colour the listed cells
(see `workbook.layout`).

In every spreadsheet program a conditional format may use a name. The name still works if people
rename the tab."""

from __future__ import annotations

from budgettrack.workbook.layout import MARKS_COLUMN, MARKS_FIRST, MARKS_LAST
from budgettrack.workbook.xlsx.package import Package

MARKS_NAME = "budgettrack_marks"


def marks_of(title: str) -> str:
    """Returns the range in the tab *Checks* that lists the cells with a finding. `title`: the
    title of this tab in the workbook."""
    quoted = title.replace("'", "''")
    return f"'{quoted}'!${MARKS_COLUMN}${MARKS_FIRST}:${MARKS_COLUMN}${MARKS_LAST}"


def point_to(package: Package, title: str) -> None:
    """Lets the defined name stand for cells of the new tab *Checks*, if the workbook has the name.
    The name stands for nothing after people have deleted the old tab.

    In a workbook without the name, no conditional format uses it."""
    root = package.xml(package.main)
    for name in root.iterfind("{*}definedNames/{*}definedName"):
        if name.get("name") == MARKS_NAME and name.text != marks_of(title):
            name.text = marks_of(title)
            package.put_xml(package.main, root)
