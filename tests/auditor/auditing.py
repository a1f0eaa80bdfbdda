"""The audit of a test group: every figure of every public file of every month, and the law."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations

from tests.auditor.law import Breach, judge
from tests.auditor.marking import SCALE, Marks
from tests.auditor.reading import Content, Number, read
from tests.auditor.truth import NOBODY, Shown, Stake, Truth

MONEY = SCALE // 100
"""Every amount of a test group is above this, in units; years, counts and lengths are below."""


@dataclass(slots=True)
class Report:
    """What an audit found. `figures` are different sums; `numbers` are all numbers that were read.
    `old`: the sums on pages of an older program."""

    breaches: list[Breach] = field(default_factory=list)
    months: int = 0
    files: int = 0
    numbers: int = 0
    figures: int = 0
    old: int = 0
    narrowest: float = 1.0

    def kinds(self) -> set[str]:
        return {breach.kind for breach in self.breaches}

    def __str__(self) -> str:
        lines = [
            f"{self.months} months, {self.files} files, {self.numbers} numbers, {self.figures}"
            f" figures, narrowest interval ±{self.narrowest:.1%}, {len(self.breaches)} breaches"
        ]
        return "\n".join([*lines, *(f"  {each.kind}: {each.words}" for each in self.breaches)])


def audit(marks: Marks, truth: Truth, shown: Sequence[Shown]) -> Report:
    """Reads all that was ever published together, and judges it.

    What pages of an older program give away alone is no breach, nor what is odd in them; what new
    pages give away beside them is."""
    report, odd = Report(), Report()
    figures: dict[str, Mapping[str, int]] = {}
    copies: dict[str, Mapping[str, int]] = {}
    first: dict[str, int] = {}
    for place, page in enumerate(shown):
        report.months += 1
        _month(page, marks, truth, odd if page.old else report, copies if page.old else figures)
        for parts in (*copies.values(), *figures.values()):
            if parts not in truth.known.values():
                first |= {name: place for name in parts if name not in first}
    report.old = len(copies)
    judge_figures(figures, first, marks, truth, report, copies)
    return report


def judge_figures(
    figures: Mapping[str, Mapping[str, int]],
    first: Mapping[str, int],
    marks: Marks,
    truth: Truth,
    report: Report,
    copies: Mapping[str, Mapping[str, int]] | None = None,
) -> None:
    """Judges figures for everybody and for each funder. `first`: the place of the month in which
    each contribution was first in a figure. `copies`: figures of pages of an older program."""
    report.figures = len(figures)
    copies = copies or {}
    whole, cents = _whole_amounts({**copies, **figures}, marks.cents)
    figures = {name: whole[name] for name in figures}
    known = {**truth.known, **{name: whole[name] for name in copies}}
    told: set[str] = set()
    whose = _as_published(truth, first)
    for reader in ("everybody", *truth.funders):
        seen = _seen(truth.funders.get(reader, {}), whose, truth)
        stakes = _hidden_from(seen, whose, first)
        verdict = judge(figures, cents, stakes, known, knows=seen.keys())
        report.narrowest = min(report.narrowest, verdict.narrowest)
        for breach in verdict.breaches:
            if breach.who and seen.keys() >= set(breach.who):
                continue  # money that this funder sees in its own grants, sooner or later
            plain = breach.words.removesuffix(" if amounts that agree are the same")
            if plain not in told:
                told.add(plain)
                words = f"{reader} computes {breach.words}"
                report.breaches.append(Breach(breach.kind, words))


def _whole_amounts(
    figures: Mapping[str, Mapping[str, int]], cents: Mapping[str, int]
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Returns the figures and amounts with each payment as it was published: one that was corrected
    before anybody saw it is one amount, and not two."""
    whole = {name: dict(parts) for name, parts in figures.items()}
    amounts = dict(cents)
    for change in cents:
        payment, found, _ = change.partition(" change ")
        same = all(parts.get(change, 0) == parts.get(payment, 0) for parts in whole.values())
        if found and payment in cents and same:
            amounts[payment] += amounts[change]
            for parts in whole.values():
                parts.pop(change, None)
    return whole, amounts


