from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from core.core_values import NOW, WORKFLOW, an_idea, ideas
from hostile import HOSTILE_TITLES
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.clock import moment
from ideaboard.core.documents import idea_to_document
from ideaboard.core.ideas import Archived, Idea, Link, Paper, Response, Share, Step
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.late import stored_ideas
from ideaboard.core.query import FIELDS, Context, parse_query
from ideaboard.storage.records import dumps
from ideaboard.storage.state import Packed

PAPER = Paper(
    arxiv_id="2106.09685",
    title="LoRA: Low-Rank Adaptation",
    authors=("Edward J. Hu", "Yelong Shen", "Hervé Jégou"),
    abstract="An important paradigm of natural\nlanguage processing",
    categories=("cs.CL", "stat.ML"),
    code_url="https://github.com/microsoft/LoRA",
)


def stored(idea: Idea) -> Idea:
    """Return the idea as it comes from a board file, its long parts not read yet."""
    document = idea_to_document(replace(idea, rank=idea.rank or "1"))
    (made,) = stored_ideas([idea.id], [document], [Packed(dumps({"set": document}))])
    return made or idea


def fits(text: str, idea: Idea) -> bool:
    query, context = parse_query(text, WORKFLOW), Context(WORKFLOW, NOW)
    found = bool(query.select([idea], context))
    assert bool(query.select([stored(idea)], context)) is found
    return found


def waiting(type: str, answered: str | None = None) -> tuple[Response, ...]:
    return (Response(id="r", type=type, text="?", at=moment(NOW), answered=answered),)


def since(days: int, stage: str = "idea") -> tuple[Step, ...]:
    return (Step(stage, moment(NOW - timedelta(days=days))),)


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("lora", {"title": "Reproduce LoRA"}, {"title": "Lo Ra"}),
        ("lora gpu", {"title": "LoRA on a GPU"}, {"title": "LoRA"}),
        ('"on one gpu"', {"title": "LoRA on  one GPU"}, {"title": "GPU on one"}),
        ("bayes", {"tags": ("bayesian",)}, {}),
        ("secret", {"notes": "The secret"}, {}),
        ("low-rank", {"paper": PAPER}, {}),
        ("paradigm", {"paper": PAPER}, {}),
        ('"natural language"', {"paper": PAPER}, {}),
        ("yelong", {"paper": PAPER}, {}),
        ("jegou", {"paper": PAPER}, {}),
        ("ÉTUDE", {"title": "etude"}, {"title": "tude"}),
        ('"x tail"', {"title": "the x tail"}, {"title": "x", "tags": ("tail",)}),
        ("-lora", {"title": "x"}, {"title": "lora"}),
        ('-"one gpu"', {"title": "gpu one"}, {"title": "one gpu"}),
        ("kind:post", {"kind": "post"}, {"kind": "project"}),
        ('kind:"paper to"', {"kind": "paper-to-code"}, {"kind": "post"}),
        ("KIND:Post", {"kind": "post"}, {"kind": "project"}),
        ("-kind:post", {"kind": "project"}, {"kind": "post"}),
        ("tag:bayes", {"tags": ("x", "bayesian")}, {"tags": ("x",), "title": "bayes"}),
        ("#LoRA", {"tags": ("lora",)}, {"title": "#lora"}),
        ('"#lora"', {"title": "my #lora"}, {"tags": ("lora",)}),
        ("-#lora", {"tags": ("x",)}, {"tags": ("lora",)}),
        ("stage:mak", {"stage": "making"}, {"stage": "idea"}),
        ("stage:candidate", {"stage": CANDIDATE}, {"stage": "idea"}),
        ("author:jégou", {"paper": PAPER}, {"title": "Jégou"}),
        ('author:"edward j. hu"', {"paper": PAPER}, {}),
        ("cat:cs.CL", {"paper": PAPER}, {}),
        ("cat:stat", {"paper": PAPER}, {}),
        ("cat:cs.*", {"paper": PAPER}, {"title": "cs"}),
        ("-cat:math", {"paper": PAPER}, {"paper": Paper(arxiv_id="x", categories=("math.ST",))}),
        ("is:stale", {"trail": since(30)}, {"trail": since(29)}),
        ("-is:stale", {"stage": "shared", "trail": since(99)}, {"stage": "review", "trail": since(99)}),
        ("is:shared", {"stage": "shared"}, {"stage": "review"}),
        ("is:archived", {"archived": Archived(at=moment(NOW), because="done")}, {}),
        ("is:candidate", {"stage": CANDIDATE}, {}),
        ("is:private", {"private": True}, {}),
        ("is:overdue", {"due": "2026-11-23"}, {"due": "2026-11-24"}),
        ("-is:overdue", {"due": "2026-11-23", "stage": "shared"}, {"due": "2026-11-23"}),
        ("is:guest", {"guest": "claude"}, {}),
        ("is:withdrawn", {"share": Share(at="x", date="x", withdrawn=True)}, {}),
        ("has:question", {"responses": waiting("question")}, {"responses": waiting("question", "x")}),
        ("has:questions", {"responses": waiting("question")}, {"responses": waiting("follower")}),
        ("has:opportunity", {"responses": waiting("opportunity")}, {"responses": waiting("question")}),
        ("has:response", {"responses": waiting("follower")}, {}),
        ("has:paper", {"paper": PAPER}, {}),
        ("has:code", {"paper": PAPER}, {"paper": Paper(arxiv_id="x")}),
        ("has:notes", {"notes": "x"}, {}),
        ("has:link", {"links": (Link("https://x.org"),)}, {}),
        ("has:link", {"share": Share(at="x", date="x", url="https://x.org")}, {"share": Share(at="x", date="x")}),
        ("has:draft", {"draft": "x.md"}, {}),
        ("has:due", {"due": "2026-12-01"}, {}),
        ("has:tag", {"tags": ("x",)}, {}),
        ("age:>30d", {"trail": since(31)}, {"trail": since(30)}),
        ("age:>=30", {"trail": since(30)}, {"trail": since(29)}),
        ("age:<2w", {"trail": since(13)}, {"trail": since(14)}),
        ("age:<=1m", {"trail": since(30)}, {"trail": since(31)}),
        ("age:1Y", {"trail": since(365)}, {"trail": since(364)}),
        ("due:2026-12", {"due": "2026-12-24"}, {"due": "2026-11-24"}),
        ("due:<2026-12-24", {"due": "2026-12-23"}, {"due": "2026-12-24"}),
        ("due:>=2027", {"due": "2027-01-01"}, {}),
        ("due:<tomorrow", {"due": NOW.date().isoformat()}, {"due": (NOW + timedelta(days=1)).date().isoformat()}),
        ("due:<=3D", {"due": (NOW + timedelta(days=3)).date().isoformat()}, {}),
        ("due:+1w", {"due": (NOW + timedelta(days=7)).date().isoformat()}, {"due": NOW.date().isoformat()}),
        ("-due:>=fri", {"due": NOW.date().isoformat()}, {"due": (NOW + timedelta(days=7)).date().isoformat()}),
        (
            "shared:2026-03",
            {"stage": "shared", "share": Share(at="x", date="2026-03-14")},
            {"stage": "shared", "share": Share(at="x", date="2026-04-01")},
        ),
        ("shared:2026", {"stage": "shared", "share": Share(at="x", date="2026-03-14")}, {"stage": "shared"}),
        ("id:bcd", {}, {"id": "zzzzzzzz"}),
        ("http://x.org", {"title": "see http://x.org/y"}, {"title": "x.org"}),
        ('"unclosed phr', {"title": "an unclosed phrase"}, {"title": "unclosed"}),
        ("kind:post -lora #x", {"kind": "post", "tags": ("x",)}, {"kind": "post", "tags": ("x", "lora")}),
    ],
)
def test_the_language(text: str, yes: dict[str, Any], no: dict[str, Any]) -> None:
    query = parse_query(text, WORKFLOW)
    assert query.problems == ()
    assert fits(text, an_idea(**{"title": "t", **yes}))
    assert not fits(text, an_idea(**{"title": "t", **no}))


