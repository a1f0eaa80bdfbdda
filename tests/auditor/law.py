"""The law: no combination of figures gives, exactly or within ten per cent, an amount behind which
stand fewer than three contributors, or in which one of them would know another's share.

Figures are rows of a matrix, with one column for each contributor and amount: an *unknown*. What
readers can compute is what lies in the space of these rows.

- Exactly: a combination that has the unknowns of two contributors alone. Found with rational
  elimination (FLINT).
- Within ten per cent: readers see that the figures stay the same, so an unknown can only be changed
  together with others. If no change of the unknowns, of which none falls below zero, raises an amount
  of one or two contributors by a tenth, that amount is known. Found with linear programming (HiGHS);
  most pairs are cleared at once by a change that is found with least squares.

Both are done twice: once with an unknown for each contribution, and once with the amounts of one
contributor that agree within ten per cent as one unknown, because people guess that who got 300.00
every month gets 300.00 again. Both are done for the public, and for each funder, who knows all
amounts of the contributors in its grants."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from math import gcd

import flint
import numpy as np
import numpy.typing as npt

from tests.auditor.truth import NOBODY, Stake

Vector = npt.NDArray[np.float64]
TENTH = Fraction(1, 10)
NEAR = 0.1 - 1e-6
"""How well an amount may not be known. Ends of intervals are floats, hence a little less."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A way to break the law, in words. `kind` is 'exact', 'near' or 'dominated'.

    `who`: the one or two contributors, or who dominates a figure."""

    kind: str
    words: str
    who: tuple[str, ...] = ()


@dataclass(slots=True)
class Verdict:
    """Breaches, and the narrowest interval: how far the amount that is known best can be moved, as
    a share of it. 1 means that it may be anything from zero to its double."""

    breaches: list[Breach] = field(default_factory=list)
    narrowest: float = 1.0
    lines: int = 0
    unknowns: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """An amount of one contributor, above zero, or the mean of those that agree. `spread`: how far
    these differ from it, as a share of it. Nobody knows these better than that."""

    who: str
    amount: Fraction
    called: str
    spread: float = 0.0


@dataclass(slots=True)
class Figures:
    """Figures as rows over unknowns. `alike`: whether amounts that agree are one unknown."""

    names: list[str]
    unknowns: list[Unknown]
    rows: list[list[int]]
    alike: bool

    @property
    def owners(self) -> dict[str, list[int]]:
        """The columns of each contributor. What belongs to nobody is no contributor's."""
        columns: dict[str, list[int]] = {}
        for place, unknown in enumerate(self.unknowns):
            if unknown.who != NOBODY:
                columns.setdefault(unknown.who, []).append(place)
        return columns


Sums = Mapping[str, Mapping[str, int]]
"""Figures by what they are called: how often each contribution is in them."""


def judge(
    figures: Sums,
    cents: Mapping[str, int],
    stakes: Mapping[str, Sequence[Stake]],
    public: Sums | None = None,
    views: Sequence[bool] = (False, True),
    knows: Collection[str] = (),
) -> Verdict:
    """Judges figures for a reader who knows the amounts of those contributions that have no stakes.

    `public`: sums that are public for themselves, such as awards. What they alone give away is no
    breach; what figures give away together with them is.
    `views`: whether amounts that agree are one unknown; both, unless a test asks for one.
    `knows`: contributors whose money this reader sees sooner or later. What is known of them alone
    is not in the narrowest interval."""
    verdict = Verdict()
    for alike in views:
        how = " if amounts that agree are the same" if alike else ""
        before = Verdict()
        _judge(_matrix(public or {}, cents, stakes, alike=alike), before, how, set(), knows)
        told = {breach.who for breach in before.breaches if breach.kind != "dominated"}
        _judge(
            _matrix({**(public or {}), **figures}, cents, stakes, alike=alike),
            verdict,
            how,
            told,
            knows,
        )
        said = {_money(breach) for breach in before.breaches}
        verdict.breaches = [breach for breach in verdict.breaches if _money(breach) not in said]
    if True in views:
        known = list((public or {}).values())
        new = {name: parts for name, parts in figures.items() if parts not in known}
        verdict.breaches += _rises(new, cents, stakes)
    return verdict


