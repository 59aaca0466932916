"""To-do lists: todo.txt (https://github.com/todotxt/todo.txt) and the JSON of `task export` (Taskwarrior's RFC
`docs/rfcs/task.md`).
"""

from __future__ import annotations

import re
from typing import Any

from ideaboard.intake.cards import Card, Imported, Source, objects, paragraphs, text, texts

_HEAD = re.compile(
    r"(?P<done>x )?(?:\((?P<priority>[A-Z])\) )?(?:(?P<first>\d{4}-\d\d-\d\d) )?(?:(?P<second>\d{4}-\d\d-\d\d) )?"
)
_STRONG = re.compile(
    r"x \d{4}-\d\d-\d\d \S|\([A-Z]\) \S|\d{4}-\d\d-\d\d \S|x \S.* [+@]\S|.* due:\d{4}-\d\d-\d\d(?: |$)"
)
_MARK = re.compile(r"(?:^|(?<=\s))[+@](\S*[^\W_]\S*)")
_PAIR = re.compile(r"(?:^|(?<=\s))([A-Za-z][\w-]*):(?!//)(\S+)")
# A mark may begin a line, but a bullet, a heading or an entry of BibTeX does not.
_NO_TODO = re.compile(r"\s*(?:[-*#>|]|\+\s|@\w+\s*\{|\S+\s*=|\S+,\S+,)")


def fits_todotxt(source: Source) -> bool:
    lines = [line for line in source.text[:100_000].splitlines()[:1000] if line.strip()]
    if not lines or any(map(_NO_TODO.match, lines)):
        return False
    strong = sum(bool(_STRONG.match(line)) for line in lines)
    fitting = sum(bool(_STRONG.match(line) or _MARK.search(line)) for line in lines)
    return strong > 0 and fitting * 2 > len(lines)


def read_todotxt(source: Source) -> Imported:
    found = Imported()
    for line in source.text.splitlines():
        head = _HEAD.match(line)
        if head is None or not line.strip():
            continue
        done, rest = bool(head["done"]), line[head.end() :]
        made, ended = (head["second"], head["first"]) if done else (head["first"], None)
        pairs = dict(_PAIR.findall(rest))
        due = source.due(pairs.get("due", ""))
        words = [word for word in rest.split() if not (due and word.startswith("due:"))]
        # Marks at the end are tags alone; in the middle they are words of a sentence too.
        end = len(words)
        while end > 1 and (_MARK.fullmatch(words[end - 1]) or _PAIR.fullmatch(words[end - 1])):
            end -= 1
        extra = {"Priority": head["priority"] or pairs.get("pri", "")}
        extra |= {name: value for name, value in _PAIR.findall(" ".join(words[end:])) if name != "pri"}
        found.cards.append(
            Card(
                title=" ".join(words[:end]),
                tags=_MARK.findall(rest),
                due=due,
                created=source.moment(made),
                updated=source.moment(ended or made),
                ended=source.moment(ended),
                done=done,
                key=f"{made or ''} {rest}",
                extra=extra,
            )
        )
    return found


_STATES = {"completed": "done", "deleted": "dropped"}
_READ = "id description entry status tags uuid urgency due end modified annotations project priority start"
_KNOWN = frozenset(_READ.split(" "))


def fits_taskwarrior(source: Source) -> bool:
    data = source.json
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(one, dict) and "description" in one and "uuid" in one for one in data)
    )


def read_taskwarrior(source: Source) -> Imported:
    found = Imported(lists=["pending", "waiting", "started"])
    for task in source.json:
        status = text(task, "status") or "pending"
        open_list = "started" if task.get("start") and status == "pending" else status
        project = text(task, "project")
        said = [f"{source.day(one.get('entry'))}: {text(one, 'description')}" for one in objects(task, "annotations")]
        extra = {name: _plain(value) for name, value in task.items() if name not in _KNOWN}
        found.cards.append(
            Card(
                title=text(task, "description"),
                on="" if status in _STATES else open_list,
                notes=paragraphs(*said),
                tags=[*texts(task, "tags"), *([project] if project else [])],
                due=source.due(task.get("due")),
                created=source.moment(task.get("entry")),
                updated=source.moment(task.get("modified") or task.get("end") or task.get("entry")),
                ended=source.moment(task.get("end")),
                done=status == "completed",
                archived=_STATES.get(status, ""),
                key=text(task, "uuid"),
                extra={"Priority": text(task, "priority"), **extra},
            )
        )
    return found


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
