from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.config import Config, config_to_toml, load_config
from ideaboard.core.kinds import KINDS, STAGES, Kind, Stage, Workflow
from ideaboard.core.outputs import CHANNELS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def load(file: Path, text: str) -> Config:
    file.write_text(text, encoding="utf-8")
    return load_config(file)


def test_a_missing_file_is_all_defaults(file: Path) -> None:
    assert load_config(file) == Config(path=file)
    (problem,) = load_config(file, named=True).problems
    assert problem == f"{file}: there is no such file; defaults are used"


@pytest.mark.parametrize(
    "text", ["", "\ufeff", "# only words\r\n", "[me]\n[share]\n[keys]\n[stages]\n[stages.idea]\n[kinds]\n"]
)
def test_what_says_nothing_is_all_defaults(file: Path, text: str) -> None:
    assert load(file, text) == Config(path=file)


def test_everything_that_can_be_said(file: Path) -> None:
    config = load(
        file,
        """
theme = "nord"
default_kind = "poem"
stale_days = 14
warm_days = 3
[me]
name = "Ada \\u001b[31mL."
url = "https://ada.example"
about = "I make\\npapers run"
links = ["https://github.com/ada?utm_source=x", "mailto:ada@example.org"]
[arxiv]
mailto = "ada@example.org"
[share]
channels = ["x", "plain", "x"]
mastodon = "fosstodon.org"
[drafts]
site = "hugo"
folder = "content"
[changelog]
title = "What I made"
[words]
months = ["Ian.", "Feb.", "Mart.", "Apr.", "Mai.", "Iun.", "Iul.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]
day = "{date}"
after = "post"
[kinds.poem]
color = "#aabbcc"
[kinds.post]
label = "Essay"
[stages]
order = ["idea", "making", "polish", "shared"]
[stages.making]
label = "Doing"
limit = 3
[stages.polish]
hidden = true
[keys]
"card.add" = "F5, Ctrl+N"
card.edit = ["f2"]
go.left = "comma"
""",
    )
    assert config.problems == ()
    assert (config.theme, config.name, config.url, config.mailto) == (
        "nord",
        "Ada L.",
        "https://ada.example",
        "ada@example.org",
    )
    assert config.about == "I make papers run"
    assert config.links == ("https://github.com/ada", "mailto:ada@example.org")
    assert (config.channels, config.mastodon, config.site) == (("x", "plain"), "fosstodon.org", "hugo")
    assert (config.drafts, config.title) == ("content", "What I made")
    words = config.words
    assert (words.on("2026-03-02"), words.after, words.answers) == ("2026-03-02", "post", "answers a question on")
    assert (words.months[0], words.short_months[0]) == ("Ian.", "Ian")
    flow = config.workflow
    assert (flow.default_kind, flow.stale_days, flow.warm_days) == ("poem", 14, 3)
    assert flow.kind("poem") == Kind("poem", "Poem", "Poems", "#aabbcc")
    assert flow.kind("post").section == "Posts and videos"
    assert flow.kind("essay").key == "post"
    assert flow.stages == (
        Stage("idea", "Idea"),
        Stage("making", "Doing", 3),
        Stage("polish", "Polish", 0, hidden=True),
        Stage("shared", "Shared"),
    )
    assert (config.keys["card.add"], config.keys["card.edit"], config.keys["go.left"]) == (
        ("f5", "ctrl+n"),
        ("f2",),
        ("comma",),
    )


