"""The place where ratings changed is found among those before and after."""

import numpy as np
import pytest

from feedback.turning import turning


@pytest.mark.parametrize("place", [5, 40, 95])
def test_a_fall_is_placed_where_it_was(place: int) -> None:
    rng = np.random.default_rng(3)
    quality = 0.9 - 0.7 * (np.arange(100) >= place) + 0.05 * rng.standard_normal(100)

    assert turning(quality) == place


def test_of_one_rating_and_of_none_nothing_comes_after() -> None:
    assert turning(np.array([0.5])) == turning(np.zeros(0)) == 1
