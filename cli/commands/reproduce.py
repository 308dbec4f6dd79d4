"""``oneseek reproduce``: train a version once more from its records, and judge what comes out."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make

if TYPE_CHECKING:
    from oneseek.cli.wiring.reproducing import Reproduced

_SHOWN = 5
_SENTENCES = {
    "same-bytes": "Same bytes",
    "within-tolerance": "Within tolerance",
    "different": "Different",
    "cannot-be-repeated": "Cannot be repeated",
}


@make(
    examples=(
        "oneseek reproduce 1.0",
        "oneseek reproduce current --no-record --json",
        "oneseek reproduce 1.0 --no-record --threads 2 --keep repeated",
    ),
    codes=(0, 1, 2, 3, 4, 5, 6, 10, 130),
    writes=True,
)
@click.argument("dna")
@click.option("--no-record", is_flag=True, help="Only look: append nothing.")
@click.option(
    "--keep",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Keep the repeated files in this new folder.",
)
@click.option(
    "--device", type=click.Choice(["cpu", "cuda", "mps"]), help="Instead of the recorded."
)
@click.option(
    "--precision", type=click.Choice(["float32", "bfloat16"]), help="Instead of the recorded."
)
@click.option("--threads", type=click.IntRange(1, 1024), help="Instead of the recorded.")
def reproduce(
    app: App,
    dna: str,
    no_record: bool,
    keep: Path | None,
    device: str | None,
    precision: str | None,
    threads: int | None,
) -> None:
    """Train the version DNA once more as recorded, compare, and record the verdict.

    Base model, dataset, row order and the version that it continues from are compared with their
    digests first. The verdict is one of: same bytes; within tolerance, where rounding alone
    differs; different (exit code 1); cannot be repeated, because a material is missing (exit code
    6). Other options than the recorded ones are for looking only, with --no-record.
    """
    from oneseek.cli.wiring.reproducing import Changed
    from oneseek.cli.wiring.reproducing import reproduce as run
    from oneseek.domain.reproduction import CANNOT_BE_REPEATED, DIFFERENT

    changed = Changed(device=device, precision=precision, threads=threads)
    done = run(app, dna, record=not no_record, keep=keep, changed=changed)
    app.out.result({"report": done.report, "entry": done.entry}, _lines(done))
    code = {DIFFERENT: 1, CANNOT_BE_REPEATED: 6}.get(done.report.verdict)
    if code:
        raise click.exceptions.Exit(code)


def _lines(done: "Reproduced") -> list[str]:
    report = done.report
    lines = [f"{_SENTENCES[report.verdict]}: {report.dna}", f"  {report.reason}"]
    for item in report.missing:
        lines += [f"  ✗ {item.material}", f"      expected  {item.expected}"]
        lines += [f"      found     {item.found}"]
    for tensor in report.tensor_differences[:_SHOWN]:
        lines.append(
            f"  {tensor.name}: error {_number(tensor.error)} of {report.tolerance.error:g}, "
            f"peak {_number(tensor.peak)} of {report.tolerance.peak:g}"
        )
    if (more := len(report.tensor_differences) - _SHOWN) > 0:
        lines.append(f"  … and {more} more: --json shows all")
    for title, facts in (
        ("Option", report.changes),
        ("Environment", report.environment),
        ("Setting", report.settings),
    ):
        lines += [f"  {title} {fact.what}: {fact.recorded} → {fact.repeated}" for fact in facts]
    if not report.missing and not report.environment:
        lines.append("  The machine class and all versions are those of the record.")
    lines.append("Not recorded." if done.entry is None else f"Recorded by entry {done.entry}.")
    return lines


def _number(value: float | None) -> str:
    return "unmeasurable" if value is None else f"{value:.2g}"


command = reproduce
