"""Every regular expression of the package, and how the time of one grows with the length of a text.

A pattern that tries again from every letter of a run takes the square of its length. Hostile texts
are made of the pattern's own letters, so that it nearly matches again and again."""

from __future__ import annotations

import ast
import builtins
import importlib
import itertools
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import budgettrack

ROOT = Path(budgettrack.__file__).parent
MATCHING = ("match", "fullmatch")
CALLS = {"compile", "search", "findall", "finditer", "split", "sub", "subn", *MATCHING}
_CALLED = re.compile(rf"\.\s*(?:{'|'.join(sorted(CALLS))})\b")
"""What a source has in it where a pattern is made or asked."""
LENGTHS = (12, 20, 256, 1024, 4096, 16384)
"""The first two are for a pattern whose time doubles with each letter: with more it never ends."""
TOO_STEEP = 10.0
"""Four times the length is four times the time of a linear search, and sixteen of a quadratic."""
MEASURABLE = 0.0003
"""Seconds under which a time is mostly noise; nothing is judged by it."""


@dataclass(frozen=True)
class Use:
    """A pattern, where it stands, and the method that is called: `match`, `fullmatch`, or
    `finditer` for all that search."""

    place: str
    name: str
    pattern: re.Pattern[Any]
    method: str

    def run(self, text: str) -> None:
        subject = text if isinstance(self.pattern.pattern, str) else text.encode("latin-1")
        for _ in self.pattern.finditer(subject) if self.method == "finditer" else ():
            pass
        if self.method != "finditer":
            getattr(self.pattern, self.method)(subject)


class _Anything(dict[str, Any]):
    """The local names of a function, each of which has a value that may stand in a pattern."""

    def __init__(self, known: Mapping[str, Any], value: str | bytes) -> None:
        super().__init__()
        self._known, self._value = known, value

    def __missing__(self, key: str) -> Any:
        if key in self._known or hasattr(builtins, key):
            raise KeyError(key)
        return self._value


def uses() -> tuple[list[Use], list[str]]:
    """All uses of patterns, and the calls whose pattern is not known before the program runs."""
    sources = {path: path.read_text("utf-8") for path in sorted(ROOT.rglob("*.py"))}
    trees = {
        path: list(ast.walk(ast.parse(source)))
        for path, source in sources.items()
        if _CALLED.search(source)
    }
    methods: dict[str, set[str]] = {}
    for nodes in trees.values():
        for node in nodes:
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            if node.attr in CALLS:
                methods.setdefault(node.value.id, set()).add(node.attr)
    made: list[Use] = []
    unknown: list[str] = []
    for path, nodes in trees.items():
        if path.name == "__main__.py":
            continue
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
        named = {
            id(node.value): target.id
            for node in nodes
            if isinstance(node, ast.Assign) and _method(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in nodes:
            method = _method(node)
            if not isinstance(node, ast.Call) or not method:
                continue
            place = f"{'/'.join(parts)}:{node.lineno}"
            pattern = _evaluated(node, vars(module))
            if pattern is None:
                unknown.append(f"{'/'.join(parts[1:])}: {ast.unparse(node)}")
                continue
            name = named.get(id(node), "") if method == "compile" else ""
            called = methods.get(name, {"search"}) if name else {method}
            made += [Use(place, name, pattern, kind) for kind in sorted(map(_kind, called))]
    return made, unknown


def _method(node: ast.AST) -> str:
    """The function of `re` that is called; '' if the node is no such call."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in CALLS
    ):
        return node.func.attr
    return ""


def _kind(method: str) -> str:
    return method if method in MATCHING else "finditer"


def _evaluated(call: ast.Call, known: dict[str, Any]) -> re.Pattern[Any] | None:
    flags = 0
    for given in (*call.args[1:], *(keyword.value for keyword in call.keywords)):
        if re.fullmatch(r"re\.[A-Z]+( \| re\.[A-Z]+)*", ast.unparse(given)):
            flags = eval(ast.unparse(given), {"re": re})
    code = compile(ast.Expression(call.args[0]), "pattern", "eval")
    for value in ("x", b"x"):
        try:
            return re.compile(eval(code, known, _Anything(known, value)), flags)
        except (TypeError, AttributeError):
            continue
    return None


def _letters(pattern: re.Pattern[Any]) -> list[str]:
    """The texts and letters of a pattern, and one of each usual kind."""
    text = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    )
    bare = re.sub(r"\\[a-zA-Z0-9]|\(\?[a-zA-Z<>=!:]*|\{[\d,]*\}", "\n", text)
    words = re.findall(r"[^\n()|\[\]?*+^$.\\]{2,}", bare)
    signs = [sign for sign in dict.fromkeys(bare) if sign != "\n"]
    kinds = ["a", "1", " ", "-", ".", "\0"]
    return list(dict.fromkeys([*words[:3], *kinds, *signs[:8]]))


def hostile(pattern: re.Pattern[Any]) -> Iterator[Callable[[int], str]]:
    """Makers of texts of a length: one piece again and again, or two in turn, after a beginning,
    and an end that matches nothing."""
    letters = _letters(pattern)
    pairs = [first + second for first, second in itertools.permutations(letters[:6], 2)]
    starts = [(start, piece) for start in ("", *letters[:2]) for piece in letters]

    def maker(start: str, piece: str) -> Callable[[int], str]:
        return lambda length: start + (piece * (length // len(piece) + 1))[:length] + "\0"

    for start, piece in (*starts, *(("", pair) for pair in pairs)):
        if all(sign < "\u0100" for sign in start + piece) or isinstance(pattern.pattern, str):
            yield maker(start, piece)


def steep(run: Callable[[str], object], make: Callable[[int], str], longest: int) -> str:
    """What text makes the time grow faster than its length. '' if it does not."""
    shorter = LENGTHS[0]
    before = _time(run, make(shorter), 3)
    for length in itertools.takewhile(lambda length: length <= longest, LENGTHS[1:]):
        text = make(length)
        now = _time(run, text, 1)
        if now > MEASURABLE and now > TOO_STEEP * before and _surely(run, make, shorter, length):
            return f"{text[:40]!r} of {length} letters"
        before, shorter = now, length
    return ""


def _surely(
    run: Callable[[str], object], make: Callable[[int], str], shorter: int, length: int
) -> bool:
    """Whether it is so again and again: the machine may have been busy. What takes long is asked
    once."""
    steepest = TOO_STEEP * max(length / shorter / 4, 1)
    if (longest := _time(run, make(length), 1)) > 0.02:
        return longest > steepest * _time(run, make(shorter), 9)
    return all(
        _time(run, make(length), 5) > steepest * _time(run, make(shorter), 3) for _ in range(5)
    )


def _time(run: Callable[[str], object], text: str, times: int) -> float:
    """The least of several times: what else the machine does only adds to one."""
    least = float("inf")
    for _ in range(times):
        begun = time.thread_time()
        run(text)
        least = min(least, time.thread_time() - begun)
    return least
