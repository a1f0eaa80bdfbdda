"""Copies of a workbook and of a register, and putting them back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.world.places import GooglePlace, Place, XlsxPlace

PutBack = Callable[[], None]


def copy_of_workbook(place: Place) -> PutBack:
    """Somebody keeps a copy of the workbook, or its version online. Returns what puts it back."""
    if isinstance(place, GooglePlace):
        online = place.file
        assert online.book is not None
        kept = online.book.copied()

        def version() -> None:
            with place.server.person(online):
                online.book = kept.copied()

        return version
    assert isinstance(place, XlsxPlace)
    return copy_of_file(place.path)


def copy_of_register(place: Place) -> PutBack:
    """Somebody keeps a copy of the register's file. Returns what puts it back."""
    return copy_of_file(Path(place.config.register.removeprefix("sqlite:///")))


def copy_of_file(path: Path) -> PutBack:
    content = path.read_bytes()

    def put_back() -> None:
        path.write_bytes(content)

    return put_back
