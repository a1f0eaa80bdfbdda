"""The files that a bank gives out: ZIP archives, names that hold account numbers, and files of other
formats."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from budgettrack.bank.formats import read, read_all
from budgettrack.bank.formats.files import BIGGEST, shown
from budgettrack.core.base.errors import UsageError
from tests.world.bank_files import Booked, camt, mt940

BOOKED = [Booked(date(2026, 10, 5), Decimal("-5.00"), "R1")]


OF_A_COMPUTER = {"__MACOSX/first": b"of the computer", ".DS_Store": b"likewise"}


def archive(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("statement.sta", "statement.sta"),
        ("camt-closing-other-currency.xml", "camt-closing-other-currency.xml"),
        ("DE89370400440532013000.xml", "….xml"),
        ("de89 3704 0044 0532 0130 00 2026-10.xml", "… 2026-10.xml"),
        ("NL47INGB0009999999_01-10-2026.csv", "…_01-10-2026.csv"),
        ("mt940_0532013000_2026-10-01.sta", "…_2026-10-01.sta"),
        ("export 20261001.csv", "export 20261001.csv"),
        ("ofx-utf8-under-1252.ofx", "ofx-utf8-under-1252.ofx"),
        (
            "Statement of Somebody with a very long name 2026.csv",
            "Statement of Somebo…ame 2026.csv",
        ),
        ("00112233", "…"),
    ],
)
def test_a_files_name_is_shown_without_account_numbers(name: str, says: str) -> None:
    assert shown(name) == says


def test_the_files_of_an_archive_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    later = (
        mt940(BOOKED)
        .replace(b"C261001EUR1000", b"C261031EUR995")
        .replace(b"EUR995,00\r\n-", b"EUR990,00\r\n-")
    )
    path = tmp_path / "all.zip"
    path.write_bytes(
        archive(
            second=later,
            first=mt940(BOOKED),
            **OF_A_COMPUTER,
        )
    )

    statements = read(path, None, "en")

    assert [statement.place for statement in statements] == [
        "all.zip/first, statement 1",
        "all.zip/second, statement 1",
    ]
    assert not any(statement.left_out for statement in statements)


def test_several_files_are_one_chain(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    first, second = tmp_path / "a" / "s.sta", tmp_path / "s.sta"
    first.write_bytes(mt940(BOOKED))
    second.write_bytes(
        mt940(BOOKED)
        .replace(b"C261001EUR1000", b"C261103EUR900")
        .replace(b"C261031EUR995", b"C261130EUR895")
    )

    _, later = read_all([first, second], None, "en")

    assert later.left_out == (
        "s.sta (2), statement 1: its opening balance is 900.00 EUR, but the statement before it has"
        " the closing balance 995.00 EUR. What was booked between 2026-10-31 and 2026-11-03 is"
        " missing. Download those days, too.",
    )


LOCKED = bytearray(archive(one=b"x"))
LOCKED[6] |= 1
LOCKED[LOCKED.index(b"PK\x01\x02") + 8] |= 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (archive(**{"[Content_Types].xml": b""}), "this is a spreadsheet or a document (XLSX, ODS, DOCX). Download the statement as CAMT.053"),
        (archive(), "this ZIP archive is empty. Download it again."),
        (archive(**OF_A_COMPUTER), "this ZIP archive is empty. Download it again."),
        (archive(one=archive(two=b"")), "one: this is a ZIP archive in a ZIP archive. Download"),
        (bytes(LOCKED), "this ZIP archive is locked by a password. Unpack it, and name its files."),
        (archive(one=mt940(BOOKED))[:-40], "this ZIP archive is damaged. Download it again."),
        (archive(**{f"f{n}": b"" for n in range(1001)}), "has more than 1000 files or 250 MB. Unpack it"),
        (b"!Type:Bank\nD05/10/2026\nT-5.00\n^\n", "this is QIF, and its days (05/10/2026) can be read in two ways. Download the statement as CAMT.053, MT940, OFX or CSV."),
        (b"01,SENDER,RECEIVER,261005,1200,1,80,1,2/\n", "this is BAI2. Download the statement as"),
        (b"0000005102672505        00000000", "this is CODA. Download the statement as"),
        (b"0128AGK", "this is DTAUS. Download"),
        (b"0130004    00001EUR2 12345678901  011026", "this is CFONB 120. Download"),
        (b"11" + b"0" * 18 + b"261001261031" + b"2" + b"0" * 14 + b"9783", "this is Norma 43 (AEB 43). Download"),
        (b':20:A\r\n:21:B\r\n:25:1/1\r\n:32A:261005EUR5,00\r\n', "this is MT900, MT910 or another message of SWIFT. Download"),
        (b'"EXTF";700;21', "this is a DATEV file. Download"),
        (b'{"transactions": []}', "this is JSON. Download"),
        (b"\x1f\x8b\x08", "this is a GZIP archive. Download"),
        (b"\xd0\xcf\x11\xe0", "this is an old Excel file (XLS). Download"),
        (b"<!DOCTYPE html><html>", "this is HTML, a page of a website. Download"),
        (b"<Document><CstmrCdtTrfInitn/></Document>", "this is an order to pay (pain.001). Download"),
        (b"<a><b/></a>", "this is XML that has no bank statement (but b). Download"),
        (b"\xef\xbb\xbf \r\n", "it is empty. Download it again."),
    ],
)  # fmt: skip
def test_a_file_of_another_format_is_named_with_what_to_download_instead(
    content: bytes, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "bad.file"
    path.write_bytes(content)

    with pytest.raises(UsageError) as refused:
        read(path, None, "en")

    assert says in str(refused.value)


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("one", bytes(BIGGEST // 5))
        for _ in range(5):
            info = zipfile.ZipInfo(f"more {_}")
            packed.filelist.append(packed.filelist[0])
            packed.NameToInfo[info.filename] = packed.filelist[0]

    with pytest.raises(UsageError, match="more than 1000 files or 250 MB"):
        read(path, None, "en")


def test_a_file_without_a_booked_entry_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "quiet.xml"
    path.write_bytes(camt([]))

    (quiet,) = read(path, None, "en")

    assert quiet.left_out == (
        "quiet.xml has no booked entry. If money moved in its period, download it again.",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entry_that_the_reader_does_not_find_is_counted_in_the_bytes(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "bank.xml"
    text = camt(BOOKED).decode().replace("UTF-8", encoding)
    path.write_bytes(text.replace("<Ntry>", "<!-- <Ntry> --><Ntry>").encode(encoding))
    assert len(read(path, None, "en")[0].lines) == len(BOOKED)

    path.write_bytes(text.replace("</Stmt>", "<More><Ntry></Ntry></More></Stmt>").encode(encoding))
    says = f"this CAMT has {len(BOOKED) + 1} entries, of which {len(BOOKED)} can be read"
    with pytest.raises(UsageError, match=says):
        read(path, None, "en")