@pytest.mark.parametrize("text", ["", "  ", "-", "kind:", "-tag:", '""', '-""'])
def test_what_says_nothing_lets_everything_through(text: str) -> None:
    query = parse_query(text, WORKFLOW)
    assert not query
    assert query.problems == ()
    assert fits(text, an_idea())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("colour:red", "there is no field 'colour:'; there are kind:, tag:"),
        ("kind:novel", "there is no kind 'novel'; there are project,"),
        ("stage:done", "there is no stage 'done'; there are candidate,"),
        ("is:great", "there is no 'is:great'; there are is:stale,"),
        ("has:beard", "there is no 'has:beard'; there are has:question,"),
        ("age:old", "'age:old' is not an age"),
        ("age:>" + "9" * 5000, "is not an age"),
        ("age:>٣d", "is not an age"),
        ("due:soon", "'due:soon' is not a date"),
        ("shared:march", "'shared:march' is not a period"),
        ("tag:a,b", "'a,b' is no tag"),
        ("#a,b", "is no tag"),
        ("due:=friday", "is not a date"),
        ("due:<9999y", "is not a date; write due:2026-12, or due:< and a day: 2026-12-24, friday or 3w"),
    ],
)
def test_problems_are_told(text: str, problem: str) -> None:
    (told,) = parse_query(text, WORKFLOW).problems
    assert problem in told


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tag:a OR tag:b", "'OR' is no operator"),
        ("a AND b", "'AND' is no operator"),
        ("NOT a", "write -word"),
        ("a && b", "'&&' is no operator"),
        ("a || b", "'||' is no operator"),
        ("a | b", "'|' is no operator"),
        ("(a b)", "parentheses do not group"),
        ("( a", "parentheses do not group"),
        ("-(a b)", "parentheses do not group"),
        ("(tag:a tag:b)", "parentheses do not group"),
        ("age>30d", "write age:>30d"),
        ("age=30d", "write age:30d"),
        ("-age<=2w", "write age:<=2w"),
        ("due<2026-12-24", "write due:<2026-12-24"),
        ("shared>2026", "write shared:2026"),
        ("kind=post", "write kind:post"),
        ("Tag==a", "write tag:a"),
        ("stage!=idea", "write -stage:idea"),
        ("age!=3d", "write -age:3d"),
        ("age > 30d", "'age >' is no comparison; write age:"),
        ("a Kind = post", "write kind:"),
        ("-due <= 2026", "write due:"),
        ("tag : a", "write tag:"),
    ],
)
def test_what_looks_like_an_operator_and_is_none_is_told_with_what_to_write(text: str, problem: str) -> None:
    assert problem in " ".join(parse_query(text, WORKFLOW).problems)
    query = parse_query(" ".join(f'"{word}"' for word in text.split()), WORKFLOW)
    assert query.problems == ()
    there = an_idea(title=text)
    assert query.select([there, an_idea(title="else")], Context(WORKFLOW, NOW)) == [there], "in quotes it is a word"


