"""The main job on real input: from arXiv and rough lines to a changelog, through the command and the board."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import here
from terminal import Terminal

FEEDS = Path(__file__).parent / "data" / "arxiv"
STAGES = ["idea", "outline", "making", "review", "shared"]


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    with LoopbackArxiv([FEEDS]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.1")
        yield server


def run(*arguments: str) -> str:
    """Run the command and return what it printed; the README's tutorial runs each as a process."""
    done = here(*arguments)
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    return done.out


def ideas() -> dict[str, dict[str, Any]]:
    return {idea["id"]: idea for idea in json.loads(run("list", "--json"))}


def test_from_idea_to_shared(arxiv: LoopbackArxiv) -> None:
    found = json.loads(run("arxiv", "search", "testing", "-n", "10", "--json"))
    assert len(found["papers"]) == 10
    assert all(paper["on_board"] is None for paper in found["papers"])
    first, second, third = (paper["arxiv_id"] for paper in found["papers"][:3])

    (reproduction,) = run("arxiv", "add", first, "--kind", "paper-to-code").split()
    summaries = run("arxiv", "add", f"https://arxiv.org/abs/{second} and arXiv:{third}", "-k", "summary").split()
    assert len(summaries) == 2
    assert run("arxiv", "add", f"{first}v1").split() == [reproduction], "one paper never becomes two ideas"

    tool = run("add", "[Re] A board that ends in a changelog", "--kind", "project", "--tag", "terminal").strip()
    post = run("add", "日本語 🚀 in a terminal", "--kind", "post").strip()
    case = run("add", "Churn at a telco", "--kind", "case-study").strip()

    for idea in (tool, reproduction):
        for stage in STAGES[1:-1]:
            run("move", idea, stage)
    run("share", tool, "--url", "https://example.org/board?utm_source=x&page=2", "--summary", "An end at last")
    run("share", reproduction, "--url", "https://example.org/re", "--summary", "It runs", "--result", "3 of 4 claims")

    changelog = run("changelog")
    assert run("changelog") == changelog, "the same board gives the same bytes"
    assert "](https://example.org/board?page=2): An end at last. _Project_" in changelog
    assert "](https://example.org/re): It runs. _3 of 4 claims; after [" in changelog
    assert changelog.index("example.org/re)") < changelog.index("example.org/board?"), "the newest first"

    listed = ideas()
    assert set(listed) == {reproduction, *summaries, tool, post, case}
    assert listed[tool]["title"] == "[Re] A board that ends in a changelog"
    assert [step["stage"] for step in listed[tool]["trail"]] == STAGES
    assert [step["stage"] for step in listed[reproduction]["trail"]] == STAGES
    assert listed[reproduction]["paper"]["arxiv_id"] == first
    assert listed[reproduction]["paper"]["abstract"]
    assert {listed[idea]["stage"] for idea in (*summaries, post, case)} == {"idea"}

    with Terminal() as terminal:
        cards = ("日本語 🚀 in a", "Churn at a telco", "[Re] A board")
        terminal.wait_for(lambda text: all(card in text for card in cards))
        terminal.press("G")
        terminal.press("L")
        terminal.wait_for(lambda text: "Outline  1" in text)
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
    assert ideas()[case]["stage"] == "outline"
    run("check")
