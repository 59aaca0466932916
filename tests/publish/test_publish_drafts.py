"""Drafts: what a template starts from an idea's own data, where it goes, and that nothing is ever written over."""

from __future__ import annotations

import csv
import html
import io
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from publish.publish_forty import board
from publish.publish_ideas import CONFORMAL, MADE, idea, shared

from ideaboard.core.credit import default_title, public_title
from ideaboard.core.ideas import Idea, Link, Origin, Paper, Response
from ideaboard.core.kinds import KINDS, Kind, Workflow, checklist
from ideaboard.core.outputs import SITES
from ideaboard.core.text import fold
from ideaboard.errors import InvalidInput, Refused
from ideaboard.publish.drafts import Draft, draft_questions, name_parts, plan_draft, slugify, write_draft
from ideaboard.publish.ready import check_draft

FLOW = Workflow()
TODAY = "2026-11-24"
NOW = datetime.fromisoformat(f"{TODAY}T07:30:00+09:00")
QUESTION = Response(id="q1", type="question", text="Does it hold for *small* n?", at=MADE)
EVERYTHING = idea(
    1,
    title='No: "yes" — 12:30:00 #1',
    kind="paper-to-code",
    tags=("time-series", "no", "2107.07510", "c++", "bayes", "deep learning"),
    links=(Link("https://x.org/a_(b)?c=1&d", "the: data"), Link("javascript:alert(1)", "bad")),
    paper=replace(CONFORMAL, arxiv_id="2107.07510", doi="10.1561/2200000101"),
)


def plan(one: Idea, folder: Path, **options: Any) -> Draft:
    return plan_draft(one, FLOW, folder=folder, now=NOW, **options)


def front(text: str) -> dict[str, Any]:
    found = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    assert found
    record = yaml.safe_load(found[1])
    assert isinstance(record, dict)
    return record


def only(draft: Draft) -> str:
    (text,) = draft.files.values()
    return text


@pytest.mark.parametrize("site", SITES)
def test_front_matter_keeps_its_types(site: str, tmp_path: Path) -> None:
    record = front(only(plan(EVERYTHING, tmp_path, site=site)))
    assert record["title"] == EVERYTHING.title
    day = record.get("pubDate", record.get("date", record.get("created")))
    assert (day.date() if isinstance(day, datetime) else day) == date(
        *((2025, 1, 1) if site == "plain" else (2026, 11, 24))
    )
    assert not {"updated", "lastmod", "last_modified_at", "date-modified", "updatedDate"} & record.keys(), (
        "nothing is yet"
    )
    assert "authors" not in record
    extras = record.get("params", record)
    if site != "devto":
        assert extras["arxiv"] == "2107.07510"
        assert extras["arxiv_version"] == "v6"
        assert extras["paper_authors"] == list(CONFORMAL.authors)
        assert extras["official_code"] == CONFORMAL.code_url
        assert (record["categories"] if site == "quarto" else record["tags"])[-2:] in (
            ["bayes", "deep learning"],
            ["bayes", "deep-learning"],
        )


@pytest.mark.parametrize(
    ("site", "wanted"),
    [
        ("plain", {"kind": "paper-to-code", "status": "draft", "created": date(2025, 1, 1)}),
        ("hugo", {"draft": True, "categories": ["paper-to-code"]}),
        ("jekyll", {"layout": "post", "published": False, "categories": ["paper-to-code"]}),
        ("quarto", {"draft": True, "date": date(2026, 11, 24)}),
        ("astro", {"draft": True, "pubDate": NOW, "kind": "paper-to-code"}),
        ("mkdocs", {"draft": True, "categories": ["paper-to-code"]}),
        ("obsidian", {"aliases": [EVERYTHING.title], "status": "draft", "links": ["https://x.org/a_(b)?c=1&d"]}),
        ("devto", {"published": False, "tags": ["timeseries", "no", "210707510", "c"]}),
    ],
)
def test_front_matter_of_each_site(site: str, wanted: dict[str, Any], tmp_path: Path) -> None:
    record = front(only(plan(EVERYTHING, tmp_path, site=site)))
    assert record.items() >= wanted.items()
    assert not {"id", "license", "series"} & record.keys()
    assert "" not in record.values()
    assert [] not in record.values()
    links = record.get("params", record).get("links")
    if site in ("mkdocs", "devto"):
        assert links is None
    elif site != "obsidian":
        assert links == [{"url": "https://x.org/a_(b)?c=1&d", "label": "the: data"}]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
