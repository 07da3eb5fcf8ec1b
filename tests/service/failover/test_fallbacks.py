"""Who is called when a call fails, and what the log says of it."""

import json
from pathlib import Path

import pytest

from service.caller import KEYLESS
from service.errors import ProviderDenied, ProviderFailed, ProviderRejected
from service.gateway.messages import parse
from tests.fakes.fleet import asks, each, fleet, read
from tests.fakes.provider import Answer, FakeProvider

pytestmark = pytest.mark.anyio

OK = Answer("Here.", tokens_in=3, tokens_out=2)
NO_RETRY = {"policy": {"kind": "fixed", "model": "a"}, "retries": 0}


async def test_the_next_model_answers_and_both_calls_are_outcomes(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500), b=OK)

    async with fleet(tmp_path, fake, "a", "b", route=NO_RETRY) as models:
        answer = await models.router.complete(asks())
        failed, served = await models.outcomes(answer.decided.record.id)

    assert json.loads(answer.body)["choices"][0]["message"]["content"] == "Here."
    assert (answer.served, answer.attempts, answer.cost_usd) == ("b", 2, 5.0)
    assert answer.decided.record.chosen == "a"
    assert (failed.model, failed.attempt, failed.status) == ("a", 1, "error")
    assert (failed.reason, failed.http_status, failed.cost_usd) == ("failed", 500, None)
    assert (served.model, served.attempt, served.status) == ("b", 2, "ok")
    assert (served.cost_usd, served.tokens_out) == (5.0, 2)


async def test_what_is_billed_is_the_price_of_who_answered(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500), b=OK)
    cheap = {"price": {"usd_per_million_tokens_in": 0, "usd_per_million_tokens_out": 5e5}}

    async with fleet(tmp_path, fake, "a", "b", route=NO_RETRY, b=cheap) as models:
        answer = await models.router.complete(asks())
        _, served = await models.outcomes(answer.decided.record.id)

    assert served.cost_usd == 1.0
    assert served.price_version != ""


async def test_the_order_is_that_of_the_decision_itself(tmp_path: Path, fake: FakeProvider) -> None:
    names = ("a", "b", "c", "d", "e")
    fake.answers = each(**dict.fromkeys(names, Answer(status=500)))
    route = {"retries": 0, "policy": {"kind": "thompson", "exploration": 1.0}}

    async with fleet(tmp_path, fake, *names, route=route) as models:
        with pytest.raises(ProviderFailed):
            await models.router.complete(asks())
        outcomes = await models.outcomes()
        stored = await models.services.reader.decision(outcomes[0].decision_id, KEYLESS)

    assert stored is not None
    drawn = sorted(stored.decision.candidates, key=lambda c: c.utility, reverse=True)
    assert models.called == [candidate.model for candidate in drawn]
    assert [outcome.attempt for outcome in outcomes] == [1, 2, 3, 4, 5]


async def test_what_may_pass_is_tried_once_more(tmp_path: Path, fake: FakeProvider) -> None:
    fake.answers = each(a=[Answer(status=503), OK], b=OK)

    async with fleet(tmp_path, fake, "a", "b") as models:
        answer = await models.router.complete(asks())

    assert models.called == ["a", "a"]
    assert (answer.served, answer.attempts) == ("a", 2)


@pytest.mark.parametrize(
    "broken",
    [
        Answer(body=b"<html>"),
        Answer(body=b'{"choices": []}'),
        Answer(status=408),
        Answer(body=b" " * 40_000_000),
    ],
)
async def test_an_answer_that_is_none_is_tried_again_and_then_elsewhere(
    tmp_path: Path, fake: FakeProvider, broken: Answer
) -> None:
    fake.answers = each(a=broken, b=OK)

    async with fleet(tmp_path, fake, "a", "b") as models:
        answer = await models.router.complete(asks())

    assert models.called == ["a", "a", "b"]
    assert answer.served == "b"


@pytest.mark.parametrize("status", [301, 401, 402, 403, 429])
async def test_what_does_not_pass_by_itself_goes_to_the_next_model_at_once(
    tmp_path: Path, fake: FakeProvider, status: int
) -> None:
    fake.answers = each(a=Answer(status=status), b=OK)

    async with fleet(tmp_path, fake, "a", "b") as models:
        answer = await models.router.complete(asks())

    assert models.called == ["a", "b"]
    assert answer.served == "b"


