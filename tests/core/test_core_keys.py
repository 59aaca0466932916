from __future__ import annotations

import re

import pytest
from core.core_values import a_board, an_idea
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.actions import ACTIONS, SCREENS, check_keys
from ideaboard.core.keys import canonical_key, shown_key
from ideaboard.core.twins import similar_ideas, words_of

DEFAULTS = {action.id: action.keys for action in ACTIONS}


ACTION_IDS = {action.id for action in ACTIONS}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("a", "a"),
        ("A", "A"),
        ("?", "question_mark"),
        ("+", "plus"),
        ("slash", "slash"),
        ("Enter", "enter"),
        ("F5", "f5"),
        ("ctrl+p", "ctrl+p"),
        ("Ctrl+P", "ctrl+p"),
        ("shift+a", "A"),
        ("shift+left", "shift+left"),
        ("shift+ctrl+left", "ctrl+shift+left"),
        ("é", "é"),
        (" ", "space"),
    ],
)
def test_names_of_keys(typed: str, key: str) -> None:
    assert canonical_key(typed) == key
    assert canonical_key(key) == key


@pytest.mark.parametrize("wrong", ["", "ctrl+", "++", "hyperspace", "ctlr+p", "ab", "\x1b", "f99", "ctrl+shift"])
def test_what_is_no_key(wrong: str) -> None:
    assert canonical_key(wrong) is None


@given(st.text())
def test_any_text_is_a_key_or_not(text: str) -> None:
    key = canonical_key(text)
    assert key is None or canonical_key(key) == key


TWO_MEANINGS = {
    "enter": "does what the screen is for: open, take, bring back, act on what is under the cursor",
    "space": "marks or ticks what is under the cursor",
    "tab": "goes on: to the next thing in the detail, to the preview, to the next reason",
    "r": "asks for an answer to be written down, or arXiv for one: on the watches, the small form of R for all",
    "W": "watches: those that there are, and on the search screen one more of what is shown",
    "equals_sign": "shows the exact form: the query as arXiv gets it, the files as they would be",
    "shift+tab": "goes back by the same steps",
    "b": "sorts what is listed here: a column for the eye, papers by another measure",
    "q": "leaves what is open: the board itself, or the screen over it",
    "s": "searches on the board; of a paper that was found it makes a summary, which is what all came for",
    **{
        str(n): "what bears that number: a column, a link of the detail, an option of the changelog"
        for n in range(1, 10)
    },
}
"""The keys with two meanings over all screens, and why."""


def test_a_letter_means_one_thing_on_all_screens() -> None:
    meanings: dict[str, set[str]] = {}
    for action in ACTIONS:
        for key in action.keys:
            meanings.setdefault(key, set()).add(action.id)
    assert {key for key, ids in meanings.items() if len(ids) > 1} == set(TWO_MEANINGS)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_key_does_one_thing_on_a_screen(screen: str) -> None:
    keys = [key for action in ACTIONS if screen in action.screens for key in action.keys]
    assert keys
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("screen", ["search", "candidates"])
def test_both_paper_screens_have_the_keys_that_were_agreed_on(screen: str) -> None:
    keys = {key: action.on(screen) for action in ACTIONS if screen in action.screens for key in action.keys}
    agreed = "s p enter x space o O y slash u question_mark q escape"
    does = "take('summary') take('paper-to-code') take_as skip mark open pdf yank filter undo help leave close"
    assert {key: keys[key] for key in agreed.split()} == dict(zip(agreed.split(), does.split(), strict=True))


def test_nothing_is_destroyed_where_the_board_only_archives() -> None:
    (archive,) = (action for action in ACTIONS if action.id == "card.archive")
    (delete,) = (action for action in ACTIONS if action.id == "archive.delete")
    assert not set(archive.keys) & set(delete.keys)


def test_the_default_keys_are_sound() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert all(canonical_key(key) == key for key in keys)
    assert check_keys({}) == (DEFAULTS, [])
    assert check_keys(DEFAULTS) == (DEFAULTS, [])


