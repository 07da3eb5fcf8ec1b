"""Links rate when their button is pressed, and at no other time."""

import base64
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.links.tokens import Tokens, Vote
from tests.fakes.browser import CHROMIUM, browsing
from tests.fakes.live import Live
from tests.service.feedback.rating import Rated
from tests.service.links.conftest import EARLIER, SECRET

BASE_URL = "https://llm.example.org"
FAR = 4_000_000_000


def made(rated: Rated, decision_id: str, **asked: object) -> dict[str, Any]:
    """The links of a decision, with the service's own address instead of the public one."""
    answer = rated.client.post(f"/v1/decisions/{decision_id}/links", json=asked)
    assert answer.status_code == 201, answer.text
    links: dict[str, Any] = answer.json()
    return links | {thumb: links[thumb].removeprefix(BASE_URL) for thumb in ("up", "down")}


def signed(decision_id: str, secret: str = SECRET, expires_at: int = FAR) -> str:
    vote = Vote(decision_id, up=True, source="mail", rater=None, expires_at=expires_at)
    return f"/v1/links/{Tokens([secret]).of(vote)}"


def test_opening_a_link_rates_nothing_however_it_is_opened(rated: Rated) -> None:
    decision = rated.decide()
    links = made(rated, decision)

    for link in (links["up"], links["down"]):
        page = rated.client.get(link, headers={"user-agent": "SafeLinks"})
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert rated.client.head(link).status_code == 200
        assert rated.client.options(link).status_code < 500

    assert rated.words(decision) == []


def test_pressing_the_button_rates_and_the_other_link_corrects(rated: Rated) -> None:
    decision = rated.decide()
    links = made(rated, decision, source="mail", rater="ann")

    thanks = [rated.client.post(links[thumb]) for thumb in ("up", "down", "up")]

    assert [page.status_code for page in thanks] == [200, 200, 200]
    words = rated.words(decision)
    assert [word["quality"] for word in words] == [1.0, 0.0, 1.0]
    assert {(word["source"], word["rater"], word["metric"]) for word in words} == {
        ("mail", "ann", "quality")
    }


def test_a_rating_by_a_link_moves_beliefs_as_any_does(rated: Rated) -> None:
    decision, before = rated.decide(), rated.believed()

    rated.client.post(made(rated, decision)["down"])

    assert (rated.believed() != before).any()


def test_nothing_need_be_said_of_who_rates(rated: Rated) -> None:
    decision = rated.decide()

    bare = rated.client.post(f"/v1/decisions/{decision}/links")
    rated.client.post(bare.json()["up"].removeprefix(BASE_URL))

    assert bare.status_code == 201
    assert [(word["source"], word["rater"]) for word in rated.words(decision)] == [("user", None)]


def test_links_tell_when_they_expire(rated: Rated) -> None:
    links = made(rated, rated.decide(), expires_in_seconds=60)

    left = datetime.fromisoformat(links["expires_at"]) - datetime.now(UTC)
    assert 55 < left.total_seconds() <= 60


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_expired_forged_or_cut_gets_a_page_and_is_not_kept(
    rated: Rated, method: str
) -> None:
    decision = rated.decide()
    link = made(rated, decision)["up"]
    head, _, tail = link.rpartition(".")
    flipped = head[:-1] + ("A" if head[-1] != "A" else "B")

    answers = {
        "expired": rated.client.request(method, signed(decision, expires_at=1_000_000_000)),
        "forged": rated.client.request(method, signed(decision, secret="a" * 32)),
        "changed": rated.client.request(method, f"{flipped}.{tail}"),
        "cut": rated.client.request(method, link[:-5]),
        "bare": rated.client.request(method, head),
        "nothing": rated.client.request(method, "/v1/links/x"),
        "text": rated.client.request(method, "/v1/links/%3Cscript%3Ealert(1)%3C"),
    }

    assert answers.pop("expired").status_code == 410
    assert {answer.status_code for answer in answers.values()} == {404}
    for page in answers.values():
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert decision not in page.text
        assert "script" not in page.text
    assert rated.words(decision) == []


def test_a_secret_that_signed_before_is_still_good_and_signs_no_more(rated: Rated) -> None:
    decision = rated.decide()

    token = made(rated, decision)["up"].rpartition("/")[2]

    assert rated.client.post(signed(decision, EARLIER)).status_code == 200
    assert Tokens([SECRET]).read(token, datetime.now(UTC)).decision_id == decision


def test_links_to_what_is_not_there_are_not_made(rated: Rated) -> None:
    decision = rated.decide()
    asked: list[tuple[str, dict[str, object], int]] = [
        ("dec_nowhere", {}, 404),
        (decision, {"source": "stranger"}, 400),
        (decision, {"expires_in_seconds": 0}, 400),
        (decision, {"expires_in": 5}, 400),
    ]

    for decision_id, body, status in asked:
        answer = rated.client.post(f"/v1/decisions/{decision_id}/links", json=body)
        assert answer.status_code == status, answer.text


def test_a_link_whose_decision_is_gone_says_so(rated: Rated) -> None:
    assert rated.client.post(signed("dec_nowhere")).status_code == 404


def test_the_page_is_by_itself_and_for_nobody_elses_eyes(rated: Rated) -> None:
    page = rated.client.get(made(rated, rated.decide())["up"])

    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"https?://|<script|<img|<link", page.text)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
def test_in_a_browser_opening_rates_nothing_and_the_button_rates(
    rated: Rated, tmp_path: Path
) -> None:
    decision = rated.decide()
    link = str(rated.client.base_url.join(made(rated, decision, source="mail")["down"]))

    with browsing(tmp_path) as browser:
        browser.open(link)
        looks = browser.evaluate("getComputedStyle(document.querySelector('button')).minHeight")
        before = rated.words(decision)
        browser.press_the_first_thing()
        thanks = browser.evaluate("document.querySelector('[role=status]').innerText")

    assert (looks, before) == ("63px", [])
    assert "The answer was not good" in thanks
    assert [(word["source"], word["quality"]) for word in rated.words(decision)] == [("mail", 0.0)]


def test_without_a_secret_the_endpoint_says_what_is_missing(live: Live) -> None:
    decided = httpx.post(f"{live.url}/v1/route", json={"model": "auto", "prompt": "Why?"}).json()

    refused = httpx.post(f"{live.url}/v1/decisions/{decided['decision_id']}/links", json={})
    page = httpx.get(f"{live.url}/v1/links/any.thing")

    assert refused.status_code == 501
    assert refused.json()["error"]["code"] == "links_not_configured"
    assert "links.secret_env" in refused.json()["error"]["message"]
    assert page.status_code == 404
