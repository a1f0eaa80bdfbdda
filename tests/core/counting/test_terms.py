from budgettrack.core.counting.terms import OUT, Terms, names


def test_what_came_in_is_somewhere() -> None:
    terms = Terms(received=100, unmatched=20, spent=70, fees=5, held_here=45)
    assert terms.came_in == 120
    assert terms.gap == 0
    assert Terms(received=100, spent=99).gap == 1


def test_terms_add_up_one_by_one() -> None:
    one = Terms(*range(1, 11))
    assert one.plus(one) == Terms(*range(2, 21, 2))
    assert set(names()) == {*OUT, "received", "unmatched"}
