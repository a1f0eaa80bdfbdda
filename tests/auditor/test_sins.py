"""Public files made by hand that each commit one sin, and the auditor who sees it.

Beside each stands the same page without the sin, which passes: an auditor that always fails is no
auditor."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest

from tests.auditor.auditing import Report, audit
from tests.auditor.marking import Marks
from tests.auditor.truth import NOBODY, Shown, Stake, Truth

Sums = dict[str, dict[str, int]]
"""What a page says: a name and the contributions of its figure."""


@dataclass
class Pages:
    """Contributions, each with its cents and whose it is, and the pages of months."""

    folder: Path
    marks: Marks = field(default_factory=Marks)
    truth: Truth = field(default_factory=Truth)
    shown: list[Shown] = field(default_factory=list)

    def got(self, name: str, cents: int, who: str = "") -> None:
        self.marks.add(name, cents)
        self.truth.stakes[name] = (Stake(who or f"who got {name}"),)

    def all_got(self, names: str, *cents: int) -> dict[str, int]:
        """Payments to somebody else each. Returns their sum."""
        for letter, amount in zip(names, cents, strict=True):
            self.got(letter, amount)
        return of(names)

    def page(self, sums: Sums, *, words: str = "", secret: str = "") -> None:
        """A month's page: a table of figures, in each world."""
        month = f"2026-{len(self.shown) + 1:02}"
        folders = []
        for world in range(4):
            folder = self.folder / f"{world}-{month}"
            folder.mkdir()
            rows = "".join(
                f"{name},{self.marks.amount(world, parts) / 100:.2f}\n"
                for name, parts in sums.items()
            )
            (folder / "figures.csv").write_text(f"name,spent\n{rows}")
            (folder / "index.html").write_text(f"<html><body>{words}</body></html>")
            folders.append(folder)
        self.shown.append(Shown(month, folders, frozenset(secret.split())))

    def audit(self) -> Report:
        worlds = self.marks.worlds
        shown = [Shown(page.month, page.folders[:worlds], page.secret) for page in self.shown]
        return audit(self.marks, self.truth, shown)


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return Pages(tmp_path)


def of(names: str) -> dict[str, int]:
    return dict.fromkeys(names, 1)


def finds(report: Report, kind: str, *words: str) -> None:
    """The report has a breach of this kind with all these words."""
    assert any(
        breach.kind == kind and all(word in breach.words for word in words)
        for breach in report.breaches
    ), report


def test_a_page_of_safe_sums_passes(pages: Pages) -> None:
    food = pages.all_got("abcd", 41100, 52200, 63300, 30000)
    rent = pages.all_got("efg", 11000, 22000, 33000)
    pages.page({"Food": food, "Rent": rent, "Total": food | rent})

    report = pages.audit()

    assert not report.breaches, report
    assert (report.months, report.figures) == (1, 3)
    assert report.narrowest > 0.1


def test_complement(pages: Pages) -> None:
    """The award less all published budgets is what one person gets."""
    food = pages.all_got("abc", 310000, 320000, 330000)
    pages.got("p", 720000, "the coordinator")
    pages.page({"Award": food | of("p")})
    assert not pages.audit().breaches

    pages.page({"Award": food | of("p"), "Food": food})

    finds(pages.audit(), "exact", "p of the coordinator (7200.00)")


def test_complement_of_what_nobody_planned_is_nothing(pages: Pages) -> None:
    food = pages.all_got("abc", 310000, 320000, 330000)
    pages.marks.add("u", 720000)
    pages.truth.stakes["u"] = (Stake(NOBODY),)
    pages.page({"Award": food | of("u"), "Food": food})

    assert not pages.audit().breaches


def test_rename(pages: Pages) -> None:
    food = pages.all_got("abc", 41100, 52200, 63300)
    pages.page({"Food": food})
    pages.got("x", 77777)
    pages.page({"Meals": food | of("x")})

    finds(pages.audit(), "exact", "x of who got x (777.77)")


