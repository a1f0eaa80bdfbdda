"""Reads the bytes of a register file piece by piece, while SQLite holds locks on the file.

On POSIX, a process loses all its locks on a file when it closes any descriptor of this file. So a
descriptor stays open here until the last connection of the process to this file is closed."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

PIECE = 1 << 18
"""How many bytes are in memory at once."""


class _OpenFile(Struct):
    """A file to which this process has connections, and the descriptors with which it is read."""

    connections: int = 0
    descriptors: list[int] = field(default_factory=list)


_open: dict[tuple[int, int], _OpenFile] = {}
"""The open files, by the number of their device and of the file."""
_turn = threading.Lock()


class OwnBytes:
    """The bytes of the file of one connection.

    Create the object when the connection is open, and call `close` after the connection was
    closed."""

    def __init__(self, path: Path) -> None:
        self._path, self._is_closed = path, False
        with _turn:
            self._file = _number(os.stat(path))
            _open.setdefault(self._file, _OpenFile()).connections += 1

    def pieces(self, size: int) -> Iterator[bytes] | None:
        """Returns the first `size` bytes of the file in pieces.

        Returns None if the file cannot be opened a second time, or if its name now belongs to
        another file. The caller must hold a transaction that keeps others from writing."""
        with _turn:
            opened = _open[self._file]
            if not opened.descriptors and not self._opens():
                return None
        return _read(opened.descriptors[0], size)

    def _opens(self) -> bool:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError:
            return False
        file = _number(os.fstat(descriptor))
        # If it is another register that is open too, its descriptor must stay open as well.
        if file in _open:
            _open[file].descriptors.append(descriptor)
        else:
            os.close(descriptor)
        return file == self._file

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        with _turn:
            opened = _open[self._file]
            opened.connections -= 1
            if not opened.connections:
                del _open[self._file]
                for descriptor in opened.descriptors:
                    os.close(descriptor)


def _number(about: os.stat_result) -> tuple[int, int]:
    return about.st_dev, about.st_ino


def _read(descriptor: int, size: int) -> Iterator[bytes]:
    start = 0
    while start < size:
        # Another thread may read with the same descriptor.
        with _turn:
            os.lseek(descriptor, start, os.SEEK_SET)
            piece = os.read(descriptor, min(PIECE, size - start))
        if not piece:
            return  # The file is too short, so its checksum will not fit.
        start += len(piece)
        yield piece
