"""How a drawing looks: its colours in light and in dark, and its stylesheet.

A page that embeds drawings serves `stylesheet()` as a file and may set any colour itself, as `--refundry-…`. Dark is
what the reader's system asks for, unless the page or the drawing stands under `data-theme="light"` or `"dark"`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Palette = Mapping[str, str]

LIGHT: Final[Palette] = MappingProxyType(
    {
        "paper": "#ffffff",
        "ink": "#1b2330",
        "quiet": "#566173",
        "line": "#6b7686",
        "frame": "#a3adba",
        "plain-fill": "#f4f6f8",
        "plain-stroke": "#6b7686",
        "plain-ink": "#1b2330",
        "refundable-fill": "#e2f5ea",
        "refundable-stroke": "#1b7f4b",
        "refundable-ink": "#0b3d24",
        "refunding-fill": "#fff2cf",
        "refunding-stroke": "#9a6b00",
        "refunding-ink": "#4a3300",
        "final-fill": "#e3ebff",
        "final-stroke": "#2b5cb8",
        "final-ink": "#12294f",
        "remedy": "#a83e00",
        "path": "#6d28d9",
        "possible": "#0a6685",
    }
)
DARK: Final[Palette] = MappingProxyType(
    {
        "paper": "#11161d",
        "ink": "#e7ebf1",
        "quiet": "#a7b1bf",
        "line": "#8a95a5",
        "frame": "#5d6877",
        "plain-fill": "#1d242e",
        "plain-stroke": "#8a95a5",
        "plain-ink": "#e7ebf1",
        "refundable-fill": "#11301f",
        "refundable-stroke": "#4cc486",
        "refundable-ink": "#d3f5e2",
        "refunding-fill": "#35290a",
        "refunding-stroke": "#e0b04a",
        "refunding-ink": "#ffeec4",
        "final-fill": "#172746",
        "final-stroke": "#7ea6f5",
        "final-ink": "#dbe7ff",
        "remedy": "#ffa869",
        "path": "#c6a9ff",
        "possible": "#6fcbf0",
    }
)
SANS: Final = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif'
MONO: Final = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace'
_RULES: Final = """
.refundry-diagram { background: var(--paper); color: var(--ink); font: 12px/16px SANS; overflow: visible; }
.refundry-diagram text { fill: var(--ink); white-space: pre; }
.refundry-diagram .paper { fill: var(--paper); }
.refundry-diagram .title { font-size: 18px; font-weight: 650; }
.refundry-diagram .caption { font-size: 13px; fill: var(--quiet); }
.refundry-diagram .heading { font-size: 13px; font-weight: 650; }
.refundry-diagram .panel { fill: none; stroke: var(--frame); stroke-width: 1; stroke-dasharray: 5 4; }
.refundry-diagram .note, .refundry-diagram .guard { font-size: 12px; }
.refundry-diagram .guard, .refundry-diagram .legend text { fill: var(--quiet); }
.refundry-diagram .event, .refundry-diagram .visit { font-size: 12px; font-family: MONO; }
.refundry-diagram .state { font-size: 14px; font-weight: 650; }
.refundry-diagram .count { font-size: 16px; font-weight: 650; }
.refundry-diagram .start { fill: var(--ink); }
.refundry-diagram .node .box { fill: var(--plain-fill); stroke: var(--plain-stroke); stroke-width: 1.5; }
.refundry-diagram .node .ring { fill: none; stroke: var(--plain-stroke); stroke-width: 1; }
.refundry-diagram .node text { fill: var(--plain-ink); }
MARKS
.refundry-diagram .here .box { stroke-width: 4; }
.refundry-diagram .badge { font-size: 12px; font-weight: 650; }
.refundry-diagram .node .badge-text { fill: var(--paper); }
.refundry-diagram .badge-pill { fill: var(--plain-ink); }
.refundry-diagram a { cursor: pointer; }
.refundry-diagram a:hover .state, .refundry-diagram a:focus .state { text-decoration: underline; }
.refundry-diagram .line { fill: none; stroke: var(--line); stroke-width: 1.5; }
.refundry-diagram .halo { fill: none; stroke: var(--paper); stroke-width: 4; }
.refundry-diagram .head { fill: var(--line); }
.refundry-diagram .edge.possible .event { fill: var(--possible); font-weight: 700; }
.refundry-diagram .remedy .line { stroke: var(--remedy); stroke-width: 2; }
.refundry-diagram .remedy .head { fill: var(--remedy); }
.refundry-diagram .edge.remedy .event { fill: var(--remedy); font-weight: 700; }
.refundry-diagram .possible .line { stroke: var(--possible); stroke-width: 2.5; stroke-dasharray: 7 5; }
.refundry-diagram .possible .head { fill: var(--possible); }
.refundry-diagram .visited .line { stroke: var(--path); stroke-width: 3.5; }
.refundry-diagram .visited .head, .refundry-diagram .visit { fill: var(--path); }
"""
_MARK_RULES: Final = """
.refundry-diagram .MARK .box { fill: var(--MARK-fill); stroke: var(--MARK-stroke); }
.refundry-diagram .MARK .ring { stroke: var(--MARK-stroke); }
.refundry-diagram .MARK text { fill: var(--MARK-ink); }
.refundry-diagram .MARK .badge-pill { fill: var(--MARK-ink); }
"""


def stylesheet() -> str:
    """The CSS of every drawing."""
    marks = "".join(_MARK_RULES.replace("MARK", mark).rstrip() for mark in ("refundable", "refunding", "final"))
    rules = _RULES.replace("MARKS", marks.lstrip()).replace("SANS", SANS).replace("MONO", MONO)
    return "\n".join(
        [
            f".refundry-diagram {{ {_colours(LIGHT)} }}",
            f"@media (prefers-color-scheme: dark) {{ .refundry-diagram {{ {_colours(DARK)} }} }}",
            f"{_under('light')} {{ {_colours(LIGHT)} }}",
            f"{_under('dark')} {{ {_colours(DARK)} }}",
            rules.strip(),
            "",
        ]
    )


def _under(theme: str) -> str:
    return f'[data-theme="{theme}"] .refundry-diagram, .refundry-diagram[data-theme="{theme}"]'


def _colours(palette: Palette) -> str:
    return " ".join(f"--{name}: var(--refundry-{name}, {colour});" for name, colour in palette.items())
