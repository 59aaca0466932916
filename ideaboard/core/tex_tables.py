"""What TeX commands look like as text: symbols, accents, and the commands that only change the look."""

from __future__ import annotations


def _words(text: str) -> list[str]:
    return text.split()


_GREEK = {
    name: chr(code)
    for code, name in enumerate(
        _words(
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma "
            "sigma tau upsilon phi chi psi omega"
        ),
        start=0x3B1,
    )
}
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

SYMBOLS = {
    **_GREEK,
    **_CAPITALS,
    **dict(pair.split(" ") for pair in _PAIRS.replace("\n", "  ").split("  ") if pair),
}
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

SILENT = frozenset(
    _words(
        "it em bf rm tt sc sl sf cal bb frak itshape bfseries ttfamily scshape normalfont tiny small large Large "
        "footnotesize displaystyle textstyle scriptstyle scriptscriptstyle left right middle big Big bigg Bigg "
        "bigl bigr Bigl Bigr biggl biggr limits nolimits nonumber noindent centering protect relax xspace "
        "ensuremath"
    )
)
"""Commands that only change the look, without an argument of their own."""

DROP_FIRST_ARGUMENT = frozenset(["textcolor", "color", "colorbox", "begin", "end", "label", "vspace", "hspace"])
"""Commands whose first argument is an instruction, not text."""

DOUBLE_STRUCK = dict(zip("RNZQCPEFHA1", "ℝℕℤℚℂℙ𝔼𝔽ℍ𝔸𝟙", strict=True))
"""`\\mathbb` of the letters that mean something."""

SUPERSCRIPTS = dict(zip("0123456789+-=()niT*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ*", strict=True))
SUBSCRIPTS = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
