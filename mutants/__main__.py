"""Draws mutants by a seed, runs the tests that run their lines, and prints who survives.

    python -m mutants SEED [--first 1] [--last 200] [--folder WORDS] [--seconds 60]

A mutant's place in the order of a seed depends on its own text alone, so that a change of one file
leaves what is drawn of the others. Any part of the order is a fair sample: a seed can be tried in
parts, whose results are kept and added up. The score is the share of the mutants that were tried,
less the equivalent ones, that a test notices.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from mutants.copies import copied
from mutants.operators import Mutant, mutants_of, sources
from mutants.reach import Map, reached
from mutants.results import Results
from mutants.running import Trial, run

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "build" / "mutants"
EQUIVALENTS = Path(__file__).with_name("equivalents.tsv")

FOLDERS = tuple(
    f"budgettrack/{name}" for name in ("core", "workbook", "monthly", "bank", "opendata")
)

DRAWN = 200


def main() -> None:
    """Draws, runs and prints."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--first", type=int, default=1, help="of the seed's mutants")
    parser.add_argument("--last", type=int, default=DRAWN, help="of the seed's mutants")
    parser.add_argument("--seconds", type=float, default=60, help="of tests against a mutant")
    parser.add_argument("--only", default="", help="only files with this in their names")
    parser.add_argument("--jobs", type=int, default=2, help="mutants tried at the same time")
    parser.add_argument("--again", action="store_true", help="forget what was killed before")
    parser.add_argument("--map", action="store_true", help="make the map of lines anew")
    parser.add_argument("--stale", action="store_true", help="run no test file again for the map")
    asked = parser.parse_args()

    CACHE.mkdir(parents=True, exist_ok=True)
    copies = [copied(ROOT, CACHE / f"copy{number}") for number in range(asked.jobs)]
    lines = reached(copies[0], CACHE, jobs=asked.jobs, again=asked.map, stale_too=asked.stale)
    drawn = drawn_mutants(ROOT, asked.seed, asked.last, asked.only)[asked.first - 1 :]
    reasons = equivalents()
    equivalent = [mutant for mutant in drawn if mutant.key in reasons]
    results = Results(CACHE / f"results-{asked.seed}.tsv", ROOT, drawn)
    trials = _trials([mutant for mutant in drawn if mutant.key not in reasons], lines, asked)
    begun = time.monotonic()

    def told(trial: Trial) -> None:
        results.keep(trial)
        print("\t".join([_state(trial), *_row(trial.mutant), trial.words]), flush=True)

    for trial in trials:
        if trial.killed is None and not asked.again:
            results.recall(trial)
        if trial.killed is not None:
            told(trial)
    run([trial for trial in trials if trial.killed is None], copies, told)
    for mutant in equivalent:
        print("\t".join(["equivalent", *_row(mutant), reasons[mutant.key]]))
    for key in sorted(_stale(reasons)):
        print("\t".join(["no such mutant any more", *key]))
    print(*_score(trials, equivalent), sep="\n")
    print(f"in {time.monotonic() - begun:.0f} s", flush=True)


def drawn_mutants(root: Path, seed: int, count: int, only: str = "") -> list[Mutant]:
    """Returns the first `count` places of a seed's order, and one fault at each place.

    Each place of the program has the same chance.
    """
    places: dict[tuple[str, int, str], list[Mutant]] = {}
    for file in sources(root, FOLDERS):
        if only in file:
            for mutant in mutants_of(file, (root / file).read_bytes()):
                places.setdefault((file, mutant.start, mutant.operator), []).append(mutant)
    alike: Counter[tuple[str, ...]] = Counter()
    ranked: list[tuple[bytes, Mutant]] = []
    for place in sorted(places):
        faults = places[place]
        words = (*faults[0].key[:4], str(alike[faults[0].key[:4]]))
        alike[faults[0].key[:4]] += 1
        drawn = min(faults, key=lambda mutant: _chance(seed, (*words, mutant.mutant)))
        ranked.append((_chance(seed, words), drawn))
    return [mutant for _, mutant in sorted(ranked)[:count]]


def _chance(seed: int, words: Iterable[str]) -> bytes:
    """Returns bytes that are as good as random, and the same for the same words."""
    return hashlib.sha256("\0".join([str(seed), *words]).encode()).digest()


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


def _state(trial: Trial) -> str:
    return "killed" if trial.killed else "SURVIVES"


def _score(trials: list[Trial], equivalent: list[Mutant]) -> list[str]:
    """Returns the score of each folder and of all."""
    lines = []
    folders = sorted(
        {_folder(mutant) for mutant in equivalent}.union(_folder(trial.mutant) for trial in trials)
    )
    for folder in [*folders, ""]:
        mine = [trial for trial in trials if folder in ("", _folder(trial.mutant))]
        same = sum(folder in ("", _folder(mutant)) for mutant in equivalent)
        killed = sum(trial.killed is True for trial in mine)
        share = f"{killed * 100 / len(mine):.1f} %" if mine else "none"
        lines.append(
            f"{folder or 'all'}: {len(mine) + same} drawn, {same} equivalent, {killed} killed, "
            f"{len(mine) - killed} not: score {share}"
        )
    return lines


def _folder(mutant: Mutant) -> str:
    """Returns the folder of the package, and within `core` and `workbook` its part."""
    return "/".join(mutant.file.split("/")[1:-1][:2])


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