def test_the_registry_is_sound() -> None:
    assert len(ACTION_IDS) == len(ACTIONS)
    for action in ACTIONS:
        assert re.fullmatch(r"[a-z_]+(\(\d\))?", action.method)
        assert action.help.endswith(".")
        assert action.name
        assert re.fullmatch(r"[a-z]+\.[a-z_0-9]+", action.id)
        assert action.screens
        assert set(action.screens) <= set(SCREENS)


def test_new_keys_replace_all_of_an_action() -> None:
    keys, problems = check_keys({"card.add": ("i", "Ctrl+N", "i")})
    assert problems == [("card.add", "'i' is a key of 'view.statistics' already; the default keys are kept")]
    keys, problems = check_keys({"card.add": ("Y", "Ctrl+N", "Y")})
    assert (keys["card.add"], problems) == (("Y", "ctrl+n"), [])


def test_a_key_may_be_given_twice_where_no_screen_has_both() -> None:
    keys, problems = check_keys({"papers.skip": ("e",), "archive.delete": ("Q",), "card.draft": ("Q",)})
    assert (keys["papers.skip"], keys["archive.delete"], keys["card.draft"], problems) == (("e",), ("Q",), ("Q",), [])
    keys, problems = check_keys({"papers.skip": ("u",)})
    assert problems == [("papers.skip", "'u' is a key of 'board.undo' already; the default keys are kept")]


def test_two_actions_may_swap_keys() -> None:
    keys, problems = check_keys({"card.edit": ("d",), "card.archive": ("e",)})
    assert (keys["card.edit"], keys["card.archive"], problems) == (("d",), ("e",), [])


@pytest.mark.parametrize(
    ("id", "keys", "what"),
    [
        ("card.fly", ("x",), "there is no such action"),
        ("card.add", (), "at least one key"),
        ("card.add", ("x", "nokey"), "there is no key 'nokey'"),
        ("card.add", ("ctrl+m",), "terminals cannot tell 'ctrl+m' from enter"),
        ("card.add", ("Ctrl+I",), "terminals cannot tell 'Ctrl+I' from tab"),
        ("card.add", ("q",), "'q' is a key of 'board.quit' already"),
    ],
)
def test_problems_name_the_action_and_keep_the_default(id: str, keys: tuple[str, ...], what: str) -> None:
    chosen, ((where, told),) = check_keys({id: keys})
    assert where == id
    assert what in told
    assert chosen == DEFAULTS


@given(
    st.dictionaries(
        st.sampled_from(sorted(ACTION_IDS)), st.lists(st.sampled_from("abcdefghijkxyzA"), max_size=3).map(tuple)
    )
)
def test_no_two_actions_of_a_screen_ever_share_a_key(wanted: dict[str, tuple[str, ...]]) -> None:
    chosen, problems = check_keys(wanted)
    for screen in SCREENS:
        keys = [key for action in ACTIONS if screen in action.screens for key in chosen[action.id]]
        assert len(keys) == len(set(keys))
    assert {id for id, _ in problems} >= {id for id in wanted if chosen[id] != tuple(dict.fromkeys(wanted[id]))}
    assert all(keys or not DEFAULTS[id] for id, keys in chosen.items()), "only what has none by default may have none"


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("slash", "/"),
        ("shift+left", "Shift+←"),
        ("ctrl+p", "Ctrl+p"),
        ("a", "a"),
        ("plus", "+"),
        ("f1", "F1"),
        ("f", "f"),
    ],
)
def test_how_keys_are_shown(key: str, shown: str) -> None:
    assert shown_key(key) == shown


def test_similar_titles() -> None:
    board = a_board(
        an_idea("bbbbbbbb", title="Reproduce LoRA on one GPU"),
        an_idea("cccccccc", title="LoRA: reproduce on a GPU"),
        an_idea("dddddddd", title="Why MC dropout is not a posterior"),
    )
    assert [idea.id for idea in similar_ideas("reproduce LoRA on one gpu", board, 5)] == ["bbbbbbbb", "cccccccc"]
    assert [idea.id for idea in similar_ideas("reproduce LoRA on one gpu", board, 1)] == ["bbbbbbbb"]
    assert similar_ideas("LoRA", board, 5) == []
    assert similar_ideas("", board, 5) == []
    assert words_of("The Étude of the [Re] x") == {"etude", "re", "x"}
