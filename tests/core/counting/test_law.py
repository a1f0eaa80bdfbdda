"""The law of counting once, over random networks, beside an arithmetic of its own and hledger."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.base.money import decimal
from budgettrack.core.counting.handed_on import counted
from budgettrack.core.counting.law import (
    Books,
    MovedMoney,
    SubGrant,
    Trouble,
    fold,
    told_upwards,
)
from budgettrack.core.counting.roll_up import RollUp
from budgettrack.core.counting.statements import books_of
from budgettrack.core.counting.terms import Terms, names
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.plan import plan as plan_of
from tests.world.networks import (
    DAYS,
    FEE_PERCENT,
    Link,
    Network,
    journal,
    links,
    networks,
    own_books,
    sub_grant,
    tables,
    taker_books,
    told_at,
    truth,
)


def folded(network: Network):  # type: ignore[no-untyped-def]
    return fold(
        own_books(network), [(sub_grant(link), taker_books(link)) for link in network.links]
    )


def kinds(troubles: list[Trouble]) -> list[str]:
    return [trouble.kind for trouble in troubles]


@given(networks())
@settings(max_examples=400)
def test_each_term_is_what_the_events_say(network: Network) -> None:
    award, _ = folded(network)
    expected = truth(network)
    assert {name: getattr(award.terms, name) for name in names()} == {
        name: expected[name] for name in names()
    }
    assert award.terms.gap == 0


@given(networks(foreign=True))
@settings(max_examples=400)
def test_the_law_holds_in_other_currencies_to_the_last_unit(network: Network) -> None:
    award, _ = folded(network)
    assert award.terms.gap == 0
    assert sum(spent for spent, _ in award.by_category.values()) == award.terms.spent


@given(networks(foreign=True, faulty=False))
@settings(max_examples=200)
def test_spending_in_another_currency_is_what_its_money_cost(network: Network) -> None:
    award, troubles = folded(network)
    spent = Fraction(sum(network.spending.values()))
    for link, part in zip(network.links, award.parts, strict=True):
        if part.counts:
            units = sum(paid for paid, _ in link.payments)
            cost = sum(moved.value for moved in sub_grant(link).paid)
            rate = Fraction(cost, units) if link.currency != "EUR" else Fraction(1)
            spent += sum(link.spending.values()) * rate
    assert abs(award.terms.spent - spent) <= len(network.links)
    assert not set(kinds(troubles)) & {"amount-differs", "received-not-paid", "currency-differs"}


@given(networks(foreign=True), st.randoms(use_true_random=False))
def test_the_order_of_groups_changes_nothing(network: Network, chance) -> None:  # type: ignore[no-untyped-def]
    before, troubles = folded(network)
    chance.shuffle(network.links)
    after, others = folded(network)
    assert after.terms == before.terms
    assert after.by_category == before.by_category
    assert sorted(map(repr, troubles)) == sorted(map(repr, others))


@given(links("g"))
def test_one_group_alone_is_the_sum_of_one(link: Link) -> None:
    theirs = taker_books(link)
    if theirs is None:
        return
    award, troubles = fold(theirs, [])
    assert award.terms == theirs.terms
    assert not troubles


@given(networks(faulty=False), networks(faulty=False))
def test_two_levels_are_the_sum_of_both(one: Network, other: Network) -> None:
    """A network hands on to two hosts, which hand on to groups."""
    told = []
    for number, host in enumerate((one, other)):
        got = sum(host.received)
        own = replace(
            own_books(host),
            reference=f"R{number}",
            receipts=(MovedMoney("2026-01-02", got),) if got else (),
        )
        award, _ = fold(own, [(sub_grant(link), taker_books(link)) for link in host.links])
        paid = (MovedMoney("2026-01-01", got),) if got else ()
        told.append(
            (
                SubGrant(f"V-{number}", f"R{number}", f"h{number}", "N", "EUR", paid),
                told_upwards(own, award),
            )
        )
    whole = sum(one.received) + sum(other.received)
    top, troubles = fold(Books("N", "", "EUR", Terms(received=whole, held_here=whole)), told)
    first, second = truth(one), truth(other)
    assert top.terms.gap == 0
    assert top.terms.spent == first["spent"] + second["spent"]
    assert top.terms.fees == first["fees"] + second["fees"]
    assert top.terms.received == first["received"] + second["received"]
    assert top.terms.held_here == 0
    assert top.terms.held_below == sum(
        sums[name] for sums in (first, second) for name in ("held_here", "held_below")
    )
    assert not set(kinds(troubles)) - {"no-grant"}


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
@given(networks())
@settings(max_examples=12, deadline=None)
def test_hledger_says_the_same_without_the_accounts_between(network: Network) -> None:
    asked = subprocess.run(
        ["hledger", "-f", "-", "balance", "--flat", "--empty", "-O", "csv", "--no-total"],
        input=journal(network), capture_output=True, text=True, check=True,
    )  # fmt: skip
    sums: dict[str, int] = defaultdict(int)
    for account, balance in list(csv.reader(io.StringIO(asked.stdout)))[1:]:
        number = balance.split()[0].replace(",", "")
        units = int(Fraction(number) * 100)
        top = "groups" if account.startswith("assets:groups") else account.split(":")[0]
        sums[top] += units
    terms = folded(network)[0].terms
    between = terms.on_the_way + terms.differs - terms.unmatched
    assert sums["income"] == -terms.received
    assert sums["expenses"] == terms.spent
    assert sums["fees"] == terms.fees
    assert sums["assets"] == terms.held_here
    assert sums["groups"] == terms.held_below
    assert sums["between"] == between
    # Without the accounts between, what came in and what it became differ by these alone.
    assert sum(sums.values()) - sums["between"] == -between


def _noted(network: Network, noted: int, spent: int) -> RollUp:
    """The network as workbook and statements. The host noted a part of its fees as income of a
    grant of its own, and spent some of it."""
    rows = tables(network)
    rows["grants"]["G-OWN"] = {"funder": "Delta Partners", "state": "active", "currency": "EUR"}
    rows["income"]["I-OWN"] = {"date": DAYS[8], "grant": "G-OWN", "kind": "host fee",
                               "state": "received", "amount": decimal(noted, "EUR")}  # fmt: skip
    rows["expenses"]["E-OWN"] = {"date": DAYS[9], "grant": "G-OWN", "state": "paid",
                                 "amount": decimal(spent, "EUR")}  # fmt: skip
    plan, _ = plan_of(rows, base="EUR")
    books = {code: books_of(told) for code, told in told_at(network, "2026-12").items()}
    return counted(plan, totals(plan)[0], "2026-12", books)


def _stays(link: Link) -> int:
    """Returns what was paid, less what the host noted as having come back."""
    return sum(paid for paid, _ in link.payments) - sum(noted or 0 for _, noted in link.returns)


@given(networks(), st.integers(1, 900), st.integers(1, 900))
@settings(max_examples=200)
def test_a_fee_that_is_noted_as_income_too_is_counted_once(
    network: Network, noted: int, spent: int
) -> None:
    """Beside the same network without the host's own grant."""
    rolled = _noted(network, noted, spent)
    own = next(award for award in rolled.awards if award.grant == "G-OWN")
    others = [award for award in rolled.awards if award is not own]
    without = replace(rolled, awards=tuple(others)).by_currency["EUR"]
    whole = rolled.by_currency["EUR"]
    # Nothing more came from outside. What was a fee is spent and held now.
    assert own.terms == Terms(fees=-noted, spent=spent, held_here=noted - spent)
    assert whole.received == without.received
    assert whole.fees == without.fees - noted
    assert whole.gap == 0
    percent = [link for link in network.links if link.fee]
    kept = sum(
        link.taker_fee
        if link.told and link.taker_fee
        else round(Fraction(max(_stays(link), 0) * FEE_PERCENT, 100))
        for link in percent
    )
    assert rolled.fees_kept == ({"EUR": kept} if kept else {})


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
@given(networks(faulty=False), st.integers(1, 900), st.integers(1, 900))
@settings(max_examples=12, deadline=None)
def test_hledger_says_the_same_of_a_fee_that_is_noted_as_income(
    network: Network, noted: int, spent: int
) -> None:
    """The fee moves from the fees to the purse of the host's own grant."""
    more = [
        f"{DAYS[8]} event", f"    assets:own  {noted / 100:.2f} EUR", "    fees", "",
        f"{DAYS[9]} event", f"    expenses:own  {spent / 100:.2f} EUR", "    assets:own",
    ]  # fmt: skip
    asked = subprocess.run(
        ["hledger", "-f", "-", "balance", "--flat", "--empty", "-O", "csv", "--no-total", "fees",
         "expenses", "assets:own", "income"],
        input="\n".join([journal(network), *more]), capture_output=True, text=True, check=True,
    )  # fmt: skip
    sums: dict[str, int] = defaultdict(int)
    for account, balance in list(csv.reader(io.StringIO(asked.stdout)))[1:]:
        units = int(Fraction(balance.split()[0].replace(",", "")) * 100)
        sums[account.split(":")[0]] += units
    own = _noted(network, noted, spent).awards[1].terms
    whole = folded(network)[0].terms.plus(own)
    assert sums["income"] == -whole.received
    assert sums["expenses"] == whole.spent
    assert sums["fees"] == whole.fees
    assert sums["assets"] == own.held_here


