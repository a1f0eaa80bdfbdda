"""What docs/workbook.md says a mapping can say: each of its sheets is read as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from budgettrack.config.load import load
from budgettrack.core.base.errors import ConfigError
from budgettrack.core.records.tables import HOST_TABLES
from tests.world.drawn_tabs import grid, sheet

PAGE = (Path(__file__).parents[1] / "docs" / "workbook.md").read_text("utf-8")
EXAMPLES = re.findall(
    r"The tab \*(.+?)\*:\n\n```text\n(.+?)\n```\n\n```toml\n(.+?)\n```\n\nRead is: (.+?)\.\n",
    PAGE,
    re.DOTALL,
)


@pytest.mark.parametrize(("tab", "table", "config", "rows"), EXAMPLES)
def test_a_sheet_of_the_page_is_read_as_the_page_says(
    tab: str, table: str, config: str, rows: str, tmp_path: Path
) -> None:
    path = tmp_path / "budgettrack.toml"
    text = '[workbook]\nxlsx = "p.xlsx"\nlocale = "en_GB"\n' + config
    path.write_text(text, "utf-8")
    loaded = load(path)
    read = sheet(grid(table, tab), shapes=loaded.shapes, locale="en_GB")

    shown = []
    for name in sorted(read.tables):
        values = [
            " ".join(
                part
                for field, part in sorted(row.fields.items())
                if field in ("amount", "category")
                or (field == "date" and not re.search("Book|Bank|Ledger", tab))
                or (field == "grant" and "from_tab" in config)
            )
            for row in read.tables[name].rows
        ]
        shown.append(f"{name} " + ", ".join(values))
    assert ", ".join(shown) == rows


def test_the_page_has_an_example_of_every_setting_of_a_mapping() -> None:
    said = set(re.findall(r"^(\w+) =", "\n".join(config for _, _, config, _ in EXAMPLES), re.M))

    assert {"rows", "until", "columns", "fill_down", "amounts", "year", "dates"} <= said
    assert {
        "date_parts",
        "turned",
        "where",
        "constant",
        "from_tab",
        "tabs",
        "periods",
        "accepted",
        "after",
        "where_not",
    } <= said


@pytest.mark.parametrize(
    ("table", "periods"),
    [
        ("budget", '{ "January" = "B" }'),
        ("budget", '{ "2026-03/2026-01" = "B" }'),
        ("budget", '{ "2026-01" = "the second" }'),
        ("expenses", '{ "2026-01" = "B" }'),
    ],
)
def test_periods_that_are_none_are_refused(table: str, periods: str, tmp_path: Path) -> None:
    path = tmp_path / "budgettrack.toml"
    mapped = f'[tables.{table}]\ntab = "P"\nheadings = {{ amount = "A" }}\nperiods = {periods}\n'
    path.write_text(f'[workbook]\nxlsx = "p.xlsx"\n{mapped}', "utf-8")

    with pytest.raises(
        ConfigError, match=r'periods = \{ "2026-01" = "B", "2026-04/2026-06" = "C" \}'
    ):
        load(path)


@pytest.mark.parametrize(
    "accepted",
    ['{ amount = "5" }', '{ amount = ["five"] }', '{ rent = ["5"] }', '["5"]', "5"],
)
def test_accepted_differences_that_are_none_are_refused(accepted: str, tmp_path: Path) -> None:
    path = tmp_path / "budgettrack.toml"
    mapped = f'[tables.budget]\nheadings = {{ amount = "A" }}\naccepted = {accepted}\n'
    path.write_text(f'[workbook]\nxlsx = "p.xlsx"\n{mapped}', "utf-8")

    with pytest.raises(ConfigError, match=r'accepted = \{ amount = \["-12.5"\] \}'):
        load(path)


@pytest.mark.parametrize(
    "others",
    ['{ Way = "In" }', "{ Way = [1] }", '{ Kind = ["In"] }', '["In"]', '"In"'],
)
def test_words_of_other_rows_that_are_none_are_refused(others: str, tmp_path: Path) -> None:
    path = tmp_path / "budgettrack.toml"
    mapped = '[tables.expenses]\nheadings = { amount = "A" }\nwhere = { Way = "Out" }\n'
    path.write_text(f'[workbook]\nxlsx = "p.xlsx"\n{mapped}where_not = {others}\n', "utf-8")

    with pytest.raises(ConfigError, match=r'where_not = \{ Way = \["In"\] \}'):
        load(path)


@pytest.mark.parametrize("where", ["5", '"Way"', '["Way"]', "true"])
def test_words_of_other_rows_beside_a_where_that_is_none_are_told(
    where: str, tmp_path: Path
) -> None:
    path = tmp_path / "budgettrack.toml"
    mapped = f'[tables.expenses]\nheadings = {{ amount = "A" }}\nwhere = {where}\n'
    others = 'where_not = { Way = ["In"] }\n'
    path.write_text(f'[workbook]\nxlsx = "p.xlsx"\n{mapped}{others}', "utf-8")

    with pytest.raises(ConfigError, match=r"Write where = "):
        load(path)


def test_the_page_has_each_tab_of_a_host() -> None:
    headings = PAGE.splitlines()
    assert [table.tab for table in HOST_TABLES if f"## {table.tab}" not in headings] == []
