"""A workbook in a file that is read and never written: ods, xls, xlsm or csv."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import python_calamine
from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import Book, Edits, Grid, Value
from budgettrack.extras import missing
from budgettrack.file_kinds import KINDS, is_only_read
from budgettrack.workbook import Workbook
from budgettrack.workbook.code_formats import as_shown
from budgettrack.workbook.other.beside import LARGEST_AREA, OdsCells
from budgettrack.workbook.other.csv_file import book_of_csv
from budgettrack.workbook.other.ods import ods_tabs
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook


def workbook_of(path: Path, locale: str | None = None) -> Workbook:
    """Returns the workbook in a file; the ending of its name says of which kind it is. `locale`
    says how people write numbers in texts, if it is known."""
    return OtherWorkbook(path, locale) if is_only_read(path) else ExcelWorkbook(path)


class OtherWorkbook(Struct, frozen=True):
    """A workbook in a file that is read and never written."""

    path: Path
    locale: str | None = None

    def read(self) -> Book:
        """Reads all tabs. Raises `WorkbookError` if the file cannot be read."""
        kind = self.path.suffix.lower()
        if kind == ".xlsm":
            return replace(ExcelWorkbook(self.path).read(), read_as=KINDS[kind])
        raw = ExcelWorkbook(self.path).content()
        token = hashlib.sha256(raw).hexdigest()
        if kind in (".csv", ".tsv"):
            return book_of_csv(raw, self.path, self.locale, token)
        name = str(self.path)
        grids = _xls(raw, name) if kind == ".xls" else self._ods_grids(raw, ods_tabs(raw, name))
        return Book(tuple(grids), token=token, read_as=KINDS[kind])

    def _ods_grids(self, raw: bytes, beside: Mapping[str, OdsCells]) -> list[Grid]:
        try:
            with python_calamine.CalamineWorkbook.from_object(io.BytesIO(raw)) as workbook:
                return [
                    _grid(workbook, sheet.name, beside.get(sheet.name, OdsCells()))
                    for sheet in workbook.sheets_metadata
                    if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
                    and sheet.visible != python_calamine.SheetVisibleEnum.VeryHidden
                ]
        except (python_calamine.CalamineError, ValueError, OverflowError) as error:
            raise WorkbookError(
                f"{self.path} cannot be read as {KINDS[self.path.suffix.lower()]}. Open it in your"
                " spreadsheet program and save it as 'Excel Workbook (.xlsx)'."
            ) from error

    def stamp(self) -> str:
        """Returns a checksum of the file."""
        return ExcelWorkbook(self.path).stamp()

    def write(self, book: Book, edits: Edits) -> Book | None:
        """Returns None if there is nothing to write. Otherwise raises `WorkbookError`, because
        such a file is never written."""
        del book
        if edits:
            self.may_write()
        return None

    def may_write(self) -> None:
        """Raises `WorkbookError`, because such a file is never written."""
        raise WorkbookError(
            f"{self.path} is only read. Save it as 'Excel Workbook (.xlsx)' and name that file in"
            " the config."
        )

    def tidy(self) -> None:
        """Does nothing, because the program never writes into such a file."""

    def forget(self) -> None:
        """Does nothing: this program keeps no copies of a file that it never writes."""


def _xls(raw: bytes, name: str) -> list[Grid]:
    try:
        from budgettrack.workbook.other.xls import xls_grids
    except ModuleNotFoundError:
        raise WorkbookError(
            missing(f"To read {name}, the program", "xls"),
            "Or open it in your spreadsheet program and save it as 'Excel Workbook (.xlsx)', which"
            " needs no extra.",
        ) from None
    return xls_grids(raw, name)


def _grid(workbook: python_calamine.CalamineWorkbook, name: str, beside: OdsCells) -> Grid:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > LARGEST_AREA:
        raise ValueError(name)
    values: Sequence[Sequence[Value]] = sheet.to_python(skip_empty_area=False)
    rows = [[None if value == "" else value for value in row] for row in values]
    for (row, column), value in beside.values.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = value
    for (row, column), template in beside.codes.items():
        rows[row][column] = as_shown(rows[row][column], template)
    return Grid(
        name,
        rows,
        beside.formulas,
        merged=tuple(beside.merged),
        percents=frozenset(beside.percents),
        signs=beside.signs,
        struck=frozenset(beside.struck),
    )
