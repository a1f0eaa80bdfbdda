"""Names the cells of a refused write, as people know them: by tab, Table and column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from budgettrack.core.base.addresses import letters
from budgettrack.workbook.google.cells import Spreadsheet, Tab

_IN_REQUEST = re.compile(r"Invalid requests\[(\d{1,6})\]\.(\w{1,40}):")


def refused_place(message: str, content: bytes | None, seen: Spreadsheet | None = None) -> str:
    """Returns the cells that Google names in its message about a refused request, such as
    `C5:D7 in the tab Budget`, or ''. `seen`: the spreadsheet at its last read, which has the names
    of its tabs and Tables."""
    match = _IN_REQUEST.match(message)
    if match is None or content is None:
        return ""
    made = json.loads(content).get("requests", [])
    number, kind = int(match[1]), match[2]
    area = made[number].get(kind, {}).get("range", {}) if number < len(made) else {}
    if "startRowIndex" not in area or "startColumnIndex" not in area:
        return ""
    first = f"{letters(area['startColumnIndex'])}{area['startRowIndex'] + 1}"
    last = f"{letters(area['endColumnIndex'] - 1)}{area['endRowIndex']}"
    cells = first if first == last else f"{first}:{last}"
    tab = seen.tab(area["sheetId"]) if seen else None
    if tab is None:
        return f"{cells} in the tab whose link ends in gid={area['sheetId']}"
    tables = "; ".join(_tables(tab, area))
    return f"{cells} in the tab {tab.title}" + (f" ({tables})" if tables else "")


def _tables(tab: Tab, area: Mapping[str, Any]) -> Iterator[str]:
    """Yields the name of each Table that a range meets, with the columns that it meets there."""
    rows = range(area["startRowIndex"], area["endRowIndex"])
    columns = range(area["startColumnIndex"], area["endColumnIndex"])
    for table in tab.tables:
        size = tab.properties.gridProperties
        down, across = table.range.within(size.rowCount, size.columnCount)
        met = [column for column in columns if column in across]
        if not met or not any(row in down for row in rows):
            continue
        named = {one.columnIndex: one.columnName for one in table.columnProperties}
        names = [named.get(column - across.start) or letters(column) for column in met]
        word = "column" if len(names) == 1 else "columns"
        yield f"Table {table.name}, {word} {', '.join(names)}"
