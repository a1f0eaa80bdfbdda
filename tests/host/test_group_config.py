"""The config of a hosted group: its row, what the host sets for all, its own settings."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from budgettrack.config.load import config_of_values
from budgettrack.core.base.errors import ConfigError
from budgettrack.host.accounts import GoogleAccount
from budgettrack.host.directory import HostedGroup, is_file
from budgettrack.host.group_config import HostDefaults, content_of, file_text

LINK = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef/edit"


def host(folder: Path) -> HostDefaults:
    return HostDefaults(
        folder,
        "",
        (GoogleAccount(Path("/host/credentials.json")),),
        {"host": "smtp.example.org", "sender": "books@example.org"},
    )


def group(**fields: str) -> HostedGroup:
    return HostedGroup("GR-1", {"workbook": LINK, **fields})


def test_a_row_becomes_a_config(tmp_path: Path) -> None:
    row = group(
        public_name="River circle",
        name="the one by the river",
        currency="UAH",
        language="uk",
        time_zone="Europe/Kyiv",
        day="5",
    )
    content = content_of(
        row,
        host(tmp_path),
        [{"name": "Partner", "address": "partner@example.org", "audience": "public"}],
    )
    config = config_of_values(tmp_path / "GR-1" / "budgettrack.toml", content)

    assert (config.organisation, config.currency, config.language) == ("River circle", "UAH", "uk")
    assert (config.time_zone, config.sending.day) == ("Europe/Kyiv", 5)
    assert config.google == "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef"
    assert config.credentials == Path("/host/credentials.json")
    assert config.register == f"sqlite:///{tmp_path}/GR-1/register.sqlite"
    assert config.reports == tmp_path / "GR-1" / "reports"
    assert [recipient.address for recipient in config.sending.recipients] == ["partner@example.org"]
    assert config.host is None
    assert "by the river" not in repr(config)


def test_the_hosts_own_register_is_never_a_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDGETTRACK_REGISTER", "postgresql://host@db.example.org/host")
    config = config_of_values(tmp_path / "budgettrack.toml", content_of(group(), host(tmp_path)))

    assert config.register == f"sqlite:///{tmp_path}/register.sqlite"


def test_what_no_column_says_stands_in_the_groups_own_settings(tmp_path: Path) -> None:
    (tmp_path / "GR-1").mkdir()
    (tmp_path / "GR-1" / "settings.toml").write_text(
        '[workbook]\nlocale = "de_DE"\n\n[tables.expenses]\ntab = "Kasse"\n'
        'headings = { date = "Datum", amount = "Betrag" }\n'
    )
    content = content_of(group(), host(tmp_path))
    config = config_of_values(tmp_path / "GR-1" / "budgettrack.toml", content)

    assert config.locale == "de_DE"
    assert config.shapes["expenses"].headings == {"date": "Datum", "amount": "Betrag"}


@pytest.mark.parametrize("section", ["register", "mail", "recipients", "host"])
def test_a_group_cannot_set_what_is_its_hosts(tmp_path: Path, section: str) -> None:
    (tmp_path / "GR-1").mkdir()
    path = tmp_path / "GR-1" / "settings.toml"
    path.write_text(f'[{section}]\nurl = "x"\n')

    with pytest.raises(ConfigError) as error:
        content_of(group(), host(tmp_path))
    assert str(error.value) == (
        f"{path} has the section [{section}], which its host sets for all groups. Delete it there."
    )


def test_settings_that_are_not_toml_are_told_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "GR-1").mkdir()
    path = tmp_path / "GR-1" / "settings.toml"
    path.write_text("[workbook")

    with pytest.raises(ConfigError) as error:
        content_of(group(), host(tmp_path))
    assert str(error.value).startswith(f"{path} cannot be read (")
    assert str(error.value).endswith("). Correct it.")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("plan.xlsx", True),
        ("Plan 2026.XLSX", True),
        ("../GR-2/plan.xlsx", False),
        ("/srv/plan.xlsx", False),
        ("C:plan.xlsx", False),
        ("..\\plan.xlsx", False),
        (LINK, False),
    ],
)
def test_a_file_is_known_by_its_name_and_lies_in_the_groups_folder(
    typed: str, expected: bool
) -> None:
    assert is_file(typed) is expected


def test_a_path_out_of_the_groups_folder_is_no_workbook(tmp_path: Path) -> None:
    content = content_of(group(workbook="../GR-2/plan.xlsx"), host(tmp_path))

    with pytest.raises(ConfigError, match=r"workbook\.google"):
        config_of_values(tmp_path / "GR-1" / "budgettrack.toml", content)


def test_the_file_that_stands_alone_says_the_same_without_what_is_the_hosts(
    tmp_path: Path,
) -> None:
    (tmp_path / "GR-1").mkdir()
    (tmp_path / "GR-1" / "settings.toml").write_text(
        '[reports]\nheadings = { "Bus fares" = "Travel" }\n\n[[tables.budget]]\ntab = "A \\" B"\n'
        'headings = { amount = "Betrag" }\nwrite = false\nrows = "5-20"\n\n[[tables.budget]]\n'
        'tab = "C"\nheadings = { amount = "Summe" }\ntabs = ["x", "y"]\n'
    )
    content = content_of(
        group(currency="UAH", day="7"),
        host(tmp_path),
        [{"name": "Partner", "address": "partner@example.org", "audience": "public"}],
    )
    text = file_text(content)

    assert tomllib.loads(text) == {
        key: value for key, value in content.items() if key not in ("mail", "recipients")
    }
    assert "partner@example.org" not in text
    assert "smtp.example.org" not in text
