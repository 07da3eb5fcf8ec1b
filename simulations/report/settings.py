"""Trials by what they have in common: the scenario and the setting of the dial."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulations.trial import Measured

ALWAYS = ("best-single", "random", "oracle")
"""What every table carries beside the policies: no claim is made against less."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A scenario and a willingness to pay."""

    scenario: str
    willingness_to_pay_usd: float

    def __str__(self) -> str:
        paying = dollars_a_point(self.willingness_to_pay_usd)
        return paying if self.scenario == "plain" else f"{self.scenario}, {paying}"


@dataclass(frozen=True, slots=True)
class Cell:
    """What the policies came to under one setting, a list of seeds for each."""

    setting: Setting
    policies: dict[str, list[Measured]]

    def own(self) -> dict[str, list[Measured]]:
        """Those that are not always there."""
        return {name: runs for name, runs in self.policies.items() if name not in ALWAYS}


def cells(measured: Sequence[Measured]) -> list[Cell]:
    """Trials by setting and policy, in the order in which these first appear."""
    found: dict[Setting, dict[str, list[Measured]]] = {}
    for one in measured:
        trial = one.trial
        setting = Setting(trial.scenario, trial.willingness_to_pay_usd)
        found.setdefault(setting, {}).setdefault(trial.policy, []).append(one)
    return [Cell(setting, policies) for setting, policies in found.items()]


def dollars_a_point(willingness_to_pay_usd: float) -> str:
    """A setting of the dial in words."""
    if math.isinf(willingness_to_pay_usd):
        return "cost ignored"
    return f"${willingness_to_pay_usd:g} a point of quality"
