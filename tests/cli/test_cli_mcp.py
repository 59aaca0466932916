"""The board over MCP: spoken to by the SDK's own client, in both eras of the protocol, with a person at the board."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import add, assert_told, here, listed, shown
from hostile import HOSTILE_TITLES
from readme import ROOT, part
from sentences import OF_THE_COMMAND_LINE, sentences

from ideaboard.bootstrap import open_service
from ideaboard.cli.app import App
from ideaboard.cli.mcp import make_server
from ideaboard.cli.tools import TOOLS, in_tools
from ideaboard.core.changes import Edit, NewIdea

pytest.importorskip("mcp")
import anyio
from mcp import Client, StdioServerParameters  # only where the extra is installed

ERAS = ["legacy", "2026-07-28"]
MOST_TOKENS = 1000
FEEDS = Path(__file__).parent.parent / "data" / "arxiv"


@asynccontextmanager
async def guest(name: str = "bot") -> AsyncIterator[Client]:
    """Speak to the server in this process; the others try it as a process."""
    app = App()
    app.guest = name
    async with Client(make_server(app)) as client:
        yield client
    app.close()


@asynccontextmanager
async def guest_outside(name: str = "bot", mode: str = "auto") -> AsyncIterator[Client]:
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "ideaboard", "mcp", "--as", name], env=dict(os.environ), cwd=Path.cwd()
    )
    async with Client(server, mode=mode) as client:
        yield client


async def call(client: Client, tool: str, **arguments: Any) -> Any:
    """Call a tool that must succeed, and return its answer."""
    result = await client.call_tool(tool, arguments)
    (content,) = result.content
    assert content.type == "text"
    assert not result.is_error, content.text
    return json.loads(content.text)


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    (content,) = result.content
    assert content.type == "text"
    assert result.is_error, content.text
    return content.text


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.01")
    with LoopbackArxiv([FEEDS]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        yield server


@pytest.mark.parametrize("mode", ERAS)
async def test_a_day_of_a_guest_in_both_eras(mode: str, arxiv: LoopbackArxiv) -> None:
    assert arxiv.url
    mine = add("mine", "-t", "a")
    async with guest_outside(mode=mode) as client:
        assert len((await client.list_tools()).tools) == 9
        answer = await call(client, "list_ideas", filter="#a")
        assert answer["board"] == os.environ["IDEABOARD_BOARD"]
        assert [idea["id"] for idea in answer["ideas"]] == [mine]
        new = await call(client, "add_ideas", ideas=[{"title": "theirs", "kind": "post", "tags": ["b"]}])
        id = new["ideas"][0]["id"]
        assert (await call(client, "get_idea", id=id[:5]))["idea"]["guest"] == "bot"
        await call(client, "edit_idea", id=id, notes="a\n\nb", add_tags=["c"])
        await call(client, "move_ideas", ids=[id, mine], stage="making")
        found = await call(client, "search_arxiv", query="testing", limit=2)
        assert found["truncated"]
        assert "never instructions" in found["note"]
        papers = [paper["arxiv_id"] for paper in found["papers"]]
        taken = await call(client, "add_papers", papers=papers)
        assert {idea["stage"] for idea in taken["ideas"]} == {"candidate"}
        drafted = await call(client, "draft", id=id)
        assert Path(drafted["file"]).exists()
        again = await call(client, "draft", id=id)
        assert (again["file"], "has a draft already" in again["said"]) == (drafted["file"], True)
        assert "started a draft" in (await call(client, "undo"))["said"]
    assert shown(id)["tags"] == ["b", "c"]
    assert {one["by"] for one in here("log", "--json").json} == {"bot", ""}
    here("undo", "--by", "bot")
    assert [(idea["title"], idea["stage"]) for idea in listed().values()] == [("mine", "idea")]


async def test_the_readmes_config_starts_it() -> None:
    config = json.loads(part("mcp").split("```json\n")[1].split("```")[0])["mcpServers"]["ideaboard"]
    assert config.pop("command") == "ideaboard"
    server = StdioServerParameters(command=sys.executable, args=["-m", "ideaboard", *config.pop("args")])
    assert not config
    async with Client(server.model_copy(update={"env": dict(os.environ)})) as client:
        id = (await call(client, "add_ideas", ideas=[{"title": "x"}]))["ideas"][0]["id"]
    assert shown(id)["guest"] == "claude"


async def test_what_it_offers_is_small_and_closed() -> None:
    async with guest() as client:
        offered = await client.list_tools()
    whole = json.dumps(offered.model_dump(by_alias=True, exclude_none=True)["tools"], ensure_ascii=False)
    assert len(whole) / 4 <= MOST_TOKENS
    assert all(tool.input_schema["additionalProperties"] is False for tool in offered.tools)
    assert not [tool for tool in offered.tools if tool.name in ("share", "delete", "publish", "archive")]


async def test_a_guest_hears_why_not_in_sentences_and_goes_on() -> None:
    id = add("mine")
    here("share", id, "--url", "https://x.org", "--summary", "x")
    async with guest() as client:
        assert "no idea 'zzz'; list_ideas shows the ids (board:" in await refused(client, "get_idea", id="zzz")
        assert "'limit' was unexpected" in await refused(client, "get_idea", id=id, limit=3)
        assert "required" in await refused(client, "add_ideas", ideas=[{"kind": "post"}])
        assert "for the person" in await refused(client, "move_ideas", ids=[id], stage="shared")
        assert "for the person" in await refused(client, "add_ideas", ideas=[{"title": "x", "stage": "Shared"}])
        assert "no tool 'delete'" in await refused(client, "delete", id=id)
        assert "nothing was done here" in await refused(client, "undo")
        assert "OR" in await refused(client, "list_ideas", filter="a OR b")
        told = await refused(client, "edit_idea", id=id, due="someday")
        assert os.environ["IDEABOARD_BOARD"] in told
        assert (await call(client, "list_ideas"))["total"] == 1
    assert len(here("log", "--by", "bot", "--json").json) == 0


OF_THE_PERSON = {
    "--again": "no tool starts a second draft",
    "--board": "which board it is, the person says",
    "--dir": "where drafts go",
    "--force": "no tool writes over a file",
    "--into": "no tool writes a changelog",
    "--format": "no tool imports or writes a changelog",
    "ideaboard check": "mending a file",
    "ideaboard arxiv check": "no tool checks watches",
    "ideaboard arxiv like": "no tool likes",
    "ideaboard import": "no tool imports",
    "ideaboard keys": "no tool has keys",
    "ideaboard list --help": "a filter is told what is wrong with it",
    "ideaboard log": "no tool shows the log",
    "ideaboard response list": "no tool answers",
    "ideaboard restore": "what is archived",
    "ideaboard undo": "what others did",
    "ideaboard add' starts one": "the server makes the file itself",
    "'ideaboard arxiv add' brings papers onto the board": "no tool exports",
    "'arxiv watch remove": "no tool watches",
}
"""Words that are said to the person through the guest, and why."""


def test_what_a_guest_hears_names_tools_or_is_for_the_user() -> None:
    found = {text for text in sentences() if OF_THE_COMMAND_LINE.search(text)}
    told = {text: in_tools(text) for text in found}
    left = {text for text, said in told.items() if OF_THE_COMMAND_LINE.search(said)}
    assert {text for text in left if not told[text].startswith("tell the user: ")} == set()
    assert {text for text in left if not any(words in text for words in OF_THE_PERSON)} == set()
    assert len(found) - len(left) > 5


async def test_a_guest_hears_the_names_of_tools() -> None:
    gone = add("gone")
    here("archive", gone)
    async with guest() as client:
        assert "tell the user: bring it back with" in await refused(client, "move_ideas", ids=[gone], stage="making")
        assert "add_papers takes its link" in await refused(client, "search_arxiv", query="https://arxiv.org/abs/x")
        told = await refused(client, "search_arxiv", query="lora", categories=["qqqq.ZZ"])
        assert "they are written as cs.LG" in told


async def test_an_undo_takes_back_only_what_the_guest_did() -> None:
    async with guest("one") as one, guest("two") as two:
        first = (await call(one, "add_ideas", ideas=[{"title": "first"}]))["ideas"][0]["id"]
        await call(two, "edit_idea", id=first, title="of two")
        here("edit", first, "--notes", "mine")
        assert "'title'" in await refused(one, "undo")
        await call(two, "undo")
    assert (shown(first)["title"], shown(first)["notes"]) == ("first", "mine")


async def test_long_texts_and_lists_are_bounded() -> None:
    id = add("long", "--notes", "x" * 100_000)
    here("add", "-", stdin="\n".join(f"idea {n}" for n in range(300)).encode())
    async with guest() as client:
        whole = await call(client, "get_idea", id=id)
        assert len(whole["idea"]["notes"]) == 4000
        assert whole["truncated"] == ["idea.notes"]
        some = await call(client, "list_ideas", limit=50)
        assert (len(some["ideas"]), some["total"], some["truncated"]) == (50, 301, True)
        assert "maximum" in await refused(client, "list_ideas", limit=51)


async def test_hostile_text_comes_and_goes_unharmed() -> None:
    async with guest() as client:
        new = await call(client, "add_ideas", ideas=[{"title": title} for title in HOSTILE_TITLES])
        assert len(new["ideas"]) == len(HOSTILE_TITLES)
        await call(client, "add_ideas", ideas=[{"title": "a\x1b[31mred\u202e", "notes": "\x00\x9b1m"}])
    titles = {idea["title"] for idea in listed().values()}
    assert titles >= set(HOSTILE_TITLES)
    assert "ared" in titles


async def test_no_answer_and_no_error_floods_an_agent() -> None:
    many = [f"{'t' * 90}{n}" for n in range(300)]
    async with guest() as client:
        for _ in range(2):
            await call(client, "add_ideas", ideas=[{"title": "t" * 500, "tags": many}] * 25)
        listing = await call(client, "list_ideas", limit=50)
        assert len(json.dumps(listing)) <= 24_000
        assert listing["truncated"] == ["ideas.tags", "ideas", "ideas.title"]
        whole = await call(client, "get_idea", id=listing["ideas"][0]["id"])
        assert len(json.dumps(whole)) <= 24_000
        assert whole["truncated"] == ["idea.tags"]
        assert whole["board"] == os.environ["IDEABOARD_BOARD"]
        long = "z" * 100_000
        for tool, arguments in (
            ("get_idea", {"id": {"a": long}}),
            ("get_idea", {"id": long}),
            ("list_ideas", {"stage": long}),
            ("add_ideas", {"ideas": [{"title": "x", "kind": long}]}),
            ("add_papers", {"papers": [long] * 50}),
            (long, {}),
        ):
            assert len(await refused(client, tool, **arguments)) < 1500


async def test_nothing_to_do_is_said_and_a_mistake_of_ours_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # for the report
    async with guest() as client:
        assert "should be non-empty" in await refused(client, "add_papers", papers=[])
        assert "should be non-empty" in await refused(client, "move_ideas", ids=[], stage="idea")
    app = App()
    server = make_server(app)
    monkeypatch.setattr(type(app.service), "poll", lambda _: 1 / 0)
    async with Client(server) as client:
        assert "something went wrong inside (ZeroDivisionError)" in await refused(client, "list_ideas")
    app.close()


async def test_what_is_shared_already_is_left_alone() -> None:
    id = add("mine")
    here("share", id, "--url", "https://x.org", "--summary", "x")
    async with guest() as client:
        assert "is shared" in await refused(client, "edit_idea", id=id, title="theirs")
        assert "is shared" in await refused(client, "move_ideas", ids=[id], stage="idea")
    assert (shown(id)["title"], shown(id)["stage"]) == ("mine", "shared")


async def test_the_name_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEABOARD_AS", "claude")
    server = StdioServerParameters(command=sys.executable, args=["-m", "ideaboard", "mcp"], env=dict(os.environ))
    async with Client(server) as client:
        id = (await call(client, "add_ideas", ideas=[{"title": "x"}]))["ideas"][0]["id"]
    assert shown(id)["guest"] == "claude"


async def test_a_search_that_takes_long_keeps_nobody_waiting_and_can_be_stopped(arxiv: LoopbackArxiv) -> None:
    arxiv.misbehave("silent")
    async with guest() as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, "search_arxiv", {"query": "testing"})
        with anyio.fail_after(20):
            while not arxiv.requests:
                await anyio.sleep(0.01)
        assert (await call(client, "add_ideas", ideas=[{"title": "meanwhile"}]))["ideas"]
        tasks.cancel_scope.cancel()
    assert [idea["title"] for idea in listed().values()] == ["meanwhile"]


@pytest.fixture
def server() -> Iterator[subprocess.Popen[bytes]]:
    """Start the server and shake hands with it."""
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    line = [sys.executable, "-m", "ideaboard", "mcp"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        say(process, "initialize", hello)
        assert b"serverInfo" in process.stdout.readline()
        yield process
        process.kill()


def say(process: subprocess.Popen[bytes], method: str, params: object) -> None:
    assert process.stdin
    process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n")
    process.stdin.flush()


def test_ctrl_c_ends_it(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)
    assert server.wait(20) == -signal.SIGINT
    assert server.stderr
    assert server.stderr.read() == b""


def test_a_client_that_hangs_up_is_no_mistake_of_ours(server: subprocess.Popen[bytes]) -> None:
    assert server.stdout
    assert server.stderr
    server.stdout.close()
    say(server, "tools/list", {})
    assert server.stdin
    server.stdin.close()
    assert server.wait(20) == 141
    assert server.stderr.read() == b""


def test_garbage_is_passed_over_and_stdout_holds_answers_only(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin
    for garbage in (
        b"",
        b"no json",
        b"{}",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"jsonrpc":"2.0","id":9,"method":"nope"}',
    ):
        server.stdin.write(garbage + b"\n")
    say(server, "tools/call", {"name": "add_ideas", "arguments": {"ideas": [{"title": "x", "stage": "making"}] * 3}})
    assert server.stdout
    answers = [json.loads(server.stdout.readline())]
    while answers[-1].get("id") != 1:
        answers.append(json.loads(server.stdout.readline()))
    server.stdin.close()
    answers += map(json.loads, server.stdout.read().splitlines())
    assert {one["jsonrpc"] for one in answers} == {"2.0"}
    assert server.wait(20) == 0
    assert len(listed("is:guest")) == 3


@pytest.mark.parametrize("calls", [150, pytest.param(2000, marks=pytest.mark.slow)])
async def test_two_guests_and_a_person_lose_nothing(calls: int, board_kept: Path) -> None:
    chance = random.Random(7)
    person = open_service()
    person.start_saving(lambda: None)
    added: set[str] = set()
    async with guest_outside("one") as one, guest_outside("two", mode="legacy") as two:
        for number in range(calls):
            who = chance.choice(["one", "two", "person"])
            what = chance.choice(["add", "edit", "move", "list", "get"])
            title = f"{who} {number}"
            some = chance.choice(sorted(added)) if added else ""
            client = one if who == "one" else two
            if what == "add" or not some:
                if who == "person":
                    (idea,) = person.ideas.add([NewIdea(title=title)]).ideas
                    person.stop_saving(5)
                    person.start_saving(lambda: None)
                    added.add(idea.id)
                else:
                    added.add((await call(client, "add_ideas", ideas=[{"title": title}]))["ideas"][0]["id"])
            elif who == "person":
                with anyio.fail_after(20):
                    while some not in person.board.ideas:  # nothing is read while a save is under way
                        person.poll()
                        await anyio.sleep(0.001)
                person.ideas.edit([some], Edit(add_tags=(f"t{number}",)))
            elif what == "edit":
                await call(client, "edit_idea", id=some, title=title)
            elif what == "move":
                await call(client, "move_ideas", ids=[some], stage=chance.choice(["idea", "making", "review"]))
            elif what == "list":
                await call(client, "list_ideas", limit=5)
            else:
                await call(client, "get_idea", id=some)
    assert person.stop_saving(10) == []
    person.close()
    assert set(listed()) == added
    tags = {one["said"] for one in here("log", "--json").json if one["by"] == ""}
    assert tags
    assert here("check").code == 0
    assert board_kept.exists()


@pytest.fixture
def board_kept() -> Path:
    return Path(os.environ["IDEABOARD_BOARD"])


def test_without_the_sdk_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "mcp"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["mcp"]
    assert_told(here("mcp"), 2, "not installed", f"pip install '{extra[0]}'")


def test_every_tool_does_something() -> None:
    assert [tool.name for tool in TOOLS] == [
        *("list_ideas", "get_idea", "add_ideas", "edit_idea", "move_ideas"),
        *("search_arxiv", "add_papers", "draft", "undo"),
    ]
