"""kanban-tui: its SQLite file, as its versions 0.15 to 0.21 make it (kanban_tui/backends/sqlite/database.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ideaboard.core.text import counted
from ideaboard.errors import InvalidInput
from ideaboard.intake.cards import Card, Imported, Source

if TYPE_CHECKING:
    import sqlite3

_MAGIC = b"SQLite format 3\0"
_STEPS, _TURNS = 100_000, 500
"""A file of a stranger may hold views that never end: it gets about as many steps as 100,000 tasks take."""


def fits_kanban_tui(source: Source) -> bool:
    return source.data.startswith(_MAGIC)


def read_kanban_tui(source: Source) -> Imported:
    import sqlite3  # 5 ms, and every file is tried here

    database = sqlite3.connect(":memory:")
    turns = iter(range(_TURNS))
    try:
        database.deserialize(source.data)
        database.execute("PRAGMA trusted_schema = OFF")
        database.set_progress_handler(lambda: next(turns, None) is None, _STEPS)
        tables = {name: _rows(database, name) for name in ("tasks", "columns", "boards", "categories")}
        known = {row[0] for row in database.execute("SELECT name FROM sqlite_master").fetchmany(1000)}
        depending = _rows(database, "dependencies") if "dependencies" in known else []
        history = len(_rows(database, "audits")) if "audits" in known else 0
    except sqlite3.Error as error:
        raise InvalidInput(f"{source.name} is no database of kanban-tui: {error}", "nothing was imported") from None
    finally:
        database.close()
    boards = {one["board_id"]: one for one in tables["boards"]}
    categories = {one["category_id"]: str(one["name"]) for one in tables["categories"]}
    columns = sorted(tables["columns"], key=lambda one: (one.get("board_id") or 0, one.get("position") or 0))
    by_id = {one["column_id"]: one for one in columns}
    finish = {one.get("finish_column") for one in tables["boards"]}
    titles = {one["task_id"]: str(one["title"]) for one in tables["tasks"]}
    before: dict[Any, list[str]] = {}
    for one in depending:
        before.setdefault(one["task_id"], []).append(titles.get(one["depends_on_task_id"], ""))
    found = Imported(
        lists=[str(one["name"]) for one in columns if one.get("visible", 1)],
        ordered=True,
        finished=frozenset(str(one["name"]) for one in columns if one["column_id"] in finish),
    )
    order = {id: place for place, id in enumerate(by_id)}
    for task in sorted(
        tables["tasks"], key=lambda one: (order.get(one["column"], 0), one.get("position") or 0, one["task_id"])
    ):
        column = by_id.get(task["column"], {})
        board = boards.get(column.get("board_id"), {})
        put_away = not column.get("visible", 1)
        category = categories.get(task["category"], "")
        found.cards.append(
            Card(
                title=str(task["title"]),
                on=str(column.get("name") or ""),
                notes=str(task["description"] or ""),
                tags=[category] if category else [],
                due=source.due(task["due_date"]),
                created=source.moment(task["creation_date"]),
                updated=source.moment(task["finish_date"] or task["start_date"]),
                ended=source.moment(task["finish_date"]),
                archived=("done" if task["finish_date"] else "parked") if put_away else "",
                key=f"{board.get('name', '')}/{task['task_id']}/{task['creation_date']}",
                extra={
                    "Board": str(board.get("name") or "") if len(boards) > 1 else "",
                    "Started": source.day(task["start_date"]),
                    "Depends on": ", ".join(before.get(task["task_id"], ())),
                    "Metadata": str(task.get("metadata") or "").removeprefix("{}"),
                },
            )
        )
    found.left_out["steps of the board's history"] = history
    if len(boards) > 1:
        found.remarks.append(f"it holds {counted(len(boards), 'board')}; all of them come in")
    return found


def _rows(database: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    cursor = database.execute(f"SELECT * FROM {table}")  # noqa: S608  # the names are ours
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(200_000)]
