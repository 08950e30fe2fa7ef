"""The faults: an operator, a condition or a constant that is another, a call that is left out."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Break: ast.Continue,
    ast.Continue: ast.Break,
}
_OTHER_CALL = {"min": "max", "max": "min", "any": "all", "all": "any"}
#: Conditions that are mutated by what they are made of, and need not be turned as a whole.
_TURNED_WITHIN = (ast.Compare, ast.BoolOp, ast.UnaryOp)


class Mutant(NamedTuple):
    """One fault: where it stands, and what stands there instead."""

    path: str
    within: str
    line: int
    column: int
    end_line: int
    end_column: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.within}: {self.before} -> {self.after}"

    def put_into(self, source: str) -> str:
        """The source with the fault in it. Columns are counted in bytes, as `ast` counts them."""
        lines = source.encode().splitlines(keepends=True)
        first, last = lines[self.line - 1], lines[self.end_line - 1]
        lines[self.line - 1 : self.end_line] = [
            first[: self.column] + self.after.encode() + last[self.end_column :]
        ]
        return b"".join(lines).decode()


def mutants(path: str, source: str) -> list[Mutant]:
    """Every fault of a module, in the order of the text."""
    found = []
    for within, node, other in _faults(ast.parse(source), ""):
        assert isinstance(node, ast.expr | ast.stmt)
        after = ast.unparse(other)
        found.append(
            Mutant(
                path,
                within or "module",
                node.lineno,
                node.col_offset,
                node.end_lineno or node.lineno,
                node.end_col_offset or node.col_offset,
                ast.unparse(node),
                f"({after})" if isinstance(other, ast.expr) else after,
            )
        )
    return sorted(found, key=lambda one: (one.line, one.column, one.after))


def _faults(node: ast.AST, within: str) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    for child in _looked_into(node):
        name = getattr(child, "name", None)
        inner = f"{within}.{name}".lstrip(".") if isinstance(name, str) else within
        for other in _others(child):
            yield inner, child, other
        for test in _conditions(child):
            yield inner, test, ast.UnaryOp(ast.Not(), test)
        yield from _faults(child, inner)


def _conditions(node: ast.AST) -> Iterator[ast.expr]:
    """The conditions that are turned as a whole, since nothing within them turns them."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            tests = [test]
        case ast.comprehension(ifs=ifs):
            tests = ifs
        case _:
            tests = []
    yield from (test for test in tests if not isinstance(test, _TURNED_WITHIN))


def _looked_into(node: ast.AST) -> Iterator[ast.AST]:
    """What of a node runs and means something: no annotation, docstring, decorator or message."""
    if isinstance(node, ast.JoinedStr | ast.Raise):
        # Places within an f-string are told wrongly before Python 3.12.
        return
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("__all__", "__slots__"):
        return
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
        return
    left_out = {"annotation", "returns", "decorator_list"}
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            told = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if isinstance(child, ast.AST) and field not in left_out and not told:
                yield child


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                changed = copy.deepcopy(node)
                changed.ops[at] = _OTHER[type(op)]()
                yield changed
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _OTHER:
            changed = copy.deepcopy(node)
            changed.op = _OTHER[type(op)]()
            yield changed
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.Break() | ast.Continue():
            yield _OTHER[type(node)]()
        case ast.Constant(value=value):
            yield from map(ast.Constant, _other_constants(value))
        case ast.Call(func=ast.Name(id=name)) if name in _OTHER_CALL:
            yield ast.Call(ast.Name(_OTHER_CALL[name]), node.args, node.keywords)
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()


def _other_constants(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str) and value:
        yield f"not {value}"
