"""What `sync` says where both sides changed the same, and the commands in its hints, run as they are printed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from cli.cli_runs import Done, assert_told
from service.two_clones import Clone, configured, git, needs_git, two_clones

pytestmark = needs_git


def with_a_shared_card(tmp_path: Path) -> tuple[Clone, Clone, str]:
    one, other = two_clones(tmp_path)
    id = one.add("conflict day")
    one.sync()
    other.sync()
    return one, other, id


def title(clone: Clone, id: str) -> str:
    said: str = clone.run("show", id, "--json").json["title"]
    return said


@pytest.mark.parametrize("edited_first", [False, True])
def test_what_was_deleted_there_and_changed_here_is_said_and_comes_back(tmp_path: Path, edited_first: bool) -> None:
    one, other, id = with_a_shared_card(tmp_path)
    edit = ("edit", id, "--title", "conflict night")
    if edited_first:
        assert one.run(*edit).code == 0
    assert other.run("delete", id, "--yes").code == 0
    other.sync()
    if not edited_first:
        assert one.run(*edit).code == 0
    name = "conflict night" if edited_first else "conflict day"
    assert "changed here: it would be gone; 'ideaboard undo " in one.sync("--dry-run").err
    done = one.sync()
    late = "" if edited_first else " (deleted by then)"
    assert done.out == f"1 came, by Grace: deleted '{name}'\n1 went: changed '{name}'{late}\n"
    found = re.search(rf"'{name}' was deleted there and changed here: it is gone; 'ideaboard (undo \w+)' br", done.err)
    assert found, done.err
    assert f"changed '{name}'{late}\n" in one.run("log").out
    assert other.sync().out == f"1 came, by Ada: changed '{name}'{late}\nnothing went\n"
    one.add("something later")
    assert one.run(*found[1].split()).out == f"took back: deleted '{name}'\n"
    assert title(one, id) == "conflict night"
    assert f"changed 'conflict night'{late}\n" in one.run("log", id).out
    assert one.sync().err == ""
    assert other.sync().err == ""
    assert title(other, id) == "conflict night"


def test_what_was_deleted_here_and_changed_there_is_said_too(tmp_path: Path) -> None:
    one, other, id = with_a_shared_card(tmp_path)
    one.run("delete", id, one.add("another"), "--yes")
    other.run("move", id, "making")
    other.sync()
    found = re.search(
        r"was deleted here and changed there: it is gone; 'ideaboard (undo \w+)' brings it back with 1 other",
        one.sync().err,
    )
    assert found
    assert one.run(*found[1].split()).code == 0
    assert one.run("show", id, "--json").json["stage"] == "making"


def test_undo_passes_over_what_changed_nothing(tmp_path: Path) -> None:
    one, other, id = with_a_shared_card(tmp_path)
    other.run("delete", id, "--yes")
    other.sync()
    one.run("edit", id, "--title", "conflict night")
    one.sync()
    named = one.run("log", "--json").json[0]
    assert_told(one.run("undo", named["id"]), 2, "nothing to undo", "deleted by then")
    assert one.run("undo").out == "took back: deleted 'conflict day'\n"
    assert title(one, id) == "conflict night"


def test_an_action_is_taken_back_by_its_name(tmp_path: Path) -> None:
    one, _, id = with_a_shared_card(tmp_path)
    added = one.run("log", id, "--json").json[-1]["id"]
    assert one.run("undo", added).out == "took back: added 'conflict day'\n"
    back = one.run("log", "--json").json[0]["id"]
    assert one.run("undo", back).out == "did again: added 'conflict day'\n"
    assert title(one, id) == "conflict day"
    assert_told(one.run("undo", "nothing"), 2, "no action 'nothing'", "ideaboard log --json")
    assert_told(one.run("undo", added, "--by", "x"), 2, "leave one of them out")
    assert_told(one.run("undo", added, "--as", "claude"), 6, "is not for 'claude' to take back")


def test_a_field_that_both_changed_is_named_with_whose_counts(tmp_path: Path) -> None:
    one, other, id = with_a_shared_card(tmp_path)
    other.run("edit", id, "--title", "by Grace", "--tag", "y")
    one.run("edit", id, "--title", "by Ada", "--tag", "x")
    for clone in (one, other):
        assert clone.run("archive", id).code == 0
    other.sync()
    done = one.sync()
    assert done.err == (
        "ideaboard: both changed the title of 'by Ada': the later one, from here, counts; "
        f"'ideaboard log {id}' has both\n"
    )
    assert title(one, id) == "by Ada"
    log = one.run("log", id).out
    assert "by Ada" in log
    assert "by Grace" in log
    assert one.sync().err == other.sync().err == ""
    assert title(other, id) == "by Ada"
    one.run("edit", id, "--title", "Ada again")
    other.run("edit", id, "--title", "the same", "--notes", "more")
    one.run("edit", id, "--title", "the same", "--notes", "less")
    one.sync()
    assert f"both changed the notes of 'the same': the later one, from there, counts; 'ideaboard log {id}'" in (
        other.sync().err
    )


def test_of_many_only_five_are_told(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    ids = [one.add(f"idea {number}") for number in range(7)]
    one.sync()
    other.sync()
    for clone in (one, other):
        for id in ids:
            clone.run("edit", id, "--due", "2027-01-01" if clone is one else "2027-02-02")
    other.sync()
    said = one.sync().err.splitlines()
    assert len(said) == 6
    assert "the due date of 'idea 0'" in said[0]
    assert said[-1] == "ideaboard: 2 more ideas changed on both sides"


# The commands of the hints


def run_hint(done: Done, folder: Path, code: int = 0) -> None:
    """Run the git commands of a hint as a person copies them."""
    found = re.search(r": ((?:cd|git) [^;]*)", done.err.splitlines()[-1])
    assert found, done.err
    ran = subprocess.run(found[1], shell=True, cwd=folder, capture_output=True, text=True, timeout=60)
    assert ran.returncode == code, (found[1], ran.stdout, ran.stderr)


def test_a_conflict_in_another_file_is_solved_as_the_hint_says(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    for clone in (other, one):
        clone.write("README.md", f"# Of {clone.name}\n")
        clone.git("commit", "-qam", "title")
        clone.add(f"By {clone.name}")
    other.sync()
    done = one.run("sync")
    assert_told(done, 6, "'README.md' (a conflict)")
    run_hint(done, tmp_path, code=1)
    assert one.git("diff", "--name-only", "--diff-filter=U") == "README.md"
    one.write("README.md", "# Of both\n")
    one.git("commit", "-qam", "both")
    one.sync()
    other.sync()
    assert one.titles() == other.titles() == {"The first", "By Ada", "By Grace"}


def begin(tmp_path: Path, name: str, *, commit: bool = False) -> Clone:
    """Make a repository as a newcomer does, with a board in it."""
    clone = Clone(tmp_path / name, name)
    git(tmp_path, "init", "-q", name)
    if commit:
        clone.write(f"{name}.txt", name)
        clone.git("add", "-A")
        clone.git("commit", "-qm", "begin")
    clone.add(f"By {name}")
    clone.sync("--init")
    assert_told(clone.run("sync"), 2, "no remote", "git remote add origin URL")
    clone.git("remote", "add", "origin", "../remote.git")
    return clone


def test_a_second_board_on_a_branch_of_another_name_joins_too(tmp_path: Path) -> None:
    one, _ = two_clones(tmp_path)
    git(tmp_path, "config", "--global", "init.defaultBranch", "master")
    second = begin(tmp_path, "second")
    done = second.run("sync")
    assert_told(done, 2, "no upstream", "calls it 'main'")
    run_hint(done, tmp_path)
    run_hint(second.run("sync"), tmp_path)
    second.sync()
    one.sync()
    assert one.titles() == {"The first", "By second"}
    one.git("checkout", "-q", "-b", "feature")
    run_hint(one.run("sync"), tmp_path)
    assert one.sync().out == "nothing came\nnothing went\n"


@pytest.mark.parametrize(("commit", "inside"), [(False, True), (True, False)])
def test_the_first_sync_and_that_of_a_second_board_work_as_the_hints_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commit: bool, inside: bool
) -> None:
    configured()
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    clones = [begin(tmp_path, name, commit=commit) for name in ("one", "second one")]
    for clone in clones:
        if inside:
            monkeypatch.chdir(clone.top)
        done = clone.run("sync")
        assert_told(done, 2, "no upstream", "git push -u origin main")
        assert ("cd " in done.err) is not inside
        run_hint(done, clone.top if inside else tmp_path)
        clone.sync()
    one, second = clones
    one.sync()
    assert one.titles() == second.titles() == {"By one", "By second one"}
    assert one.board.read_bytes() == second.board.read_bytes()
    assert one.run("check").code == 0


def test_histories_without_a_common_beginning_are_united_as_the_hint_says(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    one.git("checkout", "-q", "--orphan", "fresh")
    one.git("commit", "-qm", "another beginning")
    one.git("branch", "-q", "-M", "fresh", "main")
    one.git("branch", "-q", "--set-upstream-to", "origin/main")
    one.add("By Ada")
    done = one.run("sync")
    assert_told(done, 6, "unrelated histories")
    run_hint(done, tmp_path)
    one.sync()
    other.sync()
    assert other.titles() == {"The first", "By Ada"}
