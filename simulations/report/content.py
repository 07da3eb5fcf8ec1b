"""Everything a report is written from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulations.fixed import FixedModel
from simulations.summary import Summary
from simulations.trial import Measured


@dataclass(frozen=True, slots=True)
class Content:
    """An experiment, as far as it is finished."""

    summary: Summary
    measured: Sequence[Measured]
    """Every finished trial, in the order in which they were planned."""

    fixed: Mapping[str, Sequence[FixedModel]]
    """The models under each scenario, from the cheapest to the dearest."""

    missing: int = 0
    """Trials that were planned and are not finished."""
