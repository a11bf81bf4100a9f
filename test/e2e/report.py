"""Tables that tests fill while they run and people read afterwards: build/logs/<name>.txt, and at the end of the session a line
about each, or the whole of a short one. Owns the files of this session."""

from __future__ import annotations

from collections import defaultdict

from example import PROJECT

SHORT = 30
_tables: dict[str, list[tuple[str, ...]]] = defaultdict(list)


def row(table: str, *cells: object) -> None:
    _tables[table].append(tuple(str(cell) for cell in cells))


def write(say) -> None:
    directory = PROJECT / "build" / "logs"
    directory.mkdir(parents=True, exist_ok=True)
    for name, rows in _tables.items():
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in rows]
        path = directory / f"{name}.txt"
        path.write_text("\n".join(lines) + "\n")
        say(f"{name}: {len(rows)} rows in {path.relative_to(PROJECT)}")
        for line in lines if len(rows) <= SHORT else []:
            say("  " + line)
