"""The public site: its order, what changed in it, its data for machines, and its feed."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import openpyxl
import pandas
import pytest
from lxml import etree, html
from msgspec.structs import replace

from budgettrack.core.base.errors import TrackError
from budgettrack.core.base.months import after
from budgettrack.core.records.model import Plan
from budgettrack.core.views.public_types import PublicRow, PublicView
from budgettrack.reports.base.branding import Branding, contrast
from budgettrack.reports.base.document import Text
from budgettrack.reports.base.translations import words
from budgettrack.reports.mail import letters
from budgettrack.reports.site.pages import site, spending_note
from tests.world.outside import RULES
from tests.world.publishing import Books, pages_of
from tests.world.report_plans import (
    MONTH,
    harbour,
    mail_files,
    nobody_is_paid,
    public,
    site_files,
)

ATOM = "{http://www.w3.org/2005/Atom}"
SECTIONS = ["did", "money", "next", "more"]
FIGURES = ["money", "budget", "kind", "work", "read", "ask"]


def _found(page: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    found = page.xpath(path)
    assert isinstance(found, list)
    return [each for each in found if isinstance(each, html.HtmlElement)]


def _page(made: dict[str, bytes], month: str = MONTH) -> html.HtmlElement:
    return html.fromstring(made[f"{month}.html"].decode())


def _figures(made: dict[str, bytes], month: str = MONTH) -> html.HtmlElement:
    return html.fromstring(made[f"{month}-figures.html"].decode())


def _text(page: html.HtmlElement, section: str) -> str:
    (found,) = _found(page, f'//section[@id="{section}"]')
    return re.sub(r"\s+", " ", found.text_content())


def test_a_page_has_its_parts_in_order_and_all_figures_stand_on_a_page_of_their_own() -> None:
    made = site_files(harbour())
    page, figures = _page(made), _figures(made)

    assert [section.get("id") for section in page.iter("section")] == SECTIONS
    assert [section.get("id") for section in figures.iter("section")] == FIGURES
    assert f"{MONTH}-figures.html" in [link.get("href") for link in page.iter("a")]
    assert f"{MONTH}.html" in [link.get("href") for link in figures.iter("a")]
    assert not list(page.iter("table")), "a chart and its table would be on one screen"


def _reviewed(text: str) -> Plan:
    return replace(harbour(), reviews={MONTH: text})


def test_page_index_feed_and_mail_begin_with_the_words_of_the_group() -> None:
    plan = _reviewed("The room was open on 12 evenings.\n\nWe learnt to cook for twenty.")
    made = site_files(plan)
    entry = etree.fromstring(made["feed.xml"]).find(f"{ATOM}entry")

    paragraphs = [each.text for each in _found(_page(made), '//section[@id="did"]/p')]
    assert paragraphs[:2] == ["The room was open on 12 evenings.", "We learnt to cook for twenty."]
    index = html.fromstring(made["index.html"].decode())
    assert _text(index, "where").strip().startswith("Where we stand The room was open")
    assert str(entry.findtext(f"{ATOM}summary")).startswith("The room was open on 12 evenings. We")  # type: ignore[union-attr]
    (view, *_) = reversed(_views(plan))
    view = replace(view, facts=replace(view.facts, about={"aims": "Nobody dies."}))
    mail = letters.public(view, None, words("en"), letters.Sent())
    assert mail.sections[0].blocks[0] == Text("The room was open on 12 evenings.")
    assert mail.sections[-1].blocks[0] == Text("Nobody dies.")
    # What came in never stands beside what went out without what is left out, and why.
    for told in (str(mail), str(entry.findtext(f"{ATOM}content"))):  # type: ignore[union-attr]
        assert "came in and" in told
        assert "Not in it: money received on grants that are not published" in told


def test_an_arabic_page_keeps_a_latin_name_and_a_mixed_heading_at_its_own_side() -> None:
    page = site_files(harbour(), language="ar")["index.html"].decode()
    mail = mail_files(harbour(), "ar")["mail-public.html"].decode()

    # An element with dir="auto" would stand at the left.
    assert '<p class="who"><bdi>Harbour Peers</bdi></p>' in page
    assert re.search("<h1>.*Harbour Peers", mail)


def test_a_review_with_a_personal_detail_is_on_no_page() -> None:
    made = site_files(_reviewed("Call our friend on +351 912 345 678."))

    assert not [name for name, content in made.items() if b"912 345" in content]
    assert "withheld: it looked like a personal detail" in _text(_page(made), "did")


def _views(plan: Plan) -> list[PublicView]:
    books = Books()
    books.publish(plan, MONTH)
    return books.views(plan)


def test_in_and_out_add_up_from_page_to_page_with_figures_that_are_published_anyway() -> None:
    views = _views(harbour())
    shown = [view for view in views if view.month_sum is not None]

    assert len(shown) >= 3
    for before, view in pairwise(shown):
        through, earlier = view.month_sum, before.month_sum
        assert through is not None
        assert earlier is not None
        assert through.opening == earlier.closing
        assert through.opening + through.came_in - through.went_out == through.closing
        # What is left is what came in less what was spent, both to date, as the tables tell them.
        received = sum(source.to_date for source in view.money_in)
        assert through.closing == received - (view.categories.total.spent or 0)
    text = _text(_page(site_files(harbour())), "money")
    newest = views[-1].month_sum
    assert newest is not None
    amounts = re.findall(r"€([\d,.]+\.\d\d)", text)[:4]
    assert [int(re.sub(r"\D", "", each)) for each in amounts] == [
        newest.opening, newest.came_in, newest.went_out, newest.closing,
    ]  # fmt: skip
    assert "This is not the balance of our bank account, which may be far lower." in text


def test_what_is_left_is_not_shown_where_in_and_out_are_not_about_the_same_money() -> None:
    poor = {id_: replace(each, amount=100) for id_, each in harbour().income.items()}
    plan = replace(harbour(), income=poor)

    assert _views(plan)[-1].month_sum is None
    text = _text(_page(site_files(plan)), "money")
    assert "What is left is not shown" in text
    assert "Left of what is shown" not in text


def test_where_nothing_is_shown_no_reason_is_given_for_what_is_left() -> None:
    """No figure of spending stands there yet: the reason is not that two sums do not fit."""
    plan = replace(harbour(), expenses={})

    assert _views(plan)[-1].month_sum is None
    text = _text(_page(site_files(plan)), "money")
    assert "too few people stand behind it" in text
    assert "not about the same money" not in text


def test_a_small_group_has_a_short_page_without_empty_sections() -> None:
    plan = replace(harbour(), expenses={}, income={}, lines={}, resources={}, activities={})
    page = _page(site_files(plan))

    assert [section.get("id") for section in page.iter("section")] == ["money", "more"]
    assert "–" not in page.text_content()


def _swiss(*unpublished: str) -> Plan:
    """The harbour's plan with grants in a currency that has no rate."""
    plan = harbour()
    swiss = {
        id_: replace(each, currency="CHF", budget_rate=None, publish=id_ not in unpublished)
        for id_, each in plan.grants.items()
        if id_ == "G-1" or id_ in unpublished
    }
    return replace(plan, grants={**plan.grants, **swiss}, rates={})


