"""Pictures as telephones and programs save them, with all that can be planted in their format."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageCms, PngImagePlugin

MARKS = ("PLANTED-CAMERA", "PLANTED-OWNER", "PLANTED-COMMENT", "PLANTED-XMP", "2026:10:17 03:14:15")
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">PLANTED-XMP</x:xmpmeta>'
MAKE, MODEL, OWNER, TAKEN, ORIENTATION = 0x010F, 0x0110, 0x013B, 0x9003, 0x0112
LATITUDE = (38.0, 42.0, 59.5)


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone writes of a picture: its camera, its owner, its time and its place."""
    about = Image.Exif()
    about[MAKE], about[MODEL], about[OWNER] = "PLANTED-CAMERA", "PLANTED-CAMERA 9", "PLANTED-OWNER"
    about[ORIENTATION] = orientation
    about.get_ifd(0x8769)[TAKEN] = "2026:10:17 03:14:15"
    about.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "W", 4: (9.0, 8.0, 7.25)})
    return about


def drawn(width: int = 1200, height: int = 800, mode: str = "RGB") -> Image.Image:
    """A picture whose left upper quarter is red and whose rest is blue."""
    made = Image.new("RGB", (width, height), (20, 40, 200))
    made.paste((220, 20, 20), (0, 0, width // 2, height // 2))
    return made.convert(mode)


def saved(kind: str, made: Image.Image | None = None, orientation: int = 1) -> bytes:
    """A picture with all that can be planted in its format."""
    made = made or drawn()
    content = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    about = exif(orientation)
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", "PLANTED-COMMENT")
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=False)
        texts.add(b"tIME", struct.pack(">HBBBBB", 2026, 10, 17, 3, 14, 15))
        made.save(content, kind, pnginfo=texts, exif=about, icc_profile=profile)
    elif kind == "JPEG":
        made.save(
            content, kind, comment="PLANTED-COMMENT", xmp=XMP, exif=about, icc_profile=profile
        )
    else:
        made.save(content, kind, xmp=XMP, exif=about, icc_profile=profile)
    return content.getvalue()
