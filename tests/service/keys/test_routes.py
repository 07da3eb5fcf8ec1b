"""A key addresses its routes and nothing else; what is about all traffic is for operators."""

import pytest

from tests.service.keys.keyed import Keyed

MESSAGES = [{"role": "user", "content": "Hello"}]
PAGES = (
    *(f"/v1/routes/default/{page}" for page in ("policy", "sources", "raters", "judge", "duels")),
    "/v1/routes/default/segments?by=language",
    "/v1/alarms",
)


@pytest.mark.parametrize("asked", ["auto:other", "auto:nowhere", "small", "embedder", "nobody"])
@pytest.mark.parametrize("end", ["chat/completions", "responses", "completions", "route"])
def test_a_key_of_one_route_may_address_no_other_and_no_model(
    service: Keyed, asked: str, end: str
) -> None:
    said = {"responses": {"input": "Hello"}, "completions": {"prompt": "Hello"}}
    body = {"model": asked, **said.get(end, {"messages": MESSAGES})}

    refused = service["web-app"].client.post(f"/v1/{end}", json=body)

    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (403, "route_forbidden")
    assert error["message"].endswith("use one of: auto:default")


def test_embeddings_and_messages_are_refused_in_their_own_words(service: Keyed) -> None:
    client = service["web-app"].client
    embedding = client.post("/v1/embeddings", json={"model": "embedder", "input": "red"})
    message = client.post(
        "/v1/messages", json={"model": "auto:other", "max_tokens": 5, "messages": MESSAGES}
    )

    assert embedding.json()["error"]["code"] == "route_forbidden"
    assert message.json()["error"]["type"] == "permission_error"
    assert {embedding.status_code, message.status_code} == {403}


@pytest.mark.parametrize("asked", ["auto", "auto:default", "auto:"])
def test_its_own_route_answers(service: Keyed, asked: str) -> None:
    body = {"model": asked, "messages": MESSAGES}

    assert service["web-app"].client.post("/v1/chat/completions", json=body).status_code == 200


def test_where_a_rule_sends_a_request_is_not_its_keys_doing(service: Keyed) -> None:
    body = {"model": "auto", "prompt": "Why?", "pointsman": {"tags": ["away"]}}

    decided = service["web-app"].client.post("/v1/route", json=body)

    assert (decided.status_code, decided.json()["route"]) == (200, "other")


@pytest.mark.parametrize("asked", ["auto:other", "small"])
@pytest.mark.parametrize("who", ["batch", "ops"])
def test_a_key_of_all_routes_may_name_models_too(service: Keyed, who: str, asked: str) -> None:
    body = {"model": asked, "messages": MESSAGES}

    assert service[who].client.post("/v1/chat/completions", json=body).status_code == 200


def test_models_are_listed_as_they_may_be_addressed(service: Keyed) -> None:
    listed = {
        who: [model["id"] for model in rated.client.get("/v1/models").json()["data"]]
        for who, rated in service.clients.items()
    }

    assert listed["web-app"] == ["auto", "auto:default"]
    assert listed["batch"] == listed["ops"]
    assert set(listed["ops"]) == {*listed["web-app"], "auto:other", "small", "large", "embedder"}


@pytest.mark.parametrize("page", PAGES)
def test_operators_see_the_pages_about_all_traffic_and_nobody_else(
    service: Keyed, page: str
) -> None:
    refused = service["batch"].client.get(page)

    assert service["ops"].client.get(page).status_code == 200
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_operator")


def test_only_operators_acknowledge_alarms(service: Keyed) -> None:
    path = "/v1/alarms/al_nowhere/acknowledge"

    assert service["ops"].client.post(path, json={}).status_code == 404
    assert service["batch"].client.post(path, json={}).status_code == 403


def test_raters_are_told_apart_by_their_keys(service: Keyed) -> None:
    for who in ("web-app", "batch"):
        service[who].post(decision_id=service[who].decide(), score=0.5, rater="twin")

    told = service["ops"].client.get("/v1/routes/default/raters").json()["raters"]

    assert {one["key"] for one in told if one["rater"] == "twin"} == {"web-app", "batch"}
