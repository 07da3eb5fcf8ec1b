"""Whether signals have sources, and each one of its own."""

from collections.abc import Collection, Mapping

from service.settings.document import Document
from service.settings.errors import one_of
from service.settings.resolved import Route

_KINDS = ("asked_again", "regenerated", "aborted")


def check_signals(
    document: Document,
    routes: Mapping[str, Route],
    sources: Collection[str],
    default_source: str,
) -> None:
    """Check the sources of every route's signals.

    What a signal says must take nobody's word's place, and its noise is its own.

    Raises:
        BadValue: A source is not there, or somebody else's on the same route.
    """
    for name, route in routes.items():
        taken = {default_source, route.reference_source}
        taken |= {each.source for each in (route.judge, route.duel) if each is not None}
        for kind in _KINDS:
            signal = getattr(route.signals, kind)
            if signal is None:
                continue
            path = ("routes", name, "signals", kind, "source")
            if signal.source not in sources:
                remedy = f"add {signal.source} under sources, or {one_of('', tuple(sources))}"
                raise document.wrong(path, remedy)
            if signal.source in taken:
                raise document.wrong(path, "give it a source that nobody else speaks for")
            taken.add(signal.source)