def _given(units: int, **more: object) -> SubGrant:
    moved = (MovedMoney("2026-03-05", units),) if units else ()
    return replace(SubGrant("V-1", "R-1", "GR-1", "G-1", "EUR", moved), **more)


def _theirs(got: int, spent: int = 0, **more: object) -> Books:
    terms = Terms(received=got, spent=spent, held_here=got - spent)
    moved = (MovedMoney("2026-03-07", got),) if got else ()
    return replace(Books("G-1", "R-1", "EUR", terms, moved), **more)


OWN = Books("G-1", "TOP", "EUR", Terms(received=9000, held_here=9000))


def test_a_wrong_amount_stands_apart_and_is_told_with_both_sides() -> None:
    award, troubles = fold(OWN, [(_given(1000), _theirs(900, 400))])
    assert award.terms == Terms(
        received=9000, spent=400, held_here=8000, held_below=500, differs=100
    )
    assert troubles == [
        Trouble("amount-differs", "GR-1", "V-1", "R-1", "EUR", 1000, 900, "2026-03-05", "G-1")
    ]


def test_a_payment_of_the_other_side_that_we_do_not_have_is_shown_and_not_removed() -> None:
    award, troubles = fold(OWN, [(_given(0), _theirs(900))])
    assert award.terms == Terms(received=9000, held_here=9000, held_below=900, unmatched=900)
    assert kinds(troubles) == ["received-not-paid"]


