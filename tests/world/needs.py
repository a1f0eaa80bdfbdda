"""What a test needs beside Python: by a marker, which `make quick` leaves out, and held here.

Who starts such a program asks `needed` first, so that a test without its marker fails where the
program is there, and one with it is skipped where the program is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping

from tests.world.browser import CHROMIUM

POSTGRES = os.environ.get("BUDGETTRACK_TEST_POSTGRES", "")

MISSING: Mapping[str, str] = {
    "browser": "" if CHROMIUM else "Chromium is not here to look at the pages",
    "office": "" if shutil.which("soffice") else "LibreOffice is not here to open the workbooks",
    "java": "" if shutil.which("java") else "Java is not here for the validator of HTML",
    "postgres": "" if POSTGRES else "BUDGETTRACK_TEST_POSTGRES names no server",
    "google_http": "",
}
"""Why a test with this marker cannot run here; '' if it can."""

_marked: Collection[str] = tuple(MISSING)


def begin(markers: Collection[str]) -> None:
    """Notes the markers of the test that begins."""
    global _marked  # noqa: PLW0603 - there is one test at a time
    _marked = markers


def needed(marker: str) -> None:
    """Raises `AssertionError` if the test that runs does not have the marker."""
    assert marker in _marked, f"This test needs @pytest.mark.{marker}."