BAD = [
    ("x = 1", 1, "'x': there is no such option"),
    ("\n[me]\nnam = 'x'", 3, "'me.nam': there is no such option"),
    ("[poetry]", 1, "'poetry': there is no such option"),
    ("[poetry.deep]\nx = 1", 2, "'poetry.deep.x': there is no such option"),
    ("theme = 'nrod'", 1, "'theme': there is no 'nrod'; use one of ideaboard-dark, ideaboard-light, "),
    ("theme = 1", 1, "'theme': this must be a text in quotes; the default is used"),
    ("me = 3", 1, "'me': this must be a table; the defaults are used"),
    ("me = {name = 3}", 1, "'me.name': this must be a text in quotes"),
    ("[me]\nlinks = 'https://x.org'", 2, "'me.links': this must be a list of texts; the default is used"),
    ("[me]\nlinks = ['x.org']", 2, "'me.links': 'x.org' is not a link; it is left out"),
    ("keys = 'a'", 1, "'keys': this must be a table"),
    ("[share]\nmastodon = '@me@fosstodon.org'", 2, "'share.mastodon': '@me@fosstodon.org' is no name of a server"),
    ("[share]\nmastodon = 'http://x.org/@me'", 2, "'share.mastodon': 'http://x.org/@me' is no name of a server"),
    ("[words]\nafter = 1", 2, "'words.after': this must be a text in quotes"),
    ("[words]\nbefore = 'x'", 2, "'words.before': there is no such option"),
    ("[words]\nmonths = ['Jan']", 2, "'words.months': this must be a list of 12 names; the default is used"),
    ("[words]\nday = '{day} {mont}'", 2, "'words.day': there is no '{mont}'; use some of {day}, {month}, {short}"),
    ("[words]\nweek = '{'", 2, "'words.week': this must hold {week}; the default is used"),
    ("[words]\nday = '{year}'", 2, "'words.day': this must hold {day} or {date}; the default is used"),
    ("[words]\ncode_for = 'Code'", 2, "'words.code_for': this must hold {title}; the default is used"),
    ("[words]\nnotes_on = '{title}!'", 2, "'words.notes_on': this must say more than the title; the default is used"),
    ("[words]\nmoved_from = '{new}'", 2, "'words.moved_from': this must hold {old}, {new}; the default is used"),
    ("kinds = []", 1, "'kinds': this must be a table"),
    ("stages = 1", 1, "'stages': this must be a table"),
    ("[kinds]\npost = 'x'", 2, "'kinds.post': this must be a table"),
    ("[stages]\nmaking = 2", 2, "'stages.making': this must be a table"),
    ("default_kind = 'novel'", 1, "there is no 'novel'; use one of project, paper-to-code"),
    ("stale_days = '30'", 1, "'stale_days': this must be a whole number"),
    ("stale_days = true", 1, "'stale_days': this must be a whole number"),
    ("warm_days = -1", 1, "'warm_days': this cannot be below 0; 20 is used"),
    ("stale_days = 1.5", 1, "'stale_days': this must be a whole number"),
    ("# c\n[kinds.Poem]\nlabel = 'x'", 2, "'kinds.Poem': a key is lower-case letters, digits and dashes"),
    ("[kinds.post]\ncolor = 'red'", 2, "'kinds.post.color': a colour is written as #rrggbb"),
    ("[kinds.post]\ncolour = '#aabbcc'", 2, "'kinds.post.colour': there is no such option"),
    ("[stages.polish]\nlabel = 'x'", 1, "'stages.polish': there is no such stage; name it in stages.order first"),
    ("[stages]\norder = 'idea'", 2, "'stages.order': this must be a list of texts"),
    ("[stages]\norder = ['idea', 1]", 2, "'stages.order': this must be a list of texts"),
    ("[stages]\norder = ['making', 'shared']", 2, "must start with 'idea' and end with 'shared'"),
    ("[stages]\norder = []", 2, "must start with 'idea' and end with 'shared'"),
    ("[stages]\norder = ['idea', 'candidate', 'shared']", 2, "'candidate' cannot be the key of a stage"),
    ("[stages]\norder = ['idea', 'A b', 'shared']", 2, "'A b' cannot be the key of a stage"),
    ("[stages.making]\nlimit = 'two'", 2, "'stages.making.limit': this must be a whole number"),
    ("[stages.making]\nhidden = 1", 2, "'stages.making.hidden': this must be true or false"),
    ("[share]\nchannels = ['myspace', 'x']", 2, "there is no 'myspace'; use some of bluesky"),
    ("publish = 3", 1, "'publish': this must be tables, each under [[publish]]"),
    ("publish = [1]", 1, "'publish': this must be tables, each under [[publish]]"),
    ("[share]\nchannels = 'x'", 2, "'share.channels': this must be a list of texts"),
    ("[drafts]\nsite = 'wordpress'", 2, "there is no 'wordpress'; use one of plain, hugo"),
    ("[keys]\n'card.fly' = 'x'", 2, "'keys.card.fly': there is no such action"),
    ("[keys]\ncard.fly = 'x'", 2, "'keys.card.fly': there is no such action"),
    ("[keys]\n'card.add' = 'hyper'", 2, "'keys.card.add': there is no key 'hyper'"),
    ("[keys]\n'card.add' = ''", 2, "'keys.card.add': there must be at least one key"),
    ("[keys]\n'card.add' = 5", 2, "'keys.card.add': keys are written as"),
    ("[keys]\n'card.add' = ['x', 5]", 2, "'keys.card.add': keys are written as"),
    ("[keys]\n\n'card.add' = 'q'", 3, "'q' is a key of 'board.quit' already; the default keys are kept"),
    ("a = 1\nb =", 2, "not valid TOML"),
    ("a = 1\na = 2", 2, "not valid TOML"),
]


@pytest.mark.parametrize(("text", "line", "what"), BAD)
def test_each_problem_names_its_line_and_the_default_stands(file: Path, text: str, line: int, what: str) -> None:
    config = load(file, text)
    (problem,) = config.problems
    assert problem.startswith(f"{file}:{line}: ")
    assert what in problem
    assert not problem.endswith(".")
    assert config._replace(problems=(), channels=None) == Config(path=file)


def test_a_problem_does_not_take_the_rest_with_it(file: Path) -> None:
    config = load(file, "stale_days = 5\nx = 1\n[me]\nname = 'Ada'\nurl = 3\n")
    assert [problem.split(": ")[1] for problem in config.problems] == ["'x'", "'me.url'"]
    assert (config.workflow.stale_days, config.name, config.url) == (5, "Ada", "")


