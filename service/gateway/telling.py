"""Which of a provider's headers are for the client too."""

from collections.abc import Mapping

_NAMES = {"retry-after", "retry-after-ms", "x-request-id", "openai-processing-ms"}
_LIMITS = "x-ratelimit-"


def telling(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that tell of limits and of the request, where they can be sent on."""
    return {name: text for name, text in headers.items() if _tells(name) and text.isascii()}


def _tells(name: str) -> bool:
    return name in _NAMES or name.startswith(_LIMITS)
