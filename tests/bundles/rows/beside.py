"""Manifests, rows, exports and the certified folder."""

import builders as make
from bundles.made import BASE, CHILD, OTHER, PARENT, Files, digest
from bundles.row import bad, changed, good, lie, model
from bundles.stories import certified_as, plain, sharded
from bundles.story import Story
from oneseek.domain import events as e


@bad("a manifest that is missing is refused")
def _() -> bytes:
    return Story(manifests=(PARENT.manifest, BASE)).bundle()


@bad("a manifest of the base model that is missing is refused")
def _() -> bytes:
    return Story(manifests=(PARENT.manifest, CHILD.manifest)).bundle()


@bad("the manifest of another version is refused")
def _() -> bytes:
    return Story(manifests=(PARENT.manifest, OTHER.manifest, BASE)).bundle()


@bad("a manifest that nothing names is refused")
def _() -> bytes:
    return Story(manifests=(PARENT.manifest, CHILD.manifest, OTHER.manifest, BASE)).bundle()


@bad("a manifest under another digest is refused")
def _() -> bytes:
    name = f"manifests/{CHILD.manifest.digest}.json"
    return changed(lambda files: files.update({name: OTHER.manifest.to_bytes()}))


@bad("a manifest in another spelling, even one that was certified, is refused")
def _() -> bytes:
    return certified_as(CHILD.manifest.to_bytes().replace(b'": ', b'":  '))


@bad("a manifest with a path that leads out, even one that was certified, is refused")
def _() -> bytes:
    return certified_as(CHILD.manifest.to_bytes().replace(b"sub/", b"../"))


@bad("a manifest with half a surrogate pair in it is refused")
def _() -> bytes:
    return certified_as(CHILD.manifest.to_bytes().replace(b"sub/", b"\\ud800/"))


@bad("a manifest without weights is refused")
def _() -> bytes:
    return certified_as(
        CHILD.manifest.to_bytes().replace(
            b"adapter_model.safetensors", b"adapter_model.other0000000"
        )
    )


@bad("a manifest with other weights than certified is refused")
def _() -> bytes:
    return certified_as(
        CHILD.manifest.to_bytes().replace(CHILD.weights.encode(), PARENT.weights.encode())
    )


@good("weights in several files are fine")
def _() -> bytes:
    return sharded().bundle()


@bad("a base model with other files than registered is refused")
def _() -> bytes:
    return lie(e.BaseModelRegistered, 0, files=3)


@bad("rows that do not give the registered root are refused")
def _() -> bytes:
    name = f"rows/{make.digest('identity')}.leaves"
    return changed(lambda files: files.update({name: bytes(50 * 32)}))


@bad("a row hash that is missing is refused")
def _() -> bytes:
    name = f"rows/{make.digest('identity')}.leaves"
    return changed(lambda files: files.update({name: files[name][32:]}))


@bad("rows of a dataset that has nothing to do with it are refused")
def _() -> bytes:
    name = f"rows/{make.digest('ethics')}.leaves"
    return changed(lambda files: files.update({name: bytes(32)}))


@bad("an export about something else is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"exports/model.json": b"{}"}))


@bad("an export in a folder of its own is refused")
def _() -> bytes:
    name = "exports/deep/model.json"
    return changed(lambda files: files.update({name: CHILD.weights.encode()}))


@bad("weights that were swapped are refused")
def _() -> bytes:
    def add(files: Files) -> None:
        files.update(model(CHILD))
        files[f"model/{CHILD.dna}/adapter_model.safetensors"] = b"weights 1"

    return changed(add)


@bad("a certified folder with a file more is refused")
def _() -> bytes:
    def add(files: Files) -> None:
        files.update({**model(CHILD), f"model/{CHILD.dna}/more.py": b"evil()"})

    return changed(add)


@bad("a certified folder with a file less is refused")
def _() -> bytes:
    def add(files: Files) -> None:
        files.update(model(CHILD))
        del files[f"model/{CHILD.dna}/adapter_config.json"]

    return changed(add)


@bad("the folder of another version is refused")
def _() -> bytes:
    return changed(lambda files: files.update(model(PARENT)))


@bad("a file that is too large to be read is refused")
def _() -> bytes:
    large = CHILD.weights.encode() + bytes(17 * 1024 * 1024)
    return changed(lambda files: files.update({"exports/large.json": large}))


@bad("a manifest in which one digest is another is refused")
def _() -> bytes:
    story = plain()
    name = f"manifests/{PARENT.manifest.digest}.json"
    old, new = digest(b"{}\n").encode(), digest(b"other").encode()
    return changed(lambda files: files.update({name: files[name].replace(old, new)}), story)


@bad("an unsigned manifest with other weights than certified is refused")
def _() -> bytes:
    raw = PARENT.manifest.to_bytes()
    return certified_as(raw.replace(PARENT.weights.encode(), CHILD.weights.encode()), plain())


@bad("an unsigned manifest in another spelling is refused")
def _() -> bytes:
    return certified_as(PARENT.manifest.to_bytes().replace(b'": ', b'":  '), plain())


@bad("an unsigned manifest with a path that leads out is refused")
def _() -> bytes:
    return certified_as(PARENT.manifest.to_bytes().replace(b"sub/", b"../"), plain())


@good("an unsigned manifest that fits is fine")
def _() -> bytes:
    return certified_as(PARENT.manifest.to_bytes().replace(b"sub/", b"bus/"), plain())
