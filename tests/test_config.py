"""The config: found, read, and every mistake reported at once with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from budgettrack.config.load import Config, default_locale, load
from budgettrack.config.place import find
from budgettrack.core.base.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    path = folder / "budgettrack.toml"
    path.write_text(text, "utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(written(folder, text))
    return list(caught.value.problems)


def test_the_workbook_alone_is_enough(tmp_path: Path) -> None:
    config = load(written(tmp_path, '[workbook]\nxlsx = "plan.xlsx"\n'))

    assert config.xlsx == tmp_path / "plan.xlsx"
    assert config.register == f"sqlite:///{tmp_path / 'register.sqlite'}"
    assert config.reports == tmp_path / "reports"
    assert (config.currency, config.time_zone, config.language) == ("EUR", "", "en")


def test_the_config_of_the_design_reads_as_it_says(tmp_path: Path) -> None:
    config = load(
        written(
            tmp_path,
            """
[organisation]
name = "Harbour Peers"
currency = "EUR"                 # base currency
time_zone = "Europe/Lisbon"
language = "en"

[workbook]
xlsx = "plan.xlsx"
start = 2026-01-01

[register]
url = "postgresql+psycopg://host/name"

[reports]
out = "reports"

[tables.expenses]
tab = "actuals budget year"
heading_row = 1
headings = { date = "Date", budget_line = "AccountNum", amount = "Amount" }
where = { InOrOut = "Out" }
turned = ["amount"]
constant = { currency = "USD", state = "paid" }
""",
        )
    )

    shape = config.shapes["expenses"]
    assert (shape.tab, shape.heading_row, shape.turned, shape.write) == (
        "actuals budget year",
        1,
        ("amount",),
        False,
    )
    assert shape.headings["budget_line"] == "AccountNum"
    assert (shape.where, shape.constant["currency"]) == ({"InOrOut": "Out"}, "USD")
    assert config.register == "postgresql+psycopg://host/name"
    assert config.start == date(2026, 1, 1)


def test_every_mistake_is_reported_at_once_with_its_line(tmp_path: Path) -> None:
    text = """[organisation]
currency = "EURO"
colour = 1
time_zone = "Lisbon"
language = "zz"

[workbook]
xlsx = "plan.xlsx"
google = "also"
end = "soon"

[sync]
rows = 0
winner = "me"

[tables.expences]
tab = "x"

