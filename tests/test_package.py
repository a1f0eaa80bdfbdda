"""The parts of a workbook's file: what is not changed is copied as it is packed."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from budgettrack.core.base.errors import WorkbookError
from budgettrack.workbook.xlsx.package import Package

TEXT = b"<row>12.50</row>" * 2_000
PACKINGS = {
    "stored.xml": zipfile.ZIP_STORED,
    "deflated.xml": zipfile.ZIP_DEFLATED,
    "bzip2.xml": zipfile.ZIP_BZIP2,
    "\u0642.xml": zipfile.ZIP_DEFLATED,
}


def file() -> bytes:
    """A zip file with parts that are packed in several ways, and with the weakest packing, which
    nobody would choose anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, packing in PACKINGS.items():
            info = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6))
            info.compress_type, info.external_attr = packing, 0o640 << 16
            info.extra = b"\x01\x99\x02\x00ab"
            archive.writestr(info, TEXT, compresslevel=1)
    return out.getvalue()


def package(raw: bytes) -> Package:
    return Package("plan.xlsx", zipfile.ZipFile(io.BytesIO(raw)))


def test_a_part_that_is_not_changed_keeps_its_packed_bytes() -> None:
    before = package(file())
    before.put("new.xml", b"<new/>")

    after = zipfile.ZipFile(io.BytesIO(before.content()))
    assert after.testzip() is None
    assert {name: after.read(name) for name in after.namelist()} == {
        **dict.fromkeys(PACKINGS, TEXT),
        "new.xml": b"<new/>",
    }
    for name in ("stored.xml", "deflated.xml", "\u0642.xml"):
        old, new = before.archive.getinfo(name), after.getinfo(name)
        assert new.compress_size == old.compress_size
        assert (new.date_time, new.external_attr, new.compress_type) == (
            old.date_time,
            old.external_attr,
            old.compress_type,
        )
    # A spreadsheet program knows two packings, so any other one is not kept.
    assert after.getinfo("bzip2.xml").compress_type == zipfile.ZIP_DEFLATED


def test_a_changed_part_is_packed_anew_and_a_removed_one_is_gone() -> None:
    before = package(file())
    before.put("deflated.xml", b"<changed/>")
    before.remove("stored.xml")

    after = zipfile.ZipFile(io.BytesIO(before.content()))
    assert after.testzip() is None
    assert after.read("deflated.xml") == b"<changed/>"
    assert "stored.xml" not in after.namelist()


def test_a_file_from_which_a_part_was_only_removed_is_whole() -> None:
    before = package(file())
    for name in ("stored.xml", "bzip2.xml"):
        before.remove(name)

    after = zipfile.ZipFile(io.BytesIO(before.content()))
    assert after.testzip() is None
    assert after.namelist() == ["deflated.xml", "\u0642.xml"]


def test_a_part_whose_size_is_wrong_is_packed_anew() -> None:
    before = package(file())
    before.put("new.xml", b"<new/>")
    before.archive.getinfo("deflated.xml").compress_size += 1_000_000

    after = zipfile.ZipFile(io.BytesIO(before.content()))
    assert after.testzip() is None
    assert after.read("deflated.xml") == TEXT


def test_a_damaged_part_is_not_copied() -> None:
    raw = bytearray(file())
    place = raw.index(b"stored.xml") + 200
    raw[place] ^= 1
    before = package(bytes(raw))
    before.put("new.xml", b"<new/>")

    with pytest.raises(WorkbookError, match="cut off or damaged"):
        before.content()


def test_a_packed_part_has_the_checksum_of_its_content() -> None:
    before = package(file())
    before.put("new.xml", b"<new/>")

    after = zipfile.ZipFile(io.BytesIO(before.content()))
    assert {after.getinfo(name).CRC for name in PACKINGS} == {zlib.crc32(TEXT)}
