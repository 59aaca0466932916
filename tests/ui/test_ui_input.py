"""What a terminal may send: any bytes, split anywhere, with any pause. The next key works, and a paste is text.

`InputReader` is tried with everything, without a clock; the driver's own thread with less, on a pipe; and the board in
a pseudo-terminal with all that needs one.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from terminal import PATIENCE, Terminal
from textual import events
from textual.message import Message
from textual.widgets import Input
from ui.board_pilot import MakeService, RunBoard, on_disk, said

from ideaboard.ui import driver
from ideaboard.ui.driver import InputEnded, InputReader, PasteStalled, QuickDriver

START, END = b"\x1b[200~", b"\x1b[201~"
KNOWN = b"\x1b[24~"
"""F12: no sequence that was cut off can swallow it as its own end."""

KITTY = (
    b"\x1b[97u",
    b"\x1b[97;1u",
    b"\x1b[97;1:1u",
    b"\x1b[97;1:2u",
    b"\x1b[97;1:3u",
    b"\x1b[97:65;2u",
    b"\x1b[97;2;65u",
    b"\x1b[97;;98:99u",
    b"\x1b[55296u",
    b"\x1b[97;;55296u",
    b"\x1b[99999999999u",
    b"\x1b[97;99999999999u",
    b"\x1b[97;;99999999999u",
    b"\x1b[;;u",
    b"\x1b[:;:;:u",
    b"\x1b[57441;1:3u",
    b"\x1b[1;1:3A",
    b"\x1b[3;5:1~",
    b"\x1b[0;;" + b":".join([b"1234"] * 900) + b"u",
)
MOUSE = (
    b"\x1b[<0;10;10M",
    b"\x1b[<0;10;10m",
    b"\x1b[<35;1;1M",
    b"\x1b[<64;5;5M",
    b"\x1b[<67;5;5M",
    b"\x1b[<0;0;0M",
    b"\x1b[<0;-1;4M",
    b"\x1b[<0;99999;99999M",
    b"\x1b[<" + b"9" * 400 + b";1;1M",
    b"\x1b[<0;" + b"9" * 400 + b";1M",
    b"\x1b[M !!",
    b"\x1b[M\xff\xfe\xfd",
    b"\x1b[35;10;10M",
)
REPORTS = (
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[?2026;2$y",
    b"\x1b[?2048;9$y",
    b"\x1b[3;4R",
    b"\x1b[99999999;99999999R",
    b"\x1b[48;24;80;480;800t",
    b"\x1b[48;0;0;0;0t",
    b"\x1b[48;99999;99999;1;1t",
    b"\x1b[?1;2c",
    b"\x1b]11;rgb:0000/0000/0000\x1b\\",
    b"\x1b]52;c;aGk=\x07",
    b"\x1bP1$r0m\x1b\\",
)
KEYS = (
    b"a",
    b"\r",
    b"\x1b",
    b"\x1b[A",
    b"\x1bOA",
    b"\x1b[[A",
    b"\x1ba",
    b"\x1b\xc3\xa9",
    b"\x00",
    b"\x7f",
    "日".encode(),
)
GARBAGE = (
    b"\x9b",
    b"\x9bA",
    b"\xc2\x9bA",
    b"\x84",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\x80",
)
CUT_OFF = (
    *(one[:length] for one in (b"\x1b[97;1u", b"\x1b[<0;10;10M", b"\x1b[M !!") for length in range(1, len(one))),
    *(b"\x1bO", b"\x1b[[", b"\x1b]0;x", b"\x1bPx", b"\x1b_", b"\x1b[20", END, b"\xe6\x97", b"\x1b[" + b"1" * 9000),
)
ALL = (*KITTY, *MOUSE, *REPORTS, *KEYS, *GARBAGE, *CUT_OFF)
HOSTILE_PASTES = (
    b"abc\x1bddq",
    b"\x1b\x1b\x1b\x03\x11q",
    START + b"inner" + START,
    END[:-1] + b"x\x1b[201" + END[1:],
    b"\x9b201~\xc2\x9b201~",
    b"\xff\xc3(\xed\xa0\x80",
    b"\0a\0\r\n\n\t",
    "größer 日本 👩‍👩‍👧 e\u0301".encode(),
    b"\x1b[<0;1;1M\x1b[97;1:3u\x1b]0;owned\x07\x1b[I",
    b"",
)


def lulls(reader: InputReader, seconds: float = 1.9) -> Iterator[Message]:
    """Let so much time go by."""
    while reader.patience is not None and reader.patience < seconds:
        seconds -= reader.patience
        yield from reader.lull()


def read(*chunks: bytes, pauses: bool = True, seconds: float = 1.9) -> list[Message]:
    """Return what comes of chunks, with a silence after each."""
    reader = InputReader()
    found: list[Message] = []
    for chunk in chunks:
        found += reader.feed(chunk)
        if pauses:
            found += lulls(reader, seconds)
    return found


def keys(found: Sequence[Message]) -> list[str]:
    return [one.key for one in found if isinstance(one, events.Key)]


def pasted(found: Sequence[Message]) -> list[str]:
    return [one.text for one in found if isinstance(one, events.Paste)]


def splits(data: bytes) -> Iterator[tuple[bytes, ...]]:
    """Cut at every byte: in two at each place, and at all places at once."""
    yield from ((data[:at], data[at:]) for at in range(1, len(data)))
    yield tuple(data[at : at + 1] for at in range(len(data)))


# Keys


@pytest.mark.parametrize("data", ALL, ids=repr)
def test_whatever_came_the_next_key_is_read(data: bytes) -> None:
    assert keys(read(data, KNOWN))[-1:] == ["f12"]
    for chunks in splits(data[:40]):
        assert keys(read(*chunks, KNOWN))[-1:] == ["f12"], chunks


@pytest.mark.parametrize("data", [one for one in CUT_OFF if one != b"\x1b["], ids=repr)
def test_a_person_is_heard_after_a_sequence_that_was_cut_off(data: bytes) -> None:
    assert keys(read(data, b"q"))[-1:] == ["q"]


@given(st.lists(st.one_of(st.sampled_from(ALL), st.binary(max_size=12)), max_size=12), st.data())
def test_any_bytes_split_anywhere_leave_a_reader_that_answers(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(parts).replace(START, b"")
    places = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=8)))
    reader = InputReader()
    found: list[Message] = []
    for start, end in zip([0, *places], [*places, len(stream)], strict=True):
        found += reader.feed(stream[start:end])
        if data.draw(st.booleans()):
            found += lulls(reader)
    found += lulls(reader)
    found += reader.feed(KNOWN)
    assert keys(found)[-1:] == ["f12"]
    for one in found:
        if isinstance(one, events.Key):
            (one.character or "").encode(), one.key.encode()


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"\x1b[97;1:2u\x1b[97;1:3ub", ["a", "b"]),
        (b"\x1b[97:65;2u", ["shift+a"]),
        (b"\x1b[0;;26085:26412u", ["日", "本"]),
        (b"\x9bA\xc2\x9bB", ["up", "down"]),
        (b"\x1b\x1b[A", ["escape", "up"]),
        (b"\x1b\x1b", ["escape", "escape"]),
        (b"\x1ba\x1bf\x1b\xc3\xa9", ["alt+a", "ctrl+right", "alt+é"]),
        (b"\xc3\xa9\xffx", ["é", "x"]),
        (b"\x1b[?1;2c\x1b]11;rgb:1/2/3\x1b\\\x1bP1$r0m\x1b\\z", ["z"]),
        (b"\x1b[[A\x1bOP", ["f1", "f1"]),
    ],
)
def test_keys_are_what_they_say(data: bytes, wanted: list[str]) -> None:
    assert keys(read(data)) == wanted


@pytest.mark.parametrize("inside", [b"1", b":", b";", b"1;", b"-", b"<1", b"?", b" "])
@pytest.mark.parametrize("end", [b"q", b"u", b"~", b"M", b"\x03", b"\xff"])
def test_no_long_sequence_takes_long(inside: bytes, end: bytes) -> None:
    start = time.process_time()
    assert keys(read(b"\x1b[" + inside * 4000 + end + KNOWN, b"\x1b[" + inside * 40000, end, KNOWN))[-1:] == ["f12"]
    assert time.process_time() - start < 1


@pytest.mark.parametrize("data", [b"\xc3\xa9", "日".encode(), "👩".encode()])
def test_a_character_in_two_reads_is_one_character(data: bytes) -> None:
    for chunks in splits(data):
        assert [one.character for one in read(*chunks) if isinstance(one, events.Key)] == [data.decode()]


@pytest.mark.parametrize("data", [b"\x1b[A", b"\x1b[1;5A", b"\x1b[3~", b"\x1b[97;5u", b"\x1b[<64;5;5M"])
def test_a_slow_line_splits_no_sequence(data: bytes) -> None:
    whole = [str(one) for one in read(data)]
    for chunks in splits(data):
        late = [str(one) for one in read(*chunks)]
        assert [one for one in late if "escape" not in one] == whole, "only the Esc itself cannot be known"


def test_a_bracket_that_is_typed_after_esc_is_not_lost() -> None:
    assert keys(read(b"\x1b", b"[", b"q")) == ["escape", "left_square_bracket", "q"]


# Pastes


@pytest.mark.parametrize("text", HOSTILE_PASTES, ids=repr)
def test_what_stands_between_paste_marks_is_text_however_it_is_split(text: bytes) -> None:
    wanted = text.decode("utf-8", "replace")
    stream = START + text + END + b"z"
    for chunks in [(stream,), *splits(stream)]:
        for pauses in (False, True):
            found = read(*chunks, pauses=pauses)
            assert pasted(found) == [wanted], chunks
            assert [key for key in keys(found) if key != "escape"] == ["z"], chunks


@given(st.binary(), st.data())
@example(b"\x1b" * 100, None)
@settings(deadline=None)
def test_any_paste_arrives_as_it_is(text: bytes, data: st.DataObject | None) -> None:
    text = text.replace(END, b"")
    stream = START + text + END + b"z"
    at = data.draw(st.integers(0, len(stream))) if data else 50
    found = read(stream[:at], stream[at:])
    assert pasted(found) == [text.decode("utf-8", "replace")]
    assert keys(found)[-1:] == ["z"]


@pytest.mark.parametrize("unit", [b"a", b"\x1b", b"\x1b[201", b"\xff", b"\0", "é".encode(), START])
def test_a_paste_takes_linear_time(unit: bytes) -> None:
    def seconds(size: int) -> float:
        stream = START + unit * (size // len(unit)) + END
        reader = InputReader()
        start = time.process_time()
        found = [one for at in range(0, len(stream), 4096) for one in reader.feed(stream[at : at + 4096])]
        taken = time.process_time() - start
        assert len(pasted(found)) == 1
        return taken

    assert seconds(1 << 20) < 1


def test_three_lone_presses_end_a_paste_that_does_not_end() -> None:
    for presses in ([b"\x1b"] * 3, [b"\x03"] * 3, [b"\x1b[27u"] * 3, [b"\x1b", b"\x03", b"\x1b"]):
        found = read(START + b"half\x1b", b" a word", *presses, b"q", seconds=9)
        assert pasted(found) == ["half\x1b a word"]
        assert keys(found) == ["q"]
        assert any(isinstance(one, PasteStalled) for one in found), "and before, the person is told"
    found = read(START + b"half", b"\x1b", b"\x1b", b"x", b"\x1b", END, seconds=9)
    assert pasted(found) == ["half\x1b\x1bx\x1b"], "two are text"


def test_an_endless_paste_does_not_take_all_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_LARGEST_PASTE", 1000)
    (text,) = pasted(read(START, *[b"x" * 500] * 9, b"\x1b[20", b"1~"))
    assert 1000 <= len(text) <= 1000 + len(END)


# The driver's thread


class Recorder(QuickDriver):
    """The driver on a pipe, without an app: what would be sent is kept."""

    def __init__(self, fileno: int) -> None:
        # No terminal and no signals: only what the input thread uses.
        self.fileno = fileno
        self._debug = False
        self._woken, self._wake = os.pipe()
        self.exit_event = driver._WakingEvent(self._wake)
        self.found: list[Message] = []

    def process_message(self, message: Message) -> None:
        self.found.append(message)
        if isinstance(message, events.Key) and message.key == "f11":
            raise ZeroDivisionError("whoever is told fails")

    def wait_for(self, wanted: str) -> None:
        until = time.monotonic() + PATIENCE
        while wanted not in [*keys(self.found), *pasted(self.found)]:
            assert time.monotonic() < until, self.found[-5:]
            time.sleep(0.001)


@contextmanager
def recording() -> Iterator[tuple[Recorder, int]]:
    end, start = os.pipe()
    recorder = Recorder(end)
    thread = threading.Thread(target=recorder.run_input_thread)
    thread.start()
    try:
        yield recorder, start
    finally:
        recorder.exit_event.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()
        for one in (start, end, recorder._woken, recorder._wake):
            with suppress(OSError):
                os.close(one)


def test_the_input_thread_lives_through_everything() -> None:
    chance = random.Random(1)  # to vary the splits, not for secrets
    with recording() as (recorder, write):
        for number in range(20):
            parts = chance.sample(ALL, 20)
            for part in parts:
                at = chance.randrange(len(part) + 1)
                for piece in (part[:at], part[at:]):
                    if piece:
                        os.write(write, piece)
            wanted = f"paste {number} \x1bq"
            os.write(write, KNOWN + b"\x1b[23~" + START + wanted.encode() + END)
            recorder.wait_for(wanted)
        os.write(write, b"\x1b")
        recorder.wait_for("escape")


def test_the_input_thread_tells_that_the_terminal_is_gone() -> None:
    with recording() as (recorder, write):
        os.write(write, b"a")
        os.close(write)
        until = time.monotonic() + PATIENCE
        while not any(isinstance(one, InputEnded) for one in recorder.found):
            assert time.monotonic() < until
            time.sleep(0.001)
        assert keys(recorder.found) == ["a"]


# The board


def test_the_board_answers_after_all_of_it(make_service: MakeService, board_path: Path) -> None:
    make_service({"idea": ["Churn at a telco"]}).close()
    with Terminal("--board", str(board_path)) as board:
        board.wait_for("quit")
        for part in (*KITTY, *REPORTS, *GARBAGE, *MOUSE):
            board.send(part)
        board.send(b"\x1b[24~")
        # Some of it were keys of the board: leave what they opened.
        board.until(b"\x1b", "filter")
        # A slow line: the letter, a silence, and its other half.
        board.until(b"a", "Add to")
        board.send(b"\x15")
        board.send(b"caf\xc3")
        board.wait_for("caf")
        board.send(b"\xa9 ")
        board.wait_for("café")
        board.send(START + b"abc\x1bddq \x1b]0;owned\x07" + START + b" end" + END)
        board.wait_for("end")
        board.press("\r")
        board.until(b"\x1b", "filter")
        board.press("q")
        assert board.wait_for_exit() == 0
    titles = [idea.title for idea in on_disk(board_path)]
    assert len(titles) == 2, "nothing was archived"
    assert titles[1].startswith("café abc")


@pytest.mark.parametrize(
    "opening",
    [
        b"",
        b"e\t\t\t\t\t",
        *(pytest.param(one, marks=pytest.mark.slow) for one in (b"e", b"s", b"/", b"S", b"t", b"?")),
    ],
    ids=repr,
)
def test_a_megabyte_with_escapes_pasted_anywhere_is_text_and_the_next_key_works(
    make_service: MakeService, board_path: Path, opening: bytes
) -> None:
    make_service({"idea": ["Churn at a telco"]}).close()
    with Terminal("--board", str(board_path)) as board:
        board.wait_for("quit")
        if opening:
            before = board.text()
            board.send(opening[:1])
            board.wait_for(lambda text: text != before)
            board.send(opening[1:])
        board.send(START + b"wxyz \x1b]0;owned\x07 \x9b2J" + b"\x1bmore more " * 100_000 + b"wxyz" + END)
        board.wait_for("more")
        board.send(b"\x1b")
        board.wait_for(lambda text: "more more more" not in text or "Throw away" in text)
        assert b"\x1b]0;" not in board.output
        assert b"\x1bmore" not in board.output


async def test_lines_that_are_pasted_into_a_field_of_one_are_joined(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["one"]})) as pilot:
        await pilot.press("e")
        field = pilot.app.screen.query_one("#title", Input)
        field.value = ""
        pilot.app.post_message(events.Paste("first\r\nsecond\x1b[31m\nthird"))
        await pilot.pause()
        assert field.value == "first second third"


async def test_a_paste_that_is_too_long_is_cut_and_that_is_said(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["one"]})) as pilot:
        pilot.app.post_message(events.Paste("x" * 100_001))
        await pilot.pause()
        assert any("1 character at its end" in one for one in said(pilot))


async def test_no_event_that_the_reader_makes_ends_the_app(make_service: MakeService, run_board: RunBoard) -> None:
    chance = random.Random(2)
    quits = {"q", "ctrl+q", "ctrl+z"}
    async with run_board(make_service({"idea": ["one", "two"]})) as pilot:
        for _ in range(8):
            for event in read(b"".join(chance.sample(ALL, 12)), chance.randbytes(40)):
                if not (isinstance(event, events.Key) and event.key in quits):
                    pilot.app.post_message(event)
            await pilot.pause()
        assert pilot.app.is_running
        assert pilot.app._exception is None


async def test_the_board_ends_when_the_terminal_is_gone(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["one"]})) as pilot:
        await pilot.press("L")
        pilot.app.post_message(InputEnded())
        await pilot.pause()
        assert pilot.app.return_code == 129, "as when the terminal says that it closes"


async def test_a_stalled_paste_is_told(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["one"]})) as pilot:
        pilot.app.post_message(PasteStalled())
        await pilot.pause()
        assert any("press Esc three times" in one for one in said(pilot))


def test_keys_and_pastes_in_one_burst_land_where_the_cursor_will_be(
    make_service: MakeService, board_path: Path
) -> None:
    make_service({"idea": ["Churn at a telco"]}).close()
    with Terminal("--board", str(board_path)) as board:
        board.wait_for("quit")
        board.send(b"aquick d L x\rS" + START + b"https://example.org/w" + END + b"\rqdL line\x13")
        board.wait_for(lambda text: "qdL line" in text or "Shared" in text)
        until = time.monotonic() + PATIENCE
        while not any(idea.share for idea in on_disk(board_path)):
            assert time.monotonic() < until, board.text()
            board.wait_for(bool)
    (shared,) = [idea for idea in on_disk(board_path) if idea.share]
    assert shared.title == "quick d L x"
    assert shared.share
    assert (shared.share.url, shared.share.summary) == ("https://example.org/w", "qdL line")


def test_a_terminal_that_is_gone_takes_whatever_is_written_and_the_program_ends() -> None:
    from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as file:
        writer = WriterThread(driver.Terminal(file))  # type: ignore[arg-type]  # as in the driver
        writer.start()
        os.close(ours)

        def leave() -> None:
            for _ in range(3 * MAX_QUEUED_WRITES):
                writer.write("x" * 100)
            writer.stop()

        leaving = threading.Thread(target=leave, daemon=True)
        leaving.start()
        leaving.join(PATIENCE)
        assert not leaving.is_alive()
        with suppress(OSError):
            file.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), theirs)  # so that closing the file has nothing to complain of
