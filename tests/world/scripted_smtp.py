"""A mail server that an attacker plays: it says what a script has, and keeps what it is told."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType

Answers = Mapping[str, bytes]
"""By the first word of a command: the answer, as it goes over the wire."""

USUAL: Answers = {
    "EHLO": b"250-mail.example.org\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n",
    "STARTTLS": b"220 ready\r\n",
    "AUTH": b"235 welcome\r\n",
    "MAIL": b"250 OK\r\n",
    "RCPT": b"250 OK\r\n",
    "DATA": b"354 go on\r\n",
    "QUIT": b"221 bye\r\n",
    "RSET": b"250 OK\r\n",
}


class ScriptedMailServer:
    """`heard`: every command that came in the open; `secret`: every one that came within TLS."""

    def __init__(self, answers: Answers, context: ssl.SSLContext | None = None) -> None:
        self.heard: list[str] = []
        self.secret: list[str] = []
        self._answers, self._context = {**USUAL, **answers}, context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> ScriptedMailServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            plain, _ = self._socket.accept()
            plain.settimeout(5)
            with plain:
                plain.sendall(b"220 mail.example.org\r\n")
                if self._talk(plain, self.heard) == "STARTTLS" and self._context:
                    with self._context.wrap_socket(plain, server_side=True) as within:
                        self._talk(within, self.secret)

    def _talk(self, line: socket.socket, said: list[str]) -> str:
        """Answers until the connection ends or becomes secret. Returns the last command."""
        word, mail = "", False
        for command in _lines(line.recv):
            said.append(command)
            if mail:
                mail = command != "."
                if not mail:
                    line.sendall(b"250 taken\r\n")
                continue
            word = command.split(" ")[0].upper()
            answer = self._answers.get(word, b"502 no\r\n")
            line.sendall(answer)
            mail = word == "DATA"
            if word == "STARTTLS" and answer.startswith(b"220") and self._context:
                return word
        return word


def _lines(receive: Callable[[int], bytes]) -> Iterator[str]:
    kept = b""
    while more := receive(4096):
        *lines, kept = (kept + more).split(b"\r\n")
        for line in lines:
            yield line.decode("latin-1")