@pytest.mark.parametrize("status", [400, 404, 409, 413, 415, 422])
async def test_a_request_at_fault_goes_nowhere_else_and_says_nothing_of_the_model(
    tmp_path: Path, fake: FakeProvider, status: int
) -> None:
    fake.answers = each(a=Answer("Mend it.", status=status), b=OK)

    async with fleet(tmp_path, fake, "a", "b", availability={"failures_to_open": 1}) as models:
        with pytest.raises(ProviderRejected) as failed:
            await models.router.complete(asks())
        availability = models.router.decider.availability
        known = availability.why_not("a"), availability.failure_rate("a")

    assert models.called == ["a"]
    assert failed.value.status == status
    assert b"Mend it." in failed.value.body
    assert known == (None, 0.0)


async def test_a_refused_key_leaves_the_model_alone_for_a_while(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=401), b=OK)

    async with fleet(tmp_path, fake, "a", "b") as models:
        await models.router.complete(asks())
        second = await models.router.complete(asks())

    assert models.called == ["a", "b", "b"]
    assert second.decided.record.left_out["a"].startswith("cooling down")


async def test_a_rate_limit_leaves_the_model_alone_for_as_long_as_it_says(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=429, headers={"retry-after": "60"}), b=OK)

    async with fleet(tmp_path, fake, "a", "b") as models:
        await models.router.complete(asks())
        second = await models.router.complete(asks())

    assert models.called == ["a", "b", "b"]
    assert "rate limit for" in second.decided.record.left_out["a"]


async def test_a_model_that_fails_and_fails_is_not_called_any_more(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500), b=OK)
    after = {"failures_to_open": 3}

    async with fleet(tmp_path, fake, "a", "b", route=NO_RETRY, availability=after) as models:
        for _ in range(6):
            await models.router.complete(asks())

    assert models.called.count("a") == 3
    assert models.called.count("b") == 6


async def test_where_nobody_should_be_called_everybody_is_tried_once(
    tmp_path: Path, fake: FakeProvider
) -> None:
    down = Answer(status=500)
    fake.answers = each(a=down, b=[down, down, OK])
    quick = {"failures_to_open": 1}

    async with fleet(tmp_path, fake, "a", "b", availability=quick) as models:
        with pytest.raises(ProviderFailed):
            await models.router.complete(asks())
        with pytest.raises(ProviderFailed):
            await models.router.complete(asks())
        answer = await models.router.complete(asks())

    assert models.called == ["a", "b"] * 3
    assert answer.served == "b"


async def test_a_model_that_has_begun_to_cool_down_is_not_tried_again(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500))

    async with fleet(tmp_path, fake, "a", availability={"failures_to_open": 1}) as models:
        with pytest.raises(ProviderFailed):
            await models.router.complete(asks(model="a"))

    assert models.called == ["a"]


async def test_a_rating_after_a_fallback_is_of_the_model_that_answered(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500), b=OK)

    async with fleet(tmp_path, fake, "a", "b", route=NO_RETRY) as models:
        answer = await models.router.complete(asks())
        stored = await models.services.reader.decision(answer.decided.record.id, KEYLESS)

    assert stored is not None
    assert (stored.decision.chosen, stored.served) == ("a", "b")


async def test_configured_fallbacks_hold_in_their_order_whoever_is_a_candidate(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500), b=OK, c=Answer(status=500), d=OK)
    route = NO_RETRY | {"candidates": ["a", "b"], "fallbacks": ["a", "c", "d"]}

    async with fleet(tmp_path, fake, "a", "b", "c", "d", route=route) as models:
        answer = await models.router.complete(asks())

    assert models.called == ["a", "c", "d"]
    assert answer.served == "d"


async def test_configured_fallbacks_that_cannot_do_it_are_passed_over(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500), b=OK, c=OK)
    route = NO_RETRY | {"candidates": ["a"], "fallbacks": ["b", "c"]}
    tools = b'{"model": "auto", "messages": [{"role": "user", "content": "x"}], "tools": [{}]}'

    async with fleet(tmp_path, fake, "a", "b", "c", route=route, b={"capabilities": []}) as models:
        answer = await models.router.complete(parse(tools))

    assert answer.served == "c"


