"""The checks of IATI files find what is wrong, and nothing in what is right.

Every case of IATI's rule file has two small documents here, one that keeps it and one that breaks
it and no other."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest
from lxml import etree

from tests.world.iati_rules import Case, UnknownRuleError, broken, cases, found
from tests.world.iati_samples import ACTIVITY, ORGANISATION, PARENT, activities, organisations
from tests.world.iati_valid import LISTS, TODAY, code_list, coded, faults, places, standard
from tests.world.outside import needs_standards

pytestmark = needs_standards

Pair = tuple[bytes, bytes]


def activity(
    more: str = "",
    *,
    attributes: str = 'xml:lang="en" default-currency="EUR"',
    identifier: str = "GB-CHC-0-A",
    ref: str = "GB-CHC-0",
    title: str = "<narrative>A</narrative>",
    dates: str = '<activity-date type="1" iso-date="2026-01-01"/>',
    country: str = '<recipient-country code="KE"/>',
    sector: str = '<sector code="14030"/>',
) -> bytes:
    return activities(
        f"<iati-activity {attributes}><iati-identifier>{identifier}</iati-identifier><reporting-org"
        f' ref="{ref}"/><title>{title}</title>{dates}{country}{sector}{more}</iati-activity>'
    )


def organisation(
    more: str = "",
    *,
    attributes: str = 'xml:lang="en" default-currency="EUR"',
    identifier: str = "GB-CHC-0",
    ref: str = "GB-CHC-0",
) -> bytes:
    return organisations(
        "<iati-organisation"
        f" {attributes}><organisation-identifier>{identifier}</organisation-identifier>"
        f'<reporting-org ref="{ref}"/>{more}</iati-organisation>'
    )


def both(good: str, bad: str) -> Pair:
    """Two activities that differ in what stands after the rest."""
    return activity(good), activity(bad)


def dated(*dates: tuple[int, str]) -> bytes:
    return activity(
        dates="".join(f'<activity-date type="{kind}" iso-date="{day}"/>' for kind, day in dates)
    )


def sectors(*sectors: str) -> bytes:
    return activity(sector="".join(f"<sector {each}/>" for each in sectors))


def countries(*countries: str) -> bytes:
    return activity(country="".join(f"<recipient-country {each}/>" for each in countries))


def regions(*regions: str, more: str = "") -> bytes:
    return activity(country=more + "".join(f"<recipient-region {each}/>" for each in regions))


def items(*percentages: str) -> bytes:
    each = "".join(
        f'<budget-item code="1"{one and f" percentage={one!r}"}/>' for one in percentages
    )
    return activity(f'<country-budget-items vocabulary="2">{each}</country-budget-items>')


def aid(*vocabularies: str) -> str:
    return "".join(f'<aid-type code="1" vocabulary="{each}"/>' for each in vocabularies)


def paid(*inside: str) -> str:
    return "".join(f"<transaction>{each}</transaction>" for each in inside)


def period(tag: str, start: str, end: str, inside: str = "") -> str:
    return (
        f'<{tag}><period-start iso-date="{start}"/><period-end iso-date="{end}"/>{inside}</{tag}>'
    )


def ordered(tag: str) -> Pair:
    """A period of one day, and one that ends before it begins."""
    good, bad = period(tag, "2026-02-01", "2026-02-01"), period(tag, "2026-02-01", "2026-01-31")
    return (
        both(good, bad)
        if tag in ("budget", "planned-disbursement")
        else (organisation(good), organisation(bad))
    )


def year(tag: str) -> Pair:
    """To the same day of the next year: 365 days after, but in a leap year 366."""
    good, bad = period(tag, "2025-01-01", "2026-01-01"), period(tag, "2024-01-01", "2025-01-01")
    return both(good, bad) if tag == "budget" else (organisation(good), organisation(bad))


def measured(measure: int, inside: str) -> str:
    return f'<result><indicator measure="{measure}">{inside}</indicator></result>'


def valued(tag: str, measure: int, good: str, bad: str) -> Pair:
    around = "{}" if tag == "baseline" else "<period>{}</period>"
    return both(*(measured(measure, around.format(f"<{tag} {each}/>")) for each in (good, bad)))


def reference(result: str, indicator: str) -> str:
    return f"<result>{result}<indicator>{indicator}</indicator></result>"


def line_dated(day: str) -> bytes:
    line = (
        '<budget-line><value value-date="2026-01-01"/></budget-line><budget-line><value'
        f' value-date="{day}"/></budget-line>'
    )
    return organisation(period("recipient-country-budget", "2026-01-01", "2026-12-31", line))


def partners(tag: str, attributes: str, inside: str = "<narrative>A</narrative>") -> str:
    """Once as it should be, in a transaction, and once with these attributes, in a planned
    disbursement."""
    planned = f"<planned-disbursement><{tag} {attributes}>{inside}</{tag}></planned-disbursement>"
    return paid(f'<{tag} ref="GB-CHC-0"/>') + planned


B1 = '<other-identifier type="B1" ref="{}"/>'
OWNER = "<other-identifier><owner-org {}>{}</owner-org></other-identifier>"
TAKES_PART = "<participating-org {}>{}</participating-org>"
OLD = B1.format("GB-CHC-9")
KE = '<recipient-country code="KE"/>'
SECTOR = '<sector code="14030"/>'

EXAMPLES: dict[str, Pair] = {
    "1.1.3": (
        activity(B1.format("GB-CHC"), ref="GB-CHC-0", identifier="GB-CHC-0-A"),
        activity(B1.format("GB-CHC"), ref="GB-CHC-0", identifier="GB-CHC-0"),
    ),
    "1.1.21": (activity(OLD, identifier="GB-CHC-9-A"), activity(OLD, identifier="GB-CHC-9A")),
    "1.14.8": (activity(), activity(ref="wells", identifier="wells-A")),
    "6.11.1": (dated((2, "2026-01-01")), dated((3, "2026-01-01"))),
    "6.2.2": (activity(paid(SECTOR), sector=""), activity(sector="")),
    "4.1.1": (
        activity(
            attributes='default-currency="EUR"', title='<narrative xml:lang="en">A</narrative>'
        ),
        activity(attributes='default-currency="EUR"'),
    ),
    "6.7.2": (activity(paid(SECTOR, SECTOR), sector=""), activity(paid(SECTOR, ""), sector="")),
    "7.8.1": (
        activity("<budget><value currency='EUR'/></budget>", attributes='xml:lang="en"'),
        activity("<budget><value/></budget>", attributes='xml:lang="en"'),
    ),
    "11.1.1": (
        activity(
            attributes=(
                'xml:lang="en" default-currency="EUR" last-updated-datetime="2026-11-02T23:00:00Z"'
            )
        ),
        activity(
            attributes=(
                'xml:lang="en" default-currency="EUR" last-updated-datetime="2026-11-03T00:00:00Z"'
            )
        ),
    ),
    "11.1.2": (
        dated((1, "2026-01-01"), (3, "2026-01-01")),
        dated((1, "2026-01-02"), (3, "2026-01-01")),
    ),
    "11.1.3": (
        dated((2, "2026-01-01"), (4, "2026-01-01")),
        dated((2, "2026-01-02"), (4, "2026-01-01")),
    ),
    "11.1.4": (dated((2, "2026-11-02")), dated((2, "2026-11-03"))),
    "11.1.5": (
        dated((2, "2026-01-01"), (4, "2026-11-02")),
        dated((2, "2026-01-01"), (4, "2026-11-03")),
    ),
    "11.2.1": both(
        paid(
            '<transaction-date iso-date="2026-11-01"/>', '<transaction-date iso-date="2026-11-02"/>'
        ),
        paid(
            '<transaction-date iso-date="2026-11-01"/>', '<transaction-date iso-date="2026-11-03"/>'
        ),
    ),
    "11.2.2": both(
        paid('<value value-date="2026-11-01"/>', '<value value-date="2026-11-02"/>'),
        paid('<value value-date="2026-11-01"/>', '<value value-date="2026-11-03"/>'),
    ),
    "1.3.13": (activity(identifier="GB-CHC-0-A.B"), activity(identifier="GB-CHC-0-A/B")),
    "1.14.13": (
        activity(OLD, identifier="GB-CHC-9-A", ref="GB-CHC-0"),
        activity(OLD, identifier="GB-CHC-9-A", ref="GB-CHC-0?"),
    ),
    "1.3.1": (activity(), activity(identifier="GB-CHC-0-A\n")),
    "1.14.1": (
        activity(OLD, identifier="GB-CHC-9-A", ref="GB-CHC-0"),
        activity(OLD, identifier="GB-CHC-9-A", ref="GB-CHC-0 "),
    ),
    "1.16.1": both(OLD, B1.format(" GB-CHC-9")),
    "1.6.1": both(
        '<other-identifier type="A3" ref="A"/>', '<other-identifier type="A3" ref=" A"/>'
    ),
    "1.7.1": both('<related-activity ref="A"/>', '<related-activity ref="A "/>'),
    "2.1.2": (
        sectors(
            'code="14030"', *(f'vocabulary="2" code="140" percentage="{each}"' for each in (60, 40))
        ),
        sectors(
            'code="14030"', *(f'vocabulary="2" code="140" percentage="{each}"' for each in (60, 60))
        ),
    ),
    "3.4.1": (
        regions(
            'vocabulary="1" code="298" percentage="90"', 'vocabulary="1" code="289" percentage="10"'
        ),
        regions('vocabulary="1" code="298" percentage="100"', 'vocabulary="1" code="289"'),
    ),
    "3.4.4": (
        regions('vocabulary="1" code="298" percentage="100"'),
        regions('vocabulary="1" code="298" percentage="50"'),
    ),
    "3.4.2": (
        regions(
            'vocabulary="1" code="298" percentage="40"',
            more='<recipient-country code="KE" percentage="60"/>',
        ),
        regions(
            'vocabulary="1" code="298" percentage="50"',
            more='<recipient-country code="KE" percentage="60"/>',
        ),
    ),
    "7.9.2": (items("60", "40"), items("60", "60")),
    "7.9.1": (items("60", "40"), items("", "")),
    "7.9.4": (items("100"), items("50")),
    "107.1.2": (
        activity('<default-aid-type code="C01"/><default-aid-type vocabulary="2" code="1"/>'),
        activity(
            '<default-aid-type code="C01"/>' + 2 * '<default-aid-type vocabulary="2" code="1"/>'
        ),
    ),
    "2.1.1": (
        sectors(
            'code="14030"', *(f'vocabulary="2" code="140" percentage="{each}"' for each in (90, 10))
        ),
        sectors(
            'code="14030"',
            'vocabulary="2" code="140" percentage="100"',
            'vocabulary="2" code="140"',
        ),
    ),
    "2.1.4": (
        sectors('code="14030"', 'vocabulary="2" code="140" percentage="100.0"'),
        sectors('code="14030"', 'vocabulary="2" code="140" percentage="50"'),
    ),
    "107.1.2 (2)": both('<default-aid-type code="C01"/>', 2 * '<default-aid-type code="C01"/>'),
    "2.1.2 (2)": (
        sectors(
            *(f'code="14030" percentage="{each}"' for each in ("33.3333", "33.3333", "33.3334"))
        ),
        sectors(*(f'code="14030" percentage="{each}"' for each in ("33.33", "33.33", "33.33"))),
    ),
    "3.1.2": (
        countries(*(f'code="KE" percentage="{each}"' for each in (60, 40))),
        countries(*(f'code="KE" percentage="{each}"' for each in (60, 60))),
    ),
    "12.1.1": (
        countries(*(f'code="KE" percentage="{each}"' for each in (100, 0))),
        countries(*(f'code="KE" percentage="{each}"' for each in (150, -50))),
    ),
    "12.1.1 (2)": (
        regions(*(f'vocabulary="1" code="298" percentage="{each}"' for each in (100, 0))),
        regions(*(f'vocabulary="1" code="298" percentage="{each}"' for each in (150, -50))),
    ),
    "12.3.1": (
        sectors(*(f'code="14030" percentage="{each}"' for each in (100, 0))),
        sectors(*(f'code="14030" percentage="{each}"' for each in (150, -50))),
    ),
    "12.2.1": both('<capital-spend percentage="100"/>', '<capital-spend percentage="100.1"/>'),
    "12.2.1 (2)": (items("100", "0"), items("150", "-50")),
    "2.2.1": (
        activity(
            sector=f'{SECTOR}<sector vocabulary="99" code="W"><narrative>Water</narrative></sector>'
        ),
        activity(sector=f'{SECTOR}<sector vocabulary="99" code="W"></sector>'),
    ),
    "102.1.1": (
        sectors('code="14030"', 'vocabulary="2" code="140"'),
        sectors('vocabulary="2" code="140"'),
    ),
    "2.1.1 (2)": (
        sectors('code="14030" percentage="90"', 'vocabulary="1" code="14081" percentage="10"'),
        sectors('code="14030" percentage="100"', 'vocabulary="1" code="14081"'),
    ),
    "2.1.4 (2)": (
        sectors('code="14030" percentage="100"'),
        sectors('code="14030" percentage="50"'),
    ),
    "107.1.1": both(
        '<default-aid-type code="C01"/><default-aid-type vocabulary="2" code="1"/>',
        '<default-aid-type vocabulary="2" code="1"/>',
    ),
    "107.2.1": both(paid(aid("1"), aid("2")), paid("", aid("2"))),
    "6.6.2": both(paid(""), paid(SECTOR)),
    "3.6.2": both(paid(""), paid(KE)),
    "3.7.1": (activity(paid(KE), country=""), activity(country="")),
    "3.7.2": (activity(paid(KE, KE), country=""), activity(paid(KE, ""), country="")),
    "3.1.1": (
        countries('code="KE" percentage="90"', 'code="UG" percentage="10"'),
        countries('code="KE" percentage="100"', 'code="UG"'),
    ),
    "3.1.4": (countries('code="KE" percentage="100"'), countries('code="KE" percentage="50"')),
    "107.2.2": both(paid(aid("1"), aid("1")), paid(aid("1", "1"))),
    "107.2.2 (2)": both(paid(aid("1", "2")), paid(aid("1", "2", "2"))),
    "6.8.1": both(OWNER.format('ref="GB-CHC-0"', ""), OWNER.format("", "")),
    "1.11.1": both(OWNER.format('ref="GB-CHC-0"', ""), OWNER.format('ref=" GB-CHC-0"', "")),
    "1.11.13": both(OWNER.format('ref="GB-CHC-0"', ""), OWNER.format('ref="GB|CHC-0"', "")),
    "6.9.1": both(partners("provider-org", ""), partners("provider-org", "", "")),
    "1.10.13": both(partners("provider-org", 'ref=""'), partners("provider-org", 'ref="A|B"')),
    "1.10.1": both(partners("provider-org", 'ref="A"'), partners("provider-org", 'ref="A "')),
    "1.4.1": both(
        partners("provider-org", 'provider-activity-id="A"'),
        partners("provider-org", 'provider-activity-id="A "'),
    ),
    "6.9.2": both(partners("receiver-org", ""), partners("receiver-org", "", "")),
    "1.15.1": both(partners("receiver-org", 'ref="A"'), partners("receiver-org", 'ref="A "')),
    "1.5.1": both(
        partners("receiver-org", 'receiver-activity-id="A"'),
        partners("receiver-org", 'receiver-activity-id="A "'),
    ),
    "1.15.13": both(partners("receiver-org", 'ref="A"'), partners("receiver-org", 'ref="A&amp;B"')),
    "6.14.1": both('<policy-marker code="1" significance="1"/>', '<policy-marker code="1"/>'),
    "6.13.1": both(
        '<policy-marker vocabulary="99" code="W"><narrative>Water</narrative></policy-marker>',
        '<policy-marker vocabulary="99" code="W"/>',
    ),
    "1.18.8": (organisation(), organisation(ref="wells")),
    "1.12.13": (organisation(), organisation(identifier="GB/CHC-0")),
    "1.18.13": (organisation(), organisation(ref="GB-CHC-0/1")),
    "1.12.1": (organisation(), organisation(identifier="GB-CHC-0\n")),
    "1.17.1": (
        organisation('<recipient-org-budget><recipient-org ref="A"/></recipient-org-budget>'),
        organisation('<recipient-org-budget><recipient-org ref="A "/></recipient-org-budget>'),
    ),
    "1.18.1": (organisation(), organisation(ref="GB-CHC-0 ")),
    "11.4.1": (
        organisation(
            attributes=(
                'xml:lang="en" default-currency="EUR"'
                ' last-updated-datetime="2026-11-03T01:00:00+02:00"'
            )
        ),
        organisation(
            attributes=(
                'xml:lang="en" default-currency="EUR" last-updated-datetime="2026-11-03T01:00:00"'
            )
        ),
    ),
    "4.5.1": (
        organisation(
            '<name><narrative xml:lang="en">A</narrative></name>',
            attributes='default-currency="EUR"',
        ),
        organisation("<name><narrative>A</narrative></name>", attributes='default-currency="EUR"'),
    ),
    "7.8.2": (
        organisation(
            '<total-budget><value currency="EUR"/></total-budget>', attributes='xml:lang="en"'
        ),
        organisation("<total-budget><value/></total-budget>", attributes='xml:lang="en"'),
    ),
    "6.10.1": both(TAKES_PART.format("", "<narrative>A</narrative>"), TAKES_PART.format("", "")),
    "1.8.13": both(TAKES_PART.format('ref="A"', ""), TAKES_PART.format('ref="A/B"', "")),
    "1.8.1": both(TAKES_PART.format('ref="A"', ""), TAKES_PART.format('ref=" A"', "")),
    "1.9.1": both(
        TAKES_PART.format('ref="A" activity-id="A"', ""),
        TAKES_PART.format('ref="A" activity-id="A "', ""),
    ),
    "8.6.3": ordered("planned-disbursement"),
    "8.6.3 (2)": ordered("budget"),
    "7.5.3": year("budget"),
    "8.6.3 (3)": ordered("total-budget"),
    "7.5.3 (2)": year("total-budget"),
    "8.6.3 (4)": ordered("recipient-country-budget"),
    "11.3.1": (line_dated("2026-12-31"), line_dated("2027-01-01")),
    "7.5.3 (3)": year("recipient-country-budget"),
    "8.6.3 (5)": ordered("recipient-org-budget"),
    "7.5.3 (4)": year("recipient-org-budget"),
    "8.6.3 (6)": ordered("recipient-region-budget"),
    "7.5.3 (5)": year("recipient-region-budget"),
    "8.11.1": both(
        reference("", "<reference/><reference/>"),
        reference("<reference/>", "<reference/>"),
    ),
    "8.6.1": both(
        measured(1, period("period", "2026-02-01", "2026-02-01")),
        measured(1, period("period", "2026-02-01", "2026-01-31")),
    ),
    "7.5.3 (6)": year("total-expenditure"),
    "8.6.3 (7)": ordered("total-expenditure"),
    "8.8.1": valued("baseline", 2, 'value="0"', ""),
    "8.8.2": valued("baseline", 1, 'value="1000.5"', 'value="1,000"'),
    "8.8.3": valued("baseline", 5, "", 'value="1"'),
    "8.9.1": valued("target", 2, 'value="0"', ""),
    "8.9.2": valued("target", 1, 'value="1000.5"', 'value="1,000"'),
    "8.9.3": valued("target", 5, "", 'value="1"'),
    "8.10.1": valued("actual", 2, 'value="0"', ""),
    "8.10.2": valued("actual", 1, 'value="1000.5"', 'value="1,000"'),
    "8.10.3": valued("actual", 5, "", 'value="1"'),
    "4.3.1": (
        activity(title="<narrative>A</narrative><narrative/>"),
        activity(title="<narrative/>"),
    ),
    "4.4.1": both(
        "<description><narrative>A</narrative></description>",
        "<description><narrative></narrative></description>",
    ),
}
"""By ID, and the how-manieth with this ID: a document that keeps the rule, and one that breaks
it."""

COMES_WITH = {"7.9.1": {"7.9.2"}}
"""Where no percentage is given at all, they do not add up either."""


def named_cases() -> dict[str, tuple[str, Case, str]]:
    """The cases of the rule file by the names that the examples have."""
    times: Counter[str] = Counter()
    named = {}
    for context, case, rule in cases(standard()):
        times[(name := case["ruleInfo"]["id"])] += 1
        named[name if times[name] == 1 else f"{name} ({times[name]})"] = context, case, rule
    return named


def alone(context: str, case: Case, rule: str) -> dict[str, Any]:
    """A rule file with one case."""
    case = dict(case)
    if foreach := case.pop("foreach", None):
        return {
            context: {
                "loop": {
                    "cases": [{"foreach": foreach, "do": {rule: {"cases": [case]}}, "subs": []}]
                }
            }
        }
    return {context: {rule: {"cases": [case]}}}


def told(xml: bytes, rules: dict[str, Any]) -> set[str]:
    return {each.id for each in broken(xml, rules, TODAY)}


def test_every_case_of_the_rule_file_has_its_example() -> None:
    assert list(named_cases()) == list(EXAMPLES)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_case_is_kept_and_broken(name: str) -> None:
    context, case, rule = named_cases()[name]
    info = case["ruleInfo"]
    good, bad = EXAMPLES[name]
    only = alone(context, case, rule)

    assert found(etree.fromstring(good), context), (
        "the good example has nothing that the rule is about"
    )
    assert told(good, standard()) == set()
    assert told(bad, standard()) == {info["id"], *COMES_WITH.get(name, ())}
    assert {(each.id, each.severity, each.message) for each in broken(bad, only, TODAY)} == {
        (info["id"], info["severity"], info["message"])
    }


@pytest.mark.parametrize(
    ("xml", "ids"),
    [
        (sectors(*3 * ['code="14030" percentage="33.33333"']), set()),
        (sectors(*2 * ['code="14030" percentage="half"']), {"2.1.2", "12.3.1"}),
        (line_dated("2025-12-31"), {"11.3.1"}),
        (dated((2, "2026-11-02Z")), set()),
        (dated((2, "2026-11-03Z")), {"11.1.4"}),
        (dated((2, "soon")), set()),
        (activity("<fss><forecast/></fss>", attributes='xml:lang="en"'), {"7.8.1"}),
        (activity("<crs-add><loan-status/></crs-add>", attributes='xml:lang="en"'), {"7.8.1"}),
        (activity(paid("<provider-org/>", "<receiver-org/>")), {"6.9.1", "6.9.2"}),
    ],
)
def test_where_a_rule_ends(xml: bytes, ids: set[str]) -> None:
    assert told(xml, standard()) == ids


def test_a_value_that_no_path_can_hold_is_not_passed() -> None:
    with pytest.raises(UnknownRuleError, match="cannot stand in a path"):
        broken(regions("""vocabulary="'" code="298" """), standard(), TODAY)


def test_a_prefix_of_no_register_is_told() -> None:
    def rules(ref: str) -> set[str]:
        return {
            each.id for each in broken(activity(identifier=f"{ref}-A", ref=ref), standard(), TODAY)
        }

    assert rules("GB-CHC-0") == rules("XE-EXAMPLE-0") == set()
    assert rules("PT-NIPC-0")


def test_what_is_broken_is_told_with_its_place() -> None:
    xml = activities(
        PARENT,
        ACTIVITY.replace(
            'code="13"/>\n      <transaction-date iso-date="2026-07-01"',
            'code="13"/>\n      <transaction-date iso-date="2026-12-01"',
        ),
    )
    line = xml[: xml.index(b"2026-12-01")].count(b"\n") + 1

    assert faults(xml) == [
        "error 11.2.1: The transaction date must not be in the future. "
        f"(GB-CHC-0000000-WELLS: transaction-date, line {line})"
    ]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"a_new_one": {"cases": [{"ruleInfo": {}}]}}, "no rule is called a_new_one"),
        ({"unique": {"cases": [], "unless": "x"}}, "unique has unless"),
        (
            {"unique": {"cases": [{"ruleInfo": {}, "paths": [], "unless": "x"}]}},
            "unique has unless",
        ),
        ({"unique": {"cases": [{"ruleInfo": {}}]}}, "unique needs paths"),
        (
            {
                "loop": {
                    "cases": [{"foreach": "x", "do": {"a_new_one": {"cases": [{}]}}, "subs": []}]
                }
            },
            "a_new_one",
        ),
        ({"loop": {"cases": [{"foreach": "x", "do": {}, "until": "x"}]}}, "loop has until"),
        (
            {
                "regex_matches": {
                    "cases": [{"ruleInfo": {}, "paths": [], "regex": "", "idCondition": "X"}]
                }
            },
            "idCondition X",
        ),
        (
            {"one_or_all": {"cases": [{"ruleInfo": {}, "one": "@x", "all": "colour"}]}},
            "one_or_all colour",
        ),
        ({"unique": {"cases": [{"ruleInfo": {}, "paths": ["count(x)"]}]}}, "leads to no elements"),
    ],
)
def test_what_is_not_understood_is_never_passed(rules: dict[str, Any], said: str) -> None:
    with pytest.raises(UnknownRuleError, match=said):
        broken(activity(), {"/iati-activities/iati-activity": rules}, TODAY)


def test_the_full_samples_are_valid() -> None:
    assert faults(activities(PARENT, ACTIVITY)) == []
    assert faults(organisations(ORGANISATION)) == []


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (b"<iati-activity/>", "iati-activity is not the beginning of an IATI file"),
        (activities(ACTIVITY).replace(b'version="2.03"', b'version="2.3"'), "the version is 2.3, not 2.03"),
        (activities(ACTIVITY, ACTIVITY), "error 1.1.2: the identifier GB-CHC-0000000-WELLS stands 2 times"),
        (activities(ACTIVITY.replace("<value value-date", "<value date")), "The attribute 'date' is not allowed"),
        (organisations(ORGANISATION.replace("expense-line", "budget-line")), "Element 'budget-line': This element is not expected"),
        (activities(ACTIVITY.replace('code="14030"', 'code="15120"')), "15120 is withdrawn from Sector (sector/@code"),
        (activities(PARENT.replace('code="14030"', 'code="15120"')), "15120 is withdrawn from Sector (sector/@code"),
        (activities(ACTIVITY.replace('code="14030"', 'code="140"')), "140 is not in Sector (sector/@code"),
        (activities(ACTIVITY.replace('"KES"', '"MRO"')), "MRO is withdrawn from Currency (value/@currency"),
        (activities(ACTIVITY.replace("<iati-identifier>", "<iati-identifier> ")), "warning 1.3.1: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(xml: bytes, said: str) -> None:
    assert any(said in each for each in faults(xml)), faults(xml)


@pytest.mark.slow
@pytest.mark.parametrize("xml", [activities(ACTIVITY), organisations(ORGANISATION)])
def test_every_code_is_held_against_its_list(xml: bytes) -> None:
    """Every one of the full samples, one at a time."""
    root = etree.fromstring(xml)
    for place in places():
        for code in coded(root, place):
            changed = copy.deepcopy(root)
            _at(changed, _path(code.getparent())).set(code.attrname, "no code")
            told = faults(etree.tostring(changed))
            assert any(f"no code is not in {place.list} " in line for line in told), place


def test_the_lists_are_whole() -> None:
    assert {place.list for place in places()} <= LISTS
    assert all(code_list(name).codes for name in LISTS)
    seen = {
        place.list
        for xml in (activities(ACTIVITY), organisations(ORGANISATION))
        for place in places()
        if coded(etree.fromstring(xml), place)
    }
    assert seen >= IN_USE, "a list that this program's files use has no code in the samples"


IN_USE = {
    "ActivityDateType", "ActivityStatus", "AidType", "BudgetStatus", "BudgetType", "Country", "Currency",
    "DisbursementChannel", "DocumentCategory", "FileFormat", "FinanceType", "FlowType", "Language",
    "OrganisationRole", "OrganisationType", "Sector", "TiedStatus", "TransactionType",
}  # fmt: skip


ACTIVITY_MAY_LACK = {
    "iati-activities": "@generated-datetime",
    "iati-activity": (
        """@last-updated-datetime @hierarchy other-identifier contact-info activity-scope policy-marker
        collaboration-type default-flow-type default-finance-type default-aid-type default-tied-status budget
        planned-disbursement transaction document-link related-activity result"""
    ),
    "iati-activity/description": "@type",
    "iati-activity/participating-org": "@ref @type @activity-id",
    "iati-activity/other-identifier": "owner-org",
    "iati-activity/other-identifier/owner-org": "@ref narrative",
    "iati-activity/contact-info": "@type organisation email website",
    "iati-activity/sector": "@vocabulary-uri",
    "iati-activity/policy-marker": "@vocabulary",
    "iati-activity/default-aid-type": "@vocabulary",
    "iati-activity/budget": "@type @status",
    "iati-activity/planned-disbursement": "@type period-end provider-org receiver-org",
    "iati-activity/planned-disbursement/provider-org": "@ref narrative",
    "iati-activity/planned-disbursement/receiver-org": "@type",
    "iati-activity/transaction": (
        """@ref description provider-org receiver-org disbursement-channel flow-type
        finance-type aid-type tied-status"""
    ),
    "iati-activity/transaction/value": "@currency",
    "iati-activity/transaction/provider-org": "@ref @type @provider-activity-id",
    "iati-activity/transaction/receiver-org": "@ref @type",
    "iati-activity/transaction/aid-type": "@vocabulary",
    "iati-activity/document-link": "description language document-date",
    "iati-activity/result": "@aggregation-status description",
    "iati-activity/result/indicator": "@ascending @aggregation-status baseline period",
    "iati-activity/result/indicator/baseline": "@iso-date comment",
    "iati-activity/result/indicator/period": "target actual",
    "iati-activity/result/indicator/period/target": "comment",
    "iati-activity/result/indicator/period/actual": "comment",
}
"""What the sample has and may lack, all of a kind at once: what a file need not say."""

ORGANISATION_MAY_LACK = {
    "iati-organisations": "@generated-datetime",
    "iati-organisation": (
        """@last-updated-datetime total-budget recipient-org-budget recipient-country-budget
        total-expenditure document-link"""
    ),
    "iati-organisation/total-budget": "@status budget-line",
    "iati-organisation/total-budget/budget-line": "@ref",
    "iati-organisation/recipient-org-budget": "@status",
    "iati-organisation/recipient-country-budget": "@status budget-line",
    "iati-organisation/recipient-country-budget/budget-line": "@ref",
    "iati-organisation/total-expenditure": "expense-line",
    "iati-organisation/total-expenditure/expense-line": "@ref",
    "iati-organisation/document-link": "language document-date recipient-country",
    "iati-organisation/document-link/recipient-country": "narrative",
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("xml", "may_lack"),
    [
        (activities(ACTIVITY), ACTIVITY_MAY_LACK),
        (organisations(ORGANISATION), ORGANISATION_MAY_LACK),
    ],
    ids=["activity", "organisation"],
)
def test_what_is_needed_is_missed(xml: bytes, may_lack: dict[str, str]) -> None:
    """Each kind of element and attribute is taken away; then each single one that has no second
    beside it."""
    root = etree.fromstring(xml)
    kinds: dict[str, list[tuple[str, str]]] = {}
    for element in root.iter():
        kind = "/".join(str(each.tag) for each in reversed([element, *element.iterancestors()]))
        kind = kind.partition("/")[2] or kind
        if element is not root:
            kinds.setdefault(kind, []).append((_path(element), ""))
        for name in map(str, element.attrib):
            kinds.setdefault(f"{kind}/@{name}", []).append((_path(element), name))
    optional = {f"{parent}/{name}" for parent, names in may_lack.items() for name in names.split()}

    unnoticed = {kind for kind, all_of_it in kinds.items() if not _faults_without(root, all_of_it)}

    languages = {
        kind
        for kind in kinds
        if kind.endswith("narrative/@{http://www.w3.org/XML/1998/namespace}lang")
    }
    assert unnoticed == optional | languages
    for kind in kinds.keys() - unnoticed:
        for path, name in kinds[kind]:
            if not _another_stands_for(_at(root, path), name):
                assert _faults_without(root, [(path, name)]), f"{path} {name}"


def _another_stands_for(element: etree._Element, name: str) -> bool:
    """A second of its kind, the identifier of an organisation for its name, the first vocabulary
    where none is named."""
    parent = element.getparent()
    if name or parent is None:
        return name == "vocabulary" and element.get(name) == "1"
    return len(parent.findall(str(element.tag))) > 1 or (
        element.tag == "narrative" and bool(parent.get("ref"))
    )


def _faults_without(root: etree._Element, away: list[tuple[str, str]]) -> list[str]:
    changed = copy.deepcopy(root)
    for element, name in [(_at(changed, path), name) for path, name in away]:
        if name:
            del element.attrib[name]
        elif (parent := element.getparent()) is not None:
            parent.remove(element)
    return faults(etree.tostring(changed))


def _path(element: etree._Element) -> str:
    return str(element.getroottree().getpath(element))


def _at(root: etree._Element, path: str) -> etree._Element:
    element: etree._Element = found(root, path)[0]
    return element
