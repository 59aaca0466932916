"""Nobody's work as the user's: over all outputs, with forty real papers on a board that was written before titles were.

A link to a paper, in any form and on any site that shows it, stands in a credit only; a paper's bare title is never a
heading, a link's text or the title of an item.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import feedparser  # type: ignore[import-untyped] # has no types
import pytest
import yaml
from cli.cli_runs import add, here, shown
from markdown_it import MarkdownIt
from publish.publish_changelogs import lines
from publish.publish_forty import papers
from publish.publish_ideas import CONFORMAL, idea, shared

from ideaboard.core.changelog import STYLES
from ideaboard.core.credit import credit, default_title, is_paper_link, public_idea, public_title, shared_url, surname
from ideaboard.core.documents import idea_to_document
from ideaboard.core.ideas import Idea, Link, Origin, Paper, Response, Share
from ideaboard.core.kinds import KINDS, Workflow
from ideaboard.core.outputs import CHANNELS, SITES
from ideaboard.core.tex import clean_tex
from ideaboard.core.weeknotes import build_weeknotes
from ideaboard.storage import open_db
from ideaboard.storage.ids import decode_id, encode_id

PAPERS = papers()


def addresses(paper: Paper) -> list[str]:
    """Return where a paper can be read, in the forms that people paste."""
    id = paper.arxiv_id
    found = [
        f"https://arxiv.org/abs/{id}",
        f"http://arxiv.org/abs/{id}v2",
        f"https://www.arxiv.org/pdf/{id}v1.pdf",
        f"https://export.arxiv.org/pdf/{id}",
        f"https://arxiv.org/html/{id}v3#S2",
        f"https://ARXIV.org/abs/{id}?context=cs",
        f"https://www.alphaxiv.org/overview/{id}",
        f"https://ar5iv.labs.arxiv.org/html/{id}",
        f"https://huggingface.co/papers/{id}",
        f"https://doi.org/10.48550/arXiv.{id}",
        f"http://dx.doi.org/10.48550/arxiv.{id}",
        f"https://api.semanticscholar.org/arXiv:{id}",
        f"https://scirate.com/arxiv/{id}",
        f"https://web.archive.org/web/2024/https://arxiv.org/abs/{id}",
        f"https://arxiv-org.translate.goog/abs/{id}",
        f"https://ui.adsabs.harvard.edu/abs/arXiv:{id}",
    ]
    slug = re.sub(r"\W+", "-", clean_tex(paper.title))
    found += [f"https://www.semanticscholar.org/paper/{slug}-Doe-Roe/204e3073870fae3d05bc"]
    found += [f"https://paperswithcode.com/paper/{slug.lower()}"]
    if paper.doi:
        found += [f"https://doi.org/{paper.doi}", f"https://dl.acm.org/doi/abs/{paper.doi.upper()}"]
        found += [f"https://doi.org/{paper.doi.replace('/', '%2F')}"]
    return found


def titles(paper: Paper) -> list[str]:
    """Return a paper's title as it gets onto a board."""
    clean = clean_tex(paper.title)
    return [
        clean,
        paper.title,
        clean.upper(),
        f" {clean}. ".replace(" ", "  "),
        clean.replace("-", "–"),
        f"[{paper.arxiv_id}] {clean}",
        f"{clean} (arXiv:{paper.arxiv_id}v2)",
        f"arXiv:{paper.arxiv_id}",
        f"{clean} | arXiv",
        f"{clean} v2",
        f"{clean} (v12)",
        f"{clean} | alphaXiv",
        f"{clean} | Papers With Code",
        f"[PDF] {clean} | Semantic Scholar",
        f"Paper page - {clean}",
        f"{surname(paper.authors[0])} et al. - 2017 - {clean}.pdf",
        f"{clean} ({', '.join(map(surname, paper.authors[:3]))}, 2021)",
        f"{paper.arxiv_id}v2.pdf",
        f"https://arxiv.org/abs/{paper.arxiv_id}",
    ]


