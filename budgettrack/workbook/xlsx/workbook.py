"""The local workbook, an `.xlsx` file. A fast library reads it; a write changes only the edited
cells."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import io
import os
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import python_calamine
from msgspec import Struct

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import Book, CellEdit, Edits, Grid, NewMeaning, NoValue, Value
from budgettrack.core.records.tables import BY_NAME
from budgettrack.files import owner_only, try_folder
from budgettrack.workbook.code_formats import as_shown
from budgettrack.workbook.xlsx.cells import edited, text_xml
from budgettrack.workbook.xlsx.columns import put_note, without_dropdown
from budgettrack.workbook.xlsx.copies import (
    all_copies,
    first_copy,
    is_filled,
    make_room,
    previous_copy,
)
from budgettrack.workbook.xlsx.limits import refuse_too_large
from budgettrack.workbook.xlsx.package import (
    STRICT,
    Package,
    SheetPart,
    damaged,
    is_on,
    journal,
    mark,
    opened,
    present,
    set_journal,
    set_mark,
    sheets,
    titles,
)
from budgettrack.workbook.xlsx.scan import (
    hidden_columns,
    is_utf16,
    plain,
    protected,
    scanned,
    scanned_codes,
    without_odd_dimension,
)
from budgettrack.workbook.xlsx.styles import Styles
from budgettrack.workbook.xlsx.tabs import calculate_on_load, put_page, put_styles, signed
from budgettrack.workbook.xlsx.unused_texts import blank_unused_texts


class ExcelWorkbook(Struct, frozen=True):
    """A workbook in a local `.xlsx` file.

    `locale` (`de_DE`) says how people write numbers in cells of text."""

    path: Path
    locale: str | None = None

    def read(self) -> Book:
        """Reads all tabs from one copy of the file's bytes.

        Raises `WorkbookError` if the file is not a readable workbook."""
        raw = self.content()
        package = opened(raw, str(self.path))
        styles = _styles(package)
        percents, unlocked = styles.percents(), styles.unlocked()
        signs, struck, codes = styles.currency_signs(), styles.struck(), styles.codes()
        _proven(package)
        grids = []
        try:
            refuse_too_large(package)
            with python_calamine.CalamineWorkbook.from_object(_readable(package, raw)) as workbook:
                for sheet in sheets(package):
                    if not sheet.very_hidden:
                        part = plain(package.read(sheet.part))
                        grids.append(
                            _grid(sheet, part, workbook, percents, signs, unlocked, struck, codes)
                        )
        except (python_calamine.CalamineError, ValueError, OverflowError) as error:
            raise damaged(str(self.path)) from error
        return Book(
            tuple(grids),
            mark(package),
            self.locale,
            _token(raw),
            journal=journal(package),
            titles=titles(package),
        )

    def stamp(self) -> str:
        """Returns a checksum of the file."""
        return _token(self.content())

    def write(self, book: Book, edits: Edits) -> Book | None:
        """Writes all `edits` or none of them. The earlier file stays beside it (see `copies`).

        Returns None: unlike an online sheet, a local file need not be read again after the
        write. Raises `WorkbookError` if the file changed since it was read as `book`, is open in
        a program, is signed or cannot be replaced, or if an edit would overwrite a formula."""
        if not edits:
            return None
        self._refuse_if_open()
        raw = self.content()
        self._refuse_if_changed(raw, book)
        content = _changed(opened(raw, str(self.path)), edits)
        if content is not None:
            self._replace(raw, content, book)
        return None

    def may_write(self) -> None:
        """Checks that the file can be replaced now. Changes nothing.

        Raises `WorkbookError` as `write` does."""
        self._refuse_if_open()
        _refuse_if_not_written(opened(self.content(), str(self.path)))
        try:
            try_folder(self.path.resolve().parent)
        except OSError as error:
            raise self._not_replaced(error) from error

    def tidy(self) -> None:
        """Does nothing: a write leaves nothing extra in a file."""

    def forget(self) -> None:
        """Deletes everything that shows earlier contents: texts that no cell uses any more, all
        copies, and unfinished files of runs that were killed.

        The newest copy and the first one become equal to the present workbook. Raises
        `WorkbookError` if the file is open in a program or cannot be replaced."""
        self._refuse_if_open()
        package = opened(self.content(), str(self.path))
        _refuse_if_not_written(package)
        blank_unused_texts(package)
        target = self.path.resolve()
        content = package.content()
        try:
            for unfinished in unfinished_files(target):
                unfinished.unlink()
            with _beside(target, content, None) as new:
                os.replace(new, target)
            for copy in filter(Path.exists, all_copies(target)):
                if copy in (previous_copy(target), first_copy(target)):
                    with _beside(target, content, 0o600) as old:
                        os.replace(old, copy)
                else:
                    copy.unlink()
            _settle(target.parent)
        except OSError as error:
            raise WorkbookError(
                f"Earlier copies of {self.path} could not be deleted"
                f" ({error.strerror or type(error).__name__}). Check that this user may write in"
                " its folder, then run this again."
            ) from error

    def holds(self, texts: Collection[str]) -> bool:
        """Whether any part of the file contains one of these texts, also in notes and pivot
        tables."""
        package = opened(self.content(), str(self.path))
        wanted = [form for text in texts for form in (text.encode(), text_xml(text))]
        return any(
            form in content
            for name in package.archive.namelist()
            if (content := package.read(name))
            for form in wanted
        )

    def content(self) -> bytes:
        """Returns the bytes of the file. Raises `WorkbookError` if it cannot be read."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            raise WorkbookError(
                f"{self.path} does not exist. Correct the path in the config, or make one with"
                " `budgettrack init`.",
            ) from None
        except IsADirectoryError:
            raise WorkbookError(f"{self.path} is a folder. Name the .xlsx file in it.") from None
        except PermissionError:
            if self.path.is_dir():
                raise WorkbookError(
                    f"{self.path} is a folder. Name the .xlsx file in it."
                ) from None
            raise WorkbookError(
                f"{self.path} may not be read by this user. Ask its owner for access to the file"
                " and its folder.",
            ) from None
        except OSError as error:
            raise WorkbookError(
                f"{self.path} cannot be read ({error.strerror}). Check the disk and try again."
            ) from error

    def _refuse_if_open(self) -> None:
        locks = {
            self.path.with_name(f"~${self.path.name}"): "Excel",
            self.path.with_name(f".~lock.{self.path.name}#"): "LibreOffice",
        }
        for lock, program in locks.items():
            if lock.exists():
                raise WorkbookError(
                    f"{self.path} is open in {program}. Save and close it there, then run this"
                    f" again. If nobody has it open, delete the leftover file '{lock.name}'.",
                )

    def _refuse_if_changed(self, raw: bytes, book: Book) -> None:
        if _token(raw) != book.token:
            raise WorkbookError(
                f"{self.path} was changed since it was read; nothing was written. Run this again to"
                " take the change in.",
            )

    def _replace(self, raw: bytes, content: bytes, book: Book) -> None:
        # If the path is a symbolic link, the file to which it leads is replaced, not the link.
        target = self.path.resolve()
        first = first_copy(target)
        try:
            with _beside(target, content, None) as new, _beside(target, raw, 0o600) as old:
                self._refuse_if_open()
                self._refuse_if_changed(self.content(), book)
                if is_filled(book) and not first.exists():
                    with _beside(target, raw, 0o600) as kept:
                        os.replace(kept, first)
                make_room(target)
                os.replace(old, previous_copy(target))
                os.replace(new, target)
            _settle(target.parent)
        except OSError as error:
            raise self._not_replaced(error) from error

    def _not_replaced(self, error: OSError) -> WorkbookError:
        reason = error.strerror or type(error).__name__
        return WorkbookError(
            f"{self.path} could not be replaced ({reason}) and is unchanged. Make room on the"
            " disk, check that this user may write in its folder and that no program has it"
            " open, then run this again.",
        )