@pytest.mark.parametrize("site", SITES)
def test_what_a_site_makes_addresses_of_is_clean(site: str, kind: Kind, tmp_path: Path) -> None:
    draft = plan(idea(1, title="A / b: c?", kind=kind.key, tags=("deep-learning",)), tmp_path, site=site)
    record = front(only(draft))
    for field in ("categories", "tags", "kind", "series", "slug", "permalink"):
        said = record.get(field, [])
        for word in [said] if isinstance(said, str) else said:
            assert re.fullmatch("[a-z0-9-]+", word), (field, word)
    assert re.fullmatch(r"[a-z0-9-]+\.q?md", draft.path.name)


def test_tags_as_obsidian_takes_them(tmp_path: Path) -> None:
    tags = ("1984", "c++", "c#", "a & b", "deep learning", "日本語", "area/sub", "-x-", "!!!", "2107.07510")
    record = front(only(plan(idea(1, tags=tags), tmp_path, site="obsidian")))
    assert record["tags"] == ["y1984", "c", "a-b", "deep-learning", "日本語", "area/sub", "x", "2107-07510"]


@pytest.mark.parametrize("site", ["hugo", "jekyll", "astro", "devto"])
@pytest.mark.parametrize("zone", ["+14:00", "+09:00", "-11:00"])
def test_no_site_takes_a_draft_for_one_of_the_future(site: str, zone: str, tmp_path: Path) -> None:
    now = datetime.fromisoformat(f"2026-11-27T00:30:00{zone}")
    for one in (idea(1), shared(1, "2026-11-27", at="2026-11-26T11:00:00.000Z")):
        record = front(only(plan_draft(one, FLOW, folder=tmp_path, now=now, site=site)))
        written = record["pubDate" if site == "astro" else "date"]
        assert written <= now
        assert written.astimezone(now.tzinfo).date() == now.date() or one.share is None


def test_front_matter_once_shared(tmp_path: Path) -> None:
    done = shared(1, "2025-03-14", summary="one line")
    hugo = front(only(plan(done, tmp_path, site="hugo")))
    assert (hugo["draft"], hugo["date"].date(), hugo["description"]) == (True, date(2025, 3, 14), "one line")
    assert hugo["params"]["canonical"] == "https://ada.example.org/1"
    assert front(only(plan(done, tmp_path, site="devto")))["canonical_url"] == "https://ada.example.org/1"
    assert front(only(plan(done, tmp_path)))["shared"] == date(2025, 3, 14)


@pytest.mark.parametrize("site", SITES)
def test_a_fresh_skeleton_is_a_draft_wherever_the_idea_was_shared(site: str, tmp_path: Path) -> None:
    record = front(only(plan(shared(1, "2025-03-14"), tmp_path, site=site)))
    state = {key: value for key, value in record.items() if key in ("draft", "published", "status")}
    assert state in ({"draft": True}, {"published": False}, {"status": "draft"})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
@pytest.mark.parametrize("tag", ["", "video", "course"])
def test_what_was_said_of_it_stands_below_the_title_and_in_no_section(kind: Kind, tag: str, tmp_path: Path) -> None:
    said = shared(1, kind=kind.key, summary="the line", result="all 3 of it", tags=(tag,) if tag else ())
    text = re.sub(r"(?s)<!-- Guide:.*?-->\n", "", only(plan(said, tmp_path, site="plain")).partition("\n---\n")[2])
    assert text.strip().startswith("# Thing 1\n\nthe line.\n\n## ")
    assert text.count("the line") == 1
    results = {"paper-to-code": "Result", "competition": "Result", "case-study": "The outcome"}
    if named := results.get(kind.key):
        assert f"## {named}\n\nAll 3 of it\n" in text
    else:
        assert "3 of it" not in text


