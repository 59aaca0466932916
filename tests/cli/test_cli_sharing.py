"""share, response, changelog, draft, templates, check ID: from made to heard."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from cli.cli_runs import add, assert_told, here, listed, process, shown


def share(title: str, *options: str) -> str:
    id = add(title)
    done = here("share", id, "--url", f"https://example.org/{id}", "--summary", "One line", *options)
    assert done.code == 0, done.err
    return id


def test_share_moves_to_the_last_stage_and_keeps_what_is_said() -> None:
    id = add("x")
    done = here("share", id, "--url", "https://example.org/?utm_source=a&b=1", "--summary", "What it is", "--json")
    idea = done.json
    assert idea == shown(id)
    assert idea["stage"] == "shared"
    said = idea["share"]
    assert (said["url"], said["summary"], said["date"]) == (
        "https://example.org/?b=1",
        "What it is",
        time.strftime("%Y-%m-%d"),
    )
    here("share", id, "--on", "2026-01-02", "--result", "v1", "--channel", "bluesky", "--channel", "x")
    said = shown(id)["share"]
    assert (said["date"], said["result"], said["channels"]) == ("2026-01-02", "v1", ["bluesky", "x"])
    assert said["summary"] == "What it is", "what is not said again stays"
    assert here("share", id, "--withdraw").out == "withdrew 'x'\n"
    assert shown(id)["share"]["withdrawn"] is True
    assert here("undo").out == "took back: withdrew 'x'\n"
    assert here("redo").out == "did again: withdrew 'x'\n"
    assert here("log", id).out.count("withdrew 'x'") == 3
    assert here("share", id, "--withdraw", "--result", "v2").out == "shared 'x'\n", "it was withdrawn before"
    assert "(withdrawn)" in here("changelog").out
    here("share", id, "--unwithdraw")
    assert shown(id)["share"]["withdrawn"] is False


def test_texts_of_what_others_do_not_see_come_with_a_word_on_it() -> None:
    id = share("x")
    assert here("share", id, "--texts").err == ""
    here("share", id, "--withdraw")
    assert f"'ideaboard share {id} --unwithdraw'" in here("share", id, "--texts").err
    here("edit", id, "--private")
    assert f"'ideaboard edit {id} --public'" in here("share", id, "--texts").err


@pytest.mark.parametrize("kind", ["question", "opportunity"])
def test_the_help_says_that_a_filter_for_questions_wants_one_that_waits(kind: str) -> None:
    id = add("x")
    response = here("response", "add", id, kind, "Does it hold?").id
    assert list(listed(f"has:{kind}")) == [id]
    here("response", "answer", response)
    assert listed(f"has:{kind}") == {}
    assert f"has:{kind}" in next(line for line in here("list", "--help").out.splitlines() if "while one waits" in line)


def test_a_list_that_is_empty_is_told(tmp_path: Path) -> None:
    here("edit", share("x"), "-t", "bayes")
    block = tmp_path / "R.md"
    block.write_text("<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n")
    for more in ([], ["--into", str(block)], ["-o", str(tmp_path / "own.md")], ["-o", str(tmp_path / "b"), "--diff"]):
        assert "nothing that was shared fits" not in here("changelog", "-t", "bayes", *more).err
        assert here("changelog", "-t", "baes", *more).err == "nothing that was shared fits\n", "after a slip"


def test_what_was_only_moved_to_the_last_stage_and_back_was_not_shared() -> None:
    id = add("a slip")
    here("move", id, "shared")
    assert "- a slip " in here("changelog").out
    uid = shown(id)["share"]["uid"]
    here("move", id, "review")
    for line in (["changelog"], ["changelog", "--format", "atom"], ["weeknotes"]):
        assert "a slip" not in re.sub("(?s)## (Moved|Started).*", "", here(*line).out), line
    assert sum(month["shared"] for month in here("stats", "--json").json["months"]) == 0
    here("archive", id)
    assert "a slip" not in here("changelog").out
    here("restore", id)
    here("share", id, "--summary", "meant")
    assert shown(id)["share"]["uid"] == uid, "feeds know it by this"
    here("move", id, "making")
    assert "- a slip: meant. " in here("changelog").out, "what was said of it is out, wherever it is now"


def test_share_refuses_what_it_cannot_mean() -> None:
    id = add("x")
    assert_told(here("share", id), 2, "--url", "--summary")
    assert_told(here("share", id, "--url", "ftp://example.org"), 2, "not a link")
    assert_told(here("share", id, "--url", "https://example.org", "--on", "2999-01-01"), 2, "future")
    assert shown(id)["stage"] == "idea"
    here("archive", id)
    assert_told(here("share", id, "--url", "https://example.org"), 2, "archived", "restore")


def test_share_texts_are_for_each_channel_with_their_length_and_change_nothing() -> None:
    id = share("LoRA on one GPU")
    before = shown(id)
    texts = {one["channel"]: one for one in here("share", id, "--texts", "--json").json}
    assert {"bluesky", "mastodon", "x", "linkedin", "plain"} <= set(texts)
    assert all("LoRA on one GPU" in one["text"] and one["fits"] for one in texts.values())
    out = here("share", id, "--texts").out
    ours = [line for line in out.splitlines() if line.startswith("# ")]
    assert f"# Bluesky: {texts['bluesky']['length']} of 300 characters" in ours
    assert any("say in its alt text what it shows" in line for line in ours)
    rest = "\n".join(line for line in out.splitlines() if line not in ours)
    assert rest.split() == " ".join(one["text"] for one in texts.values()).split(), "the rest is to be pasted"
    assert_told(here("share", id, "--texts", "--summary", "x"), 2, "--texts")
    assert shown(id) == before


def test_a_text_that_is_too_long_for_one_post_is_a_thread() -> None:
    id = share("LoRA on one GPU", "--summary", "A sentence of seven words, no more. " * 10)
    texts = {one["channel"]: one for one in here("share", id, "--texts", "--json").json}
    first, second = texts["bluesky"]["thread"]
    assert (texts["bluesky"]["fits"], texts["mastodon"]["thread"], texts["x"]["thread"]) == (False, [], [])
    out = here("share", id, "--texts").out
    assert out.startswith(f"# Bluesky: {texts['bluesky']['length']} of 300 characters, as a thread of 2 posts\n# ")
    assert "280 characters, too long: give it a shorter --title or --summary\n" in out
    assert f"\n\n{first}\n\n# the answer to it, 2 of 2\n\n{second}\n" in out


def test_a_response_waits_is_answered_and_becomes_the_next_idea() -> None:
    id = share("First")
    rid = here("response", "add", id, "question", "Does", "it hold?", "--url", "https://example.org/q").id
    follower = here("response", "add", id, "follower", "Someone", "--json").json
    assert (follower["type"], follower["idea"]) == ("follower", id)
    waiting = here("response", "list", "--waiting", "--json").json
    assert [(one["id"], one["text"], one["title"]) for one in waiting] == [(rid, "Does it hold?", "First")]
    assert "1 waiting" in here("list", "-s", "shared").out
    born = here("response", "idea", rid, "-k", "post", "-t", "reply").id
    idea = shown(born)
    assert (idea["title"], idea["kind"], idea["tags"]) == ("Does it hold?", "post", ["reply"])
    assert idea["origin"] == {"idea": id, "response": rid}
    assert here("response", "answer", rid).out == "answered 'Does it hold?'\n"
    assert here("response", "list", "--waiting", "--json").json == []
    assert "waits again" in here("response", "answer", rid).out
    here("response", "answer", rid, "--reply", "From 3.2 on")
    assert {one["id"]: one["reply"] for one in here("response", "list", "--json").json}[rid] == "From 3.2 on"
    here("response", "answer", rid)
    here("share", born, "--url", "https://example.org/a", "--summary", "Yes")
    assert f"answers a question on [First](https://example.org/{id})" in here("changelog").out
    assert_told(here("response", "add", id, "question", " "), 2, "says nothing")


def test_changelog_prints_the_same_bytes_every_time_and_filters() -> None:
    share("Post", "--on", "2026-01-05")
    share("Old", "--on", "2024-07-01")
    first = process("changelog")
    assert (first.code, first.err) == (0, "")
    assert process("changelog").out == first.out
    assert first.out.index("## January 2026") < first.out.index("## July 2024")
    assert "Old" not in here("changelog", "--since", "2025").out
    assert "Post" not in here("changelog", "--until", "2024-Q3").out
    assert "## Week 2, 2026" in here("changelog", "--by", "week").out
    assert "Old" not in here("changelog", "--limit", "1").out
    assert "Post" not in here("changelog", "-k", "post").out
    assert "Post" not in here("changelog", "-t", "nothing").out
    making = add("Busy", "-s", "making")
    assert "Busy" in here("changelog", "--in-progress").out
    here("edit", making, "--private")
    assert "Busy" not in here("changelog", "--in-progress").out


@pytest.mark.parametrize(
    ("format", "start"), [("md", "# "), ("html", "<!"), ("atom", "<?xml"), ("jsonfeed", "{"), ("json", "{")]
)
def test_changelog_in_every_format(format: str, start: str) -> None:
    share("Post & <b>")
    done = here("changelog", "--format", format)
    assert done.code == 0, done.err
    assert done.out.startswith(start)
    assert "Post" in done.out


def test_changelog_into_a_block_keeps_the_rest_and_guards_what_people_wrote(tmp_path: Path) -> None:
    share("Post")
    readme = tmp_path / "README.md"
    readme.write_text("# Me\n\n<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n\nbye\n")
    into = ["changelog", "--into", f"{readme}:shared"]
    empty = readme.read_text()
    outdated = here(*into, "--check")
    assert outdated.code == 1
    diff = here(*into, "--diff")
    assert (diff.code, "+- [Post]" in diff.out) == (0, True)
    assert readme.read_text() == empty
    assert here(*into).out == f"wrote '{readme}'\n"
    written = readme.read_text()
    assert written.startswith("# Me\n")
    assert written.endswith("\nbye\n")
    assert "[Post](https://example.org/" in written
    assert here(*into, "--check").code == 0
    assert here(*into).out == f"nothing to change in '{readme}'\n"
    readme.write_text(written.replace("One line", "My own words"))
    assert_told(here(*into), 6, "--force")
    diff = here(*into, "--diff")
    assert_told(replace(diff, out=""), 6, "--force")
    assert re.search(r"^-- \[Post\].*My own words", diff.out, re.MULTILINE), "what the hand wrote"
    assert "+- [Post](" in diff.out, "what would be written"
    assert here(*into, "--diff", "--force").code == 0
    page = ["changelog", "-o", str(readme), "--diff"]
    assert_told(replace(here(*page), out=""), 6, "did not write")
    assert "-bye\n" in here(*page).out, "a file of its own that is not ours is no other case"
    assert "My own words" in readme.read_text()
    assert here(*into, "--force").code == 0
    assert readme.read_text() == written
    (tmp_path / "none.md").write_text("nothing\n")
    assert_told(here("changelog", "--into", str(tmp_path / "none.md")), 2)


BLOCK = "<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n"


@pytest.mark.parametrize(
    ("options", "heads"),
    [
        ((), []),
        (("--style", "periods"), ["#### January 2026"]),
        (("--by", "week"), ["#### Week 2, 2026"]),
        (("--by", "kind"), ["#### Projects"]),
        (("--by", "none"), []),
        (("--style", "sections"), ["#### January 2026", "##### Projects"]),
        (("--style", "sections", "--heading-level", "2"), ["## January 2026", "### Projects"]),
        (("--style", "list", "--heading-level", "2"), []),
    ],
)
def test_a_block_has_the_style_that_suits_its_place(options: tuple[str, ...], heads: list[str], folder: Path) -> None:
    share("Post", "--on", "2026-01-05")
    readme, before = Path("README.md"), "# Me\n\n### What I shared\n\n"
    readme.write_text(before + BLOCK)
    assert here("changelog", "--into", "README.md", *options).code == 0
    written = readme.read_text("utf-8").removeprefix(before)
    assert [line for line in written.splitlines() if line.startswith("#")] == heads
    assert ("5 Jan 2026" in written) is (not heads or "Projects" in heads[0])
    assert here("changelog", "--into", "README.md", *options, "--check").code == 0


@pytest.mark.parametrize(
    ("name", "address"), [("a.mdx", "](<https://x.org/a>)"), ("a.MDX", "]("), ("a.md", "<https://x.")]
)
def test_a_file_of_mdx_gets_a_block_of_mdx_whatever_its_markers(name: str, address: str, folder: Path) -> None:
    share("Post", "--summary", "See https://x.org/a {b}")
    Path(name).write_text(BLOCK)
    assert here("changelog", "--into", name).code == 0
    written = Path(name).read_text("utf-8")
    assert address in written
    assert (r"\{b\}" in written) is (name != "a.md")
    assert ("<https" in written.replace("](<", "")) is (name == "a.md")
    assert here("changelog", "--into", name, "--check").code == 0


def test_a_block_and_a_page_of_an_older_version_take_the_new_form(folder: Path) -> None:
    share("Post", "--on", "2026-01-05")
    old = (Path(__file__).parent.parent / "data" / "publish" / "changelog-1.md").read_text("utf-8")
    for options in (("--into", "README.md"), ("-o", "README.md")):
        Path("README.md").write_text(old, encoding="utf-8")
        done = here("changelog", *options)
        assert (done.code, "wrote 'README.md'" in done.out) == (0, True), done.err
        written = Path("README.md").read_text("utf-8")
        assert "- [Post](https://example.org/" in written
        assert "tinyboard" not in written
        Path("README.md").write_text(old.replace("a 300-line", "my 300-line"), encoding="utf-8")
        assert_told(here("changelog", *options), 6, "--force")


def test_wrong_styles_are_told() -> None:
    assert_told(here("changelog", "--style", "table"), 2, "'table'", "sections")
    assert_told(here("changelog", "--style", "list", "--by", "week"), 2, "a list is not divided by week")
    assert_told(here("changelog", "--heading-level", "7"), 2, "no heading of level 7", "1 to 6")


def test_the_words_of_the_changelog_come_from_the_config(folder: Path) -> None:
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        """
[changelog]
title = "Geteilt"
[words]
months = ["Januar", "Februar", "März", "April", "Mai", "Juni",
          "Juli", "August", "September", "Oktober", "November", "Dezember"]
