"""Figures as people read them."""

from collections.abc import Callable

from simulations.summary import Figure

Form = Callable[[float], str]

ABSENT = "-"


def mean(figure: Figure, form: Form) -> str:
    """The mean alone."""
    return ABSENT if figure.mean is None else form(figure.mean)


def interval(figure: Figure, form: Form) -> str:
    r"""The mean and, where there is one, on a second line its interval.

    >>> interval(Figure(0.8, 0.79, 0.81), plain)
    '0.8000\n[0.7900, 0.8100]'
    """
    if figure.mean is None or figure.low is None or figure.high is None:
        return ABSENT
    middle, low, high = form(figure.mean), form(figure.low), form(figure.high)
    return middle if low == high == middle else f"{middle}\n[{low}, {high}]"


def plain(value: float) -> str:
    """Rewards and qualities."""
    return f"{value:.4f}"


def signed(value: float) -> str:
    """Differences of them; zero has one sign.

    >>> signed(-1e-9), signed(-0.01)
    ('+0.0000', '-0.0100')
    """
    return f"{round(value, 4) + 0.0:+.4f}"


def total(value: float) -> str:
    """Their sums over a run."""
    return f"{round(value, 1) + 0.0:,.1f}"


def percent(value: float) -> str:
    """Shares."""
    return f"{value:.1%}"


def whole(value: float) -> str:
    """Counts."""
    return f"{value:,.0f}"


def per_thousand(usd: float) -> str:
    """Dollars of a thousand requests, from dollars of one.

    >>> per_thousand(0.00123), per_thousand(1.5)
    ('$1.23', '$1,500')
    """
    thousand = 1000 * usd
    return f"${thousand:,.0f}" if thousand >= 100 else f"${thousand:#.3g}"
