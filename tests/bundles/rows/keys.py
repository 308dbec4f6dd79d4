"""Who signed, who vouched, who cosigned."""

from base64 import b64decode, b64encode

from msgspec.structs import replace

from bundles.made import ORIGIN, STRANGER, A, B, C, Files, key_of, signed
from bundles.row import OTHER_LOG, UNCHECKED, WITNESS, bad, changed, cosigned, good, reproved
from bundles.stories import retiring, three_machines, two_machines
from bundles.story import Story, whole
from oneseek.domain import events as e


@bad("a log that a foreign key signed anew is refused")
def _() -> bytes:
    return Story(signers=(STRANGER,)).bundle()


@bad("a foreign key under the ID of the trusted one is refused", blind=UNCHECKED)
def _() -> bytes:
    story = Story()
    text = story.note(len(story.events), A).decode().partition("\n\n")[0] + "\n"
    own, other = signed(text, A), signed(text, STRANGER)
    blob = key_of(A).key_id.to_bytes(4, "big")
    foreign_blob = b64decode(other.rpartition(b" ")[2])
    line = b64encode(blob + foreign_blob[4:])
    return reproved(story, own.rpartition(b" ")[0] + b" " + line + b"\n")


@bad("another key than the trusted one, which no entry announces, is refused", STRANGER)
def _() -> bytes:
    return Story().bundle()


@bad("a trusted key of another log is refused", OTHER_LOG)
def _() -> bytes:
    return Story().bundle()


@bad("a key that vouches for itself is refused")
def _() -> bytes:
    return two_machines(signers=(B,)).bundle()


@bad("a key that vouches for itself in an older checkpoint is refused")
def _() -> bytes:
    return two_machines(signers=(B,), chain={7: (B,)}).bundle()


@bad("a key that signs the tree that ends with its announcement is refused", C)
def _() -> bytes:
    events = [*whole(), e.KeyAdded(purpose="checkpoint", verifier=str(key_of(B)))]
    return Story(events, signers=(B,)).bundle()


@bad("a retired key that signs again is refused")
def _() -> bytes:
    return retiring(signers=(A,)).bundle()


@bad("a retired key that vouches for another is refused")
def _() -> bytes:
    return retiring(signers=(B,), chain={9: (A,)}).bundle()


@bad("a chain whose middle is missing is refused")
def _() -> bytes:
    return three_machines(chain={8: (B,)}).bundle()


@bad("a chain signed by a stranger is refused")
def _() -> bytes:
    return two_machines(signers=(B,), chain={7: (STRANGER,)}).bundle()


@bad("an older checkpoint without the proof that the log went on from it is refused")
def _() -> bytes:
    story = two_machines(signers=(B,), chain={7: (A,)})
    return changed(lambda files: files.pop("chain/7.consistency"), story)


@bad("an older checkpoint of a fork is refused")
def _() -> bytes:
    story = two_machines(signers=(B,), chain={7: (A,)})
    other = two_machines(signers=(B,), chain={7: (A,)})
    other.events[3] = replace(other.events[3], name="another")  # type: ignore[type-var]
    note = other.files()["chain/7.checkpoint"]
    return changed(lambda files: files.update({"chain/7.checkpoint": note}), story)


@bad("a proof of consistency with a hash too many is refused")
def _() -> bytes:
    story = two_machines(signers=(B,), chain={7: (A,)})
    more = b64encode(bytes(32)) + b"\n"
    name = "chain/7.consistency"
    return changed(lambda files: files.update({name: files[name] + more}), story)


@bad("a proof of consistency without any hash is refused")
def _() -> bytes:
    story = two_machines(signers=(B,), chain={7: (A,)})
    return changed(lambda files: files.update({"chain/7.consistency": b""}), story)


@bad("a proof of consistency that is cut off is refused")
def _() -> bytes:
    story = two_machines(signers=(B,), chain={7: (A,)})
    name = "chain/7.consistency"
    return changed(lambda files: files.update({name: files[name][:-1]}), story)


