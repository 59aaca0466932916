"""The inbox folder: each file becomes an idea once, what cannot be read is named and stays."""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
import time
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from cli.cli_runs import assert_told, here, listed
from hypothesis import given
from hypothesis import strategies as st

from ideaboard import files
from ideaboard.errors import InvalidInput
from ideaboard.intake.notes import cards_in

ARXIV = "https://arxiv.org/abs/1706.03762"


@pytest.fixture
def box(own_home: Path) -> Path:
    """An inbox folder that the config names, beside the config."""
    (own_home / "config.toml").write_text('[inbox]\nfolder = "box"\n')
    folder = own_home / "box"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, data: str | bytes, *, fresh: bool = False) -> Path:
    """Put a file there that nobody writes to any more."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    if not fresh:
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mail(subject: str, body: str, html: str = "") -> bytes:
    message = EmailMessage()
    message["From"] = "ada@example.org"
    message["To"] = "me@example.org"
    message["Subject"] = subject
    if body:
        message.set_content(body)
    if html:
        (message.add_alternative if body else message.set_content)(html, subtype="html")
    return bytes(message)


def test_files_become_ideas_and_move_to_done(box: Path) -> None:
    put(box, "note.txt", "A thought\n\nwith more to it\n")
    put(box, "paper.url", f"[InternetShortcut]\r\nURL={ARXIV}\r\n")
    dry = here("inbox", "--dry-run")
    assert dry.out == "note.txt: A thought\npaper.url: paper\n2 ideas would come from the inbox folder\n"
    assert listed() == {}
    assert not (box / "done").exists()
    assert here("inbox").out.endswith("\n2 ideas came from the inbox folder\n")
    ideas = {idea["title"]: idea for idea in listed().values()}
    assert ideas["A thought"]["notes"] == "with more to it"
    assert ideas["paper"]["paper"]["arxiv_id"] == "1706.03762"
    assert names_in(box) == ["done"]
    assert {"note.txt", "paper.url"} <= set(names_in(box / "done"))
    assert here("inbox").out == "0 ideas came from the inbox folder\n"
    undone = here("undo").out
    assert "took in from the inbox folder: 2 ideas; the files lie in 'done' in the inbox folder" in undone
    assert listed() == {}
    assert [entry["action"] for entry in here("log", "--json").json] == ["undo", "inbox"], "one action, one undo"


CASES: dict[str, tuple[str, str | bytes, dict[str, Any]]] = {
    "line": ("a.txt", "Just a thought", {"title": "Just a thought", "notes": "", "url": ""}),
    "no ending": ("NOTE", "A thought", {"title": "A thought"}),
    "heading that ends in a sign": ("a.md", "# About C#\n", {"title": "About C#"}),
    "HTML with a declaration that nobody knows": (
        "1.eml",
        mail("A page", "", "<p>before</p><![nonsense[x]]><p>after</p>"),
        {"title": "A page", "notes": "before"},
    ),
    "heading": (
        "a.md",
        "\n# A title #\n\n- a point\n- another\n",
        {"title": "A title", "notes": "- a point\n- another"},
    ),
    "front matter": (
        "a.md",
        "---\ntitle: 'Of Obsidian'\ntags: [a]\n---\nBody\n",
        {"title": "Of Obsidian", "notes": "tags: [a]\nBody"},
    ),
    "utf-16": ("a.txt", "Größe\nnotes".encode("utf-16"), {"title": "Größe", "notes": "notes"}),
    "cr lf": ("a.txt", "One\r\ntwo\rthree", {"title": "One", "notes": "two\nthree"}),
    "link alone": ("a.txt", f" {ARXIV}\n", {"title": ARXIV, "url": ARXIV, "notes": ""}),
    "share text": (
        "a.txt",
        f"Attention Is All You Need\n{ARXIV}",
        {"title": "Attention Is All You Need", "url": ARXIV},
    ),
    "share on one line": ("a.txt", f"Attention - {ARXIV}", {"title": "Attention", "url": ARXIV, "notes": ""}),
    "link first": ("a.txt", f"{ARXIV}\n\nAttention", {"title": "Attention", "url": ARXIV, "notes": ""}),
    "share of an app": (
        "a.txt",
        f"“Attention” {ARXIV}\n\nSent from my phone",
        {"title": "Attention", "url": ARXIV, "notes": "Sent from my phone"},
    ),
    "markdown link": ("a.md", f"[Attention]({ARXIV})", {"title": "Attention", "url": ARXIV, "notes": ""}),
    "sentence end": ("a.txt", f"Look at ({ARXIV}).", {"title": "Look at", "url": ARXIV}),
    "two links": (
        "a.txt",
        f"Two of them\n{ARXIV}\nhttps://b.example/",
        {"title": "Two of them", "url": "", "notes": f"{ARXIV}\nhttps://b.example/"},
    ),
    "url": ("Page of Ada.url", "[InternetShortcut]\nURL=https://a.example/x\n", {"title": "Page of Ada"}),
    "desktop": (
        "x.desktop",
        "[Desktop Entry]\nType=Link\nName=A page\nURL=https://a.example/\n",
        {"title": "A page", "url": "https://a.example/"},
    ),
    "webloc": ("A page.webloc", plistlib.dumps({"URL": "https://a.example/"}), {"title": "A page"}),
    "binary webloc": (
        "A.webloc",
        plistlib.dumps({"URL": "https://a.example/"}, fmt=plistlib.FMT_BINARY),
        {"url": "https://a.example/"},
    ),
    "mail": (
        "1.eml",
        mail("Fwd: Re: größe", f"See\n{ARXIV}\n", "<p>See</p>"),
        {"title": "größe", "notes": "See", "url": ARXIV},
    ),
    "mail in HTML": (
        "1.eml",
        mail("A page", "", f"<html><style>x</style><body><p>One &amp; <a href='{ARXIV}'>two</a></p></body></html>"),
        {"title": "A page", "url": ARXIV, "notes": f"One & {ARXIV} two"},
    ),
    "mail without a subject": ("1.eml", mail("", "The body\nmore\n"), {"title": "The body", "notes": "more"}),
    "answer in a note": ("a.txt", "Re: zero", {"title": "Re: zero"}),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_file_says(case: str) -> None:
    name, data, wanted = CASES[case]
    (card,) = cards_in(name, data.encode() if isinstance(data, str) else data).cards
    assert {field: getattr(card, field) for field in wanted} == wanted


def test_that_a_part_of_a_long_mail_was_not_read_is_said() -> None:
    found = cards_in("1.eml", mail("A page", "", "<p>" + "word " * 70_000 + "</p>"))
    assert found.remarks == ["only the first 300,000 characters of its HTML are read"]
    assert len(found.cards[0].notes) < 300_000


def test_a_file_that_begins_with_a_bullet_is_a_list(box: Path) -> None:
    put(box, "list.md", "- [ ] one\n  more of it\n- [x] two\n\n## Later\n- three\n")
    assert here("inbox").out == "list.md: one, two, three\n3 ideas came from the inbox folder\n"
    ideas = {idea["title"]: idea for idea in listed().values()}
    assert ideas["one"]["notes"] == "more of it"
    assert set(ideas) == {"one", "three"}
    assert [idea["title"] for idea in listed("--archived").values()] == ["two"]


BAD: dict[str, tuple[str, bytes, str]] = {
    "picture": ("a.png", b"\x89PNG", "neither text, Markdown, mail nor a saved link"),
    "table": ("a.csv", b"a,b\n", "'ideaboard import' reads"),
    "no text": ("a.txt", b"\x00\x01\x02\xff" * 9, "this is not text"),
    "blank": ("a.txt", b" \n\n", "there is no text in it"),
    "program": ("a.desktop", b"[Desktop Entry]\nType=Application\nExec=rm\nURL=https://a.b/\n", "there is no link"),
    "script": ("a.url", b"[InternetShortcut]\nURL=file:///etc/passwd\n", "there is no link"),
    "bad plist": ("a.webloc", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><plist>&a;", "there is no link"),
    "binary junk": ("a.webloc", b"bplist00" + b"\xff" * 60, "there is no link"),
    "plist of a list": ("a.webloc", plistlib.dumps(["x"]), "there is no link"),
    "very many": ("a.md", b"- a\n" * 1_001, "more than 1,000 ideas"),
    "long": ("a.txt", b"x" * 1_000_001, "more than 1,000,000 characters"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_refused_in_a_sentence(case: str) -> None:
    name, data, words = BAD[case]
    with pytest.raises(InvalidInput) as caught:
        cards_in(name, data)
    assert words in f"{caught.value.message}; {caught.value.hint}"


def test_what_fails_is_named_and_stays_and_the_rest_comes(box: Path) -> None:
    put(box, "a.png", b"\x89PNG")
    outside = put(box.parent, "secret.txt", "secret")
    (box / "link.txt").symlink_to(outside)
    os.mkfifo(box / "pipe.txt")
    (box / "folder.txt").mkdir()
    with (box / "huge.txt").open("wb") as file:
        file.truncate(33 * 2**20)
    done = here("inbox")
    assert (done.code, done.out) == (2, "0 ideas came from the inbox folder\n")
    for name, why in (
        ("a.png", "neither text"),
        ("link.txt", "a link"),
        ("pipe.txt", "not a file"),
        ("huge.txt", "32 MB"),
    ):
        assert f"'{name}' is left there: " in done.err
        assert why in done.err
    put(box, "good\x1b[31m.txt", "good")
    done = here("inbox", "--json")
    assert [file["titles"] for file in done.json["files"]] == [["good"]]
    assert {one["file"] for one in done.json["failed"]} == {"a.png", "link.txt", "pipe.txt", "huge.txt"}
    assert "\x1b" not in done.out + here("inbox", "--dry-run").out
    assert len(listed()) == 1


def test_what_is_not_finished_waits_for_the_next_time(box: Path) -> None:
    names = (
        ".hidden.txt",
        "~$a.txt",
        "a.txt~",
        "a.tmp",
        "a.txt.part",
        "a.crdownload",
        ".syncthing.a.txt.tmp",
        "#a.txt#",
    )
    for name in (*names, "~syncthing~a.txt.tmp"):
        put(box, name, "half")
    conflicts = ("a.sync-conflict-20261127-101500-ABCDEFG.txt", "a (Ada's conflicted copy 2026-11-27).txt")
    for name in conflicts:
        put(box, name, "other")
    put(box, "empty.txt", "")
    before = names_in(box)
    done = here("inbox", "--json")
    assert done.json["files"] == []
    assert {one["file"] for one in done.json["left"]} == {*conflicts, "empty.txt"}
    assert names_in(box) == sorted([*before, "done"])
    assert listed() == {}


def test_a_file_that_grows_is_left(box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(box, "a.txt", "half", fresh=True)
    put(box, "b.txt", "whole", fresh=True)

    def grows(_: float) -> None:
        with path.open("a") as file:
            file.write(" and more")

    monkeypatch.setattr("ideaboard.service.inbox.time.sleep", grows)
    done = here("inbox")
    assert "'a.txt' is left there: it is still being written" in done.err
    assert [idea["title"] for idea in listed().values()] == ["whole"]
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert here("inbox").out.startswith("a.txt: half and more")


def test_a_name_in_done_is_never_written_over(box: Path) -> None:
    for number in range(3):
        put(box, "a.txt", f"thought {number}")
        assert here("inbox").code == 0
    assert {path.name: path.read_text() for path in (box / "done").glob("a*")} == {
        "a.txt": "thought 0",
        "a-2.txt": "thought 1",
        "a-3.txt": "thought 2",
    }


def test_done_may_be_no_link(box: Path, tmp_path: Path) -> None:
    put(box, "a.txt", "x")
    (box / "done").symlink_to(tmp_path)
    assert_told(here("inbox"), 6, "done' is a link")
    assert list(tmp_path.iterdir()) == []
    assert listed() == {}


def test_a_run_that_ends_before_it_moves_the_files_does_nothing_twice(
    box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(box, "a.txt", "x")

    def fails(*_: object) -> None:
        raise OSError(30, "read-only")

    with monkeypatch.context() as patch:
        patch.setattr("ideaboard.service.inbox.os.rename", fails)
        assert "it was read, but cannot be moved to 'done'" in here("inbox").err
    assert len(listed()) == 1
    assert here("inbox").out == "a.txt: x\n0 ideas came from the inbox folder, 1 known already\n"
    assert len(listed()) == 1
    put(box, "a.txt", "x", fresh=True)  # a new file that says the same is a new thought
    assert here("inbox").out.endswith("\n1 idea came from the inbox folder\n")


def test_processes_at_once_take_each_file_once(box: Path) -> None:
    for number in range(40):
        put(box, f"{number}.txt", f"thought {number}")
    command = [sys.executable, "-m", "ideaboard", "inbox"]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(3)]
    for run in runs:
        assert run.wait(60) == 0, run.stderr and run.stderr.read()
        if run.stderr:
            run.stderr.close()
    assert sorted(idea["title"] for idea in listed().values()) == sorted(f"thought {number}" for number in range(40))
    assert len(list((box / "done").glob("*.txt"))) == 40


def test_without_a_folder_it_says_how_to_name_one(own_home: Path) -> None:
    assert_told(here("inbox"), 2, "no inbox folder is set", "[inbox]")
    (own_home / "config.toml").write_text('[inbox]\nfolder = "~/nowhere"\n')
    assert_told(here("inbox"), 2, f"there is no folder '{own_home}/nowhere'", "make it")
    assert 'folder = "~/nowhere"' in here("config", "show").out


def test_while_one_process_reads_the_folder_the_others_wait(box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(box, "a.txt", "x")
    monkeypatch.setattr("ideaboard.service.inbox._LOCK_SECONDS", 0.0)
    held = files.open_locked(
        box / "done" / ".lock", lambda fd: None if files.try_lock(fd) else pytest.fail("it is locked")
    )
    try:
        assert_told(here("inbox"), 6, "another ideaboard is reading the inbox folder")
        assert here("inbox", "--dry-run").code == 0
    finally:
        files.close(held)
    assert here("inbox").out.startswith("a.txt: x\n1 idea came")


@given(
    name=st.sampled_from(["a.txt", "a.md", "a.eml", "a.url", "a.webloc", "a.desktop", "a"]),
    parts=st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *(b"---\n", b"title: x\n", b"- [x] a\n", b"# ", b"https://a.b/c", b"](", b"[", b"<html>", b"<!["),
                    *(b"<a href=", b"\xff\xfe", b"\x1b[31m", b"\n\n", b"URL=", b"bplist00"),
                    b"Subject: Re: x\nFrom: a@b\nMIME-Version: 1.0\n",
                ]
            ),
            st.binary(max_size=6),
        ),
        max_size=12,
    ),
)
def test_any_bytes_are_ideas_or_a_refusal(name: str, parts: list[bytes]) -> None:
    with suppress(InvalidInput):
        cards = cards_in(name, b"".join(parts)).cards
        assert cards
        assert all(card.title.strip() or card.notes.strip() for card in cards)


@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", "<![", "<p>", "# ", "#", "re:", "[", "( ", "- ", "https://a.b/", " \t"]
)
def test_no_text_takes_long(piece: str) -> None:
    start = time.process_time()
    for begin in ("", "# ", "<html>", "---\n"):
        for name in ("a.md", "a.eml"):
            with suppress(InvalidInput):
                cards_in(name, (begin + piece * (900_000 // len(piece)) + "x").encode())
    assert time.process_time() - start < 20, "seconds, where a quadratic one takes hours"