day = "{day}. {month} {year}"
after = "nach"
in_progress = "In Arbeit"
intro = "Das Neueste zuerst."
[kinds.summary]
label = "Zusammenfassung"
section = "Zusammenfassungen"
[stages.making]
label = "Im Bau"
""",
        encoding="utf-8",
    )
    id = add("Aufmerksamkeit", "-k", "summary")
    here("edit", id, "--url", "https://arxiv.org/abs/1706.03762")
    here("share", id, "--url", "https://ada.example.org/1", "--summary", "auf einer Seite", "--on", "2026-03-05")
    add("Ein Brett", "-s", "making")
    paper = "[arXiv:1706.03762, 2017](https://arxiv.org/abs/1706.03762)"
    line = "- [Aufmerksamkeit](https://ada.example.org/1): auf einer Seite. _{}nach " + paper
    done = here("changelog", "--in-progress")
    assert done.err == ""
    assert "# Geteilt\n\nDas Neueste zuerst.\n" in done.out
    assert "## In Arbeit\n\n- Ein Brett _Im Bau_\n\n## März 2026\n\n" + line.format("Zusammenfassung; ") in done.out
    assert line.format("Zusammenfassung; ") + " · 5. März 2026_" in here("changelog", "--style", "list").out
    sections = here("changelog", "--style", "sections").out
    assert "### Zusammenfassungen\n\n" + line.format("").replace("_nach", "_Nach") in sections
    config.write_text('[words]\nday = "{date}"\n')
    assert f"; after {paper} · 2026-03-05_" in here("changelog", "--by", "none").out


def test_changelog_to_a_file_of_its_own(tmp_path: Path) -> None:
    share("Post")
    own = tmp_path / "feed.xml"
    write = ["changelog", "--format", "atom", "-o", str(own)]
    assert here(*write).code == 0
    assert own.read_text("utf-8") == here("changelog", "--format", "atom").out
    assert here(*write, "--check").code == 0
    theirs = tmp_path / "letter.md"
    theirs.write_text("dear aunt\n")
    assert_told(here("changelog", "-o", str(theirs)), 6, "--force")
    assert theirs.read_text() == "dear aunt\n"


def test_changelog_note(tmp_path: Path) -> None:
    share("Post", "--on", "2026-01-05")
    here("changelog", "note", "2026-01", "A quiet", "month.")
    assert "A quiet month." in here("changelog").out
    here("changelog", "note", "2026-01", "")
    assert "A quiet month." not in here("changelog").out


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_draft_writes_once_and_records_the_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    id = add("../../etc/[Re] x: a post", "-k", "post", "-t", "tag")
    path = Path(here("draft", id).id)
    assert path.parent == folder
    assert "[Re] x: a post" in path.read_text("utf-8")
    assert Path(str(shown(id)["draft"])).name == path.name
    before = path.read_bytes()
    other = Path(here("draft", id, "--again").id)
    assert other != path
    assert path.read_bytes() == before, "nothing is ever written over"
    found = here("check", id)
    assert found.code == 1
    assert f"{other.name}:" in found.out
    assert here("check", id, "--json").code == 1


@pytest.mark.parametrize("kind", ["post", "paper-to-code"])
def test_a_draft_that_is_there_is_not_started_twice(kind: str, folder: Path) -> None:
    id = add("A talk", "-k", kind)
    first = here("draft", id, "--json").json
    there = sorted(folder.rglob("*"))
    again = here("draft", id, "--json")
    assert (again.json, sorted(folder.rglob("*"))) == (first, there)
    assert "has a draft already" in again.err
    for more in (["--dir", "posts"], ["--site", "hugo"], ["--template", "post.md"]):
        assert_told(here("draft", id, *more), 6, f"has a draft already: '{first['file']}'", "--edit", "--again")
        assert sorted(folder.rglob("*")) == there
    assert here("draft", id, "--again", "--site", "hugo", "--json").json["file"] != first["file"]
    Path(here("show", id, "--json").json["draft"]).expanduser().unlink()
    gone = here("draft", id, "--site", "hugo")
    assert (gone.code, "already" in gone.err) == (0, False), "the one that it had is not there any more"


def test_draft_for_a_site_in_a_folder_opens_the_editor(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "posts").mkdir()
    (folder / "editor").write_text(f'#!/bin/sh\ncp "$1" "{folder}/seen"\n')
    (folder / "editor").chmod(0o755)
    monkeypatch.setenv("EDITOR", str(folder / "editor"))
    id = add("A post", "-k", "post")
    done = here("draft", id, "--site", "hugo", "--dir", "posts", "--edit", "--json").json
    assert Path(done["file"]).parent.name == "posts"
    assert (folder / "seen").read_bytes() == Path(done["file"]).read_bytes()
    assert_told(here("draft", id, "--site", "geocities"), 2, "hugo")


def test_check_of_an_idea_without_a_draft_says_how_to_start_one() -> None:
    id = add("x")
    assert_told(here("check", id), 2, f"ideaboard draft {id}")


def test_templates_are_listed_shown_and_copied() -> None:
    names = [one["name"] for one in here("templates", "list", "--json").json]
    assert {"summary.md", "export/changelog.md.j2", "share/bluesky.txt"} <= set(names)
    text = here("templates", "show", "summary.md").out
    copy = Path(here("templates", "copy", "summary.md").out.strip())
    assert copy.read_text("utf-8") == text
    assert copy.is_relative_to(Path(os.environ["IDEABOARD_CONFIG"]).parent)
    assert_told(here("templates", "copy", "summary.md"), 6)
    origins = {one["name"]: one["origin"] for one in here("templates", "list", "--json").json}
    assert origins["summary.md"] != "built-in"
    assert origins["project.md"] == "built-in"


def test_stats_count_what_was_shared_and_what_waits() -> None:
    id = share("Post")
    here("response", "add", id, "question", "Why?")
    add("Busy", "-s", "making")
    seen = here("stats", "--json").json
    assert seen["this_quarter"] == 1
    assert seen["months"][-1]["shared"] == 1
    out = here("stats").out
    assert "Busy" in out
    assert "Why?" in out
    assert len(listed()) == 2


@pytest.mark.parametrize(
    ("name", "format"),
    [
        *((name, "html") for name in ("README.rst", "notes.ORG", "a.adoc", "page.html")),
        ("feed.json", "jsonfeed"),
        ("a.XML", "atom"),
        ("a.atom", "atom"),
    ],
)
def test_markdown_never_goes_into_a_file_of_another_format(name: str, format: str, folder: Path) -> None:
    share("Post")
    text = "<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n"
    Path(name).write_text(text)
    assert_told(here("changelog", "--into", name), 2, "Markdown", f"--format {format}")
    Path(name).unlink()
    assert_told(here("changelog", "-o", name), 2, "Markdown", f"--format {format}")
    assert not Path(name).exists()
    assert here("changelog", "-o", name, "--format", format).code == 0


def test_a_bare_address_in_a_summary_leaves_a_readme_to_its_formatter(folder: Path) -> None:
    id = add("Post")
    here(
        "share", id, "--url", "https://example.org", "--summary", "see https://example.org/a_b, or ask ada@example.org"
    )
    Path("README.md").write_text("# Me\n\n<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n")
    here("changelog", "--into", "README.md")
    before = Path("README.md").read_text("utf-8")
    assert "see <https://example.org/a_b>, or ask <ada@example.org>." in before
    for arguments in (["--check"], []):
        done = subprocess.run(
            [sys.executable, "-m", "mdformat", "--extensions", "gfm", *arguments, "README.md"], capture_output=True
        )
        assert done.returncode == 0, done.stderr
    assert Path("README.md").read_text("utf-8") == before


def test_what_a_shared_item_still_lacks_is_said() -> None:
    id = add("x")
    done = here("share", id, "--url", "https://example.org")
    assert (done.code, "--summary" in done.err, "--url" in done.err) == (0, True, False)
    done = here("share", id, "--summary", "One line")
    assert done.err == ""
    assert "--url" in here("share", add("y"), "--summary", "One line").err
    done = here("share", add("z"), "--result", "v1")
    assert "--url" in done.err
    assert "--summary" in done.err


def test_data_of_the_changelog_has_a_version_and_null_for_what_is_missing() -> None:
    id = share("Post")
    whole = here("changelog", "--format", "json").json
    assert whole["_ideaboard"]["version"] == 1
    ((entry,),) = [section["entries"] for period in whole["periods"] for section in period["sections"]]
    assert entry["result"] is None
    assert shown(id)["share"]["result"] is None


def test_a_template_that_is_not_there_is_named(folder: Path) -> None:
    id = add("x", "-k", "post")
    assert_told(here("draft", id, "--template", "nope.md"), 2, "there is no template 'nope.md'")
    assert_told(here("changelog", "--template", "nope.md"), 2, "there is no template 'nope.md'")


def test_the_page_is_canonical_at_its_own_address_only(folder: Path) -> None:
    share("Post")
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('[me]\nurl = "https://ada.example.org/"\n')
    assert "canonical" not in here("changelog", "--format", "html").out
    config.write_text('[me]\nurl = "https://ada.example.org/"\n[changelog]\nurl = "https://ada.example.org/shared/"\n')
    assert '<link rel="canonical" href="https://ada.example.org/shared/">' in here("changelog", "--format", "html").out
    assert here("changelog", "--format", "jsonfeed").json["home_page_url"] == "https://ada.example.org/shared/"


def test_a_page_of_nobody_is_said(folder: Path) -> None:
    share("Post")
    for format in ("html", "atom", "jsonfeed"):
        assert "set the name in [me]" in here("changelog", "--format", format, "-o", f"{format}.out").err
    for format in ("md", "json"):
        assert here("changelog", "--format", format, "-o", f"{format}.out").err == ""
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('[me]\nname = "Ada"\n')
    assert here("changelog", "--format", "html", "-o", "html.out").err == ""


def test_the_words_of_the_config_stand_in_the_texts_and_feeds_too() -> None:
    id = add("On attention", "--url", "https://arxiv.org/abs/1706.03762")
    here("share", id, "--url", "https://example.org/a", "--summary", "Eine Zeile")
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('[words]\nafter = "nach"\nlanguage = "de"\n')
    assert all("\n\nNach arXiv:1706.03762" in one["text"] for one in here("share", id, "--texts", "--json").json)
    assert "Nach arXiv:1706.03762" in here("changelog", "--format", "jsonfeed").json["items"][0]["content_text"]
    assert '<html lang="de">' in here("changelog", "--format", "html").out


def test_a_draft_has_the_licence_that_the_config_names(folder: Path) -> None:
    id = add("x", "-k", "competition")
    assert "license" not in Path(here("draft", id).id).read_text("utf-8")
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('[drafts]\nlicense = "CC-BY-4.0"\n')
    text = Path(here("draft", id, "--again").id).read_text("utf-8")
    assert 'license: "CC-BY-4.0"' in text
    head = text.split("---\n")[1]
    assert id not in head, "the id means nothing to others"
    assert '""' not in head, "what is not known is left out"