def board() -> list[Idea]:
    """Return a shared idea for each paper, in each kind, with every form of its title and of its address."""
    found = []
    for number, paper in enumerate(PAPERS):
        forms, links = titles(paper), addresses(paper)
        day = f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}"
        found.append(
            Idea(
                id=encode_id(1_000_000_007 * (number + 1)),
                title=forms[number % len(forms)].strip(),
                kind=KINDS[number % len(KINDS)].key,
                stage="making" if number % 8 == 7 else "shared",
                created=f"{day}T08:00:00.000Z",
                updated=f"{day}T08:00:00.000Z",
                rank=f"i{number:03d}i",
                url=links[-1 - number % 3],
                links=(Link(links[number % 5], "the paper"), Link(f"https://ada.example.org/{paper.arxiv_id}/data")),
                paper=paper,
                origin=Origin(encode_id(1_000_000_007), "q1") if number == 3 else None,
                responses=(Response(id="q1", type="question", text="Why?", at=f"{day}T09:00:00.000Z"),),
                share=None
                if number % 8 == 7
                else Share(
                    at=f"{day}T08:00:{number:02d}.000Z",
                    date=day,
                    url=[None, *links][number % (len(links) + 1)],
                    summary="what it is, in one line",
                ),
            )
        )
    return found


BOARD = board()


@pytest.fixture
def old_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the ideas as a version without public titles left them."""
    path = tmp_path / "board.jsonl"
    with open_db(path) as db:
        for one in BOARD:
            document = idea_to_document(one)
            if "share" in document:
                del document["share"]["title"]
            from tinydb.table import Document

            db.table("ideas").insert(Document(document, doc_id=decode_id(one.id)))
    monkeypatch.setenv("IDEABOARD_BOARD", str(path))
    monkeypatch.chdir(tmp_path)
    return path


def folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", clean_tex(text).casefold())


BARE = {folded(form) for paper in PAPERS for form in titles(paper)}
LABELS = {label.label for one in BOARD if (label := credit(one))}


def leads_to_a_paper(url: str) -> bool:
    """Tell whether an address names one of the papers; the person's own site does so in its folders."""
    return "ada.example.org" not in url and any(
        name.casefold() in url.casefold() for paper in PAPERS for name in (paper.arxiv_id, paper.doi) if name
    )


def check_title(title: str) -> None:
    assert folded(title) not in BARE, title


def check_link(text: str, url: str) -> None:
    check_title(text)
    if leads_to_a_paper(url):
        assert text in LABELS, (text, url)


def check_markdown(text: str) -> int:
    """Check headings and links; return how many credits there are."""
    credits = 0
    for token in MarkdownIt("commonmark").parse(text):
        children = token.children or []
        for at, child in enumerate(children):
            if child.type == "link_open":
                words = "".join(inner.content for inner in children[at : _closing(children, at)])
                url = str(child.attrs["href"])
                check_link(words, url)
                credits += leads_to_a_paper(url)
    for heading in re.findall(r"(?m)^#+ (.*)$", text):
        check_title(re.sub(r"\\(?=[^\w\s])", "", heading))
    return credits


def _closing(children: list[Any], at: int) -> int:
    return next(index for index in range(at, len(children)) if children[index].type == "link_close")


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self.heads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if href := dict(attrs).get("href"):
            self.found.append([tag, href, ""])
        if tag in ("h1", "h2", "h3", "title"):
            self.heads.append("")

    def handle_data(self, data: str) -> None:
        if self.found:
            self.found[-1][2] += data if not self.found[-1][2].strip() else ""
        if self.heads:
            self.heads[-1] += data if not self.heads[-1].strip() else ""


def test_the_changelog(old_board: Path) -> None:
    every = sum(one.share is not None for one in BOARD)
    for options in (
        (),
        ("--by", "none"),
        ("--in-progress",),
        ("--style", "list", "--in-progress"),
        ("--style", "sections"),
    ):
        assert check_markdown(here("changelog", *options).out) >= every
    Path("README.md").write_text("<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n", encoding="utf-8")
    here("changelog", "--into", "README.md")
    assert check_markdown(Path("README.md").read_text(encoding="utf-8")) >= every