@pytest.mark.parametrize("allowed", [{"candidates": ["a"]}, {"max_cost_usd": 1e6}])
async def test_configured_fallbacks_stay_within_what_the_request_allows(
    tmp_path: Path, fake: FakeProvider, allowed: dict[str, object]
) -> None:
    fake.answers = each(a=Answer(status=500), b=OK)
    message = {"role": "user", "content": "Hello"}
    body = {"model": "auto", "messages": [message], "pointsman": allowed}

    route = NO_RETRY | {"candidates": ["a"], "fallbacks": ["b"]}
    async with fleet(tmp_path, fake, "a", "b", route=route) as models:
        with pytest.raises(ProviderFailed):
            await models.router.complete(parse(json.dumps(body).encode()))

    assert models.called == ["a"]


async def test_a_fallback_that_the_decision_left_out_does_not_stand_in(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500), b=OK)
    message = {"role": "user", "content": "Hello"}
    body = {"model": "auto", "messages": [message], "pointsman": {"candidates": ["a"]}}

    async with fleet(tmp_path, fake, "a", "b", route=NO_RETRY | {"fallbacks": ["b"]}) as models:
        with pytest.raises(ProviderFailed):
            await models.router.complete(parse(json.dumps(body).encode()))

    assert models.called == ["a"]


async def test_no_fallbacks_means_none(tmp_path: Path, fake: FakeProvider) -> None:
    fake.answers = each(a=Answer(status=500), b=OK)

    async with fleet(tmp_path, fake, "a", "b", route=NO_RETRY | {"fallbacks": []}) as models:
        with pytest.raises(ProviderFailed):
            await models.router.complete(asks())

    assert models.called == ["a"]


async def test_a_model_that_was_named_is_tried_again_but_nobody_stands_in_for_it(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500), b=OK)

    async with fleet(tmp_path, fake, "a", "b") as models:
        with pytest.raises(ProviderFailed):
            await models.router.complete(asks(model="a"))

    assert models.called == ["a", "a"]


async def test_more_retries_are_for_when_nobody_else_is_left(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500), b=[Answer(status=500), Answer(status=500), OK])
    route = {"policy": {"kind": "fixed", "model": "a"}, "retries": 2}

    async with fleet(tmp_path, fake, "a", "b", route=route) as models:
        await models.router.complete(asks())

    assert models.called == ["a", "a", "b", "b", "b"]


async def test_the_last_failure_is_what_the_client_hears_of(
    tmp_path: Path, fake: FakeProvider
) -> None:
    limited = Answer("Slow down.", status=429, headers={"retry-after": "7"})
    fake.answers = each(a=Answer(status=500), b=Answer(status=401), c=limited)

    async with fleet(tmp_path, fake, "a", "b", "c", route=NO_RETRY) as models:
        with pytest.raises(ProviderRejected) as failed:
            await models.router.complete(asks())
        outcomes = await models.outcomes()

    assert (failed.value.model, failed.value.status) == ("c", 429)
    assert failed.value.result.headers == {"retry-after": "7"}
    assert [o.reason for o in outcomes] == ["failed", "denied", "rejected"]


async def test_where_every_key_is_refused_the_client_hears_of_that(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(status=500), b=Answer(status=401))

    async with fleet(tmp_path, fake, "a", "b", route=NO_RETRY) as models:
        with pytest.raises(ProviderDenied):
            await models.router.complete(asks())


async def test_a_stream_that_fails_before_its_first_token_falls_back_unseen(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer("x y z", cut_after=1), b=Answer("One two."))

    async with fleet(tmp_path, fake, "a", "b", route=NO_RETRY) as models:
        answer = await models.router.stream(asks(stream=True))
        passed = await read(answer)
        failed, served = await models.outcomes(answer.decided.record.id, 2)

    assert (answer.served, answer.attempts) == ("b", 2)
    assert passed.count(b'"role": "assistant"') == 1
    assert b'"model": "a"' not in passed
    assert passed.endswith(b"data: [DONE]\n\n")
    assert (failed.model, failed.reason) == ("a", "cut")
    assert (served.model, served.status) == ("b", "ok")


async def test_a_stream_that_fails_after_its_first_token_ends_with_an_error_and_is_logged(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer("x y z", cut_after=3), b=OK)

    async with fleet(tmp_path, fake, "a", "b") as models:
        answer = await models.router.stream(asks(stream=True))
        passed = await read(answer)
        (failed,) = await models.outcomes(answer.decided.record.id)
        rate = models.router.decider.availability.failure_rate("a")

    assert models.called == ["a"]
    assert b'"content": "y "' in passed
    assert json.loads(passed.rstrip().rpartition(b"data: ")[2])["error"]["code"] == "cut"
    assert (failed.status, failed.reason) == ("error", "cut")
    assert failed.time_to_first_token_seconds is not None
    assert rate > 0
