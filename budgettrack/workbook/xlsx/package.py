"""The parts of an `.xlsx` file, which is a zip file: finds them by the relationships between them,
limits their size, and replaces single parts.

A part that is not replaced keeps its bytes. So charts, macros and other things that this program
does not understand stay unchanged."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from lxml import etree
from msgspec import Struct, field

from budgettrack.core.base.errors import WorkbookError

Element = etree._Element

MAX_BYTES = 1 << 30
"""How many bytes of unpacked content are read at most. A million rows with 12 cells need 0.7 GB."""
MAX_PARTS = 10_000
TIGHTEST = 100
"""How many times larger a part may be after it is unpacked. Sheets that people fill are 10 to 30
times larger."""
MOST_KEPT = 50_000_000
"""How many bytes of parts stay unpacked while a file is read. One part may be larger."""
LOOSE = 20_000_000
"""This limit does not hold for a part with at most this many bytes."""

TYPES = "[Content_Types].xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VARIANTS = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
STRICT = "http://purl.oclc.org/ooxml/"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."

_MARK, _JOURNAL = "budgettrack", "budgettrack-journal"
TAB_MARK = "_budgettrack"
"""The name under which the program stores the hidden tag of a tab. Excel calls this a hidden
*defined name*."""
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_USUALLY_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HEADER = struct.Struct("<26x2H")
"""The fixed part of the header before a part in a zip file. It ends with the lengths of the name
and of the extra field."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class SheetPart(Struct, frozen=True):
    """A tab, the name of the part with its cells, and the hidden tag that the program gave it
    ('' if there is none)."""

    tab: str
    part: str
    very_hidden: bool = False
    is_hidden: bool = False
    mark: str = ""


class Package(Struct):
    """The parts of one file. `name` is the name of the file in messages."""

    name: str
    archive: zipfile.ZipFile
    main: str = ""
    changed: dict[str, bytes] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    _unpacked: dict[str, bytes] = field(default_factory=dict)

    def has(self, part: str) -> bool:
        return part in self.changed or (
            part not in self.removed and part in self.archive.NameToInfo
        )

    def read(self, part: str) -> bytes:
        """Returns the bytes of a part.

        Raises `WorkbookError` if the part is missing or damaged."""
        if part in self.changed:
            return self.changed[part]
        if part in self._unpacked:
            return self._unpacked[part]
        try:
            content = self._unpacked[part] = self.archive.read(part)
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise damaged(self.name) from error
        # A sync reads a part several times. Small parts and the largest tab are unpacked once.
        while len(self._unpacked) > 1 and sum(map(len, self._unpacked.values())) > MOST_KEPT:
            del self._unpacked[next(iter(self._unpacked))]
        return content

    def xml(self, part: str) -> Element:
        return parsed(self.read(part), self.name)

    def put(self, part: str, content: bytes) -> None:
        """Changes or adds a part. If the bytes are the same as before, the file does not count
        as changed."""
        if not self.has(part) or self.read(part) != content:
            self.removed.discard(part)
            self.changed[part] = content

    def put_xml(self, part: str, root: Element) -> None:
        self.put(
            part, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        )

    def remove(self, part: str) -> None:
        self.changed.pop(part, None)
        self.removed.add(part)

    def content(self) -> bytes:
        """Returns the bytes of the whole file with its changes. The other parts keep their order
        and their times."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            for info in self.archive.infolist():
                if info.filename in self.removed:
                    continue
                content = self.read(info.filename)  # this detects damage
                if info.filename in self.changed or not _copied(target, self.archive, info):
                    _copy(target, info, content)
            for part in sorted(self.changed):
                if part not in self.archive.NameToInfo:
                    info = zipfile.ZipInfo(part, _FIRST_DAY)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    _copy(target, info, self.changed[part])
        return out.getvalue()


def damaged(name: str) -> WorkbookError:
    return WorkbookError(
        f"{name} is cut off or damaged and cannot be read. Open it in your spreadsheet program and"
        " save it again, or take its previous copy.",
    )


def opened(raw: bytes, name: str) -> Package:
    """Opens the bytes of a file as a package.

    Raises `WorkbookError` if the file is not an Excel workbook; the message says what kind of
    file it is."""
    package = Package(name, _archive(raw, name))
    _refuse_other_kinds(package)
    main = related(package, "officeDocument", "")
    if main is None or not package.has(main):
        raise _other(name, "a file that holds no workbook")
    package.main = main
    if etree.QName(package.xml(main)).localname != "workbook":
        raise _other(name, "an Office file that holds no workbook")
    return package


def _refuse_other_kinds(package: Package) -> None:
    """Raises `WorkbookError` if the zip file is of another kind, which the names of its parts
    show."""
    name, names = package.name, package.archive.namelist()
    if len(set(names)) < len(names):
        raise damaged(name)
    if "mimetype" in names and b"opendocument" in package.read("mimetype"):
        raise _other(name, "an OpenDocument file (.ods)")
    if any(part.casefold().endswith("xl/workbook.bin") for part in names):
        raise _other(name, "a binary workbook (.xlsb)")
    if TYPES not in names or "_rels/.rels" not in names:
        raise _other(name, "a zip file that holds no workbook")


def _archive(raw: bytes, name: str) -> zipfile.ZipFile:
    """Opens the zip file in a file's bytes, of any kind. Raises `WorkbookError` if it is no zip
    file or too large."""
    if not raw:
        raise WorkbookError(
            f"{name} is empty (0 bytes). Take its previous copy or make a new workbook."
        )
    if raw.startswith(_OLE):
        raise WorkbookError(_ole(raw, name))
    if not raw.startswith(b"PK"):
        raise WorkbookError(
            f"{name} is not an Excel workbook (perhaps it is CSV, a web page or a link)."
            " Open it in your spreadsheet program and save it as 'Excel Workbook (.xlsx)'.",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise damaged(name) from error
    parts = archive.infolist()
    # A zip file with few bytes can contain terabytes of zeros.
    if sum(part.file_size for part in parts) > MAX_BYTES or len(parts) > MAX_PARTS:
        raise WorkbookError(
            f"{name} is larger than {MAX_BYTES >> 20:,} MB or {MAX_PARTS:,} parts when unzipped,"
            " more than a plan needs. Nothing was read. Copy the tabs that you need into a new"
            " workbook.",
        )
    if any(
        part.file_size > LOOSE and part.file_size > TIGHTEST * part.compress_size for part in parts
    ):
        raise WorkbookError(
            f"{name} unpacks to over {TIGHTEST} times its size, which no sheet does that people"
            " filled. Nothing was read. Copy the tabs that you need into a new workbook."
        )
    return archive


def is_on(element: Element | None, name: str) -> bool:
    """Whether an attribute of an element is true. Returns False if there is no element."""
    return element is not None and element.get(name) in ("1", "true")


def parsed(content: bytes, name: str) -> Element:
    """Parses the XML of a part. Entities are not expanded, and nothing is loaded from the network.

    Raises `WorkbookError` if the XML is damaged."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    if b"<!DOCTYPE" in content[:1000]:
        raise damaged(name)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise damaged(name) from error


