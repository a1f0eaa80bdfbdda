"""People and syncs at one online sheet, at random, faults included (see `google_world`). `make
soak` runs far more."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import (
    FAULTS,
    PASTE_LEAVES_OUT,
    PASTE_MOVES_UP,
    PASTE_TAKES_NEXT,
)
from tests.world.google_world import World

pytestmark = pytest.mark.google_http

WANTED = int(os.environ.get("SOAK", "60"))
"""Edits of people between the requests of a sync."""
WANTED_WITH_FAULTS = int(os.environ.get("SOAK_FAULTS", "20"))
"""The same with each fault of the service, and once with all of them."""
SEED = int(os.environ.get("SOAK_SEED", "20261121"))
PARTS = 4
SHARES = (0.5, 0.95, 1.0)
"""Before how many of our requests somebody acts: world by world in turn. At 1 nobody ever rests, not
even while a repair is made."""
PASTES = {PASTE_LEAVES_OUT, PASTE_MOVES_UP, PASTE_TAKES_NEXT}
NONE = "no fault"
ALL = "all of them"

FOUND_LATE = ((20272010, 66), (20403030, 105), (20401016, 68), (20700026, 49), (21103041, 72))
LONG = pytest.mark.skipif(
    "SOAK" not in os.environ, reason="it takes ten seconds: `make soak` has it"
)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_whatever_people_do_meanwhile(
    part: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    counts = soaked(tmp_path, SEED + 1_000 * part, WANTED // PARTS, record_property, NONE)

    assert counts["times at rest"]


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*FAULTS, ALL])
def test_nothing_is_lost_however_google_takes_what_nobody_knows(
    fault: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = SEED + 100_000 + 1_000 * [*FAULTS, ALL].index(fault)

    counts = soaked(tmp_path, seed, WANTED_WITH_FAULTS, record_property, fault)

    assert counts["times at rest"]
    if WANTED_WITH_FAULTS >= 1_000:
        # A write removes the filter before it copies cells, so no paste is made under one.
        assert all(counts[f"met: {one}"] for one in _faults(fault) - PASTES)
        assert not any(counts[f"met: {one}"] for one in PASTES)


def soaked(
    folder: Path,
    seed: int,
    wanted: int,
    record_property: Callable[[str, object], None],
    fault: str,
) -> Counter[str]:
    """Play worlds with the seeds after `seed` until there were so many interleavings, and count."""
    counts: Counter[str] = Counter()
    first, start = seed, time.monotonic()
    while counts["interleavings"] < wanted:
        seed += 1
        share = SHARES[seed % len(SHARES)]
        place = folder / str(seed)
        place.mkdir()
        with Server() as server:
            server.keep_bodies = False
            world = World(place, server, random.Random(seed), 0.15, share, faults=_faults(fault))
            try:
                for _ in range(120):
                    world.round()
                    if world.random.random() < 0.2:
                        world.come_to_rest()
                    if counts["interleavings"] + world.counts["interleavings"] >= wanted:
                        break
                world.come_to_rest()
            except Exception as error:
                told = f"soak, {fault}: seed {seed} failed, somebody before {share:.0%}: {error}"
                record_property("told", told)
                raise
        counts += world.counts
        counts[f"interleavings at {share:.0%}"] += world.counts["interleavings"]
        counts["edits put back"] += world.workbook.changed
        counts["before-images not whole"] += world.workbook.incomplete
        book = world.file.book
        assert book is not None
        counts.update({f"met: {fault}": number for fault, number in book.met.items()})
    told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    seconds = time.monotonic() - start
    seeds = f"seeds {first + 1} to {seed}"
    record_property("told", f"soak, {fault}, {seeds}, {seconds:.0f} s: {told}")
    return counts


def _faults(fault: str) -> frozenset[str]:
    if fault == ALL:
        return frozenset(FAULTS)
    return frozenset() if fault == NONE else frozenset([fault])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "rounds"),
    [
        (20265030, 20),
        (20902024, 11),
        (21000001, 3),
        *(pytest.param(seed, rounds, marks=LONG) for seed, rounds in FOUND_LATE),
    ],
)
def test_what_the_soak_once_found_stays_mended(seed: int, rounds: int, tmp_path: Path) -> None:
    """Rows and columns inserted while headings and rows are put back; a page that was written anew
    at each sync."""
    with Server() as server:
        server.keep_bodies = False
        world = World(tmp_path, server, random.Random(seed), trouble=0.15)
        for _ in range(rounds):
            world.round()
            if world.random.random() < 0.2:
                world.come_to_rest()
        world.come_to_rest()
