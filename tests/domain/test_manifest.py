import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.manifest import Manifest, ManifestFile, check_path, weights_digest

A, B, C = (sha256(text) for text in (b"a", b"b", b"c"))

# Both alphabets have characters that sort differently by UTF-16 and by UTF-8, and JSON escapes.
PARTS = st.text(alphabet='abZ09-_. "åß字\uffff\U0001f600', min_size=1, max_size=8).filter(
    lambda part: part not in (".", "..")
)
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
FILES = st.builds(
    ManifestFile, path=PATHS, size=st.integers(0, 2**53), digest=st.binary(max_size=2).map(sha256)
)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    files: list[ManifestFile] = []
    for file in draw(st.lists(FILES, max_size=6)):
        try:
            Manifest((*files, file))
        except InvalidInput:
            continue
        files.append(file)
    return Manifest(tuple(draw(st.permutations(files))))


@given(manifests())
def test_what_is_written_is_read_back_and_is_what_the_json_module_writes(
    manifest: Manifest,
) -> None:
    raw = manifest.to_bytes()
    rows = [
        {"path": file.path, "size": file.size, "sha256": file.digest}
        for file in sorted(manifest.files, key=lambda file: file.path.encode())
    ]
    plain = {"format": "oneseek-manifest/v1", "files": rows}
    assert raw == (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode()
    assert Manifest.from_bytes(raw) == manifest
    assert manifest.digest == sha256(raw)


@given(manifests(), st.data())
def test_one_changed_byte_is_refused_or_gives_another_digest(
    manifest: Manifest, data: st.DataObject
) -> None:
    raw = bytearray(manifest.to_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        other = Manifest.from_bytes(bytes(raw))
    except InvalidInput:
        return
    assert other.to_bytes() == raw
    assert other.digest != manifest.digest


@given(st.binary(max_size=64))
def test_arbitrary_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        Manifest.from_bytes(raw)


def test_files_are_in_byte_order_whatever_order_they_came_in() -> None:
    names = ["å", "b", "a/z", "a.txt", "Z", "\U0001f600", "\uffff"]
    manifest = Manifest(tuple(ManifestFile(name, 1, A) for name in names))
    assert [file.path for file in manifest.files] == [
        "Z", "a.txt", "a/z", "b", "å", "\uffff", "\U0001f600",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param('{"format": "oneseek-manifest/v1", "files": []}', id="no indentation"),
        pytest.param('{\n  "format": "oneseek-manifest/v1",\n  "files": []\n}', id="no newline"),
        pytest.param('{\n  "files": [],\n  "format": "oneseek-manifest/v1"\n}\n', id="order"),
        pytest.param('{\n  "files": []\n}\n', id="no format"),
        pytest.param('{\n  "format": "oneseek-manifest/v2",\n  "files": []\n}\n', id="format"),
        pytest.param('{\n  "format": "oneseek-manifest/v1"\n}\n', id="no files"),
        pytest.param("[]\n", id="a list"),
        pytest.param("", id="nothing"),
        pytest.param("[" * 100_000, id="deep nesting"),
    ],
)
def test_every_other_spelling_is_refused(raw: str) -> None:
    with pytest.raises(InvalidInput):
        Manifest.from_bytes(raw.encode())


def _respelt(old: str, new: str) -> bytes:
    raw = Manifest((ManifestFile("a", 1, A), ManifestFile("b", 2, B))).to_bytes().decode()
    assert old in raw
    return raw.replace(old, new).encode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"size": 1', '"size": 1.0', id="float"),
        pytest.param('"size": 1', '"size": -1', id="negative"),
        pytest.param('"size": 1', f'"size": {2**53 + 1}', id="too large"),
        pytest.param('"size": 1', '"size": true', id="bool"),
        pytest.param('"size": 1', '"size": 1, "mode": 4', id="unknown key"),
        pytest.param('"size": 1', '"size": 1,\n      "size": 1', id="repeated key"),
        pytest.param('"path": "a"', '"path": "\\u0061"', id="escaped letter"),
        pytest.param('"path": "a"', '"path": "c"', id="not in order"),
        pytest.param('"path": "a"', '"path": "b"', id="the same path twice"),
        pytest.param('"path": "a"', '"path": "b/c"', id="a file as a folder"),
        pytest.param('"path": "a"', '"path": "../a"', id="a way out"),
        pytest.param(A, A.upper(), id="upper case"),
        pytest.param(A, A[:-1], id="short digest"),
    ],
)
def test_a_file_in_another_spelling_is_refused(old: str, new: str) -> None:
    with pytest.raises(InvalidInput):
        Manifest.from_bytes(_respelt(old, new))


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/etc/passwd", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a/..",
        "a\\b", "a\0b", "a\nb", "a\tb", "\x7f", "\x85", "a\u2028b", "\ud800", "x" * 1025,
        "å" * 513,
    ],
)  # fmt: skip
def test_an_unsafe_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput):
        check_path(path)
    with pytest.raises(InvalidInput):
        ManifestFile(path, 0, A)


