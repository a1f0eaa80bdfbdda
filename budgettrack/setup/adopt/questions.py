"""The questions about a workbook that its sheets may not answer by themselves, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from budgettrack.core.base.errors import UsageError

MOST_QUESTIONS = 6
NAMES = (
    "kind",
    "grant",
    "year",
    "dates",
    "minus",
    "ids",
    "people",
    "tabs",
    "day",
    "currency",
    "summary",
    "debit",
)
"""The keys of the questions. At most six of them are asked about one workbook."""


class Question(Struct, frozen=True):
    """One question about the workbook.

    `choices`: the possible answers, each with its words; empty if any text may be an answer.
    `default`: '' if there is none; then nothing is written until a person answers. `example`: a
    row of the sheet that shows what is meant, without anything that may name people."""

    name: str
    words: str
    choices: Mapping[str, str]
    default: str
    example: str = ""

    def answer(self, answers: Mapping[str, str]) -> str:
        """Returns the answer that was given, or the default."""
        return answers.get(self.name, self.default)

    def is_open(self, answers: Mapping[str, str]) -> bool:
        """Whether nobody has answered the question, and it has no default."""
        return not self.answer(answers)


def kind_question(
    example: str, *, says_expense: bool, is_list_of_payments: bool = False
) -> Question:
    """Returns the question whether amounts are planned or actual. `says_expense`: whether the
    tab is named after expenses. Both a budget and a book of payments may be named so, so there
    is no default. `is_list_of_payments`: whether it has a column for signatures or receipts,
    which few budgets have. There is no default then, either."""
    words = "No dates and no title say whether these amounts are planned or actual. What are they?"
    if says_expense:
        words = "The tab says expenses, without dates. Are they planned or actual?"
    choices = {"planned": "planned: a budget", "actual": "actual: what was spent or received"}
    if is_list_of_payments:
        words = (
            "The tab has signatures or receipts, but no dates. Are its amounts planned or actual?"
        )
    is_open = says_expense or is_list_of_payments
    return Question("kind", words, choices, "" if is_open else "planned", example)


def grant_question(example: str) -> Question:
    words = "Which grant pays for these budget lines? A short code will do."
    return Question("grant", words, {}, "G-1", example)


def year_question(default: int) -> Question:
    return Question("year", "Which year is the budget about? No title says it.", {}, f"{default}")


def dates_question(typed: str, default: str) -> Question:
    return Question(
        "dates",
        f"Is {typed} typed with the day first or the month first?",
        {"day": "the day first", "month": "the month first"},
        default,
    )


def minus_question(example: str, *, has_few: bool = False) -> Question:
    """Returns the question what an amount below zero is. `has_few`: whether few amounts are below
    zero. There is no default then: such a column may be of bills with a credit note, or of a bank
    account from which little was paid."""
    return Question(
        "minus",
        "One column has amounts above and below zero. What is below zero?",
        {"out": "what was spent", "refund": "what came back of what was spent"},
        "" if has_few else "out",
        example,
    )


def debit_question(shown: str) -> Question:
    """Returns the question what a debit is. `shown`: the heading or the word in the sheet. There is
    no default: a bank and a group's own book mean the opposite."""
    return Question(
        "debit",
        f"Nothing in the sheet says whether a debit came in or went out ({shown}). Which is it?",
        {
            "in": "debits came in, as in most books of an own account",
            "out": "debits went out, as in a bank's statement",
        },
        "",
    )


def ids_question() -> Question:
    return Question(
        "ids",
        "May IDs and changes be written into the sheet, where it has a column for IDs?",
        {"no": "no, only read it", "yes": "yes"},
        "no",
    )


def people_question(places: Iterable[int]) -> Question:
    """Returns the question whether the names of tabs name people. `places` has the numbers of
    the tabs, from 0."""
    tabs = ", ".join(f"{place + 1}" for place in sorted(places))
    return Question(
        "people",
        f"Do the names of these tabs name people? Tabs {tabs}, counted from the left.",
        {"yes": "yes, or perhaps: keep them out of the config", "no": "no"},
        "yes",
    )


def summary_question(places: Iterable[int], default: str) -> Question:
    """Returns the question whether tables only sum up other tables. `places` has the numbers of
    their tabs, from 0."""
    tabs = ", ".join(f"{place + 1}" for place in sorted(places))
    return Question(
        "summary",
        f"Amounts in these tabs are sums of rows elsewhere. Do they only sum up? Tabs {tabs},"
        " counted from the left.",
        {"yes": "yes, do not count them", "no": "no, they are a budget or other money"},
        default,
    )


def tabs_question(number: int) -> Question:
    return Question(
        "tabs",
        f"Several tabs have the same headings ({number}). What do their names say?",
        {"grant": "the grant of their lines", "nothing": "nothing that counts"},
        "nothing",
    )


def currency_question(sign: str, default: str) -> Question:
    words = (
        f"Several currencies are written {sign}. Which one is meant? Its code has three letters."
    )
    return Question("currency", words, {}, default)


def day_question(default: str) -> Question:
    words = "On which day were the amounts without a date spent or received?"
    return Question("day", words, {}, default)


def first_asked(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Returns each question once, as it was first asked, and not more questions than people will
    answer.

    Questions without a default come first, because they must be answered."""
    first: dict[str, Question] = {}
    for question in sorted(questions, key=lambda one: bool(one.default)):
        first.setdefault(question.name, question)
    return tuple(first.values())[:MOST_QUESTIONS]


def check_names(answers: Mapping[str, str]) -> None:
    """Raises `UsageError` if there is an answer to an unknown question."""
    unknown = sorted(answers.keys() - set(NAMES))
    if unknown:
        raise UsageError(
            f"There is no question {', '.join(unknown)}. There are: {', '.join(NAMES)}."
        )


def check_answers(questions: Sequence[Question], answers: Mapping[str, str]) -> None:
    """Raises `UsageError` for an answer that its question does not allow."""
    for question in questions:
        answer = answers.get(question.name)
        if answer is not None and question.choices and answer not in question.choices:
            choices = ", ".join(question.choices)
            raise UsageError(f'"{answer}" is no answer to {question.name}. One of: {choices}.')
