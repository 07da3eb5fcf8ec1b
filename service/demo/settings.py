"""The demonstration's configuration."""

import json
from pathlib import Path

from service.demo.world import MODELS, WILLINGNESS_TO_PAY_USD, SimulatedModel
from service.settings import Settings, loads


def demo_settings(upstream: str, folder: Path) -> Settings:
    """Settings for the simulated models at ``upstream``, with a database in ``folder``."""
    return loads(demo_document(upstream, folder), {})


def demo_document(upstream: str, folder: Path) -> str:
    """The demonstration's configuration file; JSON is YAML too."""
    return json.dumps(
        {
            "models": {model.name: _model(model, upstream) for model in MODELS},
            "routes": {"default": {"willingness_to_pay_usd": WILLINGNESS_TO_PAY_USD}},
            "storage": {"url": f"sqlite:///{folder / 'demo.db'}"},
            "seed": 7,
        }
    )


def _model(model: SimulatedModel, upstream: str) -> dict[str, object]:
    return {
        "base_url": upstream,
        "price": {
            "usd_per_million_tokens_in": model.price.usd_per_million_tokens_in,
            "usd_per_million_tokens_out": model.price.usd_per_million_tokens_out,
        },
    }
