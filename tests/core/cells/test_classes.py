"""Classes of a chart of accounts are known by the grand total, and by nothing less."""

import pytest

from tests.world.drawn_tabs import plan

CLASSES = (
    "60 - Achats | 1500\nPrestations | 500\nMatières | 1000\n"
    "61 - Services | 2400\nLocations | 2000\nAssurance | 400\n"
    "64 - Personnel | 900\nRémunérations | 900\n"
)


def test_classes_above_their_lines_are_no_lines_if_the_total_says_so() -> None:
    amounts, told = plan(f"{CLASSES}TOTAL DES CHARGES | 4800")

    assert amounts == ["500", "1000", "2000", "400", "900"]
    assert told == []


def test_a_class_may_have_no_lines_of_its_own() -> None:
    rows = (
        "70 - Ventes | 1500\n74 - Dons | 800\nVille | 500\nRégion | 300\n75 - Autres | 40\nX | 40"
    )
    amounts, told = plan(f"{rows}\nTOTAL | 2340")

    assert amounts == ["1500", "500", "300", "40"]
    assert told == []


@pytest.mark.parametrize(
    "rows",
    [
        # The total counts every row.
        f"{CLASSES}Total | 9600",
        # One line is in no class.
        "A | 5\nB | 2\nC | 3\nD | 6\nE | 4\nF | 2\nG | 1\nTotal | 11.5",
        # The last class has no line.
        "A | 5\nB | 2\nC | 3\nD | 2\nTotal | 6",
        # Pairs of the same figure may be two payments.
        "A | 5\nB | 5\nC | 7\nD | 7\nTotal | 12",
        # One class alone.
        "A | 5\nB | 2\nC | 3\nTotal | 5",
    ],
)
def test_without_this_proof_every_row_counts(rows: str) -> None:
    lines = [line.split(" | ")[1] for line in rows.splitlines() if not line.startswith("T")]

    assert plan(rows)[0] == lines


def test_rows_below_the_total_belong_to_no_class() -> None:
    amounts, told = plan(f"{CLASSES}Total | 4800\nVan | 70")

    assert amounts == ["500", "1000", "2000", "400", "900", "70"]
    assert [code for _, code in told] == ["counted-below-total"]


def test_a_line_that_is_the_sum_of_those_below_is_in_no_doubt_if_the_total_proves_the_classes() -> (
    None
):
    amounts, told = plan(
        "60 - Achats | 1\nPapier | 1\n61 - Services | 10\nLoyer | 5\nPoste | 2\nEau | 3\nTotal | 11"
    )

    assert amounts == ["1", "5", "2", "3"]
    assert told == []
