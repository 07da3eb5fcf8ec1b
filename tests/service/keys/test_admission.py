"""Whoever has no key of the service gets nothing from it, and no key is ever told."""

import anthropic
import httpx
import openai
import pytest
from anthropic import Anthropic
from openai import OpenAI

from tests.service.keys.keyed import KEYS, Keyed

HELLO = {"model": "auto", "messages": [{"role": "user", "content": "Hello"}]}
NO_KEYS: tuple[dict[str, str], ...] = (
    {},
    {"authorization": "Bearer pm-nobody-has-this-one"},
    {"authorization": "Bearer"},
    {"authorization": KEYS["ops"]},
    {"authorization": f"Basic {KEYS['ops']}"},
    {"authorization": f"Bearer {KEYS['ops']}x"},
    {"authorization": f"Bearer {KEYS['ops'].upper()}"},
    {"x-api-key": "pm-nobody-has-this-one"},
    {"x-api-key": f"Bearer {KEYS['ops']}"},
    {"api-key": KEYS["ops"]},
    {"authorization": "Bearer \xfc\xfc"},
)


def endpoints(service: Keyed) -> list[tuple[str, str]]:
    """Every method and path that the service tells of, with something in the path's gaps."""
    with service.http() as nobody:
        paths = nobody.get("/schema/openapi.json").raise_for_status().json()["paths"]
    return [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, methods in paths.items()
        for method in methods
    ]


@pytest.mark.parametrize("headers", NO_KEYS)
def test_every_endpoint_refuses_who_has_no_key(service: Keyed, headers: dict[str, str]) -> None:
    encoded = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    protected = [(how, path) for how, path in endpoints(service) if path.startswith("/v1")]

    with service.http() as nobody:
        answers = [nobody.request(how, path, headers=encoded) for how, path in protected]

    assert len(answers) > 20
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}
    for answer in answers:
        error = answer.json()["error"]
        if answer.url.path == "/v1/messages":
            assert (answer.json()["type"], error["type"]) == ("error", "authentication_error")
        else:
            assert (error["type"], error["code"]) == ("invalid_request_error", "invalid_api_key")


def test_a_refusal_comes_before_a_body_is_looked_at(service: Keyed) -> None:
    with service.http() as nobody:
        broken = [nobody.post(f"/v1/{end}", content=b"{") for end in ("route", "chat/completions")]

    assert [answer.status_code for answer in broken] == [401, 401]


@pytest.mark.parametrize(
    "path", ["/health/live", "/health/ready", "/schema", "/schema/openapi.json"]
)
def test_health_and_the_description_are_open(service: Keyed, path: str) -> None:
    with service.http() as nobody:
        assert nobody.get(path, follow_redirects=True).status_code == 200


def test_links_are_signed_and_need_no_key(service: Keyed) -> None:
    decision = service["web-app"].decide()
    made = service["web-app"].client.post(f"/v1/decisions/{decision}/links", json={}).json()
    path = httpx.URL(made["up"]).path

    with service.http() as nobody:
        shown, followed = nobody.get(path), nobody.post(path)
        broken = nobody.get("/v1/links/nonsense")

    assert (shown.status_code, followed.status_code, broken.status_code) == (200, 200, 404)
    (word,) = service["web-app"].words(decision)
    assert (word["quality"], word["key"]) == (1.0, "web-app")


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize(
    "header", ["x-api-key: {}", "Authorization: Bearer {}", "authorization: bEARER {}"]
)
def test_a_key_is_good_in_either_header(service: Keyed, name: str, header: str) -> None:
    field, _, value = header.format(KEYS[name]).partition(": ")

    with service.http(**{field: value}) as client:
        decided = client.post("/v1/route", json={"model": "auto", "prompt": "Why?"})
        past = client.get(f"/v1/decisions/{decided.json()['decision_id']}")

    assert (decided.status_code, past.json()["key"]) == (200, name)


def test_the_unchanged_openai_package_sends_its_key(service: Keyed) -> None:
    service.upstream.received.clear()
    with OpenAI(base_url=f"{service.live.url}/v1", api_key=KEYS["web-app"]) as sdk:
        answer = sdk.chat.completions.create(
            model="auto", messages=[{"role": "user", "content": "Hello"}]
        )
    with (
        OpenAI(base_url=f"{service.live.url}/v1", api_key="unused", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError) as refused,
    ):
        stranger.models.list()

    assert answer.choices[0].message.content == "The user said: Hello"
    assert refused.value.code == "invalid_api_key"
    assert service.upstream.received[0].headers["authorization"] == "Bearer sk-of-the-provider"
    assert KEYS["web-app"] not in str(service.upstream.received[0].headers)


def test_the_unchanged_anthropic_package_sends_its_key(service: Keyed) -> None:
    messages: list[anthropic.types.MessageParam] = [{"role": "user", "content": "Hello"}]
    with Anthropic(base_url=service.live.url, api_key=KEYS["batch"]) as sdk:
        answer = sdk.messages.create(model="auto", max_tokens=50, messages=messages)
    with (
        Anthropic(base_url=service.live.url, api_key="unused", max_retries=0) as stranger,
        pytest.raises(anthropic.AuthenticationError, match="no valid API key"),
    ):
        stranger.messages.create(model="auto", max_tokens=50, messages=messages)

    assert answer.content[0].type == "text"


def test_the_description_says_where_keys_are_needed(service: Keyed) -> None:
    with service.http() as nobody:
        told = nobody.get("/schema/openapi.json").json()

    schemes = told["components"]["securitySchemes"]
    assert schemes["bearer"] == {"type": "http", "scheme": "bearer"}
    assert (schemes["x-api-key"]["in"], schemes["x-api-key"]["name"]) == ("header", "x-api-key")
    for path, methods in told["paths"].items():
        for operation in methods.values():
            assert ("security" in operation) == path.startswith("/v1/")


def test_no_key_is_told_in_log_lines_or_bodies(service: Keyed) -> None:
    paths = ("/v1/models", "/v1/decisions/dec_no", "/v1/routes/default/policy", "/nowhere")
    clients = [rated.client for rated in service.clients.values()]
    bodies = [client.get(path).text for client in clients for path in paths]
    bodies += [
        client.post(path, content=b"{").text
        for client in clients
        for path in ("/v1/chat/completions", "/v1/messages", "/v1/feedback")
    ]

    told = service.told.read_text() + "".join(bodies)
    assert "Uvicorn running" in told
    assert not [name for name, key in KEYS.items() if key in told]
