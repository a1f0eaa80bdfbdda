"""The values endpoints: get, update, append, clear and their batches."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from tests.sheets_api.entry import entered
from tests.sheets_api.errors import invalid
from tests.sheets_api.ranges import Area, area, from_grid, letters, quoted
from tests.sheets_api.shown import shown
from tests.sheets_api.spreadsheet import MAX_TEXT, Cell, Scalar, Sheet, Spreadsheet

Query = dict[str, list[str]]


def one(query: Query, name: str, default: str) -> str:
    """A query parameter's value."""
    return query.get(name, [default])[-1]


# ---- reading


def get(book: Spreadsheet, text: str, query: Query) -> dict[str, Any]:
    """`values.get`."""
    return _value_range(book.settled(), area(book, text), query)


def batch_get(book: Spreadsheet, query: Query) -> dict[str, Any]:
    """`values.batchGet`."""
    book.settled()
    found = [_value_range(book, area(book, text), query) for text in query.get("ranges", [])]
    answer: dict[str, Any] = {"spreadsheetId": book.id}
    if found:
        answer["valueRanges"] = found
    return answer


def _value_range(book: Spreadsheet, place: Area, query: Query) -> dict[str, Any]:
    by_column = one(query, "majorDimension", "ROWS") == "COLUMNS"
    values = rendered(book, place, query)
    if by_column:
        values = _turned(values)
    answer: dict[str, Any] = {
        "range": place.a1,
        "majorDimension": "COLUMNS" if by_column else "ROWS",
    }
    if values:
        answer["values"] = values
    return answer


def rendered(book: Spreadsheet, place: Area, query: Query) -> list[list[Any]]:
    """The values of a range, without the empty cells at the end of rows and the empty rows at the
    end."""
    how = one(query, "valueRenderOption", "FORMATTED_VALUE")
    as_text = one(query, "dateTimeRenderOption", "SERIAL_NUMBER") == "FORMATTED_STRING"
    rows: list[list[Any]] = []
    for number in range(place.top, min(place.bottom, len(place.sheet.rows))):
        row = place.sheet.rows[number]
        last = max(
            (c for c, cell in row.items() if place.left <= c < place.right and cell.filled),
            default=-1,
        )
        rows.append(
            [
                render(book, row[c], how, as_text) if c in row else ""
                for c in range(place.left, last + 1)
            ]
        )
    # A formula's empty text at the end counts as empty too.
    for each in rows:
        while each and each[-1] == "":
            each.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def render(book: Spreadsheet, cell: Cell, how: str, as_text: bool) -> Any:
    """One cell by a render option."""
    if how == "FORMULA" and cell.formula:
        return cell.formula
    if cell.error:
        return cell.error
    if how == "FORMATTED_VALUE":
        return shown(cell.value, cell.number_format, book.locale)
    if as_text and (cell.number_format or {}).get("type") in ("DATE", "TIME", "DATE_TIME"):
        return shown(cell.value, cell.number_format, book.locale)
    return plain(cell.value)


