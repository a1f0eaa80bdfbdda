"""The rules of IATI's own rule file (standard.json), run over a file: what the schema cannot say.

The meaning of each rule is that of the official description (SPEC of IATI-Rulesets) and of the
official validator. A kind of rule, or a key of a case, that is not known here is an error: nothing
is passed because it was not understood.

Where the official validator looks at less than the rule's words say, this looks at all that the
words say:

- A date that stands several times (each transaction's) is checked each time; the validator looks at the first one only.
- In a loop, `$1` is put into every text of a case; the file forgets to name `condition` once (2.1.2 for vocabularies
  other than the first), so that the validator never finds that fault.
- A path where a truth is asked for means "there is such a thing" (XPath's own meaning); the validator takes every path
  for true, also one that finds nothing, and so never finds 3.7.1.

What can only be half-checked, because the lists are on the network and change daily:

- `ORG-ID-PREFIX` (the prefixes of registers of organisations, org-id.guide): the list is that of the program.
- `idCondition` (leave out organisations that are registered publishers): no organisation is taken for registered,
  so these rules always hold. That is the stricter side.
- Now: only the day is known, and anything on that day is not in the future.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from lxml import etree

from budgettrack.config.identifiers import prefixes

Case: TypeAlias = Mapping[str, Any]
_Rule: TypeAlias = Callable[["_Seen"], "Collection[etree._Element] | bool"]

_ID_CONDITIONS = {"NOT_EXISTING_ORG_ID", "NOT_EXISTING_ORG_ID_PREFIX"}
_EVERYWHERE = {"ruleInfo", "condition"}


def _registers() -> frozenset[str]:
    """The published prefixes, and the one that is for examples only."""
    return prefixes() | {"XE-EXAMPLE"}


class UnknownRuleError(Exception):
    """The rule file says something that is not understood here."""


@dataclass(frozen=True)
class Broken:
    """A rule that does not hold: which one, and where."""

    id: str
    severity: str
    message: str
    identifier: str
    """The identifier of the activity or organisation."""
    element: str
    line: int

    def __str__(self) -> str:
        return (
            f"{self.severity} {self.id}: {self.message} ({self.identifier}: {self.element}, line"
            f" {self.line})"
        )


@dataclass(frozen=True)
class _Seen:
    """A case of a rule, at the element that it is about."""

    case: Case
    at: etree._Element
    today: date

    def found(self, path: str) -> list[Any]:
        """The elements, or the texts of attributes, that a path leads to."""
        return found(self.at, path)

    def all(self) -> list[Any]:
        return [each for path in self.case["paths"] for each in self.found(path)]

    def true(self, question: str) -> bool:
        return self.at.xpath(f"boolean({question})") is True

    def dates(self, key: str) -> list[tuple[datetime, etree._Element]]:
        """The dates of a path; the schema, not a rule, finds fault with what is no date."""
        path = self.case[key]
        if path == "NOW":
            return [(datetime.combine(self.today, time.max, UTC), self.at)]
        read = [(_moment(str(each)), _element(each)) for each in self.found(path)]
        return [(moment, element) for moment, element in read if moment is not None]


def broken(xml: bytes, rules: Mapping[str, Any], today: date) -> list[Broken]:
    """The rules that do not hold in a file, in the order of the rules."""
    root = etree.fromstring(xml)
    told = []
    for context, case, rule in cases(rules):
        for at in found(root, context):
            for one in _each(case, at):
                told += _told(rule, _Seen(one, at, today))
    return told


def found(at: etree._Element, path: str) -> list[Any]:
    """The elements, or the texts of attributes, that a path leads to."""
    answer = at.xpath(path)
    if not isinstance(answer, list):
        raise UnknownRuleError(f"{path} leads to no elements")
    return answer


def cases(rules: Mapping[str, Any]) -> Iterator[tuple[str, Case, str]]:
    """Every case of a rule file: the path that it holds at, the case and the name of its rule.

    What a loop does stands as cases of their own, with the path to loop over in `foreach`.
    """
    for context, named in rules.items():
        for name, these in named.items():
            _only(these, {"cases"}, name)
            for case in these["cases"]:
                if name != "loop":
                    yield context, _checked(case, name), name
                    continue
                _only(case, {"foreach", "do", "subs"}, name)
                for inner, those in case["do"].items():
                    _only(those, {"cases"}, inner)
                    for each in those["cases"]:
                        yield context, {**_checked(each, inner), "foreach": case["foreach"]}, inner


def _checked(case: Case, name: str) -> Case:
    if name not in _RULES:
        raise UnknownRuleError(f"no rule is called {name}")
    _, needed, possible = _RULES[name]
    _only(case, _EVERYWHERE | needed | possible, name)
    if missing := {"ruleInfo", *needed} - case.keys():
        raise UnknownRuleError(f"{name} needs {', '.join(sorted(missing))}")
    if case.get("idCondition") not in {None, *_ID_CONDITIONS}:
        raise UnknownRuleError(f"idCondition {case['idCondition']}")
    return case


def _only(given: Mapping[str, Any], known: Collection[str], name: str) -> None:
    if unknown := given.keys() - set(known):
        raise UnknownRuleError(f"{name} has {', '.join(sorted(unknown))}")


def _each(case: Case, at: etree._Element) -> Iterator[Case]:
    """The case itself; of a loop, one for each different value that it loops over."""
    if "foreach" not in case:
        yield case
        return
    for value in dict.fromkeys(str(each) for each in found(at, case["foreach"])):
        if "'" in value:
            raise UnknownRuleError(f"{value} cannot stand in a path")
        yield {key: _put(text, value) for key, text in case.items() if key != "foreach"}


def _put(text: Any, value: str) -> Any:
    if isinstance(text, str):
        return text.replace("$1", value)
    return [each.replace("$1", value) for each in text] if isinstance(text, list) else text


def _told(rule: str, seen: _Seen) -> list[Broken]:
    if "condition" in seen.case and not seen.true(seen.case["condition"]):
        return []
    answer = _RULES[rule][0](seen)
    places: list[Any] = (
        list(answer) if not isinstance(answer, bool) else [] if answer else [seen.at]
    )
    info = seen.case["ruleInfo"]
    return [
        Broken(
            info["id"],
            info["severity"],
            info["message"],
            _identifier(place),
            str(place.tag),
            place.sourceline or 0,
        )
        for place in dict.fromkeys(places)
    ]


def _identifier(place: etree._Element) -> str:
    """The identifier of the activity or organisation that a place is in."""
    return str(
        place.xpath(
            "normalize-space(ancestor-or-self::iati-activity/iati-identifier"
            " | ancestor-or-self::iati-organisation/organisation-identifier)"
        )
    )


def _element(place: Any) -> etree._Element:
    """The element itself, or the one whose attribute or text it is."""
    element: etree._Element = place if isinstance(place, etree._Element) else place.getparent()
    return element


def _text(place: Any) -> str:
    return (
        "".join(str(each) for each in place.itertext())
        if isinstance(place, etree._Element)
        else str(place)
    )


def _moment(text: str) -> datetime | None:
    """A date, or a date and time; without a zone it is UTC, as in the validator."""
    text = text.strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)", text):
        text = f"{text[:10]}T00:00{text[10:]}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return Decimal("NaN")


def _where(seen: _Seen, holds: Callable[[str], bool]) -> list[etree._Element]:
    """The elements whose text, or attribute, does not hold."""
    return [_element(each) for each in seen.all() if not holds(_text(each))]


def _atleast_one(seen: _Seen) -> bool:
    return len(seen.all()) >= 1


def _no_more_than_one(seen: _Seen) -> bool:
    return len(seen.all()) <= 1


def _one_or_all(seen: _Seen) -> Sequence[etree._Element]:
    """One for all, or else every narrative, amount or transaction its own."""
    if seen.found(seen.case["one"]):
        return []
    needing = {
        "lang": "descendant::narrative[not(@xml:lang)]",
        "currency": (
            "(descendant::value | descendant::forecast | descendant::loan-status)[not(@currency)]"
        ),
        "sector": "transaction[not(sector)]",
    }
    if seen.case["all"] not in needing:
        raise UnknownRuleError(f"one_or_all {seen.case['all']}")
    return seen.found(needing[seen.case["all"]])


def _unique(seen: _Seen) -> bool:
    texts = [_text(each) for each in seen.all()]
    return len(texts) == len(set(texts))


def _startswith(seen: _Seen) -> Sequence[etree._Element]:
    if seen.case["prefix"] == ["ORG-ID-PREFIX"]:
        return _where(seen, lambda text: "-".join(text.split("-")[:2]) in _registers())
    separator = seen.case.get("separator", "")
    starts = tuple(
        _text(each) + separator for path in seen.case["prefix"] for each in seen.found(path)
    )
    return _where(seen, lambda text: text.startswith(starts))


def _regex_matches(seen: _Seen) -> Sequence[etree._Element]:
    """Nothing at all passes, as in the validator."""
    return _where(seen, lambda text: not text or re.search(seen.case["regex"], text) is not None)


def _no_spaces(seen: _Seen) -> Sequence[etree._Element]:
    return _where(seen, lambda text: text == text.strip())


def _range(seen: _Seen) -> Sequence[etree._Element]:
    def inside(text: str) -> bool:
        number = _number(text)
        return number.is_finite() and Decimal(str(seen.case["min"])) <= number <= Decimal(
            str(seen.case["max"])
        )

    return _where(seen, inside)


def _strict_sum(seen: _Seen) -> bool:
    """To four places, as the validator rounds."""
    total = sum((_number(_text(each)) for each in seen.all()), Decimal(0))
    return total.is_finite() and round(total, 4) == Decimal(str(seen.case["sum"]))


def _if_then(seen: _Seen) -> bool:
    return not seen.true(seen.case["if"]) or seen.true(seen.case["then"])


def _date_order(seen: _Seen) -> Sequence[etree._Element]:
    """The same day passes, and so does what lacks one of the two."""
    later = seen.dates("more")
    return [
        element
        for moment, element in seen.dates("less")
        if any(moment > other for other, _ in later)
    ]


def _date_now(seen: _Seen) -> Sequence[etree._Element]:
    end = datetime.combine(seen.today, time.max, UTC)
    return [element for moment, element in seen.dates("date") if moment > end]


def _between_dates(seen: _Seen) -> Sequence[etree._Element]:
    starts, ends = seen.dates("start"), seen.dates("end")
    return [
        element
        for moment, element in seen.dates("date")
        if any(moment < start for start, _ in starts) or any(moment > end for end, _ in ends)
    ]


def _time_limit(seen: _Seen) -> Sequence[etree._Element]:
    """A year is 365 days between the first and the last day."""
    starts = seen.dates("start")
    return [
        element
        for end, element in seen.dates("end")
        if any(end - start >= timedelta(days=366) for start, _ in starts)
    ]


_RULES: Mapping[str, tuple[_Rule, set[str], set[str]]] = {
    "atleast_one": (_atleast_one, {"paths"}, set()),
    "between_dates": (_between_dates, {"date", "start", "end"}, set()),
    "date_now": (_date_now, {"date"}, set()),
    "date_order": (_date_order, {"less", "more"}, set()),
    "if_then": (_if_then, {"if", "then"}, {"paths"}),
    "no_more_than_one": (_no_more_than_one, {"paths"}, set()),
    "no_spaces": (_no_spaces, {"paths"}, set()),
    "one_or_all": (_one_or_all, {"one", "all"}, set()),
    "range": (_range, {"paths", "min", "max"}, set()),
    "regex_matches": (_regex_matches, {"paths", "regex"}, {"idCondition"}),
    "startswith": (_startswith, {"paths", "prefix"}, {"separator", "idCondition"}),
    "strict_sum": (_strict_sum, {"paths", "sum"}, set()),
    "time_limit": (_time_limit, {"start", "end"}, set()),
    "unique": (_unique, {"paths"}, set()),
}
"""By name: the rule, the keys that its cases need, and those that they may have."""
