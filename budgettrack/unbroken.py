"""Ctrl-C: what was begun goes to its end, so that nothing is ever half done."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

FINISHING = "Finishing what was begun. Ctrl-C again stops at once.\n"


@contextmanager
def unbroken() -> Iterator[None]:
    """Ctrl-C waits for the end of the block, and stops the program there; a second one stops it at once.

    Nothing is held back where somebody else sees to Ctrl-C, or outside the main thread, where it never arrives.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    asked = False

    def wait(*_: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, FINISHING.encode())

    signal.signal(signal.SIGINT, wait)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if asked:
        raise KeyboardInterrupt
