"""``oneseek storage``: what takes up how much, and how it goes on."""

from typing import TYPE_CHECKING

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import bytes_text

if TYPE_CHECKING:
    from oneseek.cli.wiring.storage import Measured

_WIDTH = 30
_UNKNOWN = "not measured yet"


@make(examples=("oneseek storage", "oneseek storage --json"), codes=(0, 2, 3, 5, 10))
def storage(app: App) -> None:
    """Show the sizes of everything in the workspace by kind, with a forecast.

    Sizes are blocks on the disk, and what has two names counts once. A file that shares its blocks
    with another (a reflink) counts twice, for no file system says how much is shared.
    """
    from oneseek.cli.wiring.storage import measure

    found = measure(app)
    if app.out.json:
        app.out.result(_value(found))
        return
    most = max([size for _, _, size in found.kinds], default=0)
    rows = [
        (kind, count, bytes_text(size), "█" * round(_WIDTH * size / (most or 1)))
        for kind, count, size in found.kinds
    ]
    app.out.table(("kind", "files", "size", ""), rows, None, "Nothing is here.")
    app.out.result(None, _forecast(found))


def _forecast(found: "Measured") -> list[str]:
    plan = found.forecast
    pace = _UNKNOWN if plan.per_week is None else f"{plan.per_week:.1f} versions"
    rows = [
        ("Together", bytes_text(found.used)),
        ("Free on this disk", bytes_text(found.free)),
        *((f"Backups in {place}", bytes_text(size)) for place, _, size in found.elsewhere),
        ("A major version", f"{_size(plan.major_bytes)}; 50 of them: {_size(plan.major_table)}"),
        ("A micro version", f"{_size(plan.micro_bytes)}; 50 of them: {_size(plan.micro_table)}"),
        ("In a week", pace),
        *((f"In {n} months" if n > 1 else "In a month", _size(plan.months[n])) for n in (1, 6, 12)),
        ("Full", _UNKNOWN if plan.full is None else f"{plan.full:%Y-%m-%d}, going on like this"),
    ]
    width = max(len(name) for name, _ in rows) + 2
    return ["", *(f"{name:<{width}}{text}" for name, text in rows)]


def _size(size: int | None) -> str:
    return _UNKNOWN if size is None else bytes_text(size)


def _value(found: "Measured") -> dict[str, object]:
    plan = found.forecast
    return {
        "kinds": [{"kind": k, "files": n, "bytes": size} for k, n, size in found.kinds],
        "bytes": found.used,
        "backups_elsewhere": [
            {"target": t, "backups": n, "bytes": size} for t, n, size in found.elsewhere
        ],
        "free": found.free,
        "forecast": {
            "major_bytes": plan.major_bytes,
            "major_bytes_50": plan.major_table,
            "micro_bytes": plan.micro_bytes,
            "micro_bytes_50": plan.micro_table,
            "versions_per_week": plan.per_week,
            "bytes_per_week": plan.growth,
            "months": {str(n): size for n, size in plan.months.items()},
            "full": None if plan.full is None else plan.full.isoformat(),
        },
    }


command = storage
