"""Draw docs/images/demo.svg: what `oneseek demo` prints, as a terminal shows it.

Run it with the demo's coloured output on standard input:
    script -qc "oneseek demo 2> /dev/null" /dev/null | python docs/tools/picture.py
"""

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

_CUT = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{40,}\b")
_WIDTH = 112
_KEEP = ("Ask before", "Train and certify", "Activate", "Flip one", "Reset", "One file")
_LEFT_OUT = re.compile(
    r"epoch ([2-9]|1[01])/12|query-answered|drift-repaired| {4,}(1[5-9]|[2-7])  20"
)


def main() -> None:
    """Read coloured text, keep the telling steps, write the picture."""
    text = sys.stdin.read().replace("\r\n", "\n")
    steps = re.split(r"\n(?=\x1b\[1m *\d+\. )", text)
    chosen = [step for step in steps if any(title in step[:60] for title in _KEEP)]
    lines = [_CUT.sub(r"\1…", line) for step in chosen for line in step.rstrip().splitlines()]
    lines = [line for line in lines if not _LEFT_OUT.search(line)]
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True)
    for line in lines:
        console.print(Text.from_ansi(line), soft_wrap=False, overflow="ellipsis", no_wrap=True)
    target = Path(__file__).parents[1] / "images" / "demo.svg"
    svg = console.export_svg(title="oneseek demo")
    # The picture must look the same without a network: no fonts from elsewhere.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S)
    svg = re.sub(r"<!-- Generated with Rich.*?-->\s*", "", svg)
    target.write_text(svg.replace("Fira Code", "ui-monospace, Menlo, Consolas"), "utf-8")


if __name__ == "__main__":
    main()
