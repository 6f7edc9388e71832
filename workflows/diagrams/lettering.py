"""How wide text is, without asking any font: estimates that hold for every font of the stacks in `theme.py`.

They go by the widest of the usual fonts (DejaVu Sans among the proportional ones), so that text never outgrows its
place.
"""

from dataclasses import dataclass
from typing import Final

#: Advances in thousandths of an em.
NARROW: Final = dict.fromkeys("ijl.,:;'|!I ", 420) | dict.fromkeys('ft()[]r-/"`', 500)
WIDE: Final = dict.fromkeys("mwMWQOGD@%&", 1000) | dict.fromkeys("_+=<>~#", 820)
CAPITAL, SMALL, FIXED, FOREIGN = 760, 640, 625, 1250
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Face:
    """A way of setting text: size and distance of lines in pixels. `fixed`: every letter is as wide as any other."""

    name: str
    size: int
    leading: int
    fixed: bool = False
    bold: bool = False

    def width(self, text: str) -> int:
        """At most so many pixels wide."""
        thousandths = sum(self._advance(letter) for letter in text)
        heavier = thousandths * 115 // 100 if self.bold and not self.fixed else thousandths
        return -(-heavier * self.size // 1000)

    def _advance(self, letter: str) -> int:
        if not letter.isascii():
            return FOREIGN
        if self.fixed:
            return FIXED
        usual = CAPITAL if letter.isupper() else SMALL
        return NARROW.get(letter) or WIDE.get(letter) or usual


TITLE: Final = Face("title", 18, 26, bold=True)
CAPTION: Final = Face("caption", 13, 19)
HEADING: Final = Face("heading", 13, 20, bold=True)
STATE: Final = Face("state", 14, 20, bold=True)
COUNT: Final = Face("count", 16, 24, bold=True)
NOTE: Final = Face("note", 12, 16)
BADGE: Final = Face("badge", 12, 22, bold=True)
EVENT: Final = Face("event", 12, 16, fixed=True)
GUARD: Final = Face("guard", 12, 16)
VISIT: Final = Face("visit", 12, 16, fixed=True)


def wrapped(text: str, face: Face, limit: int, lines: int = 3) -> tuple[str, ...]:
    """The text in lines no wider than the limit, broken behind a space or a sign; what is too long ends in `…`."""
    done: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and face.width(line + piece.rstrip()) > limit:
            done.append(line)
            line = ""
        line += piece
    done.append(line)
    kept = done if len(done) <= lines else [*done[: lines - 1], "".join(done[lines - 1 :])]
    return tuple(cut(line.rstrip(), face, limit) for line in kept)


def cut(text: str, face: Face, limit: int) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if face.width(text) <= limit:
        return text
    while text and face.width(text + ELLIPSIS) > limit:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _pieces(text: str) -> list[str]:
    """The text, taken apart behind each place where a line may end."""
    pieces = [""]
    for letter in text:
        pieces[-1] += letter
        if letter in " ._-,/":
            pieces.append("")
    return [piece for piece in pieces if piece]
