"""weeknotes: what happened in a week, for a person to edit; nothing private, and every paper credited."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from cli.cli_runs import add, assert_told, here
from markdown_it import MarkdownIt
from publish.publish_ideas import CONFORMAL, idea, shared

from ideaboard.core.ideas import Idea, Response, Step
from ideaboard.core.kinds import Workflow
from ideaboard.core.outputs import SITES
from ideaboard.core.weeknotes import WeekNotes, build_weeknotes
from ideaboard.publish.weeknotes import render_weeknotes

NOW = datetime.fromisoformat("2025-03-20T08:00:00+01:00")


def trail(*steps: str) -> tuple[Step, ...]:
    """Read steps as `making 2025-03-10`, at noon where no time is given."""
    moments = (step.split() for step in steps)
    return tuple(Step(stage, at if "T" in at else f"{at}T12:00:00.000Z") for stage, at in moments)


def moving(number: int, *steps: str, **fields: object) -> Idea:
    return idea(number, stage=steps[-1].split()[0], trail=trail(*steps), **fields)


def question(text: str, answered: str | None, type: str = "question") -> Response:
    return Response(id=text, type=type, text=text, at="2025-01-01T12:00:00.000Z", answered=answered)


def week(*ideas: Idea, key: str = "2025-W11") -> WeekNotes:
    return build_weeknotes(ideas, Workflow(), key, NOW)


def test_each_thing_stands_where_it_belongs() -> None:
    notes = week(
        shared(1, "2025-03-14", trail=trail("idea 2025-03-01", "shared 2025-03-14")),
        shared(2, "2025-03-17"),
        moving(3, "idea 2025-03-01", "outline 2025-03-05", "making 2025-03-12", "review 2025-03-13"),
        moving(4, "idea 2025-03-01", "outline 2025-03-12", "making 2025-03-13"),
        moving(5, "idea 2025-03-11"),
        moving(6, "idea 2025-03-01", "making 2025-03-05", "outline 2025-03-12"),
        moving(7, "idea 2025-03-01", "making 2025-03-12", "idea 2025-03-13"),
        moving(8, "candidate 2025-03-01", "making 2025-03-12", paper=CONFORMAL, title="Mine", kind="summary"),
        moving(9, "idea 2025-03-01", "making 2025-03-12", archived="dropped"),
        moving(10, "idea 2025-03-01", "outline 2025-03-12", "making 2025-03-20"),
    )
    assert [entry.id for entry in notes.shared] == [shared(1).id]
    assert [(one.title, one.status) for one in notes.moved] == [("Thing 3", "from Outline to Review")]
    assert [(one.title, one.status) for one in notes.started] == [
        ("Mine", "Summary"),
        ("Thing 10", "Project"),
        ("Thing 4", "Project"),
    ]
    assert [paper.label for paper in notes.read] == ["Angelopoulos & Bates, 2021"]
    assert (notes.key, notes.heading) == ("2025-W11", "Week 11, 2025")


def test_what_was_shared_before_the_board_heard_of_it_is_no_news() -> None:
    late = trail("idea 2025-03-12", "shared 2025-03-13")
    before = shared(1, "2025-01-05", trail=late, paper=CONFORMAL, kind="summary", title="Mine")
    assert not week(before)
    after = shared(2, "2025-03-20", trail=trail("idea 2025-03-01", "making 2025-03-12", "shared 2025-03-20"))
    assert [one.title for one in week(after).started] == ["Thing 2"]


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        ("2025-03-09T22:59:59.000Z", False),
        ("2025-03-09T23:00:00.000Z", True),
        ("2025-03-16T22:59:59.000Z", True),
        ("2025-03-16T23:00:00.000Z", False),
    ],
)
def test_a_week_goes_from_monday_to_sunday_where_the_person_is(at: str, inside: bool) -> None:
    asked = idea(2, responses=(question("Why?", at),))
    notes = week(moving(1, "idea 2025-03-01", f"making {at}"), asked)
    assert (len(notes.started), len(notes.answered)) == (inside, inside)


def test_only_questions_are_told_and_nothing_private() -> None:
    at = "2025-03-12T12:00:00.000Z"
    said = (question("Why?", at), question("A job", at, "opportunity"), question("Later?", None))
    secret: dict[str, Any] = {"private": True, "title": "Secret", "responses": said, "paper": CONFORMAL}
    notes = week(
        shared(1, responses=said),
        shared(2, **secret),
        moving(3, "idea 2025-03-11", "making 2025-03-12", **secret),
        moving(4, "idea 2025-03-01", "outline 2025-03-05", "making 2025-03-12", **secret),
    )
    text = render_weeknotes(notes)
    assert [one.text for one in notes.answered] == ["Why?"]
    assert "- Why? (on [Thing 1](https://ada.example.org/1))" in text
    assert "Secret" not in text
    assert "job" not in text
    assert "Angelopoulos" not in text


@pytest.mark.parametrize("site", SITES)
def test_titles_are_shown_as_they_are_and_papers_credited_on_every_site(site: str) -> None:
    title = "A *b* {{ c }} <d> [e](f) @g"
    asked = (question(title, "2025-03-12T12:00:00.000Z"),)
    notes = week(
        shared(1, title=title, paper=CONFORMAL, kind="paper-to-code", summary=title),
        moving(2, "idea 2025-03-11", "making 2025-03-12", title=title, paper=CONFORMAL),
        moving(3, "outline 2025-03-01", "making 2025-03-12", title=title, responses=asked),
    )
    text = render_weeknotes(notes, site=site)
    tokens = [child for token in MarkdownIt("commonmark").parse(text) for child in token.children or ()]
    shown = "".join(token.content for token in tokens)
    assert shown.count(title) == 6
    assert text.count("[Angelopoulos & Bates, 2021](https://arxiv.org/abs/2107.07511") == 3
    if SITES[site].has_tags:
        assert "{{" not in text


def test_it_is_printed_and_begun_as_a_draft(own_home: Path) -> None:
    id = add("A tool", "-k", "project")
    here("share", id, "--url", "https://ada.example.org/tool", "--summary", "One line")
    here("move", add("A post", "-k", "post"), "making")
    rid = here("response", "add", id, "question", "Does it hold?").id
    here("response", "answer", rid)
    out = here("weeknotes").out
    shared = "## Shared\n\n- [A tool](https://ada.example.org/tool): One line."
    for said in (shared, "## Started\n\n- A post", "Does it hold?"):
        assert said in out
    assert "## Moved on" not in out
    assert "\n\n\n" not in out
    done = here("weeknotes", "--draft")
    path = Path(done.out.strip())
    assert path.parent == own_home
    assert path.read_text("utf-8") == out
    assert here("weeknotes", "--draft").out.strip() != str(path), "nothing is written over"
    (own_home / "config.toml").write_text('[drafts]\nfolder = "~/posts"\nsite = "jekyll"\n')
    path = Path(here("weeknotes", "--draft").out.strip())
    assert path.parent == own_home / "posts"
    _, head, body = path.read_text("utf-8").split("---\n", 2)
    front = yaml.safe_load(head)
    assert (front["title"], front["published"], front["categories"]) == (out.splitlines()[0][2:], False, ["post"])
    assert body.strip() == out.split("\n", 1)[1].strip(), "the site shows the title"


def test_a_week_is_named_in_short_or_in_full() -> None:
    year = datetime.now().astimezone().isocalendar().year
    for said in ("W03", "w3", "3", f"{year}-W03", f"{year}-w03"):
        done = here("weeknotes", "--week", said)
        assert done.out.startswith(f"# Week 3, {year}\n"), said
        assert f"nothing to tell of {year}-W03" in done.err
    for wrong in ("2025-03", "2025", "2025-03-02", "W60", "0", "soon", ""):
        assert_told(here("weeknotes", "--week", wrong), 2)