@pytest.mark.parametrize("path", ["a", ".gitkeep", "...", "a b/ö.json", "x" * 1024, "e\u0301", "~"])
def test_a_safe_path_is_given_back_as_it_is(path: str) -> None:
    assert check_path(path) == path


@given(PATHS)
def test_a_safe_path_never_leaves_its_folder(path: str) -> None:
    depth = 0
    for part in check_path(path).split("/"):
        depth += {"..": -1, ".": 0}.get(part, 1)
        assert depth > 0


def test_a_file_that_is_also_a_folder_is_refused_however_far_up() -> None:
    with pytest.raises(InvalidInput, match="'a/b' both"):
        Manifest((ManifestFile("a/b", 1, A), ManifestFile("a/b/c/d", 1, A)))
    assert Manifest((ManifestFile("a/b", 1, A), ManifestFile("a/bc/d", 1, A)))


def test_one_weight_file_stands_for_itself() -> None:
    manifest = Manifest((ManifestFile("adapter_model.safetensors", 9, A), ManifestFile("x", 1, B)))
    assert weights_digest(manifest, ["adapter_model.safetensors"]) == A


def test_several_weight_files_are_hashed_as_sha256sum_lists_them() -> None:
    manifest = Manifest(
        (ManifestFile("w-2", 1, B), ManifestFile("w-1", 1, A), ManifestFile("README", 1, C))
    )
    expected = sha256(f"{A}  w-1\n{B}  w-2\n".encode())
    assert weights_digest(manifest, ["w-2", "w-1"]) == expected
    assert weights_digest(manifest, ["w-1", "w-2"]) == expected


def test_weights_that_are_not_in_the_manifest_are_refused() -> None:
    manifest = Manifest((ManifestFile("w-1", 1, A),))
    with pytest.raises(NotFound, match="w-2"):
        weights_digest(manifest, ["w-1", "w-2"])
    with pytest.raises(InvalidInput):
        weights_digest(manifest, [])


REFUSALS: dict[str, tuple[Callable[[], object], str]] = {
    "half a character": (
        lambda: check_path("\ud800"), r"^path is not valid Unicode: '\\ud800'$"
    ),
    "no path": (lambda: check_path(""), r"^path of 0 bytes, allowed are 1 to 1024: ''$"),
    "a way up": (lambda: check_path("a/.."), r"^path has an empty part, '.' or '..': 'a/..'$"),
    "a backslash": (
        lambda: check_path("a\\b"), r"^path has a backslash or a control character: 'a\\\\b'$"
    ),
    "a size": (lambda: ManifestFile("a", -1, A), "^a: -1 is not the size of a file$"),
    "twice": (
        lambda: Manifest((ManifestFile("a", 1, A), ManifestFile("a", 1, A))),
        "^manifest names 'a' twice$",
    ),
    "no JSON": (lambda: Manifest.from_bytes(b"{"), "^not a manifest: Input data was truncated$"),
    "another spelling": (
        lambda: Manifest.from_bytes(Manifest(()).to_bytes() + b" "),
        r"^manifest is not in canonical form \(order, spacing or repeated keys\)$",
    ),
    "no weights": (
        lambda: weights_digest(Manifest(()), []), "^a version needs at least one weight file$"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_says_what_was_wrong(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        call()
