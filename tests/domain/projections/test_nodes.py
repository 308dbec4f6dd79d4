import pytest

from builders import digest
from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.projections.nodes import (
    Checksums,
    Link,
    MadeFile,
    ManifestFiles,
    Node,
    ObjectFile,
    PickedFiles,
    ProofFile,
    TextFile,
    Wanted,
    WantedFile,
    expand,
    require_plain_name,
    require_unit_name,
)

MANIFEST = Manifest(
    (ManifestFile("sub/åäö.txt", 3, digest("b")), ManifestFile("config.json", 2, digest("a")))
)


def read(asked: str) -> bytes:
    return {MANIFEST.digest: MANIFEST.to_bytes(), digest("bad"): b"{}"}[asked]


def expanded(nodes: dict[str, Node]) -> dict[str, Wanted]:
    return expand(nodes, read, lambda index: f"proof of {index}".encode())


def made(data: bytes) -> WantedFile:
    return WantedFile(sha256(data), data)


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"": Link("v1")}, {"": Link("v1")}, id="a link"),
        pytest.param({"": TextFile("åäö\n")}, {"": made("åäö\n".encode())}, id="a text in UTF-8"),
        pytest.param(
            {"s": ObjectFile(digest("a"))}, {"s": WantedFile(digest("a"))}, id="an object"
        ),
        pytest.param({"p": ProofFile(7)}, {"p": made(b"proof of 7")}, id="a proof"),
        pytest.param(
            {"": ManifestFiles(MANIFEST.digest)},
            {
                "config.json": WantedFile(digest("a")),
                "sub/åäö.txt": WantedFile(digest("b")),
                "manifest.json": WantedFile(MANIFEST.digest),
            },
            id="the files of a manifest, and itself",
        ),
        pytest.param(
            {"at": ManifestFiles(MANIFEST.digest), "ledger.proof": ProofFile(1)},
            {
                "at/config.json": WantedFile(digest("a")),
                "at/sub/åäö.txt": WantedFile(digest("b")),
                "at/manifest.json": WantedFile(MANIFEST.digest),
                "ledger.proof": made(b"proof of 1"),
            },
            id="a manifest further down, and a side-car",
        ),
        pytest.param(
            {"": Checksums(MANIFEST.digest, "v1")},
            {
                "": made(
                    f"{digest('a')}  v1/config.json\n"
                    f"{digest('b')}  v1/sub/åäö.txt\n"
                    f"{MANIFEST.digest}  v1/manifest.json\n".encode()
                )
            },
            id="checksums as sha256sum writes them",
        ),
    ],
)
def test_nodes_come_down_to_files_and_links(
    nodes: dict[str, Node], wanted: dict[str, Wanted]
) -> None:
    assert expanded(nodes) == wanted


def test_a_damaged_manifest_is_an_error() -> None:
    with pytest.raises(InvalidInput):
        expanded({"": ManifestFiles(digest("bad"))})


@pytest.mark.parametrize("name", ["", ".", "..", "../up", "/tmp/x", "a/b", "a\0b"])
def test_a_name_that_leads_elsewhere_is_a_broken_ledger(name: str) -> None:
    with pytest.raises(LedgerBroken, match="no folder can be called so"):
        require_plain_name(name)
    with pytest.raises(LedgerBroken):
        expanded({"": Link(name)})
    require_plain_name("v1..2")


def test_picked_files_are_those_of_the_manifest_but_some_and_not_itself() -> None:
    picked = PickedFiles(MANIFEST.digest, frozenset({"config.json"}))
    assert expanded({"at": picked}) == {"at/sub/åäö.txt": WantedFile(digest("b"))}


def test_made_bytes_are_made_from_objects() -> None:
    node = MadeFile(lambda read: read(MANIFEST.digest)[:3])
    assert expanded({"f": node}) == {"f": made(b"{\n ")}


def test_many_made_bytes_are_made_again_when_they_are_written_and_not_held() -> None:
    data = bytes(65 * 1024)
    found = expanded({"f": MadeFile(lambda _: data)})["f"]
    assert isinstance(found, WantedFile)
    assert (found.digest, found.data) == (sha256(data), None)
    assert found.make is not None
    assert found.make() == data


@pytest.mark.parametrize("name", ["a/b/c", "a/..", "/a", "a//b", ""])
def test_the_name_of_a_unit_must_not_lead_elsewhere_nor_deeper_than_declared(name: str) -> None:
    require_unit_name("a/b", 2)
    with pytest.raises(LedgerBroken, match="no folder can be called so"):
        require_unit_name(name, 2)
