"""The open data of a large host: 300 grants, 36 months, 100,000 expenses, made from its published
pages.

`python -m benchmarks.opendata FOLDER` makes the register anew, publishes its site, and then makes
the files for machines in a process of their own, twice: seconds, peak memory, sizes, and whether
both gave the same bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measure import once
from benchmarks.reports import AT, TODAY, prepare

GRANTS, LINES, EXPENSES = 300, 5, 100_000
LIMIT_SECONDS, LIMIT_MIB = 10, 300

OPEN_DATA = """
[open_data]
country = "PT"
sectors = { "13040" = 60, "15160" = 40 }
languages = ["en", "fr"]
work_plan = true
[open_data.reporter]
ref = "XE-EXAMPLE-500000000"
"""

Files = Iterator[tuple[str, bytes]]


def publish(folder: Path) -> None:
    """The whole site, as `report transparency` writes it."""
    from budgettrack.config.load import load
    from budgettrack.group import open_group
    from budgettrack.reports import make

    with open_group(load(folder / "budgettrack.toml"), TODAY, lambda: AT) as group:
        make.report_transparency(group, "2026-12", None)


def package(folder: Path) -> Files:
    """The data package, JSON, the workbook, and the calendar."""
    from budgettrack.config.load import load
    from budgettrack.group import open_group
    from budgettrack.reports.base.translations import words
    from budgettrack.reports.site import datasets
    from budgettrack.reports.site.public_calendar import public_calendar
    from budgettrack.reports.site.public_pages import discreet_pages

    with open_group(load(folder / "budgettrack.toml"), TODAY, lambda: AT) as group:
        pages = discreet_pages(group)
    yield from datasets.files([page.view for page in pages], words("en"))
    yield "calendar.ics", public_calendar([(page.view, page.on) for page in pages], words("en"))


def iati_files(folder: Path) -> Files:
    """IATI's two files with the work-plan, the page of what is not published, and what a preview
    has to read of them."""
    from budgettrack.config.load import load
    from budgettrack.group import open_group
    from budgettrack.opendata import iati_files as opening

    own = folder / "open.toml"
    own.write_text((folder / "budgettrack.toml").read_text() + OPEN_DATA)
    with open_group(load(own), TODAY, lambda: AT) as group:
        draft = opening.draft(group, folder / "reports")
    yield from draft.contents.items()
    yield "preview", json.dumps([str(text) for text in draft.seen]).encode()


FORMATS: Mapping[str, Callable[[Path], Files]] = {"package": package, "iati": iati_files}
"""What is measured, each in a process of its own."""


def made(which: str, folder: Path) -> None:
    """Make the files of one format and tell what they cost."""
    start = time.perf_counter()
    digest, sizes = hashlib.sha256(), {}
    for name, content in FORMATS[which](folder):
        sizes[name] = len(content)
        digest.update(name.encode() + b"\0" + content)
    told = {
        "seconds": round(time.perf_counter() - start, 2),
        "digest": digest.hexdigest(),
        "sizes": sizes,
    }
    json.dump(told, sys.stdout)


def compare(folder: Path, grants: int = GRANTS, expenses: int = EXPENSES) -> None:
    """Everything, with its limits; stops where one is passed or two runs differ."""
    shutil.rmtree(folder, ignore_errors=True)
    prepare(folder, grants, LINES, expenses)
    command = [sys.executable, "-m", "benchmarks.opendata", str(folder)]
    site = once([*command, "publish"])
    print(f"\nOpen data: {grants} grants, 36 months, {expenses:,} expenses")
    print(f"  {'the whole site, for the first time':34s}{site.seconds:9.2f} s{site.mib:8.0f} MiB")
    for which in FORMATS:
        first, second = (_told([*command, which]) for _ in range(2))
        size = sum(first["sizes"].values())
        print(f"  {which:34s}{first['seconds']:9.2f} s{first['mib']:8.0f} MiB{size / 1e6:10.1f} MB")
        for name, each in sorted(first["sizes"].items(), key=lambda each: -each[1])[:4]:
            print(f"    {name:32s}{each / 1e6:38.1f} MB")
        if first["digest"] != second["digest"]:
            raise SystemExit(f"{which}: two runs gave different bytes.")
        if first["seconds"] > LIMIT_SECONDS or first["mib"] > LIMIT_MIB:
            raise SystemExit(f"{which}: beyond {LIMIT_SECONDS} s or {LIMIT_MIB} MiB.")


def _told(command: list[str]) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile(prefix="told-") as out:
        figure = once(command, Path(out.name))
        found: dict[str, Any] = json.loads(out.read())
    return {**found, "mib": round(figure.mib)}


if __name__ == "__main__":
    if len(sys.argv) < 3:
        compare(Path(sys.argv[1]))
    elif sys.argv[2] == "publish":
        publish(Path(sys.argv[1]))
    else:
        made(sys.argv[2], Path(sys.argv[1]))
