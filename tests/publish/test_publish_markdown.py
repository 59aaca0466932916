"""Any title, summary or address is text in Markdown: parsed back, it is what was entered and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import mdformat
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdformat_gfm._mdit_gfm_autolink_plugin import gfm_autolink_plugin  # type: ignore[import-untyped] # has no types
from mdit_py_plugins.tasklists import tasklists_plugin

from ideaboard.core.text import clean_line, clean_url
from ideaboard.core.text import one_line as fold
from ideaboard.errors import InvalidInput
from ideaboard.publish.markdown import escape, heading, link

if TYPE_CHECKING:
    from markdown_it.token import Token

COMMONMARK = MarkdownIt("commonmark")
GFM_LIKE = MarkdownIt("gfm-like2", {"linkify": False})
GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(gfm_autolink_plugin).use(tasklists_plugin)
PARSERS = {"commonmark": COMMONMARK, "gfm-like": GFM_LIKE, "github": GITHUB}

PIECES = [
    *("*", "**", "_", "__", "[", "]", "(", ")", "[x] ", "[Re] ", "[b](c)", "![a]", "<", "<b>", "</b>", "<!-- ", " -->"),
    *("`", "``", "~", "~~", "\\", "&", "&amp;", "&#42;", "&copy", "#", "# ", "- ", "+ ", "1. ", "2) ", ">", "|", "---"),
    *(
        "===",
        "!",
        ":",
        "www.x.org",
        "https://x.org/a_b",
        "ftp://x.org",
        "a@b.org",
        "mailto:a@b.org",
        "{{ 7*7 }}",
        "$x$",
    ),
    *(" ", "  ", "\t", "\n", "\u00a0", "\u3000", "é", "日本語", "🚀", "€", "\x1b[31m", "\u202e", "a", "b", "word"),
    *("snake_case", "2*3", "$x$", "<!-- ideaboard:shared:end -->"),
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=9).map("".join),
    st.text(max_size=30),
    st.text(alphabet="*_[]()<>`~\\&#!:.-+=|/@w \tab1", max_size=20),
)
HOSTILE = [
    "[Re] x",
    "[/b] x",
    "[b x",
    "[0]",
    "a[red]b",
    "日本語 🚀",
    "<!-- ideaboard:shared:end -->",
    "a <b> *why* `x` \\* &amp; ~~no~~",
    "[click](javascript:alert(1))",
    "x" * 100_000,
    "[" * 5_000,
    "*a_" * 5_000,
]


def inline(parser: MarkdownIt, text: str, wanted: list[str]) -> list[Token]:
    """Parse text that is to be blocks of the wanted types around one run of inline tokens."""
    tokens = parser.parse(text)
    assert [token.type for token in tokens] == wanted
    (found,) = [token for token in tokens if token.type == "inline"]
    return found.children or []


def words(tokens: list[Token]) -> str:
    """Return the text of tokens: nothing but text, and plain addresses that a reader follows."""
    for at, token in enumerate(tokens):
        is_address = token.type in ("link_open", "link_close") or token.type.startswith("gfm_autolink")
        assert is_address or token.type == "text", token.type
        if is_address and token.nesting == 1:
            shown = _bare(COMMONMARK.normalizeLink(f"http://{_bare(tokens[at + 1].content)}"))
            assert same_address(_bare(str(token.attrs["href"])), shown), token
    return "".join(token.content for token in tokens if token.type == "text")


def _bare(address: str) -> str:
    return re.sub("(?i)^(?:https?://|ftp://|mailto:)", "", address)


LOSES_A_BLANK = re.compile(r"(?i)(?:www\.|://|@)[^ ]*[^\S ]")
"""Where our stand-in for GitHub's reader takes a blank that is not ASCII for a part of the address, and drops it."""

PARAGRAPH = ["paragraph_open", "inline", "paragraph_close"]
LIST_ITEM = ["bullet_list_open", "list_item_open", *PARAGRAPH, "list_item_close", "bullet_list_close"]
HEADING = ["heading_open", "inline", "heading_close"]


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS.keys())
@given(text=TEXTS)
@example(text="- ")
@example(text="~5 GB to ~~6~ GB~")
@example(text="a\u00a0*b*\u00a0")
def test_text_in_a_list_item_is_text(parser: MarkdownIt, text: str) -> None:
    assume(fold(text) and not LOSES_A_BLANK.search(fold(text)))
    assert words(inline(parser, f"- {escape(text, start=True)}", LIST_ITEM)) == fold(text)


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS.keys())
@given(text=TEXTS)
def test_text_as_a_paragraph_is_text(parser: MarkdownIt, text: str) -> None:
    assume(fold(text) and not LOSES_A_BLANK.search(fold(text)))
    assert words(inline(parser, escape(text, start=True), PARAGRAPH)) == fold(text)


