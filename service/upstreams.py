"""From the configured models to what the gateway calls."""

from collections.abc import Mapping

from service.gateway.provider import Upstream
from service.settings import Settings


def upstreams_of(settings: Settings) -> Mapping[str, Upstream]:
    """Where each model is served, and with which key."""
    return {
        name: Upstream(
            name=name,
            base_url=model.base_url,
            api_key=model.api_key,
            upstream_model=model.upstream_model,
            timeout_seconds=model.timeout_seconds,
            connect_timeout_seconds=model.connect_timeout_seconds,
            first_token_timeout_seconds=model.first_token_timeout_seconds,
            idle_timeout_seconds=model.idle_timeout_seconds,
            extra_headers=model.extra_headers,
        )
        for name, model in settings.models.items()
    }
