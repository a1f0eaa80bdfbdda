"""Runs tests against a mutant, in a copy of the work tree, until one of them fails.

The libraries of the program and of its tests are imported once. A child of this process imports
the program itself, with the fault in it.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mutants.copies import environment
from mutants.operators import Mutant

LIBRARIES = (
    "babel.numbers", "click.testing", "google.auth", "gspread", "hypothesis",
    "hypothesis.strategies", "icalendar", "jinja2", "jsonschema", "lxml.etree", "mt940",
    "openpyxl", "pandas", "pikepdf", "python_calamine", "requests", "tabulate",
    "tenacity", "time_machine", "typst", "vobject", "werkzeug", "xlsxwriter",
)  # fmt: skip
"""Imported once, because each run would spend its first seconds on them."""

FEW = 20
"""So few mutants are done sooner without the libraries that their tests may not need."""

FIRST = 30
"""So many tests are run at first: most mutants die in them."""

FAILED = 1
UNNOTICED = {0: "no test fails", 4: "the tests are not there", 5: "the tests are not there"}
"""How pytest ends where nothing was noticed."""
OUT_OF_TIME = -1


@dataclass(slots=True)
class Trial:
    """A mutant, the tests that are still to be run against it, and how it ended."""

    number: int
    mutant: Mutant
    batches: list[list[str]]
    seconds: dict[str, float]
    killed: bool | None = None
    words: str = ""
    """Which test failed, or that none did."""
    log: Path = field(default_factory=Path)

    @classmethod
    def of(
        cls,
        number: int,
        mutant: Mutant,
        tests: Sequence[str],
        seconds: dict[str, float],
        limit: float,
    ) -> Trial:
        """Takes the fastest tests whose seconds sum to at most `limit`."""
        chosen: list[str] = []
        spent = 0.0
        for test in tests:
            spent += seconds[test]
            if spent > limit and chosen:
                break
            chosen.append(test)
        batches = [chosen[:FIRST], chosen[FIRST:]]
        return cls(number, mutant, [batch for batch in batches if batch], seconds)


class _Plugin:
    """Keeps the chosen tests of the files that pytest collects, a file at a time."""

    def __init__(self, tests: Sequence[str], seconds: dict[str, float]) -> None:
        self._tests = set(tests)
        self._seconds = seconds

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        kept = [item for item in items if item.nodeid in self._tests]
        fastest: dict[Path, float] = {}
        for item in kept:
            seconds = self._seconds[item.nodeid]
            fastest[item.path] = min(seconds, fastest.get(item.path, seconds))
        # The tests of a file stay together, for the sake of what they share.
        kept.sort(key=lambda item: (fastest[item.path], item.path, self._seconds[item.nodeid]))
        items[:] = kept


def run(trials: Sequence[Trial], copies: Sequence[Path], tell: Callable[[Trial], None]) -> None:
    """Runs the tests of each trial, in as many processes as there are copies.

    `tell` is given each trial that is over."""
    for name in LIBRARIES if len(trials) > FEW else ():
        importlib.import_module(name)
    waiting = list(trials)
    free = list(copies)
    running: dict[int, _Child] = {}
    try:
        while waiting or running:
            while free and waiting:
                child = _Child(waiting.pop(0), free.pop())
                running[child.handle] = child
            ready, _, _ = select.select(list(running), [], [], 0.5)
            for handle, child in list(running.items()):
                if handle not in ready and not child.is_late():
                    continue
                again = child.ended(handle in ready)
                del running[handle]
                if again:
                    running[again.handle] = again
                else:
                    free.append(child.copy)
                    tell(child.trial)
    finally:
        for child in running.values():
            child.stop()


class _Child:
    """A process that runs one batch of tests against one mutant."""

    def __init__(self, trial: Trial, copy: Path) -> None:
        self.trial = trial
        self.copy = copy
        self._source = (copy / trial.mutant.file).read_bytes()
        self._batch = trial.batches.pop(0)
        expected = sum(trial.seconds[test] for test in self._batch)
        self._until = time.monotonic() + 90 + 10 * expected
        self._log = copy.with_suffix(".log")
        _write(copy / trial.mutant.file, trial.mutant.applied(self._source))
        self._process = os.fork()
        if not self._process:
            _run_tests(copy, self._log, self._batch, trial.seconds, int(30 + 4 * expected))
        self.handle = os.pidfd_open(self._process)

    def is_late(self) -> bool:
        return time.monotonic() > self._until

    def stop(self) -> int:
        """Ends the process and what it started, and takes the fault out of the copy.

        Returns how it ended, OUT_OF_TIME if by a signal.
        """
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process, signal.SIGKILL)
        _, status = os.waitpid(self._process, 0)
        os.close(self.handle)
        _write(self.copy / self.trial.mutant.file, self._source)
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else OUT_OF_TIME

    def ended(self, by_itself: bool) -> _Child | None:
        """Notes the end. Returns the next batch of the same mutant, None after the last."""
        if by_itself:
            os.waitid(os.P_PIDFD, self.handle, os.WEXITED | os.WNOWAIT)
        code = self.stop()
        trial = self.trial
        if code in UNNOTICED and trial.batches:
            return _Child(trial, self.copy)
        trial.killed = code not in UNNOTICED
        trial.words = UNNOTICED.get(code) or _reason(code, self._log)
        return None


def _reason(code: int, log: Path) -> str:
    if code == OUT_OF_TIME:
        return "out of time"
    lines = log.read_text(errors="replace").splitlines()
    failed = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    return failed[0] if failed else f"pytest ends with {code}"


def _write(path: Path, source: bytes) -> None:
    """Writes a text with a time of its own, by which Python sees that it must compile it anew."""
    path.write_bytes(source)
    now = time.time_ns()
    os.utime(path, ns=(now, now + 2 * 10**9))
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink(missing_ok=True)


def _run_tests(
    copy: Path, log: Path, batch: list[str], seconds: dict[str, float], limit: int
) -> None:
    """What the child does. It does not return."""
    code = FAILED
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(copy)
        os.environ.update(environment(copy))
        sys.path[:0] = [str(copy)]
        sys.dont_write_bytecode = False
        files = list(dict.fromkeys(test.partition("::")[0] for test in batch))
        code = pytest.main(
            ["-o", "addopts=", "-x", "-q", "-p", "no:cacheprovider", "--tb=line", "--no-header",
             "-W", "ignore::pytest.PytestAssertRewriteWarning", *files],
            plugins=[_Plugin(batch, seconds)],
        )  # fmt: skip
    finally:
        os._exit(int(code))
