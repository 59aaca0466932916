"""Templates: found in order, sandboxed, strict, and wrong ones told as a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from publish.publish_ideas import idea, shared

import ideaboard
from ideaboard.core.changelog import Changelog
from ideaboard.core.kinds import KINDS, Kind
from ideaboard.errors import InvalidInput, NotFound, Refused
from ideaboard.publish import templates
from ideaboard.publish.changelog import render_markdown
from ideaboard.publish.templates import BUILTIN, copy_template, find_template, list_templates, render, show_template


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "templates"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_built_in_ones_are_listed() -> None:
    names = {info.name for info in list_templates()}
    assert names >= {
        *("project.md", "summary.md", "case-study.md", "blog-post.md", "competition-solution.md", "paper-to-code.md"),
        *("export/changelog.md.j2", "export/page.html.j2", "share/bluesky.txt", "share/plain.txt", "layout.md"),
        *("paper-to-code/train.py.j2", "paper-to-code/gitignore.j2"),
    }
    assert "README.md" not in names
    assert {info.origin for info in list_templates()} == {"built-in"}


def test_the_first_folder_wins(tmp_path: Path) -> None:
    board, config = tmp_path / "board", tmp_path / "config"
    write(config, "summary.md", "config")
    write(config, "zine.md", "zine")
    write(board, "summary.md", "board")
    write(board, ".git/x.md", "hidden")
    folders = [board, config, tmp_path / "none"]
    assert render("summary.md", {}, folders) == "board"
    assert render("zine.md", {}, folders) == "zine"
    assert show_template("summary.md", folders) == "board"
    assert "The five ideas" in show_template("builtin/summary.md", folders)
    origins = {info.name: info.origin for info in list_templates(folders)}
    assert (origins["summary.md"], origins["zine.md"], origins["project.md"]) == (str(board), str(config), "built-in")
    assert ".git/x.md" not in origins
    explicit = write(tmp_path, "mine.txt", "{{ 1 + 1 }}")
    assert render("summary.md", {}, folders, explicit=explicit) == "2"


def test_one_block_can_be_replaced(own: Path) -> None:
    write(
        own,
        "export/changelog.md.j2",
        '{% extends "builtin/export/changelog.md.j2" %}{% block intro %}Hi.\n{{ super() }}{% endblock %}',
    )
    page = render_markdown(Changelog(()), whole=True, folders=[own])
    assert page.startswith("# Shared\n\nHi.\nNewest first.")


def test_values_are_never_rendered_again(own: Path) -> None:
    write(own, "x.txt", "{{ title }}")
    assert render("x.txt", {"title": "{{ 7 * 7 }}{% raw %}"}, [own]) == "{{ 7 * 7 }}{% raw %}"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("\n{{ titel }}", r"line 2: 'titel' is undefined"),
        ("{{ idea.titel }}", r"line 1: .* has no attribute 'titel'"),
        ("\n\n{% if %}", r"line 3: Expected an expression"),
        ("{{ ''.__class__.__mro__ }}", r"unsafe"),
        ("{{ items.append(1) }}", r"unsafe|not safely callable"),
        ("{{ range(10000000) }}", r"Range too big"),
        ("{{ 1 // 0 }}", r"line 1: .*zero"),
        ("{{ 1 | nosuch }}", r"line 1: No filter named 'nosuch'"),
        ('{% extends "../../etc/passwd" %}', r"builds on '../../etc/passwd', which is not there"),
        ('{% include "x.txt" %}', r"builds on itself without end"),
        ("{{ idea.title() }}", r"not callable"),
    ],
)
def test_a_wrong_template_is_told_with_its_place(source: str, said: str, own: Path) -> None:
    write(own, "x.txt", source)
    with pytest.raises(InvalidInput, match=said) as caught:
        render("x.txt", {"idea": idea(1), "items": []}, [own])
    assert "x.txt" in caught.value.message
    assert caught.value.hint


def test_a_template_that_is_not_there(own: Path) -> None:
    for wanted in ("nosuch.md", "../README.md", "builtin/nosuch.md"):
        with pytest.raises(NotFound, match="there is no template"):
            render(wanted, {}, [own])
        with pytest.raises(NotFound, match="there is no template"):
            copy_template(wanted, own)


def test_copies_are_made_once(own: Path) -> None:
    assert copy_template("summary.md", own) == own / "summary.md"
    assert (own / "summary.md").read_text(encoding="utf-8") == show_template("builtin/summary.md")
    with pytest.raises(Refused, match="is there already"):
        copy_template("summary.md", own)
    assert copy_template("share", own) == own / "share"
    assert len(list((own / "share").iterdir())) == 5
    (own / "paper-to-code").mkdir()
    write(own, "paper-to-code/train.py.j2", "mine")
    with pytest.raises(Refused):
        copy_template("paper-to-code", own)
    assert [path.name for path in (own / "paper-to-code").iterdir()] == ["train.py.j2"]


def test_a_template_that_is_no_text(own: Path) -> None:
    own.mkdir()
    (own / "summary.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput):
        show_template("summary.md", [own])
    with pytest.raises(InvalidInput):
        render("summary.md", {}, [own])


def test_an_installation_without_templates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ideaboard, "__file__", str(tmp_path / "site" / "ideaboard" / "__init__.py"))
    with pytest.raises(NotFound, match="templates are missing"):
        templates.builtin_folder()
    (tmp_path / "site" / "ideaboard" / "templates" / "export").mkdir(parents=True)
    assert templates.builtin_folder() == tmp_path / "site" / "ideaboard" / "templates"


def test_every_variable_of_the_readme_exists_and_every_template_is_named() -> None:
    text = (templates.builtin_folder() / "README.md").read_text(encoding="utf-8")
    for info in list_templates():
        assert f"`{info.name}`" in text, info.name
    for name in (
        "idea",
        "kind",
        "site",
        "today",
        "author",
        "questions",
        "credit",
        "front_matter",
        "checklist",
        "format",
    ):
        assert f"| `{name}` |" in text, name


def test_jinja2_stays_out_until_something_is_rendered() -> None:
    names = "block changelog drafts feeds front_matter markdown ready share_texts templates"
    code = (
        "import sys\n"
        + "".join(f"import ideaboard.publish.{name}\n" for name in names.split())
        + "print([name for name in ('jinja2', 'regex', 'textual', 'rich', 'markdown_it') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_sandbox_shows_ideas_and_hides_their_insides(own: Path) -> None:
    write(own, "x.txt", "{{ idea.share.url }} {{ idea.waiting | length }} {{ idea.stage_since }}")
    assert render("x.txt", {"idea": shared(1)}, [own]) == "https://ada.example.org/1 0 2025-01-01T08:00:00.000Z"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_a_kind_is_one_entry(kind: Kind) -> None:
    assert kind.label
    assert kind.section
    assert kind.checklist
    assert find_template(kind.template).origin == BUILTIN
