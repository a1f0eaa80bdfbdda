"""Makes new files of the pictures in stories, sized for telephones, for the public site. A new file
has only the pixels. It is the only module that imports Pillow.

No part of the group's own file is copied: its pixels are drawn into a new picture. So the place,
the camera, the time, a thumbnail, a comment or a second picture are not in the new file, and its
name comes from its content."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from budgettrack.core.checks.stories import MEGABYTES, MEGAPIXELS

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

WIDTHS = (480, 960)
"""The lengths of the longer side of the new pictures in pixels: for a telephone, and for a large
screen."""

QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")
FOLDER = "pictures"
"""The folder of pictures in the public folder."""

MISSING = "story-picture-missing"
ELSEWHERE = "story-picture-elsewhere"
TOO_LARGE = "story-picture-too-large"
NOT_READABLE = "story-picture-not-readable"
NOT_INSTALLED = "pictures-not-installed"


class PictureFile(Struct, frozen=True):
    """A new picture file, a JPEG, with its size in pixels."""

    content: bytes
    width: int
    height: int

    @property
    def path(self) -> str:
        """The path of the file from the public folder. It says nothing about the file from which
        the picture was made."""
        return f"{FOLDER}/{hashlib.sha256(self.content).hexdigest()[:16]}.jpg"


Made = Sequence[PictureFile]
"""The files that are made from one picture, one for each width, the narrowest first."""


def problem(folder: Path, name: str) -> str:
    """Returns the code of the finding about a file in the folder of pictures. Returns '' if the
    file can be published."""
    made = picture(folder, name)
    return made if isinstance(made, str) else ""


def picture(folder: Path, name: str) -> Made | str:
    """Returns the new files of a picture, or the code of a finding if the picture cannot be
    published."""
    try:
        import PIL  # noqa: F401 - an extra: looked for once, before anything is read
    except ImportError:
        return NOT_INSTALLED
    content = original(folder, name)
    return content if isinstance(content, str) else _made(content)


def original(folder: Path, name: str) -> bytes | str:
    """Returns the content of the group's own file, or the code of a finding.

    The name that a person typed is never used as a path: the files in the folder are searched
    for this name."""
    if "/" in name or "\\" in name:
        return ELSEWHERE
    try:
        there = {each.name: each for each in os.scandir(folder)}
    except OSError:
        return MISSING
    same = [each for each in sorted(there) if each == name] or [
        each for each in sorted(there) if _folded(each) == _folded(name)
    ]
    if not same:
        return MISSING
    entry = there[same[0]]
    try:
        if not entry.is_file(follow_symlinks=False):
            return ELSEWHERE
        if entry.stat(follow_symlinks=False).st_size > MEGABYTES * 1_000_000:
            return TOO_LARGE
        return _read(entry.path)
    except OSError:
        return NOT_READABLE


def pictures_state(folder: Path) -> Iterator[bytes]:
    """Yields the name, the size and the time of each file in the folder of pictures. If a
    picture changes, they change too."""
    try:
        there = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in there:
        about = entry.stat(follow_symlinks=False)
        yield f"{entry.name} {about.st_size} {about.st_mtime_ns}".encode("utf-8", "surrogateescape")


def _folded(name: str) -> str:
    """Returns the name of a file in the form in which names are compared. Telephones write `.JPG`,
    and macOS stores an accent as a character of its own."""
    return unicodedata.normalize("NFC", name).casefold()


def _read(path: str) -> bytes | str:
    """Returns the content of a file, or the code of a finding if the file has been replaced by a
    link or a pipe.

    Raises `OSError` if it cannot be read."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return ELSEWHERE
        content = file.read(MEGABYTES * 1_000_000 + 1)
    return TOO_LARGE if len(content) > MEGABYTES * 1_000_000 else content


# One run needs the same picture several times: at the sync, and for each site.
@lru_cache(maxsize=64)
def _made(content: bytes) -> Made | str:
    """Returns the new files of a picture, or the code of a finding."""
    from PIL import Image

    with warnings.catch_warnings():
        # The library Pillow warns about mistakes in the metadata, which is not used here.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as source:
                if source.width * source.height > MEGAPIXELS * 1_000_000:
                    return TOO_LARGE
                drawn = _upright(source)
        except Image.DecompressionBombError:
            return TOO_LARGE
        # A file that somebody made to do harm can cause any exception while it is decoded.
        except Exception:
            return NOT_READABLE
    longest = max(drawn.size)
    return [_file(drawn, width) for width in sorted({min(width, longest) for width in WIDTHS})]


def _upright(source: PillowImage) -> PillowImage:
    """Returns the pixels of a picture as people see it: turned the way the camera was held, and
    with white where it is transparent."""
    from PIL import Image, ImageOps

    # A JPEG can be decoded at half of its size or less.
    # A smaller JPEG needs less memory, and the result is made smaller anyway.
    source.draft(None, (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
    source.load()
    turned = ImageOps.exif_transpose(source)
    if turned.has_transparency_data:
        above = turned.convert("RGBA")
        below = Image.new("RGBA", above.size, "white")
        turned = Image.alpha_composite(below, above)
    seen = turned.convert("RGB")
    # Only the pixels are copied.
    # If the whole file were copied, the comment of a JPEG would be in the new file.
    return Image.frombytes("RGB", seen.size, seen.tobytes())


def _file(drawn: PillowImage, longest: int) -> PictureFile:
    """Returns a picture as a new file whose longer side has this length in pixels."""
    from PIL.Image import Resampling

    small = drawn.copy()
    small.thumbnail((longest, longest), Resampling.LANCZOS)
    content = io.BytesIO()
    small.save(content, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return PictureFile(content.getvalue(), *small.size)
