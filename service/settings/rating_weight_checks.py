"""Whether ratings can be weighed: sources that exist, and choose themselves what they rate."""

from collections.abc import Collection, Mapping

from service.settings.document import Document
from service.settings.errors import one_of
from service.settings.resolved import Route


def check_rating_weights(
    document: Document,
    routes: Mapping[str, Route],
    sources: Collection[str],
    default_source: str,
) -> None:
    """Check whose ratings every route weighs.

    A judge rates what it is given, by a probability that is known; a signal is filed for every
    answer it happens to, and that it is not filed says as much.

    Raises:
        BadValue: A source is not there, or speaks for a judge, duels or a signal of the route.
    """
    for name, route in routes.items():
        if route.rating_weights is None:
            continue
        path = ("routes", name, "rating_weights", "sources")
        for source in route.rating_weights.sources or (default_source,):
            if source not in sources:
                raise document.wrong(path, f"{source} is none: {one_of('', tuple(sources))}")
            if source in route.spoken_for:
                raise document.wrong(path, f"remove {source}: it does not choose what to rate")