MISPLACED = {"theme": "'nord'", "default_kind": "'post'", "stale_days": "3", "warm_days": "2"}


@pytest.mark.parametrize("key", MISPLACED)
@pytest.mark.parametrize(
    "table", ["[[publish]]", "[me]", "[keys]", "[kinds]", "[kinds.post]", "[stages]", "[stages.making]", "[words]"]
)
def test_what_a_table_swallowed_is_named_with_its_place(file: Path, table: str, key: str) -> None:
    config = load(file, f"{table}\n{key} = {MISPLACED[key]}\n")
    assert config.problems == (f"{file}:2: '{key}' stands in {table}; put it above the first table",)
    assert config._replace(problems=(), publish=()) == Config(path=file)
    several = f'[[publish]]\noutput = "~/a.html"\n[[publish]]\noutput = "~/b.html"\n{key} = {MISPLACED[key]}\n'
    (problem,) = load(file, several).problems
    assert problem.startswith(f"{file}:5: '{key}' stands in [[publish]]")


def test_the_action_of_themes_is_no_option_that_was_swallowed(file: Path) -> None:
    config = load(file, "[keys]\nboard.theme = 'f9'\n")
    assert (config.problems, config.keys) == ((), {"board.theme": ("f9",)})


@pytest.mark.parametrize("data", [b"\xff\xfe", b"name = '\xe9'"])
def test_what_is_no_utf_8(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    assert load_config(file) == Config(
        path=file, problems=(f"{file}: cannot be read (it is not UTF-8 text); defaults are used",)
    )


def test_a_folder(file: Path) -> None:
    file.mkdir()
    (problem,) = load_config(file).problems
    assert "cannot be read (Is a directory)" in problem


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 5000, "a = " + "9" * 5000, "\x00", "[", "=", "a = 1979-05-27", "a = nan", "a." * 3000 + "a = 1"],
)
def test_the_worst_files_give_one_problem(file: Path, text: str) -> None:
    config = load(file, text)
    assert len(config.problems) == 1
    assert config.workflow == Workflow()


@given(
    st.text(st.characters(codec="utf-8"))
    | st.lists(st.sampled_from(["[", "]", "keys", "stages", "me", ".", "=", "'x'", "\n", "{", "}", "1", ","])).map(
        "".join
    )
)
def test_any_file_is_read_without_a_failure(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(text.encode())
    assert isinstance(load_config(file), Config)


keys = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True).filter(
    lambda key: key not in ("candidate", "archived", "next", "prev", "idea", "shared", "order")
)
lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp", "Cf", "Cn"]), max_size=12)
labels = lines.filter(bool)
kinds = st.lists(
    st.builds(lambda *given: Kind(*given), keys, labels, labels, st.sampled_from(["", "#a0B1c2"])),
    max_size=2,
    unique_by=lambda kind: kind.key,
)
middles = st.lists(
    st.builds(Stage, keys, labels, st.integers(0, 9), st.booleans()), max_size=3, unique_by=lambda stage: stage.key
)


@given(kinds, middles, lines, lines, st.integers(0, 999), st.permutations(tuple(CHANNELS)), st.integers(0, 5))
def test_what_config_show_prints_says_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    more: list[Kind],
    middle: list[Stage],
    name: str,
    title: str,
    days: int,
    channels: list[str],
    some: int,
) -> None:
    file = tmp_path_factory.getbasetemp() / "round.toml"
    built_in = {kind.key: kind for kind in KINDS} | {kind.key: kind._replace(color=kind.color) for kind in more}
    config = Config(
        path=file,
        workflow=Workflow(
            kinds=tuple(built_in.values()),
            stages=(STAGES[0], *middle, STAGES[-1]),
            stale_days=days,
            default_kind="post",
        ),
        keys={"card.add": ("f5", "ctrl+e")},
        name=name,
        title=title or "Shared",
        channels=None if channels[:some] == list(CHANNELS) else tuple(channels[:some]),
    )
    file.write_text(config_to_toml(config), encoding="utf-8")
    assert load_config(file) == config


def test_what_is_published_is_printed_and_read_back(file: Path) -> None:
    text = """
[[publish]]
into = "~/a b/\\"README\\".md:shared"
tags = ["bayes", "x\\\\y"]
limit = 6
in_progress = true
[[publish]]
"an odd key" = 1.5
"""
    config = load(file, text)
    assert (config.problems, len(config.publish)) == ((), 2)
    again = load(file, config_to_toml(config)).publish
    assert again == (config.publish[0], {"an odd key": "1.5"})


def test_the_defaults_are_printed_and_read_back(file: Path) -> None:
    assert load(file, config_to_toml(Config(path=file))) == Config(path=file)


def test_a_picked_theme_is_printed_and_read_back(file: Path) -> None:
    assert load(file, config_to_toml(Config(path=file, theme="nord"))).theme == "nord"
    odd = 'we"ird\\\U000e0001'
    assert load(file, config_to_toml(Config(path=file, drafts=odd))).drafts == odd
