"""What need not be done each time is done at intervals that grow."""

from hypothesis import given
from hypothesis import strategies as st

from bandit.schedule import Schedule
from tests.bandit.beliefs import repeatable


def test_it_falls_due_when_what_was_seen_has_grown_by_half() -> None:
    schedule = Schedule(first=10)

    assert [n for n in range(1, 40) if schedule.due_after(1)] == [10, 15, 22, 33]


def test_many_observations_at_once_make_it_due_once() -> None:
    schedule = Schedule(first=10)

    assert schedule.due_after(1000)
    assert not schedule.due_after(0)
    assert not schedule.due_after(1)


@repeatable
@given(st.integers(1, 50), st.lists(st.integers(0, 30), max_size=60))
def test_it_is_never_more_than_half_as_much_again_behind(first: int, steps: list[int]) -> None:
    schedule, done = Schedule(first=first), 0

    for more in steps:
        if schedule.due_after(more):
            done = schedule.seen

    assert schedule.seen < first or 2 * schedule.seen <= 3 * max(done, first) + 1


@repeatable
@given(st.integers(1, 50), st.lists(st.integers(0, 30), max_size=20))
def test_it_falls_due_by_as_many_as_are_left_and_not_by_fewer(first: int, steps: list[int]) -> None:
    schedule = Schedule(first=first)
    for more in steps:
        schedule.due_after(more)
    left = schedule.left

    assert left > 0
    assert not schedule.due_after(left - 1)
    assert schedule.due_after(1)
