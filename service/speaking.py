"""For whom a caller may speak."""

from feedback.errors import SourceSpokenFor, UnknownSource
from service.caller import Caller
from service.settings import Settings


def source_of(source: str | None, route: str, caller: Caller, settings: Settings) -> str:
    """The source of a caller's word on a route's answers; the default one where none is named.

    Raises:
        UnknownSource: It is not configured.
        SourceSpokenFor: The service itself speaks for it, and the caller is no operator.
    """
    source = source or settings.default_source
    if source not in settings.sources:
        raise UnknownSource(source, tuple(settings.sources))
    if not caller.operator and source in settings.routes[route].spoken_for:
        raise SourceSpokenFor(source, route)
    return source
