"""Text from outside: the one reader for every command and screen that takes it.

`read_text` makes text of bytes: byte-order marks, UTF-16 and UTF-32, a legacy encoding, compressed or not, and mail
by part.
`ideaboard.intake.lists` finds the ideas of a list, `ideaboard.intake.papers` the papers by the structure of the text.
What cannot be read is refused, and what was left out is told: nothing is lost without a word.
"""

from __future__ import annotations

import codecs
import re
from typing import IO, TYPE_CHECKING, NamedTuple

from ideaboard.errors import InvalidInput

if TYPE_CHECKING:
    from email.message import Message

SIZE_LIMIT = 512 * 1024 * 1024
_SAMPLE = 64 * 1024
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_MARKS = (  # those of UTF-32 first: one of them begins with one of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PACKED = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "lzma"))
_ZIP = b"PK\x03\x04"
_HEADERS = re.compile(rb"\s*(?:From [^\n]*\n)?((?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*)+)\r?\n")
_OF_MIME = re.compile(rb"^(?:mime-version|content-type|content-transfer-encoding):", re.IGNORECASE | re.MULTILINE)
_OF_MAIL = re.compile(rb"^(?:from|to|date|subject|message-id|received|return-path):", re.IGNORECASE | re.MULTILINE)
# UTF-8 with a damage is no other encoding: half a surrogate, or a byte with which no word of any language begins.
_NO_LEGACY = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]|(?<![A-Za-z\x80-\xfe])\xff")
# The letters of windows-1252, at most two in a row, and the signs that people write with them.
_WESTERN = re.compile(
    rb"(?:[\x00-\x7f\x80\x82\x84\x85\x91-\x97\x99\xa0-\xbf]|[\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xc0-\xff]{1,2}(?![\xc0-\xff]))*"
)
_FOREIGN_WORD = re.compile(rb"[A-Za-z\xc0-\xff]*[\xc0-\xff][A-Za-z\xc0-\xff]*")
_LEGACY = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "koi8_r",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
]
"""What people still have; a guess among all that are known finds mainframes in three letters."""
_ENOUGH = 16
"""Foreign letters, in bytes, from which on a guess is worth something."""
_NEXT_MAIL = re.compile(rb"^From [^\n]*\n(?=[A-Za-z-]+:)", re.MULTILINE)
_TEXT_FILES = (".bib", ".csv", ".json", ".md", ".ris", ".tsv", ".txt")


class Text(NamedTuple):
    """What was read."""

    text: str
    more: str = ""
    """What says the same in another form, such as the HTML of a mail: a link may be only there."""
    remarks: tuple[str, ...] = ()
    """What the person should know: a guessed encoding, an attachment that was not read."""

    @property
    def forms(self) -> list[str]:
        return [self.text, self.more] if self.more else [self.text]


def read_text(data: bytes) -> Text:
    """Make text of bytes from a file or a stream; raises `InvalidInput` when they are not text, or too much."""
    data = unpacked(data)
    head = data.removeprefix(codecs.BOM_UTF8)[:_SAMPLE]
    headers = _HEADERS.match(head)
    if headers and (_OF_MIME.search(headers[1]) or len(_OF_MAIL.findall(headers[1])) > 1):
        try:
            return _read_mail(data.removeprefix(codecs.BOM_UTF8))
        except RecursionError:
            raise InvalidInput("the mail is nested too deeply", "give the text of its innermost part") from None
    text, remark = _decoded(data)
    return Text(text, "", (remark,) if remark else ())


def unpacked(data: bytes) -> bytes:
    """Return what is in a file that may be compressed: gzip, bzip2, xz, or a zip with one file of text in it.
    Raises `InvalidInput` when it is damaged, or holds too much.
    """
    import io

    damaged = InvalidInput("the compressed file is damaged", "unpack it yourself, then try again")
    if data.startswith(_ZIP):
        return _unzipped(data, damaged)
    for mark, module in _PACKED:
        if data.startswith(mark):
            import zlib
            from importlib import import_module

            opener = import_module(module)
            try:
                with opener.open(io.BytesIO(data)) as file:
                    return _at_most(file)
            except (OSError, EOFError, zlib.error, getattr(opener, "LZMAError", OSError)):
                raise damaged from None
    return _at_most(io.BytesIO(data)) if len(data) > SIZE_LIMIT else data


def _at_most(file: IO[bytes]) -> bytes:
    """Read a file to its end; a bomb is given up where it becomes too large, and nothing of it is copied."""
    import io

    held = io.BytesIO()
    while piece := file.read(2**20):
        held.write(piece)
        if held.tell() > SIZE_LIMIT:
            raise InvalidInput(f"this is larger than {SIZE_LIMIT // 2**20} MB", "give it in parts")
    return held.getvalue()


def _unzipped(data: bytes, damaged: InvalidInput) -> bytes:
    import io
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = [name for name in packed.namelist() if name.lower().endswith(_TEXT_FILES)]
            names = [name for name in names if name.lower().endswith((".csv", ".json"))] or names
            # Notion packs a table twice: once as it is shown, once whole.
            names = [name for name in names if name.lower().endswith("_all.csv")] or names
            if len(names) != 1:
                raise InvalidInput(
                    f"there are {len(names)} files of text in the zip", "unpack it, and give one of them"
                )
            with packed.open(names[0]) as file:
                return _at_most(file)
    except zipfile.BadZipFile:
        return data
    except (OSError, EOFError, RuntimeError, zlib.error):
        raise damaged from None


