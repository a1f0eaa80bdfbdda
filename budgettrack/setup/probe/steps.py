"""The requests that the probe sends to Google, in order: every kind of request in our writes, and
cases in which Google's answer is doubtful.

The tabs have fixed numbers and titles, so that two recordings can be compared line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, field

ProbeRequest = dict[str, Any]
Scalar = str | float | bool | None

ROWS, COLUMNS = 12, 6

READ = (
    "sheets(properties(sheetId,title,hidden,gridProperties(rowCount,columnCount)),basicFilter,"
    "merges,rowGroups,tables,protectedRanges(range,warningOnly,requestingUserCanEdit),"
    "developerMetadata(metadataKey,metadataValue,location),"
    "data(startRow,startColumn,rowMetadata(hiddenByFilter,hiddenByUser),"
    "rowData(values(effectiveValue,userEnteredValue,dataValidation,"
    "effectiveFormat/numberFormat(type,pattern),userEnteredFormat/textFormat/strikethrough))))"
)
PROOF = (
    "spreadsheetId,replies,updatedSpreadsheet(sheets(properties(sheetId,title),basicFilter/range,"
    "data(startRow,startColumn,rowData(values(effectiveValue,userEnteredValue/formulaValue)))))"
)

KEY = "budgettrack-probe"


class ProbeStep(Struct, frozen=True):
    """One request. `verb` is the part of its address after that of the spreadsheet."""

    name: str
    verb: str
    query: Sequence[tuple[str, str]] = ()
    body: ProbeRequest | None = None
    method: str = field(default="POST")


def steps() -> Iterator[ProbeStep]:
    """Yields all steps. Each step uses tabs of its own."""
    about = {"properties": {"locale": "en_US", "timeZone": "Etc/GMT"}, "fields": "locale,timeZone"}
    yield _change("the language", {"updateSpreadsheetProperties": about})
    yield from _paste()
    yield from _filtered()
    yield from _hidden_by_hand()
    yield from _protected()
    yield from _table()
    yield from _metadata()
    yield from _cells()
    yield from _refused()


def _paste() -> Iterator[ProbeStep]:
    name = "a write with its before-image"
    yield _change(
        name,
        _sheet(7101, "Paste"),
        _put(
            7101,
            ["ID", "Sum", "Text", "Yes"],
            ["P-1", 12.5, "one", True],
            ["P-2", "=B2*2", None, False],
            [],
            ["P-4", '=IF(B2>1,"more","less")', "=NOW()>0", "=1/0"],
        ),
    )
    write = [
        _hidden(7102, "~Paste"),
        _mark(7102, "before"),
        _copy(7101, 7102, 0, 6, 0, 4),
        _put(7101, [7.25], row=1, column=1),
        _put(7101, ["=B2+1"], row=3, column=1),
        {"appendDimension": {"sheetId": 7101, "dimension": "ROWS", "length": 3}},
    ]
    proof = {
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": True,
        "responseRanges": ["'~Paste'!A1:D6", "'Paste'!A1:A15"],
    }
    yield _change(name, *write, answer=PROOF, **proof)
    yield ProbeStep("the same write again", ":batchUpdate", (), {"requests": write} | proof)
    yield _read(name, "~Paste", "Paste")
    # A write begins like this: it deletes the hidden tab and adds one with the same number.
    yield _change(
        "the next write",
        {"deleteSheet": {"sheetId": 7102}},
        _hidden(7102, "~Paste"),
        _copy(7101, 7102, 1, 2, 1, 2),
        answer=PROOF,
        includeSpreadsheetInResponse=True,
        responseIncludeGridData=True,
        responseRanges=["'~Paste'!A1:D6"],
    )


def _filtered() -> Iterator[ProbeStep]:
    name = "rows that a filter hides"
    criteria = {"1": {"condition": {"type": "NUMBER_GREATER", "values": [_typed("2")]}}}
    yield _change(
        name,
        _sheet(7201, "Filtered"),
        _put(7201, ["ID", "Sum"], *_numbered("F", 6)),
        {"setBasicFilter": {"filter": {"range": _range(7201, 0, 7, 0, 2), "criteria": criteria}}},
    )
    yield _read(name, "Filtered")
    yield _change(name, _hidden(7202, "~Filtered"), _copy(7201, 7202, 0, 7, 0, 2))
    yield _read(name, "~Filtered")
    yield _change("one row within a filter", _copy(7201, 7202, 2, 3, 0, 1, to_column=3))
    yield _change("a write into rows that a filter hides", _put(7201, ["typed"], row=1, column=2))
    yield _change("a paste into rows that a filter hides", _copy(7202, 7201, 0, 7, 0, 1, 4))
    yield _read(name, "Filtered", "~Filtered")
    yield _values(name, "Filtered!A1:F8")
    copy = {"sourceSheetId": 7201, "newSheetId": 7203, "newSheetName": "Twin"}
    shown = {"range": _dimension(7203, None, None), "properties": {"hiddenByUser": False}}
    yield _change("a copy of a filtered tab", {"duplicateSheet": copy | {"insertSheetIndex": 1}})
    yield _read("a copy of a filtered tab", "Twin")
    yield _change(
        "a copy of a filtered tab",
        {"clearBasicFilter": {"sheetId": 7203}},
        {"updateDimensionProperties": shown | {"fields": "hiddenByUser"}},
    )
    yield _read("a copy of a filtered tab", "Twin")
    added = {"sheetId": 7201, "fields": "userEnteredValue", "rows": _rows(["F-7", 1])}
    yield _change("append below a filter", {"appendCells": added})
    yield _change("insert within a filter", {"insertDimension": {"range": _dimension(7201, 3, 4)}})
    yield _read(name, "Filtered")
    # A write clears the filter that somebody may have set after our read, and then copies.
    cleared = {"clearBasicFilter": {"sheetId": 7201}}
    name = "a copy after the filter was cleared"
    yield _change(name, cleared, _hidden(7204, "~Cleared"), _copy(7201, 7204, 0, 7, 0, 2))
    yield _read(name, "Filtered", "~Cleared")
    yield _change("a filter is cleared where there is none", cleared)


def _hidden_by_hand() -> Iterator[ProbeStep]:
    name = "rows that a person hides or groups"
    hide = {"range": _dimension(7301, 1, 3), "properties": {"hiddenByUser": True}}
    group = {"range": _dimension(7301, 4, 6), "depth": 1, "collapsed": True}
    yield _change(
        name,
        _sheet(7301, "Hidden rows"),
        _put(7301, *_numbered("H", 7)),
        {"updateDimensionProperties": hide | {"fields": "hiddenByUser"}},
        {"addDimensionGroup": {"range": _dimension(7301, 4, 6)}},
        {"updateDimensionGroup": {"dimensionGroup": group, "fields": "collapsed"}},
    )
    yield _change(name, _hidden(7302, "~Hidden rows"), _copy(7301, 7302, 0, 7, 0, 2))
    yield _read(name, "Hidden rows", "~Hidden rows")


def _protected() -> Iterator[ProbeStep]:
    name = "protected cells"
    warned = {"range": _range(7401, 0, 1, 0, 6), "warningOnly": True, "description": "Headings"}
    own = {"range": _range(7401, 1, 2, 0, 6)}
    yield _change(name, _sheet(7401, "Protected"), _put(7401, ["ID"], ["P-1"]))
    yield _change(name, {"addProtectedRange": {"protectedRange": warned}})
    yield _change(name, {"addProtectedRange": {"protectedRange": own}})
    yield _change(name, _put(7401, ["Heading"]), _put(7401, ["P-2"], row=1))
    yield _read(name, "Protected")


def _table() -> Iterator[ProbeStep]:
    name = "a Table"
    choice = {"condition": {"type": "ONE_OF_LIST", "values": [_typed("paid"), _typed("open")]}}
    columns = [
        {"columnIndex": 0, "columnName": "ID", "columnType": "TEXT"},
        {"columnIndex": 1, "columnName": "Sum", "columnType": "DOUBLE"},
        {
            "columnIndex": 2,
            "columnName": "State",
            "columnType": "DROPDOWN",
            "dataValidationRule": choice,
        },
    ]
    table = {
        "tableId": "7501",
        "name": "Probe",
        "range": _range(7501, 0, 4, 0, 3),
        "columnProperties": columns,
    }
    yield _change(
        name,
        _sheet(7501, "Table"),
        _put(7501, ["ID", "Sum", "State"], ["T-1", 1, "paid"], ["T-2", 2, "open"]),
        {"addTable": {"table": table}},
    )
    yield _read(name, "Table")
    row = {"sheetId": 7501, "fields": "userEnteredValue"}
    yield _change("append to a Table", {"appendCells": row | _appended("7501", ["T-3", 3, "paid"])})
    yield _change("append to a full Table", {"appendCells": row | _appended("7501", ["T-4", 4])})
    yield _change("append without the Table", {"appendCells": row | {"rows": _rows(["T-5", 5])}})
    yield _read(name, "Table")
    yield _change("insert within a Table", {"insertDimension": {"range": _dimension(7501, 2, 3)}})
    yield _change("another kind of value in a Table", _put(7501, ["text"], row=1, column=1))
    yield _change("a heading of a Table", _put(7501, ["Amount"], row=0, column=1))
    yield _change(name, _hidden(7502, "~Table"), _copy(7501, 7502, 0, 6, 0, 3))
    yield _read(name, "Table", "~Table")


def _metadata() -> Iterator[ProbeStep]:
    name = "metadata"
    held = {
        "metadataKey": KEY,
        "metadataValue": "1",
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    lookup = {"dataFilter": {"developerMetadataLookup": {"metadataKey": KEY}}}
    nothing = {"dataFilter": {"developerMetadataLookup": {"metadataKey": KEY + " asks"}}}
    yield _change(name, {"createDeveloperMetadata": {"developerMetadata": held}})
    yield _change("a request that changes nothing", {"deleteDeveloperMetadata": nothing})
    yield _change(name, {"deleteDeveloperMetadata": lookup})


def _cells() -> Iterator[ProbeStep]:
    name = "what a workbook is made of"
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [_typed("a")]}, "showCustomUi": True}
    area = _range(7601, 1, 6, 1, 2)
    red = {"backgroundColorStyle": {"rgbColor": {"red": 1}}}
    when = {"condition": {"type": "CUSTOM_FORMULA", "values": [_typed("=$B2>1")]}, "format": red}
    money = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "#,##0.00"}}}
    frozen = {"sheetId": 7601, "gridProperties": {"frozenRowCount": 1}}
    yield _change(
        name,
        _sheet(7601, "Cells"),
        _put(7601, ["ID", "Sum", "Total"], ["C-1", 3, "=SUM(B2:B4)"], ["C-2", 4], ["C-3", 5]),
        {"setDataValidation": {"range": _range(7601, 1, 6, 3, 4), "rule": rule}},
        {"repeatCell": {"range": area, "cell": money, "fields": "userEnteredFormat.numberFormat"}},
        {"addConditionalFormatRule": {"rule": {"ranges": [area], "booleanRule": when}, "index": 0}},
        {"mergeCells": {"range": _range(7601, 8, 9, 0, 3), "mergeType": "MERGE_ALL"}},
        {
            "updateSheetProperties": {
                "properties": frozen,
                "fields": "gridProperties.frozenRowCount",
            }
        },
    )
    yield _read(name, "Cells")
    before = {"range": _dimension(7601, 4, 5), "inheritFromBefore": True}
    yield _change(
        "a row above a total", {"insertDimension": before}, _put(7601, [6], row=4, column=1)
    )
    yield _change("a row that goes", {"deleteDimension": {"range": _dimension(7601, 1, 2)}})
    yield _read(name, "Cells")


def _refused() -> Iterator[ProbeStep]:
    yield _change("a tab that is not there", _put(7999, ["x"]))
    yield _change("two tabs of one title", _sheet(7901, "Cells"))
    yield _change("a cell beyond the grid", _put(7601, ["x"], row=500))
    yield _change("a paste beyond the grid", _copy(7601, 7601, 0, 4, 0, 2, to_column=5))
    yield ProbeStep(
        "a range that is no range", "", (("ranges", "Nowhere!A1"), ("fields", READ)), None, "GET"
    )
    yield _change("an unknown request", {"setTheMoonOnFire": {}})


def _change(name: str, *requests: ProbeRequest, answer: str = "", **more: Any) -> ProbeStep:
    query = (("fields", answer),) if answer else ()
    return ProbeStep(name, ":batchUpdate", query, {"requests": list(requests)} | more)


def _read(name: str, *titles: str) -> ProbeStep:
    ranges = [("ranges", f"'{title}'") for title in titles]
    return ProbeStep(name, "", (*ranges, ("fields", READ)), None, "GET")


def _values(name: str, area: str) -> ProbeStep:
    query = (("ranges", area), ("valueRenderOption", "UNFORMATTED_VALUE"))
    return ProbeStep(name, "/values:batchGet", query, None, "GET")


def _sheet(id_: int, title: str) -> ProbeRequest:
    grid = {"rowCount": ROWS, "columnCount": COLUMNS}
    return {"addSheet": {"properties": {"sheetId": id_, "title": title, "gridProperties": grid}}}


def _hidden(id_: int, title: str) -> ProbeRequest:
    made = _sheet(id_, title)
    made["addSheet"]["properties"]["hidden"] = True
    return made


def _mark(id_: int, value: str) -> ProbeRequest:
    held = {"metadataKey": KEY, "metadataValue": value, "location": {"sheetId": id_}}
    return {"createDeveloperMetadata": {"developerMetadata": held | {"visibility": "DOCUMENT"}}}


def _put(id_: int, *rows: Sequence[Scalar], row: int = 0, column: int = 0) -> ProbeRequest:
    start = {"sheetId": id_, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": _rows(*rows), "fields": "userEnteredValue"}}


def _numbered(letter: str, count: int) -> list[list[Scalar]]:
    return [[f"{letter}-{number}", number] for number in range(1, count + 1)]


def _rows(*rows: Sequence[Scalar]) -> list[ProbeRequest]:
    return [{"values": [_cell(value) for value in row]} for row in rows]


def _cell(value: Scalar) -> ProbeRequest:
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}}
    if isinstance(value, str):
        kind = "formulaValue" if value.startswith("=") else "stringValue"
        return {"userEnteredValue": {kind: value}}
    return {"userEnteredValue": {"numberValue": value}}


def _appended(table: str, row: Sequence[Scalar]) -> ProbeRequest:
    return {"tableId": table, "rows": _rows(row)}


def _copy(
    source: int,
    target: int,
    top: int,
    bottom: int,
    left: int,
    right: int,
    to_column: int | None = None,
) -> ProbeRequest:
    column = left if to_column is None else to_column
    return {
        "copyPaste": {
            "source": _range(source, top, bottom, left, right),
            "destination": _range(target, top, top + 1, column, column + 1),
            "pasteType": "PASTE_FORMULA",
        }
    }


def _range(id_: int, top: int, bottom: int, left: int, right: int) -> ProbeRequest:
    return {
        "sheetId": id_,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def _dimension(id_: int, start: int | None, end: int | None) -> ProbeRequest:
    place: ProbeRequest = {"sheetId": id_, "dimension": "ROWS"}
    return place if start is None else place | {"startIndex": start, "endIndex": end}


def _typed(text: str) -> ProbeRequest:
    return {"userEnteredValue": text}
