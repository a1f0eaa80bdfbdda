"""Checks that no tab looks like a list of people: members, participants, answers, contacts.

The workbook is open to partners and funders, and a leaked name can cost somebody their freedom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid, Value
from budgettrack.core.cells.headings import HEADINGS_WITHIN
from budgettrack.core.records.tables import folded

HEADINGS: Mapping[str, str] = {
    "names": (
        "name,first name,last name,full name,surname,family name,forename,given name,"
        "nickname,alias,nom,prenom,nom et prenom,nombre,apellido,apellidos,"
        "nombre y apellidos,nome,sobrenome,vorname,nachname,имя,фамилия,фио,отчество,"
        "ім'я,прізвище,піб,الاسم,اسم,الاسم الكامل,اللقب,نام,نام خانوادگی"
    ),
    "ages": (
        "date of birth,birth date,birthday,dob,born,age,year of birth,date de naissance,"
        "age ans,fecha de nacimiento,edad,data de nascimento,idade,geburtsdatum,alter,"
        "дата рождения,возраст,год рождения,дата народження,вік,تاريخ الميلاد,العمر,"
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
        "telefono,telefone,telefon,handy,numero de telephone,телефон,номер телефона,"
        "номер телефону,الهاتف,رقم الهاتف,تلفن,شماره تلفن"
    ),
    "addresses": (
        "address,home address,street,e mail,email,mail address,adresse,direccion,"
        "domicilio,endereco,адрес,адреса,العنوان السكني,البريد الإلكتروني,نشانی,ایمیل"
    ),
    "health": (
        "hiv,hiv status,hiv test,hepatitis,hep c,hcv,art,on art,oat,on oat,ost,methadone,"
        "diagnosis,statut vih,vih,vih sida,estado serologico,вич,віл,вич статус,гепатит,"
        "диагноз,діагноз,فيروس نقص المناعة,التشخيص,اچ آی وی"
    ),
    "drug use": (
        "drug,drugs,drugs used,drug used,substance,substances,injects,injecting,"
        "years of use,produit,produits consommes,sustancia,sustancias,consumo,наркотик,"
        "вещество,речовина,المخدر,المادة,مواد مصرفی"
    ),
    "answers": (
        "question 1,question 2,q1,q2,respondent,respondent no,interviewee,answer,reponse,"
        "respuesta,респондент,ответ,відповідь,المجيب,پاسخ‌دهنده"
    ),
}
"""The kinds of columns in a list of people, each with its usual headings (in small letters,
without accents)."""

_LISTS = (
    "members,membership,member list,participants,attendance,clients,beneficiaries,"
    "contacts,power map,questionnaire,answers,responses,registration,volunteers,"
    "peers,membres,participants liste,contacts liste,miembros,participantes,"
    "contactos,respuestas,membros,mitglieder,teilnehmende,участники,члены,контакты,"
    "анкеты,ответы,учасники,члени,контакти,الأعضاء,المشاركون,اعضا,شرکت‌کنندگان"
)
"""Titles of tabs that are lists of people. Any other title may be the name of a person, so a
message gives the number of the tab instead."""

_SURE = frozenset({"ages", "genders", "identity numbers", "health", "drug use", "answers"})
"""The kinds of columns that only a list of persons has. A list of firms or organisations has
none of them."""


@dataclass(frozen=True, slots=True)
class _Known:
    kinds: Mapping[str, str]
    titles: frozenset[str]


def _known() -> _Known:
    kinds = {
        folded(heading): kind
        for kind, headings in HEADINGS.items()
        for heading in headings.split(",")
    }
    return _Known(kinds, frozenset(map(folded, _LISTS.split(","))))


_KNOWN = _known()


def lists_of_people(book: Book) -> Iterator[Finding]:
    """Yields a finding for each tab that has the headings of a list of people: two kinds of
    columns, at least one of which only a list of persons has."""
    for number, grid in enumerate(book.grids, 1):
        found = None if grid.mark else _list_in(grid)
        if found is None:
            continue
        row, kinds = found
        what = (("what", ", ".join(kinds)),)
        if folded(grid.tab) in _KNOWN.titles:
            yield Finding("list-of-people", values=what, tab=grid.tab, row=row)
        else:
            yield Finding("list-of-people", id=f"tab {number}", values=what)


def _list_in(grid: Grid) -> tuple[int, list[str]] | None:
    """Returns the row of headings of a list of people, and the kinds of its columns.

    Returns None if the tab has no such row."""
    for row, cells in enumerate(grid.rows[:HEADINGS_WITHIN]):
        kinds = list(dict.fromkeys(kind for cell in cells if (kind := _kind(cell))))
        is_list = folded(grid.tab) in _KNOWN.titles
        if len(kinds) > 1 and (is_list or not _SURE.isdisjoint(kinds)):
            return row, kinds
    return None


def _kind(cell: Value) -> str:
    """Returns the kind of column that a heading belongs to. Returns '' if the heading is not one
    of a list of people."""
    return _KNOWN.kinds.get(folded(cell), "") if isinstance(cell, str) and len(cell) < 60 else ""
