"""Every declared setting is read, has the default that is declared, and an example that loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from budgettrack.config.load import REGISTER, Config, load
from budgettrack.config.settings import SECTIONS, VARIABLES, ConfigSection, Setting
from budgettrack.core.base.errors import ConfigError

ROOT = Path(__file__).parents[1]
PAIRS = [(section, setting) for section in SECTIONS for setting in section.settings]

# What must stand beside a setting for its section to load, by section.
BESIDE = {
    "tables.NAME": {"headings": '{ date = "Day", amount = "Sum" }'},
    "mail": {"host": '"smtp.example.net"', "sender": '"sender@example.net"'},
    "recipients": {
        "name": '"somebody"',
        "address": '"somebody@example.net"',
        "audience": '"public"',
    },
    "bank": {"date": '"Day"', "amount": '"Sum"', "currency": '"USD"'},
    "open_data": {"country": '"ES"', "sectors": '{ "13040" = 100 }'},
}
REPORTER = '[open_data.reporter]\nref = "ES-NIF-1"\n'
MAIL = '[mail]\nhost = "smtp.example.net"\nsender = "sender@example.net"\n'


def written(section: ConfigSection, settings: dict[str, str]) -> str:
    """A config with only these settings in the section, and what the section cannot do without."""
    blocks: dict[str, dict[str, str]] = {"workbook": {"xlsx": '"other.xlsx"'}}
    parent, _, rest = section.name.partition(".")
    if rest and parent in BESIDE:
        blocks[parent] = dict(BESIDE[parent])
    # Only budget lines have periods.
    table = "tables.budget" if "periods" in settings else "tables.expenses"
    name = section.name.replace("tables.NAME", table).replace("NAME", '"The other"')
    given = {**BESIDE.get(section.name, {}), **blocks.pop(name, {}), **settings}
    if "where_not" in settings:
        given = {"where": '{ Way = "Out" }', **given}
    if section.name == "workbook" and "google" in settings:
        del given["xlsx"]
    if section.name == "bank" and settings.keys() & {"in", "out"}:
        del given["amount"]
        given = {"in": '"Came"', "out": '"Went"', **given}
    if section.name == "open_data" and "region" in settings:
        del given["country"]
    if section.name == "open_data.reporter":
        given = {"ref": '"ES-NIF-1"', **given}
    blocks[name] = given
    text = ""
    for title, content in blocks.items():
        brackets = f"[[{title}]]" if section.many and title == name else f"[{title}]"
        text += brackets + "\n" + "".join(f"{key} = {value}\n" for key, value in content.items())
    if "periods" in settings:
        text = text.replace("date = ", "description = ")
    if parent == "open_data" and section.name != "open_data.reporter":
        text += REPORTER
    if section.name in ("recipients", "monthly"):
        text += MAIL
    if section.name == "deliver" and "secret_file" in settings:
        text = text.replace("[deliver]\n", '[deliver]\nwebhook = "https://hooks.example.net"\n')
    return text


def loaded(folder: Path, section: ConfigSection, settings: dict[str, str]) -> Config:
    (folder / "profiles").mkdir(exist_ok=True)
    path = folder / "budgettrack.toml"
    path.write_text(written(section, settings), "utf-8")
    return load(path)


def named(section: ConfigSection, setting: Setting) -> str:
    return f"{section.name}.{setting.key}"


def ids(pair: object) -> str:
    return pair.name if isinstance(pair, ConfigSection) else getattr(pair, "key", "")


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REGISTER, raising=False)


@pytest.mark.parametrize(("section", "setting"), PAIRS, ids=ids)
def test_an_example_loads_and_changes_what_was_read(
    section: ConfigSection, setting: Setting, tmp_path: Path
) -> None:
    without = loaded(tmp_path, section, {})

    assert loaded(tmp_path, section, {setting.key: setting.example}) != without


@pytest.mark.parametrize(
    ("section", "setting"), [pair for pair in PAIRS if pair[1].default], ids=ids
)
def test_a_default_is_what_is_read_where_the_setting_is_left_out(
    section: ConfigSection, setting: Setting, tmp_path: Path
) -> None:
    without = loaded(tmp_path, section, {})

    assert loaded(tmp_path, section, {setting.key: setting.default}) == without


@pytest.mark.parametrize(
    ("section", "setting"), [pair for pair in PAIRS if pair[1].needed], ids=ids
)
def test_a_section_without_a_needed_setting_is_refused_by_its_name(
    section: ConfigSection, setting: Setting, tmp_path: Path
) -> None:
    path = tmp_path / "budgettrack.toml"
    whole = written(section, {})
    path.write_text(re.sub(rf"(?m)^{setting.key} = .*\n", "", whole), "utf-8")
    if section.name == "tables.NAME":
        path.write_text(whole.replace("headings", "# headings"), "utf-8")

    with pytest.raises(ConfigError, match=rf"{setting.key}: "):
        load(path)


@pytest.mark.parametrize("section", SECTIONS, ids=ids)
def test_a_setting_that_is_not_declared_is_refused(section: ConfigSection, tmp_path: Path) -> None:
    if section.chosen:
        pytest.skip("the group chooses the keys of this section")
    with pytest.raises(ConfigError, match='"colour_of_ink" is not a setting'):
        loaded(tmp_path, section, {"colour_of_ink": '"blue"'})


def test_every_variable_that_the_program_reads_is_declared() -> None:
    read = {
        name
        for path in (ROOT / "budgettrack").rglob("*.py")
        if path.name != "settings.py"
        for name in re.findall(r'"(BUDGETTRACK_[A-Z_]+)"', path.read_text("utf-8"))
    }
    files = {f"{name}_FILE" for name in read if name.endswith(("PASSWORD", "SECRET", "PASSPHRASE"))}

    assert {name for name, _ in VARIABLES} == read | files


def test_the_page_of_the_configuration_has_a_row_for_every_setting() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    assert [named(*pair) for pair in PAIRS] == [
        f"{title}.{key}"
        for title, body in re.findall(r"(?ms)^## \[+([^\]]+)\]+\n(.*?)(?=^## |\Z)", page)
        for key in re.findall(r"(?m)^\| `(\w+)` \|", body)
    ]
