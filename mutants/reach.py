"""The map of which tests run which lines of the program.

It is made once by running the tests, a process for each test file, and kept outside of git. A
test file that has changed since is run again. Where the program has changed, a line is followed to
the line or the piece that it was when the map was made.
"""

from __future__ import annotations

import difflib
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import coverage
import msgspec

from mutants.copies import environment
from mutants.operators import Mutant, sources, uses
from mutants.recording import FOLDER, WHOLE_FILE

PACKAGE = "budgettrack"

NOT_RUN = ("browser", "docs", "notebook", "packaging", "soak", "killed", "interrupted")
"""Test files with these words in their names are left out: each of their tests takes many seconds
of a browser, an installation or a killed process, and would always stand last in the order."""

MARKERS = "not (browser or office or java or postgres)"
"""Nor are tests run that need another program."""

LONGEST_FILE = 900
"""Seconds after which the tests of one file are given up."""


class Reach(msgspec.Struct, frozen=True):
    """What the tests of one file run."""

    fingerprint: str
    tests: list[str]
    """The passing tests."""
    seconds: list[float]
    """How long each of them takes."""
    lines: dict[str, dict[int, list[int]]]
    """By file and line: the numbers of the tests in the list."""
    program: dict[str, str]
    """By file of the program: the fingerprint of its text when the tests ran."""


class Map:
    """Which tests notice a change of a line, as far as running it can tell."""

    def __init__(self, root: Path, folder: Path, reaches: list[Reach]) -> None:
        self._root = root
        self._folder = folder
        self._reaches = reaches
        self.seconds: dict[str, float] = {}
        for reach in reaches:
            self.seconds.update(zip(reach.tests, reach.seconds, strict=True))

    def tests(self, mutant: Mutant) -> list[str]:
        """Returns the tests that run a mutant's lines, fastest first."""
        found: set[str] = set()
        places = self._uses(mutant.names) if mutant.names else {}
        places.setdefault(mutant.file, set()).update(mutant.lines)
        for reach in self._reaches:
            for file, lines in places.items():
                found.update(self._running(reach, file, lines))
        return sorted(found, key=lambda test: (self.seconds[test], test))

    def _running(self, reach: Reach, file: str, lines: set[int]) -> Iterator[str]:
        recorded = reach.lines.get(file)
        if not recorded:
            return
        then = self._then(file, reach.program[file])
        for line in lines:
            for was in then.get(line, ()):
                for number in recorded.get(was, ()):
                    yield reach.tests[number]

    def _uses(self, names: tuple[str, ...]) -> dict[str, set[int]]:
        """Returns the lines of the program that use the names.

        What stands outside of functions runs before the first test.
        """
        return {
            file: lines
            for file in _program(self._root)
            if (lines := set(uses((self._root / file).read_bytes(), names)))
        }

    @cache  # noqa: B019  (one map lives as long as the program)
    def _then(self, file: str, fingerprint: str) -> dict[int, range]:
        """Returns the lines that each line of a file was when the map was made.

        A line that has changed was any line of the changed piece, or the lines beside it if the
        piece is new."""
        now = (self._root / file).read_text().splitlines()
        before = (self._folder / "program" / fingerprint).read_text().splitlines()
        then: dict[int, range] = {}
        matcher = difflib.SequenceMatcher(None, before, now, autojunk=False)
        for kind, first, last, begin, end in matcher.get_opcodes():
            for number in range(begin, end):
                if kind == "equal":
                    was = first + number - begin + 1
                    then[number + 1] = range(was, was + 1)
                elif kind == "replace":
                    then[number + 1] = range(first + 1, last + 1)
                else:
                    then[number + 1] = range(first, first + 2)
        return then


def reached(
    root: Path, folder: Path, *, jobs: int, again: bool = False, stale_too: bool = False
) -> Map:
    """Returns the map, after the test files that have changed were run.

    With `stale_too` only those are run of which nothing is known."""
    reaches: list[Reach] = []
    stale: list[str] = []
    for file in _test_files(root):
        kept = folder / "reach" / f"{file.replace('/', '.')}.json"
        reach = msgspec.json.decode(kept.read_bytes(), type=Reach) if kept.exists() else None
        is_current = reach and (stale_too or reach.fingerprint == _fingerprint(root / file))
        if reach and is_current and not again:
            reaches.append(reach)
        else:
            stale.append(file)
    with ThreadPoolExecutor(jobs) as pool:
        for reach in pool.map(lambda file: _recorded(root, folder, file), stale):
            if reach is not None:
                reaches.append(reach)
    return Map(root, folder, reaches)


def _recorded(root: Path, folder: Path, file: str) -> Reach | None:
    """Runs the tests of one file. Returns None, and says so, if they cannot be run."""
    with tempfile.TemporaryDirectory() as temporary:
        record = Path(temporary)
        command = [sys.executable, "-m", "pytest", "-o", "addopts=", "-q", "-p", "no:cacheprovider"]
        try:
            run = subprocess.run(
                [*command, "-p", "mutants.recording", "-m", MARKERS, file],
                cwd=root,
                env=environment(root) | {FOLDER: str(record)},
                capture_output=True,
                text=True,
                timeout=LONGEST_FILE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            print(f"{file}: out of time, left out", file=sys.stderr, flush=True)
            return None
        if not (record / "tests.json").exists():
            print(f"{file}: left out\n{run.stdout}{run.stderr}", file=sys.stderr, flush=True)
            return None
        print(f"{file}: {run.stdout.strip().splitlines()[-1]}", file=sys.stderr, flush=True)
        seconds = msgspec.json.decode((record / "tests.json").read_bytes(), type=dict[str, float])
        lines = _lines(root, record, list(seconds))
    program = {name: _kept(root / name, folder / "program") for name in lines}
    reach = Reach(_fingerprint(root / file), list(seconds), list(seconds.values()), lines, program)
    kept = folder / "reach" / f"{file.replace('/', '.')}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(msgspec.json.encode(reach))
    return reach


def _lines(root: Path, record: Path, tests: list[str]) -> dict[str, dict[int, list[int]]]:
    """Returns by file and line the tests that run it, as numbers of the list."""
    numbers = {test: [number] for number, test in enumerate(tests)}
    numbers[WHOLE_FILE] = list(range(len(tests)))
    lines: dict[str, dict[int, list[int]]] = {}
    for path in record.glob("data.*"):
        data = coverage.CoverageData(str(path))
        try:
            data.read()
        except coverage.CoverageException:
            continue  # of a process that was killed
        for name in data.measured_files():
            if not Path(name).is_relative_to(root):
                continue
            of_file = lines.setdefault(Path(name).relative_to(root).as_posix(), {})
            for line, contexts in data.contexts_by_lineno(name).items():
                # Without a test's name: when the module was read. Unknown: the test failed.
                running = {number for test in contexts for number in numbers.get(test, ())}
                of_file[line] = sorted(running.union(of_file.get(line, ())))
    return lines


def _test_files(root: Path) -> list[str]:
    paths = sorted((root / "tests").rglob("test_*.py"))
    return [
        path.relative_to(root).as_posix()
        for path in paths
        if not any(word in path.stem for word in NOT_RUN)
    ]


def _program(root: Path) -> list[str]:
    return sources(root, (PACKAGE,))


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _kept(path: Path, folder: Path) -> str:
    """Keeps a copy of a text by its fingerprint, which is returned."""
    fingerprint = _fingerprint(path)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / fingerprint).exists():
        shutil.copyfile(path, folder / fingerprint)
    return fingerprint