def _money(breach: Breach) -> str:
    """Returns the amounts that a breach gives, whatever figures they are computed from: a public
    sum may be the difference of two figures, too."""
    figures, gives, amounts = breach.words.partition(" = ")
    return amounts if gives else figures


# ---- The matrix


def _matrix(
    figures: Sums,
    cents: Mapping[str, int],
    stakes: Mapping[str, Sequence[Stake]],
    *,
    alike: bool,
    each: bool = False,
) -> Figures:
    """Returns figures over unknowns. `each`: whether those that are the same stay, and those that
    have no unknown."""
    used = dict.fromkeys(name for parts in figures.values() for name in parts)
    places: dict[tuple[str, str], int] = {}
    unknowns: list[Unknown] = []
    those: list[list[Fraction]] = []
    of: dict[str, list[int]] = {}
    for name in used:
        for stake in stakes[name]:
            who, amount = stake.who, abs(cents[name]) * stake.share
            if not amount or (name, who) in places:
                continue
            near = [place for place in of.get(who, ()) if _agree(unknowns[place].amount, amount)]
            if alike and who != NOBODY and near:
                # A chain (30, 33, 36) is cut in the order in which its amounts were told.
                place = min(near, key=lambda place: abs(unknowns[place].amount - amount))
                those[place].append(amount)
            else:
                place = len(unknowns)
                unknowns.append(Unknown(who, amount, f"{name} of {who}"))
                those.append([amount])
                of.setdefault(who, []).append(place)
            places[name, who] = place
    unknowns = [_mean(unknown, amounts) for unknown, amounts in zip(unknowns, those, strict=True)]
    names, rows = [], []
    for words, parts in figures.items():
        row = [0] * len(unknowns)
        for name, times in parts.items():
            for stake in stakes[name]:
                if (name, stake.who) in places:
                    row[places[name, stake.who]] += times if cents[name] > 0 else -times
        if each or (any(row) and row not in rows):
            names.append(words)
            rows.append(row)
    return Figures(names, unknowns, rows, alike)


def _mean(unknown: Unknown, amounts: Sequence[Fraction]) -> Unknown:
    """Returns the unknown for amounts that agree. Sums of them are those of their mean."""
    mean = sum(amounts, Fraction(0)) / len(amounts)
    spread = max(float(abs(amount - mean) / mean) for amount in amounts)
    return replace(unknown, amount=mean, spread=spread)


def _agree(one: Fraction, other: Fraction) -> bool:
    """Whether two amounts differ by a tenth of the larger at most."""
    return abs(one - other) <= TENTH * max(one, other)


# ---- The judgement


def _judge(
    figures: Figures,
    verdict: Verdict,
    how: str,
    told: set[tuple[str, ...]],
    knows: Collection[str],
) -> None:
    if not figures.rows:
        return
    verdict.lines = max(verdict.lines, len(figures.rows))
    verdict.unknowns = max(verdict.unknowns, len(figures.unknowns))
    if not figures.alike:  # sizes are the payments' own
        verdict.breaches += _dominated(figures, how)
    space = _Space.of(figures)
    owners = figures.owners
    alone: list[tuple[str, ...]] = [(who,) for who in owners]
    guilty = {who for breached in told for who in breached if len(breached) == 1}
    for pair in [*alone, *combinations(owners, 2)]:
        # What one contributor's amounts give away is not told again for each pair with another.
        if pair in told or guilty & set(pair):
            continue
        breach, width = _pair(figures, space, [owners[who] for who in pair])
        if not set(pair).issubset(knows):
            verdict.narrowest = min(verdict.narrowest, width)
        if breach:
            guilty |= set(pair) if len(pair) == 1 else set()
            verdict.breaches.append(Breach(breach[0], f"{breach[1]}{how}", pair))


