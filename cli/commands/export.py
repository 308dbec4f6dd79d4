"""``oneseek export``: a version or a dataset in a format that other people's tools read."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.errors import InvalidInput

if TYPE_CHECKING:
    from oneseek.cli.wiring.exporting import Document


@make(
    examples=(
        "oneseek export --list",
        "oneseek export current --format model-card",
        "oneseek export 1.0 --format slsa -o model.dsse.json",
        "oneseek export 1.0 --all -o documents",
        "oneseek export oneseek_identity_v1 --all --with-data -o croissant",
        "oneseek export 1.0 --format legacy-tree -o old",
    ),
    codes=(0, 2, 3, 4, 5, 6, 10),
)
@click.argument("name", required=False)
@click.option("--format", "form", help="Name of the format; see --list.")
@click.option("--list", "listing", is_flag=True, help="List the formats, and what verifies each.")
@click.option("--all", "every", is_flag=True, help="Every format; -o is then a folder.")
@click.option(
    "--with-data", is_flag=True, help="Place a dataset's rows beside the documents that name them."
)
@click.option(
    "--adapter-file", is_flag=True, help="legacy-tree: adapter.pth in every adapter folder, too."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="File to write, or - for standard output; a new folder for legacy-tree.  [default: -]",
)  # fmt: skip
@click.option("--unsigned", is_flag=True, help="Do not sign statements with the model key.")
def export(
    app: App,
    name: str | None,
    form: str | None,
    listing: bool,
    every: bool,
    with_data: bool,
    adapter_file: bool,
    output: Path | None,
    unsigned: bool,
) -> None:
    """Write what is known of a version or dataset NAME in a format that other tools verify.

    `legacy-tree` is no document but a folder: the version in the layout that programs from before
    the certified tree read. A version that was imported comes out as it was found.
    """
    if listing:
        _list(app)
        return
    if name is None or (form is None) == (not every):
        raise InvalidInput(
            "say what to export, and in which format: NAME --format FORMAT, or NAME --all -o DIR",
            hint="see the formats: oneseek export --list",
        )
    if form == "legacy-tree":
        if with_data:
            raise InvalidInput("legacy-tree is about versions: it names no rows")
        _write_legacy_tree(app, name, output, adapter_file)
        return
    if adapter_file:
        raise InvalidInput("--adapter-file belongs to --format legacy-tree")
    if with_data:
        _place_rows(app, name, form, output)
    if form is None:
        _write_all(app, name, output, unsigned)
    else:
        _write_one(app, name, form, output, unsigned)


def _place_rows(app: App, name: str, form: str | None, output: Path | None) -> None:
    """Place the rows first: a document beside which they are missing would be refused."""
    from oneseek.cli.wiring.exporting import place_rows

    if output is None or output == Path("-"):
        raise InvalidInput("--with-data writes a file of rows too", hint="name a place: -o")
    rows = place_rows(app, name, form, output if form is None else output.parent)
    app.out.note(f"note: the rows are in {rows}")


def _list(app: App) -> None:
    from oneseek.domain.exports.formats import FOLDER_FORMATS, FORMATS

    forms = (*FORMATS, *FOLDER_FORMATS)
    fields = ("name", "subject", "title", "media_type", "verified_by")
    app.out.table(
        ("FORMAT", "ABOUT A", "WHAT IT IS", "VERIFIED BY"),
        [(form.name, form.subject, form.title, form.verified_by) for form in forms],
        [{field: getattr(form, field) for field in fields} for form in forms],
        "",
    )


def _write_one(app: App, name: str, form: str, output: Path | None, unsigned: bool) -> None:
    from oneseek.adapters.objects.durable import write_output
    from oneseek.cli.wiring.exporting import one_document, signed

    if output is not None and output.is_dir():
        raise InvalidInput(f"{output} is a folder", hint="name a file, or take --all")
    document = one_document(app, name, form)
    document = document if unsigned else signed(app, document)
    if output is not None and output != Path("-"):
        write_output(output, document.data)
        app.out.result({**_told(document), "file": str(output)}, (f"{output}  ({document.as_of})",))
    elif app.out.json:
        app.out.result({**_told(document), "document": document.data.decode()})
    else:
        click.echo(document.data.decode(), nl=False)
        app.out.note(f"note: {document.as_of}")
    _note_remarks(app, [document])


def _write_all(app: App, name: str, output: Path | None, unsigned: bool) -> None:
    from oneseek.adapters.objects.durable import make_folders, write_output
    from oneseek.cli.wiring.exporting import all_documents, signed

    if output is None or output == Path("-"):
        raise InvalidInput("--all writes several files", hint="name a folder for them: -o DIR")
    if output.exists() and not output.is_dir():
        raise InvalidInput(f"{output} is a file, not a folder")
    documents = list(all_documents(app, name))
    documents = documents if unsigned else [signed(app, each) for each in documents]
    make_folders(output)
    for document in documents:
        write_output(output / document.filename, document.data)
    app.out.result(
        [{**_told(each), "file": str(output / each.filename)} for each in documents],
        [f"{output / each.filename}  ({each.as_of})" for each in documents],
    )
    _note_remarks(app, documents)


def _write_legacy_tree(app: App, name: str, output: Path | None, adapter_file: bool) -> None:
    from oneseek.cli.output import count_text, one_line
    from oneseek.cli.wiring.legacy_export import export_legacy_tree

    if output is None or output == Path("-"):
        raise InvalidInput("legacy-tree is a folder of files", hint="name a new one: -o DIR")
    done = export_legacy_tree(app, name, output, adapter_file=adapter_file)
    app.out.result(
        {
            "format": "legacy-tree",
            "subject": done.dna,
            "imported": done.imported,
            "folder": str(output),
            "files": [one_line(path) for path in sorted(done.files)],
        },
        (f"{output}: {count_text(len(done.files), 'file')} of {one_line(done.dna)}",),
    )
    for remark in done.remarks:
        app.out.note(f"note: {remark}")


def _told(document: "Document") -> dict[str, object]:
    return {
        "format": document.form.name,
        "media_type": document.media_type,
        "subject": document.subject,
        "origin": document.origin,
        "size": document.size,
        "signed_by": document.key,
        "remarks": document.remarks,
    }


def _note_remarks(app: App, documents: "Sequence[Document]") -> None:
    for document in documents:
        for remark in document.remarks:
            app.out.note(f"note: {document.form.name}: {remark}")


command = export