def test_money_of_a_group_without_a_statement_is_on_the_way() -> None:
    award, troubles = fold(OWN, [(_given(1000), None)])
    assert award.terms == Terms(received=9000, held_here=8000, on_the_way=1000)
    assert kinds(troubles) == ["no-grant"]
    assert fold(OWN, [(_given(0), None)])[1] == []


def test_what_came_back_without_their_word_is_shown() -> None:
    back = (MovedMoney("2026-06-01", 50),)
    award, troubles = fold(OWN, [(_given(1000, back=back), _theirs(1000))])
    assert award.terms == Terms(received=9000, held_here=8050, held_below=1000, unmatched=50)
    assert kinds(troubles) == ["back-not-returned"]
    award, _ = fold(OWN, [(_given(1000, back=back), None)])
    assert award.terms.gap == 0
    assert award.terms.unmatched == 50


def test_a_return_with_a_wrong_amount_differs() -> None:
    theirs = _theirs(1000)
    theirs = replace(
        theirs,
        terms=replace(theirs.terms, returned=70, held_here=930),
        returns=(MovedMoney("2026-05-30", 70),),
    )
    award, troubles = fold(OWN, [(_given(1000, back=(MovedMoney("2026-06-01", 50),)), theirs)])
    assert award.terms.differs == 20
    assert kinds(troubles) == ["return-differs"]


def test_a_fee_that_both_reckon_is_one_fee() -> None:
    theirs = _theirs(1000)
    theirs = replace(theirs, fee=80, terms=replace(theirs.terms, fees=80, held_here=920))
    award, troubles = fold(OWN, [(_given(1000, fee=80, percent=Decimal(8)), theirs)])
    assert award.terms == Terms(received=9000, fees=80, held_here=8000, held_below=920)
    assert not troubles
    _, troubles = fold(OWN, [(_given(1000, fee=100, percent=Decimal(10)), theirs)])
    assert troubles == [Trouble("fee-differs", "GR-1", "V-1", "R-1", "EUR", 100, 80, grant="G-1")]
    award, _ = fold(OWN, [(_given(1000, fee=80), _theirs(1000))])
    assert award.terms == Terms(received=9000, fees=80, held_here=7920, held_below=1000)


def _with_fee(fee: int, got: list[int], back: int = 0, more: int = 0) -> Books:
    """The books of a group with so many payments, a return, and interest."""
    theirs = _theirs(sum(got))
    held = sum(got) + more - back - fee
    return replace(
        theirs,
        fee=fee,
        terms=Terms(received=sum(got) + more, returned=back, fees=fee, held_here=held),
        receipts=tuple(MovedMoney(DAYS[at], units) for at, units in enumerate(got)),
        returns=(MovedMoney("2026-05-30", back),) if back else (),
    )


