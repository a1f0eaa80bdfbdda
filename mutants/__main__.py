"""Draws mutants by a seed, runs the tests that run their lines, and prints who survives.

    python -m mutants SEED [--draw 200] [--folder WORDS] [--seconds 60]

The score is the share of the drawn mutants, less the equivalent ones, that a test notices.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections import Counter
from pathlib import Path

from mutants.copies import copied
from mutants.operators import Mutant, mutants_of, sources
from mutants.reach import Map, reached
from mutants.running import Trial, run

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "build" / "mutants"
EQUIVALENTS = Path(__file__).with_name("equivalents.tsv")

FOLDERS = tuple(
    f"budgettrack/{name}" for name in ("core", "workbook", "monthly", "bank", "opendata")
)

AT_ONCE = 2
"""So many mutants are tried at the same time."""


def main() -> None:
    """Draws, runs and prints."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--draw", type=int, default=200, help="how many mutants are drawn")
    parser.add_argument("--seconds", type=float, default=60, help="of tests against a mutant")
    parser.add_argument("--only", default="", help="only files with this in their names")
    parser.add_argument("--again", action="store_true", help="make the map of lines anew")
    asked = parser.parse_args()

    CACHE.mkdir(parents=True, exist_ok=True)
    copies = [copied(ROOT, CACHE / f"copy{number}") for number in range(AT_ONCE)]
    lines = reached(copies[0], CACHE, jobs=AT_ONCE, again=asked.again)
    drawn = drawn_mutants(ROOT, asked.seed, asked.draw, asked.only)
    reasons = equivalents()
    equivalent = [mutant for mutant in drawn if mutant.key in reasons]
    trials = _trials([mutant for mutant in drawn if mutant.key not in reasons], lines, asked)
    begun = time.monotonic()
    for trial in trials:
        if trial.killed is not None:
            _tell(trial)
    run([trial for trial in trials if trial.killed is None], copies, _tell)
    for key in sorted(_stale(reasons)):
        print("\t".join(["no such mutant any more", *key]))
    _told(trials, equivalent, reasons, time.monotonic() - begun)


def drawn_mutants(root: Path, seed: int, count: int, only: str = "") -> list[Mutant]:
    """Draws places of the program, each with the same chance, and one fault at each place."""
    places: dict[tuple[str, int, str], list[Mutant]] = {}
    for file in sources(root, FOLDERS):
        if only in file:
            for mutant in mutants_of(file, (root / file).read_bytes()):
                places.setdefault((file, mutant.start, mutant.operator), []).append(mutant)
    choice = random.Random(seed)
    drawn = choice.sample(sorted(places), min(count, len(places)))
    return sorted(choice.choice(places[place]) for place in drawn)


def equivalents() -> dict[tuple[str, ...], str]:
    """Returns the reasons why mutants are equivalent: no input shows a difference."""
    with EQUIVALENTS.open(newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return {tuple(row[:5]): row[5] for row in rows}


def _stale(reasons: dict[tuple[str, ...], str]) -> set[tuple[str, ...]]:
    """Returns the equivalent mutants that the program of today does not have."""
    files = {key[0] for key in reasons if (ROOT / key[0]).exists()}
    now = {m.key for file in files for m in mutants_of(file, (ROOT / file).read_bytes())}
    return reasons.keys() - now


def _trials(mutants: list[Mutant], lines: Map, asked: argparse.Namespace) -> list[Trial]:
    trials = []
    for number, mutant in enumerate(mutants):
        trial = Trial.of(number, mutant, lines.tests(mutant), lines.seconds, asked.seconds)
        if not trial.batches:
            trial.killed = False
            trial.words = "no test runs the line"
        trials.append(trial)
    return trials


def _tell(trial: Trial) -> None:
    """Prints a mutant that was tried."""
    state = "killed" if trial.killed else "SURVIVES"
    print("\t".join([state, *_row(trial.mutant), trial.words]), flush=True)


def _told(
    trials: list[Trial],
    equivalent: list[Mutant],
    reasons: dict[tuple[str, ...], str],
    seconds: float,
) -> None:
    for mutant in equivalent:
        print("\t".join(["equivalent", *_row(mutant), reasons[mutant.key]]))
    killed = sum(trial.killed is True for trial in trials)
    survivors = Counter(trial.mutant.operator for trial in trials if not trial.killed)
    print(f"{len(trials) + len(equivalent)} drawn, {len(equivalent)} equivalent, {killed} killed")
    print(f"score {killed * 100 / max(1, len(trials)):.1f} %, in {seconds:.0f} s", survivors or "")
    sys.stdout.flush()


def _row(mutant: Mutant) -> list[str]:
    return [
        f"{mutant.file}:{mutant.line}",
        mutant.function,
        mutant.operator,
        mutant.original.replace("\n", " "),
        mutant.mutant.replace("\n", " "),
    ]


if __name__ == "__main__":
    main()