def test_a_grant_that_is_left_out_for_want_of_a_rate_is_said_with_the_true_reason() -> None:
    plan = _swiss()
    made = site_files(plan)
    title = f"{plan.grants['G-1'].funder}: {plan.grants['G-1'].title}"
    said = f"Left out, because no exchange rate to EUR is known: {title}."

    assert said in _text(_page(made), "money")
    grant = re.sub(r"\s+", " ", made["grants/G-1.html"].decode())
    assert "is in no figure: no exchange rate to EUR is known." in grant
    assert "can be shown under the name" not in grant
    assert "Left out, because no" not in _text(_page(site_files(harbour())), "money")
    assert "no exchange rate" not in site_files(harbour())["grants/G-1.html"].decode()


def test_a_grant_that_is_not_published_is_left_out_without_its_name() -> None:
    plan = _swiss("G-1")

    text = _text(_page(site_files(plan)), "money")

    assert "is known: Withheld: names that are not published." in text
    assert plan.grants["G-1"].funder not in text


def test_where_all_money_is_left_out_the_page_gives_no_other_reason() -> None:
    plan = _swiss()
    alone = replace(
        plan,
        grants={"G-1": plan.grants["G-1"]},
        lines={id_: each for id_, each in plan.lines.items() if each.grant == "G-1"},
        expenses={id_: each for id_, each in plan.expenses.items() if each.grant == "G-1"},
        income={id_: each for id_, each in plan.income.items() if each.grant == "G-1"},
        resources={},
    )

    page = _page(site_files(alone)).text_content()

    assert "Left out, because no exchange rate to EUR is known: Northern" in page
    assert "Something is not shown yet" not in page


