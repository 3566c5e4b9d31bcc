"""Letters three lines high, for a code that is read off one screen and typed into another."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

# Each letter is five rows of pixels, written as one octal digit a row: 4 is the left pixel, 2 the middle, 1 the right.
_FONT = {
    "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717", "6": "74757", "7": "71122",
    "8": "75757", "9": "75717", "A": "25755", "B": "65656", "C": "34443", "D": "65556", "E": "74647", "F": "74644",
    "G": "34553", "H": "55755", "I": "72227", "J": "11152", "K": "55655", "L": "44447", "M": "57755", "N": "65555",
    "O": "25552", "P": "65644", "Q": "25563", "R": "65655", "S": "34216", "T": "72222", "U": "55557", "V": "55552",
    "W": "55775", "X": "55255", "Y": "55222", "Z": "71247", "-": "00700",
}  # fmt: skip
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


class BigText(Widget):
    """Draws `text` in big letters; characters it has no letter for are left out, so say it in small ones too."""

    DEFAULT_CSS = """
    BigText { height: 3; width: auto; color: $text-primary; }
    """

    text = reactive("", layout=True)

    def render(self) -> Text:
        """Three lines of half blocks."""
        return Text("\n".join(big_lines(self.text)), no_wrap=True)


def big_lines(text: str) -> list[str]:
    """`text` as three lines of half blocks, four cells a letter."""
    letters = [_FONT[character] for character in text.upper() if character in _FONT]
    return [
        " ".join("".join(_half(letter, top, pixel) for pixel in (4, 2, 1)) for letter in letters) for top in (0, 2, 4)
    ]


def _half(letter: str, top: int, pixel: int) -> str:
    upper = bool(int(letter[top]) & pixel)
    lower = top + 1 < len(letter) and bool(int(letter[top + 1]) & pixel)
    return _HALVES[upper, lower]
