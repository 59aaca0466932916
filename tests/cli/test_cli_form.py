"""`edit ID` alone: a form in the person's editor; nothing they wrote is ever lost."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from cli.cli_runs import Done, add, assert_told, here, process, shown
from hostile import HOSTILE_TITLES
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.cli.editing import changes_of, form_of, read_form
from ideaboard.core.changes import Edit
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary files"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def left_over() -> list[Path]:
    import tempfile

    return list(Path(tempfile.gettempdir()).iterdir())


def edit_with(code: str, id: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Done:
    """Run `edit` with an editor that runs Python on `text`, the content of the file."""
    script = tmp_path / "my editor.py"
    script.write_text(
        "import sys, pathlib\n"
        "path = pathlib.Path(sys.argv[-1])\n"
        "text = path.read_text('utf-8')\n"
        f"{code}\n"
        "path.write_text(text, 'utf-8')\n"
    )
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}" --flag')
    return here("edit", id)


def test_fields_and_notes_are_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    id = add("Old title", "-t", "a", "-t", "b", "--notes", "first\n\nsecond")
    code = (
        "text = text.replace('Old title', 'New: [b title').replace('tags: a, b', 'tags: b, #new')"
        ".replace('due: ', 'due: 2027-01-02').replace('first', '# First --- ').replace('kind: project', 'kind: post')"
    )
    done = edit_with(code, id, monkeypatch, tmp_path)
    assert (done.code, done.out) == (0, "changed 'New: [b title'\n"), done.err
    idea = shown(id)
    assert (idea["title"], idea["tags"], idea["due"], idea["kind"]) == (
        "New: [b title",
        ["b", "new"],
        "2027-01-02",
        "post",
    )
    assert idea["notes"] == "# First --- \n\nsecond"
    assert left_over() == []
    here("undo")
    assert shown(id)["title"] == "Old title", "the whole form is one step"


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_a_form_that_is_closed_unchanged_changes_nothing(
    title: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    id = add(title, "--notes", f"{title}\n---\n# {title}\n\n")
    before = shown(id)
    done = edit_with("pass", id, monkeypatch, tmp_path)
    assert done.code == 0, done.err
    assert shown(id) == before
    assert left_over() == []


BAD_FORMS = [
    ("text = text.replace('---', '- - -')", "three dashes"),
    ("text = text.split('---')[0] + '# '", "three dashes is gone"),
    ("text = text.replace('kind: project', 'kind: poem')", "no kind 'poem'"),
    ("text = text.replace('title: Mine', 'title:')", "title is empty"),
    ("text = text.replace('due: ', 'due: soon')", "'soon' is not a date"),
    ("text = text.replace('kind:', 'kin:')", "line 4"),
    ("text = text.replace('private: no', 'private: perhaps')", "yes or no"),
    ("text = text.replace('url: ', 'url: nonsense')", "not a link"),
    ("text = 'kind: post\\nkind: post\\n---\\n'", "line 2"),
]


@pytest.mark.parametrize(("code", "word"), BAD_FORMS)
def test_what_cannot_be_read_back_is_kept_and_named(
    code: str, word: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    id = add("Mine")
    before = shown(id)
    done = edit_with(code + " + 'words I typed'", id, monkeypatch, tmp_path)
    assert_told(done, 2, word, "kept in")
    (kept,) = left_over()
    assert str(kept) in done.err
    assert "words I typed" in kept.read_text("utf-8")
    assert shown(id) == before


def test_bytes_that_are_no_text_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    id = add("Mine")
    done = edit_with("path.write_bytes(b'\\xff words'); raise SystemExit", id, monkeypatch, tmp_path)
    assert_told(done, 2, "not UTF-8", "kept in")
    (kept,) = left_over()
    assert kept.read_bytes() == b"\xff words"


def test_an_editor_that_fails_changes_nothing_and_keeps_what_was_typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    id = add("Mine")
    done = edit_with("path.write_text(text + 'typed'); raise SystemExit(3)", id, monkeypatch, tmp_path)
    assert_told(done, 2, "ended with an error (3)", "kept in")
    assert len(left_over()) == 1
    assert_told(edit_with("raise SystemExit(3)", id, monkeypatch, tmp_path), 2, "ended with an error")
    assert len(left_over()) == 1, "an untouched form is not kept"


def test_the_editor_is_split_and_never_given_to_a_shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    id = add("Mine")
    monkeypatch.setenv("EDITOR", f"true; touch {tmp_path / 'owned'} #")
    assert_told(here("edit", id), 2, "true;")
    assert not (tmp_path / "owned").exists()
    monkeypatch.setenv("EDITOR", 'unbalanced "quote')
    assert_told(here("edit", id), 2, "$EDITOR")
    monkeypatch.setenv("EDITOR", "/nowhere/editor")
    assert_told(here("edit", id), 2, "/nowhere/editor", "EDITOR=nano")
    assert left_over() == []


def test_what_another_program_changed_meanwhile_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    id = add("Mine", "-t", "a")
    code = (
        "import subprocess\n"
        f"subprocess.run([sys.executable, '-m', 'ideaboard', 'edit', '{id}', '-t', 'theirs', '--due', '2027-05-06'])\n"
        "text = text.replace('title: Mine', 'title: Ours')"
    )
    assert edit_with(code, id, monkeypatch, tmp_path).code == 0
    idea = shown(id)
    assert (idea["title"], idea["tags"], idea["due"]) == ("Ours", ["a", "theirs"], "2027-05-06")


def test_an_idea_that_is_deleted_meanwhile_costs_no_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    id = add("Mine")
    code = (
        "import subprocess\n"
        f"subprocess.run([sys.executable, '-m', 'ideaboard', 'delete', '{id}', '-y'])\n"
        "text += 'words I typed'"
    )
    done = edit_with(code, id, monkeypatch, tmp_path)
    texts = [path.read_text("utf-8") for path in left_over()]
    assert done.code == 3
    assert "kept in" in done.err
    assert any("words I typed" in text for text in texts)


def test_visual_goes_before_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    id = add("Mine")
    assert_told(process("edit", id, VISUAL="/nowhere/visual", EDITOR="true"), 2, "/nowhere/visual")


IDEA = Idea(id="bbbbbbbb", title="t", kind="post", stage="idea", created="", updated="", tags=("a",))


@given(
    title=st.text(min_size=1),
    notes=st.text(),
    tags=st.lists(st.text("abc-", min_size=1), unique=True),
    url=st.none() | st.text(),
)
def test_any_idea_makes_a_form_that_reads_back_without_a_change(
    title: str, notes: str, tags: list[str], url: str | None
) -> None:
    idea = Idea(
        id="bbbbbbbb",
        title=title,
        kind="post",
        stage="idea",
        created="",
        updated="",
        notes=notes,
        tags=tuple(tags),
        url=url,
    )
    form = form_of(idea, Workflow())
    assert changes_of(idea, form, form) == Edit()
    assert changes_of(idea, form, form.replace("\n", "\r\n")) == Edit()


@given(notes=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs"])))
def test_notes_are_taken_as_they_are_typed(notes: str) -> None:
    form = form_of(IDEA, Workflow())
    _, read = read_form(form + notes)
    assert read == notes.rstrip("\n")


def test_a_draft_that_an_editor_failed_on_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "false")
    done = here("draft", add("x"), "--edit")
    assert done.code == 2
    assert f"what it saved is in '{done.out.strip()}'" in done.err


@pytest.mark.skipif(os.name == "nt", reason="an editor opens a window there")
def test_without_a_terminal_no_editor_waits_for_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    id = add("x")
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    for line in (["edit", id], ["config", "edit"]):
        assert_told(process(*line), 2, "no terminal for an editor", "set EDITOR")