def test_every_chart_has_a_title_a_description_and_real_text() -> None:
    made = site_files(harbour())
    month, figures = _page(made), _figures(made)
    drawings = [*month.iter("svg"), *figures.iter("svg")]

    assert len(list(month.iter("svg"))) == 1, "one picture shows this month among the others"
    assert len(drawings) == 2
    for each in drawings:
        ids = each.get("aria-labelledby").split()
        texts = {part.get("id"): part.text for part in each.iter() if part.get("id")}
        assert all(texts[id_] for id_ in ids)
        assert [part.text for part in each.iter() if str(part.tag).endswith("text")]
    assert month.text_content().count("This month among the others: spent") == 1
    # The values of the columns stand in a table of the page with all figures.
    assert "Spent, month by month" in _text(figures, "money")


def test_pages_made_later_have_money_alone_and_say_so() -> None:
    page = _page(site_files(harbour()), "2026-01")

    assert "This page was written later, from the accounts" in page.text_content()
    assert "Two evenings were moved" not in page.text_content()
    assert "Two evenings were moved" in _figures(site_files(harbour())).text_content()


def test_a_page_made_later_with_the_words_of_the_group_denies_only_how_far_activities_came() -> (
    None
):
    plan = replace(harbour(), reviews={"2026-01": "240 people came to three public days."})
    made = site_files(plan)
    month, figures = (_page(made, name).text_content() for name in ("2026-01", "2026-01-figures"))

    assert "240 people came to three public days." in month
    assert "How far each activity had come was not kept for that month." in month
    assert "How far each activity had come was not kept for that month." in figures
    assert "How the work went" not in month + figures


def test_a_total_is_named_as_the_total_of_what_is_shown() -> None:
    figures = _figures(site_files(harbour()))
    names = [_found(row, "th")[0].text_content().strip() for row in _found(figures, "//tbody/tr")]

    assert "Total of what is shown" in names
    assert "Total" not in names


def test_a_grant_in_another_currency_says_in_which_each_amount_is() -> None:
    made = site_files(harbour())
    told = {
        id_: re.sub(
            r"\s+", " ", _page({f"{MONTH}.html": made[f"grants/{id_}.html"]}).text_content()
        )
        for id_ in ("G-1", "G-2")
    }
    currencies = (
        "Award and money received are in GBP, as agreed with the funder; all other amounts are in"
        " EUR, the currency of our books."
    )

    assert currencies in told["G-2"]
    assert "the currency of our books" not in told["G-1"], "all of it is in EUR"


def _spending_note(planned: int | None, spent: int | None, award: int | None = 1) -> str:
    view = public(harbour(), MONTH)
    grant = replace(view.facts.grants[1], currency="GBP", amount=award, instalments=())
    row = PublicRow("row", grant.id, grant.title, planned, spent)
    shown = replace(view, by_grant=replace(view.by_grant, rows=(row,)))
    return spending_note(grant, shown, words("en"))


