"""An error stops the run, and says everything at once."""

from __future__ import annotations

import pytest

from budgettrack.core.base.errors import (
    ConfigError,
    Refused,
    RegisterError,
    TrackError,
    UsageError,
    WorkbookError,
)
from budgettrack.core.base.findings import finding_at


def test_every_problem_of_an_error_is_a_line_of_it() -> None:
    for kind in (TrackError, ConfigError):
        error = kind("One. Mend it.", "Two. Mend that.")
        assert str(error) == "One. Mend it.\nTwo. Mend that."
        assert list(error.problems) == ["One. Mend it.", "Two. Mend that."]
    assert ConfigError("One.").findings == []


@pytest.mark.parametrize("kind", [ConfigError, WorkbookError, RegisterError, Refused, UsageError])
def test_whoever_expects_an_error_of_ours_expects_them_all(kind: type[TrackError]) -> None:
    with pytest.raises(TrackError, match="One thing"):
        raise kind("One thing.")


def test_a_mistake_in_the_config_is_a_finding_in_one_sentence_with_its_place() -> None:
    mistake = finding_at("Rates", "no-rate", currency="USD", month="2026-02")
    error = ConfigError("The file is not there.", mistake)

    assert error.findings == [mistake]
    assert list(error.problems) == ["The file is not there.", mistake.sentence]
    assert str(error).splitlines()[1].startswith("Rates: There is no rate for USD in 2026-02.")
