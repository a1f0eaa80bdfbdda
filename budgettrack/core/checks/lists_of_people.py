"""Checks that no tab looks like a list of people: members, participants, answers, contacts.

The workbook is open to partners and funders, and a leaked name can cost somebody their freedom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid, Value
from budgettrack.core.cells.headings import HEADINGS_WITHIN
from budgettrack.core.records.tables import TABLES, folded

HEADINGS: Mapping[str, str] = {
    "names": (
        "name,first name,last name,full name,surname,family name,forename,given name,"
        "nickname,alias,nom,prenom,nom et prenom,nombre,apellido,apellidos,"
        "nombre y apellidos,nome,sobrenome,vorname,nachname,имя,фамилия,фио,отчество,"
        "ім'я,прізвище,піб,الاسم,اسم,الاسم الكامل,اللقب,نام,نام خانوادگی,nom complet,"
        "nom de famille,nombre completo,nome completo,имя и фамилия,прізвище та ім'я,"
        "member,member name,contact person,contact name,key contact,membre,"
        "personne de contact,personne a contacter,nom du contact,miembro,persona de contacto,"
        "pessoa de contato,pessoa de contacto,mitglied,ansprechperson,ansprechpartner,"
        "kontaktperson,контактное лицо,участник,контактна особа,учасник,العضو,عضو,شخص الاتصال,"
        "جهة الاتصال,شخص رابط"
    ),
    "ages": (
        "date of birth,birth date,birthday,dob,born,age,age group,year of birth,date de naissance,"
        "age ans,fecha de nacimiento,edad,data de nascimento,idade,geburtsdatum,alter,"
        "tranche d age,grupo de edad,возрастная группа,дата рождения,возраст,год рождения,"
        "дата народження,вік,تاريخ الميلاد,العمر,"
        "تاریخ تولد,سن"
    ),
    "genders": (
        "gender,sex,gender identity,pronouns,sexual orientation,genre,sexe,genero,sexo,"
        "geschlecht,пол,гендер,стать,الجنس,النوع الاجتماعي,جنسیت"
    ),
    "identity numbers": (
        "identity number,id number,passport,passport no,national id,ssn,nif,dni,cpf,"
        "identity card,numero d identite,carte d identite,pasaporte,паспорт,инн,снилс,"
        "іпн,رقم الهوية,جواز السفر,کد ملی,شماره ملی"
    ),
    "telephone numbers": (
        "phone,phone number,telephone,mobile,whatsapp,signal,telegram,contact number,"
        "contact,contacto,kontakt,контакт,telefono,telefone,telefon,handy,"
        "numero de telephone,телефон,номер телефона,"
        "номер телефону,الهاتف,رقم الهاتف,تلفن,شماره تلفن"
    ),
    "addresses": (
        "address,home address,street,e mail,email,mail address,courriel,"
        "adresse electronique,correo electronico,correo,adresse,direccion,"
        "domicilio,endereco,адрес,адреса,العنوان السكني,البريد الإلكتروني,نشانی,ایمیل"
    ),
    "health": (
        "hiv,hiv status,hiv test,hepatitis,hep c,hcv,art,on art,oat,on oat,ost,methadone,"
        "diagnosis,statut vih,vih,vih sida,estado serologico,вич,віл,вич статус,віл статус,гепатит,"
        "диагноз,діагноз,فيروس نقص المناعة,التشخيص,اچ آی وی"
    ),
    "origins": (
        "ethnicity,ethnic group,nationality,religion,ethnie,nationalite,etnia,nacionalidad,"
        "nacionalidade,herkunft,staatsangehorigkeit,"
        "национальность,этническая группа,гражданство,національність,громадянство,الجنسية,"
        "العرق,ملیت,قومیت"
    ),
    "drug use": (
        "drug,drugs,drugs used,drug used,substance,substances,injects,injecting,"
        "years of use,produit,produits consommes,sustancia,sustancias,consumo,наркотик,"
        "вещество,речовина,المخدر,المادة,مواد مصرفی"
    ),
    "answers": (
        "respondent,respondent no,interviewee,answer,repondant,reponse,encuestado,"
        "respuesta,респондент,ответ,відповідь,المجيب,پاسخ‌دهنده"
    ),
}
"""The kinds of columns in a list of people, each with its usual headings (in small letters,
without accents)."""

_ALONE = (
    "date of birth,birth date,year of birth,gender identity,sexual orientation,hiv status,"
    "passport no,identity number,national id,ssn,date de naissance,statut vih,numero d identite,"
    "carte d identite,fecha de nacimiento,estado serologico,data de nascimento,geburtsdatum,"
    "дата рождения,год рождения,вич статус,дата народження,віл статус,تاريخ الميلاد,"
    "رقم الهوية,تاریخ تولد,کد ملی"
)
"""Headings that are about a person wherever they stand: one such column is enough, also in a tab
of ours."""

_OF_A_PERSON = (
    "first name,last name,full name,surname,family name,forename,nickname,member,member name,"
    "contact person,contact name,key contact,prenom,nom et prenom,nom de famille,membre,"
    "personne de contact,personne a contacter,nom du contact,apellido,apellidos,"
    "nombre y apellidos,nombre completo,miembro,persona de contacto,sobrenome,nome completo,"
    "pessoa de contato,pessoa de contacto,vorname,nachname,mitglied,ansprechperson,"
    "ansprechpartner,kontaktperson,фамилия,фио,отчество,имя и фамилия,контактное лицо,прізвище,"
    "піб,прізвище та ім'я,контактна особа,الاسم الكامل,اللقب,العضو,عضو,شخص الاتصال,"
    "نام خانوادگی,شخص رابط"
)
"""Headings of a column of names of persons. A column *Name* may be of anything, so it is not
here. In a tab of ours one such column is enough."""

_TITLES = (
    "members,membership,member list,participants,attendance,clients,beneficiaries,"
    "contacts,power map,questionnaire,answers,responses,registration,volunteers,"
    "peers,membres,participants liste,contacts liste,miembros,participantes,"
    "contactos,respuestas,membros,mitglieder,teilnehmende,участники,члены,контакты,"
    "анкеты,ответы,учасники,члени,контакти,الأعضاء,المشاركون,اعضا,شرکت‌کنندگان,"
    "survey,demographics,questionnaires,reponses,enquete,demographie,carte du pouvoir,"
    "encuesta,cuestionario,mapa de poder,demografia,mitgliederliste,teilnehmerliste,"
    "umfrage,fragebogen,участников,членов,анкета,опрос,карта влияния,учасників,членів,"
    "опитування,карта впливу,المشاركين,استبيان,خريطة القوى,پرسشنامه"
)
"""Titles, or words of titles, of tabs that are lists of people. If a title has other words too,
these may be the name of a person, so a message gives the number of the tab instead."""

_OF_PERSONS = (
    "members,membership,member list,participants,attendance,clients,beneficiaries,power map,"
    "volunteers,peers,membres,participants liste,miembros,participantes,membros,mitglieder,"
    "teilnehmende,участники,члены,учасники,члени,الأعضاء,المشاركون,اعضا,شرکت‌کنندگان,"
    "carte du pouvoir,mapa de poder,mitgliederliste,teilnehmerliste,участников,членов,"
    "карта влияния,учасників,членів,карта впливу,المشاركين,خريطة القوى"
)
"""Those of the titles that are about persons, or about a power map: there a telephone number or an
address is the contact of a person. A tab *Contacts* may have services only."""

_PERSON = "person,who,personne,persona,pessoa,человек,лицо,особа,الشخص,شخص,فرد"
"""Headings of names in a tab whose title says that it is a list of people."""

_QUESTION = re.compile(
    r"(?:q|question|pregunta|pergunta|frage|вопрос|питання|سؤال|السؤال|پرسش) ?\d{1,3}"
)
"""A heading of a column of answers, such as `Q7`. `Q1` to `Q4` may be quarters, so such headings
count only in a tab whose title says that it is a list of people."""

_SURE = frozenset(
    {"ages", "genders", "origins", "identity numbers", "health", "drug use", "answers"}
)
"""The kinds of columns that only a list of persons has. A list of firms or organisations has
none of them."""


def _kinds() -> dict[str, str]:
    return {
        folded(heading): kind
        for kind, headings in HEADINGS.items()
        for heading in headings.split(",")
    }


_KIND_OF = _kinds()
_LISTS = frozenset(map(folded, _TITLES.split(",")))
_PERSONS = frozenset(map(folded, _OF_PERSONS.split(",")))
_PERSON_HEADINGS = frozenset(map(folded, _PERSON.split(",")))
_TOLD = _LISTS | {folded(table.tab) for table in TABLES}
"""The titles that a message may repeat: none of them is the name of a person."""
_OURS = frozenset(folded(table.tab) for table in TABLES)
_PERSONAL = frozenset(map(folded, _ALONE.split(",")))
_NAMES = frozenset(map(folded, _OF_A_PERSON.split(",")))


def lists_of_people(book: Book) -> Iterator[Finding]:
    """Yields a finding for each tab that has the headings of a list of people.

    These are two kinds of columns, at least one of which only a list of persons has, or two columns
    of names, such as *First name* and *Last name*. If the title says that the tab is a list of
    people, one kind is enough: names, or one that only such a list has; in a list of persons and a
    power map also telephone numbers and addresses. A column such as *Date of birth* is enough in
    every tab.

    A tab of ours must stay, so each such column of it is told with its cell. So is a column of
    names, such as *Contact person*."""
    for number, grid in enumerate(book.grids, 1):
        if folded(grid.tab) in _OURS and not grid.mark:
            yield from _columns_in(grid)
            continue
        found = None if grid.mark else _list_in(grid)
        if found is None:
            continue
        row, kinds = found
        what = (("what", ", ".join(kinds)),)
        if folded(grid.tab) in _TOLD:
            yield Finding("list-of-people", values=what, tab=grid.tab, row=row)
        else:
            yield Finding("list-of-people", id=f"tab {number}", values=what)


def _columns_in(grid: Grid) -> Iterator[Finding]:
    """Yields a finding for each column of a tab of ours that is about persons."""
    rows = enumerate(grid.rows[:HEADINGS_WITHIN])
    top = next((row for row, cells in rows if sum(isinstance(cell, str) for cell in cells) > 1), 0)
    is_list = _list_in(grid) is not None
    for column, cell in enumerate(grid.rows[top] if grid.rows else ()):
        kind = _kind(cell, False)
        if kind and (is_list or folded(str(cell)) in _PERSONAL | _NAMES):
            values = (("what", kind),)
            yield Finding("personal-column", values=values, tab=grid.tab, row=top, column=column)


def _list_in(grid: Grid) -> tuple[int, list[str]] | None:
    """Returns the row of headings of a list of people, and the kinds of its columns.

    Returns None if the tab has no such row."""
    is_list, enough = _has_title(grid.tab, _LISTS), {*_SURE, "names"}
    if _has_title(grid.tab, _PERSONS):
        enough |= {"telephone numbers", "addresses"}
    for row, cells in enumerate(grid.rows[:HEADINGS_WITHIN]):
        kinds = list(dict.fromkeys(kind for cell in cells if (kind := _kind(cell, is_list))))
        if is_list and (len(kinds) > 1 or not enough.isdisjoint(kinds)):
            return row, kinds
        words = {folded(cell) for cell in cells if isinstance(cell, str)}
        is_personal = not words.isdisjoint(_PERSONAL) or len(words & _NAMES) > 1
        if is_personal or (len(kinds) > 1 and not _SURE.isdisjoint(kinds)):
            return row, kinds
    return None


def _has_title(title: str, titles: frozenset[str]) -> bool:
    """Whether a title is one of `titles`, or has one of them among its words."""
    words = folded(title).split()
    ends = range(1, len(words) + 1)
    return any(" ".join(words[first:end]) in titles for end in ends for first in range(end))


def _kind(cell: Value, is_list: bool) -> str:
    """Returns the kind of column that a heading belongs to. Returns '' if the heading is not one
    of a list of people."""
    if not isinstance(cell, str) or len(cell) >= 60:
        return ""
    heading = folded(cell)
    if is_list and _QUESTION.fullmatch(heading):
        return "answers"
    if is_list and heading in _PERSON_HEADINGS:
        return "names"
    return _KIND_OF.get(heading, "")