@dataclass(slots=True)
class _Space:
    """What the figures leave open: changes of the unknowns, each as a share of its size, that no
    figure shows. `open_` projects onto them."""

    basis: Vector
    open_: Vector

    @classmethod
    def of(cls, figures: Figures) -> _Space:
        """The rows by exact elimination, then scaled: column by column by the unknown's size."""
        reduced, rank = _reduced(figures.rows)
        sizes = np.array([float(unknown.amount) for unknown in figures.unknowns])
        scaled = np.array(reduced, dtype=float) * sizes
        scaled /= np.linalg.norm(scaled, axis=1)[:, None]
        right = np.linalg.svd(scaled, full_matrices=False)[2][:rank]
        return cls(scaled, np.eye(len(sizes)) - right.T @ right)


def _reduced(rows: list[list[int]]) -> tuple[list[list[float]], int]:
    """The reduced row echelon form, by exact elimination, and the rank."""
    matrix, rank = flint.fmpq_mat(flint.fmpz_mat(rows)).rref()
    return [
        [int(matrix[row, column].p) / int(matrix[row, column].q) for column in range(len(rows[0]))]
        for row in range(rank)
    ], rank


def _pair(
    figures: Figures, space: _Space, columns: Sequence[Sequence[int]]
) -> tuple[tuple[str, str] | None, float]:
    """Returns the breach of one or two contributors, or None, and the interval."""
    ours = [place for group in columns for place in group]
    inner = space.open_[np.ix_(ours, ours)]
    values, vectors = np.linalg.eigh(inner)
    if values[0] < 1e-7 and (words := _exactly(figures, ours)):
        return ("exact", words), 0.0
    # The pseudoinverse of `inner`, from the eigenvalues that are known already.
    kept = values > 1e-9 * values[-1]
    inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    witness = space.open_[:, ours] @ inverse
    largest = np.abs(witness).max(axis=0)
    fixed = np.abs(witness[ours] - np.eye(len(ours))).max(axis=0)
    sizes = [float(figures.unknowns[place].amount) for place in ours]
    moved = []
    for n, place in enumerate(ours):
        # It raises this unknown alone of those that are ours.
        fits = fixed[n] < 1e-6
        # A change is open by itself, unless the system that it solves is nearly singular.
        if fits and values[0] < 1e-4:
            fits = np.max(np.abs(space.basis @ witness[:, n])) < 1e-7
        free = 1 / largest[n] if fits else 0.0
        if free < 0.25:
            free = max(free, _widest(space, {place: 1.0}, [m for m in ours if m != place]))
        moved.append(min(free + figures.unknowns[place].spread, 1.0))
    where = [len(columns[0]), len(ours)] if len(columns) == 2 else [len(ours), len(ours)]
    first, second = range(where[0]), range(where[0], where[1])
    for n in first if not second else []:
        if moved[n] < NEAR:
            return ("near", _within(figures, [ours[n]], moved[n])), moved[n]
    for n in first:
        for m in second:
            both = sizes[n] + sizes[m]
            share = max(moved[n] * sizes[n], moved[m] * sizes[m]) / both
            if share < NEAR:
                weights = {ours[n]: sizes[n] / both, ours[m]: sizes[m] / both}
                spread = sum(
                    weight * figures.unknowns[place].spread for place, weight in weights.items()
                )
                share = _widest(space, weights, ()) + spread
            if min(moved[n], moved[m], share) < NEAR:
                narrow = min(moved[n], moved[m], share)
                return ("near", _within(figures, [ours[n], ours[m]], narrow)), narrow
    return None, min(moved)


def _widest(space: _Space, weights: Mapping[int, float], fixed: Sequence[int]) -> float:
    """How far above the truth a sum of unknowns may be, while those that are fixed stay. `weights`:
    the share of each unknown in the sum. The result is a share of the sum too.

    Everybody knows that no amount is below zero, and nobody knows how large it may be. So who
    estimates takes the most that it may be, as in the p % rule of statistics offices."""
    from scipy.optimize import linprog  # slow to load, and few tests need it

    count = space.open_.shape[0]
    bounds: list[tuple[float, float | None]] = [(-1.0, None)] * count
    for other in fixed:
        bounds[other] = (0.0, 0.0)
    aim = np.zeros(count)
    for place, weight in weights.items():
        bounds[place] = (-1.0, 1.0)
        aim[place] = -weight
    solved = linprog(
        aim, A_eq=space.basis, b_eq=np.zeros(len(space.basis)), bounds=bounds, method="highs"
    )
    return 0.0 if solved.x is None else -float(solved.fun)


