"""Good bundles: nothing in them is to be refused."""

from base64 import b64encode

from bundles.made import BASE, CHILD, OTHER, PARENT, PARENT_SIG, STRANGER, A, B, Files
from bundles.row import WITNESS, changed, good, model, reproved, with_events
from bundles.stories import evaluated, retiring, three_machines, two_machines
from bundles.story import Story, life, opening
from oneseek.domain.events import Event
from oneseek.domain.exports.oms import root_digest


@good("a version with its parent, signatures, activations, a reset and a restoration is fine")
def _() -> bytes:
    return Story().bundle()


@good("a version without any activation or signature is fine")
def _() -> bytes:
    events = [*opening(), *life(PARENT, None, PARENT_SIG)[:5]]
    manifests = (PARENT.manifest, BASE)
    return Story(events, PARENT, manifests=manifests, signatures=()).bundle()


@good("a bundle with exports, witness keys and the certified folder is fine")
def _() -> bytes:
    def add(files: Files) -> None:
        files["exports/model.json"] = f'{{"sha256":"{CHILD.weights}"}}'.encode()
        files["exports/root.json"] = root_digest(CHILD.manifest).encode()
        files[f"keys/witness/{WITNESS.key_id:08x}.vkey"] = f"{WITNESS}\n".encode()
        files.update(model(CHILD))

    return changed(add)


@good("a bundle without rows and without the signatures that entries name is fine")
def _() -> bytes:
    return changed(
        lambda files: [files.pop(n) for n in list(files) if n.startswith(("rows/", "signatures/"))]
    )


@good("the key that signed suffices, although another one wrote before it", B)
def _() -> bytes:
    return two_machines(signers=(B,)).bundle()


@good("a key for which a trusted one vouched may sign")
def _() -> bytes:
    return two_machines(signers=(B,), chain={7: (A,)}).bundle()


@good("trust goes on from machine to machine to machine")
def _() -> bytes:
    return three_machines(chain={7: (A,), 8: (B,)}).bundle()


@good("a retired key vouches for its successor by what it signed before")
def _() -> bytes:
    return retiring(signers=(B,), chain={7: (A,)}).bundle()


@good("signatures by keys that nobody knows are passed over")
def _() -> bytes:
    return Story(signers=(A, STRANGER)).bundle()


@good("a checkpoint with a cosignature of a witness is fine")
def _() -> bytes:
    story = Story()
    plain = story.files()["checkpoint"]
    blob = WITNESS.key_id.to_bytes(4, "big") + bytes(72)
    line = f"\N{EM DASH} {WITNESS.name} {b64encode(blob).decode()}\n"
    return reproved(story, plain + line.encode())


@good("an evaluation on rows of another dataset is fine")
def _() -> bytes:
    return evaluated().bundle()


@good("a version that a foreign one replaced in service is fine")
def _() -> bytes:
    def edit(events: list[Event]) -> None:
        events.append(OTHER.activated(CHILD))

    return with_events(edit)
