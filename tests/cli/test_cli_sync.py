"""`sync` between two clones: what came and went, and everything unusual at which it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.cli_runs import assert_told, here
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its types are a package of their own
from service.two_clones import Clone, configured, git, needs_git, two_clones

pytestmark = needs_git


def test_what_each_side_did_comes_to_the_other(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    id = one.add("By Ada")
    one.run("move", id, "making")
    other.add("By Grace")
    assert one.sync().out == "nothing came\n2 went: added 'By Ada', moved 'By Ada' to Making\n"
    before = other.everything()
    said = "come, by Ada: added 'By Ada', moved 'By Ada' to Making\n1 would go: added 'By Grace'\n"
    assert other.sync("--dry-run").out == f"2 would {said}"
    assert other.everything() == before
    assert other.sync().out == f"2 {said}".replace("would go", "went").replace("come", "came")
    assert one.sync().out == "1 came, by Grace: added 'By Grace'\nnothing went\n"
    for clone in (one, other):
        assert clone.sync().out == "nothing came\nnothing went\n"
        assert clone.git("status", "--porcelain") == ""
        assert clone.run("check").code == 0
    assert one.titles() == other.titles() == {"The first", "By Ada", "By Grace"}
    assert one.board.read_bytes() == other.board.read_bytes()


def test_as_json_it_names_the_ideas(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    id = one.add("x")
    assert one.sync("--json").json["went"]["ideas"] == [id]
    told = json.loads(other.sync("--json").out)
    Draft202012Validator(here("schema", "sync").json).validate(told)
    assert told == {
        "upstream": "origin/main",
        "came": {"changes": 1, "said": ["added 'x'"], "ideas": [id], "by": ["Ada"], "files": []},
        "went": {"changes": 0, "said": [], "ideas": [], "by": [], "files": []},
        "dry_run": False,
        "remarks": [],
    }


def test_what_is_staged_or_changed_besides_stays_so(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    one.write("notes/a.txt", "from Ada\n")
    one.git("add", "notes/a.txt")
    one.git("commit", "-qm", "notes")
    one.add("By Ada")
    assert "with it 1 other file" in one.sync().out
    for name in ("staged.txt", "untracked.txt"):
        other.write(name, name)
    other.git("add", "staged.txt")
    other.write("README.md", "# Mine\n")
    other.add("By Grace")
    before = other.git("status", "--porcelain").replace(" M .ideaboard/board.jsonl\n", "")
    other.sync()
    assert other.git("status", "--porcelain") == before
    assert (other.top / "notes/a.txt").read_text("utf-8") == "from Ada\n"
    assert other.git("diff", "--name-only", "HEAD~1", "HEAD") == ".ideaboard/board.jsonl\nnotes/a.txt"
    one.sync()
    assert not (one.top / "staged.txt").exists()
    assert one.titles() == other.titles()


def test_init_says_what_it_wrote_and_twice_changes_nothing(tmp_path: Path) -> None:
    one, _ = two_clones(tmp_path)
    assert one.git("show", "HEAD:.gitattributes") == "/.ideaboard/board.jsonl -text merge=union"
    assert one.git("show", "HEAD:.gitignore") == "/.ideaboard/board.jsonl.*"
    before = one.everything()
    assert one.sync("--init").out == "it is set up already\n"
    assert one.sync("--init", "--json").json == {"wrote": []}
    assert one.everything() == before


def test_init_keeps_what_is_there_and_sync_leaves_the_changes_of_the_person(tmp_path: Path) -> None:
    one, _ = two_clones(tmp_path)
    other = one.top / "deep down[1]" / "board.jsonl"
    other.parent.mkdir()
    one.write(".gitattributes", "*.png binary")  # without a line break, and not committed
    done = here("--board", str(other), "add", "x")
    assert here("--board", str(other), "sync", "--init").out.startswith("wrote .gitattributes and .gitignore; ")
    text = (one.top / ".gitattributes").read_text("utf-8")
    assert text == "*.png binary\n/deep?down\\[1\\]/board.jsonl -text merge=union\n"
    assert here("--board", str(other), "sync", "--init").out == "it is set up already\n"
    done = here("--board", str(other), "sync")
    assert done.code == 0, done.err
    assert "'.gitattributes' has changes of yours" in done.err
    assert one.git("show", "--name-only", "--format=", "HEAD") == ".gitignore\ndeep down[1]/board.jsonl"


def test_init_writes_through_no_link(tmp_path: Path) -> None:
    one, _ = two_clones(tmp_path)
    outside = tmp_path / "outside"
    outside.write_text("mine\n")
    one.git("rm", "-q", ".gitattributes", ".gitignore")
    one.git("commit", "-qm", "none")
    for name in (".gitattributes", ".gitignore"):
        (one.top / name).symlink_to(outside)
        assert_told(one.run("sync", "--init"), 6, name, "it is a link")
        (one.top / name).unlink()
    assert outside.read_text() == "mine\n"


# Everything at which it stops, leaving all as it was


def _no_repository(one: Clone, _: Clone) -> None:
    (one.top / ".git").rename(one.top / "gone")


def _conflict(one: Clone, other: Clone) -> None:
    for clone in (other, one):
        clone.write("README.md", f"# Of {clone.name}\n")
        clone.git("commit", "-qam", "title")
    other.sync()


def _rebase(one: Clone, other: Clone) -> None:
    _conflict(one, other)
    one.git("pull", "-q", "--rebase", code=1)


def _merge(one: Clone, other: Clone) -> None:
    _conflict(one, other)
    one.git("pull", "-q", "--no-rebase", code=1)


def _cherry_pick(one: Clone, other: Clone) -> None:
    _conflict(one, other)
    one.git("fetch", "-q")
    one.git("cherry-pick", "origin/main", code=1)


def _ignored(one: Clone, _: Clone) -> None:
    one.write(".gitignore", "*.jsonl\n/.ideaboard/board.jsonl.*\n")
    one.git("rm", "-q", "--cached", ".ideaboard/board.jsonl")


def _link(one: Clone, _: Clone) -> None:
    one.board.rename(one.top / "real.jsonl")
    one.board.symlink_to("../real.jsonl")


def _folder_link(one: Clone, _: Clone) -> None:
    one.board.parent.rename(one.top / "real")
    one.board.parent.symlink_to("real")


def _no_attributes(one: Clone, _: Clone) -> None:
    one.git("rm", "-q", ".gitattributes")
    one.git("commit", "-qm", "none")


def _filter(one: Clone, _: Clone) -> None:
    one.write(".gitattributes", "/.ideaboard/board.jsonl -text merge=union filter=lfs\n")


def _nobody(one: Clone, _: Clone) -> None:
    Path(os.environ["HOME"], ".gitconfig").unlink()
    one.git("config", "--unset", "user.name")


def _gone(one: Clone, _: Clone) -> None:
    (one.top.parent / "remote.git").rename(one.top.parent / "elsewhere")


def _in_the_way(one: Clone, other: Clone) -> None:
    other.write("new.txt", "from the other\n")
    other.git("add", "new.txt")
    other.git("commit", "-qm", "new")
    other.sync()
    one.write("new.txt", "mine\n")


def _damaged_there(one: Clone, other: Clone) -> None:
    with other.board.open("ab") as file:
        file.write(b"<<<<<<< HEAD\n")
    other.git("commit", "-qam", "oops")
    other.git("push", "-q")


def _deleted_there(one: Clone, other: Clone) -> None:
    other.git("rm", "-q", ".ideaboard/board.jsonl")
    other.git("commit", "-qm", "oops")
    other.git("push", "-q")


def _link_there(one: Clone, other: Clone) -> None:
    other.board.unlink()
    other.board.symlink_to("/etc/passwd")
    other.git("commit", "-qam", "oops")
    other.git("push", "-q")


def _damaged_here(one: Clone, _: Clone) -> None:
    with one.board.open("ab") as file:
        file.write(b"{nonsense\n")


def _other_name(one: Clone, _: Clone) -> None:
    one.git("checkout", "-q", "-b", "feature", "--track", "origin/main")


def _unrelated(one: Clone, _: Clone) -> None:
    one.git("checkout", "-q", "--orphan", "fresh")
    one.git("commit", "-qm", "another beginning")
    one.git("branch", "-q", "-M", "fresh", "main")
    one.git("branch", "-q", "--set-upstream-to", "origin/main")


def _refused_login(one: Clone, _: Clone) -> None:
    ssh = one.top.parent / "ssh"
    ssh.write_text("#!/bin/sh\nprintf 'git@example.org: Permission denied (publickey).\\033[31m\\n' >&2\nexit 255\n")
    ssh.chmod(0o755)
    one.git("config", "core.sshCommand", str(ssh))
    one.git("remote", "set-url", "origin", "git@example.org:x.git")


def _no_password(one: Clone, _: Clone) -> None:
    one.git("config", "remote.origin.uploadpack", "sh -c 'echo fatal: could not read Username >&2; exit 128'")


def _hook(name: str) -> Callable[[Clone, Clone], None]:
    return lambda one, _: one.hook(name, "printf 'not \\033[31mtoday\\n' >&2; exit 1")


def _set(*words: str) -> Callable[[Clone, Clone], None]:
    return lambda one, _: (one.git(*words), None)[1]


STOPS: dict[str, tuple[Callable[[Clone, Clone], None], int, tuple[str, ...]]] = {
    "no repository": (_no_repository, 2, ("is in no git repository", "git init")),
    "no remote": (_set("remote", "remove", "origin"), 2, ("no remote", "git remote add origin URL")),
    "no upstream": (_set("branch", "--unset-upstream"), 2, ("no upstream", "git push -u origin main")),
    "another name": (_other_name, 2, ("'feature' follows 'origin/main'", "git switch main")),
    "detached": (_set("checkout", "-q", "--detach"), 2, ("detached", "git switch main")),
    "rebase": (_rebase, 6, ("a rebase is under way", "git rebase --abort")),
    "merge": (_merge, 6, ("a merge is under way", "git merge --abort")),
    "cherry-pick": (_cherry_pick, 6, ("a cherry-pick is under way", "git cherry-pick --abort")),
    "conflict": (_conflict, 6, ("'README.md' (a conflict)", "git pull --no-rebase origin main")),
    "unrelated": (_unrelated, 6, ("unrelated histories", "git pull --no-rebase origin main")),
    "hook": (_hook("pre-commit"), 6, ("git did not take the commit: not today", "nothing was changed")),
    "signing": (_set("config", "commit.gpgsign", "true"), 6, ("gpg", "nothing was changed")),
    "offline": (_gone, 5, ("'origin' cannot be reached", "when you are online")),
    "login": (_refused_login, 5, ("Permission denied (publickey)", "git fetch origin")),
    "password": (_no_password, 5, ("could not read Username", "git fetch origin")),
    "ignored": (_ignored, 6, ("'*.jsonl' in line 1 of '.gitignore'", "git add -f")),
    "link": (_link, 6, ("board.jsonl' is a link",)),
    "folder link": (_folder_link, 6, ("is a link", "put the file itself there")),
    "no attributes": (_no_attributes, 6, ("merge is unspecified", "ideaboard sync --init")),
    "filter": (_filter, 6, ("'filter' is lfs", "take that off")),
    "union program": (_set("config", "merge.union.driver", "evil %A"), 6, ("merge.union.driver", "--unset-all")),
    "nobody": (_nobody, 2, ("git does not know who you are", "git config --global user.name")),
    "in the way": (_in_the_way, 6, ("would write over changes of yours", "new.txt", "nothing was merged")),
    "damaged there": (_damaged_there, 4, ("of what came is damaged: it is a conflict marker", "nothing was changed")),
    "deleted there": (_deleted_there, 6, ("conflict", "nothing was merged")),
    "link there": (_link_there, 6, ("conflict", "nothing was merged")),
    "damaged here": (_damaged_here, 4, ("damaged in line", "ideaboard check --repair")),
}


@pytest.mark.parametrize("name", STOPS)
def test_it_stops_at_anything_unusual_and_leaves_all_as_it_was(tmp_path: Path, name: str) -> None:
    one, other = two_clones(tmp_path)
    one.add("By Ada")
    prepare, code, words = STOPS[name]
    prepare(one, other)
    for options in ((), ("--dry-run",)) if name not in ("hook", "signing") else ((),):
        before = one.everything()
        done = one.run("sync", *options)
        assert_told(done, code, *words)
        assert "\x1b" not in done.err
        assert one.everything() == before
    assert not list(one.top.rglob("ideaboard-*.index"))


@pytest.mark.parametrize("name", ["deleted there", "link there"])
def test_a_board_that_is_gone_on_the_other_side_is_not_taken_away(tmp_path: Path, name: str) -> None:
    one, other = two_clones(tmp_path)
    STOPS[name][0](one, other)
    before = one.everything()
    assert_told(one.run("sync"), 6, "deleted or moved" if name == "deleted there" else "is a link")
    assert one.everything() == before


def test_a_hook_that_keeps_the_push_back_leaves_a_state_that_is_named(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    other.add("By Grace")
    other.sync()
    one.add("By Ada")
    one.hook("pre-push", "echo 'tests fail' >&2; exit 1")
    assert_told(one.run("sync"), 6, "a hook did not take what is yours: tests fail", "goes with the next sync")
    assert one.titles() == {"The first", "By Ada", "By Grace"}
    assert one.git("status", "--porcelain") == ""
    one.hook("pre-push", "exit 0")
    assert one.sync().out == "nothing came\n1 went: added 'By Ada'\n"
    hooks = tmp_path / "remote.git" / "hooks" / "pre-receive"
    hooks.write_text("#!/bin/sh\necho 'only on Sundays' >&2\nexit 1\n")
    hooks.chmod(0o755)
    one.add("Once more")
    assert_told(one.run("sync"), 6, "'origin/main' did not take", "only on Sundays", "pre-receive hook declined")


@pytest.mark.parametrize("often", [pytest.param(True, marks=pytest.mark.slow), False])
def test_a_remote_that_moves_meanwhile_is_asked_again(tmp_path: Path, often: bool) -> None:
    one, other = two_clones(tmp_path)
    one.add("By Ada")
    count = tmp_path / "count"
    once = "" if often else f'[ -e "{count}" ] && exit 0\n'
    change = f'echo x >> "{count}"\ncd "{other.top}"\nunset GIT_DIR\ndate +%N >> README.md\ngit commit -qam more\n'
    one.hook("pre-push", f"{once}{change}git push -q origin main")
    done = one.run("sync")
    if often:
        assert_told(done, 6, "something new 5 times", "sync again")
        (one.top / ".git/hooks/pre-push").unlink()
        assert one.sync().out.endswith("1 went: added 'By Ada'\n")
    else:
        assert (done.code, done.out.splitlines()[1]) == (0, "1 went: added 'By Ada'")
    other.sync()
    assert other.titles() == one.titles() == {"The first", "By Ada"}
    assert (one.top / "README.md").read_text() == (other.top / "README.md").read_text()


def test_what_is_written_during_a_sync_is_kept_and_goes_with_the_next(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    other.add("By Grace")
    other.sync()
    one.add("By Ada")
    # A hook that uses the program itself: nobody holds the lock while hooks run.
    for name in ("pre-commit", "pre-push"):
        command = f'"{sys.executable}" -m ideaboard add "During {name}" --board "{one.board}" >&2'
        one.hook(name, f'[ -e "{tmp_path}/{name}" ] && exit 0\ntouch "{tmp_path}/{name}"\n{command}')
    assert "1 came, by Grace" in one.sync().out
    assert one.titles() == {"The first", "By Ada", "By Grace", "During pre-commit", "During pre-push"}
    assert one.sync().out == "nothing came\n2 went: added 'During pre-commit', added 'During pre-push'\n"
    other.sync()
    assert other.titles() == one.titles()


def test_writers_lose_nothing_while_both_sides_sync(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    script = (
        "import sys; from ideaboard.cli.run import run\nfor n in range(10): assert run(sys.argv[1:] + [str(n)]) == 0"
    )
    writers = []
    for clone in (one, other):
        words = ["--board", str(clone.board), "add", clone.name]
        writers.append(subprocess.Popen([sys.executable, "-c", script, *words], stdout=subprocess.DEVNULL))
    while any(writer.poll() is None for writer in writers):
        one.sync()
        other.sync()
    assert [writer.returncode for writer in writers] == [0, 0]
    for clone in (one, other, one):
        clone.sync()
    wanted = {f"{clone.name} {number}" for clone in (one, other) for number in range(10)} | {"The first"}
    assert one.titles() == other.titles() == wanted
    assert one.board.read_bytes() == other.board.read_bytes()


def wait_until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_ctrl_c_ends_it_with_nothing_half_done(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    other.add("By Grace")
    other.sync()
    one.add("By Ada")
    before = one.everything()
    mark = tmp_path / "mark"
    one.hook("pre-commit", f'echo $$ > "{mark}"\nexec sleep 60')
    command = [sys.executable, "-m", "ideaboard", "sync", "--board", str(one.board)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: mark.exists() and mark.read_text().strip())
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out.strip(), err.strip()) == (130, b"", b"")
    ps = ["ps", "-o", "stat=", "-p", mark.read_text().strip()]
    assert subprocess.run(ps, capture_output=True, text=True).stdout.strip()[:1] in ("", "Z"), "it goes on"
    assert one.everything() == before
    assert {path.name for path in (one.top / ".git").glob("*.lock")} == {"ideaboard-sync.lock"}
    (one.top / ".git/hooks/pre-commit").unlink()
    assert "1 came" in one.sync().out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_what_a_killed_sync_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    one, _ = two_clones(tmp_path)
    one.add("By Ada")
    mark = tmp_path / "mark"
    one.hook("pre-commit", f'echo $$ > "{mark}"\nexec sleep 60')
    child = subprocess.Popen([sys.executable, "-m", "ideaboard", "sync", "--board", str(one.board)])
    wait_until(lambda: mark.exists() and mark.read_text().strip())
    child.kill()
    child.wait(30)
    os.kill(int(mark.read_text()), signal.SIGKILL)
    git_folder = one.top / ".git"
    assert [path.name for path in git_folder.glob("ideaboard-*.index")] == [f"ideaboard-{child.pid}.index"]
    for name in ("ideaboard-1.index.lock", "ideaboard-mine.index"):
        (git_folder / name).touch()
    (git_folder / "ideaboard-2.index").mkdir()
    (git_folder / "hooks/pre-commit").unlink()
    wait_until(lambda: not (git_folder / "index.lock").exists())
    assert "1 went" in one.sync().out
    left = {path.name for path in git_folder.glob("ideaboard-*")}
    assert left == {"ideaboard-sync.lock", "ideaboard-mine.index", "ideaboard-2.index"}


def test_a_worktree_is_as_good_and_a_submodule_or_a_shallow_clone_is_not(tmp_path: Path) -> None:
    one, _ = two_clones(tmp_path)
    one.git("worktree", "add", "-q", "-b", "side", "../side")
    one.git("push", "-q", "origin", "side")
    side = Clone(tmp_path / "side", "Ada")
    side.git("branch", "-q", "--set-upstream-to", "origin/side")
    side.add("In a worktree")
    assert side.sync().out == "nothing came\n1 went: added 'In a worktree'\n"
    assert one.git("status", "--porcelain") == ""
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tmp_path}/remote.git", "shallow")
    assert_told(Clone(tmp_path / "shallow", "x").run("sync"), 2, "shallow", "git fetch --unshallow")
    git(tmp_path, "init", "-q", "outer")
    words = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", f"{tmp_path}/remote.git", "inner")
    git(tmp_path / "outer", *words)
    assert_told(Clone(tmp_path / "outer" / "inner", "x").run("sync"), 2, "submodule", "git pull --no-rebase")
    inside = tmp_path / "remote.git" / "board.jsonl"
    assert here("--board", str(inside), "add", "x").code == 0
    assert_told(here("--board", str(inside), "sync"), 2, "without a work tree")


def test_two_clones_of_an_empty_repository_come_together(tmp_path: Path) -> None:
    configured()
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    clones: list[Clone] = []
    for name in ("one", "other"):
        git(tmp_path, "clone", "-q", "remote.git", name)
        clones.append(Clone(tmp_path / name, name))
        clones[-1].add(f"By {name}")
        clones[-1].sync("--init")
    one, other = clones
    assert one.sync().out.startswith("nothing came\n1 went: added 'By one'")
    assert other.sync("--dry-run").out == "1 would come: added 'By one'\n1 would go: added 'By other'\n"
    assert other.sync().out == "1 came: added 'By one'\n1 went: added 'By other'\n"
    one.sync()
    assert one.titles() == other.titles() == {"By one", "By other"}
    assert one.board.read_bytes() == other.board.read_bytes()


@pytest.mark.parametrize(
    ("said", "words"),
    [("git version 2.34.1", ("too old", "2.38 or newer")), (None, ("git is not installed", "install"))],
)
def test_a_git_that_is_missing_or_too_old_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, words: tuple[str, ...]
) -> None:
    one, _ = two_clones(tmp_path)
    folder = tmp_path / "bin"
    folder.mkdir()
    if said:
        (folder / "git").write_text(f"#!/bin/sh\necho {said}\n")
        (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder) + (os.pathsep + os.environ["PATH"] if said else ""))
    assert_told(one.run("sync"), 2, *words)


def test_it_works_whatever_the_environment_and_the_config_of_git_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two_clones(tmp_path)
    for key, value in (
        ("core.autocrlf", "true"),
        ("merge.ff", "only"),
        ("pull.rebase", "true"),
        ("branch.main.mergeoptions", "--squash"),
        ("push.default", "nothing"),
        ("push.followTags", "true"),
        ("commit.template", "/nowhere"),
        ("status.showUntrackedFiles", "no"),
        ("core.quotePath", "true"),
        ("diff.external", "false"),
        ("log.showSignature", "true"),
    ):
        one.git("config", key, value)
    for name, text in (
        ("GIT_DIR", "/nowhere"),
        ("GIT_INDEX_FILE", "/nowhere"),
        ("LC_ALL", "C"),
        ("GIT_EDITOR", "false"),
    ):
        monkeypatch.setenv(name, text)
    one.add("By Ada")
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    other.add("By Grace")
    other.sync()
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    assert one.sync().out == "1 came, by Grace: added 'By Grace'\n1 went: added 'By Ada'\n"


def test_another_git_at_work_is_said(tmp_path: Path) -> None:
    one, _ = two_clones(tmp_path)
    one.add("x")
    one.write(".git/index.lock", "")
    assert_told(one.run("sync"), 6, "index.lock", "wait for the other git")


def test_a_second_sync_waits_for_the_first(tmp_path: Path) -> None:
    one, _ = two_clones(tmp_path)
    one.add("x")
    one.hook(
        "pre-commit", f'"{sys.executable}" -m ideaboard sync --board "{one.board}" > "{tmp_path}/said" 2>&1; exit 0'
    )
    assert one.sync().out == "nothing came\n1 went: added 'x'\n"
    assert "a sync of this repository is under way already" in (tmp_path / "said").read_text()


def test_a_remote_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = two_clones(tmp_path)
    one.git("config", "remote.origin.uploadpack", "sh -c 'exec sleep 60'")
    monkeypatch.setattr("ideaboard.git.repository.REMOTE_SECONDS", 0.3)
    before = one.everything()
    assert_told(one.run("sync"), 5, "'origin' cannot be reached", "was ended after", "when you are online")
    assert one.everything() == before


def test_no_secret_of_an_address_is_shown(tmp_path: Path) -> None:
    one, _ = two_clones(tmp_path)
    one.git("config", "branch.main.remote", "http://ada:s3cret@127.0.0.1:9/x.git")
    done = one.run("sync")
    assert_told(done, 5, "http://127.0.0.1:9/x.git")
    assert "s3cret" not in done.out + done.err
    one.git("config", "branch.main.remote", "origin")
    one.add("x")
    one.hook("pre-push", "echo 'no way to https://ada:s3cret@a.example/x' >&2; exit 1")
    done = one.run("sync")
    assert_told(done, 6, "no way to https://a.example/x")
    assert "s3cret" not in done.err


def test_a_file_that_was_only_touched_is_no_change(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    for name in ("README.md", ".gitattributes"):
        other.write(name, (other.top / name).read_text() + "# more\n")
        os.utime(one.top / name, (1_700_000_000, 1_700_000_000))
    other.git("commit", "-qam", "more")
    other.add("By Grace")
    other.sync()
    assert one.sync().out == "1 came, by Grace: added 'By Grace'; with it 2 other files\nnothing went\n"
    assert one.git("status", "--porcelain") == ""
