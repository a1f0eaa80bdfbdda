"""Handles Ctrl-C: a step that has begun is finished first, so that nothing is left half done."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

FINISHING = "Finishing what was begun. Ctrl-C again stops at once.\n"
STOPPED = "\nStopped. Nothing is half done.\n"
ENDS = (SystemExit, KeyboardInterrupt, GeneratorExit)
"""The exceptions that end a program on purpose. All others are failures. A library that is written
in Rust raises its failures outside of `Exception`."""

CODE = 130
"""The exit code of a program that was stopped by Ctrl-C, as in shells."""


def stop(*_: object) -> NoReturn:
    """End the program at Ctrl-C, with a message.

    It does not raise an exception, because a library could catch it, or print it in its own
    words."""
    _say(STOPPED)
    os._exit(CODE)


@contextmanager
def unbroken() -> Iterator[None]:
    """Context manager: if Ctrl-C is pressed, the block runs to its end before the program stops. A
    second Ctrl-C stops the program at once.

    It does nothing if another part of the program handles Ctrl-C. It also does nothing in a
    thread other than the main one, because only the main thread receives signals."""
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