def test_the_note_of_a_grant_names_only_the_figures_that_stand_there() -> None:
    shown = "can be shown under the name of this grant"

    assert f"Planned and spent are what {shown}." in _spending_note(1, 1)
    assert f"books. Spent is what {shown}." in _spending_note(None, 1)
    assert f"books. Planned is what {shown}." in _spending_note(1, None)
    assert _spending_note(None, None) == f"Nothing {shown} yet."
    assert _spending_note(None, 1, award=None).startswith("Spent is what"), "no award stands there"


def _more_on_supplies(plan: Plan) -> Plan:
    """Every payment of March for supplies was 10.00 more."""
    changed = {
        id_: replace(each, amount=each.amount + 1000)
        for id_, each in plan.expenses.items()
        if each.line == "B-1.2" and each.date.month == 3 and each.state == "paid"
    }
    assert len(changed) >= 3
    return replace(plan, expenses={**plan.expenses, **changed})


def _corrected() -> dict[str, bytes]:
    """March is published, payments are corrected, and April follows."""
    books, plan = Books(), nobody_is_paid()
    books.publish(plan, MONTH)
    corrected = _more_on_supplies(plan)
    books.publish(corrected, "2026-04")
    return dict(site(pages_of(books.views(corrected)), words("en"), Branding()))


def test_a_correction_stands_on_the_new_page_with_both_values_and_the_old_page_stays() -> None:
    made, before = _corrected(), site_files(nobody_is_paid())
    new, old = _text(_page(made, "2026-04"), "changed"), _text(_page(made), "changed")

    values = re.search(r"Supplies.*spent ([\d,.]+) ([\d,.]+)", new)
    assert values, new
    was, now = (Decimal(each.replace(",", "")) for each in values.groups())
    assert now > was
    assert f"{was:,.2f}" in _text(_figures(before), "budget")
    assert f"{now:,.2f}" in _text(_figures(made, "2026-04"), "budget")
    assert "Later pages correct figures that were published before: April 2026" in old
    assert _text(_figures(made), "budget") == _text(_figures(before), "budget")
    index = html.fromstring(made["index.html"].decode())
    assert "with corrections" in _found(index, '//section[@id="months"]//li')[0].text_content()


def test_a_grant_that_may_be_named_no_longer_is_named_on_no_page_again() -> None:
    books, plan = Books(), harbour()
    books.publish(plan, MONTH)
    hidden = replace(
        plan, grants={**plan.grants, "G-2": replace(plan.grants["G-2"], publish=False)}
    )
    books.publish(hidden, after(MONTH))
    made = dict(site(pages_of(books.views(hidden)), words("en"), Branding()))

    for name, content in made.items():
        assert b"Tide Trust" not in content, name
        assert b"G-2" not in content or name.endswith(".xlsx"), name
    assert "grants/G-1.html" in made
    assert "grants/G-2.html" not in made


def test_a_row_without_a_figure_is_not_shown_and_nothing_is_a_row_of_dashes() -> None:
    page = _figures(site_files(harbour()))

    for table in page.iter("table"):
        for row in table.iter("tr"):
            cells = [cell.text_content().strip() for cell in row.findall("td")]
            assert not cells or any(cell != "–" for cell in cells)


def test_what_waits_is_told_once_for_the_whole_group_and_without_an_amount() -> None:
    pages = site_files(harbour())
    notes = [each.text_content() for each in _found(_page(pages), '//*[contains(@class, "note")]')]
    said = "Something is not shown yet, since July 2025: too few people stand behind it."

    assert " ".join(notes).count(said) == 1


