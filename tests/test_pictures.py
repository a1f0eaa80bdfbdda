"""Pictures are made anew: nothing of the file of the group is in them but what is seen, and a file
that was made to do harm is refused."""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from budgettrack.reports.base.pictures import (
    ELSEWHERE,
    MISSING,
    NOT_INSTALLED,
    NOT_READABLE,
    TOO_LARGE,
    PictureFile,
    picture,
    problem,
)
from tests.world.jpegs import JFIF, PIXELS, segments
from tests.world.planted_pictures import MARKS, drawn, saved


def put(folder: Path, content: bytes, name: str = "ours.jpg") -> str:
    (folder / name).write_bytes(content)
    return name


def made_of(folder: Path, content: bytes) -> list[PictureFile]:
    made = picture(folder, put(folder, content))
    assert not isinstance(made, str), made
    return list(made)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_goes_on(tmp_path: Path, kind: str) -> None:
    source = saved(kind)
    planted = source.decode("latin-1")
    assert sum(mark in planted for mark in MARKS) >= 4, "the source has no marks to lose"

    for file in made_of(tmp_path, source):
        assert {marker for marker, _ in segments(file.content)} == PIXELS
        (head,) = [content for marker, content in segments(file.content) if marker == JFIF]
        assert head == b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"  # no density of a camera, no thumbnail
        told = file.content.decode("latin-1")
        assert not [mark for mark in (*MARKS, "Exif", "ICC_PROFILE", "adobe") if mark in told]
        again = Image.open(io.BytesIO(file.content))
        assert not again.getexif()
        assert not again.getexif().get_ifd(0x8825)
        assert set(again.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }


@pytest.mark.parametrize(
    ("size", "made"),
    [
        ((3000, 2000), [(480, 320), (960, 640)]),
        ((2000, 3000), [(320, 480), (640, 960)]),
        ((960, 100), [(480, 50), (960, 100)]),
        ((700, 350), [(480, 240), (700, 350)]),
        ((480, 480), [(480, 480)]),
        ((40, 30), [(40, 30)]),
    ],
)
def test_two_sizes_for_telephones_and_none_is_larger_than_its_source(
    tmp_path: Path, size: tuple[int, int], made: list[tuple[int, int]]
) -> None:
    files = made_of(tmp_path, saved("JPEG", drawn(*size)))

    assert [(file.width, file.height) for file in files] == made
    assert [Image.open(io.BytesIO(file.content)).size for file in files] == made


@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, (10, 10)), (3, (470, 310)), (6, (310, 10)), (8, (10, 470))],
)
def test_it_stands_as_the_camera_was_held(
    tmp_path: Path, orientation: int, red: tuple[int, int]
) -> None:
    small = made_of(tmp_path, saved("JPEG", drawn(960, 640), orientation))[0]
    pixel = Image.open(io.BytesIO(small.content)).convert("RGB").getpixel(red)

    assert isinstance(pixel, tuple)
    assert pixel[0] > 180
    assert pixel[2] < 80


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(tmp_path: Path, mode: str) -> None:
    clear = Image.new("RGBA", (300, 300), (0, 0, 0, 0)).convert(mode)
    content = io.BytesIO()
    clear.save(content, "PNG", **({"transparency": 0} if mode == "P" else {}))
    (file,) = made_of(tmp_path, content.getvalue())

    assert Image.open(io.BytesIO(file.content)).convert("RGB").getpixel((150, 150)) == (255,) * 3


@pytest.mark.parametrize("mode", ["L", "CMYK", "1"])
def test_other_colours_become_those_of_a_page(tmp_path: Path, mode: str) -> None:
    content = io.BytesIO()
    drawn(mode=mode).save(content, "PNG" if mode == "1" else "JPEG")

    assert Image.open(io.BytesIO(made_of(tmp_path, content.getvalue())[0].content)).mode == "RGB"


def test_only_the_first_picture_of_a_moving_one_goes_on(tmp_path: Path) -> None:
    content = io.BytesIO()
    drawn(300, 300).save(
        content, "WEBP", save_all=True, append_images=[Image.new("RGB", (300, 300), "white")]
    )
    (file,) = made_of(tmp_path, content.getvalue())
    pixel = Image.open(io.BytesIO(file.content)).convert("RGB").getpixel((10, 10))

    assert isinstance(pixel, tuple)
    assert pixel[0] > 180
    assert pixel[1] < 90


