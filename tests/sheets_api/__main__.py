"""`python -m tests.sheets_api --port N [--any-token]`: the server by itself, until a signal stops
it."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from tests.sheets_api.server import Server


def main() -> None:
    """Listen, print the address, and stop on a signal."""
    parser = argparse.ArgumentParser(prog="python -m tests.sheets_api", description=__doc__)
    parser.add_argument(
        "--port",
        type=int,
        default=0,
        help="the port to listen on; 0, as by default, takes a free one",
    )
    parser.add_argument("--any-token", action="store_true", help="accept any bearer token")
    parser.add_argument(
        "--quota", type=int, help="reads and writes a minute for one account; without it, no limit"
    )
    given = parser.parse_args()
    done = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: done.set())
    with Server(port=given.port, any_token=given.any_token, quota=given.quota) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        done.wait()


if __name__ == "__main__":
    main()
