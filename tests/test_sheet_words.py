"""The workbook in the group's own language: written in it, read in every language."""

from __future__ import annotations

import json
import string
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.config.load import load
from budgettrack.config.sheet_words import CATALOGS, languages, sheet_words
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.sheet_words import ENGLISH, in_every_language
from budgettrack.core.cells.values import read
from budgettrack.core.checks_tab import checks
from budgettrack.core.own_tabs import SUMMARY_HEADINGS
from budgettrack.core.records.tables import (
    CHECKS,
    CHECKS_HEADINGS,
    KEPT_EDITS,
    SUMMARY,
    TABLES,
    names,
    normal,
)
from budgettrack.group import open_group
from budgettrack.register import queries
from budgettrack.setup.sample import write_sample
from budgettrack.workbook.google.layout import new_tabs
from budgettrack.workbook.google.tabs import new_page
from budgettrack.workbook.layout import TITLES, WHOLE_ORDER, guide, seen_by, titles
from budgettrack.workbook.xlsx.layout import new_workbook
from docs import words as catalogs

ON = ("--on", "2026-11-10")
LANGUAGES = catalogs.COMPLETE_IN_SHEETS


def run(*typed: str, code: tuple[int, ...] = (0, 3)) -> str:
    result = CliRunner().invoke(main, list(typed))
    assert result.exit_code in code, result.output
    return result.stdout


# What Start here says


EVERY = WHOLE_ORDER
"""The tables of a workbook in which every tab was asked for."""


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_start_here_says_of_each_tab_who_sees_it_as_the_audiences_of_its_columns_do(
    language: str,
) -> None:
    words = sheet_words(language)
    (told,) = [row.right for row in guide(words, EVERY) if row.left == words.say("Tabs")]
    public = {table.tab for table in TABLES if any(c.audience == "public" for c in table.columns)}
    others = {table.tab for table in TABLES} - public
    lists = {who: ", ".join(map(words.tab, named)) for who, named in seen_by(EVERY).items()}

    assert public == set(seen_by(EVERY)["public"])
    assert {"Months", "Indicators", "Agreements", "About us"} <= public
    assert others | {SUMMARY, CHECKS} == {
        title for who in ("totals", "funder", "never") for title in seen_by(EVERY)[who]
    }
    places = [told.index(lists[who]) for who in ("public", "totals", "funder", "never")]
    assert places == sorted(places)
    assert told.count(lists["never"]) == 1
    # A workbook without the tabs of supplies does not speak of them.
    assert not {"Lots", "Handed out"} & {*seen_by()["never"]}


def test_start_here_in_english_tells_what_is_published() -> None:
    (told,) = [row.right for row in guide() if row.left == "Tabs"]

    assert told == (
        "On the public page: the green columns of Work-plan, Indicators, Budget, Grants, Resources,"
        " Agreements, Rates, Months, Stories, About us; an agreement only with Publish 'yes', a story"
        " only with consent too. There only as totals: Expenses, Income. Only for the funder of a grant: Deadlines, Narrative. Never"
        " published: Summary, Checks."
    )


