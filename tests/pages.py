"""Checks of pages that hold what others wrote: closed tags, no script, nothing from outside."""

from html.parser import HTMLParser

EVIL = "<script>alert('x')</script> & \"more\" {{ 7 * 7 }} </style>"
VOID = {"meta", "link", "br", "img"}


class Checker(HTMLParser):
    """Refuses tags that are not closed in order, a second id, scripts and outside sources."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.text: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        assert len(named) == len(attrs), f"<{tag}> has an attribute twice"
        assert tag not in ("script", "iframe", "object", "link", "form")
        assert not any(name.startswith("on") or name in ("src", "href") for name in named)
        if (found := named.get("id")) is not None:
            assert found not in self.ids
            self.ids.add(found)
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("path", "rect", "line"), f"<{tag}/> is not empty in HTML"
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def check(page: bytes) -> Checker:
    text = page.decode("utf-8")
    assert text.startswith("<!DOCTYPE html>\n")
    assert "http://" not in text
    assert "https://" not in text
    checker = Checker()
    checker.feed(text)
    checker.close()
    assert checker.open == []
    return checker
