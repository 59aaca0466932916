"""Drafts of every kind build with real site generators, where those are installed."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from publish.publish_ideas import CONFORMAL, MADE, shared

from ideaboard.core.ideas import Idea, Link, Response
from ideaboard.core.kinds import KINDS, Workflow
from ideaboard.publish.drafts import plan_draft, write_draft

pytestmark = pytest.mark.slow

PAPER = replace(CONFORMAL, arxiv_id="2107.07510")
QUESTION = Response(
    id="q",
    type="question",
    text="Why *this* {{ x }} {% y %} {{< z >}} <b>, a@b.org, https://x.org & &amp; ~~q~~ or C:\\\\x?",
    at=MADE,
)


def ideas() -> list[Idea]:
    """Return a shared idea of each kind, with titles that break careless YAML."""
    titles = ['No: "yes"', "12:30:00", "null", "- list & <b>", "日本語 #1", "{{ braces }}"]
    return [
        shared(
            number,
            "2025-03-14",
            title=title,
            kind=kind.key,
            summary=f"about: {title}",
            tags=("no", "2107.07510", "deep learning"),
            links=(Link("https://x.org/a", "the: data"),),
            paper=PAPER,
        )
        for number, (kind, title) in enumerate(zip(KINDS, titles, strict=True), 1)
    ]


def build(command: list[str], folder: Path) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def hugo(folder: Path) -> Path:
    write(folder / "config.toml", 'baseURL = "https://x.org/"\ntitle = "x"\ndisableKinds = ["RSS"]\n')
    arxiv = "{{ with .Params.arxiv }}{{ . }}{{ else }}{{ .Params.params.arxiv }}{{ end }}"
    write(folder / "layouts/_default/single.html", "<h1>{{ .Title }}</h1><i>" + arxiv + "</i>{{ .Content }}")
    write(folder / "layouts/_default/list.html", "{{ range .Pages }}{{ .Title }}{{ end }}")
    write(folder / "layouts/index.html", "{{ range .Site.RegularPages }}{{ .Title }}{{ end }}")
    return folder / "content" / "posts"


def jekyll(folder: Path) -> Path:
    write(folder / "_config.yml", "title: x\n")
    write(folder / "_layouts/post.html", "<h1>{{ page.title | escape }}</h1><i>{{ page.arxiv }}</i>{{ content }}")
    return folder / "_posts"


def mkdocs(folder: Path) -> Path:
    theme = "theme:\n  name: material\n  font: false\n"
    write(folder / "mkdocs.yml", f"site_name: x\nsite_url: https://x.org/\n{theme}plugins:\n  - blog\n  - tags\n")
    for name in ("index.md", "blog/index.md"):
        write(folder / "docs" / name, "# x\n")
    return folder / "docs" / "blog" / "posts"


@pytest.mark.parametrize(
    ("site", "prepare", "command", "output"),
    [
        ("hugo", hugo, ["hugo", "--quiet"], "public"),
        ("jekyll", jekyll, ["jekyll", "build", "--quiet"], "_site"),
        ("mkdocs", mkdocs, ["mkdocs", "build", "--strict", "--quiet"], "site"),
    ],
)
def test_a_real_site_builds(
    site: str, prepare: Callable[[Path], Path], command: list[str], output: str, tmp_path: Path
) -> None:
    posts = prepare(tmp_path)
    for idea in ideas():
        write_draft(
            plan_draft(
                idea,
                Workflow(),
                folder=posts,
                now=datetime.fromisoformat("2025-03-20T08:00:00+00:00"),
                site=site,
                questions=(QUESTION,),
            )
        )
    build(command, tmp_path)
    early = [path for path in (tmp_path / output).rglob("*.html") if "2107.07510" in path.read_text(encoding="utf-8")]
    assert early == [], "a skeleton is not a page, wherever the idea was shared"
    for draft in posts.iterdir():  # as a person does who has written it
        done = draft.read_text(encoding="utf-8").replace("\ndraft: true", "\ndraft: false")
        draft.write_text(done.replace("\npublished: false", "\npublished: true"), encoding="utf-8")
    build(command, tmp_path)
    places = sorted((tmp_path / output).rglob("*.html"))
    addresses = [path.relative_to(tmp_path / output).as_posix() for path in places]
    assert not [address for address in addresses if re.search(r"[\s%?#A-Z]", address)]
    for kind in KINDS:
        assert any(f"{kind.key}/" in address for address in addresses), kind.key
    pages = [path.read_text(encoding="utf-8") for path in places]
    texts = [html.unescape(re.sub(r"</?a\b[^>]*>", "", page)) for page in pages]  # Hugo follows plain addresses
    for idea in ideas():
        title = re.compile(rf"<h1[^>]*>{re.escape(idea.title)}</h1>")
        assert any(title.search(text) for text in texts), idea.title
    asked = re.compile(rf"<li>{re.escape(QUESTION.text)}\s*</li>")
    assert sum(bool(asked.search(text)) for text in texts) >= len(ideas())
    if site == "mkdocs":
        return  # Material itself repeats the title of the front matter unescaped in its header
    assert not any("<b>" in page for page in pages)
    assert sum("<i>2107.07510</i>" in page for page in pages) == len(ideas())