def _as_published(truth: Truth, first: Mapping[str, int]) -> dict[str, tuple[Stake, ...]]:
    """Returns who stands behind each contribution when it was published first: a payment that was
    moved before anybody saw it is about those whom its new line pays."""
    whose = dict(truth.stakes)
    for name, moves in truth.moved.items():
        for place, stakes in moves:
            if first.get(name, place) >= place:
                whose[name] = stakes
    return whose


def _seen(
    names: Mapping[str, int], whose: Mapping[str, Sequence[Stake]], truth: Truth
) -> dict[str, int]:
    """Returns the contributors of the contributions that a funder sees, each with the place from
    which on. A funder from whose grant a payment was moved saw it as the old line's."""
    seen: dict[str, int] = {}
    for name, page in names.items():
        moves = truth.moved.get(name, ())
        before = any(page < place for place, _ in moves)
        for stake in truth.stakes[name] if before else whose[name]:
            seen[stake.who] = min(page, seen.get(stake.who, page))
    seen.pop(NOBODY, None)
    return seen


def _hidden_from(
    seen: Mapping[str, int], whose: Mapping[str, Sequence[Stake]], first: Mapping[str, int]
) -> dict[str, Sequence[Stake]]:
    """The stakes that a reader does not know, who sees some contributors.

    What was published before a reader could see the contributor is not known to this reader."""
    return {
        name: [
            stake
            for stake in stakes
            if stake.who not in seen or seen[stake.who] > first.get(name, 0)
        ]
        for name, stakes in whose.items()
    }


# ---- One month


@dataclass(slots=True)
class _Sum:
    """A number that was read as a sum of contributions."""

    number: Number
    parts: Mapping[str, int]
    value: Fraction


