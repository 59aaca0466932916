"""What to check before sharing, for each kind: on the card, in the detail and at the end of a draft alike.

The points are the ones that readers and organisers ask for and that authors forget. Their keys are kept in an idea's
`ticks`, so a key never changes its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to check before sharing."""

    key: str
    text: str


_ALWAYS = (
    Point("stranger", "somebody who was not there has read it, or I have read it aloud"),
    Point("one-line", "one line says what it is, without a word that needs explaining"),
    Point("links", "every link opens in a private window"),
    Point("alt-text", "every picture has a description in words"),
    Point("question", "it says which questions I would welcome, and how to reach me"),
)

_BY_KIND: dict[str, tuple[Point, ...]] = {
    "project": (
        Point("clean-install", "the installation was followed word by word on a clean machine"),
        Point("example", "the first example runs as printed"),
        Point(
            "description",
            "the description has fewer than 120 characters and is the same on the host and in the package",
        ),
        Point("licence", "there is a licence file"),
        Point("secrets", "no key, password or personal path is in the history"),
    ),
    "paper-to-code": (
        Point("tolerance", "the tolerance of each claim was written down before the first run"),
        Point("dependencies", "the dependencies are named with their versions"),
        Point("commands", "training and evaluation were run again in a fresh environment, with the printed commands"),
        Point("seeds", "every number names its seeds, its spread and how many runs it comes from"),
        Point("weights", "trained weights can be downloaded, or training takes minutes"),
        Point("claims", "the claims table is the one that evaluate.py wrote, what failed included"),
        Point("upstream", "the paper is cited, and the licence of any code I started from is kept"),
        Point("authors-told", "the authors of the paper have heard about it"),
    ),
    "competition": (
        Point("over", "the competition is over, or its rules allow sharing now"),
        Point("data", "no competition data is passed on"),
        Point("public-code", "the code can be seen by people who are not on the team"),
        Point("ablation", "a table shows what each part is worth"),
        Point("failed", "what did not work is in it"),
        Point("word-limit", "it keeps the word limit of the organisers"),
        Point("thanks", "the team and the sources of borrowed ideas are named"),
    ),
    "case-study": (
        Point("permission", "whoever the work was for has agreed, or nobody can tell who it was"),
        Point("sourced", "every number has a source that I could show"),
        Point("personal-data", "no personal data is in text, pictures or files"),
        Point("outcome-first", "the outcome, with its number, comes first"),
        Point("uncertainty", "the result says how sure it is and what it cost"),
    ),
    "post": (
        Point("code-runs", "the code runs from top to bottom"),
        Point("one-idea", "it makes one point; the others are ideas of their own"),
        Point("title-aloud", "the title sounds right aloud and promises what the text keeps"),
        Point("first-lines", "the first lines, or the first fifteen seconds, say why to stay"),
        Point("captions", "a video has captions"),
    ),
    "summary": (
        Point("own-words", "it is in my own words: no pasted abstract, no pasted figure, quotes short and marked"),
        Point("version", "the version or edition is named"),
        Point("references", "each claim says where it stands: section, table or page"),
        Point("limits", "it names a limit that the authors do not"),
        Point("no-solutions", "no solution to a graded exercise is in it"),
        Point("authors-told", "the authors have heard about it"),
    ),
}


def checklist(kind: str) -> tuple[Point, ...]:
    """Return the points to check for a kind, its own first; a kind of the user's own has those that always hold."""
    return (*_BY_KIND.get(kind, ()), *_ALWAYS)
