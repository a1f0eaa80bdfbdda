"""A proxy before a PostgreSQL server that counts connections and statements."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

QUERY, EXECUTE = b"Q", b"E"
"""The messages by which a client has a statement done."""


@dataclass(slots=True)
class Counted:
    """`url` leads through the proxy. Every statement is kept as it was sent."""

    url: str
    connections: int = 0
    statements: list[str] = field(default_factory=list)


@contextmanager
def counting(url: str) -> Iterator[Counted]:
    """A way to the server at `url` on which everything is counted."""
    server = urlsplit(url)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    user = server.netloc.rpartition("@")[0]
    netloc = f"{user}@127.0.0.1:{port}" if user else f"127.0.0.1:{port}"
    # Another test may have the server encrypt just now, and nothing can be counted behind that.
    query = f"{server.query}&sslmode=disable" if server.query else "sslmode=disable"
    counted = Counted(server._replace(netloc=netloc, query=query).geturl())

    def serve() -> None:
        with contextlib.suppress(OSError):  # closed at the end
            while True:
                client, _ = listening.accept()
                counted.connections += 1
                target = socket.create_connection((server.hostname or "", server.port or 5432))
                for run in ((_forward, client, target, counted), (_copy, target, client)):
                    threading.Thread(target=run[0], args=run[1:], daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield counted
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _forward(source: socket.socket, target: socket.socket, counted: Counted) -> None:
    """Passes the client's messages on, each with its type and length; the first has no type."""
    begun = False
    with contextlib.suppress(OSError, EOFError), source, target:
        while True:
            kind = _exactly(source, 1) if begun else b""
            head = _exactly(source, 4)
            body = _exactly(source, struct.unpack("!I", head)[0] - 4)
            if kind == QUERY:
                counted.statements.append(body.rstrip(b"\0").decode())
            elif kind == EXECUTE:
                counted.statements.append("(a prepared statement)")
            # Questions about encryption come before the real beginning, which is protocol 3.
            begun = begun or struct.unpack("!I", body[:4])[0] >> 16 == 3
            target.sendall(kind + head + body)


def _exactly(source: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = source.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data
