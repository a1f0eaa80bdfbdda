"""What became of the mutants of a seed, kept outside of git: a seed can be tried in parts."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from mutants.operators import Mutant
from mutants.running import Trial


class Results:
    """The mutants that a test noticed, each with the text of the file that it was tried in.

    A mutant that survived is not kept: it is tried again, against the tests of then.
    """

    def __init__(self, path: Path, root: Path, mutants: Iterable[Mutant]) -> None:
        self._path = path
        self._root = root
        # Before the first trial: somebody may change a file while mutants of it are tried.
        self._texts = {
            file: hashlib.sha256((root / file).read_bytes()).hexdigest()
            for file in {mutant.file for mutant in mutants}
        }
        self._killed: dict[tuple[str, ...], str] = {}
        if path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                for *identity, words in csv.reader(file, delimiter="\t"):
                    self._killed[tuple(identity)] = words

    def recall(self, trial: Trial) -> None:
        """Notes how a mutant was killed, if its file is the same and the test is still there."""
        words = self._killed.get(self._identity(trial))
        if words is not None and self._is_there(words):
            trial.killed = True
            trial.words = words

    def _is_there(self, words: str) -> bool:
        found = re.match(r"\w+ ([\w./]+)::(?:\w+::)*(\w+)", words)
        if not found:
            return False
        file, test = self._root / found[1], found[2]
        return file.exists() and f"def {test}(" in file.read_text("utf-8")

    def keep(self, trial: Trial) -> None:
        """Keeps a mutant that was killed."""
        identity = self._identity(trial)
        if trial.killed and identity not in self._killed:
            self._killed[identity] = trial.words
            with self._path.open("a", newline="", encoding="utf-8") as file:
                csv.writer(file, delimiter="\t").writerow([*identity, trial.words])

    def _identity(self, trial: Trial) -> tuple[str, ...]:
        mutant = trial.mutant
        return mutant.file, self._texts[mutant.file], str(mutant.start), mutant.text