def relations(package: Package, part: str) -> list[tuple[str, str]]:
    """Returns the relationships of a part to other parts in the file. Each has a kind and a target
    part. The part "" is the file itself."""
    return [(link.kind, link.target) for link in _relations(package, part)]


def present(package: Package, kind: str, part: str | None = None) -> str | None:
    """Returns the part of this kind, as `related` does. Returns None if the file does not have
    that part."""
    target = related(package, kind, part)
    return target if target is not None and package.has(target) else None


def sheets(package: Package) -> tuple[SheetPart, ...]:
    """Returns the tabs that have cells, in order. Chart sheets, dialogs and macro sheets are left
    out.

    Raises `WorkbookError` if there is no such tab, or if two tabs have the same name."""
    parts = tuple(_sheets(package))
    if not parts:
        raise WorkbookError(
            f"{package.name} holds no tab with cells. Make a new workbook or take its previous"
            " copy."
        )
    taken: set[str] = set()
    for sheet in parts:
        if sheet.tab.casefold() in taken:
            raise WorkbookError(
                f"{package.name} holds two tabs named '{sheet.tab}'. Rename one of them."
            )
        taken.add(sheet.tab.casefold())
    return parts


def _sheets(package: Package) -> Iterator[SheetPart]:
    links = {link.key: link for link in _relations(package, package.main)}
    root = package.xml(package.main)
    marks = _tab_marks(root)
    for index, element in enumerate(root.iterfind("{*}sheets/{*}sheet")):
        keys = [str(value) for name, value in element.items() if str(name).endswith("}id")]
        link = links.get(keys[0]) if keys else None
        if link is not None and link.kind == "worksheet" and package.has(link.target):
            state = element.get("state")
            yield SheetPart(
                element.get("name") or "",
                link.target,
                state == "veryHidden",
                state == "hidden",
                marks.get(str(index), ""),
            )


