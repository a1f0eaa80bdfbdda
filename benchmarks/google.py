"""The online sheet: requests, bytes, seconds and memory, beside gspread and gspread-dataframe on
the same work.

Everything talks to the stand-in for Google of the tests (`python -m tests.sheets_api`), which runs
in a process of its own. Each contender is a process of its own too, and counts what it sends and
receives where `requests` sends it. Seconds are those that the processor worked for the contender's
process, its start included, so that nothing else on the machine counts; those of waiting are the
stand-in's, which is Python and not Google. Nothing is imported here that a contender would import
for itself."""

from __future__ import annotations

import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

SIZES = (1_000, 10_000, 100_000)
CHANGED = 100
RUNS = 3
HEADERS = {"Authorization": "Bearer bench"}
WIDTH, AMOUNT = 12, 5
"""The columns of expenses, and that of the amounts."""
Row = list[Any]


@cache
def headings(table: str) -> list[str]:
    """The headings of a table's tab."""
    from budgettrack.core.records.tables import BY_NAME

    return [column.heading for column in BY_NAME[table].in_sheet if not column.optional]


def expenses(count: int, *, ids: bool = True) -> list[Row]:
    """The same invented rows every time: a date as a serial number, a line, an amount, a state."""
    chance = random.Random(20261121)
    rows = []
    for number in range(1, count + 1):
        day = 46_023 + chance.randrange(300)
        fields = {
            "ID": f"E-{number}" if ids else "",
            "Date": day,
            "Budget line": f"B-{1 + number % 20}",
            "Description": f"purchase {number}",
            "Amount": round(chance.uniform(5, 400), 2),
            "Currency": "EUR",
            "State": "paid",
            "Paid on": day,
            "Receipt": f"R-{number}",
        }
        rows.append([fields.get(heading, "") for heading in headings("expenses")])
    return rows


def filled(address: str, count: int, *, ids: bool = True) -> str:
    """A spreadsheet with so many expenses, and the grant and lines that they need; its ID."""
    import requests

    body: dict[str, Any] = {"properties": {"title": "Bench"}, "sheets": []}
    for title, size in (("Grants", 50), ("Budget", 50), ("Expenses", count + 10)):
        grid = {"rowCount": size, "columnCount": 26}
        body["sheets"].append({"properties": {"title": title, "gridProperties": grid}})
    made = requests.post(
        f"{address}/v4/spreadsheets", json=body, headers=HEADERS, timeout=60
    ).json()
    id_ = str(made["spreadsheetId"])
    grants, lines = headings("grants"), headings("budget")
    grant = {
        "ID": "G-1",
        "Funder": "Fund",
        "Title": "Work",
        "State": "active",
        "Currency": "EUR",
        "Amount": 40_000_000,
    }
    _put(address, id_, "Grants!A1", [grants, [grant.get(each, "") for each in grants]])
    plan = [
        {"ID": f"B-{n}", "Grant": "G-1", "Category": "Costs", "Amount": 2_000_000}
        for n in range(1, 21)
    ]
    _put(
        address,
        id_,
        "Budget!A1",
        [lines, *([each.get(name, "") for name in lines] for each in plan)],
    )
    rows = [headings("expenses"), *expenses(count, ids=ids)]
    for start in range(0, len(rows), 10_000):
        _put(address, id_, f"Expenses!A{start + 1}", rows[start : start + 10_000])
    sheet = next(
        each["properties"]["sheetId"]
        for each in made["sheets"]
        if each["properties"]["title"] == "Expenses"
    )
    cell = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}}
    dates = [headings("expenses").index(name) for name in ("Date", "Paid on")]
    made_requests = [
        {
            "repeatCell": {
                "range": {
                    "sheetId": sheet,
                    "startRowIndex": 1,
                    "endRowIndex": count + 1,
                    "startColumnIndex": column,
                    "endColumnIndex": column + 1,
                },
                "cell": cell,
                "fields": "userEnteredFormat.numberFormat",
            }
        }
        for column in dates
    ]
    url = f"{address}/v4/spreadsheets/{id_}:batchUpdate"
    requests.post(
        url, json={"requests": made_requests}, headers=HEADERS, timeout=120
    ).raise_for_status()
    return id_


def _put(address: str, id_: str, place: str, rows: list[Row]) -> None:
    import requests

    values = [[None if value == "" else value for value in row] for row in rows]
    url = f"{address}/v4/spreadsheets/{id_}/values/{place}"
    answer = requests.put(
        url,
        params={"valueInputOption": "RAW"},
        json={"values": values},
        headers=HEADERS,
        timeout=120,
    )
    answer.raise_for_status()


# ---- contenders, each in a process of its own


