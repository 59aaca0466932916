"""Searches mean what was typed: compiled, then read by an independent reader of arXiv's grammar."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers.arxiv_grammar import BadQuery, Leaf, Pair, Tree, read

from ideaboard.errors import InvalidInput
from ideaboard.papers.query import QueryError, compile_query, same_query

TODAY = date(2026, 11, 24)

COMPILED = [
    ("conformal prediction", "all:conformal AND all:prediction"),
    ('"conformal prediction"', 'all:"conformal prediction"'),
    ("“conformal prediction”", 'all:"conformal prediction"'),
    ("a b OR c", "(all:a AND all:b) OR all:c"),
    ("a OR b c", "all:a OR (all:b AND all:c)"),
    ("(a OR b) c", "(all:a OR all:b) AND all:c"),
    ("a | b", "all:a OR all:b"),
    ("lora -survey", "all:lora ANDNOT all:survey"),
    ('lora -"a survey" -(x y)', 'all:lora ANDNOT (all:"a survey" OR (all:x AND all:y))'),
    ("lora AND NOT (x OR y)", "all:lora ANDNOT (all:x OR all:y)"),
    ("lora NOT x", "all:lora ANDNOT all:x"),
    ("lora ANDNOT x", "all:lora ANDNOT all:x"),
    ("-x lora", "all:lora ANDNOT all:x"),
    ("(-x) lora", "all:lora ANDNOT all:x"),
    ("-(-lora)", "all:lora"),
    ("--x lora", "all:lora ANDNOT all:x"),
    ("GPT - a model", 'all:GPT AND all:"a" AND all:model'),
    ("k-means", 'all:"k-means" OR all:"k means"'),
    ('"non-invasive brain-computer"', 'all:"non-invasive brain-computer" OR all:"non invasive brain computer"'),
    ("ti:covid-19 lora", '(ti:"covid-19" OR ti:"covid 19") AND all:lora'),
    ("lora -k-means", 'all:lora ANDNOT (all:"k-means" OR all:"k means")'),
    ("au:Ben-David", 'au:"Ben-David" OR au:"Ben David"'),
    ('"- dash" x', 'all:"dash" AND all:x'),
    ("self_attention", 'all:"self attention"'),
    (
        "C++ C# R&D TCP/IP GPT-3.5",
        'all:C++ AND all:C# AND all:R&D AND (all:"TCP/IP" OR all:"TCP IP") AND (all:"GPT-3.5" OR all:"GPT 3.5")',
    ),
    ("[Re] x{y}", 'all:Re AND all:"x y"'),
    ("classi\ufb01cation so\u00adft", "all:classification AND all:soft"),
    ("日本語 Schrödinger", "all:日本語 AND all:Schrödinger"),
    ("transform* wom?n need?", "all:transform* AND all:wom?n AND all:need"),
    ('"transform* x"', 'all:"transform x"'),
    ('"AND" or', 'all:"AND" AND all:"or"'),
    ("title:attention transformer", "ti:attention AND all:transformer"),
    ("ti:(attention transformer)", "ti:attention AND ti:transformer"),
    ('abstract:(x OR "y z" -w)', 'abs:x OR (abs:"y z" ANDNOT abs:w)'),
    ("ti:(x au:smith)", "ti:x AND au:smith"),
    ("ti: attention", "ti:attention"),
    ("-ti:x y", "all:y ANDNOT ti:x"),
    ("ti:-x y", "all:y ANDNOT ti:x"),
    ("title:the attention", "all:attention"),
    ("title:(the art of war)", "ti:art AND ti:war"),
    ("the art of war", 'all:"the" AND all:art AND all:"of" AND all:war'),
    ("au:del_maestro", 'au:"del maestro"'),
    ('author:"Del Maestro"', 'au:"Del Maestro"'),
    ('au:"Smith, J"', 'au:"Smith, J"'),
    ("au:O’Brien", "au:O'Brien"),
    ("comment:accepted journal:nature report:SLAC-1", 'co:accepted AND jr:nature AND (rn:"SLAC-1" OR rn:"SLAC 1")'),
    ("doi:10.1016/0370-2693(93)90025-V", 'doi:"10.1016/0370-2693(93)90025-V"'),
    ("(doi:10.1561/2200000101)", 'doi:"10.1561/2200000101"'),
    ("doi:https://doi.org/10.48550/arXiv.2301.00001v2", "id:2301.00001"),
    ("id:arXiv:math.GT/0309136", "id:math/0309136"),
    ("cat:cs.LG", "cat:cs.LG"),
    ("cat:CS.lg", "cat:cs.LG"),
    ("category:cs", "cat:cs.*"),
    ("cat:astro-ph x", "cat:astro-ph* AND all:x"),
    ("cat:cs.NA x", "(cat:cs.NA OR cat:math.NA) AND all:x"),
    ("cat:cs.LG,stat.ML x", "(cat:cs.LG OR cat:stat.ML) AND all:x"),
    ("cat:(cs.LG OR hep-th)", "cat:cs.LG OR cat:hep-th"),
    ("lora -cat:cs.CV", "all:lora ANDNOT cat:cs.CV"),
    ("submitted:2024..2025-03", "submittedDate:[202401010000 TO 202503312359]"),
    ("submitted:2024-02", "submittedDate:[202402010000 TO 202402292359]"),
    ("submitted:20240305", "submittedDate:[202403050000 TO 202403052359]"),
    ("submitted:..2024", "submittedDate:[199101010000 TO 202412312359]"),
    ("submitted:2024..", "submittedDate:[202401010000 TO 210012312359]"),
    ("submittedDate:[202401011530 TO 20240301]", "submittedDate:[202401011530 TO 202403012359]"),
    ("submittedDate:[2024 TO *]", "submittedDate:[202401010000 TO 210012312359]"),
    ("x since:2024-02-03 until:2024-03", "all:x AND submittedDate:[202402030000 TO 202403312359]"),
    ("x since:30d", "all:x AND submittedDate:[202610250000 TO 210012312359]"),
    ("x -since:2024", "all:x ANDNOT submittedDate:[202401010000 TO 210012312359]"),
    ("Attention: a survey", 'all:Attention AND all:"a" AND all:survey'),
    ("O(n log n)", "all:O AND all:n AND all:log AND all:n"),
    ("=ti:x OR  au:y", "ti:x OR au:y"),
    (" = all:x", "all:x"),
]

REFUSED = [
    ("", 0, "nothing to search for"),
    ("  \n", 0, "nothing to search for"),
    ("—  🚀", 0, "nothing to search for"),
    ("-survey", 0, "exclusions"),
    ("  -survey", 2, "exclusions"),
    ('x "y z', 2, "quote"),
    ("x (y", 2, "opened and not closed"),
    ("x y)", 3, "closed that was not opened"),
    ("x ()", 2, "empty"),
    ("OR x", 0, "OR"),
    ("x OR", 2, "OR"),
    ("x OR OR y", 2, "OR"),
    ("x AND", 2, "AND"),
    ("AND x", 0, "AND"),
    ("x AND AND y", 6, "AND"),
    ("x NOT", 2, "NOT"),
    ("x OR -y", 5, "exclusion"),
    ("x titel:y", 2, "field"),
    ("x foo:y", 2, "field"),
    ("x foo:(y)", 2, "field"),
    ("x ti:", 2, "nothing after"),
    ("x ti:—", 2, "no word"),
    ("x ti:OR y", 2, "nothing after"),
    ("x cat:cs.XX", 6, "category"),
    ("x cat:*", 6, "wildcard"),
    ("x cat:cs.[LM]*", 6, "category"),
    ("x *y", 2, "wildcard"),
    ("?y", 0, "wildcard"),
    ("'*y", 0, "wildcard"),
    ("x *", 2, "wildcard"),
    ("x since:yesterday", 8, "date"),
    ("x since:2024-13", 8, "date"),
    ("x until:2023-02-29", 8, "date"),
    ("x submitted:2025..2024", 12, "leave nothing"),
    ("x submitted:..", 12, "neither"),
    ("since:2025 until:2024 x", 22, "leave nothing"),
    ("x since:(2024)", 8, "one value"),
    ("x updated:2024", 2, "update"),
    ("x doi:abc", 6, "DOI"),
    ("x id:abc", 5, "identifier"),
    ("https://arxiv.org/abs/2301.00001", 0, "link"),
    ("(" * 60 + "x" + ")" * 60, 40, "deeply"),
    ("x" * 3000, 2000, "characters"),
    ("=", 1, "nothing to search for"),
    ("=all:x)", 6, "closed"),
    ('=all:"x', 5, "quote"),
    ("=(all:x", 1, "opened"),
]


@pytest.mark.parametrize(("typed", "sent"), COMPILED)
def test_what_is_typed_is_compiled(typed: str, sent: str) -> None:
    compiled = compile_query(typed, today=TODAY)

    assert compiled.text == sent
    if not typed.strip().startswith("="):
        read(sent)


@pytest.mark.parametrize(("typed", "position", "words"), REFUSED)
def test_what_cannot_be_meant_is_refused_with_its_place(typed: str, position: int, words: str) -> None:
    with pytest.raises(QueryError, match=words) as caught:
        compile_query(typed)

    assert caught.value.position == position
    assert caught.value.hint
    assert f"(character {position + 1})" in caught.value.message


def test_hints_name_what_was_probably_meant() -> None:
    for typed, hint in [("titel:x", "title:"), ("cat:cs.ML", "cs.LG (Machine Learning)"), ("*x", "transform*")]:
        with pytest.raises(QueryError) as caught:
            compile_query(typed)
        assert hint in caught.value.hint


def test_categories_and_days_join_the_words() -> None:
    compiled = compile_query(
        "a OR b", categories=["cs", "stat.ML,cs.NA"], since=date(2024, 1, 2), until=date(2024, 5, 5)
    )

    assert compiled.text == (
        "(all:a OR all:b) AND (cat:cs.* OR cat:stat.ML OR cat:cs.NA OR cat:math.NA) AND "
        "submittedDate:[202401020000 TO 202405052359]"
    )
    assert compile_query("", categories=["cs.LG"]).text == "cat:cs.LG"
    assert compile_query("-x", categories=["cs.LG"]).text == "cat:cs.LG ANDNOT all:x"
    assert compile_query("y -x", categories=["cs.LG"]).text == "(all:y AND cat:cs.LG) ANDNOT all:x"
    assert compile_query("since:2023 x", since=date(2024, 1, 1)).text == (
        "all:x AND submittedDate:[202401010000 TO 210012312359]"
    )
    assert compile_query("a b", raw=True, categories=["cs.LG"]).text == "(a b) AND cat:cs.LG"


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(InvalidInput, match="category"):
        compile_query("x", categories=["cs.XX"])
    with pytest.raises(InvalidInput, match="leave nothing"):
        compile_query("x", since=date(2025, 1, 1), until=date(2024, 1, 1))
    with pytest.raises(QueryError, match="nothing to search for"):
        compile_query(" ", categories=[""])


def test_words_that_are_left_out_are_named() -> None:
    assert compile_query("ti:(the art of war)").notes == ("left out: the, of (arXiv does not index such words there)",)
    assert compile_query("the art of war").notes == ()


@pytest.mark.parametrize(
    ("sent", "title", "same"),
    [
        ("all:x", "arXiv Query: search_query=all:x&id_list=&start=0&max_results=10", True),
        ("all:x", "all:x", True),
        ("(all:x AND all:y)  OR ti:z", "arXiv Query: search_query=(all:x AND all:y) OR ti:z&id_list=", True),
        ("LLM agent", "arXiv Query: search_query=all:LLM OR all:agent&id_list=&start=0&max_results=10", False),
        (
            "all:x AND submittedDate:[202401010000 TO 202412312359]",
            'arXiv Query: search_query=all:x AND submittedDate:"202401010000 TO 202412312359"&id_list=&start=0',
            True,
        ),
        ("all:R&D", "ArXiv Query: search_query=all:R&D&id_list=&start=0", True),
        ("all:x", "arXiv Query: search_query=all:y&id_list=", False),
        ("all:x AND all:y", "arXiv Query: search_query=all:x OR all:y&id_list=", False),
        ("all:x", "", False),
    ],
)
def test_what_arxiv_read_is_compared(sent: str, title: str, same: bool) -> None:
    assert same_query(sent, title) is same


# The reader itself, against what production was seen to answer.


@pytest.mark.parametrize(
    ("query", "as_read"),
    [
        ("LLM Agent", "all:LLM OR all:Agent"),
        ("all:attention mechanism", "all:attention OR all:mechanism"),
        ("Recursive Self-Improvement", "all:Recursive OR all:Self-Improvement"),
        ("a AND b OR c", "all:a AND (all:b OR all:c)"),
        ("a ANDNOT b AND c", "all:a ANDNOT (all:b AND all:c)"),
        ("ti:diffusion transformer AND cat:cs.LG", "ti:diffusion OR (all:transformer AND cat:cs.LG)"),
        ("ti:a_b AND au:smith", 'ti:a_b AND au:"smith"'),
    ],
)
def test_the_independent_reader_knows_the_traps(query: str, as_read: str) -> None:
    assert read(query) == read(as_read)


@pytest.mark.parametrize(
    "query", ["", "(all:x", "all:x)", "AND", "all:x AND", "ANDNOT all:x", "ti:*x", "ti:(a b)", 'all:""']
)
def test_the_independent_reader_refuses_what_the_server_refuses(query: str) -> None:
    with pytest.raises(BadQuery):
        read(query)


# Any search: what is meant is built together with what is typed, as a truth table over its words.

Meaning = Callable[[frozenset[Leaf]], bool]
Typed = tuple[str, Meaning, frozenset[Leaf]]

WORDS = st.sampled_from(["lora", "Bayes", "k-means", "del_maestro", "b", "OR-gate", "3.5", "C++"])
AS_SENT = {"del_maestro": "del maestro"}
PHRASES = st.sampled_from(["causal forests", "AND", "x (y) z", "survey"])
PHRASE_AS_SENT = {"x (y) z": "x y z"}
FIELD_NAMES = st.sampled_from([("", "all"), ("title:", "ti"), ("au:", "au"), ("abstract:", "abs"), ("all:", "all")])


def leaf(field: str, value: str, typed: str) -> Typed:
    # A hyphen is asked for as it is and as a blank.
    readings = frozenset(Leaf(field, text) for text in (value, value.replace("-", " ")))
    return typed, lambda true: not readings.isdisjoint(true), readings


LEAVES = st.one_of(
    st.builds(lambda name, word: leaf(name[1], AS_SENT.get(word) or word, name[0] + word), FIELD_NAMES, WORDS),
    st.builds(
        lambda name, phrase: leaf(name[1], PHRASE_AS_SENT.get(phrase) or phrase, f'{name[0]}"{phrase}"'),
        FIELD_NAMES,
        PHRASES,
    ),
    st.just(leaf("cat", "cs.*", "cat:cs")),
)


def _union(parts: list[Typed]) -> frozenset[Leaf]:
    return frozenset(leaf for _, _, leaves in parts for leaf in leaves)


def all_of(kept: list[Typed], left_out: list[Typed], joint: str) -> Typed:
    text = joint.join(typed for typed, _, _ in kept) + "".join(f" -{typed}" for typed, _, _ in left_out)
    yes, no = [meaning for _, meaning, _ in kept], [meaning for _, meaning, _ in left_out]
    return (
        f"({text})",
        lambda true: all(meaning(true) for meaning in yes) and not any(meaning(true) for meaning in no),
        _union(kept + left_out),
    )


def any_of(parts: list[Typed]) -> Typed:
    meanings = [meaning for _, meaning, _ in parts]
    return (
        f"({' OR '.join(typed for typed, _, _ in parts)})",
        lambda true: any(meaning(true) for meaning in meanings),
        _union(parts),
    )


def loose(first: list[Typed], second: list[Typed]) -> Typed:
    """`a b OR c d` without parentheses: AND binds more."""
    halves = [all_of(half, [], " ") for half in (first, second)]
    _, meaning, leaves = any_of(halves)
    return f"({' OR '.join(half[0][1:-1] for half in halves)})", meaning, leaves


SEARCHES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(
            all_of,
            st.lists(inner, min_size=1, max_size=3),
            st.lists(inner, max_size=2),
            st.sampled_from([" ", " AND ", "  "]),
        ),
        st.builds(any_of, st.lists(inner, min_size=2, max_size=3)),
        st.builds(loose, st.lists(inner, min_size=1, max_size=2), st.lists(inner, min_size=1, max_size=2)),
    ),
    max_leaves=6,
)


def evaluate(tree: Tree, true: frozenset[Leaf]) -> bool:
    if isinstance(tree, Leaf):
        return tree in true
    left, right = evaluate(tree.left, true), evaluate(tree.right, true)
    return {"AND": left and right, "OR": left or right, "ANDNOT": left and not right}[tree.operator]


def leaves_of(tree: Tree) -> frozenset[Leaf]:
    return leaves_of(tree.left) | leaves_of(tree.right) if isinstance(tree, Pair) else frozenset([tree])


def subsets(leaves: Iterable[Leaf]) -> Iterable[frozenset[Leaf]]:
    every = list(leaves)
    return (frozenset(chosen) for size in range(len(every) + 1) for chosen in itertools.combinations(every, size))


@given(SEARCHES, st.booleans())
def test_any_search_is_read_by_arxiv_as_it_was_meant(search: Typed, bare: bool) -> None:
    typed, meaning, leaves = search
    typed = typed[1:-1] if bare and typed.startswith("(") else typed

    tree = read(compile_query(typed).text)

    assert leaves_of(tree) == leaves
    for true in subsets(leaves):
        assert evaluate(tree, true) == meaning(true), (typed, compile_query(typed).text, true)


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            ["a", "the", "x y", '"', "(", ")", "-", " ", "OR", " AND ", "NOT ", "ti:", "cat:cs", "au:", "_"]
        )
        | st.sampled_from(
            ["since:", "2024", "..", "*", "?", "[", "]", ":", "\\", "$", ",", "'", "&&", "doi:10.1234/", "id:"]
        ),
        max_size=14,
    ).map("".join)
)
def test_any_text_is_either_refused_with_a_place_or_read_by_arxiv(typed: str) -> None:
    try:
        compiled = compile_query(typed)
    except QueryError as problem:
        position = problem.position
    else:
        position = 0
        if not typed.lstrip().startswith("="):
            read(compiled.text)
            assert same_query(compiled.text, compiled.text)
    assert 0 <= position <= len(typed)
