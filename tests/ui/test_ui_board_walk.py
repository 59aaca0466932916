"""Random keys at random sizes, on a hostile board that another process changes: nothing dies, nothing is lost."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import HOSTILE_TITLES
from ui.board_pilot import MakeService, RunBoard, on_disk, screen_of, settled

from ideaboard.core.actions import ACTIONS, SCREENS

SIZES = ((160, 48), (125, 30), (100, 30), (80, 24), (60, 20), (40, 12), (20, 5), (300, 100), (1, 1))
STAGES = ("idea", "outline", "making", "review", "shared")
LEAVING = {"q", "ctrl+q", "ctrl+z"}
WAYS = {
    "detail": ("enter", "enter"),
    "search": ("s",),
    "candidates": ("c",),
    "archive": ("A",),
    "statistics": ("i",),
    "channels": ("5", "S"),
    "changelog": ("C",),
    "waiting": ("w",),
    "watches": ("W",),
    "log": ("ctrl+l",),
    "import": ("ctrl+p", *"import", "enter"),
    "list": ("ctrl+p",),
    "board": ("T",),
}
"""How to come to each screen, to stay there for a while; the last two are lists that open over any."""
KEYS_OF = {
    screen: [key for action in ACTIONS if screen in action.screens for key in action.keys if key not in LEAVING]
    for screen in SCREENS
}
OTHER_KEYS = (
    *"axyz0!#@-: ",
    "enter",
    "enter",
    "escape",
    "escape",
    "escape",
    "tab",
    "shift+tab",
    "backspace",
    "delete",
    "up",
    "down",
    "ctrl+w",
    "ctrl+s",
    "f2",
)

OUTSIDER = """
import random, sys
from ideaboard.bootstrap import open_service
from ideaboard.core.changes import NewIdea
from ideaboard.errors import IdeaboardError
rnd = random.Random(int(sys.argv[2]))
service = open_service(board=sys.argv[1])
added = 0
for step in range(int(sys.argv[3])):
    ids = list(service.board.ideas)
    try:
        what = rnd.randrange(4)
        if what == 0 or not ids:
            service.ideas.add([NewIdea(title=f"from outside {step} [/b]")])
            added += 1
        elif what == 1:
            service.ideas.move([rnd.choice(ids)], rnd.choice(["idea", "making", "shared"]))
        elif what == 2:
            service.ideas.archive([rnd.choice(ids)])
        else:
            service.ideas.delete([rnd.choice(ids)])
    except IdeaboardError:
        pass
    service.poll()
service.close()
"""


@pytest.fixture
def outsider(tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that change the board meanwhile; whatever is still running at the end is ended."""
    running: list[subprocess.Popen[bytes]] = []
    yield running
    for process in running:
        process.kill()
        process.wait()


async def walk(
    make_service: MakeService,
    run_board: RunBoard,
    path: Path,
    outsider: list[subprocess.Popen[bytes]],
    seed: int,
    presses: int,
) -> None:
    rnd = random.Random(seed)
    keys = [key for action in ACTIONS for key in action.keys if key not in LEAVING]
    titles = {stage: HOSTILE_TITLES[number::5] for number, stage in enumerate(STAGES)}
    pressed: list[str] = []
    service = make_service(titles)
    for number, idea in enumerate(list(service.board)[:12]):
        service.sharing.respond(idea.id, ("question", "opportunity", "follower")[number % 3], idea.title or "Why?")
    for name in ("one [/b]", "two"):
        service.watches.add(name, "agent OR testing")
    async with run_board(service) as pilot:
        app = pilot.app
        app.open_link = app.open_page = app.edit_file = lambda _: None  # type: ignore[attr-defined]  # no browser, no editor
        app.edit_outside = lambda text: text + " more"  # type: ignore[attr-defined]
        arguments = [str(path), str(seed), str(presses // 20)]
        outsider.append(subprocess.Popen([sys.executable, "-c", OUTSIDER, *arguments]))
        for _ in range(presses // 10):
            burst = [rnd.choice(keys) if rnd.random() < 0.8 else rnd.choice(OTHER_KEYS) for _ in range(10)]
            if rnd.random() < 0.4:
                there = rnd.choice(list(WAYS))
                burst = ["escape", "escape", *WAYS[there], *rnd.choices([*KEYS_OF[there], *OTHER_KEYS], k=9)]
            pressed += burst
            for key in burst:
                app.simulate_key(key)
            await pilot.pause(0)
            if rnd.random() < 0.1:
                await pilot.resize_terminal(*rnd.choice(SIZES))
            assert app.is_running, f"seed {seed}: died after {pressed[-30:]}"
        await pilot.resize_terminal(125, 30)
        await settled(pilot)  # a screen that is taken away while it is being made has no parts to be mounted
        while len(app.screen_stack) > 1:
            app.pop_screen()
        await pilot.pause()
        assert outsider[-1].wait(60) == 0
        screen = screen_of(pilot)
        queue = screen.service._session.queue
        assert queue is not None
        assert queue.flush(20)
        screen.poll()
        shown = list(screen.board.ideas)
        columns = [idea.id for column in screen.board.columns.values() for idea in column]
        assert sorted(columns) == sorted(shown), "every idea is in exactly one column"
        screen.poll()
        filtered = screen.picture.filter
        assert bool(filtered) or all(
            {idea.id for idea in screen.view.columns[stage].ideas} == {idea.id for idea in screen.board.column(stage)}
            if stage in screen.view.orders
            else screen.view.columns[stage].ideas == screen.board.column(stage)
            for stage in screen.view.stages
        )
    assert app.return_code in (0, None)
    kept = on_disk(path)
    assert sorted(idea.id for idea in kept) == sorted(shown), "the file holds what was shown"
    check = subprocess.run(
        [sys.executable, "-m", "ideaboard", "--board", str(path), "check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stderr


def test_the_walk_knows_the_way_to_every_screen() -> None:
    assert set(WAYS) == set(SCREENS)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
async def test_a_short_walk(
    make_service: MakeService,
    run_board: RunBoard,
    board_path: Path,
    outsider: list[subprocess.Popen[bytes]],
    seed: int,
) -> None:
    await walk(make_service, run_board, board_path, outsider, seed, 300)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 22, 33])
async def test_a_long_walk(
    make_service: MakeService,
    run_board: RunBoard,
    board_path: Path,
    outsider: list[subprocess.Popen[bytes]],
    seed: int,
) -> None:
    await walk(make_service, run_board, board_path, outsider, seed, 2000)
