from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.bootstrap import paths_for
from ideaboard.paths import find_paths
from ideaboard.places import user_path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    board = tmp_path / "project" / ".ideaboard" / "board.jsonl"
    board.parent.mkdir(parents=True)
    board.touch()
    (tmp_path / "project" / "src" / "deep").mkdir(parents=True)
    return tmp_path / "project"


def test_the_option_goes_first(project: Path) -> None:
    found = find_paths("b.jsonl", "c.toml", {"IDEABOARD_BOARD": "x", "IDEABOARD_CONFIG": "y"}, project)
    assert (found.board, found.config) == ("b.jsonl", "c.toml")


def test_then_the_environment(project: Path) -> None:
    environ = {f"IDEABOARD_{name}": name.lower() for name in ("BOARD", "CONFIG", "CACHE", "STATE")}
    found = find_paths(None, None, environ, project)
    assert [found.board, found.config, found.cache, found.state] == [
        "board",
        "config",
        "cache",
        "state",
    ]


@pytest.mark.parametrize("below", [".", "src", "src/deep"])
def test_then_the_nearest_board_here_or_above(project: Path, below: str) -> None:
    found = find_paths(None, None, {"IDEABOARD_BOARD": ""}, project / below)
    assert Path(found.board) == project / ".ideaboard" / "board.jsonl"


def test_the_nearer_of_two(project: Path) -> None:
    nearer = project / "src" / ".ideaboard" / "board.jsonl"
    nearer.parent.mkdir()
    nearer.touch()
    assert Path(find_paths(None, None, {}, project / "src" / "deep").board) == nearer


def test_a_folder_of_that_name_is_no_board(tmp_path: Path) -> None:
    (tmp_path / ".ideaboard" / "board.jsonl").mkdir(parents=True)
    assert tmp_path not in Path(find_paths(None, None, {}, tmp_path).board).parents


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into every folder")
def test_a_folder_that_cannot_be_looked_into_holds_no_board(project: Path) -> None:
    (project / ".ideaboard").chmod(0)
    try:
        assert Path(find_paths(None, None, {}, project).board).parent != project / ".ideaboard"
    finally:
        (project / ".ideaboard").chmod(0o700)


def test_last_the_folders_of_the_user_and_nothing_is_made(tmp_path: Path, own_home: Path) -> None:
    found = find_paths(None, None, {}, tmp_path)
    assert all(own_home in Path(path).parents for path in (found.board, found.config, found.cache, found.state))
    assert Path(found.board).name == "board.jsonl"
    assert Path(found.config).name == "config.toml"
    assert list(own_home.iterdir()) == []


def test_templates_of_the_board_go_before_those_of_the_config() -> None:
    found = find_paths("a/b.jsonl", "c/d.toml", {}, Path("/"))
    assert found.templates == (Path("a/templates"), Path("c/templates"))


def test_a_tilde(own_home: Path) -> None:
    found = find_paths("~/b", "~nobody-of-that-name/c", {}, Path("/"))
    assert (found.board, found.config) == (str(own_home / "b"), "~nobody-of-that-name/c")


@given(st.text("/.~ab\\ \0"))
def test_a_path_is_called_as_pathlib_calls_it(text: str) -> None:
    try:
        expected = Path(text.replace("\0", "\ufffd")).expanduser()
    except RuntimeError:
        expected = Path(text.replace("\0", "\ufffd"))
    assert user_path(text) == str(expected)


def test_a_folder_that_was_removed_under_our_feet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.delenv("IDEABOARD_BOARD")
    assert own_home in Path(paths_for().board).parents
