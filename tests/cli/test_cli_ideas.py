"""add, list, show, edit, move, archive, restore, delete, undo, redo, log: the contract of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from cli.cli_runs import add, assert_told, here, listed, process, shown

from ideaboard.core.days import DAYS, EXAMPLES, day_from, relative_day

KEYS = {
    *("id", "kind", "title", "stage", "tags", "notes", "url", "links", "due", "created", "updated", "stage_since"),
    *("trail", "draft", "paper", "share", "responses", "archived"),
}


def test_add_prints_the_id_alone_and_keeps_everything() -> None:
    done = process(
        *("add", "Reproduce LoRA", "on one GPU", "-k", "paper-to-code", "-t", "lora", "-t", "#PEFT", "-s", "outline"),
        *("--url", "https://example.org/?utm_source=x&a=1", "--notes", "a\nb", "--due", "2027-01-02"),
    )
    assert (done.code, done.err) == (0, "kept as https://example.org/?a=1\n")
    assert len(done.id) == 8
    idea = shown(done.id)
    assert set(idea) >= KEYS
    assert idea["title"] == "Reproduce LoRA on one GPU"
    assert (idea["kind"], idea["stage"], idea["tags"]) == ("paper-to-code", "outline", ["lora", "peft"])
    assert (idea["url"], idea["notes"], idea["due"]) == ("https://example.org/?a=1", "a\nb", "2027-01-02")
    assert (idea["paper"], idea["share"], idea["archived"], idea["links"]) == (None, None, None, [])
    assert idea["created"].endswith("Z")
    assert [step["stage"] for step in idea["trail"]] == ["outline"]


def test_add_json_is_one_object_and_the_same_as_show() -> None:
    idea = here("add", "x", "--json").json
    assert idea == shown(idea["id"])


def test_add_takes_a_title_that_looks_like_an_option_after_two_dashes() -> None:
    assert shown(here("add", "--", "-k is not enough").id)["title"] == "-k is not enough"


def test_add_reads_one_title_a_line_in_order_as_one_action() -> None:
    done = here("add", "-", "-t", "bulk", stdin="\ufeffone\n\n  two  \r\n日本語 🚀\n".encode())
    ids = done.out.split()
    assert [shown(id)["title"] for id in ids] == ["one", "two", "日本語 🚀"]
    assert all(shown(id)["tags"] == ["bulk"] for id in ids)
    assert [idea["title"] for idea in here("list", "--json").json] == ["one", "two", "日本語 🚀"]
    assert here("undo").code == 0
    assert listed() == {}


def test_add_from_stdin_adds_nothing_when_a_line_is_bad_and_names_it() -> None:
    assert_told(here("add", "-", stdin=b"good\n\n" + b"x" * 501 + b"\n"), 2, "line 3", "nothing was added")
    assert_told(here("add", "-", stdin=b"good\n\xff\n"), 2, "line 2", "UTF-8")
    assert_told(here("add", "-", stdin=b"\n \n"), 2, "no title")
    assert listed() == {}


def test_add_json_from_stdin_is_an_array() -> None:
    assert [idea["title"] for idea in here("add", "-", "--json", stdin=b"a\nb\n").json] == ["a", "b"]


def test_add_is_literal_unless_quick() -> None:
    text = "Churn at a telco #churn @case !2027-03-04 https://example.org/a"
    assert shown(add(text))["title"] == text
    idea = shown(here("add", "--quick", text, "-t", "mine").id)
    assert (idea["title"], idea["kind"], idea["due"]) == ("Churn at a telco", "case-study", "2027-03-04")
    assert (idea["tags"], idea["url"]) == (["mine", "churn"], "https://example.org/a")
    assert shown(here("add", "--quick", text, "-k", "post").id)["kind"] == "post", "an option counts more"
    assert_told(here("add", "--quick", "#only #tags"), 2, "title is empty")


@pytest.mark.parametrize(
    ("typed", "id", "title", "kind"),
    [
        ("2107.07511", "2107.07511", "arXiv:2107.07511", "summary"),
        ("https://arxiv.org/pdf/1706.03762v5", "1706.03762", "arXiv:1706.03762", "summary"),
        ("https://doi.org/10.48550/arXiv.1706.03762", "1706.03762", "arXiv:1706.03762", "summary"),
        ("arXiv:0601001 [astro-ph]", "astro-ph/0601001", "arXiv:astro-ph/0601001", "summary"),
        ("arXiv:2107.07511v6  [cs.LG]  7 Dec 2022", "2107.07511", "arXiv:2107.07511", "summary"),
        ("arXiv:2107.07511 [cs.LG] by noon", "2107.07511", "arXiv:2107.07511 [cs.LG] by noon", "project"),
        ("Reproduce arXiv:2107.07511 here", "2107.07511", "Reproduce arXiv:2107.07511 here", "project"),
        ("Sold for 2107.07511 euro", None, "Sold for 2107.07511 euro", "project"),
        (
            "Compare arXiv:2107.07511 and arXiv:1706.03762",
            None,
            "Compare arXiv:2107.07511 and arXiv:1706.03762",
            "project",
        ),
    ],
)
def test_add_knows_the_paper_that_is_typed_and_asks_nobody(typed: str, id: str | None, title: str, kind: str) -> None:
    done = here("add", typed)
    idea = shown(done.id)
    assert (idea["title"], idea["kind"]) == (title, kind)
    assert (idea["paper"] or {}).get("arxiv_id") == id
    assert kind == "project" or idea["paper"]["title"] == "", "an id says nothing of the title"
    assert ("'ideaboard arxiv check' fills in" in done.err) is (id is not None)
    again = here("add", typed)
    assert shown(again.id)["paper"] is None, "one paper is one idea"
    assert ("already" in again.err) is (id is not None)


def test_add_knows_the_paper_of_a_link_alone_and_of_an_option() -> None:
    link = "https://arxiv.org/abs/2107.07511"
    idea = shown(here("add", "--quick", f"{link} #cp @post").id)
    assert (idea["title"], idea["url"], idea["paper"]["arxiv_id"]) == ("arXiv:2107.07511", link, "2107.07511")
    assert (idea["tags"], idea["kind"]) == (["cp"], "post")
    other = shown(here("add", "Mine", "--url", "https://arxiv.org/abs/1706.03762").id)
    assert (other["title"], other["kind"], other["paper"]["arxiv_id"]) == ("Mine", "project", "1706.03762")


def test_list_prints_one_line_an_idea_with_the_whole_id_and_cuts_nothing_when_piped() -> None:
    long = "word " * 60 + "end"
    first, second = add(long, "-t", "deep"), add("二番目", "-k", "post")
    done = process("list", COLUMNS="40")
    assert done.err == ""
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == [first, second]
    assert long in lines[0]
    assert lines[0].endswith("#deep")
    assert "Post or video" in lines[1]
    assert "\x1b" not in done.out


def test_list_filters_by_words_stage_kind_and_tag() -> None:
    lora = add("Reproduce LoRA", "-k", "paper-to-code", "-t", "peft")
    post = add("On LoRA", "-k", "post", "-s", "outline")
    churn = add("Churn", "-k", "case-study", "-t", "telco", "-s", "making")
    assert set(listed("lora")) == {lora, post}
    assert set(listed("kind:post -churn")) == set(listed("kind:post", "--", "-churn")) == {post}
    assert set(listed("lora", "--", "-kind:post")) == {lora}
    assert set(listed("-s", "outline", "-s", "Making")) == {post, churn}
    assert set(listed("-k", "post", "-k", "Case study")) == {post, churn}
    assert set(listed("-t", "peft", "-t", "#telco")) == {lora, churn}
    assert set(listed("-t", "peft", "-k", "post")) == set()


def test_list_sorts() -> None:
    b, a, c = add("b"), add("A"), add("c")
    here("move", b, "outline")
    assert list(listed("--sort", "title")) == [a, b, c]
    assert list(listed("--sort", "created")) == [c, a, b]
    assert list(listed("--sort", "age")) == [a, c, b]
    assert list(listed("--sort", "board")) == [a, c, b]


def test_list_leaves_the_inbox_and_the_archive_out_until_asked() -> None:
    idea, candidate, gone = add("x"), add("y", "-s", "candidate"), add("z")
    here("archive", gone)
    assert set(listed()) == {idea}
    assert set(listed("-s", "candidate")) == set(listed("is:candidate")) == {candidate}
    assert set(listed("--archived")) == set(listed("is:archived")) == {gone}
    out = here("list", "--archived").out
    assert "Archived" in out, "as a stage is written"
    assert "dropped" in out


def test_a_prefix_is_enough_and_one_that_fits_several_names_them() -> None:
    ids = [add(f"idea {n}") for n in range(40)]
    groups: dict[str, list[str]] = {}
    for id in ids:
        groups.setdefault(id[0], []).append(id)
    alone = ids[0]
    assert here("show", alone[:7], "--json").json["id"] == alone
    assert here("show", alone.upper(), "--json").json["id"] == alone
    initial, several = next((key, group) for key, group in groups.items() if len(group) > 1)
    assert_told(here("show", initial), 3, *several)


def test_show_tells_everything_in_text() -> None:
    id = add(
        "Everything", "-t", "all", "--notes", "# Head\n\ntext", "--url", "https://example.org/e", "--due", "2027-01-02"
    )
    here("edit", id, "--link", "https://example.org/more A label")
    here("response", "add", id, "question", "Why?")
    here(
        "share", id, "--url", "https://example.org/s", "--summary", "One line", "--result", "v1", "--channel", "bluesky"
    )
    out = here("show", id).out
    wanted = (
        "Everything #all text https://example.org/e 2027-01-02 label Why? https://example.org/s One v1 bluesky Shared"
    )
    for word in wanted.split():
        assert word in out


def test_show_tells_a_paper_of_thousands_in_words_that_one_reads() -> None:
    authors = " and ".join(f"Ada Lovelace{number}" for number in range(3000))
    entry = (
        f"@misc{{a, title={{All of {{$\\sqrt{{s}}$}} \\textbf{{more}}}}, author={{{authors}}}, eprint={{2401.00001}}}}"
    )
    here("import", "-", stdin=entry.encode())
    out = here("show", next(iter(listed()))).out
    assert "paper     All of √s more\n" in out
    assert "Ada Lovelace29 and 2,970 more\n" in out
    here("import", "-", stdin=b"@book{b, title={On Whales}, author={Doe, Jane}, year={1999}}")
    (book,) = (id for id, idea in listed().items() if idea["title"] == "On Whales")
    assert "paper     On Whales\nauthors   Jane Doe\nyear      1999\n" in here("show", book).out


def test_edit_changes_what_is_said_and_nothing_else() -> None:
    id = add("Old", "-t", "a", "-t", "b", "--due", "2027-01-02", "--notes", "keep")
    done = here("edit", id, "--title", "New", "--tag", "c", "--untag", "A", "--due", "", "-k", "post", "--private")
    assert (done.code, done.out) == (0, "changed 'New'\n")
    idea = shown(id)
    assert (idea["title"], idea["tags"], idea["due"], idea["kind"]) == ("New", ["b", "c"], None, "post")
    assert (idea["notes"], idea["private"]) == ("keep", True)
    here("edit", id, "--link", "https://example.org/1 one", "--link", "https://example.org/2", "--public")
    idea = here("edit", id, "--unlink", "https://example.org/2", "--json").json
    assert idea["links"] == [{"url": "https://example.org/1", "label": "one"}]
    assert idea["private"] is False


def test_edit_that_changes_nothing_says_so_and_succeeds() -> None:
    id = add("Same")
    before = shown(id)
    done = here("edit", id, "--title", "Same")
    assert (done.code, done.out) == (0, "")
    assert "nothing to change" in done.err
    assert shown(id) == before


def test_move_takes_keys_names_next_and_prev_and_many_ideas_at_once() -> None:
    a, b = add("a"), add("b")
    done = here("move", a, b, "next", "--json")
    assert [idea["stage"] for idea in done.json] == ["outline", "outline"]
    assert here("move", a, "prev").out == "moved 'a' to Idea\n"
    here("move", b, "Making")
    assert shown(b)["stage"] == "making"
    assert [step["stage"] for step in shown(b)["trail"]] == ["idea", "outline", "making"]
    here("undo")
    here("undo")
    here("undo")
    assert {idea["stage"] for idea in listed().values()} == {"idea"}


def test_move_over_a_limit_is_said_and_done() -> None:
    ids = [add(str(n)) for n in range(3)]
    done = here("move", *ids, "making")
    assert done.code == 0
    assert "Making now holds 3, its limit is 2" in done.err
    assert {idea["stage"] for idea in listed().values()} == {"making"}


def test_move_to_shared_without_a_link_works_and_says_how_to_add_one() -> None:
    id = add("x")
    done = here("move", id, "shared")
    assert done.code == 0
    assert f"ideaboard share {id} --url" in done.err
    assert shown(id)["share"]["url"] is None


def test_archive_restore() -> None:
    id = add("x", "-s", "outline")
    here("archive", id, "--because", "parked", "--note", "no GPU")
    idea = shown(id)
    assert (idea["archived"]["because"], idea["archived"]["note"], idea["stage"]) == ("parked", "no GPU", "outline")
    (idea,) = here("restore", id, "--json").json
    assert (idea["archived"], idea["stage"]) == (None, "outline")
    assert_told(here("archive", id, "--because", "boredom"), 2, "parked", "dropped")


def test_delete_without_a_terminal_needs_yes_and_can_be_undone() -> None:
    a, b = add("a"), add("b")
    assert_told(process("delete", a), 2, "--yes")
    assert set(listed()) == {a, b}
    assert here("delete", a, b, "-y").out == "deleted 2 ideas\n"
    assert listed() == {}
    here("undo")
    assert set(listed()) == {a, b}


def test_one_bad_id_among_several_changes_nothing() -> None:
    id = add("x")
    for command in (["move", id, "zzzz", "outline"], ["archive", id, "zzzz"], ["delete", id, "zzzz", "-y"]):
        assert_told(here(*command), 3, "zzzz")
    assert shown(id)["stage"] == "idea"
    assert shown(id)["archived"] is None


def test_undo_and_redo_say_what_they_did_and_work_across_processes() -> None:
    id = process("add", "x").id
    process("move", id, "making")
    assert process("undo").out == "took back: moved 'x' to Making\n"
    assert shown(id)["stage"] == "idea"
    assert process("redo").out == "did again: moved 'x' to Making\n"
    assert shown(id)["stage"] == "making"
    assert_told(process("redo"), 2, "nothing to redo", hint=False)


def test_log_tells_old_and_new_values_newest_first() -> None:
    id, other = add("x"), add("y")
    here("move", id, "outline")
    here("edit", id, "--tag", "t")
    entries = here("log", "--json").json
    assert [entry["action"] for entry in entries] == ["edit", "move", "add", "add"]
    changes = {change["field"]: (change["old"], change["new"]) for change in entries[1]["changes"]}
    assert changes["stage"] == ("idea", "outline")
    assert [entry["action"] for entry in here("log", id, "-n", "2", "--json").json] == ["edit", "move"]
    assert len(here("log", other, "--json").json) == 1
    out = here("log").out
    assert "stage: idea → outline" in out
    assert out.index("changed 'x'") < out.index("moved 'x' to Outline") < out.index("added 'x'")
    here("undo")
    assert "(undone)" in here("log").out


def test_log_of_one_idea_holds_nothing_of_the_others_in_the_same_action() -> None:
    first, second = here("add", "-", stdin=b"a\nb\n").out.split()
    (entry,) = here("log", first, "--json").json
    assert {change["id"] for change in entry["changes"]} == {first}
    assert second not in here("log", first).out


@pytest.mark.parametrize("where", ["before", "after"])
def test_global_options_go_before_and_after_the_command(where: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    board = str(tmp_path_factory.mktemp("other") / "b.jsonl")
    options = ["--board", board]
    line = [*options, "add", "there"] if where == "before" else ["add", "there", *options]
    assert here(*line).code == 0
    assert listed() == {}
    assert [idea["title"] for idea in here("list", "--json", "--board", board).json] == ["there"]


def test_an_empty_list_says_so() -> None:
    add("there")
    done = process("list", "nothing-like-it")
    assert (done.code, done.out, done.err) == (0, "", "no idea fits\n")
    assert process("list", "nothing-like-it", "--json").err == ""


def test_a_comma_separates_tags_wherever_they_are_typed(tmp_path: Path) -> None:
    id = add("x", "--tag", "a,b", "-t", "time series, #c")
    assert shown(id)["tags"] == ["a", "b", "time-series", "c"]
    assert here("edit", id, "--tag", "d,e", "--untag", "a, B").code == 0
    assert shown(id)["tags"] == ["time-series", "c", "d", "e"]
    assert [*listed("-t", "nothing,E")] == [id]
    here("share", id, "--summary", "seen")
    assert "seen" in here("changelog", "-t", "nothing,E").out
    assert shown(here("add", "--quick", "Notes #a,#b, #c.", "-t", "z,a").id)["tags"] == ["z", "a", "b", "c"]
    (tmp_path / "list.csv").write_text('title,tags\nImported,"o, p"\n')
    assert here("import", str(tmp_path / "list.csv"), "--tag", "m,n").code == 0
    assert [idea["tags"] for idea in listed("-t", "m").values()] == [["o", "p", "m", "n"]]


@pytest.mark.parametrize("word", ["today", "Tomorrow", "fri", "friday", "3w", "+3w", "2d", "1m"])
def test_a_due_date_is_typed_with_the_same_words_everywhere(word: str) -> None:
    days = {relative_day(word, date.today())}  # noqa: DTZ011  # the command goes by the local day too
    id = add("x", "--due", word)
    there = [shown(id)["due"], shown(here("add", "--quick", f"y !{word}").id)["due"]]
    here("edit", id, "--due", "2000-01-01")
    here("edit", id, "--due", word)
    days.add(relative_day(word, date.today()))  # noqa: DTZ011  # as above; it may be midnight
    assert {*there, shown(id)["due"]} <= days
    assert id in listed(f"due:<={word}")
    assert not listed(f"due:<{word}")


@pytest.mark.parametrize("command", ["add", "edit"])
def test_the_help_says_which_days_are_read(command: str) -> None:
    assert DAYS in " ".join(here(command, "--help").out.split())
    for example in EXAMPLES:
        assert day_from(example, date(2026, 11, 27))


def test_a_link_without_its_scheme_is_kept_as_the_board_keeps_it() -> None:
    typed, link = "example.org/bikes", "https://example.org/bikes"
    said = f"kept as {link}\n"
    id = add("x")
    for line in (f"edit {id} --url", f"edit {id} --link", f"share {id} --summary=z --url", "add y --url"):
        assert here(*line.split(), typed).err == said
    assert here("response", "add", id, "question", "Why?", "--url", typed).err == said
    idea = shown(id)
    assert (idea["url"], idea["share"]["url"], idea["responses"][0]["url"]) == (link, link, link)
    assert [one["url"] for one in idea["links"]] == [link]
    assert here("edit", id, "--unlink", typed, "--url", link).err == ""
    assert shown(id)["links"] == []
    assert_told(here("share", id, "--url", "bikes"), 2, "'bikes' is not a link")
