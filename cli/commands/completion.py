"""``oneseek completion``: tab completion for the shell."""

import click
from click.shell_completion import get_completion_class

from oneseek.cli.command import epilog
from oneseek.domain.errors import CannotCheck


@click.command(
    "completion",
    epilog=epilog(
        (
            'eval "$(oneseek completion bash)"',
            "oneseek completion fish > ~/.config/fish/completions/oneseek.fish",
        ),
        (0, 2, 6),
    ),
)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> None:
    """Print the tab completion for SHELL."""
    from oneseek.cli.main import oneseek

    found = get_completion_class(shell)
    if found is None:
        raise CannotCheck(f"click has no completion for {shell}")
    click.echo(found(oneseek, {}, "oneseek", "_ONESEEK_COMPLETE").source())