def _exactly(figures: Figures, ours: Sequence[int]) -> str:
    """Returns the combination of figures that has these unknowns alone, or '' if there is none."""
    rest = [n for n in range(len(figures.unknowns)) if n not in set(ours)]
    for words, row in _small(figures):
        if any(row[n] for n in ours) and not any(row[n] for n in rest):
            return f"{words} = {_said(figures, row)}"
    others = flint.fmpq_mat(
        flint.fmpz_mat(
            [[row[n] for row in figures.rows] for n in rest] or [[0] * len(figures.rows)]
        )
    )
    for weights in _null(others):
        mixed: list[int | Fraction] = [
            sum((weight * figures.rows[n][column] for n, weight in enumerate(weights)), Fraction(0))
            for column in range(len(figures.unknowns))
        ]
        if any(mixed):
            words = " ".join(
                f"{'+' if weight > 0 else '-'} {abs(weight)}*[{figures.names[n]}]"
                for n, weight in enumerate(weights)
                if weight
            )
            return f"{words} = {_said(figures, mixed)}"
    return ""


def _null(matrix: flint.fmpq_mat) -> Iterator[list[Fraction]]:
    """A basis of the vectors that the matrix makes zero."""
    reduced, rank = matrix.rref()
    columns = matrix.ncols()
    pivots: list[int] = []
    for row in range(rank):
        pivots.append(next(n for n in range(columns) if reduced[row, n] != 0))
    for free in (n for n in range(columns) if n not in pivots):
        vector = [Fraction(0)] * columns
        vector[free] = Fraction(1)
        for row, pivot in enumerate(pivots):
            entry = reduced[row, free]
            vector[pivot] = -Fraction(int(entry.p), int(entry.q))
        yield vector


def _small(figures: Figures) -> Iterator[tuple[str, Sequence[int]]]:
    """Every figure, and every sum and difference of two, in words."""
    for name, row in zip(figures.names, figures.rows, strict=True):
        yield f"[{name}]", row
    for (a, left), (b, right) in combinations(zip(figures.names, figures.rows, strict=True), 2):
        yield f"[{a}] - [{b}]", [x - y for x, y in zip(left, right, strict=True)]
        yield f"[{a}] + [{b}]", [x + y for x, y in zip(left, right, strict=True)]


def _dominated(figures: Figures, how: str) -> list[Breach]:
    """Breaches of figures, and of sums and differences of two that are safe alone: three
    contributors or more stand behind one, but what is left after the two largest is less than a
    tenth of the two together."""
    sizes = np.array([float(unknown.amount) for unknown in figures.unknowns])
    people = list(dict.fromkeys(unknown.who for unknown in figures.unknowns))
    whose = np.zeros((len(sizes), len(people)))
    for n, unknown in enumerate(figures.unknowns):
        whose[n, people.index(unknown.who)] = 1.0
    nobody = people.index(NOBODY) if NOBODY in people else None
    matrix = np.array(figures.rows, dtype=float)
    bad = _unbalanced(matrix, sizes, whose, nobody, NEAR)
    few = np.count_nonzero(np.abs(matrix) @ whose, axis=1) < 3
    breaches = [
        Breach(
            "dominated",
            f"[{figures.names[n]}] = {_said(figures, figures.rows[n])}{how}",
            _largest(figures, figures.rows[n]),
        )
        for n in np.flatnonzero(bad).tolist()
    ]
    good = np.flatnonzero(~bad & ~few)
    for place, n in enumerate(good.tolist()):
        for sign in (1, -1):
            later = good[place + 1 :]
            both = matrix[later] + sign * matrix[n]
            for m in later[_unbalanced(both, sizes, whose, nobody, NEAR)].tolist():
                row = [x + sign * y for x, y in zip(figures.rows[m], figures.rows[n], strict=True)]
                words = f"[{figures.names[m]}] {'+' if sign > 0 else '-'} [{figures.names[n]}]"
                words = f"{words} = {_said(figures, row)}{how}"
                breaches.append(Breach("dominated", words, _largest(figures, row)))
    return breaches


