"""Workbooks of other shapes with their config, synced by the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import CliRunner

from budgettrack.cli import main

ON = ("--on", "2026-03-01")
DATES = "start = 2026-01-01\nend = 2026-12-31\n"


class ShapedBook:
    """A workbook of another shape and its config, synced by the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "own.xlsx"

    def make(self, tables: str, **tabs: list[list[Any]]) -> None:
        book = openpyxl.Workbook()
        assert book.active is not None
        book.remove(book.active)
        for name, rows in tabs.items():
            tab = book.create_sheet(name)
            for row in rows:
                tab.append(row)
        book.save(self.path)
        (self.folder / "budgettrack.toml").write_text(
            f'[workbook]\nxlsx = "own.xlsx"\nlocale = "en_GB"\n{DATES}{tables}'
        )

    def run(self, *words: str) -> str:
        result = CliRunner().invoke(main, ["--config", str(self.folder), *words])
        assert result.exit_code in (0, 3), result.output
        return result.stdout

    def sync(self) -> str:
        return self.run("sync", *ON)

    def lines(self) -> list[Mapping[str, str]]:
        lines: list[Mapping[str, str]] = json.loads(
            self.run("variance", "--to", "2026-03", *ON, "--json")
        )
        return lines

    def codes(self) -> set[str]:
        return {row["code"] for row in json.loads(self.run("checks", "--json"))}