@given(text=TEXTS)
def test_text_as_a_heading_is_text(text: str) -> None:
    assume(fold(text) and not LOSES_A_BLANK.search(fold(text)))
    assert words(inline(GITHUB, f"## {heading(text)}", HEADING)) == fold(text)


def urls() -> st.SearchStrategy[str]:
    hosts = st.sampled_from(["x.org", "日本.jp", "u:p@x.org:80", "[::1]", "a_b.c-d.org", "EXAMPLE.org"])
    tails = st.lists(
        st.one_of(
            st.sampled_from(
                ["(a)", "(", ")", "[b]", "%zz", "%41", "&copy;=1", "&amp;", "?q=1&r=2", "*a*", "`", "日本"]
            ),
            st.text(max_size=6),
        ),
        max_size=6,
    ).map("".join)
    return st.builds(lambda host, tail: f"https://{host}/{tail}", hosts, tails)


def same_address(one: str, other: str) -> bool:
    """Compare addresses as a browser does: percent-encoding of what must be encoded makes no difference."""
    stray = re.compile(r"%(?![0-9A-Fa-f]{2})")
    return unquote(stray.sub("%25", one)) == unquote(stray.sub("%25", other))


LINKIFY_ERRS = re.compile(r"(?i)(?:://|www\.|@)\S*[^\S ]")
"""What linkify-it does not keep: a blank beyond ASCII behind a plain address."""


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS.keys())
@given(title=TEXTS, url=urls(), after=TEXTS)
def test_a_link_keeps_its_text_and_target(parser: MarkdownIt, title: str, url: str, after: str) -> None:
    assume(fold(title) and not (parser is GITHUB and LINKIFY_ERRS.search(f"{after}.")))
    try:
        cleaned = clean_url(url)
    except InvalidInput:
        assume(False)
    run = fold(f"— {after}.")
    assume(not LOSES_A_BLANK.search(f"{fold(title)} {run}"))
    tokens = inline(parser, f"- {link(title, cleaned)} {escape(run)}", LIST_ITEM)
    assert tokens[0].type == "link_open"
    close = [token.type for token in tokens].index("link_close")
    assert words(tokens[1:close]) == fold(title)
    assert words(tokens[close + 1 :]) == f" {run}"
    href = str(tokens[0].attrs["href"])
    expected = parser.normalizeLink(cleaned) if "[" not in cleaned.split("/")[2] else cleaned
    assert same_address(href, expected)


@pytest.mark.parametrize("title", HOSTILE, ids=lambda title: title[:20])
def test_hostile_titles_stay_text(title: str) -> None:
    item = f"- {link(title, 'https://x.org/')} — {escape(title)}."
    for parser in PARSERS.values():
        tokens = inline(parser, item, LIST_ITEM)
        close = [token.type for token in tokens].index("link_close")
        assert words(tokens[1:close]) == title
        assert words(tokens[close + 1 :]) == f" — {title}."


MDFORMAT_ERRS = re.compile(r"(?i)<<|~|&#10;|\S*(?:://|www\.|@)\S*[\\*_~`<>\[\]&]|[\\*_~`<>\[\]&]\S*(?:://|www\.|@)")
"""What mdformat 1.0 itself does not keep: it takes the escapes out of these, or leaves live what follows `<<`.

It also takes a link of the one letter `x` at the start of an item for a ticked box.
"""


@given(title=TEXTS, url=urls(), summary=TEXTS)
def test_mdformat_leaves_our_lines_alone(title: str, url: str, summary: str) -> None:
    assume(fold(title) not in ("", "x", "X") and not MDFORMAT_ERRS.search(fold(title) + " " + fold(summary)))
    try:
        cleaned = clean_url(url)
    except InvalidInput:
        assume(False)
    assume("&" not in cleaned and "[" not in cleaned.split("/")[2])
    page = f"- {link(title, cleaned)} {escape(f'— {summary}. After')} {link(summary or 'x', cleaned)}.\n"
    text = f"- {escape(f'{title} — {summary}. 2025-03-14', start=True)}\n"
    assert mdformat.text(page, extensions=("gfm",)) == page
    assert mdformat.text(text, extensions=("gfm",)) == text


