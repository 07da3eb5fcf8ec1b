"""``/schema``: the interactive page of the API, served without any other host."""

from importlib.resources import files

from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    PathItem,
    Reference,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.router import Router
from litestar.static_files import create_static_files_router

from service.api.completions import CHAT
from service.version import version

_ASSETS = "/schema/assets"
_SERVED = ("swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js")


def assets() -> Router:
    """The page's script and style, from their own package."""
    return create_static_files_router(
        path=_ASSETS,
        directories=[str(files("swagger_ui") / "static")],
        include_in_schema=False,
    )


def openapi() -> OpenAPIConfig:
    """What the page and ``/schema/openapi.json`` say."""
    css, bundle, preset = (f"{_ASSETS}/{name}" for name in _SERVED)
    page = SwaggerRenderPlugin(
        js_url=bundle, css_url=css, standalone_preset_js_url=preset, path=("/swagger", "/")
    )
    return OpenAPIConfig(
        title="Pointsman",
        version=version(),
        description="An adaptive router for large language models.",
        path="/schema",
        render_plugins=[page, JsonRenderPlugin()],
    )


def describe_raw(app: Litestar) -> None:
    """Add what takes its requests raw, of which the framework knows no more than the path."""
    paths = app.openapi_schema.paths
    if paths is not None:
        paths[CHAT] = PathItem(post=_CHAT_COMPLETION)


def describe_keys(app: Litestar) -> None:
    """Say that all under ``/v1`` needs a key, and how it is sent."""
    schemes: dict[str, SecurityScheme | Reference] = {
        "bearer": SecurityScheme(type="http", scheme="bearer"),
        "x-api-key": SecurityScheme(type="apiKey", name="x-api-key", security_scheme_in="header"),
    }
    app.openapi_schema.components.security_schemes = schemes
    for path, item in (app.openapi_schema.paths or {}).items():
        if path.startswith("/v1/"):
            for operation in filter(None, (item.get, item.post, item.delete)):
                operation.security = [{scheme: []} for scheme in schemes]


_ASKED = Schema(
    type=OpenAPIType.OBJECT,
    required=["model", "messages"],
    properties={
        "model": Schema(type=OpenAPIType.STRING, examples=["auto"]),
        "messages": Schema(type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.OBJECT)),
        "stream": Schema(type=OpenAPIType.BOOLEAN),
        "pointsman": Schema(type=OpenAPIType.OBJECT, description="What this request wants."),
    },
)
_CHAT_COMPLETION = Operation(
    tags=["completions"],
    summary="Complete a chat, on the model worth its price for it",
    description='OpenAI\'s chat completion; `model: "auto"` or `"auto:<route>"` lets the router'
    " choose. Whatever else OpenAI's API takes is handed on.",
    operation_id="Complete",
    request_body=RequestBody(
        content={"application/json": OpenAPIMediaType(schema=_ASKED)}, required=True
    ),
    responses={
        "200": OpenAPIResponse(
            description="The model's answer, or its stream of events.",
            content={
                "application/json": OpenAPIMediaType(schema=Schema(type=OpenAPIType.OBJECT)),
                "text/event-stream": OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING)),
            },
        )
    },
)
