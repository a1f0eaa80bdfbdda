"""Small faults: what can be changed at a place of a source text, and what the text is then."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TYPE_CHECKING = "TYPE_CHECKING"
"""An `if` of this name is for the type checker alone and never runs."""

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
_BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_WRAPPERS = ("sorted", "list", "tuple", "set", "frozenset", "reversed", "abs", "round")
_METHODS = ("strip", "casefold", "lower", "upper", "rstrip", "lstrip")


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """One small fault: the text from `start` to `end` of a file becomes `text`."""

    file: str
    start: int
    end: int
    operator: str
    original: str
    mutant: str
    text: str
    lines: tuple[int, ...]
    """The lines of the changed expression, and the first line of its statement."""
    function: str
    """The qualified name of the function, or "" outside of functions."""
    names: tuple[str, ...] = ()
    """Outside of functions: the names that the statement defines."""

    @property
    def line(self) -> int:
        return self.lines[0]

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What is the same after lines have moved."""
        return self.file, self.function, self.operator, self.original, self.mutant

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.text.encode() + source[self.end :]


def mutants_of(file: str, source: bytes) -> list[Mutant]:
    """Returns every small fault that the operators can make in a source text, in its order."""
    walk = _Walk(file, source)
    walk.body(ast.parse(source).body, _Place("", (), 0))
    return sorted(walk.found)


def sources(root: Path, folders: tuple[str, ...]) -> list[str]:
    """Returns the Python files of the folders, relative to the root, in a fixed order."""
    paths = [path for folder in folders for path in (root / folder).rglob("*.py")]
    return sorted(path.relative_to(root).as_posix() for path in paths)


@dataclass(frozen=True, slots=True)
class _Place:
    function: str
    names: tuple[str, ...]
    first: int
    """The first line of the statement."""


