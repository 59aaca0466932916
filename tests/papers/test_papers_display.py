"""Papers as people read them: TeX, authors in short, links to code."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from papers.recorded_papers import papers

from ideaboard.core.credit import short_authors, surname
from ideaboard.core.tex import clean_tex, readable
from ideaboard.papers.arxiv.feed import code_links

READABLE = [
    (r"$\alpha$-Divergence", "α-Divergence"),
    (r"Pad\'e Activation Units", "Padé Activation Units"),
    (r"R\'{e}nyi, Schr\"odinger, \v{S}id\'ak, Erd\H{o}s, Gro\ss e", "Rényi, Schrödinger, Šidák, Erdős, Große"),
    (r"na\"{\i}ve", "naïve"),
    (r"\'{\i} \c c \aa", "í ç å"),
    (r"\emph{Drosophila} \textbf{is \textit{here}} {\it now}", "Drosophila is here now"),
    (r"$\texttt{YC-Bench}$: a benchmark", "YC-Bench: a benchmark"),
    (r"Ranking \& Planning at 94.4\%", "Ranking & Planning at 94.4%"),
    (r"by 10% and \emph{more}", "by 10% and more"),
    ("VGGT-$Ω$", "VGGT-Ω"),
    (r"P$^2$U with $x_1, \dots, x_n$", "P²U with x₁, …, xₙ"),
    (r"$k_{max}$ and $p^{s+t}$ and $x^{ab}$", "kₘₐₓ and p^(s+t) and x^ab"),
    (r"$\ell_1 \leq \mathbb{R}^n$", "ℓ₁ ≤ ℝⁿ"),
    (r"in $\mathbb P^n$ for $\mathcal O(n)$", "in ℙⁿ for O(n)"),
    (r"$O(n\log n)$", "O(n log n)"),
    (r"$\frac{1}{2}$ of $\sqrt{n+1}$", "1/2 of √(n+1)"),
    (r"at $90^\circ$", "at 90°"),
    (r"our \method{} and \ours beat \pkg{lme4}", "our method and ours beat lme4"),
    (r"\href{https://x.org/a}{the page} and \url{https://x.org/b}", "the page (https://x.org/a) and https://x.org/b"),
    (r"as in \cite{smith20}", "as in [smith20]"),
    (r"et~al. and ``quoted''", "et al. and “quoted”"),
    (r"Ga doped \{beta}-Ga2O3", "Ga doped β-Ga2O3"),
    (r"$a$$b$ and $$c_0$$ and \(d\)", "ab and c₀ and d"),
    (r"\textcolor{red}{hot}", "hot"),
    (r"costs \$5 or $10 and $20", "costs $5 or $10 and $20"),
]

PLAIN = [
    "",
    "Attention Is All You Need",
    "costs $5 and $10",
    "a JSON object {x: 1} at 10% of ~100 samples, snake_case and 2^10",
    "[Re] x [/b] <b>日本語 🚀</b>",
    "https://www.example.org/~smith/a_b",
]


@pytest.mark.parametrize(("raw", "expected"), READABLE)
def test_tex_is_made_readable(raw: str, expected: str) -> None:
    assert clean_tex(raw) == expected


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_is_left_alone(text: str) -> None:
    assert clean_tex(text) == text


@given(st.text(st.characters(exclude_characters="\\$~`", exclude_categories=["Cs"])))
def test_text_without_tex_is_left_alone(text: str) -> None:
    assert clean_tex(text) == text


def letters(text: str) -> str:
    """The letters of a text without the names of commands, for comparing before and after."""
    text = re.sub(r"\\href\{([^{}]*)\}\{([^{}]*)\}", r"\2 \1", text)
    text = re.sub(r"\\(?:textcolor|color|colorbox|begin|end|label|[vh]space)\s*\{[^{}]*\}", "", text)
    text = re.sub(r"\\[A-Za-z]+\*?|\\\{[a-z]+\}", "", text)
    return re.sub(r"[^A-Za-z]", "", unicodedata.normalize("NFKD", text))


def is_subsequence(wanted: str, text: str) -> bool:
    remaining = iter(text)
    return all(letter in remaining for letter in wanted)


SIGNS = ["\\", "{", "}", "$", "$$", "^", "_", "~", " ", "\n", "word", "x", "5", "``", "''", "é", "%", "&", "{R}"]
COMMANDS = [
    "emph{",
    "'",
    "v",
    "frac",
    "(",
    ")",
    "[",
    "alpha",
    "mathbb",
    "unknown",
    "href{",
    "left",
    "cite{",
    "sqrt",
    "{",
]
PIECES = st.sampled_from(SIGNS) | st.sampled_from(COMMANDS).map("\\{}".format)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text())
@example("\\frac" * 3)
@example("{" * 60 + "$word")
def test_no_letter_is_lost_whatever_comes(text: str) -> None:
    assert is_subsequence(letters(text), letters(clean_tex(text)))


def test_no_letter_of_the_real_records_is_lost_and_no_command_is_left() -> None:
    for paper in papers():
        for raw in (paper.title, paper.abstract):
            shown = clean_tex(raw)
            assert is_subsequence(letters(raw), letters(shown)), paper.arxiv_id
            assert not re.search(r"\\[A-Za-z]", shown), paper.arxiv_id


@pytest.mark.parametrize("piece", ["\\a{", "$", "{", "\\frac", "$^", "\\(", "\\'", "x\\"])
def test_hostile_repetition_is_read_in_one_pass(piece: str) -> None:
    assert isinstance(clean_tex(piece * 20_000), str)


def test_an_abstract_becomes_one_line() -> None:
    assert readable("  We study\n  $k$-means.\n\nIt \\emph{works}.\n") == "We study k-means. It works."


def test_authors_in_short() -> None:
    names = ["Ada Lovelace", "Grace  Hopper", "Emmy Noether", "Mary Jackson", "Katherine Johnson"]

    assert short_authors(names) == "Ada Lovelace, Grace Hopper, Emmy Noether and 2 more"
    assert short_authors(names[:3]) == "Ada Lovelace, Grace Hopper, Emmy Noether"
    assert short_authors(names, 1) == "Ada Lovelace and 4 more"
    assert short_authors(["x"] * 3000) == "x, x, x and 2,997 more"
    assert short_authors([]) == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "Lovelace"),
        ("Adrian del Maestro", "del Maestro"),
        ("Laurens van der Maaten", "van der Maaten"),
        ("Sammy Davis Jr.", "Davis"),
        ("Sammy Davis, Jr.", "Davis"),
        ("de la Cruz", "de la Cruz"),
        ("Maria de los Angeles", "de los Angeles"),
        ("Lovelace, Ada", "Lovelace"),
        ("H1 Collaboration", "H1 Collaboration"),
        ("Aristotle", "Aristotle"),
        ("", ""),
    ],
)
def test_surnames(name: str, expected: str) -> None:
    assert surname(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Code: https://github.com/a/b.", ["https://github.com/a/b"]),
        ("(see github.com/a/b)", ["https://github.com/a/b"]),
        (r"at \url{https://github.com/a/b\_c}, and", ["https://github.com/a/b_c"]),
        (
            "http://www.gitlab.com/a/b; https://codeberg.org/x/y",
            ["http://www.gitlab.com/a/b", "https://codeberg.org/x/y"],
        ),
        (
            "page https://a.github.io/x/ code https://github.com/a/x",
            ["https://github.com/a/x", "https://a.github.io/x/"],
        ),
        ("https://huggingface.co/datasets/a/b", ["https://huggingface.co/datasets/a/b"]),
        ("https://huggingface.co/papers/2301.00001", []),
        ("https://doi.org/10.5281/zenodo.1234567", ["https://doi.org/10.5281/zenodo.1234567"]),
        ("https://zenodo.org/records/123", ["https://zenodo.org/records/123"]),
        ("https://github.com/ and https://github.com", []),
        ("twice https://github.com/a/b https://github.com/a/b", ["https://github.com/a/b"]),
        ("javascript://github.com/a/b ftp://gitlab.com/a", []),
        ("mail me@github.com/x or notgithub.com/a/b", []),
        ("https://bitbucket.org/a/b_(c)", ["https://bitbucket.org/a/b_(c)"]),
        ("https://github.com/a/b\x1b[31m", ["https://github.com/a/b"]),
    ],
)
def test_links_to_code(text: str, expected: list[str]) -> None:
    assert code_links(text) == expected


def test_links_of_the_real_records_are_complete() -> None:
    with_github = [paper for paper in papers() if "github.com/" in f"{paper.comment} {paper.abstract}"]

    assert len(with_github) >= 20
    for paper in with_github:
        links = code_links(f"{paper.comment} {paper.abstract}")
        assert links, paper.arxiv_id
        assert all(re.fullmatch(r"https?://[\w.-]+/\S*[\w/)#-]", link) for link in links), links
