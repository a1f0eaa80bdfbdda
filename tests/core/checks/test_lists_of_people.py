"""Lists of people do not belong into a workbook that others open."""

from __future__ import annotations

import pytest

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid, Value
from budgettrack.core.checks.lists_of_people import lists_of_people
from budgettrack.core.records.tables import TABLES


def told(tab: str, *rows: tuple[Value, ...], mark: str = "") -> list[Finding]:
    return list(lists_of_people(Book((Grid(tab, rows, mark=mark),))))


@pytest.mark.parametrize(
    ("tab", "headings", "what"),
    [
        ("Members", ("No", "Name", "Phone"), "names, telephone numbers"),
        ("Members", ("Name", "E-mail"), "names, addresses"),
        ("Power map", ("First name", "Mobile"), "names, telephone numbers"),
        ("Participants", ("Name", "Date of birth", "Gender"), "names, ages, genders"),
        ("Questionnaire", ("Respondent", "Age", "HIV status"), "answers, ages, health"),
        ("Участники", ("ФИО", "Дата рождения"), "names, ages"),
        ("Contacts", ("Prénom", "Téléphone"), "names, telephone numbers"),
        ("Учасники", ("Ім'я", "ВІЛ"), "names, health"),
        ("الأعضاء", ("الاسم", "رقم الهاتف"), "names, telephone numbers"),
        ("اعضا", ("نام", "سن"), "names, ages"),
        ("Members", ("Name", "Paid"), "names"),
        ("Membership", ("Member", "Joined", "Fee paid"), "names"),
        ("Power map", ("Organisation", "Contact person", "Influence"), "names"),
        ("Mapa de poder", ("Organización", "Persona de contacto"), "names"),
        ("Карта влияния", ("Организация", "Контактное лицо"), "names"),
        ("Answers", ("Q1", "Q2", "Question 3"), "answers"),
        ("Demographics", ("Gender", "Age group", "Number"), "genders, ages"),
        ("Encuesta", ("Edad", "Sexo", "Respuesta"), "ages, genders, answers"),
        ("Contactos", ("Nombre", "Organización", "Correo electrónico"), "names, addresses"),
        ("Carte du pouvoir", ("Nom", "Influence", "Téléphone"), "names, telephone numbers"),
        ("Mitgliederliste", ("Vorname", "seit"), "names"),
        ("Карта влияния", ("Имя", "Организация", "Телефон"), "names, telephone numbers"),
        ("Анкета", ("Вік", "Відповідь"), "ages, answers"),
        ("Power map", ("Organisation", "Phone", "Influence"), "telephone numbers"),
        ("Power map", ("Role", "E-mail"), "addresses"),
        ("Карта влияния", ("Роль", "Телефон"), "telephone numbers"),
        ("Carte du pouvoir", ("Personne", "Influence"), "names"),
        ("Members", ("Code", "Mobile"), "telephone numbers"),
        ("Demographics", ("Code", "Ethnicity"), "origins"),
        # A single column is enough in every tab.
        ("Notes", ("Activity", "HIV status"), "health"),
    ],
)
def test_a_list_of_people_is_told_with_its_row(
    tab: str, headings: tuple[str, ...], what: str
) -> None:
    assert told(tab, ("Our list",), headings, ("1", "x", "y")) == [
        Finding("list-of-people", values=(("what", what),), tab=tab, row=1)
        if tab != "Notes"
        else Finding("list-of-people", id="tab 1", values=(("what", what),))
    ]


@pytest.mark.parametrize(
    ("tab", "headings"),
    [
        ("Our members 2026", ("First name", "Since")),
        ("Liste des membres", ("Nom", "Prénom", "Adhésion")),
        ("Список участников", ("ФИО", "Дата")),
        ("قائمة الأعضاء", ("الاسم", "تاريخ الانضمام")),
        ("Work-plan 2027", ("Activity", "Date of birth")),
    ],
)
def test_a_title_with_other_words_is_not_repeated(tab: str, headings: tuple[str, ...]) -> None:
    (finding,) = told(tab, headings)

    assert finding.place == "tab 1"


