"""Requests of a `batchUpdate` about what lies on a tab and beside its cells: charts, slicers, banding,
filter views, comments; and those that tidy cells. They are added to `changes.KINDS`."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from tests.sheets_api import masks
from tests.sheets_api.changes import KINDS, Body
from tests.sheets_api.errors import invalid, too_narrow
from tests.sheets_api.formulas import translated
from tests.sheets_api.ranges import Area, from_grid, grid_of
from tests.sheets_api.spreadsheet import Cell, Sheet, Spreadsheet
from tests.sheets_api.values import typed

_DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " ", "AUTODETECT": ","}


def _mask(body: Body) -> masks.Mask:
    if not body.get("fields"):
        raise invalid("At least one field must be listed in 'fields'.")
    return masks.parsed(body["fields"])


def _put(held: Body, given: Body, body: Body) -> None:
    mask = _mask(body)
    if "*" in mask:
        held.update(copy.deepcopy(given))
    else:
        masks.put(held, given, mask)


# ---- filter views and banding


def _one(book: Spreadsheet, attribute: str, key: str, id_: Any, word: str) -> tuple[Sheet, Body]:
    for sheet in book.sheets:
        for held in getattr(sheet, attribute):
            if held[key] == id_:
                return sheet, held
    raise invalid(f"No {word} with id: {id_}")


def update_filter_view(book: Spreadsheet, body: Body) -> None:
    given = body.get("filter", {})
    id_ = given.get("filterViewId")
    _put(_one(book, "filter_views", "filterViewId", id_, "filter view")[1], given, body)


def duplicate_filter_view(book: Spreadsheet, body: Body) -> Body:
    sheet, held = _one(book, "filter_views", "filterViewId", body.get("filterId"), "filter view")
    twin = copy.deepcopy(held) | {
        "filterViewId": book.new_id(),
        "title": f"Copy of {held.get('title', 'Filter')}",
    }
    sheet.filter_views.append(twin)
    return {"filter": copy.deepcopy(twin)}


def update_banding(book: Spreadsheet, body: Body) -> None:
    given = body.get("bandedRange", {})
    id_ = given.get("bandedRangeId")
    _put(_one(book, "banded", "bandedRangeId", id_, "banded range")[1], given, body)


def delete_banding(book: Spreadsheet, body: Body) -> None:
    sheet, held = _one(book, "banded", "bandedRangeId", body.get("bandedRangeId"), "banded range")
    sheet.banded.remove(held)


# ---- charts and slicers


def _placed(book: Spreadsheet, held: Body, usual: Sheet | None = None) -> Sheet:
    """The tab on which an object lies, by its position."""
    position = held.get("position", {})
    anchor = position.get("overlayPosition", {}).get("anchorCell", {})
    if "sheetId" in position or anchor:
        return book.sheet(position.get("sheetId", anchor.get("sheetId", 0)))
    if usual is None:
        raise invalid("The position of the object must be specified.")
    return usual


def add_chart(book: Spreadsheet, body: Body) -> Body:
    held = copy.deepcopy(body.get("chart", {}))
    if not held.get("spec"):
        raise invalid("Chart spec must be specified.")
    held.setdefault("chartId", book.new_id())
    _placed(book, held).charts.append(held)
    return {"chart": copy.deepcopy(held)}


def update_chart_spec(book: Spreadsheet, body: Body) -> None:
    _, held = _one(book, "charts", "chartId", body.get("chartId"), "chart")
    held["spec"] = copy.deepcopy(body.get("spec", {}))


def add_slicer(book: Spreadsheet, body: Body) -> Body:
    held = copy.deepcopy(body.get("slicer", {}))
    area = held.get("spec", {}).get("dataRange")
    if area is None:
        raise invalid("Slicer data range must be specified.")
    held.setdefault("slicerId", book.new_id())
    _placed(book, held, from_grid(book, area).sheet).slicers.append(held)
    return {"slicer": copy.deepcopy(held)}


def update_slicer_spec(book: Spreadsheet, body: Body) -> None:
    _, held = _one(book, "slicers", "slicerId", body.get("slicerId"), "slicer")
    _put(held["spec"], body.get("spec", {}), body)


def _object(book: Spreadsheet, id_: Any) -> tuple[list[Body], Body]:
    for sheet in book.sheets:
        for objects, key in ((sheet.charts, "chartId"), (sheet.slicers, "slicerId")):
            for held in objects:
                if held[key] == id_:
                    return objects, held
    raise invalid(f"No embedded object with id: {id_}")


def delete_embedded_object(book: Spreadsheet, body: Body) -> None:
    objects, held = _object(book, body.get("objectId"))
    objects.remove(held)


def update_embedded_object_position(book: Spreadsheet, body: Body) -> Body:
    _, held = _object(book, body.get("objectId"))
    _put(held.setdefault("position", {}), body.get("newPosition", {}), body)
    return {"position": copy.deepcopy(held["position"])}


def update_embedded_object_border(book: Spreadsheet, body: Body) -> None:
    _, held = _object(book, body.get("objectId"))
    _put(held.setdefault("border", {}), body.get("border", {}), body)


# ---- comments


def _thread(book: Spreadsheet, id_: Any) -> Body:
    for held in book.comments:
        if held["commentId"] == id_:
            return held
    raise invalid(f"No comment with id: {id_}")


def _post(book: Spreadsheet, content: str) -> Body:
    return {"postId": str(book.new_id()), "content": content, "author": {"me": True}}


def insert_comment(book: Spreadsheet, body: Body) -> Body:
    if not body.get("content"):
        raise invalid("The content of a comment must not be empty.")
    coordinate = body.get("coordinate", {})
    book.sheet(coordinate.get("sheetId", 0))
    held = {
        "commentId": str(book.new_id()),
        "anchorId": str(book.new_id()),
        "headPost": _post(book, body["content"]),
        "status": "OPEN",
        "replies": [],
    }
    book.comments.append(held)
    return {"commentThread": copy.deepcopy(held)}


def delete_comment(book: Spreadsheet, body: Body) -> None:
    book.comments.remove(_thread(book, body.get("commentId")))


def add_comment_reply(book: Spreadsheet, body: Body) -> Body:
    held = _thread(book, body.get("commentId"))
    post = _post(book, body.get("post", {}).get("content", ""))
    held["replies"].append(post)
    return {"post": copy.deepcopy(post)}


def _posts(held: Body) -> Iterator[Body]:
    yield held["headPost"]
    yield from held["replies"]


def update_comment_post(book: Spreadsheet, body: Body) -> None:
    for post in _posts(_thread(book, body.get("commentId"))):
        if post["postId"] == body.get("postId"):
            post["content"] = body.get("content", "")
            return
    raise invalid(f"No post with id: {body.get('postId')}")


def delete_comment_reply(book: Spreadsheet, body: Body) -> None:
    held = _thread(book, body.get("commentId"))
    kept = [post for post in held["replies"] if post["postId"] != body.get("postId")]
    if len(kept) == len(held["replies"]):
        raise invalid(f"No post with id: {body.get('postId')}")
    held["replies"] = kept


# ---- cells


def delete_duplicates(book: Spreadsheet, body: Body) -> Body:
    """The first of rows that show the same stays; those below move up within the range."""
    book.settled()
    place = from_grid(book, body.get("range", {}))
    columns = [
        column
        for span in body.get("comparisonColumns") or []
        for column in range(span.get("startIndex", 0), span.get("endIndex", place.sheet.n_columns))
    ] or [*range(place.left, place.right)]
    known, kept = set(), []
    for row in range(place.top, place.bottom):
        cells = [place.sheet.cell(row, column) for column in range(place.left, place.right)]
        shown = tuple(str(place.sheet.cell(row, column).value).lower() for column in columns)
        if shown not in known:
            known.add(shown)
            kept.append(cells)
    _fill(place, kept)
    book.changed()
    return {"duplicatesRemovedCount": place.bottom - place.top - len(kept)}


def randomize_range(book: Spreadsheet, body: Body) -> None:
    """Another order: here always the opposite one, so that a test runs the same again."""
    place = from_grid(book, body.get("range", {}))
    rows = [
        [place.sheet.cell(row, column) for column in range(place.left, place.right)]
        for row in range(place.top, place.bottom)
    ]
    _fill(place, rows[::-1])
    book.changed()


def _fill(place: Area, rows: list[list[Cell]]) -> None:
    blank = [Cell()] * (place.right - place.left)
    for offset in range(place.bottom - place.top):
        cells = rows[offset] if offset < len(rows) else blank
        place.sheet.put_row(place.top + offset, dict(enumerate(cells, place.left)))


def text_to_columns(book: Spreadsheet, body: Body) -> None:
    place = from_grid(book, body.get("source", {}))
    if place.right - place.left != 1:
        raise invalid("The source range must span exactly one column.")
    kind = body.get("delimiterType", "AUTODETECT")
    delimiter = body.get("delimiter", "") if kind == "CUSTOM" else _DELIMITERS[kind]
    for row in range(place.top, min(place.bottom, len(place.sheet.rows))):
        value = place.sheet.cell(row, place.left).value
        if not isinstance(value, str) or delimiter not in value:
            continue
        parts = value.split(delimiter)
        if place.left + len(parts) > place.sheet.n_columns:
            book.insert(place.sheet, "COLUMNS", place.left + 1, len(parts), before=True)
        for offset, part in enumerate(parts):
            old = place.sheet.cell(row, place.left + offset)
            cell = typed(old, part, "USER_ENTERED", book.locale)
            place.sheet.put(row, place.left + offset, cell)
    book.changed()


def _source_within(book: Spreadsheet, grid: Body) -> Body:
    """The filled rows at the top of a range, which are continued down to its end, or the filled
    columns at its left."""
    place = from_grid(book, grid)
    rows, columns = range(place.top, place.bottom), range(place.left, place.right)

    def filled(cells: list[tuple[int, int]]) -> bool:
        return any(place.sheet.cell(*cell).filled for cell in cells)

    tall = sum(1 for _ in takewhile(lambda row: filled([(row, c) for c in columns]), rows))
    wide = sum(1 for _ in takewhile(lambda column: filled([(r, column) for r in rows]), columns))
    if not tall or not wide:
        raise invalid("The range has no data to fill from.")
    if tall < len(rows):
        source = Area(place.sheet, place.top, place.left, place.top + tall, place.right)
        length, dimension = len(rows) - tall, "ROWS"
    else:
        source = Area(place.sheet, place.top, place.left, place.bottom, place.left + wide)
        length, dimension = len(columns) - wide, "COLUMNS"
    return {"source": grid_of(source), "fillLength": length, "dimension": dimension}


def auto_fill(book: Spreadsheet, body: Body) -> None:
    """A series of numbers goes on with its step; anything else is repeated, formulas moved."""
    given = body.get("sourceAndDestination")
    if not given:
        given = _source_within(book, body.get("range", {}))
    place = from_grid(book, given.get("source", {}))
    length, down = given.get("fillLength", 0), given.get("dimension") == "ROWS"
    lines = range(place.left, place.right) if down else range(place.top, place.bottom)
    span = range(place.top, place.bottom) if down else range(place.left, place.right)
    if not lines or not span:
        raise invalid("The source to fill from is empty.")
    # A length below zero fills upwards, or to the left.
    way = -1 if length < 0 else 1
    end = span[::way][-1] + length
    if not 0 <= end < (place.sheet.n_rows if down else place.sheet.n_columns):
        raise invalid("The range to fill exceeds the grid.")
    for line in lines:
        source = [(at, line) if down else (line, at) for at in span[::way]]
        for step in range(1, abs(length) + 1):
            at = source[-1][0 if down else 1] + way * step
            row, column = (at, line) if down else (line, at)
            place.sheet.put(row, column, _next(place.sheet, source, step, (row, column)))
    book.changed()


def _next(sheet: Sheet, source: list[tuple[int, int]], step: int, at: tuple[int, int]) -> Cell:
    cells = [sheet.cell(*origin) for origin in source]
    origin, cell = source[(step - 1) % len(source)], cells[(step - 1) % len(cells)]
    if cell.formula:
        return Cell(formula=translated(cell.formula, origin, at), format=cell.format)
    values = [held.value for held in cells]
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) == len(cells) > 1:
        return Cell(numbers[-1] + step * (numbers[-1] - numbers[-2]), format=cell.format)
    return cell


# ---- tables of BigQuery and Looker, which no spreadsheet here has


def add_data_source(_: Spreadsheet, __: Body) -> None:
    """The service wants the scope of the other service for it, which no token here has."""
    raise too_narrow()


def no_data_source(_: Spreadsheet, body: Body) -> None:
    """`updateDataSource`, `deleteDataSource`, and a refresh or its end: there is none."""
    id_ = body.get("dataSource", body).get("dataSourceId", "")
    raise invalid(f"No data source with id: {id_}")


KINDS.update(
    {
        "addDataSource": add_data_source,
        "cancelDataSourceRefresh": no_data_source,
        "deleteDataSource": no_data_source,
        "refreshDataSource": no_data_source,
        "updateDataSource": no_data_source,
        "addChart": add_chart,
        "addCommentReply": add_comment_reply,
        "addSlicer": add_slicer,
        "autoFill": auto_fill,
        "deleteBanding": delete_banding,
        "deleteComment": delete_comment,
        "deleteCommentReply": delete_comment_reply,
        "deleteDuplicates": delete_duplicates,
        "deleteEmbeddedObject": delete_embedded_object,
        "duplicateFilterView": duplicate_filter_view,
        "insertComment": insert_comment,
        "randomizeRange": randomize_range,
        "textToColumns": text_to_columns,
        "updateBanding": update_banding,
        "updateChartSpec": update_chart_spec,
        "updateCommentPost": update_comment_post,
        "updateEmbeddedObjectBorder": update_embedded_object_border,
        "updateEmbeddedObjectPosition": update_embedded_object_position,
        "updateFilterView": update_filter_view,
        "updateSlicerSpec": update_slicer_spec,
    }
)