TEN = Decimal(10)


@pytest.mark.parametrize(
    ("theirs", "paid"),
    [
        (_with_fee(80, [1000], back=200), 1000),  # some came back: the fee is of the rest
        (_with_fee(80, [800]), 1000),  # a payment on which they do not agree is told anyway
        (_with_fee(104, [1000], more=40), 1000),  # of interest, too
        (_with_fee(60, [400, 600]), 1000),  # what they brought has borne its fee before
    ],
)
def test_the_same_percentage_is_no_difference(theirs: Books, paid: int) -> None:
    _, troubles = fold(OWN, [(_given(paid, fee=100, percent=TEN), theirs)])
    assert "fee-differs" not in kinds(troubles)
    # Another percentage is one.
    _, troubles = fold(OWN, [(_given(paid, fee=100, percent=TEN + 1), theirs)])
    assert "fee-differs" in kinds(troubles)


def test_a_fee_on_spending_against_one_on_payments_is_a_difference_of_its_own() -> None:
    theirs = _with_fee(30, [1000])
    theirs = replace(theirs, terms=Terms(received=1000, spent=300, fees=30, held_here=670))
    _, troubles = fold(OWN, [(_given(1000, fee=100, percent=TEN), theirs)])
    assert troubles == [
        Trouble("fee-rule-differs", "GR-1", "V-1", "R-1", "EUR", 100, 30, grant="G-1")
    ]
    # A unit more is another fee, and if both rules give the same fee, nothing differs.
    more = replace(theirs, fee=31, terms=replace(theirs.terms, fees=31, held_here=669))
    _, troubles = fold(OWN, [(_given(1000, fee=100, percent=TEN), more)])
    assert kinds(troubles) == ["fee-differs"]
    spent = Terms(received=1000, spent=1000, fees=100, held_here=-100)
    _, troubles = fold(
        OWN, [(_given(1000, fee=100, percent=TEN), replace(theirs, fee=100, terms=spent))]
    )
    assert troubles == []
    # Who clears Fee % counts the fee of the group's books, once.
    award, troubles = fold(OWN, [(_given(1000), theirs)])
    assert (award.terms.fees, award.terms.held_below, troubles) == (30, 670, [])


def test_a_fee_in_another_currency_is_compared_without_a_rate() -> None:
    """What came back did so at another rate, so no rate fits both."""
    sub = replace(
        _given(0, fee=13, percent=TEN),
        currency="KES",
        paid=(MovedMoney("2026-02-01", 1000, 150),),
        back=(MovedMoney("2026-06-01", 200, 21),),
    )
    theirs = replace(_with_fee(80, [1000], back=200), currency="KES")
    _, troubles = fold(OWN, [(sub, theirs)])
    assert troubles == []
    _, troubles = fold(OWN, [(sub, replace(theirs, fee=79))])
    assert troubles == [Trouble("fee-differs", "GR-1", "V-1", "R-1", "KES", 80, 79, grant="G-1")]


def test_a_fee_below_them_is_not_the_fee_to_us() -> None:
    theirs = _theirs(1000)
    theirs = replace(theirs, terms=replace(theirs.terms, fees=30, held_below=970, held_here=0))
    award, _ = fold(OWN, [(_given(1000, fee=80), theirs)])
    assert award.terms.fees == 110
    assert award.terms.gap == 0


def test_another_currency_costs_what_was_paid_for_it() -> None:
    paid = (MovedMoney("2026-03-05", 140_000, 1000),)
    theirs = _theirs(140_000, 70_000, currency="KES", by_category={"People": (70_000, 7_000)})
    award, troubles = fold(OWN, [(_given(0, currency="KES", paid=paid), theirs)])
    assert award.terms == Terms(received=9000, spent=500, held_here=8000, held_below=500)
    assert award.by_category == {"People": (500, 50)}
    assert not troubles


def test_money_that_comes_back_at_another_rate_leaves_an_exchange_difference() -> None:
    paid = (MovedMoney("2026-03-05", 140_000, 1000),)
    theirs = _theirs(140_000, currency="KES", returns=(MovedMoney("2026-05-01", 14_000),))
    theirs = replace(theirs, terms=replace(theirs.terms, returned=14_000, held_here=126_000))
    given = _given(0, currency="KES", paid=paid, back=(MovedMoney("2026-05-03", 14_000, 90),))
    award, troubles = fold(OWN, [(given, theirs)])
    assert award.terms == Terms(received=9000, held_here=8090, held_below=900, exchange=10)
    assert not troubles


