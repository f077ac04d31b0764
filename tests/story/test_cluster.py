"""Quorum linkage: the same links give the same groups, and no single link chains two stories."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.story.cluster import Link, group
from monitor.story.vicinity import CROWD

_STRENGTHS = st.sampled_from([0.3, 0.5, 0.55, 0.7, 0.9, 1.0])


@st.composite
def webs(draw: st.DrawFn) -> tuple[int, list[Link]]:
    """Draw some members and links between them."""
    count = draw(st.integers(1, 12))
    pairs = list(combinations(range(count), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return count, [(one, other, draw(_STRENGTHS)) for one, other in chosen]


def pairs(*members: int, strength: float = 0.9) -> list[Link]:
    """Link each of the members with each other."""
    return [(one, other, strength) for one, other in combinations(members, 2)]


@given(webs(), st.randoms(use_true_random=False))
def test_the_order_of_links_does_not_matter(
    web: tuple[int, list[Link]],
    random: object,
) -> None:
    """Links in any order, and named from either end, give the same groups (must show 7)."""
    count, links = web
    turned = [(other, one, strength) for one, other, strength in links]
    random.shuffle(turned)  # type: ignore[attr-defined]  # a random.Random, by hypothesis
    assert group(count, turned) == group(count, links)


@given(webs())
def test_each_member_is_in_one_group(web: tuple[int, list[Link]]) -> None:
    """Nothing is lost, nothing stands twice, and groups without a link between never meet."""
    count, links = web
    groups = group(count, links)
    assert sorted(member for each in groups for member in each) == list(range(count))
    linked = {frozenset(link[:2]) for link in links}
    for each in groups:
        others = set(each)
        assert all(any({m, o} in linked for o in others - {m}) for m in each if len(each) > 1)


@pytest.mark.parametrize(
    ("links", "groups"),
    [
        pytest.param([], [(0,), (1,), (2,)], id="nothing-linked"),
        pytest.param([(0, 2, 0.5)], [(0, 2), (1,)], id="just-enough"),
        pytest.param([(0, 2, 0.49)], [(0,), (1,), (2,)], id="too-weak"),
        pytest.param([(0, 1, 0.8), (1, 2, 0.9)], [(0,), (1, 2)], id="no-chain"),
        pytest.param([(0, 1, 1.0), (1, 2, 1.0)], [(0, 1, 2)], id="copies-chain-at-full-strength"),
        pytest.param([(0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.6)], [(0, 1, 2)], id="all-agree"),
    ],
)
def test_a_group_needs_a_quorum(links: list[Link], groups: list[tuple[int, ...]]) -> None:
    """A pair joins if its link is strong; a third only if it agrees with both on average."""
    assert group(3, links) == groups


def test_one_link_does_not_join_two_stories() -> None:
    """A hit that tells both events leaves two stories of four as they are (pain 5)."""
    links = [*pairs(0, 1, 2, 3), *pairs(4, 5, 6, 7), (3, 4, 0.9)]
    assert group(8, links) == [(0, 1, 2, 3), (4, 5, 6, 7)]


def test_a_crowd_that_was_not_compared_in_full_is_one_story() -> None:
    """Of a text that half the world reprints each copy meets some others only, and joins."""
    count = 5 * CROWD
    heads = range(CROWD)
    links = [(head, copy, 1.0) for copy in range(count) for head in heads if head < copy]
    assert group(count, links) == [tuple(range(count))]
