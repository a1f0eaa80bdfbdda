"""Checks of what the host of a group says that it paid, each in its exact words, and what must not
be found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.checks.checks import checks
from budgettrack.core.checks.host_says import newest_answers
from budgettrack.core.counting.answers import (
    VERSION,
    AnsweredGrant,
    HostAnswer,
    ReadAnswer,
    RefusedAnswer,
)
from budgettrack.core.counting.statements import ToldMovement
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from tests.world.host_plan import hosted_tables

TODAY = date(2026, 4, 2)
PAID = (ToldMovement("2026-02-01", "1000.00"),)
NOTHING = HostAnswer(VERSION, "2026-03", "Delta Partners", "GR-1")
GRANT = AnsweredGrant("SG-1", "EUR", "0", PAID)


def said(**more: object) -> HostAnswer:
    return replace(NOTHING, grants=(replace(GRANT, **more),))


def found(
    told: HostAnswer | RefusedAnswer | Sequence[HostAnswer | RefusedAnswer] | None,
    *changes: tuple[str, str, Fields],
    today: date = TODAY,
) -> list[Finding]:
    tables = hosted_tables(*changes)
    plan, _ = plan_of(tables, base="EUR")
    sums, _ = totals(plan)
    answers = (
        () if told is None else (told,) if isinstance(told, HostAnswer | RefusedAnswer) else told
    )
    made = checks(plan, sums, today=today, records=tables, answers=answers)
    return [one for one in made if one.code.startswith("host-")]


def test_sides_that_agree_are_silent_and_so_is_a_host_that_said_nothing() -> None:
    assert found(said()) == []
    assert found(None, ("income", "I-1", {"amount": "5"})) == []


def test_a_grant_of_which_neither_side_has_money_needs_no_word() -> None:
    empty = {"funder": "Delta Partners", "title": "New", "state": "awarded", "currency": "EUR"}
    assert found(said(), ("grants", "G-9", empty)) == []
    income = {"date": "2026-02-01", "grant": "G-9", "state": "received", "amount": "5"}
    told = found(said(), ("grants", "G-9", empty), ("income", "I-9", income))
    assert [one.code for one in told] == ["host-payment-unknown"]


def test_who_agreed_to_no_statement_is_told_nothing() -> None:
    wrong = ("income", "I-1", {"amount": "5"})
    for no in ({"statement": "no"}, {"statement": ""}):
        assert found(said(), wrong, ("agreements", "AG-1", no)) == []
    assert found(said(), wrong, ("agreements", "AG-1", {"state": "ended"})) == []
    assert len(found(said(), wrong, ("agreements", "AG-1", {"statement": "with supplies"}))) == 1


@pytest.mark.parametrize(
    ("key", "needs_key", "code"),
    [
        ("its key", True, ""),
        ("its key", False, ""),
        ("another key", True, "host-answer-not-signed"),
        ("another key", False, "host-answer-not-signed"),
        ("", True, "host-answer-without-key"),
        ("", False, ""),
    ],
)
def test_an_answer_is_compared_only_if_it_is_certain_that_the_host_made_it(
    key: str, needs_key: bool, code: str
) -> None:
    fields = {name: getattr(said(), name) for name in HostAnswer.__struct_fields__}
    read = ReadAnswer(**fields, is_signed_by=lambda given: given == "its key", needs_key=needs_key)
    wrong = ("income", "I-1", {"amount": "900"})

    told = found(read, wrong, ("agreements", "AG-1", {"public_key": key}))

    assert [(one.code, one.field) for one in told] == [
        (code, "public_key") if code else ("host-payment-differs", "agreement_reference")
    ]


CASES: list[tuple[str, HostAnswer, list[tuple[str, str, Fields]], tuple[str, ...]]] = [
    (
        "host-payment-differs",
        said(),
        [("income", "I-1", {"amount": "900"})],
        ("grants", "G-1", "agreement_reference",
         "Delta Partners paid 1,000.00 EUR on 2026-02-01, and our books have 900.00 EUR.",
         "Look at the bank statement. Correct it in Income, or ask Delta Partners to correct it."),
    ),
    (
        "host-payment-missing",
        said(),
        [("income", "I-1", {"state": "expected"})],
        ("grants", "G-1", "agreement_reference",
         "Delta Partners paid 1,000.00 EUR on 2026-02-01, and Income does not have it.",
         "If it came, type it into Income. If it did not, tell Delta Partners."),
    ),
    (
        "host-payment-unknown",
        said(paid=()),
        [],
        ("grants", "G-1", "agreement_reference",
         "Our books have 1,000.00 EUR from Delta Partners, which has no such payment in its books.",
         "Look at the bank statement. Correct it in Income, or ask Delta Partners to type it in."),
    ),
    (
        "host-payment-unknown",
        NOTHING,
        [],
        ("grants", "G-1", "agreement_reference",
         "Our books have 1,000.00 EUR from Delta Partners, which has no such payment in its books.",
         "Look at the bank statement. Correct it in Income, or ask Delta Partners to type it in."),
    ),
    (
        "host-return-differs",
        said(back=(ToldMovement("2026-03-02", "70.00"),)),
        [],
        ("grants", "G-1", "agreement_reference",
         "By our books, 0.00 EUR went back to Delta Partners, whose books have 70.00 EUR.",
         "Correct in Income what was returned to the funder, or ask Delta Partners to correct it."),
    ),
    (
        "host-fee-differs",
        said(percent="8"),
        [("grants", "G-1", {"host_fee": "5"})],
        ("grants", "G-1", "agreement_reference",
         "By its books, Delta Partners keeps a fee of 80.00 EUR, and by ours 50.00 EUR.",
         "Agree on the fee with Delta Partners, and type it into Host fee %."),
    ),
    (
        "host-fee-rule-differs",
        said(percent="5"),
        [("grants", "G-1", {"host_fee": "5", "host_fee_on": "spending"}),
         ("budget", "B-1", {"grant": "G-1", "category": "Rent", "amount": "1000"}),
         ("expenses", "E-1", {"date": "2026-03-02", "budget_line": "B-1", "amount": "300",
                              "state": "paid"})],
        ("grants", "G-1", "agreement_reference",
         "By its books, Delta Partners keeps a percentage of what it paid: 50.00 EUR. By ours it is"
         " one of what was spent: 15.00 EUR.",
         "Agree on one rule with Delta Partners. If it is of payments, choose income in Host fee"
         " on. If it is of spending, ask Delta Partners to clear Fee % in its tab Given."),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "told", "changes", "words"), CASES, ids=[one[0] for one in CASES])
def test_each_difference_in_words(
    code: str, told: HostAnswer, changes: list[tuple[str, str, Fields]], words: tuple[str, ...]
) -> None:
    (one,) = found(told, *changes)
    assert (one.code, one.table, one.id, one.field, *one.words("en")) == (
        code,
        *words,
    )


def test_an_agreement_that_nobody_knows_here_stands_at_the_host() -> None:
    for told, reference in ((said(agreement="SG-9"), "SG-9"), (said(agreement=""), "-")):
        codes = {one.code: one for one in found(told)}
        assert set(codes) == {"host-grant-not-found", "host-payment-unknown"}
        one = codes["host-grant-not-found"]
        assert (one.table, one.id, one.field) == ("agreements", "AG-1", "other_party")
        assert one.words("en")[0] == (
            "Delta Partners paid money by agreements of which no grant of ours has the Agreement"
            f" reference and the currency, or two have them: {reference} (1,000.00 EUR)."
        )
        assert one.words("en")[1] == (
            "Type the Agreement reference and the Currency into Grants as Delta Partners has them."
        )


def test_a_payment_of_the_last_thirty_days_may_still_be_on_the_way() -> None:
    nothing = ("income", "I-1", {"state": "expected"})
    late = said(paid=(ToldMovement("2026-03-03", "1000.00"),))
    assert found(late, nothing, today=date(2026, 4, 1)) == []
    assert len(found(late, nothing, today=date(2026, 4, 2))) == 1


SECOND_HOST = [
    ("agreements", "AG-2", {"kind": "host or country partner", "other_party": "Second Host",
                            "state": "in force", "statement": "yes", "ending": "By either side."}),
    ("grants", "G-2", {"funder": "Second Host", "title": "Other", "state": "active",
                       "currency": "EUR", "agreement_reference": "SH-1"}),
    ("income", "I-2", {"date": "2026-02-03", "grant": "G-2", "kind": "instalment",
                       "amount": "500", "state": "received"}),
]  # fmt: skip


def test_with_two_hosts_each_finding_names_the_one_who_says_so() -> None:
    ours = said()
    # What the second host gave is nothing that the first one must know, and the reverse.
    assert found(replace(ours, host="delta  partners"), *SECOND_HOST) == []
    paid = (ToldMovement("2026-02-01", "700.00"),)
    second = replace(
        NOTHING, host="Second Host", grants=(AnsweredGrant("SH-1", "EUR", "0.00", paid),)
    )
    (one,) = found(second, *SECOND_HOST)
    assert (one.id, one.words("en")[0]) == (
        "G-2",
        "Second Host paid 700.00 EUR on 2026-02-01, and our books have 500.00 EUR.",
    )
    (unknown,) = (
        one
        for one in found(replace(ours, host="Second Host"), *SECOND_HOST)
        if one.code == "host-grant-not-found"
    )
    assert (unknown.id, dict(unknown.values)["host"]) == ("AG-2", "Second Host")


def read_from_file(key: str, *, needs_key: bool) -> ReadAnswer:
    """An answer that was signed with one key."""
    fields = {name: getattr(said(), name) for name in HostAnswer.__struct_fields__}
    return ReadAnswer(
        **fields,
        is_signed_by=lambda typed: typed == key,
        needs_key=needs_key,
        file="answer.json",
    )


NOT_COMPARED = " Nothing in it was compared with our books."
REFUSED: list[tuple[HostAnswer | RefusedAnswer, str, str, str]] = [
    (
        RefusedAnswer("damaged", "answer.json"),
        "host-answer-damaged",
        "The file answer.json, which says what Delta Partners paid to us, cannot be read.",
        "Ask Delta Partners to write the file again.",
    ),
    (
        RefusedAnswer("of another group", "answer.json"),
        "host-answer-for-another",
        "The file answer.json in our folder is for another group.",
        "Ask Delta Partners for the file that is for us. Tell it that we got the file of another"
        " group.",
    ),
    (
        replace(read_from_file("key", needs_key=False), host="Another Host"),
        "host-answer-of-another",
        "The file answer.json is from a host that stands in no row of Agreements with a Statement.",
        "Type the host's name into Other party as the host writes it, or ask Delta Partners for its"
        " file.",
    ),
]


@pytest.mark.parametrize(("told", "code", "what", "to_do"), REFUSED, ids=[x[1] for x in REFUSED])
def test_an_answer_that_is_not_for_us_or_not_from_our_host_is_told_and_not_compared(
    told: HostAnswer | RefusedAnswer, code: str, what: str, to_do: str
) -> None:
    (one,) = found(told, ("income", "I-1", {"amount": "5"}))
    assert (one.code, one.table, one.id, one.field) == (code, "agreements", "AG-1", "other_party")
    assert one.words("en") == (what + NOT_COMPARED, to_do)
    assert "Another Host" not in repr(one)
    assert found(told, ("agreements", "AG-1", {"statement": "no"})) == []


@pytest.mark.parametrize(
    ("first", "second", "needs_key", "codes"),
    [
        ("", "", True, ["host-answer-without-key"]),
        ("", "", False, ["host-payment-differs"]),
        ("key", "", True, ["host-payment-differs"]),
        ("other", "", True, ["host-answer-not-signed"]),
        ("other", "", False, ["host-answer-not-signed"]),
        # Of two agreements with the same host, any may have the key.
        ("", "key", True, ["host-payment-differs"]),
        ("", "other", False, ["host-answer-not-signed"]),
        ("older", "key", True, ["host-payment-differs"]),
    ],
)
def test_an_answer_is_compared_only_if_it_is_known_who_made_it(
    first: str, second: str, needs_key: bool, codes: list[str]
) -> None:
    another = {"kind": "host or country partner", "other_party": "Delta Partners",
               "state": "in force", "statement": "yes", "ending": "By either side.",
               "public_key": second}  # fmt: skip
    told = found(
        read_from_file("key", needs_key=needs_key),
        ("income", "I-1", {"amount": "5"}),
        ("agreements", "AG-1", {"public_key": first}),
        ("agreements", "AG-2", another),
    )
    assert [one.code for one in told] == codes


def test_two_grants_without_a_reference_have_a_finding_each() -> None:
    blank = {"agreement_reference": ""}
    second = {"funder": "Delta Partners", "title": "New", "state": "active", "currency": "EUR"}
    income = {"date": "2026-02-01", "grant": "G-9", "kind": "instalment", "state": "received",
              "amount": "5"}  # fmt: skip
    rows = [("grants", "G-1", blank), ("grants", "G-9", second), ("income", "I-9", income)]
    told = found(said(), *rows)
    assert [(one.code, one.id) for one in told] == [
        ("host-grant-not-found", "AG-1"),
        ("host-payment-unknown", "G-1"),
        ("host-payment-unknown", "G-9"),
    ]


def test_what_no_grant_of_ours_has_is_one_finding_of_its_host() -> None:
    unknown = [replace(GRANT, agreement="SG-9"), replace(GRANT, agreement=""), GRANT]
    (one,) = found(replace(NOTHING, grants=unknown))
    assert one.code == "host-grant-not-found"
    assert one.words("en")[0].endswith(" have them: SG-9, - (1,000.00 EUR, 1,000.00 EUR).")


SIGNED = {"public_key": "key"}
WRONG = ("income", "I-1", {"amount": "900"})


def signed_on(made: str, *, newest: str = "", file: str = "answer.json") -> ReadAnswer:
    known = {"key": newest} if newest else {}
    answer = read_from_file("key", needs_key=True)
    is_to_come = made.startswith("2027")
    return replace(answer, made=made, newest=known, file=file, is_to_come=is_to_come)


@pytest.mark.parametrize(
    ("made", "newest", "code"),
    [
        ("2026-04-02T06:00:00+00:00", "", "host-payment-differs"),
        ("2026-04-02T06:00:00+00:00", "2026-04-02T06:00:00+00:00", "host-payment-differs"),
        ("2026-04-02T06:00:00+00:00", "2026-04-02T06:00:01+00:00", "host-answer-older"),
        ("", "2026-04-02T06:00:00+00:00", "host-answer-older"),
        ("2027-04-02T06:00:00+00:00", "", "host-answer-to-come"),
    ],
)
def test_an_older_answer_and_one_of_a_day_to_come_are_told_and_not_compared(
    made: str, newest: str, code: str
) -> None:
    tables = hosted_tables(WRONG, ("agreements", "AG-1", SIGNED))
    answer = signed_on(made, newest=newest)
    (one,) = found(answer, WRONG, ("agreements", "AG-1", SIGNED))
    assert one.code == code
    remembered = {"key": made} if code == "host-payment-differs" else {}
    assert newest_answers(plan_of(tables, base="EUR")[0], [answer]) == remembered


def test_the_words_about_an_older_answer_and_one_of_a_day_to_come() -> None:
    key = ("agreements", "AG-1", SIGNED)
    older = signed_on("2026-04-01T06:00:00+00:00", newest="2026-04-02T06:00:00+00:00")
    (one,) = found(older, key)
    assert (one.id, one.field, *one.words("en")) == (
        "AG-1",
        "other_party",
        "The file answer.json was signed on 2026-04-01 06:00:00 UTC, before the one of Delta"
        " Partners that was read (2026-04-02 06:00:00 UTC). Nothing in it was compared with our"
        " books.",
        "Ask Delta Partners for its newest file.",
    )
    (one,) = found(signed_on("2027-04-01T06:00:00+00:00"), key)
    assert one.words("en") == (
        "The file answer.json of Delta Partners was signed on 2027-04-01 06:00:00 UTC, which is"
        " still to come. Nothing in it was compared with our books.",
        "Ask Delta Partners to correct the clock of its computer, and for the file again.",
    )
    (one,) = found(signed_on("", newest="2026-04-02T06:00:00+00:00"), key)
    assert "was signed on -, before" in one.words("en")[0]


def test_of_two_files_of_one_host_the_later_one_is_compared() -> None:
    key = ("agreements", "AG-1", SIGNED)
    older = replace(signed_on("2026-04-01T06:00:00+00:00"), grants=())
    newer = signed_on("2026-04-02T06:00:00+00:00")
    for files in ([older, newer], [newer, older]):
        assert found(files, key) == []
        plan = plan_of(hosted_tables(key), base="EUR")[0]
        assert newest_answers(plan, files) == {"key": newer.made}
        # At the next sync, the newer one was read before.
        again = [replace(file, newest={"key": newer.made}) for file in files]
        assert found(again, key) == []
        assert newest_answers(plan, again) == {"key": newer.made}
    assert [one.code for one in found([older], key)] == ["host-payment-unknown"]
    known = replace(older, newest={"key": newer.made})
    assert [one.code for one in found([known], key)] == ["host-answer-older"]


OTHER_KEY = replace(
    signed_on("2026-04-02T06:00:00+00:00", file="answer-0.json"), is_signed_by=lambda _: False
)


@pytest.mark.parametrize(
    ("left", "code", "is_told"),
    [
        # The name of the file before each host had one of its own.
        (RefusedAnswer("damaged", "answer.json"), "host-answer-damaged", False),
        (RefusedAnswer("damaged", "answer-0.json"), "host-answer-damaged", True),
        (RefusedAnswer("of another group", "answer.json"), "host-answer-for-another", True),
        # The host has a new key, and its file a new name.
        (OTHER_KEY, "host-answer-not-signed", False),
        (replace(OTHER_KEY, host="Third Host"), "host-answer-of-another", True),
    ],
)
def test_what_is_left_of_before_is_passed_over_beside_an_answer_that_is_compared(
    left: ReadAnswer | RefusedAnswer, code: str, is_told: bool
) -> None:
    key = ("agreements", "AG-1", SIGNED)
    good = signed_on("2026-04-02T06:00:00+00:00", file="answer-1.json")
    assert [one.code for one in found([left, good], key)] == ([code] if is_told else [])
    assert [one.code for one in found([left], key)] == [code]
    to_come = replace(good, is_to_come=True)
    assert {one.code for one in found([left, to_come], key)} == {code, "host-answer-to-come"}


def test_each_of_two_hosts_says_what_differs_and_what_cannot_be_read_names_all_files() -> None:
    paid = (ToldMovement("2026-02-01", "700.00"),)
    second = replace(
        NOTHING, host="Second Host", grants=(AnsweredGrant("SH-1", "EUR", "0.00", paid),)
    )
    told = found([said(), second], WRONG, *SECOND_HOST)
    assert [(one.id, dict(one.values)["host"]) for one in told] == [
        ("G-1", "Delta Partners"),
        ("G-2", "Second Host"),
    ]
    bad = [RefusedAnswer("damaged", "answer-1.json"), RefusedAnswer("damaged", "answer-2.json")]
    (one,) = found(bad, *SECOND_HOST)
    assert one.words("en") == (
        "The file answer-1.json, answer-2.json, which says what Delta Partners, Second Host paid to"
        " us, cannot be read. Nothing in it was compared with our books.",
        "Ask Delta Partners, Second Host to write the file again.",
    )