def test_an_award_that_is_not_told_leaves_its_place_empty_and_one_sentence() -> None:
    """All that is left of the grant would be one person's pay."""
    line = next(iter(harbour().lines.values()))
    grant = replace(harbour().grants[line.grant], state="active")
    plan = replace(
        harbour(),
        grants={grant.id: grant},
        expenses={},
        income={},
        resources={},
        closed=frozenset(),
    )
    told, untold = (
        site_files(replace(plan, lines={line.id: replace(line, people_paid=people)}))
        for people in (0, 1)
    )
    path = f"grants/{grant.id}.html"

    assert "Award" in _page({f"{MONTH}.html": told[path]}).text_content()
    assert "Award" not in _page({f"{MONTH}.html": untold[path]}).text_content()
    (row,) = [row for row in _found(_figures(untold), "//tr") if grant.title in row.text_content()]
    assert [cell.text_content().strip() for cell in _found(row, "td")][1:] == ["", ""]
    assert _page(untold).text_content().count("Something is not shown yet") == 1


def test_a_group_that_has_shown_no_money_yet_says_so() -> None:
    made = site_files(replace(harbour(), expenses={}, income={}, lines={}, resources={}))
    figures = _figures(made)

    assert "No budget and no spending is shown yet." in _text(figures, "budget")
    assert "No money is shown yet." not in _text(figures, "money"), "the grants have awards"
    assert "Nothing in kind is shown yet." in _text(figures, "kind")
    index = html.fromstring(made["index.html"].decode())
    assert "What we spent is not shown yet." in _text(index, "where")
    assert "Something is not shown yet" not in figures.text_content()


def test_a_month_is_provisional_until_it_is_closed() -> None:
    plan = harbour()
    assert "Provisional: March 2026 is not closed yet" in _page(site_files(plan)).text_content()
    closed = site_files(replace(plan, closed=plan.closed | {MONTH}))
    assert "Provisional: March" not in _page(closed).text_content()


def test_the_index_lists_every_month_newest_first_the_grants_and_the_data() -> None:
    made = site_files(harbour())
    index = html.fromstring(made["index.html"].decode())
    months = [link.get("href") for link in _found(index, '//section[@id="months"]//a')]

    assert months[0] == f"{MONTH}.html"
    assert months == sorted(map(str, months), reverse=True)
    assert [year.text for year in _found(index, '//section[@id="months"]/h3')] == ["2026", "2025"]
    assert {link.get("href") for link in _found(index, '//section[@id="data"]//a')} <= set(made)
    assert [link.get("href") for link in _found(index, '//section[@id="grants"]//a')] == [
        "grants/G-1.html",
        "grants/G-2.html",
    ]


# ---- data for machines