def titles(package: Package) -> tuple[str, ...]:
    """Returns the titles of all tabs, also of charts and macros."""
    root = package.xml(package.main)
    return tuple(element.get("name") or "" for element in root.iterfind("{*}sheets/{*}sheet"))


def _tab_marks(root: Element) -> dict[str, str]:
    """Returns the program's tag of each tab, by the index of the tab.

    The tag is a hidden defined name with a text as its value, and belongs to one tab. It stays
    with the tab if people rename or move the tab, and spreadsheet programs keep it."""
    return {
        name.get("localSheetId") or "": value[1:-1].replace('""', '"')
        for name in root.iterfind("{*}definedNames/{*}definedName")
        if name.get("name") == TAB_MARK
        and (value := (name.text or "").strip()).startswith('"')
        and value.endswith('"')
    }


def set_tab_mark(package: Package, tab: str, text: str) -> None:
    """Gives a tab the hidden tag by which the program recognises it."""
    root = package.xml(package.main)
    index = str(titles(package).index(tab))
    names = root.find("{*}definedNames")
    if names is None:
        names = etree.Element(f"{{{etree.QName(root).namespace}}}definedNames")
        before = [
            at
            for at, child in enumerate(root)
            if isinstance(child.tag, str)
            and etree.QName(child).localname in ("sheets", "functionGroups", "externalReferences")
        ]
        root.insert(max(before) + 1, names)
    for name in names.findall("{*}definedName"):
        if name.get("name") == TAB_MARK and name.get("localSheetId") == index:
            names.remove(name)
    own = etree.SubElement(names, f"{{{etree.QName(root).namespace}}}definedName")
    own.set("name", TAB_MARK)
    own.set("localSheetId", index)
    own.set("hidden", "1")
    own.text = '"' + text.replace('"', '""') + '"'
    package.put_xml(package.main, root)


def related(package: Package, kind: str, part: str | None = None) -> str | None:
    """Returns the part of this kind that the workbook (or `part`) refers to.

    Returns None if there is no such part."""
    source = package.main if part is None else part
    return next((target for known, target in relations(package, source) if known == kind), None)