def _month(
    page: Shown,
    marks: Marks,
    truth: Truth,
    report: Report,
    figures: dict[str, Mapping[str, int]],
) -> None:
    files = [
        {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        for folder in page.folders
    ]
    names = sorted(files[0])
    for other in files[1:]:
        if sorted(other) != names:
            report.breaches.append(Breach("worlds", f"{page.month}: other files in other worlds"))
            return
    sums: dict[str, list[_Sum]] = {}
    rest: list[tuple[str, list[Number]]] = []
    for name in names:
        report.files += 1
        contents = [read(world[name]) for world in files]
        report.breaches += _secrets(page, name, contents[0])
        aligned = _aligned(contents)
        if aligned is None:
            report.breaches.append(Breach("worlds", f"{page.month} {name}: other words or numbers"))
            continue
        report.numbers += len(aligned)
        for numbers in aligned:
            found = _sum(numbers, marks, truth)
            if found is None:
                rest.append((name, numbers))
            else:
                sums.setdefault(name, []).append(found)
                keep(f"{page.month} {name}: {numbers[0].place}", found.parts, figures)
    for name, numbers in rest:
        if not _follows(numbers[0], sums.get(name, []), sums, truth):
            words = f"{page.month} {name}: {numbers[0].text!r} at {numbers[0].place}"
            report.breaches.append(Breach("unexplained", words))
    for name, bar in _bars(rest, sums):
        report.breaches.append(Breach("drawn", f"{page.month} {name}: {bar.place} {bar.text}"))


def keep(name: str, parts: Mapping[str, int], figures: dict[str, Mapping[str, int]]) -> None:
    """Adds a figure, unless the same sum is known already.

    A page that is made again may have another sum in the same place. Readers kept the first."""
    other = {part: -times for part, times in parts.items()}
    if parts and parts not in figures.values() and other not in figures.values():
        figures[f"{name} made again ({len(figures)})" if name in figures else name] = parts


def _aligned(contents: Sequence[Content]) -> list[list[Number]] | None:
    """The numbers of a file, each in all worlds, or None if the files are not alike."""
    first = [number.place for number in contents[0].numbers]
    if any([number.place for number in other.numbers] != first for other in contents[1:]):
        return None
    return [list(row) for row in zip(*(content.numbers for content in contents), strict=True)]


def _secrets(page: Shown, name: str, content: Content) -> Iterable[Breach]:
    for word in sorted(page.secret):
        if word in content.words or word in name:
            yield Breach("named", f"{page.month} {name} has {word!r}")


def _sum(numbers: Sequence[Number], marks: Marks, truth: Truth) -> _Sum | None:
    """Reads a number as a sum of contributions, in the base currency or in another one."""
    if numbers[0].kind != "number" or not any(number.value for number in numbers):
        return None
    for rate in (1, *truth.rates.values()):
        amounts = [number.value * 100 / rate for number in numbers]
        if all(amount.denominator == 1 for amount in amounts):
            parts = marks.read([int(amount) for amount in amounts])
            if parts is not None:
                return _Sum(numbers[0], parts, numbers[0].value)
    return None


# ---- Numbers that are no sums


def _follows(
    number: Number, file: Sequence[_Sum], sums: Mapping[str, Sequence[_Sum]], truth: Truth
) -> bool:
    """Whether a number follows from figures that are read anyway, or is public for itself."""
    if number.kind == "drawn" or number.value == 0:
        return True
    if number.kind == "percent":
        return _is_share(number, file, truth)
    if abs(number.value) >= MONEY:
        return any(
            abs(abs(each.value) - abs(number.value)) <= number.width
            for those in sums.values()
            for each in those
            if number.kind == "rounded"
        )
    plain = str(number.value)
    year = number.value.denominator == 1 and 1990 <= number.value <= 2100
    return year or plain in truth.numbers


def _is_share(number: Number, file: Sequence[_Sum], truth: Truth) -> bool:
    """Whether a percentage follows from two figures of its row, paragraph or bar."""
    if abs(number.value) == 100 or str(number.value) in truth.numbers:
        return True
    near = [each.value for each in file if _beside(each.number.block, number.block)]
    near += [a - b for a, b in permutations(near, 2)]
    return any(
        abs(abs(100 * a / b) - abs(number.value)) <= number.width for a in near for b in near if b
    )


def _beside(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _bars(
    rest: Sequence[tuple[str, Sequence[Number]]], sums: Mapping[str, Sequence[_Sum]]
) -> Iterable[tuple[str, Number]]:
    """Lengths in charts that are not in proportion to figures of the same file. The figures of a
    month's chart stand on its page of all figures."""
    charts: dict[tuple[str, str], list[Number]] = {}
    for name, numbers in rest:
        number = numbers[0]
        if number.kind == "drawn" and re.search(
            r"/g(\[\d+\])?/rect(\[\d+\])?@(width|height)", number.place
        ):
            chart = number.place.partition("/svg")[0] + number.place.rpartition("@")[2][:-2]
            charts.setdefault((name, chart), []).append(number)
    for (name, _), bars in charts.items():
        lengths = [bar for bar in bars if bar.value]
        if len({bar.value for bar in lengths}) < 2:
            continue  # all alike: the breadth of the bars
        beside = name.replace(".html", "-figures.html")
        values = {abs(each.value) for file in (name, beside) for each in sums.get(file, [])}
        values |= {abs(a - b) for a in values for b in values}
        values.discard(Fraction(0))
        yield from ((name, bar) for bar in _odd(lengths, sorted(values)))


def _odd(bars: Sequence[Number], values: Sequence[Fraction]) -> list[Number]:
    """The bars that no value explains, by the scale that explains most of them."""
    best = list(bars)
    longest = max(bars, key=lambda bar: bar.value)
    for value in values:
        scale = longest.value / value
        lengths = [scale * other for other in values]
        odd = [
            bar
            for bar in bars
            if bar.value > 2 and not any(abs(bar.value - each) <= 3 * bar.width for each in lengths)
        ]
        if len(odd) < len(best):
            best = odd
    return best
