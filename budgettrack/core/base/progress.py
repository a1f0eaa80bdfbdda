"""Records how far a run has come. If the run fails, the error message then says what was changed
and what was not.

Code that changes the workbook runs within `SyncProgress.told`; an error of the register carries
`Kept`. The words are added to the exception and are printed with it."""

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
    """A stage of a sync. Its words say what was changed and what was not, if the sync fails in this
    stage."""

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
    """The stage that a sync has reached. It only moves forward."""

    def __init__(self) -> None:
        self.stage = Stage.READING

    @contextmanager
    def told(self) -> Iterator[None]:
        """Context manager: if the block raises an exception, adds the words for the present
        stage to it."""
        try:
            yield
        except Exception as error:
            leave(error, self._after(error))
            raise

    def _after(self, error: Exception) -> str:
        if isinstance(error, RegisterError) and error.kept is Kept.UNKNOWN:
            return Stage.COMMITTING.value
        if isinstance(error, TrackError) and not isinstance(error, RegisterError):
            # While a run reads, no words are added to its error.
            # While a run writes, the error of the workbook or of a guard says what was written.
            # To an error while writing, only the sentence about the register is added.
            return {Stage.READING: "", Stage.WRITING: REGISTER_FOLLOWS}.get(
                self.stage, self.stage.value
            )
        return self.stage.value


def leave(error: Exception, words: str) -> None:
    """Adds words to an error: what was changed before the error. If this is called again, the later
    words replace the earlier ones."""
    error.__dict__["so"] = words


def of_the_register(words: str, kept: Kept) -> RegisterError:
    """Returns the error for a failed transaction. It says what the register has of the change
    (`kept`)."""
    error = RegisterError(words)
    error.kept = kept
    leave(error, _OF_THE_REGISTER[kept])
    return error


def what_is_so(error: BaseException) -> str:
    """Returns what was changed before an error, and what was not.

    Returns '' if nothing could be changed, or if the message of the error says it."""
    return str(error.__dict__.get("so", ""))


@contextmanager
def before_mail(what: str) -> Iterator[None]:
    """Context manager for the step in which the register notes that a mail is about to be sent.
    Adds words to an exception of the block.

    `what` names the delivery and its recipient."""
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
    """Context manager for the step that gives a mail to the mail server. Adds words to an
    exception of the block."""
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
    """Context manager for the step that records the result of sending a mail. Adds words to an
    exception of the block.

    `state` is the answer of the mail server."""
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
    """Adds to an error what was changed before one step of a monthly run failed. `done` has the
    steps that were finished."""
    steps = f"Done before it: {', '.join(done)}. " if done else ""
    month = f"{steps}The next run goes on from there, and sends nothing twice."
    leave(error, f"{what_is_so(error)} {month}".strip())