@pytest.mark.parametrize("text", ["loss = 0", "p < 0.05", "x > y", "a -> b", "age", "'age' > 3", "tag:a,", "= due"])
def test_what_is_no_field_may_be_compared(text: str) -> None:
    assert parse_query(text, WORKFLOW).problems == ()


@pytest.mark.parametrize("text", ["f(x)", "(Re)", "or", "and", "not", "A*", "x>y", "C#", "&c", "a&b"])
def test_what_only_reminds_of_an_operator_is_a_word(text: str) -> None:
    query = parse_query(text, WORKFLOW)
    assert query.problems == ()
    assert query.select([an_idea(title=f"{text} b"), an_idea(title="else")], Context(WORKFLOW, NOW))


@pytest.mark.parametrize(
    "whole",
    ["age:>=30d", "due:<=2026-12-24", "due:2026-03", "shared:2026-03-14", "is:stale", "has:paper", "#a", "(a)", "-#a"],
)
def test_a_filter_never_empties_the_board_while_it_is_typed(whole: str) -> None:
    due = an_idea(title="(a) b", tags=("a",), due="2026-03-14")
    for length in range(1, len(whole)):
        part = parse_query(whole[:length], WORKFLOW)
        if part.problems:
            assert part.select([due], Context(WORKFLOW, NOW)) == [due], whole[:length]


def test_a_word_with_an_unknown_field_is_looked_up_as_it_is() -> None:
    assert fits("re:zero", an_idea(title="Re:Zero"))


@given(
    st.text()
    | st.lists(st.sampled_from([*(f"{name}:" for name in FIELDS), "-", '"', "#", "x", " ", ">", "2026-", "*"])).map(
        "".join
    ),
    ideas,
)
def test_any_text_is_read_and_asked_without_a_failure(text: str, idea: Idea) -> None:
    query = parse_query(text, WORKFLOW)
    assert query.text == text
    assert query.select([idea], Context(WORKFLOW, NOW)) in ([], [idea])


TERMS = st.sampled_from(
    [
        "a",
        "0",
        '"b c"',
        "#a",
        "kind:post",
        "kind:p",
        "stage:idea",
        "stage:candidate",
        "is:stale",
        "is:shared",
        "is:archived",
        "is:private",
        "has:paper",
        "has:question",
        "has:link",
        "age:>100d",
        "due:>2030",
        "shared:2026",
        "author:a",
        "cat:a",
        "id:b",
    ]
)


@given(TERMS, st.lists(ideas, max_size=4))
def test_a_negation_is_the_complement(term: str, some: list[Idea]) -> None:
    context = Context(WORKFLOW, NOW)
    yes = parse_query(term, WORKFLOW).select(some, context)
    no = parse_query("-" + term, WORKFLOW).select(some, context)
    assert [idea for idea in some if idea in yes or idea in no] == some
    assert not [idea for idea in yes if idea in no]


@given(st.lists(TERMS, max_size=4), st.lists(ideas, max_size=4))
def test_parts_are_anded_and_the_order_kept(terms: list[str], some: list[Idea]) -> None:
    context = Context(WORKFLOW, NOW)
    left = some
    for term in terms:
        left = parse_query(term, WORKFLOW).select(left, context)
    assert parse_query(" ".join(terms), WORKFLOW).select(some, context) == left


@pytest.mark.parametrize("title", [title for title in HOSTILE_TITLES if '"' not in title])
def test_a_hostile_title_is_found_as_a_phrase(title: str) -> None:
    assert fits(f'"{title}"', an_idea(title=title))


@given(ideas, st.text(min_size=1, max_size=3), st.data())
def test_words_are_found_in_what_is_not_read_yet(idea: Idea, any: str, data: st.DataObject) -> None:
    texts = [idea.title, idea.notes, *idea.tags, *((idea.paper.abstract, *idea.paper.authors) if idea.paper else ())]
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(text)))
    for word in (any, text[start : start + data.draw(st.integers(1, 9))]):
        fits(f'"{word}"', idea)
        fits(f'author:"{word}"', idea)
