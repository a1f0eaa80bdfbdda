"""The layouts that the program brings: each reads an invented file of its bank, and no other."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from budgettrack.bank.formats import CsvChoices, Layout, read
from budgettrack.bank.formats.csv import layouts
from budgettrack.config.bank_csv import LAYOUT_FOLDER
from budgettrack.core.base.errors import UsageError

FILES = Path(__file__).parent / "layouts"
DOCS = Path(__file__).parents[2] / "docs" / "bank-layouts.md"
LAYOUTS = Path(str(resources.files("budgettrack") / "bank" / "layouts"))
EXPECTED = {
    "revolut": ["2026-10-05 100.00 EUR", "2026-10-07 -5.50 EUR"],
    "wise": ["2026-10-07 -20.00 EUR", "2026-10-05 500.00 EUR"],
    "paypal": ["2026-10-05 48.00 EUR", "2026-10-17 -19.41 EUR"],
    "stripe": ["2026-10-06 -19.40 EUR", "2026-10-05 48.50 EUR"],
    "n26": ["2026-10-05 -5.00 EUR", "2026-10-06 20.00 EUR", "2026-10-07 -2.00 EUR"],
    "starling": ["2026-10-01 100.00 GBP", "2026-10-02 -4.50 GBP"],
    "monzo": ["2026-10-05 100.00 GBP", "2026-10-06 -3.50 GBP"],
    "ing-nl": ["2026-10-05 -12.50 EUR", "2026-10-06 1000.00 EUR"],
    "rabobank": ["2026-10-05 -12.50 EUR", "2026-10-06 1000.00 EUR"],
    "knab": ["2026-10-06 -12.50 EUR", "2026-10-06 1000.00 EUR"],
    "sparkasse-camt": ["2026-10-07 -1012.50 EUR", "2026-10-06 2000.00 EUR"],
    "dkb": ["2026-10-06 -15.18 EUR", "2026-10-05 1000.00 EUR"],
    "caixa-geral": ["2026-10-07 -20.50 EUR", "2026-10-05 1150.00 EUR"],
    "monobank": ["2026-10-07 -250.00 UAH", "2026-10-05 2000.00 UAH"],
    "m-pesa": ["2026-10-16 -500.00 KES", "2026-10-15 1740.00 KES"],
    "hdfc": ["2026-10-01 -450.00 INR", "2026-10-02 100000.00 INR"],
    "nubank": ["2026-10-01 320.00 BRL", "2026-10-02 -46.99 BRL"],
    "pko-bp": ["2026-10-06 -12.50 PLN", "2026-10-05 1000.00 PLN"],
    "pekao": ["2026-10-06 -12.50 PLN", "2026-10-05 1000.00 PLN"],
    "bnp-paribas-fortis": ["2026-10-06 -12.50 EUR", "2026-10-05 1000.00 EUR"],
}
TODAY = date(2026, 11, 2)


def amounts(path: Path, locale: str = "en_GB", name: str = "") -> list[str]:
    (statement,) = read(path, None, locale, CsvChoices(name=name, today=TODAY, currency="CHF"))
    return [f"{line.day} {line.amount:.2f} {line.currency}" for line in statement.lines]


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("locale", ["en_GB", "de_DE", "pl_PL"])
def test_a_file_of_the_bank_is_read_whatever_the_groups_language(name: str, locale: str) -> None:
    assert amounts(FILES / f"{name}.csv", locale) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_has_one_layout_among_all(name: str) -> None:
    content = (FILES / f"{name}.csv").read_bytes()
    known = layouts.fitting("x.csv", content, None, "en_GB", CsvChoices(today=TODAY))
    assert known is not None
    assert known.name == name


def test_every_layout_has_a_file_its_source_and_its_place_in_the_docs() -> None:
    names = {layout.name for layout in layouts.shipped()}
    assert names == {*EXPECTED} == {path.stem for path in FILES.glob("*.csv")}
    page = DOCS.read_text("utf-8")
    for path in LAYOUTS.glob("*.toml"):
        title, source = path.read_text("utf-8").splitlines()[:2]
        assert re.fullmatch(r"# Headings: .{10,}, (as of 20[12]\d|commit [0-9a-f]{8})\.", source), (
            path.name
        )
        assert f"| `{path.stem}` | {title.removeprefix('# ')} |" in page


def test_what_is_not_booked_is_told(tmp_path: Path) -> None:
    del tmp_path
    for name in ("revolut", "paypal", "sparkasse-camt", "dkb", "bnp-paribas-fortis"):
        (statement,) = read(FILES / f"{name}.csv", None, "en_GB", CsvChoices(today=TODAY))
        assert any("1 row left out, which the bank has not booked" in n for n in statement.notes), (
            name
        )


@pytest.mark.parametrize("name", ["caixa-geral", "pko-bp", "monobank"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_bank_may_change_its_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    content = (FILES / f"{name}.csv").read_bytes()
    text = content.decode({"caixa-geral": "cp1252", "pko-bp": "cp1250"}.get(name, "utf-8"))
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert amounts(tmp_path / "a.csv") == EXPECTED[name]


def test_a_forged_balance_is_refused(tmp_path: Path) -> None:
    content = (FILES / "starling.csv").read_text().replace("95.50", "95.51")
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(UsageError, match="line 3: its balance does not follow"):
        amounts(tmp_path / "a.csv")


def test_a_net_amount_that_does_not_agree_is_refused(tmp_path: Path) -> None:
    content = (FILES / "paypal.csv").read_text().replace('"48.00","a@', '"47.00","a@')
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(UsageError, match='line 2: "Gross" less "Fee" is not "Net"'):
        amounts(tmp_path / "a.csv")


def test_a_layout_of_the_group_comes_before_one_that_the_program_brings(tmp_path: Path) -> None:
    folder = tmp_path / LAYOUT_FOLDER
    folder.mkdir()
    text = (LAYOUTS / "nubank.toml").read_text("utf-8").replace('"BRL"', '"USD"')
    (folder / "ours.toml").write_text(text, "utf-8")
    content = (FILES / "nubank.csv").read_bytes()
    own = layouts.of_group(tmp_path)
    known = layouts.fitting("x.csv", content, None, "en_GB", CsvChoices(own))
    assert (known.name if known else "") == "ours"
    (folder / "again.toml").write_text(text, "utf-8")
    with pytest.raises(
        UsageError, match=r"it fits several layouts: again, ours\. Say which: --lay"
    ):
        layouts.fitting("x.csv", content, None, "en_GB", CsvChoices(layouts.of_group(tmp_path)))


def test_a_layout_that_is_named_is_the_only_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='There is no layout "no-bank"\\. One of: bnp-paribas-fo'):
        amounts(FILES / "nubank.csv", name="no-bank")
    assert amounts(FILES / "nubank.csv", name="nubank") == EXPECTED["nubank"]
    del tmp_path


def test_the_layout_that_knows_most_headings_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / LAYOUT_FOLDER
    folder.mkdir()
    few = '[bank]\ndate = "D"\namount = "A"\ncurrency = "EUR"\n'
    (folder / "few.toml").write_text(few)
    (folder / "more.toml").write_text(few + 'text = "T"\n')
    choices = CsvChoices(layouts.of_group(tmp_path))
    known = layouts.fitting("x.csv", b"D;A;T\n05.10.2026;-5,00;tea\n", None, "de_DE", choices)
    assert (known.name if known else "") == "more"


def test_a_file_with_other_headings_than_the_config_says_is_not_read_by_itself(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Day;Amount (EUR)\n05.10.2026;-5,00\n")
    configured = Layout("Booked", "Sum", currency="EUR")
    with pytest.raises(
        UsageError, match=r'no row among the first 40 has the headings "Booked", "S'
    ):
        read(path, configured, "de_DE", CsvChoices(today=TODAY))
    assert [str(each.amount) for each in read(path, None, "de_DE")[0].lines] == ["-5"]
