"""From all rows to the ones a request asked for: `where`, one row per unit, `order_by`, pages, `select`, `include`.
Owns the query parameters. Refuses with BadQuery what the hub answers with 400."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import where
from .attributes import FILTERABLE, INCLUDABLE, JOINS
from .quirks import Quirks
from .wire import Row

EVERYWHERE = {"where", "include", "select"}
ONLY_C = {"limit", "continue", "order_by", "distinct_on", "include_hidden"}
ALWAYS = {"UnitID", "SpaceID", "OrganizationID", "Slug"}  # ids, parents' ids and slugs are sent whatever `select` says
MAX_LIMIT = 1000


class BadQuery(ValueError):
    pass


@dataclass
class Query:
    """The parameters of one request for entities of one kind, as one generation understands them."""

    entity: str
    parameters: Mapping[str, str]
    generation: str
    quirks: Quirks

    def __post_init__(self) -> None:
        for name in self.parameters:
            if name not in EVERYWHERE | ONLY_C:
                raise BadQuery(f"parameter {name} is not served by the stand-in")
        # A server that does not know a parameter ignores it; that is how A and B meet a client that speaks C.
        if self.generation != "C":
            self.parameters = {name: value for name, value in self.parameters.items() if name not in ONLY_C}
        for name in self._names("include"):
            if name not in INCLUDABLE[self.generation][self.entity]:
                raise BadQuery(f"invalid include {name}")
        self.conditions = self._parsed_where()

    def matching(self, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if all(condition.test(row.fields | row.joins) for condition in self.conditions)]

    def _parsed_where(self) -> list[where.Condition]:
        tables = FILTERABLE[self.generation]
        joins = {join: tables[join] for join in JOINS[self.entity]} if self.quirks.joins == "allowed" else {}
        parsed = where.parse(self.parameters.get("where", ""), tables[self.entity], joins, self.quirks.len_of_maps == "allowed")
        return parsed if self.quirks.where == "honoured" else []

    def newest_per_unit(self, rows: Iterable[Row]) -> list[Row]:
        """`/revision`: the newest matching row of every unit, unless C is asked for all and told where to stop."""
        if self.parameters.get("distinct_on", "Unit") == "Off":
            if not self.limit or not self.parameters.get("where"):
                raise BadQuery("distinct_on=Off needs limit and where")
            return self.matching(rows)
        if self.quirks.reduce == "before":
            return self.matching(_newest(rows))
        return _newest(self.matching(rows))

    @property
    def limit(self) -> int:
        text = self.parameters.get("limit", "0")
        if not text.isdecimal() or int(text) > MAX_LIMIT:
            raise BadQuery(f"limit must be between 0 and {MAX_LIMIT}")
        return int(text)

    def page(self, rows: list[Row]) -> tuple[list[Row], str | None]:
        """The rows of this page and the token of the next one."""
        rows, limit = self._ordered(rows), self.limit
        position, pause = self._resume(rows)
        if not limit:
            return rows[position:], None
        if self.quirks.pages == "repeat":
            return rows[:limit], self._token(None, pause=False)
        if self.quirks.pages == "empty" and not pause:
            return [], self._token(rows[position - 1].id if position else None, pause=True)
        size = {"short": max(1, limit // 2), "single": 1}.get(self.quirks.pages, limit)
        page = rows[position : position + size]
        more = position + size < len(rows) or (self.quirks.pages == "empty" and page)
        return page, self._token(page[-1].id, pause=False) if more else None

    def show(self, row: Row) -> dict:
        """One element as it is sent: the entity under its own name, then what was included."""
        element = {row.entity: self._selected(row)}
        for name in self._names("include"):
            element |= {
                member: self._tidy(value) if isinstance(value, dict) else value
                for member, value in row.includes().get(name, dict)().items()
            }
        return element

    def _selected(self, row: Row) -> dict:
        names = self._names("select")
        if not names:
            return self._tidy(row.fields)
        if self.quirks.select == "strict":
            for name in names:
                if name not in row.fields:
                    raise BadQuery(f"invalid select field {name}")
        used = {condition.attribute for condition in self.conditions}
        kept = {*names, *used, row.entity + "ID", *ALWAYS}
        return self._tidy({name: value for name, value in row.fields.items() if name in kept})

    def _tidy(self, fields: dict) -> dict:
        mode = self.quirks.empty
        if mode == "default":
            mode = "absent" if self.generation == "C" else "mixed"
        if mode == "absent":
            return {name: value for name, value in fields.items() if value not in ([], {}, "")}
        return {name: None if value == [] or (mode == "null" and value == {}) else value for name, value in fields.items()}

    def _names(self, parameter: str) -> list[str]:
        return [name.strip() for name in self.parameters.get(parameter, "").split(",") if name.strip()]

    def _ordered(self, rows: list[Row]) -> list[Row]:
        """Ties go by id, and ids say nothing about slugs: a client that wants an order has to sort."""
        rows = sorted(rows, key=lambda row: row.id)
        for term in reversed(self._names("order_by")):
            direction, _, name = term.rpartition(":")
            if direction not in ("", "ASC", "DESC") or not all(isinstance(row.fields.get(name), (str, int)) for row in rows):
                raise BadQuery(f"invalid order_by {term}")
            rows.sort(key=lambda row: row.fields[name], reverse=direction == "DESC")
        return rows

    def _token(self, last: str | None, pause: bool) -> str:
        return base64.urlsafe_b64encode(json.dumps([last, pause, self._fingerprint()]).encode()).decode()

    def _resume(self, rows: list[Row]) -> tuple[int, bool]:
        token = self.parameters.get("continue")
        if not token:
            return 0, False
        try:
            last, pause, fingerprint = json.loads(base64.urlsafe_b64decode(token))
        except ValueError:
            raise BadQuery("invalid continue token") from None
        if fingerprint != self._fingerprint():
            raise BadQuery("continue token belongs to another query")
        # The row a page ended with may be gone by now; in the default order its id still says where it was.
        ids = [row.id for row in rows]
        if last is None:
            return 0, pause
        return (ids.index(last) + 1 if last in ids else sum(1 for id in ids if id < last)), pause

    def _fingerprint(self) -> list[list[str]]:
        return sorted([name, value] for name, value in self.parameters.items() if name not in ("limit", "continue"))


def _newest(rows: Iterable[Row]) -> list[Row]:
    newest: dict[str, Row] = {}
    for row in rows:
        kept = newest.get(row.fields["UnitID"])
        if kept is None or kept.fields["RevisionNum"] < row.fields["RevisionNum"]:
            newest[row.fields["UnitID"]] = row
    return list(newest.values())
