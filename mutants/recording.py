"""A plugin of pytest: records which test runs which lines, how long it takes, and how it ends.

Used by `mutants.reach`, in a process for each test file. The name of the running test is also in
the environment, where `mutants/child/sitecustomize.py` finds it in the processes that the test
starts.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any

import coverage
import msgspec
import pytest

FOLDER = "MUTANTS_RECORD"
"""The variable that names the folder in which processes leave what they have recorded."""
TEST = "MUTANTS_TEST"

WHOLE_FILE = "*"
"""Stands for a fixture that several tests share: each of them depends on it."""


class Recording:
    """Records one run of pytest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._coverage = coverage.Coverage(
            data_file=str(folder / "data"),
            data_suffix=True,
            config_file=False,
            source=["budgettrack"],
        )
        self._coverage.start()
        self._seconds: dict[str, float] = {}
        self._failed: set[str] = set()

    def _now(self, test: str) -> None:
        self._coverage.switch_context(test)
        os.environ[TEST] = test

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self._now(item.nodeid)
        outcome = yield
        self._now("")
        return outcome

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        before = os.environ.get(TEST, "")
        if fixturedef.scope == "function":
            return (yield)
        self._now(WHOLE_FILE)
        try:
            return (yield)
        finally:
            del request
            self._now(before)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = report.nodeid
        self._seconds[test] = self._seconds.get(test, 0.0) + report.duration
        if not report.passed:
            self._failed.add(test)

    def pytest_unconfigure(self) -> None:
        self._coverage.stop()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tests that run no line of the program are no mistake
            self._coverage.save()
        passed = {test: s for test, s in self._seconds.items() if test not in self._failed}
        (self._folder / "tests.json").write_bytes(msgspec.json.encode(passed))


def pytest_configure(config: pytest.Config) -> None:
    """Begin to record where the environment asks for it."""
    folder = os.environ.get(FOLDER)
    if folder:
        config.pluginmanager.register(Recording(Path(folder)), "mutants-recording")