def test_addresses_with_signs_of_markup_are_kept_whole() -> None:
    for address in ("https://en.wikipedia.org/wiki/A_(b)", "https://x.org/_a_/~me/*b*"):
        whole = f"see {address}, or ({address})."
        assert escape(whole) == f"see <{address}>, or (<{address}>)."
        page = f"- [a](https://x.org) — {escape(whole)}\n"
        assert mdformat.text(page, extensions=("gfm",)) == page
        for parser in PARSERS.values():
            assert words(inline(parser, f"- {escape(whole)}", LIST_ITEM)) == whole


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org",
        "http://x.org/a_b/?c=1&d=2#e",
        "HTTPS://example.org/a%20b",
        "ftp://x.org/file",
        "www.example.org",
        "ada@example.org",
        "https://x.org/a_(b)_c",
        "https://x.org/日本",
    ],
)
def test_plain_addresses_are_links_that_a_linter_likes(text: str) -> None:
    written = f"[{text}](http://{text})" if text.startswith("www") else f"<{text}>"
    if "%" in text or not text.isascii():
        written = link(text, text)
    for before, after in (("", ""), ("see ", ", or so."), ("(", ")."), ("a (b) ", ".,:;!?"), ('"', '"')):
        whole = f"{before}{text}{after}"
        assert escape(whole, start=True) == f"{before}{written}{after}"
        page = f"- [a](https://x.org): {escape(whole)} _{escape(whole)}_\n"
        assert mdformat.text(page, extensions=("gfm",)) == page
        for parser in PARSERS.values():
            assert words(inline(parser, f"- {escape(whole)}", LIST_ITEM)) == whole


@pytest.mark.parametrize(
    ("entered", "written"),
    [
        ("<https://x.org>", r"\<[https://x.org](https://x.org)>"),
        ("<me@x.org>", r"\<[me@x.org](mailto:me@x.org)>"),
        ("https://x.org/?a&copy;=2", r"[https://x.org/?a\&copy;=2](https://x.org/?a\&copy;=2)"),
        ("https://x.org/?a&b=2", "<https://x.org/?a&b=2>"),
        ("![https://x.org]", "![<https://x.org>]"),
        ("!https://x.org/日", "!https://x.org/日"),
        ("a_@x.org", r"a\_\@x.org"),
        ("see https://x.org/`a`", r"see <https://x.org/>\`a\`"),
    ],
)
def test_addresses_in_odd_places(entered: str, written: str) -> None:
    assert escape(entered) == written
    for parser in PARSERS.values():
        assert words(inline(parser, f"- a {escape(entered)}", LIST_ITEM)) == f"a {entered}"


@pytest.mark.parametrize(
    "title",
    [
        "Angelopoulos & Bates",
        "[Re] Attention is all you need",
        "A/B tests: 3 * 4 > 10, snake_case and C#",
        "Node.js & foo.py v1.0 (draft) - what is new?",
        "5 < 6, ~20 % faster, $5 and €6",
        "Statistical Rethinking, chapters 1–4",
        "AT&T; R&D",
        "100% of #1 | top-10",
    ],
)
def test_plain_titles_stay_as_written(title: str) -> None:
    assert escape(title, start=True) == title
    assert link(title, "https://x.org") == f"[{title}](https://x.org)"


@pytest.mark.parametrize(
    ("entered", "written"),
    [
        ("https://x.org/a_(b)", "<https://x.org/a_(b)>"),
        ("https://x.org/?a=1&copy;=2", r"https://x.org/?a=1\&copy;=2"),
        ("https://x.org/?a=1&b=2", "https://x.org/?a=1&b=2"),
        ("https://ja.wikipedia.org/日本", "https://ja.wikipedia.org/%E6%97%A5%E6%9C%AC"),
        ("https://日本.jp/", "https://xn--wgv71a.jp/"),
        ("mailto:ada@example.org", "mailto:ada@example.org"),
    ],
)
def test_targets(entered: str, written: str) -> None:
    assert link("x", entered) == f"[x]({written})"


def test_control_characters_and_breaks_go() -> None:
    assert escape("a\x1b[31mb\nc\u202ed\x07") == "ab cd"
    assert clean_line(escape("a\r\nb")) == "a b"


def test_without_an_address_a_link_is_text() -> None:
    values: list[Any] = [None, ""]
    assert [link("[x] y", url, start=True) for url in values] == [r"\[x\] y"] * 2


@pytest.mark.parametrize(
    "run", ["a", "1234.", "/", "_", "*", "www.", "a@", "@a.", "http://", "[", "~", "&#", "-", "<a"]
)
def test_a_long_run_is_escaped_in_one_go(run: str) -> None:
    for head in ("", "- ", "*x* "):
        assert escape(head + run * (200_000 // len(run)), start=True)
