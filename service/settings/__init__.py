"""The configuration: one YAML file, read once and checked whole before anything starts."""

import os
from pathlib import Path

from service.settings.availability import AvailabilitySettings
from service.settings.entries import Capability, Server, Source, Storage
from service.settings.loading import json_schema, loads, read
from service.settings.policies import (
    BetaThompsonPolicy,
    CheapestPolicy,
    EpsilonGreedyPolicy,
    FastestPolicy,
    FixedPolicy,
    LinTsPolicy,
    LinUcbPolicy,
    Policy,
    RandomPolicy,
    RoundRobinPolicy,
    ThompsonPolicy,
    VowpalPolicy,
    WeightedPolicy,
)
from service.settings.resolved import EMBEDDINGS, Model, Route, Settings

__all__ = [
    "EMBEDDINGS",
    "AvailabilitySettings",
    "BetaThompsonPolicy",
    "Capability",
    "CheapestPolicy",
    "EpsilonGreedyPolicy",
    "FastestPolicy",
    "FixedPolicy",
    "LinTsPolicy",
    "LinUcbPolicy",
    "Model",
    "Policy",
    "RandomPolicy",
    "RoundRobinPolicy",
    "Route",
    "Server",
    "Settings",
    "Source",
    "Storage",
    "ThompsonPolicy",
    "VowpalPolicy",
    "WeightedPolicy",
    "json_schema",
    "load",
    "loads",
]


def load(path: Path) -> Settings:
    """The configuration in a file, with this process's environment.

    Raises:
        ConfigError: It cannot be served.
    """
    return loads(read(path), os.environ)
