"""Notes how far a run has come. If the run fails, this says what was changed and what was not, in
words that are made here only.

A step that changes something runs within `SyncProgress.told`, or the register notes `Kept`. The
words go with the exception, whatever its kind, up to where it is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

from budgettrack.core.base.errors import Kept, RegisterError, TrackError

_OF_THE_REGISTER = {
    Kept.NOTHING: "Nothing was changed in the register.",
    Kept.EARLIER: (
        "What this command wrote into the register before stands; the step that failed changed"
        " nothing there."
    ),
    Kept.UNKNOWN: (
        "The connection was lost while the change was being written: the register has all of it or"
        " nothing. Look first, then do it again if it is not there."
    ),
}


class Stage(Enum):
    """The stage that a sync has reached, and the changes that remain if it fails at this point."""

    READING = "Nothing was changed."
    WRITING = (
        "The register is unchanged. Some of the workbook may be written: the next sync sees what is"
        " there and goes on from it."
    )
    WRITTEN = (
        "The workbook is written, and the register does not have it yet. Nothing is lost: the next"
        " sync sees what was written and takes it into the register."
    )
    COMMITTING = (
        "The workbook is as it should be. Nobody knows whether the register has this sync: the"
        " connection was lost while it was being written. Nothing is lost: the next sync does what"
        " is missing."
    )
    DONE = "The sync itself is done: workbook and register are written, and agree."


REGISTER_FOLLOWS = "The register is unchanged. The next sync goes on from what the workbook has."


class SyncProgress:
    """The stage of a sync. It only moves on."""

    def __init__(self) -> None:
        self.stage = Stage.READING

    @contextmanager
    def told(self) -> Iterator[None]:
        """Adds to each exception of the block the words for the stage in which it was raised."""
        try:
            yield
        except Exception as error:
            leave(error, self._after(error))
            raise

    def _after(self, error: Exception) -> str:
        if isinstance(error, RegisterError) and error.kept is Kept.UNKNOWN:
            return Stage.COMMITTING.value
        if isinstance(error, TrackError) and not isinstance(error, RegisterError):
            # The error of the workbook says itself what was written. So does the error of a guard.
            return {Stage.READING: "", Stage.WRITING: REGISTER_FOLLOWS}.get(
                self.stage, self.stage.value
            )
        return self.stage.value


def leave(error: Exception, words: str) -> None:
    """Notes what was changed before an error. A caller that knows more replaces the words."""
    error.__dict__["so"] = words


def of_the_register(words: str, kept: Kept) -> RegisterError:
    """Returns the error of a transaction that failed, with what the register has of it."""
    error = RegisterError(words)
    error.kept = kept
    leave(error, _OF_THE_REGISTER[kept])
    return error


def what_is_so(error: BaseException) -> str:
    """Returns what was changed before an error, and what was not.

    Returns '' if nothing could be changed, or if the error says it itself."""
    return str(error.__dict__.get("so", ""))


@contextmanager
def before_mail(what: str) -> Iterator[None]:
    """Adds words to an exception of the block. The block notes that a mail is sent now.

    `what` is the delivery and its recipient."""
    try:
        yield
    except RegisterError as error:
        marked = ""
        if error.kept is Kept.UNKNOWN:
            marked = (
                " The register may have it as unconfirmed nevertheless: then send it yourself, with"
                " budgettrack deliveries retry."
            )
        leave(error, f"{what} was not sent.{marked}")
        raise


@contextmanager
def during_mail(what: str) -> Iterator[None]:
    """Adds words to an exception of the block. The block gives a mail to the server."""
    try:
        yield
    except Exception as error:
        leave(
            error,
            f"Nobody knows whether {what} arrived: it counts as unconfirmed. It is not sent again"
            " by itself. Ask the recipient, then see: budgettrack deliveries",
        )
        raise


@contextmanager
def after_mail(what: str, state: str) -> Iterator[None]:
    """Adds words to an exception of the block. The block records the result of sending a mail.

    `state` is what the mail server answered."""
    try:
        yield
    except RegisterError as error:
        leave(
            error,
            f"{what} is {state} by the mail server. If the register could not note that, it counts"
            " there as unconfirmed. It is not sent again by itself.",
        )
        raise


def after_steps(error: Exception, done: Sequence[str]) -> None:
    """Adds to an error what was changed before a step of the month failed. `done` are the steps
    that were finished."""
    steps = f"Done before it: {', '.join(done)}. " if done else ""
    month = f"{steps}The next run goes on from there, and sends nothing twice."
    leave(error, f"{what_is_so(error)} {month}".strip())