def test_the_title_of_another_tab_may_be_a_name_and_is_not_repeated() -> None:
    (finding,) = told("Sasha", ("Name", "Date of birth"))
    assert finding.place == "tab 1"
    assert "Sasha" not in str(finding)
    assert finding.problem == (
        "This tab looks like a list of people: its columns hold names, ages."
    )
    assert finding.remedy == (
        "Keep it outside this workbook, which partners and funders may open, and delete it here."
    )


@pytest.mark.parametrize(
    "headings",
    [
        ("First name", "Last name", "Signature"),
        ("Prénom", "Nom de famille"),
        ("No", "ФИО", "Фамилия"),
    ],
)
def test_two_columns_of_names_are_a_list_in_a_tab_of_any_title(headings: tuple[str, ...]) -> None:
    (finding,) = told("12 March", headings)
    assert finding.values == (("what", "names"),)


def test_each_list_without_a_title_is_known_by_the_number_of_its_tab() -> None:
    people = (("Name", "Date of birth"),)
    book = Book((Grid("Budget", ()), Grid("Sasha", people), Grid("Robin", people)))

    assert [finding.place for finding in lists_of_people(book)] == ["tab 2", "tab 3"]
    assert len({finding.identity for finding in lists_of_people(book)}) == 2


@pytest.mark.parametrize(
    ("tab", "headings"),
    [
        ("Members", ("Code", "Paid")),  # dues by a code, or a name that somebody chose
        ("Members' meetings", ("Date", "Topic", "Lead role")),
        ("Contacts of services", ("Service", "Opening hours", "Phone")),
        ("Travel", ("Who", "Person", "Kilometres")),
        ("Budget 2025", ("Name", "Q1", "Q2", "Q3", "Q4")),  # quarters, not questions
        ("Suppliers", ("Name", "Address", "Phone")),  # firms have these too
        ("Suppliers", ("Firm", "Contact person", "Phone")),
        ("Power map", ("Organisation", "Influence", "Whom to ask")),
        ("Members", (7, None, "Name" * 20)),
        ("Indicators", ("Gender", "Women", "Men")),
        ("Empty", ()),
    ],
)
def test_other_tabs_are_left_alone(tab: str, headings: tuple[Value, ...]) -> None:
    assert told(tab, headings, ("a", "b", "c")) == []


def test_rows_far_below_and_our_own_tabs_are_no_headings() -> None:
    far = [("x",)] * 10 + [("Name", "Date of birth")]
    assert told("Members", *far) == []
    assert told("Checks", ("Name", "Date of birth"), mark="checks Checks") == []


def test_no_tab_of_ours_is_taken_for_one() -> None:
    for table in TABLES:
        headings = tuple(column.heading for column in table.columns)
        assert told(table.tab, headings) == []


@pytest.mark.parametrize(
    ("tab", "heading", "what"),
    [
        ("Work-plan", "HIV status", "health"),
        ("Agreements", "Contact person", "names"),
        ("Expenses", "Prénom", "names"),
        ("Budget", "Date of birth", "ages"),
        ("Grants", "Контактное лицо", "names"),
    ],
)
def test_a_column_of_persons_in_a_tab_of_ours_is_told_with_its_cell(
    tab: str, heading: str, what: str
) -> None:
    (finding,) = told(tab, (), ("ID", "Note", heading), ("1", "x", "y"))
    assert (finding.code, finding.place) == ("personal-column", f"'{tab}'!C2")
    assert finding.problem == f"This column seems to hold {what} of persons."
    assert finding.remedy == (
        "Keep them outside this workbook, which partners and funders may open, and delete the column"
        " here. A role or an organisation may stand in the place of a person."
    )


def test_a_list_of_people_in_a_tab_of_ours_is_told_column_by_column() -> None:
    found = told("Work-plan", ("ID", "Age", "Activity", "Gender"), ("1", "x", "y", "z"))
    assert [(one.place, *one.values) for one in found] == [
        ("'Work-plan'!B1", ("what", "ages")),
        ("'Work-plan'!D1", ("what", "genders")),
    ]


@pytest.mark.parametrize("heading", ["Name", "Contact", "Phone", "Payee", "Lead role"])
def test_other_columns_of_a_tab_of_ours_are_left_alone(heading: str) -> None:
    assert told("Agreements", ("ID", "Other party", heading), ("1", "First name", "x")) == []
    assert told("Agreements") == []
