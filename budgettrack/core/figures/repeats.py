"""Calculates dates that come again, from the rule that people type, and the deadline that follows
when one is done.

This is the only module that imports python-dateutil. A rule is a rule of iCalendar (RFC 5545)
without its DTSTART, such as `FREQ=MONTHLY;BYDAY=2TU`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from datetime import date, datetime, time
from functools import cache

from babel import Locale
from dateutil.rrule import rrule, rrulestr
from msgspec import Struct

from budgettrack.core.base.months import add_months
from budgettrack.core.base.names_in_languages import NAMES
from budgettrack.core.base.sheet_words import in_every_language
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import folded

HORIZON = 30 * 12
"""If a rule gives no date within this number of months, it counts as one that never gives a
date."""

_EVERY: Mapping[str, str] = {
    "week": "FREQ=WEEKLY",
    "month": "FREQ=MONTHLY",
    "quarter": "FREQ=MONTHLY;INTERVAL=3",
    "half-year": "FREQ=MONTHLY;INTERVAL=6",
    "year": "FREQ=YEARLY",
}
_WEEK = ("semaine", "semana", "неделя", "тиждень", "أسبوع", "هفته")
"""The words for a week, by language. The words for longer periods are not here, because they are
choices of other columns."""
_ADVERBS: Mapping[str, str] = {
    "week": "weekly hebdomadaire semanal semanalmente еженедельно щотижня щотижнево"
    " أسبوعي أسبوعيا هفتگی",
    "month": "monthly mensuel mensuelle mensual mensualmente ежемесячно щомісяця щомісячно"
    " شهري شهريا ماهانه ماهیانه",
    "quarter": "quarterly trimestriel trimestrielle trimestral ежеквартально щокварталу"
    " щоквартально فصلي سه‌ماهه",
    "half-year": "half-yearly semestriel semestrielle semestral раз_в_полгода раз_на_півроку",
    "year": "yearly annual annually annuel annuelle anual anualmente ежегодно щороку щорічно سنوي"
    " سنويا سالانه",
}
"""Other words for how often, by language. `_` stands for a space."""
_EACH = (
    "every,each,chaque,tous les,toutes les,cada,todos los,todas las,каждый,каждую,каждые,кожний,"
    "кожного,кожен,кожну,كل,هر"
)
"""Words before a period that mean each of them."""
_OF_MONTH = (
    "of the month,of each month,of every month,in the month,each month,every month,du mois,"
    "de chaque mois,del mes,de cada mes,месяца,каждого месяца,в месяце,місяця,кожного місяця,"
    "من الشهر,من كل شهر,في الشهر,كل شهر,ماه,هر ماه"
)
"""Words behind a weekday that say no more than that it is of each month."""
_ARTICLES = ("the ", "le ", "el ")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ORDINALS: Mapping[int, str] = {
    1: "1 1st 1er 1o 1_и first premier primer primero primera первый первая первое перший перша"
    " перше الأول أول اولین",
    2: "2 2nd 2e 2eme 2o 2_и second deuxième segundo segunda второй вторая второе другий друга"
    " друге الثاني ثاني دومین",
    3: "3 3rd 3e 3eme 3o 3_и third troisième tercer tercero tercera третий третья третье третій"
    " третя третє الثالث ثالث سومین",
    4: "4 4th 4e 4eme 4o 4_и fourth quatrième cuarto cuarta четвертый четвёртый четвертая четвертое"
    " четвертий четверта четверте الرابع رابع چهارمین",
    -1: "last dernier último ultima última последний последняя последнее останній остання останнє"
    " الأخير آخر آخرین",
}
_WHOLE_RULE = re.compile(r"[A-Z0-9=;,:+-]{1,200}")
_OFTEN = ("DAILY", "HOURLY", "MINUTELY", "SECONDLY")
_LAST_YEAR = 9950
_OF_SERIES = re.compile(r":\d{4}-\d\d-\d\d$")


@cache
def _ordinals() -> Mapping[str, int]:
    return {_spaced(word): n for n, words in _ORDINALS.items() for word in words.split()}


def _spaced(word: str) -> str:
    return folded(word.replace("_", " "))


@cache
def _periods() -> Mapping[str, str]:
    """Returns the rule of each word for a period, such as `month`, `monthly` and `every month`, in
    every language of the workbook."""
    rules: dict[str, str] = {}
    for word, rule in _EVERY.items():
        others = _WEEK if word == "week" else ()
        nouns = list(map(folded, (*in_every_language("choice", word), *others)))
        plurals = [f"{noun}s" for noun in nouns]
        each = [f"{folded(lead)} {noun}" for lead in _EACH.split(",") for noun in nouns + plurals]
        adverbs = [_spaced(adverb) for adverb in _ADVERBS[word].split()]
        rules.update(dict.fromkeys((*nouns, *each, *adverbs), rule))
    return rules


def _weekday_of_month(words: str) -> str | None:
    """Returns the rule of words such as `second tuesday` and `second tuesday of each month`. In
    some languages the weekday stands first. Returns None if there are more words: `second tuesday
    of march` is not of each month."""
    for ending in sorted(map(folded, _OF_MONTH.split(",")), key=len, reverse=True):
        words = words.removesuffix(f" {ending}")
    for article in _ARTICLES:
        words = words.removeprefix(article)
    for ordinal, number in _ordinals().items():
        for day in (words.removeprefix(f"{ordinal} "), words.removesuffix(f" {ordinal}")):
            found = _weekdays().get(day) or _weekdays().get(f"ال{day}")
            if found and day != words:
                return f"FREQ=MONTHLY;BYDAY={number}{found}"
    return None


@cache
def _weekdays() -> Mapping[str, str]:
    """Returns the code of each weekday (such as `TU`) by its name, in every language of the
    workbook."""
    names: dict[str, str] = {}
    for language in ("en", *NAMES):
        for width in ("wide", "abbreviated"):
            for number, name in Locale.parse(language).days["format"][width].items():
                names.setdefault(folded(name), _DAYS[number])
    return names


def rule_of(text: str, first: date) -> str | None:
    """Returns the rule by which a date repeats, from a text such as `month`, `second Tuesday`, or a
    rule such as `FREQ=YEARLY;BYMONTH=3`.

    `first` is the first date; its day is the day of the month. Returns None if the text is not a
    rule."""
    words = folded(text)
    if words in _periods():
        return f"{_periods()[words]}{_day_of(_periods()[words], first)}"
    if weekday := _weekday_of_month(words):
        return weekday
    rule = text.strip().upper().removeprefix("RRULE:").rstrip(";")
    if (
        "FREQ=" not in rule
        or not _WHOLE_RULE.fullmatch(rule)
        or any(each in rule for each in _OFTEN)
    ):
        return None
    if not re.fullmatch(r"([1-9]\d{0,2})?", _part(rule, "INTERVAL=")):
        return None
    try:
        _parsed(_without_end(rule), first)
    except (ValueError, TypeError, KeyError):
        return None
    return rule


def _day_of(rule: str, first: date) -> str:
    """Returns the part of a rule for a day that some months do not have, such as the 31st. In these
    months, the last day is taken."""
    if first.day <= 28 or "WEEKLY" in rule:
        return ""
    months = f"BYMONTH={first.month};" if "YEARLY" in rule else ""
    return f";{months}BYMONTHDAY={first.day},-1;BYSETPOS=1"


def _parsed(rule: str, first: date) -> rrule:
    parsed = rrulestr(rule, dtstart=datetime.combine(first, time()))
    assert isinstance(parsed, rrule)  # `_WHOLE_RULE` accepts only a single rule.
    return parsed


def _without_end(rule: str) -> str:
    return ";".join(part for part in rule.split(";") if not part.startswith(("COUNT=", "UNTIL=")))


def _part(rule: str, name: str) -> str:
    return next((part[len(name) :] for part in rule.split(";") if part.startswith(name)), "")


def ends(rule: str) -> bool:
    """Whether a rule itself says when it ends."""
    return bool(_part(rule, "COUNT=") or _part(rule, "UNTIL="))


def last_day_of(rule: str, until: date | None) -> date | None:
    """Returns the last day on which a rule may give a date, from its own UNTIL and from `until`.

    Returns None if neither is given."""
    written = re.match(r"(\d{4})(\d\d)(\d\d)", _part(rule, "UNTIL="))
    days = [until] if until else []
    if written:
        try:
            days.append(date(*map(int, written.groups())))
        except ValueError:
            return until
    return min(days, default=None)


def dates(rule: str, first: date, until: date | None) -> Iterator[date]:
    """Yields the dates of a rule from `first` on, for thirty years at most."""
    horizon = add_months(first, HORIZON)
    last = min(horizon, last_day_of(rule, until) or horizon)
    # If a rule never gives a date, the library tries all years until 9999.
    # Trying all years can take 45 seconds.
    # The calendar repeats every 400 years, so the library is given an equal year near 9999.
    later = (_LAST_YEAR - first.year) // 400 * 400
    shifted = first.replace(year=first.year + later)
    most = _part(rule, "COUNT=")
    for number, at in enumerate(_parsed(_without_end(rule), shifted)):
        day = at.date().replace(year=at.year - later)
        if day > last or (most.isdecimal() and number >= int(most)):
            return
        yield day


def series_of(id_: str) -> str:
    """Returns the ID of the first deadline of a series: `D-3` of `D-3:2026-12-08`."""
    return _OF_SERIES.sub("", id_)


class Series(Struct, frozen=True):
    """Deadlines that follow each other by one rule, the oldest first."""

    id: str
    rows: tuple[tuple[str, Fields], ...]

    @property
    def first(self) -> date:
        """The first date of the series, from which the rule counts."""
        return date.fromisoformat(self.rows[0][1]["due"])

    @property
    def newest(self) -> tuple[str, Fields]:
        """The last deadline of the series."""
        return self.rows[-1]

    @property
    def rule(self) -> str | None:
        """The rule. It is None if the newest deadline has no rule, or one that cannot be read."""
        return rule_of(self.newest[1].get("repeats", ""), self.first)

    @property
    def until(self) -> date | None:
        """The last day on which the deadline repeats, from its cell. It is None if the cell is
        blank."""
        text = self.newest[1].get("repeats_until", "")
        return date.fromisoformat(text) if text else None

    @property
    def calendar_rule(self) -> str:
        """The rule in the form that a calendar program needs, with its end as a day. It is '' if
        there is no rule."""
        rule = self.rule
        if rule is None:
            return ""
        if self.until is None and not ends(rule):
            return rule
        last = max(dates(rule, self.first, self.until), default=self.first)
        return f"{_without_end(rule)};UNTIL={last:%Y%m%d}"


def series(deadlines: Mapping[str, Fields]) -> list[Series]:
    """Returns the series of deadlines. A series is a deadline that repeats, together with the
    earlier deadlines of the same rule."""
    rows: dict[str, list[tuple[str, Fields]]] = {}
    for id_, fields in deadlines.items():
        if fields.get("due") and not fields.get("derived"):
            rows.setdefault(series_of(id_), []).append((id_, fields))
    made = (
        Series(base, tuple(sorted(members, key=lambda row: (row[1]["due"], row[0]))))
        for base, members in rows.items()
    )
    return [each for each in made if each.newest[1].get("repeats")]


def following(deadlines: Mapping[str, Fields], removed: Set[str]) -> dict[str, Fields]:
    """Returns the deadlines that follow those that are done, by ID.

    If a deadline was done late, the dates that have passed in the meantime are skipped. A deadline
    that a person deleted (`removed`) does not come back."""
    made: dict[str, Fields] = {}
    for each in series(deadlines):
        _, fields = each.newest
        done = fields.get("done_on", "")
        if not done or each.rule is None:
            continue
        after = max(date.fromisoformat(done), date.fromisoformat(fields["due"]))
        due = next((day for day in dates(each.rule, each.first, each.until) if day > after), None)
        id_ = f"{each.id}:{due}"
        if due is not None and id_ not in removed and id_ not in deadlines:
            made[id_] = {name: text for name, text in fields.items() if name != "done_on"} | {
                "due": due.isoformat()
            }
    return made
