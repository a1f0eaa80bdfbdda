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
from tests.world.google_world import World

pytestmark = pytest.mark.google_http

WANTED = int(os.environ.get("SOAK", "60"))
"""Edits of people between the requests of a sync."""
SEED = int(os.environ.get("SOAK_SEED", "20261121"))
PARTS = 4

FOUND_LATE = ((20272010, 66), (20403030, 105), (20401016, 68), (20700026, 49), (21103041, 72))
LONG = pytest.mark.skipif(
    "SOAK" not in os.environ, reason="it takes ten seconds: `make soak` has it"
)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_whatever_people_do_meanwhile(
    part: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    counts: Counter[str] = Counter()
    world_number = 0
    start = time.monotonic()
    while counts["interleavings"] < WANTED // PARTS:
        world_number += 1
        seed = SEED + 1_000 * part + world_number
        folder = tmp_path / str(world_number)
        folder.mkdir()
        with Server() as server:
            server.keep_bodies = False
            world = World(folder, server, random.Random(seed), trouble=0.15)
            try:
                for _ in range(120):
                    world.round()
                    if world.random.random() < 0.2:
                        world.come_to_rest()
                    if counts["interleavings"] + world.counts["interleavings"] >= WANTED // PARTS:
                        break
                world.come_to_rest()
            except Exception as error:
                record_property("told", f"soak: seed {seed} failed: {error}")
                raise
        counts += world.counts
        counts["edits put back"] += world.workbook.changed
    told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    record_property("told", f"soak, part {part}, {time.monotonic() - start:.0f} s: {told}")
    assert counts["times at rest"] > 1


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
