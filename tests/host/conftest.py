"""A PostgreSQL server for the tests of hosts with workers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.world.grown import GrownHost, grown_server


@pytest.fixture(scope="module")
def server() -> Iterator[GrownHost]:
    with grown_server() as made:
        yield made
