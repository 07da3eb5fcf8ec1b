"""From a model as written to a model that can be called."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from urllib.parse import urlsplit

import msgspec

from bandit.price import Price
from service.prices import ListedModel, listed_at, listed_model, similar_names
from service.settings.document import Document
from service.settings.entries import ModelEntry
from service.settings.environment import variable
from service.settings.errors import UnknownPrice
from service.settings.path import Path
from service.settings.resolved import EMBEDDINGS, Model

_KEY = re.compile(r"[!-~]+")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
_USUAL = frozenset({"tools", "json_schema"})
_OURS = {"connection", "content-length", "content-type", "host", "transfer-encoding"}


@dataclass(frozen=True, slots=True, repr=False)
class ModelResolver:
    """Knows where a model's key and price come from."""

    document: Document
    environment: Mapping[str, str]
    at: datetime
    """The day whose list prices hold."""

    def resolve(self, name: str, entry: ModelEntry) -> Model:
        """The model of this name.

        Raises:
            ConfigError: Its URL, key, headers or price cannot be used.
        """
        path = ("models", name)
        self._check_url((*path, "base_url"), entry.base_url)
        self._check_headers((*path, "extra_headers"), entry.extra_headers)
        listed = self._listed(entry, entry.upstream_model or name)
        price = self._price((*path, "price"), entry, listed)
        return Model(
            name=name,
            provider=entry.provider,
            base_url=entry.base_url.rstrip("/"),
            upstream_model=entry.upstream_model or name,
            price=price,
            price_version=_version(entry, price),
            context_tokens=entry.context_tokens or (listed.context_tokens if listed else None),
            capabilities=_capabilities(entry, listed),
            prior_quality=entry.prior_quality,
            timeout_seconds=entry.timeout_seconds,
            connect_timeout_seconds=entry.connect_timeout_seconds,
            first_token_timeout_seconds=entry.first_token_timeout_seconds or entry.timeout_seconds,
            idle_timeout_seconds=entry.idle_timeout_seconds,
            max_concurrency=entry.max_concurrency,
            api_key=self._key(path, entry),
            extra_headers=entry.extra_headers,
        )

    def _listed(self, entry: ModelEntry, upstream_model: str) -> ListedModel | None:
        if isinstance(entry.price, str):
            return listed_model(entry.price, entry.base_url, self.at)
        if entry.context_tokens is None or entry.capabilities is None:
            return listed_at(upstream_model, entry.base_url, self.at)
        return None

    def _price(self, path: Path, entry: ModelEntry, listed: ListedModel | None) -> Price:
        written = entry.price
        if not isinstance(written, str):
            return Price(**msgspec.structs.asdict(written))
        if listed is None:
            similar = similar_names(written, entry.base_url, self.at)
            raise UnknownPrice(path, self.document.shown(path), similar)
        return listed.price

    def _key(self, path: Path, entry: ModelEntry) -> str | None:
        if entry.api_key is not None and entry.api_key_env is not None:
            raise self.document.wrong((*path, "api_key"), "remove it or api_key_env")
        key, path = entry.api_key, (*path, "api_key")
        if entry.api_key_env is not None:
            path = (*path[:-1], "api_key_env")
            if not VARIABLE.fullmatch(entry.api_key_env):
                raise self.document.wrong(path, "give the variable's name, not the key")
            key = variable(entry.api_key_env, self.environment, path)
        if key is not None and not _KEY.fullmatch(key):
            raise self.document.wrong(path, "an API key is ASCII without spaces or line breaks")
        return key

    def _check_url(self, path: Path, base_url: str) -> None:
        if not is_plain_url(base_url):
            remedy = (
                "give a URL such as https://api.openai.com/v1, without user, query or fragment;"
                " a key belongs in api_key_env"
            )
            raise self.document.wrong(path, remedy)

    def _check_headers(self, path: Path, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            if name.lower() in _OURS or not _HEADER_NAME.fullmatch(name):
                raise self.document.wrong(
                    (*path, name), "remove it: it is no header to be set here"
                )
            if not _HEADER_VALUE.fullmatch(value):
                raise self.document.wrong((*path, name), "give ASCII text without line breaks")


def _capabilities(entry: ModelEntry, listed: ListedModel | None) -> frozenset[str]:
    """As written; else what most models can do, and what the model's prices tell of it."""
    if entry.kind == "embedding":
        return frozenset({EMBEDDINGS})
    if entry.capabilities is not None:
        return frozenset(entry.capabilities)
    return _USUAL | (listed.capabilities if listed else frozenset())


def _version(entry: ModelEntry, price: Price) -> str:
    """Tells one price from another in the log, by a digest of its numbers."""
    origin = f"genai-prices {version('genai-prices')}" if isinstance(entry.price, str) else "file"
    return f"{origin} {hashlib.sha256(msgspec.json.encode(price)).hexdigest()[:12]}"


def is_plain_url(text: str) -> bool:
    """Whether a text is an HTTP URL with neither user nor query nor fragment."""
    if not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        return False
    plain = "@" not in url.netloc and not url.query and not url.fragment
    return url.scheme in {"http", "https"} and bool(host) and plain
