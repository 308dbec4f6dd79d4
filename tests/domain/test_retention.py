"""Retention: what a rule keeps, why, and what no rule may ever let go."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.retention import Held, Policy, Rule, is_taken, plan, plan_periods


def _item(index: int, major: int = 1, minor: int = 1, **more: object) -> Held:
    item = Held(f"k{index}", f"{major}.{minor}", major, minor, "en", index)
    return replace(item, **more)  # type: ignore[arg-type]


@st.composite
def _items(draw: st.DrawFn) -> list[Held]:
    found = []
    for index in range(draw(st.integers(0, 30))):
        numbered = draw(st.booleans() | st.just(True))
        found.append(
            Held(
                key=f"k{index}",
                dna=f"v{index}",
                major=draw(st.integers(1, 4)) if numbered else None,
                minor=draw(st.integers(0, 2)) if numbered else None,
                language=draw(st.sampled_from(["en", "sv", None])),
                index=draw(st.integers(0, 40)),
                active=draw(st.integers(0, 9)) == 0,
                held="asked for" if draw(st.integers(0, 9)) == 0 else None,
                last_copy=draw(st.integers(0, 9)) == 0,
            )
        )
    return found


_RULES = st.builds(
    Rule, st.just("local"), st.none() | st.integers(1, 6), st.none() | st.integers(1, 6)
)


def _kept(items: list[Held], rule: Rule) -> set[str]:
    return {choice.item.key for choice in plan(items, rule) if choice.keep}


@given(_items(), _RULES)
def test_a_larger_number_never_removes_more(items: list[Held], rule: Rule) -> None:
    more = replace(
        rule,
        majors=None if rule.majors is None else rule.majors + 1,
        micros=None if rule.micros is None else rule.micros + 1,
    )
    assert _kept(items, rule) <= _kept(items, more)


@given(_items())
def test_majors_never_go_in_the_cloud(items: list[Held]) -> None:
    kept = _kept(items, Policy(cloud_micro=1).cloud)
    assert {item.key for item in items if item.is_major} <= kept


@given(_items(), _RULES)
def test_what_is_active_held_unnumbered_or_the_last_copy_never_goes(
    items: list[Held], rule: Rule
) -> None:
    safe = {
        i.key for i in items if i.active or i.held is not None or i.last_copy or i.major is None
    }
    assert safe <= _kept(items, rule)


@given(_items(), _RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_items_changes_nothing(items: list[Held], rule: Rule, dice) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(items)
    dice.shuffle(shuffled)
    assert plan(shuffled, rule) == plan(items, rule)


@given(_items(), _RULES)
def test_what_was_kept_is_kept_again(items: list[Held], rule: Rule) -> None:
    kept = [choice.item for choice in plan(items, rule) if choice.keep]
    assert all(choice.keep for choice in plan(kept, rule))
    assert len(plan(items, rule)) == len(items)


def test_the_last_of_each_line_stay_by_leaf_index() -> None:
    items = [_item(3, minor=9), _item(1, minor=20), _item(2, minor=1)]
    items += [_item(index, minor=index, language="sv") for index in range(10, 20)]
    assert _kept(items, Rule("local", 5, 2)) == {"k3", "k2", "k18", "k19"}


def test_reasons_are_sentences_that_name_the_rule() -> None:
    items = [
        _item(1),
        _item(2),
        _item(3, minor=0),
        _item(4, language=None),
        _item(5, language=None),
    ]
    items += [_item(6, active=True), _item(7, held="asked for"), _item(8, last_copy=True)]
    items += [_item(9, major=None, minor=None)]
    assert [choice.reason for choice in plan(items, Rule("cloud", None, 1))] == [
        "it is not among the last 1 micro versions of line en (1 came after it)",
        "it is among the last 1 micro versions of line en",
        "the cloud rule keeps every major version",
        "it is not among the last 1 micro versions (1 came after it)",
        "it is among the last 1 micro versions",
        "it is active",
        "it is held: asked for",
        "it is the last verified copy",
        "it has no version number that a rule could count",
    ]


def test_what_is_protected_does_not_use_up_a_place() -> None:
    items = [_item(1), _item(2, held="asked for"), _item(3, active=True)]
    assert _kept(items, Rule("local", 5, 1)) == {"k1", "k2", "k3"}


def test_local_copies_take_every_major_and_every_tenth_micro() -> None:
    local = Policy().local
    taken = [minor for minor in range(25) if is_taken(1, minor, local)]
    assert taken == [0, 10, 20]
    assert is_taken(1, 7, Policy().cloud)
    assert is_taken(None, None, local)
    assert is_taken(1, None, local)


def test_the_rules_are_those_of_the_founding_documents() -> None:
    assert Policy().cloud == Rule("cloud", None, 100)
    assert Policy().local == Rule("local", 5, 50, every=10)
    assert Policy().weights == Rule("weights", 3, 50)
    assert (Policy().daily, Policy().weekly) == (7, 12)


def test_all_but_the_last_checkpoints_of_a_period_go() -> None:
    names = [(4, "d"), (1, "a"), (3, "c"), (2, "b")]
    assert plan_periods(names, 3, "daily") == {"a": "3 daily checkpoints were kept since: 3 stay"}
    assert plan_periods(names, 4, "daily") == {}