def test_what_is_published(old_board: Path) -> None:
    every = sum(one.share is not None for one in BOARD)
    tables = [f'output = "{Path.cwd()}/{style}.md"\nstyle = "{style}"\n' for style in STYLES]
    tables += [f'output = "{Path.cwd()}/page.html"\n']
    text = "".join(f"[[publish]]\nin_progress = true\n{table}" for table in tables)
    Path(os.environ["IDEABOARD_CONFIG"]).write_text(text, encoding="utf-8")
    assert here("publish").out.count("wrote ") == len(tables)
    for style in STYLES:
        assert check_markdown(Path(f"{style}.md").read_text(encoding="utf-8")) >= every
    for _, url, words in Links(Path("page.html").read_text(encoding="utf-8")).found:
        check_link(words.strip(), url)


def test_the_notes_on_a_week(old_board: Path) -> None:
    weeks = {f"2025-W{date.fromisoformat(one.share.date).isocalendar().week:02d}" for one in BOARD if one.share}
    assert sum(check_markdown(here("weeknotes", "--week", week).out) for week in weeks) >= len(BOARD) // 2


def test_the_page(old_board: Path) -> None:
    links = Links(here("changelog", "--format", "html", "--in-progress").out)
    for tag, url, text in links.found:
        assert tag == "a" or not leads_to_a_paper(url)
        check_link(text.strip(), url)
    assert sum(leads_to_a_paper(url) for _, url, _ in links.found) >= len(BOARD)
    for head in links.heads:
        check_title(head)


def test_the_feeds(old_board: Path) -> None:
    feed = feedparser.parse(here("changelog", "--format", "atom").out)
    assert len(feed.entries) == sum(one.share is not None for one in BOARD)
    for entry in feed.entries:
        check_title(entry.title)
        about = [link for link in entry.get("links", ()) if leads_to_a_paper(link.href)]
        assert about
        assert all(link.rel == "related" and link.title.startswith("after ") for link in about)
        assert re.search(r"After [^()]+ \(https://arxiv\.org/abs/", entry.content[0].value)
    for item in here("changelog", "--format", "jsonfeed").json["items"]:
        check_title(item["title"])
        assert not leads_to_a_paper(item.get("url", ""))
        assert "external_url" not in item, "readers open it as the item itself"
        assert re.search(r"After [^()]+ \(https://arxiv\.org/abs/", item["content_text"])