def test_without_a_payment_nobody_knows_the_rate() -> None:
    theirs = _theirs(140_000, currency="KES")
    award, troubles = fold(OWN, [(_given(0, currency="KES"), theirs)])
    assert award.terms == OWN.terms
    assert kinds(troubles) == ["no-rate"]
    assert not award.parts[0].counts
    assert fold(OWN, [(_given(0, currency="KES"), _theirs(0, currency="KES"))])[1] == []


def test_a_grant_in_another_currency_than_agreed_is_not_taken_for_it() -> None:
    award, troubles = fold(OWN, [(_given(1000), _theirs(1000, currency="GBP"))])
    assert award.terms == Terms(received=9000, held_here=8000, on_the_way=1000)
    assert kinds(troubles) == ["currency-differs"]


def test_what_is_rounded_off_of_categories_is_not_lost() -> None:
    paid = (MovedMoney("2026-03-05", 300, 100),)
    spending = {"a": (50, 0), "b": (50, 0), "c": (50, 0)}
    theirs = _theirs(300, 150, currency="KES", by_category=spending)
    theirs = replace(theirs, terms=replace(theirs.terms, received=301, held_here=151))
    award, _ = fold(OWN, [(_given(0, currency="KES", paid=paid), theirs)])
    assert sum(spent for spent, _ in award.by_category.values()) == award.terms.spent
    assert award.terms.gap == 0


def test_what_was_lost_by_changing_money_below_stays_a_loss_here() -> None:
    terms = Terms(received=1000, held_here=900, exchange=60, differs=30, on_the_way=10)
    theirs = replace(_theirs(1000), terms=terms)
    award, _ = fold(OWN, [(_given(1000), theirs)])
    assert award.terms == Terms(
        received=9000, held_here=8000, held_below=900, exchange=60, differs=30, on_the_way=10
    )


def test_the_rate_is_that_of_the_payments_that_arrived() -> None:
    paid = (MovedMoney("2026-03-05", 1000, 100), MovedMoney("2026-04-05", 1000, 300))
    theirs = _theirs(1000, currency="KES")
    award, _ = fold(OWN, [(_given(0, currency="KES", paid=paid), theirs)])
    assert award.terms == Terms(received=9000, held_here=8600, held_below=100, on_the_way=300)


@given(networks(foreign=True), st.integers(0, 40))
@settings(max_examples=300)
def test_a_fee_on_spending_is_on_what_groups_spent_too(network: Network, halves: int) -> None:
    """Beside the same network without such a fee, whose terms are held to the events."""
    percent = Decimal(halves) / 2
    without, _ = folded(network)
    own = own_books(network)
    fee = round(Fraction(sum(network.spending.values())) * Fraction(percent) / 100)
    terms = replace(own.terms, fees=fee, held_here=own.terms.held_here + own.terms.fees - fee)
    award, _ = fold(
        replace(own, terms=terms, fee=fee, fee_on_spending=percent),
        [(sub_grant(link), taker_books(link)) for link in network.links],
    )
    expected = round(Fraction(without.terms.spent) * Fraction(percent) / 100)
    assert award.fee == expected
    # The fee of the network without one is that of `own_books`: a sum that somebody noted.
    more = expected - network.fee
    assert award.terms == replace(
        without.terms,
        fees=without.terms.fees + more,
        held_here=without.terms.held_here - more,
    )
    assert award.terms.gap == 0


def test_a_fee_of_those_below_is_on_all_that_was_spent_and_reaches_us_once() -> None:
    """We pay a host 1000 and keep 10 % of all that is spent of it. It spends 100, and a group of
    its own 300."""
    top = Books("N", "", "EUR", Terms(received=9000, held_here=9000))
    terms = Terms(received=1000, spent=100, fees=10, held_here=890)
    paid = (MovedMoney("2026-03-07", 1000),)
    middle = Books("G-1", "R-1", "EUR", terms, paid, fee=10, fee_on_spending=Decimal(10))
    award, _ = fold(middle, [(_given(500), _theirs(500, 300))])
    assert (award.fee, award.terms.fees, award.terms.held_here) == (40, 40, 360)
    told = told_upwards(middle, award)
    assert told.fee == 40
    whole, troubles = fold(top, [(_given(1000, fee=40), told)])
    assert whole.terms == Terms(received=9000, spent=400, fees=40, held_here=8000, held_below=560)
    assert not troubles
