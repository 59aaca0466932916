"""Pictures of the board in a dozen states and sizes; each was looked at by eye before it was kept.

`pytest tests/ui/test_ui_board_pictures.py --snapshot-update` keeps new ones: look at every one that differs.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from ui.board_pilot import NOW, MakeService, RunBoard, screen_of, settled, wait_until

from ideaboard.core import changes
from ideaboard.core.clock import moment
from ideaboard.core.ideas import Idea, Link, Paper, Response, Share, Step
from ideaboard.ui.themes import LIGHT


class Svg(SingleFileSnapshotExtension):
    """Keeps each picture in a file of its own."""

    _write_mode = WriteMode.TEXT
    file_extension = "svg"


def idea(number: int, title: str, kind: str, stage: str, days: int, **fields: object) -> Idea:
    at = moment(NOW - timedelta(days=days))
    return Idea(
        id=f"b{number:07d}",
        title=title,
        kind=kind,
        stage=stage,
        created=at,
        updated=at,
        rank=f"r{number:04d}5",
        trail=(Step(stage, at),),
        **fields,  # type: ignore[arg-type]  # fields of an idea
    )


def share(days: int) -> Share:
    at = NOW - timedelta(days=days)
    return Share(at=moment(at), date=at.date().isoformat(), url="https://example.org/x", summary="What it is.")


LORA = Paper(
    arxiv_id="2106.09685",
    version="v2",
    title="LoRA: Low-Rank Adaptation of Large Language Models",
    authors=("Edward J. Hu", "Yelong Shen"),
    abstract="An important paradigm of natural language processing consists of large-scale pre-training.",
    primary_category="cs.CL",
    categories=("cs.CL",),
)
QUESTION = Response(id="q0000001", type="question", text="Does it hold for small samples?", at=moment(NOW))
IDEAS = (
    idea(
        1, "Reproduce LoRA on one GPU", "paper-to-code", "idea", 3, tags=("lora",), paper=LORA, notes="Start *small*."
    ),
    idea(2, "Attention is all you need, in 200 lines", "paper-to-code", "idea", 0),
    idea(3, "[/b] hostile [red]title[/] 日本語 🚀 👩‍👩‍👧", "project", "idea", 45, tags=("odd",)),
    idea(4, "Churn at a telco", "case-study", "idea", 21, url="https://example.org", links=(Link("https://x.org"),)),
    idea(5, "Why MC dropout is not a posterior", "post", "outline", 12, tags=("bayes",)),
    idea(6, "A field guide to conformal prediction for people in a hurry", "post", "outline", 2, due="2026-11-28"),
    idea(7, "Conformal prediction from scratch", "paper-to-code", "making", 5),
    idea(8, "Kaggle: the last 1 %", "competition", "making", 34, private=True),
    idea(9, "One too many", "project", "making", 1),
    idea(10, "ISIC 2024: a small ensemble", "competition", "review", 1, due="2026-11-20"),
    idea(11, "Statistical Rethinking, chapters 1-4", "summary", "shared", 40, share=share(12), responses=(QUESTION,)),
    idea(12, "Bayesian optimisation, drawn", "post", "shared", 60, share=share(51)),
    idea(13, "How I keep a lab notebook", "post", "shared", 300, share=share(290)),
)

STATES = {
    "board": ((160, 40), "j"),
    "board-80x24": ((80, 24), "l"),
    "tabs-60x20": ((59, 20), "l l"),
    "tabs-40x12": ((40, 12), "l"),
    "wide-300x100": ((300, 100), ""),
    "marked": ((125, 30), "space space"),
    "filter": ((125, 30), "slash c o n f o r m a l"),
    "filter-problem": ((125, 24), "slash i s colon x"),
    "add": ((125, 30), "l a N e w space number_sign l o r a space at p o s t"),
    "collapsed": ((125, 30), "l z z"),
    "detail-beside": ((150, 36), "enter"),
    "detail-over": ((70, 24), "enter"),
    "light": ((125, 30), "l l"),
    "changelog": ((160, 48), "C l"),
    "changelog-80x24": ((80, 24), "C 2 l e H i"),
    "changelog-40x12": ((40, 12), "C 1"),
    "empty": ((80, 24), ""),
}


@pytest.mark.parametrize("state", STATES)
async def test_picture(make_service: MakeService, run_board: RunBoard, snapshot: SnapshotAssertion, state: str) -> None:
    size, keys = STATES[state]
    service = make_service()
    if state != "empty":
        service._session.commit("import", lambda board: changes.put(board, IDEAS))
    async with run_board(service, size) as pilot:
        if state == "light":
            pilot.app.theme = LIGHT
        await pilot.press(*keys.split())
        await settled(pilot)
        await wait_until(pilot, lambda: getattr(pilot.app.screen, "at_rest", True))
        await wait_until(pilot, lambda: not (detail := screen_of(pilot).picture.detail) or not detail.log_is_awaited)
        assert screen_of(pilot).is_mounted
        svg = re.sub(r"terminal-\d+-", "terminal-", pilot.app.export_screenshot(title="ideaboard"))
    assert svg == snapshot(extension_class=Svg)