@settings(deadline=None)
@given(
    text=st.text(min_size=1, max_size=30).map(lambda text: text.strip() or "x"),
    site=st.sampled_from(list(SITES)),
    kind=st.sampled_from([kind.key for kind in KINDS if kind.key != "paper-to-code"]),
)
def test_any_text_survives_yaml(text: str, site: str, kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    from ideaboard.core.text import clean_line

    hostile = idea(
        1,
        title=text,
        kind=kind,
        created=text,
        tags=(text,),
        links=(Link(f"https://x.org/{text}", text),),
        paper=Paper(arxiv_id=text, title=text, authors=(text,), doi=text, published=text),
    )
    record = front(only(plan(hostile, tmp_path_factory.getbasetemp() / "none", site=site)))
    assert record["title"] == default_title(hostile)
    if site not in ("devto", "hugo"):
        assert record.get("arxiv", "") == clean_line(text)


@pytest.mark.parametrize("kind", [kind.key for kind in KINDS])
def test_every_kind_has_a_draft_worth_starting_from(kind: str, tmp_path: Path) -> None:
    one = idea(1, title="[x] *A* title", kind=kind, links=(Link("https://x.org", "data"),), paper=CONFORMAL)
    text = only(plan(one, tmp_path, site="plain", questions=(QUESTION,)))
    assert "\n# [x] \\*A\\* title\n" in text
    assert text.count("<!-- Guide:") >= 8
    assert "\n- [data](https://x.org)\n" in text
    assert "\n- Does it hold for \\*small\\* n?\n" in text
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings[-3:] == ["## Questions I'd welcome", "## How to reach me", "## Before sharing"]
    assert len(headings) == len(set(headings)) >= 9
    for point in checklist(kind):
        assert f"\n- [ ] {point.text}\n" in text
    assert "\n\n\n" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize("site", [site for site in SITES if site != "plain"])
def test_sites_get_no_checklist_and_show_the_title_themselves(site: str, tmp_path: Path) -> None:
    text = only(plan(idea(1, kind="post"), tmp_path, site=site))
    assert ("# Thing 1" in text) == (site == "mkdocs"), "Material shows a title from the front matter unescaped"
    assert "Before sharing" not in text
    assert "- [ ]" not in text


@pytest.mark.parametrize("site", SITES)
def test_tags_of_the_site_do_nothing(site: str, tmp_path: Path) -> None:
    evil = "{{ site.x }}{% raw %}{{< y >}}"
    question = replace(QUESTION, text=evil)
    links = (Link(f"https://x.org/{evil}", evil),)
    paper = replace(CONFORMAL, title=evil, authors=(evil,))
    text = only(
        plan(idea(1, title=evil, kind="summary", links=links, paper=paper), tmp_path, site=site, questions=(question,))
    )
    body = text.split("\n---\n", 1)[1]
    if site in ("hugo", "jekyll", "quarto", "devto"):
        assert "{{" not in body
        assert "{%" not in body
    assert html.unescape(body).replace("\\<", "<").count(evil) >= 4


def test_kinds_of_post_and_source(tmp_path: Path) -> None:
    video = only(plan(idea(1, kind="post", tags=("video",)), tmp_path))
    assert "## The first fifteen seconds" in video
    book = only(plan(idea(1, kind="summary"), tmp_path))
    assert "## The five ideas" in book
    course = only(plan(idea(1, kind="summary", tags=("course",)), tmp_path))
    assert "## The best module" in course
    paper = only(plan(idea(1, kind="summary", paper=CONFORMAL), tmp_path))
    assert "- Title: A Gentle Introduction to Conformal Prediction" in paper
    assert "- Link: [Angelopoulos & Bates, 2021](https://arxiv.org/abs/2107.07511)" in paper
    assert CONFORMAL.abstract not in paper


def test_a_kind_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    zine = idea(1, title="Zine", kind="zine")
    assert "## The problem" in only(plan(zine, tmp_path, folders=[own]))
    (own / "zine.md").write_text("{{ kind }}: {{ idea.title }}\n", encoding="utf-8")
    assert only(plan(zine, tmp_path, folders=[own])) == "zine: Zine\n"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Attention is all you need, in 200 lines", "attention-is-all-you-need-in-200-lines"),
        ("../../etc/passwd", "etc-passwd"),
        ("~root -rf .", "root-rf"),
        (".hidden", "hidden"),
        ("--help", "help"),
        ("CON", "on-con"),
        ("lpt¹", "on-lpt1"),
        ("com1.txt", "com1-txt"),
        ("日本語 🚀", "日本語"),
        ("🚀", "b0000001"),
        ("Ünïcödé & Straße", "unicode-strasse"),
        ("a" * 79 + " b", "a" * 79),
        ("a word " * 11 + "uncertainty", "a-word-" * 10 + "a-word"),
        ("a" * 40 + " " + "b" * 39, "a" * 40 + "-" + "b" * 39),
        ("a" * 40 + " " + "b" * 40, "a" * 40),
        ("日" * 400, "日" * 66),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert slugify(title, "b0000001") == slug


@given(title=st.text(max_size=200))
@example(title="NUL")
def test_any_title_is_a_safe_name(title: str) -> None:
    slug = slugify(title, "b0000001")
    assert 0 < len(slug) <= 83
    assert len(slug.encode()) <= 203
    assert not slug.startswith((".", "-", "~"))
    whole = re.sub(r"[\W_]+", "-", fold(title)).strip("-")
    rest = whole.removeprefix(slug)
    is_kept_free = slug == f"on-{whole}"  # `nul` is no file on Windows
    assert rest == "" or rest[0] == "-" or "-" not in slug or is_kept_free, "a name ends with a word"
    assert not {"/", "\\", "\x00", ":", " "} & set(slug)
    assert Path("x", slug).parent == Path("x")


def test_names_of_files(tmp_path: Path) -> None:
    assert plan(idea(1), tmp_path).path == tmp_path / "thing-1.md"
    assert plan(idea(1), tmp_path, site="jekyll").path == tmp_path / f"{TODAY}-thing-1.md"
    assert plan(idea(1), tmp_path, site="quarto").path == tmp_path / "thing-1.qmd"
    assert plan(idea(1), tmp_path, site="plain").main == tmp_path / "thing-1.md"


def test_nothing_is_ever_written_over(tmp_path: Path) -> None:
    first = plan(idea(1), tmp_path / "new" / "folder")
    write_draft(first)
    second = plan(idea(1), tmp_path / "new" / "folder")
    assert second.path.name == "thing-1-2.md"
    (tmp_path / "new" / "folder" / "thing-1-2.md").symlink_to("nowhere")
    assert plan(idea(1), tmp_path / "new" / "folder").path.name == "thing-1-3.md"
    with pytest.raises(Refused, match="is there already"):
        write_draft(first)
    starter = plan(EVERYTHING, tmp_path)
    write_draft(starter)
    assert plan(EVERYTHING, tmp_path).path.name.endswith("-2")
    with pytest.raises(Refused):
        write_draft(starter)


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_draft(plan(idea(1), tmp_path / "file" / "below"))


def test_an_unknown_site(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no site 'wordpress'"):
        plan(idea(1), tmp_path, site="wordpress")


def test_questions_that_led_here() -> None:
    talk = Response(id="o1", type="opportunity", text="Come and talk", at=MADE)
    own = replace(QUESTION, id="q2", text="And then?")
    asked = idea(1, responses=(QUESTION, talk))
    born = idea(2, origin=Origin(asked.id, "q1"), responses=(own, talk))
    assert draft_questions(born, {asked.id: asked, born.id: born}) == (QUESTION, own)
    assert draft_questions(born, {}) == (own,)
    secret = replace(asked, private=True)
    assert draft_questions(born, {asked.id: secret}) == (own,), "it would tell of a private idea"
    assert draft_questions(replace(born, private=True), {asked.id: secret}) == (QUESTION, own)
    offered = replace(born, origin=Origin(asked.id, "o1"))
    assert draft_questions(offered, {asked.id: asked}) == (own,), "an opportunity is between the two"


def test_of_a_large_collaboration_a_page_names_the_first_and_the_citation_all(tmp_path: Path) -> None:
    paper = replace(CONFORMAL, authors=tuple(f"Ada Lovelace{number}" for number in range(3000)))
    for kind in ("summary", "paper-to-code"):
        text = only(plan(idea(kind=kind, paper=paper), tmp_path, site="plain"))
        assert front(text)["paper_authors"] == [*paper.authors[:20], "et al."]
        assert "Ada Lovelace19, et al." in text
        assert len(text) < 15_000
    files = plan(idea(kind="paper-to-code", paper=paper), tmp_path).files
    assert files["CITATION.cff"].count("family-names") == 3000


@pytest.mark.parametrize("kind", ["summary", "paper-to-code"])
def test_what_only_arxiv_tells_is_not_asked_of_a_book(kind: str, tmp_path: Path) -> None:
    book = Paper(title="On Whales", authors=("Jane Doe",), published="1999")
    text = only(plan(idea(kind=kind, title="On Whales", paper=book), tmp_path, site="plain"))
    assert "- Authors: Jane Doe\n- Link: Doe, 1999\n" in text
    assert not re.search("- Version:|- Field:|not noted", text)
    files = plan(idea(kind="paper-to-code", title="On Whales", paper=book), tmp_path).files
    assert set(yaml.safe_load(files["CITATION.cff"])["references"][0]) == {"type", "title", "authors", "year"}


def test_names_for_citation() -> None:
    assert name_parts("Aad van der Vaart") == {"family": "van der Vaart", "given": "Aad"}
    assert name_parts("Bates, Stephen") == {"family": "Bates", "given": "Stephen"}
    assert name_parts("ATLAS Collaboration") == {"family": "ATLAS Collaboration", "given": ""}


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    author = 'Ada "the Countess" Lovelace'
    return write_draft(plan(EVERYTHING, tmp_path, author=author, license="MIT", questions=(QUESTION,)))


def test_the_starter_repository_is_complete(starter: Path) -> None:
    assert starter.name == "no-yes-12-30-00-1"
    assert {path.name for path in starter.iterdir()} == {
        *("README.md", "WRITEUP.md", "MODEL_CARD.md", "CITATION.cff", "LICENSE", "pyproject.toml", ".gitignore"),
        *("claims.csv", "train.py", "evaluate.py", "test_smoke.py"),
    }
    citation = yaml.safe_load((starter / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"] == EVERYTHING.title
    assert citation["authors"] == [{"name": 'Ada "the Countess" Lovelace'}]
    (reference,) = citation["references"]
    assert reference["authors"][1] == {"family-names": "Bates", "given-names": "Stephen"}
    assert (reference["type"], reference["year"], reference["doi"]) == ("article", 2021, "10.1561/2200000101")
    project = tomllib.loads((starter / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == "no-yes-12-30-00-1"
    assert project["description"].endswith("(after Angelopoulos & Bates, 2021)")
    rows = list(csv.reader(io.StringIO((starter / "claims.csv").read_text(encoding="utf-8"))))
    assert ",".join(rows[0]) == "id,claim,metric,split,paper,tolerance,ours_mean,ours_sd,n,command"
    assert "2026 Ada" in (starter / "LICENSE").read_text(encoding="utf-8")
    assert "Does it hold for" in (starter / "WRITEUP.md").read_text(encoding="utf-8")
    assert not [path for path in starter.iterdir() if "{{" in path.read_text(encoding="utf-8")]


def test_the_starter_of_what_was_shared_already_claims_nothing_either(tmp_path: Path) -> None:
    done = shared(1, kind="paper-to-code", result="3 of 4 claims reproduced", paper=CONFORMAL)
    for name, text in plan(done, tmp_path).files.items():
        assert "3 of 4" not in text, name
    writeup = only(plan(done, tmp_path, site="hugo"))
    assert "3 of 4 claims reproduced\n" in writeup
    assert "attempted" not in writeup, "the table is written where the code is"


def test_the_starter_repository_claims_nothing_before_it_ran(starter: Path) -> None:
    citation = yaml.safe_load((starter / "CITATION.cff").read_text(encoding="utf-8"))
    assert not {"version", "date-released", "doi"} & citation.keys(), "nothing is released yet"
    for name in ("README.md", "MODEL_CARD.md", "WRITEUP.md"):
        text = re.sub(r"(?s)<!-- Guide:.*?-->|- \[ \][^\n]*", "", (starter / name).read_text(encoding="utf-8"))
        assert not re.search(r"(?i)\b(trained|reproduced|achieves?|released|tests the)\b", text), name
    assert list(csv.reader(io.StringIO((starter / "claims.csv").read_text(encoding="utf-8"))))[1][5:9] == [""] * 4


@pytest.mark.parametrize("license", ["", "MIT", "Apache-2.0", "CC BY 4.0"])
def test_the_model_card_is_one_to_hugging_face(license: str, tmp_path: Path) -> None:
    made = write_draft(plan(EVERYTHING, tmp_path, license=license))
    hub = pytest.importorskip("huggingface_hub", reason="the reader of model cards is not installed")
    card = hub.ModelCard.load(made / "MODEL_CARD.md")
    assert card.data.license == (license.lower().replace(" ", "-") or None)
    assert card.data.tags == ["reproduction", "arxiv:2107.07510"]
    assert card.text.strip().startswith("# Model card: ")
    assert not {"model-index", "eval_results"} & card.data.to_dict().keys()


def test_a_starter_repository_without_a_paper(tmp_path: Path) -> None:
    made = write_draft(plan(idea(1, title="日本", kind="paper-to-code"), tmp_path))
    assert made.name == "日本"
    assert tomllib.loads((made / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"] == "paper-b0000001"
    assert not (made / "LICENSE").exists(), "no licence but the one that the config names"
    assert "license" not in (made / "pyproject.toml").read_text(encoding="utf-8")
    assert "references" not in yaml.safe_load((made / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.fixture
def python(starter: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    quiet = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=starter,
            env={**os.environ, **quiet},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


def test_the_starter_repository_runs(starter: Path, python: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    check = python("evaluate.py", "--check")
    assert check.returncode == 0, check.stderr
    smoke = python("-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert smoke.returncode == 0, smoke.stdout

    claims = starter / "claims.csv"
    claims.write_text(
        claims.read_text(encoding="utf-8").replace("test,,,", "test,0.95,0.05,")
        + 'C2,"a | pipe, and more",accuracy,train,0.5,0.01,,,,\nC3,later,bleu,test,27.3,0.5,,,,\n',
        encoding="utf-8",
    )
    for stand_in in (True, False):
        for seed in ("0", "1"):
            assert python("train.py", "--seed", seed, "--steps", "500").returncode == 0
        evaluated = python("evaluate.py")
        assert ("Nothing attempted yet; 3 in all." in evaluated.stdout) is stand_in, "a stand-in claims nothing"
        train = (starter / "train.py").read_text(encoding="utf-8")
        (starter / "train.py").write_text(train.replace("STAND_IN = True", "STAND_IN = False"), encoding="utf-8")
    evaluated = python("evaluate.py")
    assert evaluated.returncode == 0, evaluated.stderr
    assert "1 of 2 attempted claims reproduced; 3 in all." in evaluated.stdout
    for name in ("README.md", "WRITEUP.md"):
        text = (starter / name).read_text(encoding="utf-8")
        assert re.search(r"\| C1 \|.*\| 0\.95 \| 0\.05 \| 0\.9\d+ ± .* \(n = 2\) \|.*\| reproduced \|", text)
        assert re.search(r"\| C2 \| a \\\| pipe, and more \|.*\| not reproduced \|", text)
        assert re.search(r"\| C3 \|.*\| not attempted \|", text)
    assert python("evaluate.py", "--check").returncode == 0

    writeup = starter / "WRITEUP.md"
    writeup.write_text(writeup.read_text(encoding="utf-8").replace("not attempted", "soon"), encoding="utf-8")
    assert "changed by hand" in python("evaluate.py").stderr
    claims.write_text(claims.read_text(encoding="utf-8"), encoding="utf-8-sig")  # as Excel saves it
    assert python("evaluate.py", "--force").returncode == 0
    claims.unlink()
    gone = python("evaluate.py")
    assert (gone.returncode, "no such file" in gone.stderr, "Traceback" in gone.stderr) == (1, True, False)


@pytest.mark.slow
def test_the_starter_repository_installs(
    starter: Path, tmp_path: Path, python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    pytest.importorskip("hatchling", reason="the build backend is not installed, and tests fetch nothing")
    place = tmp_path / "installed"
    done = python(
        *("-m", "pip", "install", "--no-build-isolation", "--no-deps", "--no-index", "--quiet"),
        *("--disable-pip-version-check", "--target", str(place), "."),
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in place.iterdir()] == ["no_yes_12_30_00_1-0.1.0.dist-info"]


def test_forty_real_papers_become_drafts(tmp_path: Path) -> None:
    for one in board():
        draft = plan(one, tmp_path, site="plain")
        record = front(only(draft))
        assert record["title"] == public_title(one)
        if one.paper:
            assert record["arxiv"] == one.paper.arxiv_id
        path = write_draft(draft)
        assert any("guidance is left over" in finding.what for finding in check_draft(path))
