"""ConfigHub's `where` language: `Attribute operator literal` joined by AND, nothing else.
Owns the grammar and the meaning of each operator; which attributes exist is the caller's table.
Refuses with BadWhere what the hub answers with 400: OR, parentheses, quotes or backslashes in a literal, unknown names."""

from __future__ import annotations

import operator
import re
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass

LIMIT = 8192
MAPS = {
    "Annotations", "ApplyGates", "ApplyWarnings", "Attestations", "ChangeOrders", "Claims", "DeleteGates", "DestroyGates",
    "Labels", "Releases", "Tags", "ValidationErrors", "ValidationWarnings", "Values",
}
LISTS = {"ApprovedBy", "EvidenceAttestationIDs", "FromLinkID"}
TOKEN = re.compile(
    r"\s*(?:(?P<string>'[^'\\]*')|(?P<number>-?\d+)\b|(?P<word>[A-Za-z_][\w./-]*)|(?P<symbol>!~~|!~\*|<=|>=|!=|!~|~~|~\*|[~<>=?(),]))"
)
COMPARISONS = {"=": operator.eq, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
NEGATABLE = {"=", "IN", "LIKE", "ILIKE", "~", "~*"}
OPERATORS = (
    {*COMPARISONS, "?", "IN", "LIKE", "ILIKE", "~", "~*"}
    | {f"NOT {sign}" for sign in NEGATABLE}
    | {f"IS {negation}{truth}" for negation in ("", "NOT ") for truth in ("NULL", "TRUE", "FALSE")}
)
SPELLINGS = {"~~": "LIKE", "!~~": "NOT LIKE", "!=": "NOT =", "!~": "NOT ~", "!~*": "NOT ~*"}


class BadWhere(ValueError):
    pass


@dataclass
class Condition:
    attribute: str
    test: Callable[[dict], bool]


def parse(text: str, attributes: Collection[str], joins: dict[str, Collection[str]], len_of_maps: bool = True) -> list[Condition]:
    """`joins` holds the attributes that can be reached through another entity: {"Space": {"Slug", ...}}."""
    if len(text) > LIMIT:
        raise BadWhere(f"where expression longer than {LIMIT} characters")
    return _Parser(text, attributes, joins, len_of_maps).conditions() if text.strip() else []


class _Parser:
    def __init__(self, text: str, attributes: Collection[str], joins: dict[str, Collection[str]], len_of_maps: bool):
        self.tokens = _tokens(text)
        self.attributes, self.joins, self.len_of_maps = attributes, joins, len_of_maps

    def conditions(self) -> list[Condition]:
        found = [self.condition()]
        while self.tokens:
            self.expect("AND")
            found.append(self.condition())
        return found

    def condition(self) -> Condition:
        if self.tokens[:1] == ["LEN"]:
            return self.length()
        path = self.path()
        sign = self.operator()
        if sign.startswith("IS"):
            return Condition(path[0], _truth(path, sign))
        kind = _kind(path)
        right = self.literals(kind) if sign.endswith("IN") else self.right_side(kind)
        _check_operator(path, kind, sign)
        return Condition(path[0], _test(path, sign, right))

    def length(self) -> Condition:
        self.expect("LEN"), self.expect("(")
        path = self.path()
        if len(path) > 1 or path[0] not in LISTS and not (path[0] in MAPS and self.len_of_maps):
            raise BadWhere(f"LEN needs an array attribute, not {'.'.join(path)}")
        self.expect(")")
        sign, number = self.operator(), self.literal("integer")
        _check_operator(path, "integer", sign)
        compare = _comparison(sign)
        return Condition(path[0], lambda row: compare(len(_value(row, path) or ()), number))

    def path(self) -> list[str]:
        """A map's key is everything behind the first dot: gate keys have slashes and label keys have dots."""
        name = self.take()
        head, _, key = name.partition(".")
        if head in self.joins:
            inner, _, key = key.partition(".")
            known, path = inner in self.joins[head], [head, inner]
        else:
            known, path = head in self.attributes, [head]
        if not known or (key and path[-1] not in MAPS):
            raise BadWhere(f"invalid attribute name {name!r}")
        return path + [key] if key else path

    def operator(self) -> str:
        sign = self.take()
        sign = SPELLINGS.get(sign, sign)
        if sign == "NOT":
            sign = "NOT " + self.take()
        if sign == "IS":
            rest = [self.take()]
            rest += [self.take()] if rest == ["NOT"] else []
            sign = " ".join(["IS", *rest])
        if sign not in OPERATORS:
            raise BadWhere(f"invalid operator {sign!r}")
        return sign

    def right_side(self, kind: str) -> Callable[[dict], object]:
        word = self.tokens[0] if self.tokens else ""
        if word[:1].isalpha() and word not in ("true", "false"):
            path = self.path()
            if _kind(path) != kind:
                raise BadWhere(f"cannot compare with {'.'.join(path)} of type {_kind(path)}")
            return lambda row: _value(row, path)
        literal = self.literal(kind)
        return lambda row: literal

    def literals(self, kind: str) -> Callable[[dict], object]:
        self.expect("(")
        found = [self.literal(kind)]
        while self.tokens[:1] == [","]:
            self.expect(",")
            found.append(self.literal(kind))
        self.expect(")")
        return lambda row: found

    def literal(self, kind: str) -> object:
        token = self.take()
        value = {"true": True, "false": False}.get(token)
        if value is None:
            value = token[1:-1] if token.startswith("'") else int(token) if re.fullmatch(r"-?\d+", token) else None
        if not _fits(value, kind):
            raise BadWhere(f"invalid literal {token} for an attribute of type {kind}")
        return value.lower() if kind == "uuid" else value

    def take(self) -> str:
        if not self.tokens:
            raise BadWhere("unexpected end of where expression")
        return self.tokens.pop(0)

    def expect(self, token: str) -> None:
        found = self.take()
        if found != token:
            raise BadWhere(f"expected {token} but found {found}")


def _tokens(text: str) -> list[str]:
    found, position = [], 0
    while text[position:].strip():
        match = TOKEN.match(text, position)
        if match is None:
            raise BadWhere(f"invalid character at position {position}")
        found.append(match.group(match.lastgroup))
        position = match.end()
    return found


def _kind(path: list[str]) -> str:
    name = path[-2] if len(path) > 1 and path[-2] in MAPS else path[-1]
    if name in MAPS and name != path[-1]:
        return "boolean" if "Gates" in name or "Validation" in name or "Warnings" in name else "string"
    if name in MAPS or name in LISTS:
        return "collection"
    return "uuid" if name.endswith("ID") else "integer" if name.endswith("Num") else "string"


def _fits(value: object, kind: str) -> bool:
    if kind in ("boolean", "integer"):
        return type(value) is {"boolean": bool, "integer": int}[kind]
    if kind == "uuid":
        try:
            return bool(uuid.UUID(value))
        except (ValueError, AttributeError, TypeError):
            return False
    return isinstance(value, str)


def _check_operator(path: list[str], kind: str, sign: str) -> None:
    bare = sign.removeprefix("NOT ")
    allowed = {"collection": ["?"], "boolean": ["="], "uuid": ["=", "IN"], "integer": [*COMPARISONS, "IN"]}
    if bare not in allowed.get(kind, [*COMPARISONS, "IN", "LIKE", "ILIKE", "~", "~*"]):
        raise BadWhere(f"invalid operator {sign!r} for attribute {'.'.join(path)}")


def _value(row: dict, path: list[str]) -> object:
    for name in path:
        row = row.get(name) if row else None
    return row


def _truth(path: list[str], sign: str) -> Callable[[dict], bool]:
    wanted = {"NULL": None, "TRUE": True, "FALSE": False}[sign.split()[-1]]
    negated = "NOT" in sign.split()
    return lambda row: (_value(row, path) is wanted) != negated


def _comparison(sign: str) -> Callable[[object, object], bool]:
    """NOT is the plain opposite, so a row that lacks the field matches `!=`: the vendor warns of exactly that."""
    bare = sign.removeprefix("NOT ")
    positive = _positive(bare)
    return (lambda left, right: not positive(left, right)) if bare != sign else positive


def _positive(sign: str) -> Callable[[object, object], bool]:
    if sign in COMPARISONS:
        return lambda left, right: left is not None and right is not None and COMPARISONS[sign](left, right)
    if sign == "IN":
        return lambda left, right: left in right
    if sign == "?":
        return lambda left, right: right in (left or ())
    flags = re.IGNORECASE if sign in ("ILIKE", "~*") else 0
    if sign in ("LIKE", "ILIKE"):
        return lambda left, right: left is not None and re.fullmatch(_like(right), left, flags | re.DOTALL) is not None
    return lambda left, right: left is not None and re.search(right, left, flags) is not None


def _like(pattern: str) -> str:
    return "".join({"%": ".*", "_": "."}.get(character, re.escape(character)) for character in pattern)


def _test(path: list[str], sign: str, right: Callable[[dict], object]) -> Callable[[dict], bool]:
    compare = _comparison(sign)
    return lambda row: compare(_value(row, path), right(row))