# The catalogs


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_of_the_workbook_is_complete_and_fills_the_same_places(language: str) -> None:
    with (CATALOGS / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    told = {(message.context, message.id): message for message in catalog if message.id}
    assert set(told) == {
        (message.context, message.id) for message in catalogs.sheet_template() if message.id
    }, "run: python docs/words.py"
    for (_, english), message in told.items():
        assert message.string, english
        assert not message.fuzzy, english
        assert _places(str(message.string)) == _places(str(english))


def test_the_names_that_are_read_are_those_of_the_catalogs() -> None:
    assert catalogs.NAMES_FILE.read_text("utf-8") == catalogs.names(), "run: python docs/words.py"
    assert languages() == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_means_one_thing(language: str) -> None:
    words = sheet_words(language)
    titles = [words.tab(title) for title in (*TITLES, KEPT_EDITS)]
    assert len({normal(title) for title in titles}) == len(titles)
    for title in titles:
        assert len(title) <= 31
        assert not set(title) & set(r":\/?*[]'")
    for table in TABLES:
        known = names(table)
        for column in table.columns:
            if column.owner != "register":
                assert known[normal(words.heading(column.heading))] is column
            for choice in column.choices:
                assert read(words.choice(choice), "choice", "en", column.choices) == choice
                assert read(words.choice(choice).upper(), "choice", "en", column.choices) == choice
    for headings in (SUMMARY_HEADINGS, CHECKS_HEADINGS):
        assert len({words.heading(heading) for heading in headings}) == len(headings)


def test_no_tab_of_one_language_is_another_table_in_another() -> None:
    by_table = {
        table.name: {normal(title) for title in in_every_language("tab", table.tab)}
        for table in TABLES
    }
    for one, other in combinations(by_table.values(), 2):
        assert not one & other


def test_a_language_without_a_catalog_stays_english_and_a_country_changes_nothing() -> None:
    assert sheet_words("pt_PT") is ENGLISH
    assert sheet_words("fr_CA") is sheet_words("fr_CA")
    assert sheet_words("fr-CA").tab("Budget") == sheet_words("fr").tab("Budget")
    assert sheet_words("es").heading("Amount") == "Importe"
    assert sheet_words("es").choice("a word of ours") == "a word of ours"


# The workbook


def _findings() -> list[tuple[Any, ...]]:
    return [
        (each["code"], each["place"].partition("!")[2], each["id"], each["field"])
        for each in json.loads(run("checks", "--json"))
    ]


def _held(folder: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """The register and the findings of the sample, written and synced in a language."""
    monkeypatch.chdir(folder)
    write_sample(folder / "plan.xlsx", words=sheet_words(language))
    (folder / "budgettrack.toml").write_text(
        f'[organisation]\nname = "G"\ncurrency = "EUR"\nlanguage = "{language}"\n'
        '[workbook]\nxlsx = "plan.xlsx"\nlocale = "en"\n[register]\nurl = "sqlite:///r.sqlite"\n'
    )
    run("sync", *ON)
    with open_group(load(folder / "budgettrack.toml")) as group:
        register = group.register.ask(queries.load).records
    variance = json.loads(run("variance", "--json", *ON))
    return register, variance, _findings()


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_means_the_same_in_every_language(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "own").mkdir()
    english = _held(tmp_path / "en", "en", monkeypatch)
    own = _held(tmp_path / "own", language, monkeypatch)
    assert len(english[2]) > 40
    assert own == english

    # The second sync has no copied ID to tell of any more; after it, nothing is left to write.
    run("sync", *ON)
    before = (tmp_path / "own" / "plan.xlsx").read_bytes()
    run("sync", *ON)
    assert (tmp_path / "own" / "plan.xlsx").read_bytes() == before

    words = sheet_words(language)
    book = openpyxl.load_workbook("plan.xlsx")
    assert book.sheetnames == [words.tab(title) for title in titles(EVERY)]
    checks = book[words.tab("Checks")]
    assert checks["A1"].value == words.say("What to look at")
    assert int(checks["A1"].alignment.readingOrder) == (2 if words.right_to_left else 0)
    assert [cell.value for cell in checks[4]] == [words.heading(text) for text in CHECKS_HEADINGS]
    told = {sheet.title: bool(sheet.sheet_view.rightToLeft) for sheet in book}
    assert told == dict.fromkeys(book.sheetnames, words.right_to_left)


def test_what_the_prompt_changes_is_written_in_the_language_of_the_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", "--xlsx", "plan.xlsx", "--language", "fr", "--start", "2026-01-01")
    book = openpyxl.load_workbook("plan.xlsx")
    sheet = book["Subventions"]
    headings = [cell.value for cell in sheet[1]]
    row = {"Bailleur": "Fonds du port", "Titre": "Accueil", "État": "Demandée", "Devise": "EUR"}
    for heading, value in (row | {"Publier": "Oui", "Restricted": "x"}).items():
        if heading in headings:
            sheet.cell(2, headings.index(heading) + 1, value)
    book.save("plan.xlsx")
    run("sync", *ON)
    grant = json.loads(run("grants", "list", "--json"))
    assert '"applied"' in json.dumps(grant)
    run("grants", "set", "G-1", "Montant=900", "État=accordée", *ON)
    run("sync", *ON)
    sheet = openpyxl.load_workbook("plan.xlsx")["Subventions"]
    typed = {heading: sheet.cell(2, at).value for at, heading in enumerate(headings, 1)}
    assert typed["État"] == "accordée"
    assert typed["Publier"] == "Oui"
    assert "awarded" in run("grants", "list")
    page, *_ = run("report", "funder", "G-1", "--month", "2026-01", *ON).splitlines()
    assert "dans l&#39;onglet Mois" in Path(page).read_text()


def test_status_and_checks_tell_a_finding_in_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", "--xlsx", "plan.xlsx", "--language", "fr", "--start", "2026-01-01")
    book = openpyxl.load_workbook("plan.xlsx")
    book["Recettes"]["A2"] = "I-1"
    book.save("plan.xlsx")
    run("sync", *ON)
    for command in ("checks", "status"):
        assert "est vide. Remplissez-la" in " ".join(run(command).split())


def test_an_english_column_stays_english_beside_french_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group that began in English and reports in French keeps its headings and choices."""
    monkeypatch.chdir(tmp_path)
    run("init", "--xlsx", "plan.xlsx", "--start", "2026-01-01")
    config = Path("budgettrack.toml")
    config.write_text(config.read_text().replace('"en"', '"fr"'))
    book = openpyxl.load_workbook("plan.xlsx")
    for at, value in enumerate((None, "Harbour Fund", "Drop-in", "applied", None, "EUR"), 1):
        book["Grants"].cell(2, at, value)
    book.save("plan.xlsx")
    run("sync", *ON)
    run("grants", "set", "G-1", "amount=900", "state=awarded", *ON)
    run("sync", *ON)
    book = openpyxl.load_workbook("plan.xlsx")
    assert book["Grants"]["D2"].value == "awarded"
    assert "Vérifications" not in book.sheetnames
    assert book["Checks"]["A1"].value == "À regarder"


def test_a_conflict_is_settled_by_the_word_of_the_dropdown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", "--xlsx", "plan.xlsx", "--language", "es", "--start", "2026-01-01")
    book = openpyxl.load_workbook("plan.xlsx")
    for at, value in enumerate((None, "Fondo del puerto", "Acogida", "activa", None, "EUR"), 1):
        book["Subvenciones"].cell(2, at, value)
    book.save("plan.xlsx")
    run("sync", *ON)
    run("grants", "set", "G-1", "title=Acogida nueva", *ON)
    book = openpyxl.load_workbook("plan.xlsx")
    book["Subvenciones"]["C2"] = "Acogida de noche"
    book.save("plan.xlsx")
    run("sync", *ON)
    book = openpyxl.load_workbook("plan.xlsx")
    checks = book["Comprobaciones"]
    keep = next(row[6] for row in checks.iter_rows(5) if row[7].value == "conflict")
    assert [rule.formula1 for rule in checks.data_validations.dataValidation] == ['"hoja,registro"']
    keep.value = "registro"
    book.save("plan.xlsx")
    run("sync", *ON, code=(0,))
    sheet = openpyxl.load_workbook("plan.xlsx")["Subvenciones"]
    assert sheet["C2"].value == "Acogida nueva"


def test_an_online_workbook_is_laid_out_from_the_right_in_its_language() -> None:
    words = sheet_words("ar")
    made = new_tabs(sheet_ids=range(1, len(TITLES) + 1), locale="", words=words)
    added = [request["addSheet"]["properties"] for request in made if "addSheet" in request]
    assert [tab["title"] for tab in added] == [words.tab(title) for title in TITLES]
    assert all(tab["rightToLeft"] for tab in added)
    english = new_tabs(sheet_ids=range(1, len(TITLES) + 1), locale="")
    assert not any("rightToLeft" in str(request) for request in english)


def test_a_name_in_a_sentence_from_the_right_does_not_reorder_the_words_around_it() -> None:
    told = sheet_words("ar").say("There is no tab {tab}.", tab="Grants")
    assert "\u2068Grants\u2069" in told
    assert sheet_words("fr").say("There is no tab {tab}.", tab="Grants") == (
        "Il n'y a pas d'onglet Grants."
    )


def test_cells_are_read_from_the_right(tmp_path: Path) -> None:
    for language, order in (("ar", 2), ("fr", 0)):
        path = tmp_path / f"{language}.xlsx"
        new_workbook(path, words=sheet_words(language))
        first = openpyxl.load_workbook(path).worksheets[0]
        assert int(first["B1"].alignment.readingOrder) == order


def test_people_may_type_into_the_keep_cells_of_an_online_tab_in_any_language() -> None:
    words = sheet_words("uk")
    page = checks((Finding("conflict-removed-here", "grants", "G-1"),), {0: "key #1"}, "uk", words)
    (protected,) = (
        request["addProtectedRange"]["protectedRange"]
        for request in new_page(page, 7)
        if "addProtectedRange" in request
    )
    at = CHECKS_HEADINGS.index("Keep")
    assert protected["unprotectedRanges"] == [
        {"sheetId": 7, "startColumnIndex": at, "endColumnIndex": at + 1}
    ]