@pytest.mark.slow
def test_frictionless_finds_the_data_package_valid(tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    for name, content in site_files(harbour()).items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.to_summary()
    assert report.stats["tasks"] == 11

    # The check can fail.
    broken = tmp_path / "data" / "standings.csv"
    broken.write_bytes(broken.read_bytes().replace(b",EUR,", b",EUR,x", 1))
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_csv_json_and_workbook_say_the_same_as_the_page() -> None:
    made = site_files(harbour())
    standings = pandas.read_csv(
        io.BytesIO(made["data/standings.csv"]), dtype=str, keep_default_na=False
    )
    data = json.loads(made["data.json"])
    book = openpyxl.load_workbook(io.BytesIO(made["data.xlsx"]))

    assert [list(row.values()) for row in data["standings"]] == [[value or None if name in ("through", "planned", "spent", "grant", "activity") else value for name, value in row.items()] for row in standings.to_dict("records")]  # fmt: skip
    assert book["standings"].max_row == len(standings) + 1
    newest = standings[(standings.month == MONTH) & (standings.table == "category")]
    rows, total = newest[newest.kind != "total"], newest[newest.kind == "total"]
    assert sum(Decimal(each or "0") for each in rows.spent) == Decimal(total.spent.iloc[0])
    page = _text(_figures(made), "budget")
    assert f"{Decimal(total.spent.iloc[0]):,.2f}" in page
    assert set(standings[standings.table == "grant"].name) <= {"G-1", "G-2", "Withheld: names that are not published", "Money without a grant", "Not told apart", "Total of what is shown"}  # fmt: skip


# ---- the feed


def test_the_feed_is_atom_and_tells_the_month() -> None:
    made = site_files(harbour())
    feed = etree.fromstring(made["feed.xml"])
    entries = feed.findall(f"{ATOM}entry")

    assert feed.tag == f"{ATOM}feed"
    for each in (feed, *entries):
        assert all(each.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert len({each.findtext(f"{ATOM}id") for each in entries}) == len(entries) == 9
    newest = entries[0]
    assert "March 2026" in str(newest.findtext(f"{ATOM}title"))
    assert "Two evenings were moved" in str(newest.findtext(f"{ATOM}content"))
    assert newest.find(f"{ATOM}link").get("href") == f"{MONTH}.html"  # type: ignore[union-attr]
    assert feed.find(f"{ATOM}author") is not None


ATOM_GRAMMAR = etree.RelaxNG(etree.parse(str(RULES / "atom" / "atom.rng")))
ATOM_RULES = (
    "/a:feed/a:author or not(//a:entry[not(a:author)])",
    "not(//a:entry[not(a:link[@rel='alternate'] or a:link[not(@rel)] or a:content)])",
    "count(//a:id) = count(//a:id[not(. = preceding::a:id)])",
)
"""What RFC 4287 demands beside its grammar."""


@cache
def _feed() -> bytes:
    return site_files(harbour())["feed.xml"]


def _feed_faults(feed: bytes) -> list[str]:
    root = etree.fromstring(feed)
    ATOM_GRAMMAR.validate(root)
    broken = [rule for rule in ATOM_RULES if not root.xpath(rule, namespaces={"a": ATOM[1:-1]})]
    return [str(fault) for fault in ATOM_GRAMMAR.error_log] + broken


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_feed_keeps_the_grammar_and_the_rules_of_atom(language: str) -> None:
    feed = site_files(harbour(), language=language)["feed.xml"]

    assert _feed_faults(feed) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (rb"<updated>[^<]*</updated>", b"<updated>2026-03-31</updated>"),
        (rb"<author>.*?</author>", b""),
        (rb"<id>[^<]*</id>", b"<id>urn:the-same</id>"),
        (rb' type="html"', b' type="markdown"'),
        (rb' href="[^"]*"', b""),
        (rb"<title>[^<]*</title>", b""),
        (rb'xml:lang="en"', b'xml:lang="English (UK)"'),
    ],
)
def test_a_fault_of_a_feed_is_seen(right: bytes, wrong: bytes) -> None:
    feed, times = re.subn(right, wrong, _feed(), flags=re.DOTALL)

    assert times
    assert _feed_faults(feed)


# ---- the look


def test_a_logo_and_two_colours_change_the_look(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "utf-8")
    text = site_files(
        harbour(), look=Branding(logo=logo, colours=("#5a2a82", "#b35900"), paper="letter")
    )["index.html"].decode()

    assert 'src="data:image/svg+xml;base64,' in text
    assert "--mark: #5a2a82" in text
    assert "@page { size: letter; }" in text


def test_a_logo_that_is_missing_or_too_large_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        TrackError, match=r"The logo .*logo\.png cannot be read: No such file.*nothing was written"
    ):
        site_files(harbour(), look=Branding(logo=tmp_path / "logo.png"))
    (tmp_path / "big.png").write_bytes(b"x" * 50_000)
    with pytest.raises(
        TrackError, match=r"big\.png is 50 kB\. Every page contains it, so the limit is 40 kB"
    ):
        site_files(harbour(), look=Branding(logo=tmp_path / "big.png"))


def test_contrast_is_that_of_the_guidelines() -> None:
    assert round(contrast("#767676"), 2) == 4.54
    assert contrast("#777777") < 4.5
