"""What is the same for all pages of one run, and what each funder sees."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.former import Former
from budgettrack.core.sealing.newest import Funders, Newest
from budgettrack.core.sealing.safety import SEVERAL
from tests.world.contributions import amounts, batch, contributors, expense, grant, line, paid, plan

FOOD_OF_2 = Labels("G-2", "Food", "A-1")
TWO = plan([grant(), grant("G-2", "Trust")], [line(people=1), line("B-2", "G-2")])


def test_each_funder_sees_the_contributors_persons_and_lines_of_its_grants() -> None:
    given = plan(
        [grant("G-1", "Fund"), grant("G-2", "FUND"), grant("G-3", "Trust")],
        [line("B-1", "G-1"), line("B-2", "G-2", people=2), line("B-3", "G-3")],
        [expense("E-1", 500, "")],  # of no grant: no funder sees it
    )
    now = Contributions(given, contributors(given)).at("2026-12")
    fund, trust = Funders(given, now).beside([]).values()
    assert {"line B-1", "", "line B-2 person 0", "line B-2 person 1"} == set(fund)
    assert set(trust) == {"line B-3"}


def test_a_funder_sees_whose_a_payment_was_that_moved_to_its_grant_after_it_was_sealed() -> None:
    """It was sealed as Ada's, who may be the person whom its line pays, as somebody marked since."""
    given = plan([grant(), grant("G-2", "Trust")], [line(people=1), line("B-2", "G-2")])
    now = [paid("Ben", 100, labels=FOOD_OF_2, id_="E-1", line="B-2")]
    sealed = batch(paid("Ada", 100, id_="E-1"))

    visible = Funders(given, now).beside([sealed])

    assert visible == {"trust": {"Ben", "Ada", "line B-1 person 0"}, "fund": {"Ada"}}


def test_a_payment_that_was_told_as_it_is_now_shows_a_funder_nothing_more() -> None:
    now = [paid("Ada", 100, id_="E-1"), paid("Ben", 100, id_="E-2")]
    funders = Funders(TWO, now)

    assert funders.beside([batch(*now)]) == funders.beside([]) == {"fund": {"Ada", "Ben"}}


def test_a_payment_that_is_gone_was_seen_when_it_was_told() -> None:
    told = batch(paid("Ada", 100, id_="E-1"))

    assert Funders(TWO, []).beside([told]) == {"fund": {"Ada"}}
    assert Funders(TWO, []).beside([]) == {}


def test_of_two_alike_payments_the_one_that_was_moved_is_seen_by_both_funders() -> None:
    now = [paid("Ada", 100, id_="E-1"), paid("Ada", 200, id_="E-2")]
    of_trust = Former({}, {("expenses", "E-2"): {"G-2"}})

    assert Funders(TWO, now).beside([]).keys() == {"fund"}
    assert Funders(TWO, now, of_trust).beside([])["trust"] >= {"Ada"}


def test_a_funder_who_knows_one_of_several_payees_may_know_their_budget() -> None:
    """The budget was told as that of several payees, of whom the trust sees one."""
    several = SEVERAL + "Ada"
    now = [
        paid("Ada", 100, id_="E-1"),
        paid("Ben", 100, id_="E-2"),
        paid("Ada", 50, id_="E-3", line="B-2", labels=FOOD_OF_2),
    ]
    budget = paid(several, 900, id_="B-1", what="budget")

    assert several in Funders(TWO, [*now, budget]).beside([])["trust"]
    assert several in Funders(TWO, now).beside([batch(budget)])["trust"]
    assert several in Funders(TWO, [*now, budget]).beside([batch(budget)])["trust"]


def test_the_batches_of_a_page_are_added_to_those_of_before() -> None:
    """What was found for earlier batches is the same as if all were read again."""
    now = [paid("Ada", 100, id_="E-1", line="B-2", labels=FOOD_OF_2)]
    told = [batch(paid(who, 100, id_=id_)) for who, id_ in (("Eve", "E-1"), ("Ben", "E-9"))]
    funders = Funders(TWO, now)

    for known in ([], told[:1], told, told[1:], []):
        assert funders.beside(known) == Funders(TWO, now).beside(known)
    assert funders.beside(told) == {
        "trust": {"Ada", "Eve", "line B-1 person 0"},
        "fund": {"Eve", "Ben"},
    }


def known(part: Contribution, now: Contribution, *, reads_payees: bool = False) -> str:
    """Who stands behind a published part, if its record is as it is `now`."""
    newest = Newest(TWO, [now], reads_payees=reads_payees)
    ((of_now,),) = (one.parts for one in newest.known([batch(part)]))
    return of_now.contributor


def test_a_published_part_is_of_whom_it_is_known_to_be_now() -> None:
    part = paid("Ada", 100, id_="E-1")

    assert known(part, replace(part, contributor="Ben")) == "Ben"
    assert known(part, paid("Ben", 100, id_="E-2")) == "Ada"


def test_a_part_that_moved_to_another_line_stays_whose_it_was_unless_payees_are_read() -> None:
    part = paid("Ada", 100, id_="E-1")
    moved = replace(part, line="B-2", contributor="Ben")

    assert known(part, moved) == "Ada"
    assert known(part, moved, reads_payees=True) == "Ben"


def test_contributions_of_an_earlier_page_have_the_contributors_of_the_newest() -> None:
    part, other = paid("Ada", 100, id_="E-1"), paid("Dov", 100, id_="E-2")
    newest = Newest(TWO, [replace(part, contributor="Ben"), other])

    assert [one.contributor for one in newest.with_contributors([part, other])] == ["Ben", "Dov"]
    assert newest.with_contributors(newest.parts) is newest.parts


def test_a_run_reads_the_contributions_of_its_newest_page_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many pages are made, each part of a batch is looked at once."""
    of = plan([grant()], [line()], [expense(f"E-{number}", 100, month=1) for number in range(1, 9)])
    contributions = amounts(of)
    newest = contributions.newest("2026-12")
    parts = [part for part in newest.parts if part.what == "spent"]
    told = [batch(*parts[:4]), batch(*parts[4:])]
    asked: list[Batch] = []
    plain = Newest._as_known

    def noted(self: Newest, one: Batch) -> Batch:
        asked.append(one)
        return plain(self, one)

    monkeypatch.setattr(Newest, "_as_known", noted)
    contributions = amounts(of)
    for until in (1, 2, 2, 2):
        newest = contributions.newest("2026-12")
        newest.known(told[:until])
    assert asked == told
    assert contributions.newest("2026-12") is newest
    assert contributions.newest("2026-11") is not newest
