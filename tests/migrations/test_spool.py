from hypothesis import given
from hypothesis import strategies as st

from oneseek.migrations.item import Item
from oneseek.migrations.spool import Spool


@given(st.lists(st.builds(Item, path=st.text(), type=st.just("file"), size=st.integers(0, 2**40))))
def test_what_was_added_comes_out_in_order_and_is_found_again(items: list[Item]) -> None:
    spool = Spool(Item)
    places = [spool.add(item) for item in items]
    assert list(spool) == items
    assert [spool.at(place) for place in places] == items
    assert len(spool) == len(items)


def test_it_can_be_read_while_it_grows() -> None:
    spool = Spool(Item)
    spool.add(Item(path="a", type="file"))
    for item in spool:
        if item.path == "a":
            spool.add(Item(path="b", type="file"))
    assert [item.path for item in spool] == ["a", "b"]
