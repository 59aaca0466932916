"""TeX in titles and abstracts, made readable in a terminal.

A library was tried (pylatexenc): on real abstracts it raises now and then, takes what follows a bare percent sign for a
comment, drops the macros that authors define for the name of their method, and costs milliseconds a piece. What arXiv's
metadata really holds is a short list of cases, so they are written out here; what is unknown stays as words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau "
    "upsilon phi chi psi omega"
)
_GREEK = {name: chr(code) for code, name in enumerate(_NAMES.split(), start=0x3B1)}
_CAPITALS = {name.capitalize(): letter.upper() for name, letter in _GREEK.items() if name != "varsigma"}

_PAIRS = """
varepsilon ε  vartheta ϑ  varphi φ  varrho ϱ  varpi ϖ  ell ℓ  hbar ℏ  infty ∞  partial ∂  nabla ∇  aleph ℵ  Re ℜ  Im ℑ
wp ℘  imath ı  jmath ȷ  emptyset ∅  varnothing ∅  forall ∀  exists ∃  neg ¬  lnot ¬  prime ′  top ⊤  bot ⊥  angle ∠
times ×  div ÷  cdot ·  ast ∗  star ⋆  circ ∘  bullet •  pm ±  mp ∓  oplus ⊕  ominus ⊖  otimes ⊗  oslash ⊘  odot ⊙
wedge ∧  land ∧  vee ∨  lor ∨  cap ∩  cup ∪  setminus ∖  sqcup ⊔  sqcap ⊓  uplus ⊎  rtimes ⋊  ltimes ⋉  dagger †  dag †
ddagger ‡  le ≤  leq ≤  leqslant ≤  ge ≥  geq ≥  geqslant ≥  ne ≠  neq ≠  ll ≪  gg ≫  approx ≈  sim ∼  simeq ≃  cong ≅
equiv ≡  propto ∝  asymp ≍  lesssim ≲  gtrsim ≳  prec ≺  succ ≻  preceq ⪯  succeq ⪰  in ∈  notin ∉  ni ∋  subset ⊂
supset ⊃  subseteq ⊆  supseteq ⊇  perp ⊥  parallel ∥  mid |  vert |  Vert ‖  vdash ⊢  models ⊨  sum ∑  prod ∏  coprod ∐
int ∫  iint ∬  oint ∮  bigcup ⋃  bigcap ⋂  bigoplus ⨁  bigotimes ⨂  bigwedge ⋀  bigvee ⋁  to →  rightarrow →
leftarrow ←  gets ←  leftrightarrow ↔  Rightarrow ⇒  Leftarrow ⇐  Leftrightarrow ⇔  implies ⇒  iff ⇔  mapsto ↦
longrightarrow ⟶  longleftarrow ⟵  hookrightarrow ↪  uparrow ↑  downarrow ↓  rightleftharpoons ⇌  xrightarrow →
leadsto ⇝  ldots …  dots …  cdots ⋯  vdots ⋮  ddots ⋱  dotsc …  dotsb ⋯  textellipsis …  langle ⟨  rangle ⟩  lceil ⌈
rceil ⌉  lfloor ⌊  rfloor ⌋  lbrace {  rbrace }  lbrack [  rbrack ]  backslash \\  square □  Box □  triangle △
blacksquare ■  diamond ⋄  Diamond ◇  diamondsuit ♢  heartsuit ♡  clubsuit ♣  spadesuit ♠  checkmark ✓  degree °
textdegree °  deg °  copyright ©  textcopyright ©  textregistered ®  circledR ®  texttrademark ™
textmu µ  textperthousand ‰  pounds £  euro €  S §  P ¶  ss ß  ae æ  AE Æ  oe œ  OE Œ  o ø  O Ø  aa å  AA Å  l ł  L Ł
i ı  j ȷ  dh ð  th þ  textendash –
textemdash —  textquotesingle '  textquoteleft ‘  textquoteright ’  textquotedblleft “  textquotedblright ”
guillemotleft «  guillemotright »  textbackslash \\  textasciitilde ~  textasciicircum ^  textunderscore _
textbar |  textless <  textgreater >  textbullet •  textbraceleft {  textbraceright }  colon :  LaTeX LaTeX  TeX TeX
"""

SYMBOLS = {**_GREEK, **_CAPITALS, **dict(pair.split(" ") for pair in _PAIRS.replace("\n", "  ").split("  ") if pair)}
"""Commands without an argument, and what stands for them."""

LETTERS = frozenset(["ss", "ae", "AE", "oe", "OE", "o", "O", "aa", "AA", "l", "L", "i", "j", "dh", "th"])
"""Commands that are a letter of a word: a blank after them only ends the command."""

ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331", "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
    "overline": "\u0304", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "breve": "\u0306",
    "acute": "\u0301", "grave": "\u0300", "mathring": "\u030a",
}  # fmt: skip
"""Commands that put a mark on the letter that follows, as combining characters."""

SPACES = {
    ",": " ", ";": " ", ":": " ", " ": " ", "\n": " ", "\\": " ", "!": "", "/": "", "-": "", "@": "",
    "quad": " ", "qquad": " ", "space": " ", "newline": " ", "linebreak": " ", "par": " ", "thinspace": " ",
}  # fmt: skip
"""Commands that only make room."""

_LOOKS = """
it em bf rm tt sc sl sf cal bb frak itshape bfseries ttfamily scshape normalfont tiny small large Large footnotesize
displaystyle textstyle scriptstyle scriptscriptstyle left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl
biggr limits nolimits nonumber noindent centering protect relax xspace ensuremath
"""
SILENT = frozenset(_LOOKS.split())
"""Commands that only change the look, without an argument of their own."""

DROP_FIRST_ARGUMENT = frozenset(["textcolor", "color", "colorbox", "begin", "end", "label", "vspace", "hspace"])
"""Commands whose first argument is an instruction, not text."""

DOUBLE_STRUCK = dict(zip("RNZQCPEFHA1", "ℝℕℤℚℂℙ𝔼𝔽ℍ𝔸𝟙", strict=True))
"""`\\mathbb` of the letters that mean something."""

SUPERSCRIPTS = dict(zip("0123456789+-=()niT*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ*", strict=True))
SUBSCRIPTS = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))


_HAS_TEX = re.compile(r"[\\$]|(?<=[\w.])~(?=\w)|``")
_TOKEN = re.compile(r"\\([A-Za-z]+)\*?|\\(.)|(\$\$?)|([{}])|([\^_])|(``|''|~)", re.DOTALL)
_ARGUMENT = re.compile(r"[ \n]*(?:(\{)|\\([A-Za-z]+)|\\(.)|([^\s\\{}$]))", re.DOTALL)
_FORMULA_SIGNS = re.compile(r"[\\^_=<>]")
_BROKEN_SYMBOL = re.compile(r"([A-Za-z]+)\}")  # `\{beta}`, which some converter writes for a β
_LONGEST_FORMULA = 600
_DEEPEST = 30


def readable(text: str) -> str:
    """Return a title or an abstract as one line of readable text: wraps joined, TeX cleaned."""
    return " ".join(clean_tex(" ".join(text.split())).split())


def clean_tex(text: str) -> str:
    r"""Return text with its TeX as one would read it: `$\alpha$` as α, `\emph{x}` as x, `\'e` as é.

    Plain text comes back unchanged, prices such as `$5` included. No word is lost: a command that nobody knows leaves
    its argument, or else its name. Never raises.
    """
    if not _HAS_TEX.search(text):
        return text
    return unicodedata.normalize("NFC", _Reader(text).read(0, len(text), math=False, depth=0))


class _Reader:
    """Reads one text; all positions are in it, so that nested groups cost no copies and no second search."""

    __slots__ = ("closing", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.closing = _match_pairs(text)

    def read(self, start: int, end: int, *, math: bool, depth: int) -> str:
        """Return what the part between two positions says."""
        if depth > _DEEPEST:
            return self.text[start:end]
        out: list[str] = []
        position = start
        while match := _TOKEN.search(self.text, position, end):
            out.append(self.text[position : match.start()])
            piece, position = self._token(match, end, math=math, depth=depth)
            out.append(piece)
        out.append(self.text[position:end])
        return "".join(out)

    def _token(self, match: re.Match[str], end: int, *, math: bool, depth: int) -> tuple[str, int]:
        command, character, dollars, brace, script, other = match.groups()
        after = match.end()
        if command:
            piece, position = self._command(command, after, end, math=math, depth=depth)
            glued = match.start() > 0 and self.text[match.start() - 1].isalnum() and piece == command
            return (f" {piece}" if glued else piece), position
        if character:
            return self._character(character, match.start(), after, end, math=math, depth=depth)
        if dollars:
            close = self.closing.get(match.start())
            if close is None or close + len(dollars) > end:
                return dollars, after
            return self.read(after, close, math=True, depth=depth + 1), close + len(dollars)
        if brace:
            close = self.closing.get(match.start())
            if brace == "{" and close is not None and close < end:
                return self.read(after, close, math=math, depth=depth + 1), close + 1
            return "", after
        if script:
            return self._script(script, after, end, depth) if math else (script, after)
        return {"``": "“", "''": "”", "~": " "}[other] if not math else other, after

    def _command(self, name: str, after: int, end: int, *, math: bool, depth: int) -> tuple[str, int]:
        if name in SILENT:
            return "", after + (self.text[after : after + 1] == " ")
        if name in SPACES:
            return SPACES[name], after
        if name in ACCENTS:
            return self._accent(ACCENTS[name], name, after, end, math=math, depth=depth)
        if name in SYMBOLS:
            ends_with_blank = name in LETTERS and self.text[after : after + 1] == " " and not math
            return SYMBOLS[name], after + ends_with_blank
        if name in DROP_FIRST_ARGUMENT:
            return "", self.closing[after] + 1 if self._opens(after, end) else after
        if name in _WITH_ARGUMENTS:
            count, build = _WITH_ARGUMENTS[name]
            arguments = []
            for _ in range(count):
                argument, after = self._argument(after, end, math=math, depth=depth)
                arguments.append(argument)
            return build(arguments), after
        if self._opens(after, end) or (math and name.startswith("math")):  # `\mathbb P` needs no braces
            argument, after = self._argument(after, end, math=math, depth=depth)
            if name == "mathbb":
                argument = DOUBLE_STRUCK.get(argument, argument)
            return argument or name, after
        return name, after

    def _character(
        self, character: str, start: int, after: int, end: int, *, math: bool, depth: int
    ) -> tuple[str, int]:
        if character == "{" and (broken := _BROKEN_SYMBOL.match(self.text, after, end)) and broken[1] in SYMBOLS:
            return SYMBOLS[broken[1]], broken.end()
        if character in "([" and (close := self.closing.get(start)) is not None and close + 2 <= end:
            return self.read(after, close, math=True, depth=depth + 1), close + 2
        if character in ACCENTS:
            return self._accent(ACCENTS[character], character, after, end, math=math, depth=depth)
        if character in SPACES:
            return SPACES[character], after
        return "‖" if character == "|" else character, after

    def _accent(self, mark: str, name: str, after: int, end: int, *, math: bool, depth: int) -> tuple[str, int]:
        argument, position = self._argument(after, end, math=math, depth=depth)
        argument = {"ı": "i", "ȷ": "j"}.get(argument, argument)
        if not argument:
            return name if name.isalpha() else "", position
        return (argument + mark if len(argument) == 1 and argument.isalpha() else argument), position

    def _script(self, sign: str, after: int, end: int, depth: int) -> tuple[str, int]:
        argument, position = self._argument(after, end, math=True, depth=depth)
        if not argument:
            return sign, after
        table = SUPERSCRIPTS if sign == "^" else SUBSCRIPTS
        if all(char in table for char in argument):
            return "".join(table[char] for char in argument), position
        if sign == "^" and argument in {"∘", "′", "†", "⊤"}:
            return argument.replace("∘", "°"), position
        return sign + (argument if len(argument) == 1 or argument.isalnum() else f"({argument})"), position

    def _opens(self, after: int, end: int) -> bool:
        close = self.closing.get(after)
        return self.text[after : after + 1] == "{" and close is not None and close < end

    def _argument(self, after: int, end: int, *, math: bool, depth: int) -> tuple[str, int]:
        """Read a group, a command or one character, as TeX does; empty at the end of the part."""
        match = _ARGUMENT.match(self.text, after, end)
        if match is None or depth > _DEEPEST:
            return "", after
        group, command, character, single = match.groups()
        if group:
            open_at = match.end() - 1
            if not self._opens(open_at, end):
                return "", after
            close = self.closing[open_at]
            return self.read(open_at + 1, close, math=math, depth=depth + 1), close + 1
        if command:
            return self._command(command, match.end(), end, math=math, depth=depth + 1)
        if character:
            return self._character(character, match.end() - 2, match.end(), end, math=math, depth=depth + 1)
        return single, match.end()


def _match_pairs(text: str) -> dict[int, int]:
    """Find, in one pass, where each group and each formula that opens at a position closes."""
    closing: dict[int, int] = {}
    braces: list[int] = []
    dollar: tuple[int, str] | None = None
    bracket: tuple[int, str] | None = None
    for match in re.finditer(r"\\.|\$\$?|[{}]", text, re.DOTALL):
        sign, at = match.group(), match.start()
        if sign == "{":
            braces.append(at)
        elif sign == "}":
            if braces:
                closing[braces.pop()] = at
        elif sign in {"\\(", "\\["}:
            bracket = (at, "\\)" if sign == "\\(" else "\\]")
        elif bracket and sign == bracket[1]:
            closing[bracket[0]] = at
            bracket = None
        elif sign[0] == "$":
            if dollar and dollar[1] == sign and _is_formula(text, dollar[0] + len(sign), at, at + len(sign)):
                closing[dollar[0]] = at
                dollar = None
            elif dollar and dollar[1] == "$" and sign == "$$" and _is_formula(text, dollar[0] + 1, at, at + 1):
                closing[dollar[0]] = at
                dollar = (at + 1, "$")
            else:
                dollar = (at, sign)
    return closing


def _is_formula(text: str, start: int, end: int, after: int) -> bool:
    """Tell a formula from two prices: no blank inside its dollars and no digit after, or signs that only TeX has."""
    inner = text[start : min(end, start + _LONGEST_FORMULA + 1)]
    if not inner.strip() or len(inner) > _LONGEST_FORMULA:
        return False
    tight = not inner[0].isspace() and not inner[-1].isspace() and not text[after : after + 1].isdigit()
    return tight or bool(_FORMULA_SIGNS.search(inner))


def _in_brackets(text: str) -> str:
    return text if len(text) <= 1 or text.isalnum() else f"({text})"


def _link(arguments: list[str]) -> str:
    url, label = arguments
    return label if label == url or not url else f"{label} ({url})" if label else url


_Builder = Callable[[list[str]], str]
_WITH_ARGUMENTS: dict[str, tuple[int, _Builder]] = {
    **dict.fromkeys(
        ("frac", "tfrac", "dfrac"), (2, lambda parts: f"{_in_brackets(parts[0])}/{_in_brackets(parts[1])}")
    ),
    **dict.fromkeys(("cite", "citep", "citet"), (1, lambda parts: f"[{parts[0]}]")),
    **dict.fromkeys(("stackrel", "overset", "underset"), (2, lambda parts: " ".join(filter(None, parts)))),
    "sqrt": (1, lambda parts: "√" + _in_brackets(parts[0])),
    "binom": (2, lambda parts: f"({parts[0]} choose {parts[1]})"),
    "href": (2, _link),
    "footnote": (1, lambda parts: f" ({parts[0].strip()})"),
    "not": (1, lambda parts: parts[0] + "\u0338"),
    "textsuperscript": (1, lambda parts: "".join(SUPERSCRIPTS.get(char, char) for char in parts[0])),
    "textsubscript": (1, lambda parts: "".join(SUBSCRIPTS.get(char, char) for char in parts[0])),
}