[tables.expenses]
headings = { dat = "Date" }
turned = ["description"]
write = "yes"
tabs = "Jan"
from_tab = "month"
"""
    assert problems(tmp_path, text) == [
        (
            'budgettrack.toml, line 2, organisation.currency: "EURO" is not a currency. Type its'
            " three letters, such as EUR."
        ),
        (
            'budgettrack.toml, line 3, organisation.colour: "colour" is not a setting. '
            "One of name, currency, time_zone, language."
        ),
        (
            'budgettrack.toml, line 4, organisation.time_zone: "Lisbon" is not a time zone. Type it as'
            " Europe/Lisbon."
        ),
        (
            'budgettrack.toml, line 5, organisation.language: "zz" is not a language. Type it as en, pt or'
            " en_GB."
        ),
        (
            "budgettrack.toml, line 8, workbook.xlsx: One workbook is needed. Give xlsx ="
            ' "plan.xlsx" (or google = "...").'
        ),
        (
            "budgettrack.toml, line 9, workbook.google: The value is neither the link nor the ID of a"
            " Google spreadsheet. Open the sheet and copy its link from the browser."
        ),
        "budgettrack.toml, line 10, workbook.end: The value is not a date. Write end = 2026-01-01.",
        (
            "budgettrack.toml, line 13, sync.rows: The value is not a whole number from 1 up. Write"
            " rows = 5."
        ),
        (
            'budgettrack.toml, line 14, sync.winner: "me" is not a side. Type sheet or register, or'
            " leave it out."
        ),
        (
            'budgettrack.toml, line 16, tables.expences: There is no table "expences". One of'
            " work_plan, indicators, budget, expenses, income, grants, resources, agreements, lots,"
            " handed_out, deadlines, narratives, rates, months, about, stories."
        ),
        (
            'budgettrack.toml, line 20, tables.expenses.headings: expenses has no field "dat". One'
            " of id, date, budget_line, grant, description, amount, currency, state, paid_on,"
            " refund_of, split_of, receipt, receipt_total, payee, approved_by."
        ),
        (
            'budgettrack.toml, line 21, tables.expenses.turned: "description" is not an amount. '
            "List only amounts and numbers."
        ),
        (
            "budgettrack.toml, line 22, tables.expenses.write: The value is neither true nor false. "
            "Write write = true, or leave it out."
        ),
        (
            "budgettrack.toml, line 23, tables.expenses.tabs: The value is not a list of tabs."
            ' List the names of the tabs, such as tabs = ["Jan", "Feb"].'
        ),
        (
            'budgettrack.toml, line 24, tables.expenses.from_tab: expenses has no field "month". One'
            " of id, date, budget_line, grant, description, amount, currency, state, paid_on,"
            " refund_of, split_of, receipt, receipt_total, payee, approved_by."
        ),
    ]


def test_a_section_that_is_none_and_settings_of_a_wrong_kind(tmp_path: Path) -> None:
    assert problems(
        tmp_path, 'organisation = "x"\ntables = 3\n[workbook]\nxlsx = 5\n[reports]\nout = []\n'
    ) == [
        (
            "budgettrack.toml, line 1, organisation: The value is not a section. Write [organisation]"
            " above its settings."
        ),
        (
            "budgettrack.toml, line 2, tables: The value is not a section. Write [tables.expenses] above"
            " its settings."
        ),
        'budgettrack.toml, line 4, workbook.xlsx: The value is not a text. Write xlsx = "...".',
        (
            "budgettrack.toml, line 4, workbook.xlsx: One workbook is needed. Give xlsx ="
            ' "plan.xlsx" (or google = "...").'
        ),
        'budgettrack.toml, line 6, reports.out: The value is not a text. Write out = "...".',
    ]


def test_what_is_not_toml_says_where(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "[workbook\n")

    assert problem.startswith(
        "budgettrack.toml: The file is not valid TOML, the format of this file: "
    )
    assert "line 1" in problem


def test_what_is_not_text_says_so(tmp_path: Path) -> None:
    path = tmp_path / "budgettrack.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(
        ConfigError,
        match=r"budgettrack.toml: The file cannot be read: it is not UTF-8 text. Save it as plain",
    ):
        load(path)


def test_it_is_found_where_it_is_named_else_upwards(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    path = written(tmp_path, '[workbook]\nxlsx = "plan.xlsx"\n')
    other = tmp_path / "a" / "other.toml"
    other.write_text("")

    assert find(None, inner, {}) == path
    assert find(None, inner, {"BUDGETTRACK_CONFIG": str(other)}) == other
    assert find(str(tmp_path), inner, {}) == path
    with pytest.raises(
        ConfigError,
        match=r"There is no config file .*nowhere.toml. Make one with: budgettrack init",
    ):
        find(str(tmp_path / "nowhere.toml"), inner, {})


def test_without_a_config_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError,
        match=r"There is no budgettrack.toml in this folder or in a folder above it. Make one with: budgettrack init",
    ):
        find(None, tmp_path, {})


def test_the_locale_is_the_configs_then_the_workbooks_then_the_language(tmp_path: Path) -> None:
    def of(extra: str) -> Config:
        return load(
            written(
                tmp_path, f'[organisation]\nlanguage = "pt"\n[workbook]\nxlsx = "p.xlsx"\n{extra}'
            )
        )

    assert default_locale(of('locale = "de-AT"'), "fr") == "de_AT"
    assert default_locale(of(""), "fr_FR") == "fr_FR"
    assert default_locale(of(""), None) == "pt"


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("https://gateway.example.org", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.1:8080", True),
        ("http://gateway.example.org", False),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1@example.org", False),
    ],
)
def test_the_login_to_google_goes_over_https_or_stays_on_this_machine(
    tmp_path: Path, address: str, usable: bool
) -> None:
    path = tmp_path / "budgettrack.toml"
    path.write_text(f'[workbook]\nxlsx = "plan.xlsx"\naddress = "{address}"\n')
    if usable:
        assert load(path).address == address
        return
    with pytest.raises(
        ConfigError, match="The value is not the beginning of an address with https://"
    ):
        load(path)