class Wire:
    """Counts what goes over the wire, as compressed as it goes."""

    def __init__(self) -> None:
        import requests

        self.requests = self.sent = self.received = 0
        self.waiting = 0.0
        own = requests.Session.send

        def send(
            session: requests.Session, request: requests.PreparedRequest, **more: Any
        ) -> requests.Response:
            more["stream"] = True
            start = time.perf_counter()
            response = own(session, request, **more)
            raw = response.raw.read(decode_content=False)
            self.waiting += time.perf_counter() - start
            self.requests += 1
            self.sent += len(request.body or b"")
            self.received += len(raw)
            response.raw = _Raw(raw, response)
            return response

        requests.Session.send = send  # type: ignore[method-assign,assignment]


class _Raw:
    """A body that was counted, given on as it came."""

    def __init__(self, content: bytes, response: Any) -> None:
        import gzip

        compressed = response.headers.get("Content-Encoding") == "gzip"
        self._content = gzip.decompress(content) if compressed else content
        self.headers = response.raw.headers
        self.version = 11
        self._original_response = getattr(response.raw, "_original_response", None)

    def stream(self, _size: int, decode_content: bool = True) -> Any:  # noqa: ARG002 - requests' own call
        yield self._content

    def read(self, *_: object, **__: object) -> bytes:
        content, self._content = self._content, b""
        return content

    def release_conn(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is held."""


def _ours(address: str, id_: str) -> Any:
    from google.oauth2.credentials import Credentials

    from budgettrack.workbook.google.workbook import Connection, GoogleWorkbook

    return GoogleWorkbook(id_, Connection(Credentials(token="bench"), address, address))  # type: ignore[no-untyped-call]


def ours_change(address: str, id_: str, count: int) -> None:
    from decimal import Decimal

    from budgettrack.core.base.grids import CellEdit, Edits, Frame

    workbook = _ours(address, id_)
    book = workbook.read()
    grid = next(each for each in book.grids if each.tab == "Expenses")
    edits = [
        CellEdit("Expenses", row, AMOUNT, Decimal("12.34"), grid.at(row, AMOUNT), "money")
        for row in range(1, count + 1, count // CHANGED)
    ]
    frame = Frame(0, 0, tuple(range(WIDTH)))
    if (
        workbook.write(book, Edits(tuple(edits[:CHANGED]), (), None, {"Expenses": frame}))
        is not None
    ):
        raise RuntimeError("nobody else was at work")


def ours_read(address: str, id_: str, _count: int) -> None:
    _ours(address, id_).read()


def ours_sync(address: str, id_: str, _count: int) -> None:
    from budgettrack import sync
    from budgettrack.config.load import load
    from budgettrack.group import open_group

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "budgettrack.toml"
        path.write_text(f'[workbook]\ngoogle = "{id_}"\naddress = "{address}"\n', "utf-8")
        on, book = date(2026, 12, 31), _ours(address, id_)
        with open_group(
            load(path), on, lambda: datetime(2026, 12, 31, tzinfo=UTC), workbook=book
        ) as group:
            sync.sync(group)


def _gspread(address: str, id_: str) -> Any:
    import gspread
    from google.oauth2.credentials import Credentials

    for name in dir(gspread.urls):
        value = getattr(gspread.urls, name)
        if isinstance(value, str) and value.startswith("https://"):
            for old in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                value = value.replace(old, address)
            for module in (gspread.urls, gspread.http_client, gspread.client, gspread.spreadsheet):
                if hasattr(module, name):
                    setattr(module, name, value)
    client = gspread.Client(auth=Credentials(token="bench"))  # type: ignore[no-untyped-call]
    return client.open_by_key(id_).worksheet("Expenses")


def gspread_read(address: str, id_: str, _count: int) -> None:
    _gspread(address, id_).get_all_records()


def gspread_cells(address: str, id_: str, count: int) -> None:
    sheet = _gspread(address, id_)
    records = sheet.get_all_records()
    for row in range(1, count + 1, count // CHANGED)[:CHANGED]:
        assert records[row - 1]
        sheet.update_cell(row + 1, AMOUNT + 1, 12.34)


def gspread_rewrite(address: str, id_: str, count: int) -> None:
    sheet = _gspread(address, id_)
    records = sheet.get_all_records()
    for row in range(1, count + 1, count // CHANGED)[:CHANGED]:
        records[row - 1]["Amount"] = 12.34
    sheet.update([list(records[0]), *(list(each.values()) for each in records)], "A1")


def dataframe_rewrite(address: str, id_: str, count: int) -> None:
    from gspread_dataframe import get_as_dataframe, set_with_dataframe

    sheet = _gspread(address, id_)
    frame = get_as_dataframe(sheet)
    frame.loc[range(0, count, count // CHANGED)[:CHANGED], "Amount"] = 12.34
    set_with_dataframe(sheet, frame)


def two_batch_gets(address: str, id_: str, _count: int) -> None:
    import requests

    url = f"{address}/v4/spreadsheets/{id_}/values:batchGet"
    for how in ("UNFORMATTED_VALUE", "FORMULA"):
        query = {"ranges": ["Grants", "Budget", "Expenses"], "valueRenderOption": how}
        requests.get(url, params=query, headers=HEADERS, timeout=120).json()


CONTENDERS: dict[str, Callable[[str, str, int], None]] = {
    "ours_read": ours_read,
    "ours_change": ours_change,
    "ours_sync": ours_sync,
    "gspread_read": gspread_read,
    "gspread_cells": gspread_cells,
    "gspread_rewrite": gspread_rewrite,
    "dataframe_rewrite": dataframe_rewrite,
    "two_batch_gets": two_batch_gets,
}


def contend(name: str, address: str, id_: str, count: int) -> None:
    """Run one contender and print what it took, as JSON."""
    if name.startswith("ours"):
        gc.disable()  # as our program does where it begins (`budgettrack/__main__.py`)
    wire = Wire()
    try:
        CONTENDERS[name](address, id_, count)
    except Exception as error:  # the service refused it: this is a result too
        print(json.dumps({"refused": str(error)[:200]}))
        return
    seconds = time.process_time()
    figures = {
        "requests": wire.requests,
        "sent": wire.sent,
        "received": wire.received,
        "waiting": wire.waiting,
    }
    print(json.dumps({**figures, "seconds": seconds, "mib": _peak()}))


def _peak() -> float:
    """The most MiB that this program held. (What `getrusage` says is never below what the program
    held that started it.)"""
    status = Path("/proc/self/status")
    if status.exists():
        kept = dict(line.split(":", 1) for line in status.read_text("ascii").splitlines())
        return int(kept["VmHWM"].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(name: str, address: str, id_: str, count: int) -> dict[str, Any]:
    """What a contender took, in a process of its own. `seconds` are its own, `waiting` those of the
    server."""
    command = [sys.executable, "-m", "benchmarks.google", name, address, id_, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


WORK = (
    ("read the sheet", ("ours_read", "two_batch_gets", "gspread_read")),
    (
        "read, change 100 cells",
        ("ours_change", "gspread_cells", "gspread_rewrite", "dataframe_rewrite"),
    ),
)


def main(sizes: tuple[int, ...] = SIZES, runs: int = RUNS) -> None:
    """All contenders at all sizes, against one server. Only at the first size is a request made for
    each cell."""
    assert (len(headings("expenses")), headings("expenses").index("Amount")) == (WIDTH, AMOUNT)
    command = [sys.executable, "-m", "tests.sheets_api", "--port", "0", "--any-token"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        address = server.stdout.readline().strip()
        print("\nThe online sheet, against the tests' stand-in for Google")
        for count in sizes:
            for title, names in WORK:
                print(f"\n{count:,} expenses: {title}")
                each = [n for n in names if n != "gspread_cells" or count == sizes[0]]
                _compare(each, address, count, runs)
            _first(address, count)
    finally:
        server.terminate()
        server.wait(60)
        server.stdout.close()


def _compare(names: Sequence[str], address: str, count: int, runs: int) -> None:
    import requests

    base: dict[str, Any] = {}
    sheets = {name: filled(address, count) for name in names}
    taken: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    # In turn: a slow moment of the machine hits all of them.
    for _ in range(runs):
        for name, id_ in sheets.items():
            if "refused" not in (taken[name] or [{}])[0]:
                taken[name].append(measured(name, address, id_, count))
    for name, id_ in sheets.items():
        if "refused" in taken[name][0]:
            print(f"  {name:20s} {taken[name][0]['refused']}")
        else:
            figures = sorted(taken[name], key=lambda each: each["seconds"])[runs // 2]
            base = base or figures
            print(_line(name, figures, base))
        url = f"{address}/drive/v3/files/{id_}"
        requests.delete(url, headers=HEADERS, timeout=60)


def _first(address: str, count: int) -> None:
    print(f"\n{count:,} expenses: a first sync that gives each row its ID")
    id_ = filled(address, count, ids=False)
    first = measured("ours_sync", address, id_, count)
    print(_line("first", first, first))


def _line(name: str, figures: dict[str, Any], base: dict[str, Any]) -> str:
    return (
        f"  {name:20s}{figures['requests']:5.0f} requests, {figures['sent'] / 1000:9.1f} kB sent,"
        f" {figures['received'] / 1000:9.1f} kB received, {figures['seconds']:6.2f} s"
        f" ({figures['seconds'] / base['seconds']:5.1f} x) and {figures['waiting']:6.2f} s waiting,"
        f" {figures['mib']:5.0f} MiB"
    )


if __name__ == "__main__":
    if len(sys.argv) == 5:
        contend(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main(tuple(map(int, sys.argv[1:])) or SIZES)