def plain(value: Scalar) -> Any:
    """A number as JSON has it: whole ones without a point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return "" if value is None else value


def _turned(rows: list[list[Any]]) -> list[list[Any]]:
    width = max(map(len, rows), default=0)
    columns = [[row[c] if c < len(row) else "" for row in rows] for c in range(width)]
    for each in columns:
        while each and each[-1] == "":
            each.pop()
    while columns and not columns[-1]:
        columns.pop()
    return columns


# ---- writing


def update(book: Spreadsheet, text: str, query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """`values.update`."""
    option = one(query, "valueInputOption", "INPUT_VALUE_OPTION_UNSPECIFIED")
    answer = _updated(book, text, body, option)
    if one(query, "includeValuesInResponse", "false").lower() == "true":
        answer["updatedData"] = _echo(book, answer["updatedRange"], query)
    return answer


def batch_update(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    """`values.batchUpdate`."""
    option = body.get("valueInputOption", "INPUT_VALUE_OPTION_UNSPECIFIED")
    answers = [_updated(book, each.get("range", ""), each, option) for each in body.get("data", [])]
    if body.get("includeValuesInResponse"):
        query = {
            "valueRenderOption": [body.get("responseValueRenderOption", "FORMATTED_VALUE")],
            "dateTimeRenderOption": [body.get("responseDateTimeRenderOption", "SERIAL_NUMBER")],
        }
        for each in answers:
            each["updatedData"] = _value_range(
                book.settled(), area(book, each["updatedRange"]), query
            )
    sheets = {area(book, each["updatedRange"]).sheet.id for each in answers}
    total: dict[str, Any] = {"spreadsheetId": book.id}
    counts = _total(book, body.get("data", []), answers)
    total |= {key: count for key, count in counts.items() if count}
    if sheets:
        total["totalUpdatedSheets"] = len(sheets)
    return total | ({"responses": answers} if answers else {})


def _total(
    book: Spreadsheet, data: list[dict[str, Any]], answers: list[dict[str, Any]]
) -> dict[str, int]:
    """What was updated in all: a row or column that several ranges touch counts once."""
    rows: set[tuple[int, int]] = set()
    columns: set[tuple[int, int]] = set()
    for given, answer in zip(data, answers, strict=True):
        place = area(book, answer["updatedRange"])
        for i, row in enumerate(_rows(given)):
            for j, value in enumerate(row):
                if value is not None:
                    rows.add((place.sheet.id, place.top + i))
                    columns.add((place.sheet.id, place.left + j))
    cells = sum(each.get("updatedCells", 0) for each in answers)
    return {
        "totalUpdatedRows": len(rows),
        "totalUpdatedColumns": len(columns),
        "totalUpdatedCells": cells,
    }


def filtered_ranges(book: Spreadsheet, data_filter: dict[str, Any]) -> list[str]:
    """The ranges that a data filter names, as A1 or as a grid."""
    if "a1Range" in data_filter:
        return [str(data_filter["a1Range"])]
    if "gridRange" in data_filter:
        return [from_grid(book, data_filter["gridRange"]).a1]
    return []


def batch_get_by_data_filter(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    """`values.batchGetByDataFilter`."""
    names = ("majorDimension", "valueRenderOption", "dateTimeRenderOption")
    query = {name: [str(body[name])] for name in names if name in body}
    book.settled()
    found = [
        {"valueRange": _value_range(book, area(book, text), query), "dataFilters": [each]}
        for each in body.get("dataFilters", [])
        for text in filtered_ranges(book, each)
    ]
    return {"spreadsheetId": book.id} | ({"valueRanges": found} if found else {})


def batch_update_by_data_filter(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    """`values.batchUpdateByDataFilter`."""
    pairs = [
        (each, text)
        for each in body.get("data", [])
        for text in filtered_ranges(book, each.get("dataFilter", {}))
    ]
    data = [
        {"range": text} | {key: value for key, value in each.items() if key != "dataFilter"}
        for each, text in pairs
    ]
    answer = batch_update(book, {**body, "data": data})
    for told, (each, _) in zip(answer.get("responses", []), pairs, strict=True):
        told.pop("spreadsheetId", None)
        told["dataFilter"] = each["dataFilter"]
    return answer


def batch_clear_by_data_filter(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    """`values.batchClearByDataFilter`."""
    ranges = [text for each in body.get("dataFilters", []) for text in filtered_ranges(book, each)]
    return batch_clear(book, {"ranges": ranges})


def _echo(book: Spreadsheet, text: str, query: Query) -> dict[str, Any]:
    how = {
        "valueRenderOption": query.get("responseValueRenderOption", ["FORMATTED_VALUE"]),
        "dateTimeRenderOption": query.get("responseDateTimeRenderOption", ["SERIAL_NUMBER"]),
    }
    return _value_range(book.settled(), area(book, text), how)


def _updated(book: Spreadsheet, text: str, body: dict[str, Any], option: str) -> dict[str, Any]:
    if option not in ("RAW", "USER_ENTERED"):
        raise invalid("'valueInputOption' is required but not specified")
    values = _rows(body)
    given = body.get("range")
    place = area(book, text, clip=False)
    if given and area(book, given, clip=False).a1 != place.a1:
        raise invalid(f"Requested writing within range [{text}], but the body's range is [{given}]")
    height, width = len(values), max(map(len, values), default=0)
    whole = place.single
    if not whole and height > place.bottom - place.top:
        raise invalid(
            f"Requested writing within range [{_asked(place)}], but tried writing to row"
            f" [{place.bottom + 1}]"
        )
    if not whole and width > place.right - place.left:
        raise invalid(
            f"Requested writing within range [{_asked(place)}], but tried writing to column"
            f" [{letters(place.right)}]"
        )
    return put(book, place.sheet, place.top, place.left, values, option)


def _asked(place: Area) -> str:
    name, _, cells = place.a1.rpartition("!")
    return f"{name if name.startswith(chr(39)) else quoted(place.sheet.title)}!{cells}"


def _rows(body: dict[str, Any]) -> list[list[Any]]:
    values: list[list[Any]] = body.get("values", [])
    for number, row in enumerate(values):
        for each in row:
            if isinstance(each, dict | list):
                kind = "struct_value" if isinstance(each, dict) else "list_value"
                raise invalid(f"Invalid values[{number}][{row.index(each)}]: {kind} {{\n}}\n")
    return _turned(values) if body.get("majorDimension") == "COLUMNS" else values


def put(
    book: Spreadsheet,
    sheet: Sheet,
    top: int,
    left: int,
    values: Sequence[Sequence[Any]],
    option: str,
) -> dict[str, Any]:
    """Write values from a corner on; null leaves a cell as it is. The service's account of what was
    written."""
    height, width = len(values), max(map(len, values), default=0)
    if top + height > sheet.n_rows or left + width > sheet.n_columns:
        asked = f"{quoted(sheet.title)}!{letters(left)}{top + 1}:{letters(left + width - 1)}{top + height}"
        raise invalid(
            f"Range ({asked}) exceeds grid limits. Max rows: {sheet.n_rows}, max columns:"
            f" {sheet.n_columns}"
        )
    rows, columns, count = set(), set(), 0
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            if value is None:
                continue
            rows.add(i)
            columns.add(j)
            count += 1
            sheet.put(
                top + i, left + j, typed(sheet.cell(top + i, left + j), value, option, book.locale)
            )
    book.changed()
    last = Area(sheet, top, left, max(top + height, top + 1), max(left + width, left + 1))
    answer: dict[str, Any] = {"spreadsheetId": book.id, "updatedRange": last.a1}
    if count:
        answer |= {"updatedRows": len(rows), "updatedColumns": len(columns), "updatedCells": count}
    return answer


def typed(cell: Cell, value: Any, option: str, locale: str) -> Cell:
    """The cell after a value was put into it: as it is (RAW) or as if somebody had typed it."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise invalid(
            f"Your input contains more than the maximum of {MAX_TEXT} characters in a single cell."
        )
    blank = dataclasses.replace(cell, value=None, formula=None, error=None, made=None)
    if isinstance(value, bool):
        return dataclasses.replace(blank, value=value)
    if isinstance(value, int | float):
        return dataclasses.replace(blank, value=float(value))
    if option == "RAW":
        return dataclasses.replace(blank, value=value or None)
    if cell.format.get("numberFormat", {}).get("type") == "TEXT":
        return dataclasses.replace(blank, value=value or None)
    found = entered(value, locale)
    new = dataclasses.replace(blank, value=found.value, formula=found.formula)
    if found.number_format and "numberFormat" not in cell.format:
        new = dataclasses.replace(
            new, format={**cell.format, "numberFormat": dict(found.number_format)}
        )
    return new