def relate(package: Package, source: str, kind: str, target: str) -> str:
    """Adds a relationship from `source` to `target` and returns its ID.

    `kind` is the last word of the relationship's type."""
    part = _relations_part(source)
    root = (
        package.xml(part)
        if package.has(part)
        else etree.fromstring(f'<Relationships xmlns="{PACKAGE_RELATIONS}"/>')
    )
    taken = {element.get("Id") for element in root}
    key = next(f"rId{number}" for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
    link = etree.SubElement(root, f"{{{PACKAGE_RELATIONS}}}Relationship")
    link.set("Id", key)
    link.set("Type", f"{RELATIONS}/{kind}")
    link.set("Target", posixpath.relpath(target, posixpath.dirname(source) or "."))
    package.put_xml(part, root)
    return key


def unrelate(package: Package, source: str, kinds: Iterable[str]) -> None:
    """Removes the relationships of these kinds from `source`, and the parts to which they point."""
    part, unwanted = _relations_part(source), set(kinds)
    if not package.has(part):
        return
    root = package.xml(part)
    gone = [element for element in root if _kind(element) in unwanted]
    for element in gone:
        target = _target(source, element.get("Target") or "")
        package.remove(target)
        _undeclare(package, target)
        root.remove(element)
    if gone:
        package.put_xml(part, root)


def _undeclare(package: Package, part: str) -> None:
    """Removes the declaration of a part's content type."""
    types = package.xml(TYPES)
    for override in types.findall("{*}Override"):
        if (override.get("PartName") or "").lstrip("/") == part:
            types.remove(override)
    package.put_xml(TYPES, types)


def declare(package: Package, part: str, content_type: str) -> None:
    """Declares the content type of a new part."""
    types = package.xml(TYPES)
    override = etree.SubElement(types, f"{{{CONTENT_TYPES}}}Override")
    override.set("PartName", f"/{part}")
    override.set("ContentType", content_type)
    package.put_xml(TYPES, types)


def mark(package: Package) -> str | None:
    """Returns the hidden mark that links the workbook to its register. Returns None if the file
    has none."""
    return _hidden_text(package, _MARK)


def set_mark(package: Package, text: str) -> None:
    """Writes the hidden mark that links the workbook to its register."""
    _set_hidden_text(package, _MARK, text)


def journal(package: Package) -> str | None:
    """Returns the hidden journal of sent mails. Returns None if the file has none."""
    return _hidden_text(package, _JOURNAL)


def set_journal(package: Package, text: str) -> None:
    """Writes the hidden journal of sent mails."""
    _set_hidden_text(package, _JOURNAL, text)


def _hidden_text(package: Package, name: str) -> str | None:
    """Returns a document property of the file. Returns None if it is missing or blank."""
    part = present(package, "custom-properties", "")
    if part is None:
        return None
    for prop in package.xml(part).iterfind("{*}property"):
        if prop.get("name") == name:
            return "".join(str(text) for text in prop.itertext()) or None
    return None


def _set_hidden_text(package: Package, name: str, text: str) -> None:
    """Writes a document property of the file."""
    part = present(package, "custom-properties", "")
    if part is None:
        part = "docProps/custom.xml"
        root = etree.fromstring(f'<Properties xmlns="{CUSTOM}" xmlns:vt="{VARIANTS}"/>')
        relate(package, "", "custom-properties", part)
        declare(
            package, part, "application/vnd.openxmlformats-officedocument.custom-properties+xml"
        )
    else:
        root = package.xml(part)
    own = next((prop for prop in root if prop.get("name") == name), None)
    if own is None:
        numbers = [int(prop.get("pid") or 1) for prop in root]
        own = etree.SubElement(root, f"{{{CUSTOM}}}property")
        own.set("fmtid", "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}")
        own.set("pid", str(max([1, *numbers]) + 1))
        own.set("name", name)
    for child in list(own):
        own.remove(child)
    etree.SubElement(own, f"{{{VARIANTS}}}lpwstr").text = text
    package.put_xml(part, root)


class _Link(Struct, frozen=True):
    """A relationship to another part: its kind (a word), the part, and the key that names it."""

    kind: str
    target: str
    key: str


def _ole(raw: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return (
            f"{name} is protected by a password and cannot be read. Open it in your spreadsheet"
            " program, take the password off (File, Info, Protect) and save it."
        )
    return (
        f"{name} is a workbook of the old kind (.xls), even if its name ends in .xlsx."
        " Open it in your spreadsheet program and save it as 'Excel Workbook (.xlsx)'."
    )


def _other(name: str, what: str) -> WorkbookError:
    return WorkbookError(
        f"{name} is {what}, not an Excel workbook. Open it in your spreadsheet program and save it"
        " as 'Excel Workbook (.xlsx)', or name the right file.",
    )


def _copy(target: zipfile.ZipFile, info: zipfile.ZipInfo, content: bytes) -> None:
    target.writestr(_twin(info), content)


def _twin(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Returns the entry of a part in the new file."""
    twin = zipfile.ZipInfo(info.filename, info.date_time)
    twin.compress_type = (
        zipfile.ZIP_STORED if info.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    )
    twin.external_attr, twin.create_system = info.external_attr, info.create_system
    return twin


def _copied(target: zipfile.ZipFile, source: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Copies a part as it is packed. This saves most of the work, because nothing is packed again.

    Returns False, and copies nothing, if the part is not packed in a usual way, or if its size is
    not the one that the file names."""
    file, out = source.fp, target.fp
    if file is None or out is None or info.compress_type not in _USUALLY_PACKED:
        return False
    file.seek(info.header_offset)
    of_name, of_extra = _HEADER.unpack(file.read(_HEADER.size))
    file.seek(of_name + of_extra, io.SEEK_CUR)
    packed = file.read(info.compress_size)
    if len(packed) < info.compress_size:
        return False
    twin = _twin(info)
    twin.CRC, twin.compress_size, twin.file_size = info.CRC, len(packed), info.file_size
    out.seek(target.start_dir)
    twin.header_offset = out.tell()
    out.write(twin.FileHeader() + packed)
    target.filelist.append(twin)
    target.NameToInfo[twin.filename] = twin
    target.start_dir = out.tell()
    return True


def _relations_part(source: str) -> str:
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(source: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target))


def _relations(package: Package, source: str) -> list[_Link]:
    part = _relations_part(source)
    if not package.has(part):
        return []
    return [
        _Link(
            _kind(element),
            _target(source, element.get("Target") or ""),
            element.get("Id") or "",
        )
        for element in package.xml(part).iterfind("{*}Relationship")
        if element.get("TargetMode") != "External"
    ]


def _kind(element: Element) -> str:
    """Returns the kind of a relationship, which is the last word of its type."""
    return (element.get("Type") or "").rsplit("/", 1)[-1]
