"""Contrast as WCAG 2.2 defines it, of two colors and of everything on a screen."""

from __future__ import annotations

from rich.color import Color as RichColor
from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.geometry import Region

from tests.support.inside import drawn_strips

_GRAPHICS = frozenset("▌▐▁▂▃▄▅▆▇█▀▔▕▏▎▍▋▊▉ ━─│")
"""Marks and scrollbars, which are not text."""


def contrast(one: str, other: str) -> float:
    """Between 1 and 21; both in any spelling that Textual knows."""
    light, dark = sorted((_luminance(Color.parse(one)), _luminance(Color.parse(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def hard_to_read(app: App[None], region: Region | None = None) -> list[str]:
    """Texts of less than 4.5:1, or dimmed, on the screen on top (or in `region` of it), each with its colors."""
    region = region or app.screen.region
    strips = drawn_strips(app.screen)[region.y : region.bottom]
    found = [_problem(segment) for strip in strips for segment in strip.crop(region.x, region.right)]
    return [problem for problem in found if problem]


def _problem(segment: Segment) -> str:
    text, style, _ = segment
    if _GRAPHICS.issuperset(text) or style is None or style.color is None or style.bgcolor is None:
        return ""
    ratio = contrast(_hex(style.color), _hex(style.bgcolor))
    return "" if ratio >= 4.5 and not style.dim else f"{text!r} {style} {ratio:.2f}"


def _hex(color: RichColor) -> str:
    return color.get_truecolor().hex


def _luminance(color: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)
