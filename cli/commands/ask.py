"""``oneseek ask``: ask the active version, another one, or a base model alone."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.errors import InvalidInput


@make(
    examples=(
        'oneseek ask "Vem är du?"',
        'oneseek ask "Who are you?" --version 1.0',
        'oneseek ask "Vem är du?" --base tiny',
    ),
    codes=(0, 1, 2, 3, 4, 5, 10, 130),
    writes=True,
)
@click.argument("question")
@click.option("--version", "dna", help="Version that answers.  [default: the active one]")
@click.option("--base", "base_name", help="Ask this base model alone, without any adapter.")
@click.option("--max-tokens", type=click.IntRange(1, 2048), default=128, show_default=True,
              help="Longest answer in tokens.")  # fmt: skip
@click.option("--device", type=click.Choice(("auto", "cpu", "cuda", "mps")), default="auto",
              show_default=True, help="Where to compute.")  # fmt: skip
def ask(
    app: App, question: str, dna: str | None, base_name: str | None, max_tokens: int, device: str
) -> None:
    """Ask the active version QUESTION, and record what answered.

    Question and answer are sealed objects whose keys can be destroyed; the entry names exactly the
    version that answered. `--version` and `--base` ask something else.
    """
    from oneseek.cli.wiring.asking import ask_model
    from oneseek.cli.wiring.writing import writing

    if dna and base_name:
        raise InvalidInput("give either --version or --base")
    with writing(app) as ports:
        answered, name = ask_model(
            app,
            ports,
            question,
            dna=dna,
            base_name=base_name,
            max_tokens=max_tokens,
            device=device,
        )
    app.out.result(
        {
            "answer": answered.text,
            "answered_by": name,
            "query": answered.query,
            "entry": answered.index,
            "answer_tokens": answered.answer_tokens,
            "duration_ms": answered.duration_ms,
        },
        (answered.text,),
    )
    app.out.note(f"{name} · query {answered.query} · entry {answered.index}")


command = ask