def _decoded(data: bytes, declared: str = "") -> tuple[str, str]:
    """Return the text, and what to tell of it."""
    not_text = InvalidInput("this is not text", "give a text file, in UTF-8 if you can choose")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), ""
            except UnicodeDecodeError as error:
                raise _damaged(data, error.start + len(mark), encoding) from None
    if b"\0" in data[:_SAMPLE]:
        if wide := _wide_encoding(data):
            return data.decode(wide), ""
        if data.count(0) * 10 > len(data):
            raise not_text
    if declared:
        try:
            return data.decode(declared), ""
        except (LookupError, UnicodeError):
            pass  # mail programs name encodings that are none, and others than they use
    try:
        return data.decode(), ""
    except UnicodeDecodeError as error:
        lenient = data.decode(errors="replace")
        bad = lenient.count("\ufffd")
        if sum(char > "\x7f" for char in lenient) > 2 * bad or _NO_LEGACY.search(data):
            raise _damaged(data, error.start, "UTF-8") from None
    if b"\0" not in data and (legacy := _legacy_encoding(data)):
        return data.decode(legacy), f"this is not UTF-8; it is read as {legacy}"
    raise not_text


def _damaged(data: bytes, at: int, encoding: str) -> InvalidInput:
    line = data.count(b"\n", 0, at) + 1
    return InvalidInput(f"line {line}: this is not {encoding.upper()} text", "mend the line, or save the file as UTF-8")


def _wide_encoding(data: bytes) -> str | None:
    """Tell UTF-16 and UTF-32 without a mark from what is no text: the right one gives the most plain characters."""
    best: str | None = None
    most = 0
    for encoding in _WIDE:
        try:
            text = data.decode(encoding)[:_SAMPLE]
        except UnicodeDecodeError:
            continue
        plain = sum(char.isascii() for char in text)
        if plain > most and "\0" not in text and re.sub(r"[\t\r\n\f]", "", text).isprintable():
            best, most = encoding, plain
    return best


def _legacy_encoding(data: bytes) -> str | None:
    """Name a legacy encoding: western Windows where few letters are foreign, or stand alone in words of others, else
    what the letters speak for. Raises `InvalidInput` when they are too few to tell.
    """
    sample = data[:_SAMPLE]
    foreign = len(re.findall(rb"[\x80-\xff]", sample))
    if foreign * 3 <= len(re.findall(rb"[A-Za-z]", sample)) or _is_western(sample):
        try:
            if re.sub(r"[\t\r\n\f\xa0]", "", data.decode("cp1252")).isprintable():
                return "windows-1252"
        except UnicodeDecodeError:
            pass  # five bytes have no meaning there
    if foreign < _ENOUGH:
        raise InvalidInput("this is not UTF-8, and too short to tell what it is", "save it as UTF-8")
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=[*_LEGACY]).best()
    try:
        return best.encoding if best and data.decode(best.encoding) else None
    except UnicodeDecodeError:
        return None


def _is_western(sample: bytes) -> bool:
    """Tell words such as `Größe` from those of other scripts, which have more than two such letters in a row."""
    words = _FOREIGN_WORD.findall(sample)
    mixed = sum(bool(re.search(rb"[A-Za-z]", word)) for word in words)
    return bool(_WESTERN.fullmatch(sample)) and (len(words) < 2 or mixed * 2 > len(words))


def _read_mail(data: bytes) -> Text:
    """Read mail, or a mailbox, part by part; an encoding of transfer holds for its part alone."""
    from email import message_from_bytes

    plain: list[str] = []
    rich: list[str] = []
    remarks: list[str] = []
    for one in _NEXT_MAIL.split(data):
        if not one.strip():
            continue
        for part in message_from_bytes(one).walk():
            if subject := _subject(part):
                plain.append(subject)
            if part.is_multipart():
                continue
            name = part.get_filename() or ""
            if part.get_content_maintype() != "text" and not name.lower().endswith(_TEXT_FILES):
                remarks.append(f"a part of the mail is not read: {name or part.get_content_type()}")
                continue
            payload = part.get_payload(decode=True)
            if part.defects or not isinstance(payload, bytes):
                remarks.append("a part of the mail is damaged; what can be read of it is read")
            text, remark = _decoded(payload if isinstance(payload, bytes) else b"", part.get_content_charset() or "")
            (rich if part.get_content_subtype() == "html" else plain).append(text)
            remarks += [remark] if remark else []
    bodies = [text for text in plain if text.strip()]
    return Text("\n".join(bodies or rich), "\n".join(rich) if bodies else "", tuple(dict.fromkeys(remarks)))


def _subject(part: Message) -> str:
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    subject = part["subject"] or ""
    try:
        return str(make_header(decode_header(subject)))
    except (HeaderParseError, LookupError, UnicodeError):
        return str(subject)
