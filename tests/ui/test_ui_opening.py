"""The board drawn without Textual is the board that the screen shows first, on boards and terminals of all kinds."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from ui.board_pilot import NOW, MakeService, RunBoard, wait_until

from ideaboard.core.changes import Edit, NewIdea, Sharing
from ideaboard.service import Service
from ideaboard.ui.app import IdeaboardApp
from ideaboard.ui.board.card import Day
from ideaboard.ui.board.opening import Opening
from ideaboard.ui.board.view import BoardView

SIZES = [(200, 50), (125, 30), (96, 24), (80, 24), (61, 10), (59, 20), (30, 6), (12, 4), (5, 3)]
CONFIG = """
[stages]
order = ["idea", "brewing", "away", "shared"]
idea = {label = "Roh"}
brewing = {label = "A stage with quite a long name", limit = 2}
away = {hidden = true}

[kinds]
zine = {label = "Zine", color = "#ff0000"}

[keys]
"card.add" = ["n"]
"""


def filled(service: Service) -> None:
    """Put on the board what is drawn in its own way: waiting questions, years, what is due, a guest, odd letters."""
    add = service.ideas.add
    add([NewIdea(title=f"Idea {number}", tags=("bayes", "a-long-tag")) for number in range(30)])
    add([NewIdea(title="宽 letters, a café, 👩‍🔬 and a title that goes on and on", stage="making", kind="summary")])
    add([NewIdea(title="x" * 300, stage="review", due=NOW.date().isoformat(), url="https://example.org")])
    shared = add([NewIdea(title=f"Shared {number}", stage="shared") for number in range(4)]).ideas
    for idea, year in zip(shared, (2026, 2025, 2025, 2019), strict=True):
        service.sharing.share(idea.id, Sharing(url="https://example.org/post", on=f"{year}-03-04"))
    service.sharing.respond(shared[0].id, "question", "Does it hold?")
    service.ideas.edit([shared[1].id], Edit(private=True))


def emptied(service: Service) -> None:
    service.ideas.delete([idea.id for idea in service.board])


def _has_size(view: BoardView, size: tuple[int, int]) -> bool:
    return tuple(view.size) == (size[0], size[1] - 2)


@pytest.mark.parametrize("kind", ["usual", "empty", "old", "own stages", "one column"])
async def test_the_board_opens_as_it_is_drawn_without_textual(
    make_service: MakeService, run_board: RunBoard, own_home: Path, kind: str
) -> None:
    if kind == "own stages":
        (own_home / "config.toml").write_text(CONFIG, encoding="utf-8")
        service = make_service({"idea": ["One"], "brewing": ["Two", "Three", "Four"]})
        service.ideas.add([NewIdea(title="Five", kind="zine", stage="shared")])
    elif kind == "one column":
        service = make_service({"shared": [f"Number {number}" for number in range(70)]})
    else:
        before = make_service(now=NOW - timedelta(days=40 if kind == "old" else 0))
        filled(before)
        if kind == "empty":
            emptied(before)
        before.close()
        service = make_service()
    assert not service.config.problems
    async with run_board(service) as pilot:
        app = pilot.app
        assert isinstance(app, IdeaboardApp)
        assert app.board_screen is not None
        picture = app.board_screen.picture
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await wait_until(pilot, partial(_has_size, picture.view, size))
            parts = (picture.header, picture.view, picture.footer)
            strips = [strip for part in parts for strip in part.render_lines(part.size.region)]
            lines = Opening(service.board, app.keys_in_force, *size).lines(Day(service.workflow, NOW))
            assert ["".join(text for text, _, _ in line) for line in lines] == [strip.text for strip in strips], size
            for line, strip in zip(lines, strips, strict=True):
                looks = [picture.inks.style(name, ground) for text, name, ground in line if text.strip()]
                assert looks == [segment.style for segment in strip if segment.text.strip()], (size, strip.text)