@bad("a proof of consistency that is no text is refused")
def _() -> bytes:
    story = two_machines(signers=(B,), chain={7: (A,)})
    return changed(lambda files: files.update({"chain/7.consistency": b"\xff\n"}), story)


@bad("an older checkpoint under another size than its own is refused")
def _() -> bytes:
    story = two_machines(signers=(B,), chain={7: (A,)})

    def rename(files: Files) -> None:
        for end in ("checkpoint", "consistency"):
            files[f"chain/8.{end}"] = files.pop(f"chain/7.{end}")

    return changed(rename, story)


@bad("an older checkpoint that is not older is refused")
def _() -> bytes:
    story = Story()
    size = len(story.events)

    def add(files: Files) -> None:
        files[f"chain/{size}.checkpoint"] = files["checkpoint"]
        files[f"chain/{size}.consistency"] = b""

    return changed(add, story)


@bad("an older checkpoint that is none is refused")
def _() -> bytes:
    return changed(
        lambda files: files.update({"chain/7.checkpoint": b"x", "chain/7.consistency": b""})
    )


@bad("a proof of consistency without its checkpoint is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"chain/7.consistency": b""}))


@bad("a key file that is not the announced key is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"keys/1.vkey": f"{key_of(STRANGER)}\n".encode()}))


@bad("a key file that no entry announces is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"keys/9.vkey": f"{key_of(STRANGER)}\n".encode()}))


@bad("a key file that is missing is refused")
def _() -> bytes:
    return changed(lambda files: files.pop("keys/2.pem"))


@bad("a witness key that is the key of a log is refused")
def _() -> bytes:
    key = key_of(STRANGER)
    name = f"keys/witness/{key.key_id:08x}.vkey"
    return changed(lambda files: files.update({name: f"{key}\n".encode()}))


@bad("a witness key that is none is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"keys/witness/00000000.vkey": b"nothing\n"}))


@bad("a witness key without its line end is refused")
def _() -> bytes:
    name = f"keys/witness/{WITNESS.key_id:08x}.vkey"
    return changed(lambda files: files.update({name: str(WITNESS).encode()}))


@good("a witness that cosigned the checkpoint is believed", witnesses=(WITNESS,))
def _() -> bytes:
    story = Story()
    return reproved(story, cosigned(story.files()["checkpoint"]))


@good(
    "a witness that cosigned an older checkpoint over the version is believed", witnesses=(WITNESS,)
)
def _() -> bytes:
    story = Story(chain={20: (A,)})
    name = "chain/20.checkpoint"
    return changed(lambda files: files.update({name: cosigned(files[name])}), story)


@bad("a witness that cosigned before the version was there is not enough", witnesses=(WITNESS,))
def _() -> bytes:
    story = Story(chain={10: (A,)})
    name = "chain/10.checkpoint"
    return changed(lambda files: files.update({name: cosigned(files[name])}), story)


@bad("a witness that did not cosign is missed", witnesses=(WITNESS,))
def _() -> bytes:
    return Story().bundle()


@bad("a cosignature over another checkpoint is refused", blind=UNCHECKED, witnesses=(WITNESS,))
def _() -> bytes:
    story = Story()
    return reproved(story, cosigned(story.files()["checkpoint"], text=f"{ORIGIN}\n1\nAAAA\n"))


@bad("a cosignature of another length is refused", witnesses=(WITNESS,))
def _() -> bytes:
    story = Story()
    blob = WITNESS.key_id.to_bytes(4, "big") + bytes(70)
    line = f"\N{EM DASH} {WITNESS.name} {b64encode(blob).decode()}\n".encode()
    return reproved(story, story.files()["checkpoint"] + line)


@bad("a cosignature of a time beyond 2^63 is refused", witnesses=(WITNESS,))
def _() -> bytes:
    story = Story()
    return reproved(story, cosigned(story.files()["checkpoint"], time=2**63))