def test_line_moved(pages: Pages) -> None:
    first = pages.all_got("abc", 10000, 20000, 30000)
    moved = pages.all_got("def", 41100, 52200, 63300)
    pages.page({"Food": first, "Rent": moved})
    pages.got("x", 77777)
    pages.page({"Food": first | of("x"), "Rent": moved})

    finds(pages.audit(), "exact", "x of who got x (777.77)")


def test_grant_published_late(pages: Pages) -> None:
    fares = pages.all_got("abc", 11000, 21000, 31000)
    rent = pages.all_got("def", 12000, 22000, 32000)
    pages.page({"withheld": fares | rent})
    assert not pages.audit().breaches

    pages.got("x", 77777)
    pages.page({"withheld": rent, "G-2": fares | of("x")})

    finds(pages.audit(), "exact", "x of who got x (777.77)")


def test_two_partitions(pages: Pages) -> None:
    names = pages.all_got("abcdef", 41100, 52200, 63300, 11000, 12000, 13000)
    pages.got("x", 77777)
    pages.page({"G-1": of("abcx"), "G-2": of("def")})
    assert not pages.audit().breaches

    pages.page({"A-1": of("abc"), "A-2": names | of("x")})

    finds(pages.audit(), "exact", "x of who got x (777.77)")


def test_receipt_split(pages: Pages) -> None:
    for name, cents in (("a", 38889), ("b", 23333), ("c", 15555)):
        pages.got(name, cents, "one shop")
    pages.page({"Total": of("abc")})

    finds(pages.audit(), "exact", "one shop")


def test_payment_refund_payment(pages: Pages) -> None:
    pages.got("a", 50000, "a shop")
    pages.got("r", 50000, "a shop")
    pages.got("x", 77777)
    pages.page({"Food": {"a": 1, "r": -1, "x": 1}})

    finds(pages.audit(), "exact", "x of who got x (777.77)")


def test_payments_of_nothing(pages: Pages) -> None:
    for name in "ab":
        pages.got(name, 0)
    pages.got("x", 77777)
    pages.page({"Food": of("abx")})

    finds(pages.audit(), "exact", "x of who got x (777.77)")


def test_dominance(pages: Pages) -> None:
    pages.page({"Food": pages.all_got("abx", 200, 300, 95000)})

    report = pages.audit()

    finds(report, "dominated", "x of who got x (950.00)")
    finds(report, "near", "x of who got x (950.00): known within 0.5%")
    assert report.narrowest < 0.01


def test_two_dominate_who_are_found_in_two_steps(pages: Pages) -> None:
    """No figure and no difference of two is bad; one of three is: x and what is next to nothing."""
    pages.all_got("abcdefghx", *[30000] * 8, 90000)
    pages.all_got("stu", 300, 400, 500)
    pages.page({"one": of("abcd"), "two": of("efgh"), "three": of("abcdefghxstu")})

    report = pages.audit()

    finds(report, "near", "x of who got x (900.00)")
    assert "dominated" not in report.kinds()


def test_a_year_of_one_person(pages: Pages) -> None:
    for name in "abcdefghijkl":
        pages.got(name, 123456, "one person")
    pages.page({"2026": of("abcdefghijkl")})

    finds(pages.audit(), "exact", "one person")


def test_two_people(pages: Pages) -> None:
    """Who knows her own pay knows the other's."""
    for name, who in (("a", "she"), ("b", "he"), ("c", "she"), ("d", "he")):
        pages.got(name, 90000, who)
    pages.page({"Pay": of("abcd")})

    finds(pages.audit(), "exact", "she", "he")


def test_who_joins_is_not_shown_by_the_difference(pages: Pages) -> None:
    """Three people get the same again, and one more: her pay is what the months differ by."""
    for name, who in zip("abc", ("she", "he", "they"), strict=True):
        pages.got(name, 30000, who)
    pages.page({"January": of("abc")})
    assert not pages.audit().breaches

    for name, who in zip("defx", ("she", "he", "they", "the new one"), strict=True):
        pages.got(name, 30500 if who != "the new one" else 25000, who)
    pages.page({"February": of("defx")})

    finds(pages.audit(), "exact", "x of the new one (250.00)", "if amounts that agree")