def test_a_public_file_is_named_by_its_content_alone(tmp_path: Path) -> None:
    content = saved("JPEG")
    one = picture(tmp_path, put(tmp_path, content, "somebody at home.jpg"))
    other = picture(tmp_path, put(tmp_path, content, "other.jpg"))

    assert one == other
    assert not isinstance(one, str)
    for file in one:
        folder, name = file.path.split("/")
        assert folder == "pictures"
        assert len(name) == 20
        assert set(name.removesuffix(".jpg")) <= set("0123456789abcdef")


def test_a_name_is_found_as_a_telephone_and_macos_write_it(tmp_path: Path) -> None:
    put(tmp_path, saved("JPEG"), "Cafe\u0301.JPG")

    assert problem(tmp_path, "caf\u00e9.jpg") == ""


@pytest.mark.parametrize(
    "name",
    ["../ours.jpg", "/etc/hostname", "sub/ours.jpg", "..\\ours.jpg", "https://peers.example/a.jpg"],
)
def test_a_path_or_an_address_is_no_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "pictures"
    (folder / "sub").mkdir(parents=True)
    put(tmp_path, saved("JPEG"))
    put(folder / "sub", saved("JPEG"))

    assert problem(folder, name) == ELSEWHERE


def test_a_link_a_folder_and_a_pipe_are_no_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    put(tmp_path, saved("JPEG"))
    (folder / "link.jpg").symlink_to(tmp_path / "ours.jpg")
    (folder / "folder.jpg").mkdir()
    os.mkfifo(folder / "pipe.jpg")

    for name in ("link.jpg", "folder.jpg", "pipe.jpg"):
        assert problem(folder, name) == ELSEWHERE


@pytest.mark.parametrize("name", ["nothing.jpg", "..", ".", "C:ours.jpg", "x" * 3000, "\0"])
def test_a_name_that_is_not_there_is_missing(tmp_path: Path, name: str) -> None:
    assert problem(tmp_path, name) == MISSING
    assert problem(tmp_path / "no such folder", name) == MISSING


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it has these pixels, and has hardly any."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


@pytest.mark.parametrize("size", [(10_000, 5_001), (12_000, 8_000), (30_000, 30_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    assert problem(tmp_path, put(tmp_path, bomb(*size))) == TOO_LARGE


def test_a_file_of_too_many_bytes_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, saved("JPEG") + bytes(20_000_000))

    assert problem(tmp_path, "ours.jpg") == TOO_LARGE


def broken() -> dict[str, bytes]:
    whole = saved("JPEG")
    text = zlib.compress(b"x" * 3_000_000)
    chunk = b"zTXt" + b"Comment\0\0" + text
    said = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    png = saved("PNG")
    gif, tiff = io.BytesIO(), io.BytesIO()
    drawn(mode="P").save(gif, "GIF")
    drawn().save(tiff, "TIFF")
    return {
        "nothing": b"",
        "words": b"This is no picture.",
        "half": whole[: len(whole) // 2],
        "head": whole[:200],
        "gif": gif.getvalue(),
        "tiff": tiff.getvalue(),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "few pixels": bomb(500, 500),
        "a bomb of words": png[:33] + said + png[33:],
    }


@pytest.mark.parametrize("what", broken())
def test_what_is_no_whole_picture_is_refused(tmp_path: Path, what: str) -> None:
    assert problem(tmp_path, put(tmp_path, broken()[what])) == NOT_READABLE


def test_metadata_that_nobody_can_read_do_no_harm(tmp_path: Path) -> None:
    """Pillow warns of them, and the tests take a warning for an error."""
    whole = saved("JPEG", orientation=6)
    at = whole.index(b"Exif\0\0") + 10

    assert problem(tmp_path, put(tmp_path, whole[:at] + b"\xff" * 8 + whole[at + 8 :])) == ""


def test_without_the_extra_no_picture_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, saved("JPEG"))
    monkeypatch.setitem(sys.modules, "PIL", None)

    assert problem(tmp_path, "ours.jpg") == NOT_INSTALLED
