"""What lies outside the tests: how long they may search, the published rules that are kept with
them, and the data that is kept beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
"""Whether this is the long run (`make soak`), in which tests of many like cases have all of
them."""


RULES = Path(__file__).parents[1] / "standards"
"""Rules that are kept with the tests, as their README says."""

SHARED = Path(__file__).parents[3] / "shared"

STANDARDS = SHARED / "standards"
"""Schemas, rules and lists of codes, as they are published."""

needs_standards = pytest.mark.skipif(
    not STANDARDS.is_dir(), reason="the published standards are not beside this checkout"
)