def append(book: Spreadsheet, text: str, query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """`values.append`: after the last table within the range, in its first column."""
    option = one(query, "valueInputOption", "INPUT_VALUE_OPTION_UNSPECIFIED")
    if option not in ("RAW", "USER_ENTERED"):
        raise invalid("'valueInputOption' is required but not specified")
    values = _rows(body)
    place = area(book, text)
    table = _table(place)
    sheet = place.sheet
    top, left = (table.bottom, table.left) if table else (place.top, place.left)
    height, width = len(values), max(map(len, values), default=0)
    if left + width > sheet.n_columns:
        book.check_room((left + width - sheet.n_columns) * sheet.n_rows)
        sheet.n_columns = left + width
    if (
        one(query, "insertDataOption", "OVERWRITE") == "INSERT_ROWS"
        and height
        and top < sheet.n_rows
    ):
        book.insert(sheet, "ROWS", top, height, before=top > 0)
    elif top + height > sheet.n_rows:
        book.check_room((top + height - sheet.n_rows) * sheet.n_columns)
        sheet.n_rows = top + height
    updates = put(book, sheet, top, left, values, option)
    if one(query, "includeValuesInResponse", "false").lower() == "true":
        updates["updatedData"] = _echo(book, updates["updatedRange"], query)
    answer: dict[str, Any] = {"spreadsheetId": book.id}
    if table:
        answer["tableRange"] = table.a1
    return {**answer, "updates": updates}


def _table(place: Area) -> Area | None:
    """The last table that the range touches: filled cells that adjoin, and the box around them."""
    sheet = place.sheet
    last = None
    for number in range(min(place.bottom, len(sheet.rows)) - 1, place.top - 1, -1):
        filled = [
            c
            for c, cell in sheet.rows[number].items()
            if cell.filled and place.left <= c < place.right
        ]
        if filled:
            last = (number, max(filled))
            break
    if last is None:
        return None
    seen, todo = {last}, [last]
    while todo:
        row, column = todo.pop()
        for near in _around(row, column):
            if near not in seen and near[0] >= 0 and near[1] >= 0 and sheet.cell(*near).filled:
                seen.add(near)
                todo.append(near)
    rows, columns = [r for r, _ in seen], [c for _, c in seen]
    return Area(sheet, min(rows), min(columns), max(rows) + 1, max(columns) + 1)


def _around(row: int, column: int) -> Iterable[tuple[int, int]]:
    return ((row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)


def clear(book: Spreadsheet, text: str) -> dict[str, Any]:
    """`values.clear`: values go, formats and notes stay."""
    return {"spreadsheetId": book.id, "clearedRange": _cleared(book, text)}


def batch_clear(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    """`values.batchClear`."""
    cleared = [_cleared(book, text) for text in body.get("ranges", [])]
    return {"spreadsheetId": book.id} | ({"clearedRanges": cleared} if cleared else {})


def _cleared(book: Spreadsheet, text: str) -> str:
    place = area(book, text)
    for number in range(place.top, min(place.bottom, len(place.sheet.rows))):
        cells = {
            column: dataclasses.replace(cell, value=None, formula=None, error=None, made=None)
            for column, cell in place.sheet.rows[number].items()
            if place.left <= column < place.right and cell.filled
        }
        if cells:
            place.sheet.put_row(number, cells)
    book.changed()
    return place.a1
