"""The configuration of each gateway: the same provider behind it, nothing that it need not do."""

import json

_PRICES = ((0.1, 0.4), (0.5, 1.5), (2.5, 10.0), (15.0, 60.0))


def pointsman(upstream: str, folder: str) -> str:
    """Four models of different prices, and the log on disk."""
    models = {
        f"model-{k}": {
            "base_url": upstream,
            "price": {"usd_per_million_tokens_in": asked, "usd_per_million_tokens_out": answered},
        }
        for k, (asked, answered) in enumerate(_PRICES)
    }
    return json.dumps({"models": models, "storage": {"url": f"sqlite:///{folder}/bench.db"}})


def litellm(upstream: str) -> str:
    """One model; without a key, for nobody else here checks any."""
    parameters = {"model": "openai/bench", "api_base": upstream, "api_key": "unused"}
    return json.dumps(
        {
            "model_list": [{"model_name": "auto", "litellm_params": parameters}],
            "litellm_settings": {"telemetry": False},
            "general_settings": {"dangerously_permit_weak_or_unset_master_key": True},
        }
    )


def tensorzero(upstream: str) -> str:
    """One function with one variant."""
    return f"""
[gateway]
observability.enabled = false

[models.bench]
routing = ["fake"]

[models.bench.providers.fake]
type = "openai"
model_name = "bench"
api_base = "{upstream}/"
api_key_location = "none"

[functions.chat]
type = "chat"

[functions.chat.variants.one]
type = "chat_completion"
model = "bench"
"""
