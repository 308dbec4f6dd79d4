"""The shape of every command: one sentence, runnable examples, the exit codes it uses.

``@command`` adds ``--workspace`` and ``--json``, opens the workspace on first use, and passes an
:class:`~oneseek.cli.app.App` as the first argument.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from oneseek.cli.app import App
from oneseek.cli.output import Output
from oneseek.domain.errors import ObjectAbsent

EXIT_CODES = {
    0: "ok",
    1: "something was found that is not as it should be",
    2: "bad input or usage",
    3: "not found",
    4: "conflict or locked",
    5: "disk, network or another program failed",
    6: "could not be checked here",
    10: "the ledger itself is broken",
    130: "interrupted",
}


_WORKSPACE = click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the workspace.  [default: the nearest one above, or $OQT_WORKSPACE]",
)
_ACTOR = click.option("--actor", help="Who acts.  [default: $OQT_ACTOR, settings, login name]")


def command(
    *,
    examples: tuple[str, ...],
    codes: tuple[int, ...] = (0, 2, 3, 5, 10),
    name: str | None = None,
    workspace: bool = True,
    writes: bool = False,
) -> Callable[[Callable[..., None]], click.Command]:
    """Make a click command of a function ``(app, **options)``.

    ``examples`` are command lines that work as they stand; ``codes`` are the exit codes used.
    ``workspace=False``: it needs none; ``writes=True``: it records who acts.
    """

    # A key that records may need a passphrase that nobody is there to give.
    shown = tuple(sorted({*codes, *((6,) if writes else ())}))

    def decorate(function: Callable[..., None]) -> click.Command:
        @click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
        @wraps(function)
        def run(
            *,
            as_json: bool,
            workspace: Path | None = None,
            actor: str | None = None,
            **options: Any,
        ) -> None:
            refuse_empty(click.get_current_context())
            app = App(workspace=workspace, actor=actor, out=Output(json=as_json))
            try:
                function(app, **options)
            except ObjectAbsent as error:
                from oneseek.cli.wiring.collected import told_of_collection

                raise told_of_collection(app, error) from None
            finally:
                app.close()

        if workspace:
            run = _WORKSPACE(run)
        if writes:
            run = _ACTOR(run)
        label = name or function.__name__.removesuffix("_").replace("_", "-")
        return click.command(label, epilog=epilog(examples, shown))(run)

    return decorate


def refuse_empty(context: click.Context) -> None:
    """Refuse an option that was given without its text: an unset variable is no default.

    ``verify --key "$KEY"`` must not trust the workspace's own key because ``KEY`` is not set.
    """
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.params.get(name)
        empty = given == "" or (isinstance(given, tuple) and "" in given)
        typed = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        # Giving no reason is a choice.
        if empty and typed and name != "reason" and isinstance(parameter, click.Option):
            raise click.BadParameter("it is empty", ctx=context, param=parameter)


def epilog(examples: tuple[str, ...], codes: tuple[int, ...]) -> str:
    """Return the end of a help text: examples and exit codes."""
    shown = "\n".join(f"  {example}" for example in examples)
    listed = "\n".join(f"  {code:<4}{EXIT_CODES[code]}" for code in codes)
    return f"\b\nExamples:\n{shown}\n\n\b\nExit codes:\n{listed}"
