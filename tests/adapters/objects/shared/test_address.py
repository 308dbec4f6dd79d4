import pytest

from oneseek.adapters.objects.shared.address import SharedAddress, parse_address
from oneseek.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("file:///srv/objects/", "file:///srv/objects"),
        ("s3://bucket", "s3://bucket"),
        ("s3://bucket/a/b/", "s3://bucket/a/b"),
        ("gs://bucket/x", "gs://bucket/x"),
        ("sftp://anna@host/srv/x", "sftp://anna@host/srv/x"),
    ],
)
def test_a_url_names_a_place(text: str, url: str) -> None:
    assert parse_address(text) == SharedAddress(url)


@pytest.mark.parametrize("text", [None, ""])
def test_no_url_is_no_place(text: str | None) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/srv/objects", "is not a URL"),
        ("simplecache::s3://bucket", "is not a URL"),
        ("s3://", "names no bucket"),
        ("file:///", "an absolute path"),
        ("file://server/x", "an absolute path"),
        ("file://relative", "an absolute path"),
        ("s3://anna:pa55@bucket/x", "carries a password"),
        ("s3://pa55@bucket/x", "carries a password"),
        ("sftp://anna:pa55@host/x", "carries a password"),
        ("sftp://anna:p@pa55@host/x", "carries a password"),
        ("abfs://box/x?sig=pa55", "may hold a secret"),
        ("s3://bucket/x#pa55", "may hold a secret"),
        ("s3://buc ket/x", "a blank"),
        ("s3://bucket/\x1b[31m", "control character"),
    ],
)
def test_a_url_that_cannot_be_used_or_holds_a_secret_is_refused_and_not_repeated(
    text: str, says: str
) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        parse_address(text, "[objects] url in oneseek.toml")
    assert caught.value.message.startswith("[objects] url in oneseek.toml ")
    assert "pa55" not in f"{caught.value.message} {caught.value.hint}"
