"""Forty real papers, summarised or made runnable over fourteen months: what a busy person's board would hold."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from ideaboard.core.ideas import Idea, Origin, Paper, Response, Share

DATA = Path(__file__).parent.parent / "data" / "publish"
NOTES = {
    "2025-01": "A new year, and one thing at a time: a paper that runs each month, and a few on one page.",
    "2024-11": "The first of these. I start small.",
}
RESULTS = ("3 of 4 claims reproduced", "v0.1.0", "", "", "41st of 2,739, silver", "", "all 5 claims reproduced")
SUMMARIES = (
    "the idea with one worked example, and where it stops working",
    "split into 60 lines that run on a laptop; what was easy & what was not",
    "a page for people who have ten minutes",
    "what the ablation says, redrawn",
    "why it works at all?",
)


def papers() -> list[Paper]:
    """Read the recorded papers."""
    found = []
    for line in (DATA / "papers.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.append(
            Paper(
                arxiv_id=row["id"],
                version="v1",
                title=row["title"],
                authors=tuple(row["authors"]),
                primary_category=row["primary"],
                categories=tuple(row["categories"]),
                published=f"{row['submitted']}T00:00:00Z",
                comment=row["comment"],
                doi=row["doi"],
            )
        )
    return found


def board() -> list[Idea]:
    """Return the forty as shared ideas, one of them withdrawn, one an answer, and three in progress."""
    ideas = []
    start = date(2024, 11, 4)
    for number, paper in enumerate(papers()):
        day = (start + timedelta(days=number * 10 + number % 4)).isoformat()
        runs = number % 3 == 0
        ideas.append(
            Idea(
                id=f"p{number:07d}",
                title=f"[Re] {paper.title}" if runs else paper.title,
                kind="paper-to-code" if runs else ("post" if number % 7 == 2 else "summary"),
                stage="shared",
                created=f"{day}T07:00:00.000Z",
                updated=f"{day}T09:00:00.000Z",
                tags=(paper.primary_category,),
                paper=paper,
                origin=Origin("p0000003", "q1") if number == 11 else None,
                responses=(Response(id="q1", type="question", text="Does it hold for n < 20?", at=f"{day}T11:00:00Z"),)
                if number == 3
                else (),
                share=Share(
                    at=f"{day}T09:00:{number:02d}.000Z",
                    date=day,
                    url=f"https://ada.example.org/{paper.arxiv_id}/",
                    summary=SUMMARIES[number % len(SUMMARIES)],
                    result=RESULTS[number % len(RESULTS)] if runs else "",
                    uid=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
                    withdrawn=number == 17,
                ),
            )
        )
    at = "2026-01-02T09:00:00.000Z"
    going = (
        ("making", "A tiny simulator of exchange rates"),
        ("making", "[Re] LoRA on one GPU"),
        ("outline", "Why *p* < 0.05"),
    )
    for number, (stage, title) in enumerate(going):
        ideas.append(Idea(id=f"w{number:07d}", title=title, kind="project", stage=stage, created=at, updated=at))
    return ideas
