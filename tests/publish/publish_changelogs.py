"""Changelogs for the tests, and what stands in them."""

from __future__ import annotations

from typing import Any

from publish.publish_ideas import CONFORMAL, idea, shared

from ideaboard.core.changelog import Changelog, ChangelogOptions, build_changelog
from ideaboard.core.ideas import Idea, Response
from ideaboard.core.kinds import Workflow
from ideaboard.core.words import WORDS, Words
from ideaboard.publish.changelog import render_markdown

FLOW = Workflow()


def build(
    *ideas: Idea,
    notes: dict[str, str] | None = None,
    flow: Workflow = FLOW,
    words: Words = WORDS,
    **options: Any,
) -> Changelog:
    return build_changelog(ideas, flow, ChangelogOptions(**options), notes or {}, words)


def lines(*ideas: Idea, **options: Any) -> list[str]:
    """Return the entries as Markdown, without their bullets."""
    text = render_markdown(build(*ideas, **options), whole=False)
    return [line.removeprefix("- ") for line in text.splitlines() if line.startswith("- ")]


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


SAMPLE = [
    shared(1, "2025-03-14", title="tinyboard", summary="a 300-line kanban for the terminal", result="v0.1.0"),
    shared(
        2,
        "2025-03-02",
        title="Conformal prediction from scratch",
        kind="paper-to-code",
        summary="split conformal in 60 lines",
        result="3 of 4 claims reproduced",
        paper=CONFORMAL,
    ),
    shared(
        3,
        "2025-02-20",
        title="ISIC 2024: a small ensemble",
        kind="competition",
        summary="4 models keep 99% of the full score",
        result="41st of 2,739, silver",
    ),
    shared(4, "2025-02-03", title="Statistical Rethinking, chapters 1–4", kind="summary", summary="one page!"),
    shared(5, "2024-12-30", title="[Re] *Old* <b>news</b>", kind="zine", withdrawn=True, summary="taken back"),
    idea(6, stage="shared", title="# No link yet", created="2024-12-29T10:00:00.000Z"),
    idea(7, stage="making", title="1. Under way"),
    idea(8, stage="review", title="[ ] Nearly there"),
    idea(9, stage="outline", title="Nobody's business", private=True),
    idea(10, stage="idea", title="Only an idea"),
]


NOTES = {"2025-03": "A month about uncertainty:\none paper made runnable, and <the> tool.", "2025-01": "Nothing."}


QUESTION = Response(id="r1", type="question", text="Why?", at="2025-03-15T00:00:00.000Z")
