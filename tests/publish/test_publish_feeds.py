"""Feeds and the page, read back by independent readers; hostile content comes through as text only."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser  # type: ignore[import-untyped] # has no types
import jsonschema  # type: ignore[import-untyped] # has no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publish.publish_forty import DATA, NOTES, board
from publish.publish_ideas import CONFORMAL, idea, shared

from ideaboard.core.changelog import Changelog, ChangelogOptions, build_changelog
from ideaboard.core.ideas import Idea, Origin, Response
from ideaboard.core.kinds import Workflow
from ideaboard.core.words import Words
from ideaboard.errors import InvalidInput
from ideaboard.publish.block import is_our_file
from ideaboard.publish.changelog import FORMATS, render_changelog, render_page
from ideaboard.publish.feeds import Publication, entry_id, render_atom, render_json_feed

FORTY = Publication(
    title="Shared",
    author="Ada Lovelace",
    about="I make papers run on one laptop, & write down where they stop working.",
    links=("https://github.com/ada", "https://fosstodon.org/@ada", "mailto:ada@example.org"),
    home_url="https://ada.example.org/",
    page_url="https://ada.example.org/shared/",
    atom_url="https://ada.example.org/feed.xml",
    json_url="https://ada.example.org/feed.json",
)
SUFFIX = {"md": "md", "html": "html", "atom": "atom.xml", "jsonfeed": "feed.json", "json": "json"}

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
LINK = {"type": "string", "pattern": "^(https?://|mailto:)"}
JSON_FEED: dict[str, Any] = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "patternProperties": {"^_": {"type": "object"}},
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "home_page_url": LINK,
        "feed_url": LINK,
        "description": TEXT,
        "authors": {
            "type": "array",
            "items": {"type": "object", "properties": {"name": TEXT, "url": LINK}, "minProperties": 1},
        },
        "language": TEXT,
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
                "additionalProperties": False,
                "patternProperties": {"^_": {"type": "object"}},
                "properties": {
                    "id": TEXT,
                    "url": LINK,
                    "title": TEXT,
                    "content_text": TEXT,
                    "summary": TEXT,
                    "date_published": MOMENT,
                    "date_modified": MOMENT,
                    "tags": {"type": "array", "items": TEXT, "uniqueItems": True},
                },
            },
        },
    },
}
"""What the specification of JSON Feed 1.1 demands of the keys that we write."""


def build(*ideas: Idea, **options: Any) -> Changelog:
    return build_changelog(ideas, Workflow(), ChangelogOptions(**options), NOTES)


@pytest.fixture(scope="module")
def forty() -> Changelog:
    return build(*board(), in_progress=True)


@pytest.mark.parametrize("format", FORMATS)
def test_forty_papers_in_every_format(forty: Changelog, format: str) -> None:
    text = render_changelog(forty, format, FORTY)
    assert text == (DATA / f"forty.{SUFFIX[format]}").read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert is_our_file(text, text)


def test_an_unknown_format(forty: Changelog) -> None:
    with pytest.raises(InvalidInput, match="there is no format 'rss'"):
        render_changelog(forty, "rss", FORTY)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Publication(home_url="javascript:alert(1)")


def test_a_feed_reader_reads_the_atom_feed(forty: Changelog) -> None:
    feed = feedparser.parse(render_atom(forty, FORTY))
    assert not feed.bozo
    assert (feed.feed.title, feed.feed.link) == ("Shared · Ada Lovelace", FORTY.page_url)
    assert (feed.feed.subtitle, feed.feed.author) == (FORTY.about, "Ada Lovelace")
    assert feed.feed.author_detail.href == FORTY.home_url
    assert feed.feed.id.startswith("urn:uuid:")
    assert [entry.id for entry in feed.entries] == [entry.uid for entry in forty.entries]
    assert len({entry.updated for entry in feed.entries}) == 40
    assert feed.feed.updated == feed.entries[0].updated == forty.entries[0].at
    newest, credit = feed.entries[0], forty.entries[0].credit
    assert credit is not None
    assert newest.title == forty.entries[0].title
    assert newest.link == forty.entries[0].url
    assert [link.href for link in newest.links if link.rel == "related"] == [credit.url]
    assert f"; after {credit.label} ({credit.url})" in newest.content[0].value
    assert [tag.term for tag in newest.tags] == [forty.entries[0].kind, *forty.entries[0].tags]
    assert newest.published == forty.entries[0].at


def test_a_link_to_a_paper_whose_title_nobody_knows_is_named_by_its_credit_alone(forty: Changelog) -> None:
    entry = next(entry for entry in forty.entries if entry.credit)
    assert entry.credit
    bare = entry._replace(credit=entry.credit._replace(title=""), answers=None)
    one = forty._replace(periods=(forty.periods[0]._replace(entries=(bare,)),))
    feed = feedparser.parse(render_atom(one, FORTY))
    (link,) = [link for link in feed.entries[0].links if link.rel == "related"]
    assert link.title == f"after {entry.credit.label}"


def test_the_json_feed_is_one(forty: Changelog) -> None:
    feed = json.loads(render_json_feed(forty, FORTY))
    jsonschema.validate(feed, JSON_FEED)
    twice = build(shared(1, tags=("bayes", "lora", "bayes")))
    jsonschema.validate(json.loads(render_json_feed(twice, FORTY)), JSON_FEED)
    assert feed["authors"] == [{"name": "Ada Lovelace", "url": FORTY.home_url}]
    assert (feed["title"], feed["description"]) == ("Shared · Ada Lovelace", FORTY.about)
    assert feed["home_page_url"] == FORTY.page_url
    assert [item["id"] for item in feed["items"]] == [entry.uid for entry in forty.entries]
    (gone,) = [item for item in feed["items"] if item["_ideaboard"]["withdrawn"]]
    assert gone["title"].endswith(" (withdrawn)")
    assert "url" not in gone


@pytest.mark.parametrize(
    ("publication", "title", "author"),
    [
        (Publication(), "Shared", "Anonymous"),
        (Publication(page_url="https://www.ada.example.org/shared/"), "Shared", "ada.example.org/shared"),
        (Publication(author="Ada", home_url="https://ada.example.org/"), "Shared · Ada", "Ada"),
        (Publication(title="What Ada made", author="Ada"), "What Ada made", "Ada"),
    ],
)
def test_a_feed_says_whose_it_is(publication: Publication, title: str, author: str) -> None:
    feed = feedparser.parse(render_atom(build(shared(1)), publication))
    assert not feed.bozo
    assert (feed.feed.title, feed.feed.author) == (title, author)
    feed_id = feedparser.parse(render_atom(build(), Publication(home_url=publication.home_url))).feed.id
    assert publication.title != "Shared" or feed.feed.id == feed_id, "a name that is set later makes no new feed"


def test_feeds_hold_the_newest_fifty() -> None:
    many = build(*(shared(n, "2025-03-14", at=f"2025-03-14T10:{n // 60:02d}:{n % 60:02d}.000Z") for n in range(70)))
    feed = json.loads(render_json_feed(many, Publication()))
    assert [item["title"] for item in feed["items"]] == [f"Thing {n}" for n in range(69, 19, -1)]
    assert len(feedparser.parse(render_atom(many, Publication())).entries) == 50


def test_ids_are_the_stored_ones_and_else_stay_the_same() -> None:
    stored, odd, bare = build(
        shared(1, "2025-03-03"), shared(2, "2025-03-02", uid="javascript:x"), idea(3, stage="shared")
    ).entries
    assert entry_id(stored) == stored.uid
    assert entry_id(odd) == entry_id(build(shared(2, title="renamed", uid="")).entries[0])
    assert entry_id(bare).startswith("urn:uuid:")
    assert len({entry_id(stored), entry_id(odd), entry_id(bare)}) == 3


def test_an_empty_board_gives_empty_feeds() -> None:
    feed = feedparser.parse(render_atom(build(), Publication()))
    assert not feed.bozo
    assert feed.feed.updated == "1970-01-01T00:00:00.000Z"
    jsonschema.validate(json.loads(render_json_feed(build(), Publication())), JSON_FEED)
    assert "Nothing shared yet." in render_page(build(), Publication())


TAGS = {
    *("html", "head", "meta", "title", "link", "style", "body", "main", "header", "section", "div"),
    *("h1", "h2", "h3", "p", "ul", "li", "a", "b", "span", "time"),
}
ATOM_ELEMENTS = {
    *("feed", "title", "subtitle", "id", "updated", "author", "name", "uri", "link", "generator"),
    *("entry", "published", "category", "summary", "content"),
}


class Page(HTMLParser):
    """Collects what a browser would act on."""

    VOID = frozenset({"meta", "link", "br", "img", "input"})

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, key, value in self.attributes if key == name]


def check_page(text: str) -> Page:
    page = Page(text)
    assert page.open == []
    assert page.tags <= TAGS
    assert all(not name.startswith("on") for _, name, _ in page.attributes)
    assert all(link.startswith(("https://", "http://", "mailto:", "#")) for link in page.values("href"))
    assert page.values("src") == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    return page


def test_the_page(forty: Changelog) -> None:
    page = check_page(render_page(forty, FORTY))
    assert "2025-03" in page.values("id")
    assert {"u-url", "p-name", "dt-published", "p-summary"} <= set(" ".join(page.values("class")).split())
    shown = [entry.url for period in forty.periods for section in period.sections for entry in section.entries]
    answered = forty.entries[28].answers
    assert answered is not None
    assert answered.url
    links = [link for link in page.values("href") if link.startswith("https://ada.example.org/")]
    assert sorted(links) == sorted(
        [
            *filter(None, shown),
            answered.url,
            "https://ada.example.org/",
            "https://ada.example.org/shared/",
            *["https://ada.example.org/feed.xml", "https://ada.example.org/feed.json"] * 2,
        ]
    )
    assert [one.get("hidden") for tag, one in page.elements if tag == "time"] == [""] * 40, "the headings say when"


def test_the_page_says_who_it_is_and_how_to_follow(forty: Changelog) -> None:
    page = check_page(render_page(forty, FORTY))
    metas = {one.get("name") or one.get("property"): one.get("content") for tag, one in page.elements if tag == "meta"}
    assert metas["description"] == metas["og:description"] == FORTY.about
    assert (metas["author"], metas["og:title"], metas["og:url"]) == (
        "Ada Lovelace",
        "Shared · Ada Lovelace",
        FORTY.page_url,
    )
    anchors = [one for tag, one in page.elements if tag == "a"]
    mine = [one["href"] for one in anchors if "me" in one.get("rel", "").split()]
    assert mine == [FORTY.home_url, *FORTY.links]
    assert {FORTY.atom_url, FORTY.json_url} <= {one["href"] for one in anchors}
    heads = [one["href"] for tag, one in page.elements if tag == "link"]
    assert heads == [FORTY.page_url, FORTY.atom_url, FORTY.json_url]
    words = " ".join(" ".join(page.text).split())
    assert "Ada Lovelace I make papers run on one laptop, & write down where they stop working." in words
    assert "ada.example.org github.com/ada fosstodon.org/@ada ada@example.org Shared Newest first. Follow" in words
    assert "Follow with a feed reader: Atom JSON" in words
    heads = [tag + " " + one.get("class", "") for tag, one in page.elements if re.fullmatch("h[1-6]", tag)]
    assert heads[:3] == ["h1 p-name", "h2 p-name", "h3 when"], "the person, the title, the periods"


def test_the_page_does_without_what_it_is_not_told(forty: Changelog) -> None:
    page = check_page(render_page(forty, Publication()))
    metas = {one.get("name") or one.get("property"): one.get("content") for tag, one in page.elements if tag == "meta"}
    assert metas["description"] == " · ".join(entry.title for entry in forty.entries[:3])
    assert not {"author", "og:url"} & set(metas)
    assert "Follow" not in "".join(page.text)
    assert "me" not in page.values("rel")
    home = "https://ada.example.org/"
    alone = check_page(render_page(forty, Publication(author="Ada", home_url=home, page_url=home)))
    assert "author me" not in alone.values("rel"), "a page does not lead to itself"


STYLES: list[tuple[dict[str, Any], list[str], str]] = [
    ({}, ["h2 March 2025", "h2 February 2025"], "Project · v1 · after Angelopoulos & Bates, 2021"),
    ({"style": "list"}, [], "Project · v1 · 14 Mar 2025 · after Angelopoulos & Bates, 2021"),
    ({"by": "none"}, [], "Project · v1 · 14 Mar 2025 · after Angelopoulos & Bates, 2021"),
    ({"by": "kind"}, ["h2 Projects", "h2 Summaries"], "v1 · 14 Mar 2025 · after Angelopoulos & Bates, 2021"),
    (
        {"style": "sections"},
        ["h2 March 2025", "h3 Projects", "h2 February 2025", "h3 Projects", "h3 Summaries"],
        "v1 · after Angelopoulos & Bates, 2021",
    ),
]


def test_a_tail_that_starts_with_the_credit_starts_with_a_capital() -> None:
    text = render_page(build(shared(1, paper=CONFORMAL), style="sections"), Publication())
    assert "<span>After <a" in text
    assert "<span>after <a" in render_page(build(shared(1, paper=CONFORMAL)), Publication())
    asked = shared(2, responses=(Response(id="q", type="question", text="Why?", at="2025-03-14T09:00:00.000Z"),))
    answer = shared(1, origin=Origin(asked.id, "q"))
    assert "<span>Answers a question on <a" in render_page(build(asked, answer, style="sections"), Publication())
    assert "<span>answers a question on <a" in render_page(build(asked, answer), Publication())
    told = shared(1, result="all 5 claims reproduced", paper=CONFORMAL)
    assert "<span>All 5 claims reproduced<" in render_page(build(told, style="sections"), Publication())
    assert "<span>all 5 claims reproduced<" in render_page(build(told), Publication())
    unknown = replace(CONFORMAL, title="")
    assert 'title=""' not in render_page(build(shared(1, paper=unknown)), Publication())


@pytest.mark.parametrize(("options", "headings", "facts"), STYLES)
def test_the_page_in_every_style(options: dict[str, Any], headings: list[str], facts: str) -> None:
    made = [
        shared(1, "2025-03-14", result="v1", paper=CONFORMAL),
        shared(2, "2025-02-02", kind="summary"),
        shared(3, "2025-02-01"),
    ]
    text = render_page(build(*made, **options), Publication())
    check_page(text)
    assert [
        f"{level} {re.sub('<.*?>', '', title)}" for level, title in re.findall(r"<(h[23])\b[^>]*>(.*?)</h", text)
    ] == headings
    first = re.sub(r"<time[^>]*hidden>.*?</time>", "", text.partition('<p class="facts">')[2].partition("</p>")[0])
    parts = re.findall(r"<(?:span|time)\b.*?</(?:span|time)>", first)
    assert " · ".join(unescape(re.sub("<.*?>", "", part)) for part in parts) == facts
    assert text.index("Thing 1") < text.index("Thing 2")


def test_the_page_and_the_feeds_in_other_words() -> None:
    words = Words(after="nach", answers="antwortet auf", withdrawn="zurückgezogen", language="de", follow="Folgen:")
    asked = shared(1, responses=(Response(id="q", type="question", text="Warum?", at="2025-03-14T09:00:00.000Z"),))
    made = [asked, shared(2, paper=CONFORMAL, origin=Origin(asked.id, "q")), shared(3, withdrawn=True)]
    changelog = build_changelog(made, Workflow(), ChangelogOptions(), NOTES, words._replace(in_progress="In Arbeit"))
    page = render_page(changelog, FORTY)
    for said in ('<html lang="de">', "<span>nach <a", "<span>antwortet auf <a", " (zurückgezogen)", "Folgen:"):
        assert said in page
    atom = render_atom(changelog, FORTY)
    assert 'xml:lang="de"' in atom
    text = "Nach Angelopoulos &amp; Bates, 2021 (https://arxiv.org/abs/2107.07511); antwortet auf Thing 1<"
    assert text in atom
    feed = json.loads(render_json_feed(changelog, FORTY))
    jsonschema.validate(feed, JSON_FEED)
    assert feed["language"] == "de"
    assert any(item["title"].endswith(" (zurückgezogen)") for item in feed["items"])
    assert "After" not in page + atom + json.dumps(feed)


def test_links_are_addresses_that_a_validator_takes() -> None:
    one = shared(1, url="https://ädä.example.org/a_(b)[c]%zz?q=[1]&r=ü")
    wanted = "https://xn--d-zfab.example.org/a_(b)%5Bc%5D%25zz?q=%5B1%5D&r=%C3%BC"
    assert wanted in check_page(render_page(build(one), Publication())).values("href")
    (entry,) = feedparser.parse(render_atom(build(one), Publication())).entries
    assert entry.link == wanted
    assert json.loads(render_json_feed(build(one), Publication()))["items"][0]["url"] == wanted


def test_nothing_is_fetched_for_the_page(forty: Changelog) -> None:
    text = render_page(forty, FORTY)
    page = check_page(text)
    assert {"script", "img", "iframe", "video", "object", "embed", "form", "base"}.isdisjoint(page.tags)
    assert {one["rel"] for tag, one in page.elements if tag == "link"} == {"canonical", "alternate"}
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert not any("refresh" in one.get("http-equiv", "") for tag, one in page.elements if tag == "meta")
    assert page.values("style") == page.values("srcset") == page.values("ping") == []


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><script>x</script>",
    "]]><x>&amp;&#60;script&#62;",
    "{{ 7 * 7 }}{% raw %}",
    "--><script>x</script><!--",
    "javascript:alert(1)",
    "\x1b[31mred\x00\ud800\uffff",
]


def hostile(text: str, number: int = 1) -> list[Idea]:
    """Put a text wherever a text can stand."""
    asked = shared(90, title=text, responses=(Response(id="q", type="question", text=text, at=text),))
    return [
        asked,
        shared(
            number,
            title=text,
            summary=text,
            result=text,
            url=text,
            uid=text,
            at=text,
            tags=(text,),
            kind=text,
            origin=Origin(asked.id, "q"),
            paper=replace(CONFORMAL, title=text, authors=(text,), arxiv_id=text, published=text),
        ),
        idea(3, title=text, stage="making"),
    ]


def check_hostile(text: str) -> None:
    changelog = build(*hostile(text), in_progress=True)
    publication = Publication(title=text, author=text, about=text)
    check_page(render_page(changelog, publication))
    feed = feedparser.parse(render_atom(changelog, publication))
    assert not feed.bozo
    elements = {element.tag.partition("}")[2] for element in ET.fromstring(render_atom(changelog, publication)).iter()}
    assert elements <= ATOM_ELEMENTS
    as_json = json.loads(render_json_feed(changelog, publication))
    assert all("url" not in item or item["url"].startswith(("http", "mailto:")) for item in as_json["items"])
    for format in FORMATS:
        written = render_changelog(changelog, format, publication)
        assert is_our_file(written, written)
        assert "\x1b" not in written


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    check_hostile(text)


@settings(deadline=None)
@given(text=st.text(min_size=1, max_size=40))
def test_any_text_stays_text(text: str) -> None:
    check_hostile(text)


def test_a_template_of_ones_own(tmp_path: Path, forty: Changelog) -> None:
    own = tmp_path / "templates"
    (own / "export").mkdir(parents=True)
    (own / "export" / "page.html.j2").write_text(
        '{% extends "builtin/export/page.html.j2" %}'
        "{% block intro %}<p>Hello, {{ publication.author }}.</p>{% endblock %}",
        encoding="utf-8",
    )
    text = render_page(forty, Publication(author="A & B"), folders=[own])
    assert "<p>Hello, A &amp; B.</p>" in text
    assert '<h3 class="when" id="2025-03">' in text