def entries(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "title" in value and "paper" in value:
            yield value
        for inner in value.values():
            yield from entries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from entries(inner)


def test_the_changelog_as_json(old_board: Path) -> None:
    found = list(entries(here("changelog", "--format", "json", "--in-progress").json))
    assert len(found) == len(BOARD)
    for entry in found:
        check_title(entry["title"])
        assert not leads_to_a_paper(entry.get("url") or "")
        assert entry["paper"]["url"].startswith("https://arxiv.org/abs/")
        assert entry["paper"]["authors"]


def test_share_texts(old_board: Path) -> None:
    for one in BOARD[::3]:
        texts = here("share", one.id, "--texts", "--json").json
        assert {text["channel"] for text in texts} == set(CHANNELS)
        about = credit(one)
        assert about
        for text in texts:
            check_title(text["text"].partition("\n")[0])
            lines = [line for line in text["text"].splitlines() if leads_to_a_paper(line)]
            assert [line.startswith(f"After {about.label}") for line in lines] == [True]
            if text["channel"] == "linkedin":
                assert text["compose_url"] is None or not leads_to_a_paper(text["compose_url"])


def test_threads(old_board: Path) -> None:
    for one in [one for one in BOARD if one.share][::6]:
        here("share", one.id, "--summary", "What it says, in a sentence of some length, for people in a hurry. " * 12)
        texts = {text["channel"]: text for text in here("share", one.id, "--texts", "--json").json}
        about = credit(one)
        assert about
        for channel in ("bluesky", "mastodon"):
            posts = texts[channel]["thread"]
            assert len(posts) > 1
            for post in posts:
                for line in post.splitlines():
                    check_title(line)
                    assert not leads_to_a_paper(line) or line.startswith(f"After {about.label}")
            assert sum(map(leads_to_a_paper, posts)) == 1


@pytest.mark.parametrize("site", SITES)
def test_drafts(site: str, old_board: Path) -> None:
    for one in BOARD[list(SITES).index(site) % 6 :: 6]:
        check_draft(Path(here("draft", one.id, "--site", site, "--json").json["file"]))


def check_draft(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head, body = text.removeprefix("---\n").split("\n---\n", 1)
    check_front_matter(yaml.safe_load(head))
    assert check_markdown(body) >= 1, "no credit"


def check_front_matter(record: dict[str, Any]) -> None:
    check_title(str(record["title"]))
    for key, value in record.items():
        if key == "params":
            check_front_matter({"title": "", **value})
        elif isinstance(value, str) and "//" in value and key != "source_url":
            assert not leads_to_a_paper(value), (key, value)
        elif key in ("links", "aliases"):
            assert not any(leads_to_a_paper(str(item)) for item in value)
            assert all(isinstance(item, dict) or folded(item) not in BARE for item in value)


def test_starter_repositories(old_board: Path) -> None:
    for one in (one for one in BOARD if one.kind == "paper-to-code"):
        folder = Path(here("draft", one.id, "--json").json["draft"]).expanduser()
        about = credit(one)
        assert about
        check_draft(folder / "WRITEUP.md")
        for name in ("README.md", "MODEL_CARD.md"):
            text = (folder / name).read_text(encoding="utf-8")
            assert check_markdown(text) == 1
        citation = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
        check_title(citation["title"])
        assert citation["references"][0]["url"] == about.url
        project = (folder / "pyproject.toml").read_text(encoding="utf-8")
        assert about.authors.split(" ")[0] in project
        for line in re.findall(r"(?m)^description = (.*)$", project):
            check_title(json.loads(line))


def test_json_has_the_public_title(old_board: Path) -> None:
    for one in here("list", "--json", "--archived").json + here("list", "--json").json:
        if one["share"]:
            check_title(one["share"]["title"])


@pytest.mark.parametrize("paper", [*PAPERS, CONFORMAL, replace(CONFORMAL, arxiv_id="math/0309136")])
def test_every_form_of_title_and_address_is_known(paper: Paper) -> None:
    for form in titles(paper):
        one = idea(1, title=form, kind="summary", paper=paper)
        assert default_title(one).startswith('Notes on "')
        assert default_title(replace(one, kind="paper-to-code")).startswith('Code for "')
    for url in addresses(paper):
        assert is_paper_link(url, paper), url
        assert shared_url(shared(1, url=url, paper=paper)) is None
        other = replace(paper, arxiv_id="1706.03762", doi=None, title="Attention is all you need")
        assert shared_url(shared(1, url=url, paper=other)) == url


def test_a_longer_doi_is_another_one() -> None:
    paper = replace(CONFORMAL, doi="10.1145/3213846.3213858")
    assert is_paper_link("https://dl.acm.org/doi/pdf/10.1145/3213846.3213858.pdf", paper)
    assert not is_paper_link("https://doi.org/10.1145/3213846.32138581", paper)


def test_subject_classes_of_old_ids() -> None:
    paper = replace(CONFORMAL, arxiv_id="math/0309136")
    for url in ("https://arxiv.org/abs/math.GT/0309136", "https://arxiv.org/pdf/math/0309136v1"):
        assert is_paper_link(url, paper)
    assert not is_paper_link("https://arxiv.org/abs/hep-th/0309136", paper)
    assert not is_paper_link("https://arxiv.org/abs/math/03091360", paper)


@pytest.mark.parametrize(
    "url",
    [
        "https://ada.example.org/2107.07511/",
        "https://github.com/ada/2107.07511",
        "https://huggingface.co/ada/2107.07511",
        "https://arxiv.org/abs/2107.07512",
        "https://arxiv.org/abs/2107.075111",
        "https://doi.org/10.5281/zenodo.2107",
    ],
)
def test_what_is_ones_own_keeps_its_link(url: str) -> None:
    assert shared_url(shared(1, url=url, paper=CONFORMAL)) == url


@pytest.mark.parametrize(
    "title",
    [
        "[Re] {}",
        "{} in 60 lines",
        "Why {} works",
        "{} in 2026, by hand",
        "Conformal prediction from scratch",
        'Notes on "{}"',
    ],
)
def test_a_title_of_ones_own_stays(title: str) -> None:
    own = title.format(CONFORMAL.title)
    assert public_title(idea(1, title=own, paper=CONFORMAL)) == own


def test_an_idea_that_only_has_a_link_to_arxiv_credits_the_paper_too() -> None:
    id = add("A page on attention", "--url", "https://arxiv.org/pdf/1706.03762v5")
    here("share", id, "--summary", "one line")
    assert '- Notes on "A page on attention": one line. ' in here("changelog").out, "it may be the paper's own title"
    other = add("Attention, on a page", "-k", "project")
    here("delete", id, "--yes")
    here("edit", other, "--url", "https://arxiv.org/pdf/1706.03762v5", "--title", "A page on attention")
    here("share", other, "--summary", "one line")
    id = other
    line = next(line for line in here("changelog").out.splitlines() if line.startswith("- "))
    assert line.startswith(
        "- A page on attention: one line. _Project; after [arXiv:1706.03762, 2017](https://arxiv.org/abs/"
    )
    done = here("share", id, "--url", "https://arxiv.org/abs/1706.03762")
    assert "the paper's own page" in done.err
    assert "- A page on attention: " in here("changelog").out
    assert "the paper's own page" not in here("share", id, "--url", "https://example.org/a").err
    assert "- [A page on attention](https://example.org/a)" in here("changelog").out


@pytest.mark.parametrize(
    ("one", "own"),
    [
        (shared(1, title="arXiv:1706.03762", url=None), False),
        (shared(1, title="https://arxiv.org/abs/1706.03762v5", url=None), False),
        (shared(1, title="On https://arxiv.org/abs/1706.03762", url="https://alphaxiv.org/abs/1706.03762"), False),
        (shared(1, kind="summary", url="https://arxiv.org/abs/1706.03762"), False),
        (shared(1, kind="paper-to-code", url="https://arxiv.org/abs/1706.03762"), False),
        (shared(1, kind="project", url="https://arxiv.org/abs/1706.03762"), True),
        (shared(1, kind="summary", url="https://ada.example.org/1706.03762"), True),
    ],
)
def test_a_paper_that_is_only_named(one: Idea, own: bool) -> None:
    assert (shared_url(one) == one.share.url) is own if one.share and one.share.url else shared_url(one) is None
    about = credit(one)
    if not own:
        assert about
        assert about.label == "arXiv:1706.03762, 2017"
    assert public_title(one) not in ("arXiv:1706.03762", "https://arxiv.org/abs/1706.03762v5")


NATURE = "https://www.nature.com/articles/nature14539"
REVIEW = "https://openreview.net/forum?id=abc"
DEEP = Paper(doi="10.1038/nature14539", title="Deep learning", authors=("Yann LeCun",), published="2015-05-27")


@pytest.mark.parametrize(
    ("one", "label"),
    [
        (shared(1, url=NATURE, kind="summary", title="Mine", paper=DEEP), "LeCun, 2015"),
        (shared(1, url=NATURE, kind="post", title="Mine", paper=DEEP), "LeCun, 2015"),
        (shared(1, url=REVIEW, kind="summary"), "openreview.net"),
        (shared(1, url="https://link.springer.com/chapter/10.1007/x_1", kind="paper-to-code"), "link.springer.com"),
    ],
)
def test_the_page_of_a_publisher_that_came_along_is_not_ones_own(one: Idea, label: str) -> None:
    assert one.share
    came = replace(one, url=one.share.url)
    assert shared_url(came) is None
    assert public_idea(came).url is None
    about = credit(came)
    assert about
    assert about.label == label
    assert shared_url(replace(came, url="https://ada.example.org")) == one.share.url, "one may publish there, too"
    assert shared_url(replace(came, kind="project", paper=None)) == one.share.url


def test_words_of_ones_own_are_not_told_as_the_title_of_a_paper_that_nobody_asked_for(own_home: Path) -> None:
    id = add("Own words", "-k", "paper-to-code", "--url", "https://arxiv.org/abs/1706.03762")
    here("share", id, "--summary", "one line")
    starter = Path(here("draft", id, "--dir", str(own_home)).out.strip()).parent
    for path in sorted(starter.iterdir()):
        text = (
            path.read_text(encoding="utf-8").replace('Code for "Own words"', "").replace('Code for \\"Own words\\"', "")
        )
        assert "Own words" not in text, path.name
    citation = yaml.safe_load((starter / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["references"][0]["title"] == "arXiv:1706.03762, 2017"
    for format in ("atom", "jsonfeed", "json", "html"):
        text = here("changelog", "--format", format).out
        assert "Own words" in text
        assert not re.search(r'"title": "Own words"|title="(after arXiv:1706.03762, 2017: )?Own words"', text)


def test_a_second_idea_on_a_paper_is_credited_as_the_first(own_home: Path) -> None:
    attention = Paper(
        arxiv_id="1706.03762", title="Attention Is All You Need", authors=("Ashish Vaswani", "Noam Shazeer")
    )
    link = "https://arxiv.org/abs/1706.03762"
    first = idea(1, title="Attention", paper=attention)
    second = shared(2, title="Attention is all you need", kind="summary", url=link)
    third = idea(3, title="Attention is all you need", stage="making", url=link)
    (line, going) = lines(first, second, third, in_progress=True, style="list")[::-1]
    about = "Vaswani & Shazeer, 2017](https://arxiv.org/abs/1706.03762)"
    assert line.startswith(f'Notes on "Attention Is All You Need": one line on it. _After [{about}')
    assert going.startswith(f'Notes on "Attention Is All You Need" _In progress; after [{about}')
    notes = build_weeknotes(
        [first, second], Workflow(), "2025-W11", datetime.fromisoformat("2025-03-15T09:00:00+01:00")
    )
    assert [entry.title for entry in notes.shared] == ['Notes on "Attention Is All You Need"']


def test_the_public_title_can_be_given_and_taken_back(tmp_path: Path) -> None:
    one = BOARD[0]
    path = tmp_path / "old.json"
    plain = idea_to_document(one) | {"id": one.id}
    path.write_text(json.dumps([plain]), encoding="utf-8")
    assert here("import", str(path)).code == 0
    default = shown(one.id)["share"]["title"]
    assert default == f'Notes on "{one.title}"'
    given = here("share", one.id, "--title", "How  people see", "--json").json["share"]["title"]
    assert given == "How people see"
    assert "How people see" in here("changelog").out
    assert "How people see" in here("show", one.id).out
    here("share", one.id, "--title", f"{one.title.upper()}.")
    assert shown(one.id)["share"]["title"] == default, "the paper's own title is none"
    here("share", one.id, "--title", "")
    assert shown(one.id)["share"]["title"] == default
    exported = here("export", "json").out
    here("delete", one.id, "--yes")
    path.write_text(exported, encoding="utf-8")
    here("import", str(path))
    here("edit", one.id, "--title", "A name of my own")
    assert [one["share"]["title"] for one in here("list", "--json").json] == ["A name of my own"], (
        "a default is not kept as a choice"
    )
