"""``/schema``: the interactive page of the API, served without any other host."""

from importlib.resources import files

from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.router import Router
from litestar.static_files import create_static_files_router

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
