"""Profiles: those that are shipped, a group's own, and each mistake with its file, line and key."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from budgettrack.config.profiles import SHIPPED, every, names, profile, read
from budgettrack.core.base.errors import ConfigError
from budgettrack.core.figures.profile import Profile

READY = {
    "bmr", "generic-10pct", "uk-aid-direct-2017", "dfid-gpaf", "mott", "unicef-face", "sf425", "bfss", "ca-asym-10-20",
    "ncfp-sample", "global-fund", "in-kind-match",
}  # fmt: skip


def test_what_is_shipped_is_there_and_what_was_not_verified_is_off() -> None:
    shipped = every()

    assert {name for name, each in shipped.items() if each.on} == READY
    for name, each in shipped.items():
        assert each.id == name
        assert each.source
        assert each.about
        for limit in each.limit:
            assert limit.source
            assert limit.verified or not each.on
        assert each.narrative == bool(each.narrative_source)
        if not each.on:
            assert each.about.startswith("NOT VERIFIED")


def test_the_funders_whose_texts_ask_for_a_narrative_are_named() -> None:
    """Mott: "periodic narrative and financial reports". The Global Poverty Action Fund: its template
    of a completion report. The EU: article 2 of its general conditions. OCHA: "Two types of report
    are required : narrative and financial"."""
    asking = {name: each.on for name, each in every().items() if each.narrative}

    assert asking == {"mott": True, "dfid-gpaf": True, "eu-prag-25": False, "ocha-cbpf": False}


def test_a_groups_own_profile_stands_before_ours(tmp_path: Path) -> None:
    (tmp_path / "bmr.toml").write_text(
        'title = "Ours"\nsource = "our agreement"\nrates = { EUR = 1.25 }\n', "utf-8"
    )
    found = profile("BMR", tmp_path)

    assert found is not None
    assert (found.title, found.rates) == ("Ours", {"EUR": Decimal("1.25")})
    assert "bmr" in names(tmp_path)
    assert profile("nothing-of-that-name") is None
    assert profile("../secrets") is None
    usual = profile("")
    assert usual is not None
    assert usual.id == "bmr"


GOOD = 'title = "T"\nsource = "S"\n'
CASES = [
    ('titel = "T"\n', "own.toml, line 1, titel: Object contains unknown field `titel`. Correct it there."),
    ('source = "S"\n', "own.toml, line 1, title: Object missing required field `title`. Correct it there."),
    (GOOD + 'detail = "all"\n', "own.toml, line 3, detail: Invalid enum value 'all'. Correct it there."),
    (GOOD + "year_starts = 13\n", "own.toml, line 3, year_starts: The value is not a month from 1 to 12. Correct it there."),
    (GOOD + 'columns = ["spend"]\n', 'own.toml, line 3, columns: "spend" is not known. Known names: whole, '),
    (GOOD + 'sections = ["cash", "profit"]\n', 'own.toml, line 3, sections: "profit" is not known. Known names: glance, '),
    (GOOD + 'rate = "fixed"\n', 'rates: A fixed rate needs a list of rates. Write rates = { EUR = "0.85" }'),
    (GOOD + 'rates = { EUR = "0" }\n', "own.toml, line 3, rates: A rate must be above 0"),
    (GOOD + "round_to = 0\n", "own.toml, line 3, round_to: The value must be above 0"),
    (GOOD + '\n[[category]]\nname = "A"\npattern = "(a|b)*c"\n', "own.toml, line 6, category[0].pattern: The pattern has a repetition (* or +, or a count in braces), or over ten ?, and could take hours on a long text. Write it without: it is found anywhere in a text, so rent finds rents, too."),
    (GOOD + '\n[[category]]\nname = "A"\npattern = "("\n', "own.toml, line 6, category[0].pattern: The pattern is not a regular expression"),
    (GOOD + '[[category]]\nname = "A"\n[[category]]\nname = "A"\n', 'own.toml, line 4, category[0].name: Two categories are called "A"'),
    (GOOD + '[[category]]\nname = "A"\nsum = ["z"]\n', 'own.toml, line 5, category[0].sum: No category has the code "z"'),
    (GOOD + '[[limit]]\nsource = "x"\nverified = true\n[[limit]]\nsource = "x"\nverified = true\namount = 5\n', "own.toml, line 6, limit[1].currency: An amount needs a currency"),
    (GOOD + '[[limit]]\nsource = "x"\nverified = true\n', "own.toml, line 3, limit[0].percent: The limit has neither a percentage nor an amount"),
    (GOOD + '[[limit]]\npercent_up = -5\nsource = "x"\nverified = true\n', "own.toml, line 4, limit[0].percent_up: A limit cannot be below zero. Write a number from 0 up."),
    (GOOD + '[[limit]]\npercent = "ten"\nsource = "x"\nverified = true\n', "own.toml, line 4, limit[0].percent: Invalid decimal string. Correct it there."),
    ("title = \n", "own.toml: The file is not valid TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), CASES)
def test_a_mistake_is_said_with_file_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigError) as caught:
        read(path)
    assert any(said in problem for problem in caught.value.problems), caught.value.problems


def test_every_mistake_in_a_folder_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD + "round_to = 0\n", "utf-8")
    (tmp_path / "b.toml").write_text("x = 1\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        every(tmp_path)
    assert len(caught.value.problems) == 2


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe title")
    with pytest.raises(
        ConfigError, match=r"own\.toml: The file cannot be read: .*Save it as plain text"
    ):
        read(tmp_path / "own.toml")


def test_the_usual_values_need_no_expenses() -> None:
    assert not Profile(title="T", source="S").needs_expenses
    assert all((SHIPPED / f"{name}.toml").is_file() for name in names())
