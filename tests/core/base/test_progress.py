"""What is said after a failure follows from how far the run had come."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest

from budgettrack.core.base.errors import Kept, RegisterError, WorkbookError
from budgettrack.core.base.progress import (
    REGISTER_FOLLOWS,
    Stage,
    SyncProgress,
    after_mail,
    after_steps,
    before_mail,
    during_mail,
    leave,
    of_the_register,
    what_is_so,
)


def so_after(stage: Stage, error: Exception) -> str:
    progress = SyncProgress()
    progress.stage = stage
    with pytest.raises(type(error)), progress.told():
        raise error
    return what_is_so(error)


@pytest.mark.parametrize("stage", Stage)
def test_what_nobody_foresaw_has_the_words_of_the_stage(stage: Stage) -> None:
    assert so_after(stage, ValueError("x")) == stage.value


def test_a_workbook_tells_itself_what_was_written_in_it() -> None:
    assert so_after(Stage.READING, WorkbookError("x")) == ""
    assert so_after(Stage.WRITING, WorkbookError("x")) == REGISTER_FOLLOWS
    assert so_after(Stage.WRITTEN, WorkbookError("x")) == Stage.WRITTEN.value


def test_a_commit_of_which_nobody_knows_has_its_own_words() -> None:
    unknown = of_the_register("The connection was lost.", Kept.UNKNOWN)

    assert so_after(Stage.WRITTEN, unknown) == Stage.COMMITTING.value


def test_an_error_of_the_register_says_what_the_register_has() -> None:
    assert what_is_so(of_the_register("x", Kept.NOTHING)) == "Nothing was changed in the register."
    assert "before stands" in what_is_so(of_the_register("x", Kept.EARLIER))
    assert "has all of it or nothing" in what_is_so(of_the_register("x", Kept.UNKNOWN))


def test_an_error_without_words_says_nothing() -> None:
    assert what_is_so(ValueError("x")) == ""


def fail(step: AbstractContextManager[None], error: Exception) -> str:
    with pytest.raises(type(error)), step:
        raise error
    return what_is_so(error)


def test_a_mail_is_not_sent_uncertain_or_answered() -> None:
    refused = of_the_register("x", Kept.NOTHING)
    assert fail(before_mail("The report to one"), refused) == "The report to one was not sent."

    unknown = of_the_register("x", Kept.UNKNOWN)
    assert "deliveries retry" in fail(before_mail("The report to one"), unknown)

    during = fail(during_mail("the report to one"), ConnectionError())
    assert during.startswith("Nobody knows whether the report to one arrived")

    after = fail(after_mail("The report to one", "taken"), RegisterError("x"))
    assert after.startswith("The report to one is taken by the mail server.")


def test_a_month_says_which_steps_were_done() -> None:
    error = ValueError("x")
    leave(error, "Nothing was changed.")
    after_steps(error, ["sync", "check"])

    assert what_is_so(error) == (
        "Nothing was changed. Done before it: sync, check. The next run goes on from there, and"
        " sends nothing twice."
    )