RATIOS = [(p, q) for p in range(1, 7) for q in range(1, 7) if p != q and gcd(p, q) == 1]
"""How many times two figures are taken. Each once is in `_dominated`."""


def _rises(
    sums: Sums, cents: Mapping[str, int], stakes: Mapping[str, Sequence[Stake]]
) -> Iterator[Breach]:
    """Yields what multiples of two figures give, if regular pay falls out: one or two got all of
    it, or nearly. So what two people got more is known, too.

    If money of others is taken away, and is not the same as what they got before, nobody knows how
    much, and so nobody knows the rest."""
    plain = _matrix(sums, cents, stakes, alike=False, each=True)
    alike = _matrix(sums, cents, stakes, alike=True, each=True)
    people = list(dict.fromkeys(unknown.who for unknown in plain.unknowns))
    whose = np.zeros((len(plain.unknowns), len(people)))
    for n, unknown in enumerate(plain.unknowns):
        whose[n, people.index(unknown.who)] = float(unknown.amount)
    rows = np.array(plain.rows, dtype=float).reshape(len(plain.rows), len(whose))
    paid = rows @ whose
    nobody = np.array([who == NOBODY for who in people], dtype=bool)
    kinds = np.array(alike.rows)
    for n, m in combinations(range(len(sums)), 2):
        for p, q in RATIOS:
            guess = p * kinds[n] - q * kinds[m]
            left = p * paid[n] - q * paid[m]
            if np.any(left[nobody]) or not np.any((guess == 0) & (kinds[n] != 0)):
                continue
            sizes = np.sort(np.abs(left))[::-1]
            two = np.argsort(-np.abs(left))[:2]
            one_way = {*np.sign(guess[guess != 0]), *np.sign(left[two][left[two] != 0])}
            if len(one_way) == 1 and sizes[2:].sum() < sizes[:2].sum() * NEAR:
                row = [p * x - q * y for x, y in zip(plain.rows[n], plain.rows[m], strict=True)]
                words = f"{p}*[{plain.names[n]}] - {q}*[{plain.names[m]}] = {_said(plain, row)}"
                yield Breach("dominated", f"{words} if pay is regular", _largest(plain, row))


def _largest(figures: Figures, row: Sequence[int]) -> tuple[str, ...]:
    """The contributor whose amount in a row is the largest: it is this one that is known."""
    amounts: dict[str, Fraction] = {}
    for unknown, times in zip(figures.unknowns, row, strict=True):
        if unknown.who != NOBODY:
            amounts[unknown.who] = amounts.get(unknown.who, Fraction(0)) + times * unknown.amount
    return (max(amounts, key=lambda who: abs(amounts[who])),) if amounts else ()


def _unbalanced(
    rows: Vector, sizes: Vector, whose: Vector, nobody: int | None, near: float
) -> npt.NDArray[np.bool_]:
    """Whether three contributors or more stand behind each row, and two of them for too much."""
    by_person = np.abs(rows * sizes @ whose)
    free = by_person[:, nobody].copy() if nobody is not None else np.zeros(len(rows))
    if nobody is not None:
        by_person[:, nobody] = 0.0
    if by_person.shape[1] < 3:
        return np.zeros(len(rows), dtype=bool)
    order = np.sort(by_person, axis=1)[:, ::-1]
    rest = order[:, 2:].sum(axis=1)
    few: npt.NDArray[np.bool_] = (rest > 0) & (rest + free < order[:, :2].sum(axis=1) * near)
    return few


def _said(figures: Figures, row: Sequence[int | Fraction]) -> str:
    parts = [
        f"{'+' if times > 0 else '-'}{'' if abs(times) == 1 else abs(times)} {unknown.called}"
        f" ({float(unknown.amount) / 100:.2f})"
        for times, unknown in zip(row, figures.unknowns, strict=True)
        if times
    ]
    return " ".join(parts) or "nothing"


def _within(figures: Figures, places: Sequence[int], share: float) -> str:
    names = " and ".join(
        f"{figures.unknowns[n].called} ({float(figures.unknowns[n].amount) / 100:.2f})"
        for n in places
    )
    return f"{names}: known within {share:.1%}"