def test_year_published_again(pages: Pages) -> None:
    for name, who in zip("abcdef", ("she", "he", "they") * 2, strict=True):
        pages.got(name, 30000 + ord(name) * 100, who)
    pages.page({"2026": of("abcdef")})
    assert not pages.audit().breaches

    for name in "xyz":
        pages.got(name, 43210, "one more")
    pages.page({"2026": of("abcdefxyz")})

    finds(pages.audit(), "exact", "one more")


def test_single_giver(pages: Pages) -> None:
    pages.got("g", 3777, "a member")
    pages.page({"Members": of("g")})

    finds(pages.audit(), "exact", "g of a member (37.77)")


def test_single_peer(pages: Pages) -> None:
    pages.got("h", 1400, "a peer")
    pages.page({"Hours": of("h")})

    finds(pages.audit(), "exact", "h of a peer (14.00)")


def test_salary_raised(pages: Pages) -> None:
    rest = pages.all_got("abc", 310000, 320000, 330000)
    pages.got("p", 720000, "the coordinator")
    pages.page({"Planned": rest | of("p")})
    pages.got("q", 60000, "the coordinator")
    pages.page({"Planned": rest | of("pq")})

    finds(pages.audit(), "exact", "q of the coordinator (600.00)")


def test_closed_grant(pages: Pages) -> None:
    food = pages.all_got("abcdef", 50000, 40000, 60000, 50100, 40100, 60100)
    for name in "xyz":
        pages.got(name, 98765, "the coordinator")
    pages.page({"received": food | of("xyz")})
    assert not pages.audit().breaches

    pages.page({"received": food | of("xyz"), "spent": food})

    finds(pages.audit(), "exact", "the coordinator")


def test_what_a_funder_knows_is_taken_out(pages: Pages) -> None:
    pages.all_got("abcx", 41100, 52200, 63300, 77777)
    pages.page({"Food": of("abcx")})
    assert not pages.audit().breaches

    pages.truth.funders["the fund"] = dict.fromkeys("abc", 0)

    finds(pages.audit(), "exact", "the fund computes", "x of who got x (777.77)")


def test_everything_known_to_a_funder_is_nothing_new(pages: Pages) -> None:
    pages.page({"Food": pages.all_got("abc", 41100, 52200, 63300)})
    pages.truth.funders["the fund"] = dict.fromkeys("abc", 0)

    assert not pages.audit().breaches


def test_what_a_funder_could_not_see_yet_is_not_known(pages: Pages) -> None:
    pages.page({"Food": pages.all_got("abcx", 41100, 52200, 63300, 77777)})
    pages.truth.funders["the fund"] = dict.fromkeys("abc", 1)

    assert not pages.audit().breaches


def test_withdrawn_name(pages: Pages) -> None:
    pages.page(
        {"Food": pages.all_got("abc", 41100, 52200, 63300)}, words="<p>Hidden</p>", secret="Hidden"
    )

    finds(pages.audit(), "named", "index.html has 'Hidden'")


def test_what_people_know_counts_as_a_figure(pages: Pages) -> None:
    pages.all_got("abcx", 41100, 52200, 63300, 77777)
    pages.page({"Food": of("abcx")})
    pages.truth.known["a price"] = of("abc")

    finds(pages.audit(), "exact", "x of who got x (777.77)")


def test_shares_of_a_plan(pages: Pages) -> None:
    """A line that pays three people has three contributors; a line that pays two has not."""
    pages.marks.add("three", 90000)
    pages.truth.stakes["three"] = tuple(Stake(who, Fraction(1, 3)) for who in ("she", "he", "they"))
    pages.page({"Pay": of_one("three")})
    assert not pages.audit().breaches

    pages.marks.add("two", 90000)
    pages.truth.stakes["two"] = tuple(Stake(who, Fraction(1, 2)) for who in ("she", "he"))
    pages.page({"Pay": of_one("two")})

    finds(pages.audit(), "exact", "she", "he")


