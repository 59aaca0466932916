"""Textual's driver for Linux and macOS, with a reader of our own for what the terminal sends.

Textual's input thread gives up at a character that comes in two reads; its parser ends at a number out of range, and
reads an escape in a paste as keys. Here nothing ends the thread but the end of the program or of the terminal. It wakes
only when it has something to do: when bytes come, when what came is unfinished, and at once when the program ends.
"""

from __future__ import annotations

import os
import re
import select
from contextlib import suppress
from threading import Event
from typing import Any

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.keys import Keys
from textual.message import Message

from ideaboard import first_picture

ESC_SECONDS = 0.02
"""How long the rest of an escape sequence may take; over a slow line ESCDELAY, in milliseconds, gives it longer."""
LULL_SECONDS = 0.1
"""After so long a silence what is unfinished is doubted."""
STALLED_SECONDS = 2.0
"""After so long a silence within a paste the person is told how to end it."""
RESCUE_PRESSES = 3
_CHUNK = 65536
_LONGEST_SEQUENCE = 4096
_LONGEST_KEY = 16
_LARGEST_PASTE = 16 * 1024 * 1024
_LARGEST_SIDE = 2000

_ESC = b"\x1b"
_CSI = rb"(?:\x1b\[|\xc2?\x9b)"
_CHARACTER = rb"\xc2[\xa0-\xbf]|[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
_STRING = rb"\x1b[\]PX^_][^\x07\x18\x1a\x1b]"
_WHOLE = re.compile(
    rb"(?P<text>(?:[^\x1b\x80-\xff]|" + _CHARACTER + rb")+)"
    # A control sequence (ECMA-48, 5.4), a function key of the Linux console, one of the VT100 (SS3).
    rb"|(?P<sequence>\x1b\[\[[A-E]|" + _CSI + rb"(?![M\[])[0-?-]*+[ -/]*+[@-~]|\x1bO[0-9;]*[A-Za-z])"
    # The mouse as X10 sends it, and the answers to questions that nobody asked (ECMA-48, 5.6).
    rb"|(?P<dropped>" + _CSI + rb"M[ -\xff]{3}|" + _STRING + rb"+(?:[\x07\x18\x1a]|\x1b\\))"
    rb"|(?P<alt>\x1b(?:[^\x1b\[OPX\]^_\x80-\xff]|" + _CHARACTER + rb"))"
)
_UNFINISHED = re.compile(
    rb"\x1b|(?:" + _CSI + rb"|\x1bO)[0-?-]*+[ -/]*+|\x1b\[\[|" + _CSI + rb"M[ -\xff]{0,2}|" + _STRING + rb"*\x1b?"
    rb"|[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2}"
)
_BROKEN = re.compile(_STRING + rb"*|" + _CSI + rb"(?:[M\[]|[0-?-]*+[ -/]*+)|\x1bO[0-9;]*|\xc2[\x80-\x9f]|[\s\S]")
_MAY_GO_ON = re.compile(rb"\x1b\[(?:\[|<?[0-9;:-]*)")
_WENT_ON = re.compile(rb"\x1b\[(?:[A-FHPQRSZ~]|\[[A-E]|<[0-9;-]+[Mm]|[0-9][0-9;:]*[A-Zu~$^@])")

_PASTE_START = b"\x1b[200~"
_RESCUES = frozenset((_ESC, b"\x03", b"\x1b[27u", b"\x1b[27;1u", b"\x1b[99;5u"))
"""Esc and Ctrl+C, also in Kitty's protocol."""

_KITTY = re.compile(r"\x1b\[([\d:]*)(?:;([\d:]*))?(;[\d:]*)?([u~ABCDEFHPQRS])")
_RELEASED = "3"
_SIZE = re.compile(r"\x1b\[48;(\d{1,5})(?::\d*)?;(\d{1,5})(?::\d*)?;\d{1,5};\d{1,5}t")
_STYLING = re.compile(r"\x1b\[([\d;:]*)m")
_COLOUR = re.compile(r"(?<!\d)(?:[34]8(?::[\d:]*|;5;\d+|;2(?:;\d+){3})|[34][0-79]|9[0-7]|10[0-7])(?:;|$)")
"""What names a colour in a style (ECMA-48, 8.3.117; ISO 8613-6, 13.1.8)."""
_REPORT = re.compile(r"\x1b\[(?:[IO]|\d{1,5};\d{1,5}R|\?\d{1,5};\d\$y)")


class PasteStalled(Message):
    """A paste began and does not go on."""


class InputEnded(Message):
    """The terminal is gone."""


