"""Ctrl-C: what was begun goes to its end, so that nothing is ever half done."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

FINISHING = "Finishing what was begun. Ctrl-C again stops at once.\n"
STOPPED = "\nStopped. Nothing is half done.\n"
CODE = 130
"""The exit code of what was stopped by Ctrl-C, as shells have it."""


def stop(*_: object) -> NoReturn:
    """How the program takes Ctrl-C while nothing is begun: it says so and is gone.

    Not by an exception: it may come where a library swallows it, or prints it in its own words.
    """
    _say(STOPPED)
    os._exit(CODE)


@contextmanager
def unbroken() -> Iterator[None]:
    """Ctrl-C waits for the end of the block, and stops the program there; a second one stops it at
    once.

    Nothing is held back where somebody else sees to Ctrl-C, or outside the main thread, where it
    never arrives."""
    then = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    if not main or not callable(then) or then not in (stop, signal.default_int_handler):
        yield
        return
    asked = False

    def wait(*_: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        _say(FINISHING)

    signal.signal(signal.SIGINT, wait)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, then)
    if asked:
        then(signal.SIGINT, None)


def _say(words: str) -> None:
    os.write(2, words.encode())