def unfinished_files(path: Path) -> Iterator[Path]:
    """Returns the files that remain beside a workbook from writes that were killed."""
    return path.parent.glob(f".{glob.escape(path.stem)}.*.tmp")


def tabs(raw: bytes, name: str) -> list[tuple[str, Sequence[Sequence[Value]]]]:
    """Returns the tabs of any Excel workbook, with their values only.

    Raises `WorkbookError` if the file cannot be read."""
    package = opened(raw, name)
    _proven(package)
    contents: list[tuple[str, Sequence[Sequence[Value]]]] = []
    try:
        refuse_too_large(package)
        with python_calamine.CalamineWorkbook.from_object(_readable(package, raw)) as workbook:
            for sheet in sheets(package):
                contents.append(
                    (
                        sheet.tab,
                        workbook.get_sheet_by_name(sheet.tab).to_python(skip_empty_area=False),
                    )
                )
    except (python_calamine.CalamineError, ValueError, OverflowError) as error:
        raise damaged(name) from error
    return contents


def _token(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _styles(package: Package) -> Styles:
    part = present(package, "styles")
    return Styles(None if part is None else package.xml(part))


def _from_1904(package: Package) -> bool:
    return is_on(package.xml(package.main).find("{*}workbookPr"), "date1904")


def _proven(package: Package) -> None:
    # The library that reads values believes the size of a part that the file states.
    # In a file that was made to do harm, the stated size may be wrong.
    # Reading the part here detects a wrong stated size.
    part = present(package, "sharedStrings")
    if part is not None:
        package.read(part)


def _grid(
    sheet: SheetPart,
    part: bytes,
    workbook: python_calamine.CalamineWorkbook,
    percents: frozenset[int],
    signs: Mapping[int, str],
    unlocked: frozenset[int],
    struck: frozenset[int],
    codes: Mapping[int, str],
) -> Grid:
    values = workbook.get_sheet_by_name(sheet.tab).to_python(skip_empty_area=False)
    rows: list[list[Value]] = [[None if value == "" else value for value in row] for row in values]
    scan = scanned(part, percents, signs, struck)
    for place, error in scan.errors.items():
        _set(rows, place, error)
    for place in scan.no_values:
        _set(rows, place, NoValue())
    for place, template in scanned_codes(part, codes):
        _set_code(rows, place, template)
    width = max(map(len, rows), default=0)
    return Grid(
        sheet.tab,
        rows,
        scan.formulas,
        protected(part, unlocked, len(rows), width),
        scan.merged,
        scan.percents,
        sheet.mark,
        signs=scan.signs,
        is_hidden=sheet.is_hidden,
        hidden_columns=hidden_columns(part),
        struck=scan.struck,
    )


def _set_code(rows: list[list[Value]], place: tuple[int, int], template: str) -> None:
    """Puts a code with the zeros that its format shows in the place of its number. A cell with only
    a format may lie outside the rows that are filled."""
    row, column = place
    if row < len(rows) and column < len(rows[row]):
        rows[row][column] = as_shown(rows[row][column], template)


def _set(rows: list[list[Value]], place: tuple[int, int], value: Value) -> None:
    row, column = place
    while len(rows) <= row:
        rows.append([])
    if len(rows[row]) <= column:
        rows[row].extend([None] * (column + 1 - len(rows[row])))
    rows[row][column] = value


def _readable(package: Package, raw: bytes) -> io.BytesIO:
    """Returns the file in a form that the library for reading values accepts.

    Without this, the library would read a sheet in UTF-16 as empty. It would also refuse a sheet
    with a size such as `A:H` or `1:3`, which other programs write and every spreadsheet program
    opens."""
    is_changed = False
    for sheet in sheets(package):
        part = package.read(sheet.part)
        readable = plain(part) if is_utf16(part) else part
        readable = without_odd_dimension(readable)
        if readable is not part:
            package.put(sheet.part, readable)
            is_changed = True
    return io.BytesIO(package.content() if is_changed else raw)


def _changed(package: Package, edits: Edits) -> bytes | None:
    """Returns the bytes of the file with all edits done.

    Returns None if the edits change nothing. Raises `WorkbookError` if the file is signed, is of
    a kind that is only read, or lacks a tab."""
    _refuse_if_not_written(package)
    styles, from_1904 = _styles(package), _from_1904(package)
    _edit_tabs(package, edits.cells, styles, from_1904)
    for meaning in edits.meanings:
        _give_meaning(package, meaning)
    for page in edits.pages:
        put_page(package, page, styles, from_1904)
    put_styles(package, styles)
    if edits.mark is not None:
        set_mark(package, edits.mark)
    if edits.journal is not None:
        set_journal(package, edits.journal)
    # The values are the same. So the file stays as it is, also its time, and no copy is made.
    if not package.changed and not package.removed:
        return None
    if edits.cells or edits.pages:
        calculate_on_load(package)
    return package.content()


def _refuse_if_not_written(package: Package) -> None:
    if signed(package):
        raise WorkbookError(
            f"{package.name} is signed, and any change would break the signature. Save an unsigned"
            " copy and use that.",
        )
    if STRICT.encode() in package.read(package.main):
        raise WorkbookError(
            f"{package.name} is saved as 'Strict Open XML', which can be read but not written here."
            " Open it in your spreadsheet program and save it as 'Excel Workbook (.xlsx)'.",
        )


def _edit_tabs(
    package: Package, edits: Sequence[CellEdit], styles: Styles, from_1904: bool
) -> None:
    by_tab: dict[str, list[CellEdit]] = {}
    for edit in edits:
        by_tab.setdefault(edit.tab, []).append(edit)
    parts = {sheet.tab: sheet.part for sheet in sheets(package)}
    for tab, cells in by_tab.items():
        if tab not in parts:
            raise WorkbookError(f"{package.name} holds no tab '{tab}' any more. Run this again.")
        part = plain(package.read(parts[tab]))
        package.put(parts[tab], edited(part, cells, styles, from_1904))


def _give_meaning(package: Package, meaning: NewMeaning) -> None:
    parts = {sheet.tab: sheet.part for sheet in sheets(package)}
    former = BY_NAME[meaning.table].column(meaning.field).former
    if former is not None:
        part = parts[meaning.tab]
        content = plain(package.read(part))
        package.put(part, without_dropdown(content, meaning.column, tuple(former.values)))
        put_note(package, part, meaning)


@contextlib.contextmanager
def _beside(target: Path, content: bytes, mode: int | None) -> Iterator[Path]:
    """Writes a temporary file into the same folder and yields its path. After the block the file is
    deleted, unless the block has moved it.

    If `mode` is None, the file gets the permissions of `target`."""
    # The name of the temporary file is noted before the file exists.
    # So the temporary file is deleted even if the program is stopped in between.
    name = str(target.with_name(f".{target.stem}.{secrets.token_hex(8)}.tmp"))
    try:
        with open(name, "xb", opener=owner_only) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        state = target.stat()
        made = os.stat(name)
        # A job that runs as root must not become the owner: the users would lose access.
        # If the owner is right already, nothing is called: a service may have no right to do it.
        if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (state.st_uid, state.st_gid):
            with contextlib.suppress(PermissionError):
                os.chown(name, state.st_uid, state.st_gid)
        os.chmod(name, state.st_mode & 0o777 if mode is None else mode)
        yield Path(name)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def _settle(folder: Path) -> None:
    # The folder is written to the disk, too.
    # If the folder were not written, the renamed file could be lost in a power cut.
    # Windows cannot write a folder to the disk in this way.
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
