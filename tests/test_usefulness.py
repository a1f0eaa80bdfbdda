"""Sealing is of use: most of the money stands under its names, and soon."""

from __future__ import annotations

import hashlib
import json

import pytest

from benchmarks.usefulness import shares, small_group, the_sample
from budgettrack.setup import sample

DIGEST = "49e0eb5bed035f59"
"""Of the sample's rows. Floors are of no use if the sample is changed until they hold: whoever
changes the sample looks at the shares before and after, and says in the commit what they were."""


def test_the_sample_is_the_one_whose_shares_are_known() -> None:
    rows = json.dumps(sample.healthy(), sort_keys=True).encode()

    assert hashlib.sha256(rows).hexdigest()[:16] == DIGEST


@pytest.mark.slow
def test_most_of_the_sample_stands_under_its_names() -> None:
    found = shares(*the_sample(), hold_back=False)

    assert found.soon >= 80, found
    assert found.all_labels >= 60, found


@pytest.mark.slow
def test_holding_back_the_rest_of_awards_costs_little_on_the_sample() -> None:
    found = shares(*the_sample(), hold_back=True)

    assert found.category >= 70, found


@pytest.mark.slow
@pytest.mark.parametrize("payees", [False, True])
def test_something_of_a_small_group_is_shown(payees: bool) -> None:
    found = shares(*small_group(0, payees=payees), hold_back=True)

    assert 0 < found.soon <= found.category <= 100 - found.waits < 100, found
