"""``oneseek export``: a version or a dataset in a format that other people's tools read."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.errors import InvalidInput


@make(
    examples=(
        "oneseek export --list",
        "oneseek export current --format model-card",
        "oneseek export 1.0 --all -o documents",
    ),
)
@click.argument("name", required=False)
@click.option("--format", "form", help="Name of the format; see --list.")
@click.option("--list", "listing", is_flag=True, help="List the formats, and what verifies each.")
@click.option("--all", "every", is_flag=True, help="Every format; -o is then a folder.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="File to write, or - for standard output.  [default: -]",
)  # fmt: skip
def export(
    app: App, name: str | None, form: str | None, listing: bool, every: bool, output: Path | None
) -> None:
    """Write what is known of a version or dataset NAME in a format that other tools verify."""
    if listing:
        _list(app)
        return
    if name is None or (form is None) == (not every):
        raise InvalidInput(
            "say what to export, and in which format: NAME --format FORMAT, or NAME --all -o DIR",
            hint="see the formats: oneseek export --list",
        )
    if form is None:
        _write_all(app, name, output)
    else:
        _write_one(app, name, form, output)


def _list(app: App) -> None:
    from oneseek.domain.exports.formats import FORMATS

    fields = ("name", "subject", "title", "media_type", "verified_by")
    app.out.table(
        ("FORMAT", "ABOUT A", "WHAT IT IS", "VERIFIED BY"),
        [(form.name, form.subject, form.title, form.verified_by) for form in FORMATS],
        [{field: getattr(form, field) for field in fields} for form in FORMATS],
        "",
    )


def _write_one(app: App, name: str, form: str, output: Path | None) -> None:
    from oneseek.adapters.objects.durable import write_atomic
    from oneseek.cli.wiring.exporting import one_document

    if output is not None and output.is_dir():
        raise InvalidInput(f"{output} is a folder", hint="name a file, or take --all")
    document = one_document(app, name, form)
    value = {
        "format": document.form.name,
        "media_type": document.form.media_type,
        "subject": document.subject,
        "origin": document.origin,
        "size": document.size,
    }
    if output is not None and output != Path("-"):
        write_atomic(output, document.data)
        app.out.result({**value, "file": str(output)}, (f"{output}  ({document.as_of})",))
    elif app.out.json:
        app.out.result({**value, "document": document.data.decode()})
    else:
        click.echo(document.data.decode(), nl=False)
        app.out.note(f"note: {document.as_of}")


def _write_all(app: App, name: str, output: Path | None) -> None:
    from oneseek.adapters.objects.durable import make_folders, write_atomic
    from oneseek.cli.wiring.exporting import all_documents

    if output is None or output == Path("-"):
        raise InvalidInput("--all writes several files", hint="name a folder for them: -o DIR")
    if output.exists() and not output.is_dir():
        raise InvalidInput(f"{output} is a file, not a folder")
    documents = list(all_documents(app, name))
    make_folders(output)
    for document in documents:
        write_atomic(output / document.filename, document.data)
    app.out.result(
        [
            {"format": each.form.name, "file": str(output / each.filename), "size": each.size}
            for each in documents
        ],
        [f"{output / each.filename}  ({each.as_of})" for each in documents],
    )


command = export