class InputReader:
    """Turns what a terminal sends into events, wherever it is split; what cannot be read is dropped.

    What stands between paste marks is text, whatever it is. A paste that never ends takes the keys with it: Esc or
    Ctrl+C three times, each alone, ends it once it has stalled.
    """

    def __init__(self, debug: bool = False) -> None:
        self._debug = debug
        self._parser = XTermParser(debug)
        self._found: list[Message] = []
        self._rest = b""
        self._doubted = False
        """Whether a silence came after the beginning of a sequence in `_rest`."""
        self._esc_sent = False
        """Whether that sequence began with what was taken for the Esc key."""
        self._paste: bytearray | None = None
        self._paste_end = b""
        self._silences = 0
        self._rescues: list[bytes] = []

    @property
    def patience(self) -> float | None:
        """How long to wait for more bytes before calling `lull`; None is for ever."""
        if self._paste is not None:
            return (LULL_SECONDS, STALLED_SECONDS, None)[min(self._silences, 2)]
        if self._doubted or self._rest[:1] != _ESC:
            return None
        esc = constants.ESCAPE_DELAY if "ESCDELAY" in os.environ else ESC_SECONDS
        return esc if self._rest == _ESC else max(esc, LULL_SECONDS)

    def feed(self, data: bytes) -> list[Message]:
        """Read what came; return the events that are whole."""
        if self._paste is None:
            data = self._joined(data)
        at = 0
        while at < len(data):
            if self._paste is not None:
                data, at = self._pasted(self._paste, data[at:]), 0
            elif found := _WHOLE.match(data, at):
                at = found.end()
                self._read(found.lastgroup or "", found.group())
            elif _UNFINISHED.fullmatch(data, at):
                rest = data[at:]
                if len(rest) > _LONGEST_SEQUENCE:
                    rest = rest[:_LONGEST_SEQUENCE] + rest[-1:]
                self._rest = re.sub(rb"^\xc2?\x9b", b"\x1b[", rest)
                break
            else:
                broken = _BROKEN.match(data, at)
                at = broken.end() if broken else at + 1
                if broken and broken.group() == _ESC:
                    self._found.append(events.Key("escape", "\x1b"))
        return self._taken()

    def lull(self) -> list[Message]:
        """Tell that nothing came for as long as `patience` says; return the events that this makes whole."""
        rest = self._rest
        if self._paste is not None:
            self._silences += 1
            if self._silences > 1:
                self._found.append(PasteStalled())
        elif rest == _ESC:
            self._rest = b""
            self._esc_sent = True
            self._found.append(events.Key("escape", "\x1b"))
        elif _MAY_GO_ON.fullmatch(rest):
            self._doubted = True
        elif rest[:1] == _ESC:
            self._rest = b""
            if len(rest) == 2:  # Esc and one character: a key with Alt
                self._read("alt", rest)
        return self._taken()

    def _taken(self) -> list[Message]:
        found, self._found = self._found, []
        return found

    def _joined(self, data: bytes) -> bytes:
        """Put what came behind what was unfinished, unless a silence lay between them and they make no sense together.

        A slow line splits a sequence with any pause, but a person may press a key after a sequence that was cut off.
        """
        rest, self._rest = self._rest, b""
        if self._esc_sent and not rest and data[:1] == b"[":
            rest, self._doubted = _ESC, True
        elif not self._doubted:
            self._esc_sent = False
            return rest + data
        joined = rest + data
        if _MAY_GO_ON.fullmatch(joined):
            self._rest = joined
            return b""
        typed = rest[1:] if self._esc_sent else b""
        self._doubted = self._esc_sent = False
        return joined if _WENT_ON.match(joined) else typed + data

    def _pasted(self, paste: bytearray, data: bytes) -> bytes:
        """Take in a part of a paste; return what comes after its end."""
        # Presses of a person: each alone, and before the first one nothing came for long.
        pressed = data in _RESCUES and self._silences > (0 if self._rescues else 1)
        self._rescues = [*self._rescues, data] if pressed else []
        self._silences = 0
        known = len(paste)
        paste += data
        end = paste.find(self._paste_end, max(known - len(self._paste_end), 0))
        after = b"" if end < 0 else bytes(paste[end + len(self._paste_end) :])
        if len(self._rescues) == RESCUE_PRESSES:
            end = len(paste) - sum(map(len, self._rescues))
        if end < 0:
            del paste[_LARGEST_PASTE : -len(self._paste_end)]
            return b""
        self._paste = None
        self._rescues = []
        self._found.append(events.Paste(paste[:end].decode("utf-8", "replace")))
        return after

    def _read(self, group: str, token: bytes) -> None:
        if group == "sequence":
            sequence = re.sub(rb"^\xc2?\x9b", b"\x1b[", token)
            if sequence == _PASTE_START:
                self._paste = bytearray()
                self._paste_end = token.replace(b"200", b"201")
                self._silences = 0
            else:
                self._understand(sequence.decode("ascii"))
        elif group == "alt":
            self._understand(token.decode("utf-8", "ignore"))
        elif group == "text":
            for character in token.decode("utf-8", "ignore"):
                self._understand(character)

    def _understand(self, sequence: str) -> None:
        """Let Textual make events of one whole sequence or character."""
        try:
            found = self._events(sequence)
        except Exception:  # noqa: BLE001  # Textual promises nothing of what a terminal may send
            self._parser = XTermParser(self._debug)
            return
        for event in found:
            # A lone surrogate, which Kitty's protocol can spell, could not be written to the screen.
            if not (isinstance(event, events.Key) and (event.key == Keys.Ignore or _unwritable(event.character))):
                self._found.append(event)

    def _events(self, sequence: str) -> list[Message]:
        if size := _SIZE.fullmatch(sequence):
            sane = all(0 < int(side) <= _LARGEST_SIDE for side in size.groups())
            return list(self._parser.feed(sequence)) if sane else []
        if _REPORT.fullmatch(sequence):
            return list(self._parser.feed(sequence))
        if sequence.startswith("\x1b[<"):
            mouse = self._parser.parse_mouse_code(sequence)
            return [mouse] if mouse else []
        if kitty := _KITTY.fullmatch(sequence):
            code, modifiers, text, end = kitty.groups(default="")
            if ":" in code + modifiers:
                # https://sw.kovidgoyal.net/kitty/keyboard-protocol/: other keys of the place, and what the key did
                modifiers, _, did = modifiers.partition(":")
                if did == _RELEASED:
                    return []
                sequence = f"\x1b[{code.partition(':')[0]};{modifiers}{text}{end}"
        elif len(sequence) > _LONGEST_KEY:
            return []  # Textual's pattern would try for minutes to make a key of it
        to_keys = self._parser._sequence_to_key_events  # noqa: SLF001  # Textual's table of keys has no public name
        found: list[Message] = list(to_keys(sequence))
        if not found and len(sequence) == 2:  # Esc and one character: a key with Alt
            found = list(to_keys(sequence[1], alt=True))
        return found


