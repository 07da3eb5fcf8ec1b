"""``/v1/decisions/{id}/links`` makes links that rate an answer; ``/v1/links/…`` is where they lead.

Opening a link only shows a page, for mail scanners open all of them; its button rates.
"""

from typing import Annotated

import msgspec
from litestar import MediaType, Response, get, head, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from bandit.errors import PointsmanError
from service.api.errors import status_of
from service.api.feedback import Name
from service.caller import Caller
from service.links.links import PATH, Links
from service.links.page import HEADERS, Page, asking, refusing, thanking
from service.settings.links import LONGEST_SECONDS

Seconds = Annotated[int, msgspec.Meta(ge=1, le=LONGEST_SECONDS)]


class LinksAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is to rate, and until when."""

    source: Name | None = None
    rater: Name | None = None
    expires_in_seconds: Seconds | None = None


class LinksMade(msgspec.Struct, frozen=True):
    """A link for thumbs up, and one for thumbs down."""

    decision_id: str
    up: str
    down: str
    expires_at: str


@post(
    "/v1/decisions/{decision_id:str}/links",
    status_code=201,
    summary="Make links that rate an answer",
    tags=["feedback"],
)
async def make(
    decision_id: str,
    links: NamedDependency[Links],
    caller: NamedDependency[Caller],
    data: JSONBody[LinksAsked | None] = None,
) -> LinksMade:
    """Make two signed links that expire; each opens a page whose button rates the answer."""
    asked = data or LinksAsked()
    pair = await links.make(
        decision_id, asked.source, asked.rater, asked.expires_in_seconds, caller
    )
    return LinksMade(decision_id, pair.up, pair.down, pair.expires_at.isoformat())


@get(f"{PATH}/{{token:str}}", include_in_schema=False)
async def show(token: str, links: NamedDependency[Links]) -> Response[str]:
    """Show the page of a link; nothing is rated."""
    try:
        return _response(asking(up=links.read(token).up))
    except PointsmanError as error:
        return _refused(error)


@head(f"{PATH}/{{token:str}}", include_in_schema=False)
async def probe(token: str) -> None:
    """Tell nothing to those who only look whether something is there."""


@post(f"{PATH}/{{token:str}}", status_code=200, include_in_schema=False)
async def follow(token: str, links: NamedDependency[Links]) -> Response[str]:
    """Rate what a link is for; what was said by the other link is corrected."""
    try:
        return _response(thanking(up=(await links.follow(token)).up))
    except PointsmanError as error:
        return _refused(error)


def _refused(error: PointsmanError) -> Response[str]:
    status, _ = status_of(type(error))
    return _response(refusing(status))


def _response(page: Page) -> Response[str]:
    return Response(page.html, status_code=page.status, media_type=MediaType.HTML, headers=HEADERS)