class _Walk:
    """Visits statements and expressions, and collects the faults that can be made in each."""

    def __init__(self, file: str, source: bytes) -> None:
        self._file = file
        self._source = source
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self.found: list[Mutant] = []

    # Statements

    def body(self, statements: list[ast.stmt], outer: _Place) -> None:
        for statement in statements:
            place = _Place(outer.function, outer.names, statement.lineno)
            if not outer.function and not outer.names:
                place = _Place("", _defined(statement), statement.lineno)
            self._statement(statement, place)

    def _statement(self, statement: ast.stmt, place: _Place) -> None:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._definition(statement, place)
                return
            case ast.If(test=ast.Name(id=name)) if name == TYPE_CHECKING:
                return
            case ast.Import() | ast.ImportFrom() | ast.Global() | ast.Nonlocal():
                return
            case ast.Expr(value=ast.Constant()):
                return  # a docstring
            case ast.AnnAssign(value=value):
                # The annotation is for the type checker alone.
                if value is not None:
                    self._expression(value, place)
                return
            case ast.Raise():
                self._replace(statement, place, "drop-raise", "pass")
            case ast.Continue() | ast.Break():
                self._replace(statement, place, "drop-jump", "pass")
            case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Delete():
                self._replace(statement, place, "drop-statement", "pass")
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
                self._replace(statement, place, "drop-statement", "pass")
            case ast.If(test=test) | ast.While(test=test):
                self._negate(test, place)
        for part in ast.iter_child_nodes(statement):
            self._part(part, place)

    def _definition(
        self, statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, place: _Place
    ) -> None:
        inner = f"{place.function}.{statement.name}".lstrip(".")
        if isinstance(statement, ast.ClassDef):
            # The body of a class runs when the module is read.
            for part in statement.body:
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                    self._definition(part, _Place(inner, place.names, part.lineno))
                else:
                    self._statement(
                        part, _Place(place.function, (statement.name,), statement.lineno)
                    )
            return
        # A default is set as the module is read, and used as the function begins.
        begins = statement.body[ast.get_docstring(statement) is not None :]
        first = begins[0].lineno if begins else statement.lineno
        for default in (*statement.args.defaults, *statement.args.kw_defaults):
            if default is not None:
                self._expression(default, _Place(inner, place.names, first))
        for part in statement.body:
            self._statement(part, _Place(inner, (), part.lineno))

    def _part(self, part: ast.AST, place: _Place) -> None:
        """A part of a statement: statements in it keep their own first line."""
        match part:
            case ast.stmt():
                self._statement(part, _Place(place.function, place.names, part.lineno))
            case ast.expr():
                self._expression(part, place)
            case _:
                for inner in ast.iter_child_nodes(part):
                    self._part(inner, place)

    # Expressions

    def _expression(self, node: ast.AST, place: _Place) -> None:
        match node:
            case ast.JoinedStr():
                return  # Python 3.11 does not say where the parts of an f-string stand
            case ast.BoolOp():
                self._conditions(node, place)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self._replace(node, place, "drop-not", ast.unparse(operand))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                if not isinstance(operand, ast.Constant):
                    self._replace(node, place, "arithmetic", ast.unparse(operand))
            case ast.BinOp():
                self._arithmetic(node, place)
            case ast.Compare():
                self._boundaries(node, place)
            case ast.IfExp(test=test):
                self._negate(test, place)
            case ast.Dict():
                self._keys(node, place)
            case ast.Call():
                self._call(node, place)
            case ast.Constant(value=value):
                self._constant(node, place, value)
            case ast.comprehension():
                for condition in node.ifs:
                    self._replace(condition, place, "drop-filter", "True")
        for part in ast.iter_child_nodes(node):
            self._expression(part, place)

    def _conditions(self, node: ast.BoolOp, place: _Place) -> None:
        other = copy.copy(node)
        other.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        self._replace(node, place, "and-or", ast.unparse(other))
        for number in range(len(node.values)):
            fewer = copy.copy(node)
            fewer.values = node.values[:number] + node.values[number + 1 :]
            kept = fewer if len(fewer.values) > 1 else fewer.values[0]
            self._replace(node, place, "drop-condition", ast.unparse(kept))

    def _negate(self, test: ast.expr, place: _Place) -> None:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return  # drop-not makes the same
        self._replace(test, place, "negate", f"not ({ast.unparse(test)})")

    def _arithmetic(self, node: ast.BinOp, place: _Place) -> None:
        operator = _ARITHMETIC.get(type(node.op))
        if operator is None or _is_text(node.left) or _is_text(node.right):
            return
        other = copy.copy(node)
        other.op = operator()
        self._replace(node, place, "arithmetic", ast.unparse(other))

    def _boundaries(self, node: ast.Compare, place: _Place) -> None:
        for number, operator in enumerate(node.ops):
            if type(operator) in _BOUNDARY:
                other = copy.copy(node)
                other.ops = list(node.ops)
                other.ops[number] = _BOUNDARY[type(operator)]()
                self._replace(node, place, "boundary", ast.unparse(other))

    def _keys(self, node: ast.Dict, place: _Place) -> None:
        for number in range(len(node.keys)):
            fewer = copy.copy(node)
            fewer.keys = node.keys[:number] + node.keys[number + 1 :]
            fewer.values = node.values[:number] + node.values[number + 1 :]
            key = node.keys[number] or node.values[number]
            lines = tuple(range(key.lineno, (node.values[number].end_lineno or key.lineno) + 1))
            self._replace(node, place, "drop-key", ast.unparse(fewer), lines)

    def _call(self, node: ast.Call, place: _Place) -> None:
        match node:
            case ast.Call(func=ast.Name(id="min" | "max" as name)):
                other = copy.copy(node)
                other.func = ast.Name("max" if name == "min" else "min")
                self._replace(node, place, "min-max", ast.unparse(other))
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in _WRAPPERS:
                kept = ast.unparse(first)
                if name in ("sorted", "reversed"):
                    kept = f"list({kept})"
                self._replace(node, place, "drop-call", kept)
            case ast.Call(func=ast.Attribute(value=value, attr=name), args=[]):
                if name in _METHODS:
                    self._replace(node, place, "drop-call", ast.unparse(value))

    def _constant(self, node: ast.Constant, place: _Place, value: object) -> None:
        if isinstance(value, bool):
            self._replace(node, place, "constant", str(not value))
        elif isinstance(value, int | float):
            self._replace(node, place, "constant", str(value + 1))
            self._replace(node, place, "constant", str(value - 1))

    def _replace(
        self,
        node: ast.stmt | ast.expr,
        place: _Place,
        operator: str,
        text: str,
        lines: tuple[int, ...] = (),
    ) -> None:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[node.end_lineno - 1] + node.end_col_offset
        lines = lines or tuple(range(node.lineno, node.end_lineno + 1))
        self.found.append(
            Mutant(
                file=self._file,
                start=start,
                end=end,
                operator=operator,
                original=ast.unparse(node),
                mutant=text,
                text=text if isinstance(node, ast.stmt) else f"({text})",
                lines=(*lines, place.first),
                function=place.function,
                names=place.names,
            )
        )


def _is_text(node: ast.expr) -> bool:
    """Whether an operand is surely a text, a list or the like, with which no other sign works."""
    match node:
        case ast.Constant(value=str() | bytes()) | ast.JoinedStr():
            return True
        case ast.List() | ast.Tuple() | ast.Dict() | ast.ListComp():
            return True
        case ast.BinOp(left=left, right=right):
            return _is_text(left) or _is_text(right)
    return False


def _defined(statement: ast.stmt) -> tuple[str, ...]:
    """Returns the names that a statement of a module defines."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.Assign(targets=targets):
            parts = [part for target in targets for part in ast.walk(target)]
            return tuple(part.id for part in parts if isinstance(part, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
    return ("",)


def uses(source: bytes, names: tuple[str, ...]) -> Iterator[int]:
    """Yields the lines of a source text on which one of the names is used."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name):
                if name in names:
                    yield node.lineno