def without_colours(data: str) -> str:
    """Take the colours out of the styles of what is written to a terminal; bold, underline and reverse stay."""

    def plain(found: re.Match[str]) -> str:
        kept = _COLOUR.sub("", found[1]).rstrip(";")
        return f"\x1b[{kept}m" if kept or not found[1] else ""

    return _STYLING.sub(plain, data)


def _unwritable(character: str | None) -> bool:
    return any("\ud800" <= one <= "\udfff" for one in character or "")


class _WakingEvent(Event):
    """Wakes the reading thread once it is set: woken before, the thread would see nothing and sleep on."""

    def __init__(self, wake: int) -> None:
        super().__init__()
        self._wake = wake

    def set(self) -> None:
        super().set()
        with suppress(OSError):
            os.write(self._wake, b"\0")


class Terminal:
    """A terminal to write to; one that is gone takes everything, so that Textual's writing thread lives until the end.

    When that thread dies its queue fills up, and the program waits for ever for a place in it, deaf to signals.
    """

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class QuickDriver(LinuxDriver):
    """Reads keys without a pause, and whatever comes without an end."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file = Terminal(self._file)  # type: ignore[assignment]  # it has all that Textual uses of a file
        # Kept until the program ends: after an editor has had the terminal, the same driver goes on.
        self._woken, self._wake = os.pipe()
        self.exit_event = _WakingEvent(self._wake)

    def start_application_mode(self) -> None:
        """Begin; a terminal with the first picture on it is not cleared, and will be left as it was before that."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's has no types
        if (before := first_picture.take_over()) is not None:
            self.attrs_before = before

    def write(self, data: str) -> None:
        """Write to the terminal; with `NO_COLOR` no colour at all, also where Textual filters no line."""
        if data != first_picture.ENTER or not first_picture.is_painted():
            super().write(without_colours(data) if self._app.no_color else data)

    def _sigcont_application(self, *arguments: object) -> None:
        """Go on after a stop that nobody told of (SIGSTOP): as after Ctrl+z, or two threads would read the keys."""
        if self._auto_restart and self._key_thread is not None and self._key_thread.is_alive():
            self.suspend_application_mode()
            self._must_signal_resume = True
        super()._sigcont_application(*arguments)

    def run_input_thread(self) -> None:
        reader = InputReader(self._debug)
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno, self._woken], [], [], reader.patience)
            if self._woken in ready:
                os.read(self._woken, _CHUNK)
            try:
                if self.fileno in ready:
                    data = self._arrived()
                    if data == b"":
                        self.process_message(InputEnded())
                        return
                    found = reader.feed(data or b"")
                else:
                    found = [] if ready else reader.lull()
            except Exception:  # noqa: BLE001  # whatever came, the next key must find somebody who reads it
                reader, found = InputReader(self._debug), []
            for event in found:
                with suppress(Exception):  # the same for whoever is told
                    self.process_message(event)

    def _arrived(self) -> bytes | None:
        """Return what came; nothing when the terminal is gone, None when another program was quicker."""
        try:
            return os.read(self.fileno, _CHUNK)
        except BlockingIOError:
            return None
        except OSError:
            return b""