REGULAR = (("a", 30000), ("b", 31000), ("c", 32000), ("d", 33000))


def rises(pages: Pages, *more: int) -> Report:
    """Four people are paid on a page, and twice together on the next one: `more` the second time."""
    for month, rise in (("1", (0, 0, 0, 0)), ("2", (0, 0, 0, 0)), ("3", more)):
        for (who, cents), extra in zip(REGULAR, rise, strict=True):
            pages.got(f"{who}{month}", cents + extra, who)
    pages.page({"Pay": {f"{who}1": 1 for who in "abcd"}})
    pages.page({"Pay": {f"{who}{month}": 1 for who in "abcd" for month in (2, 3)}})
    return pages.audit()


def test_what_two_people_got_more(pages: Pages) -> None:
    finds(rises(pages, 0, 0, 1000, 1100), "dominated", "1*[2026-02", "2*[2026-01", "regular")


def test_what_everybody_got_more_is_no_sin(pages: Pages) -> None:
    assert not rises(pages, 900, 1000, 1100, 1200).breaches


def test_an_estimate_counts_with_all_amounts_that_agree(pages: Pages) -> None:
    """What is left beside the two largest is a tenth of them with both amounts of the third person,
    and would not be with twice the smaller one."""
    for name, cents, who in (
        ("x", 60000, "x"),
        ("y", 20000, "y"),
        ("z1", 3900, "z"),
        ("z2", 4150, "z"),
    ):
        pages.got(name, cents, who)
    pages.page({"Food": {"x": 1, "y": 1, "z1": 1, "z2": 1}})
    assert not pages.audit().breaches, pages.audit()


def of_one(name: str) -> dict[str, int]:
    return {name: 1}


# ---- Numbers that are no sums


def words_of(pages: Pages, words: str) -> Report:
    sums = {"Food": pages.all_got("abcd", 41100, 52200, 63300, 30000)}
    pages.page(sums, words=words.replace("SPENT", f"{pages.marks.amount(0, of('abcd')) / 100:.2f}"))
    return pages.audit()


@pytest.mark.parametrize(
    "words",
    ["<p>SPENT is 50% of it</p>", "<p>from 5 payments</p>", "<p>a third is 622,000,000,000.04</p>"],
)
def test_a_number_that_follows_from_nothing(words: str, pages: Pages) -> None:
    report = words_of(pages, words)

    assert report.kinds() == {"unexplained"}, report


def test_a_percentage_of_two_figures_follows(pages: Pages) -> None:
    pages.all_got("efg", 51100, 62200, 73300)
    spent = 100 * Fraction(41100 + 52200 + 63300 + 30000, 51100 + 62200 + 73300)
    other = f"{pages.marks.amount(0, of('efg')) / 100:.2f}"

    assert not words_of(pages, f"<p>SPENT is {float(spent):.1f}% of {other}</p>").breaches


def test_a_bar_that_no_figure_explains(pages: Pages) -> None:
    food = pages.all_got("abcd", 41100, 52200, 63300, 30000)
    rent = pages.all_got("efg", 51100, 62200, 13300)
    sums = [f"{pages.marks.amount(0, parts) / 100:.2f}" for parts in (food, rent)]
    length = 300 * (51100 + 62200 + 13300) / (41100 + 52200 + 63300 + 30000)

    def chart(*widths: float) -> str:
        bars = "".join(
            f'<g><text>{text}</text><rect x="0" width="{width:.1f}"/></g>'
            for text, width in zip(sums, widths, strict=True)
        )
        return f"<svg>{bars}</svg>"

    pages.page({"Food": food, "Rent": rent}, words=chart(300, length))
    assert not pages.audit().breaches, pages.audit()

    pages.page({"Food": food, "Rent": rent}, words=chart(300, length - 40))

    assert pages.audit().kinds() == {"drawn"}
