"""From what is asked to a decision: what narrows the candidates, and what a conversation does."""

import asyncio
import json
from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest

from bandit.context import ContextEncoder
from service.asking import Asked, asked_of
from service.availability.availability import Availability
from service.caller import KEYLESS
from service.conversations import Current
from service.deciding import Decider
from service.errors import NoEligibleModel
from service.gateway.messages import parse
from service.gateway.result import CallResult
from service.services import new_learner
from service.settings import Settings, loads
from service.storage.records import DecisionRecord

FILE = """
models:
  small: &free
    base_url: http://h/v1
    price: {usd_per_million_tokens_in: 0, usd_per_million_tokens_out: 0}
    context_tokens: 2000
  sees: {<<: *free, capabilities: [images, tools], context_tokens: 100000}
  large:
    base_url: http://h/v1
    price:
      usd_per_million_tokens_in: 2000
      usd_per_million_tokens_out: 0
      usd_per_million_tokens_cached_in: 0
routes:
  default: {policy: {kind: thompson, exploration: 10, floor: 0.3}}
  alone: {sessions: false}
  soon: {policy: fastest, candidates: [small, large]}
  turns: {policy: round-robin}
  patient: {latency_weight: 0.01}
rules:
  - {name: to-sight, when: {tags: [look]}, use: {route: default, model: sees}}
  - {name: to-soon, when: {headers: {x-team: ads}}, use: {route: soon, candidates: [small]}}
seed: 1
"""
HELLO = {"role": "user", "content": "Hello"}
ANSWER = {"role": "assistant", "content": "Hi."}
CALL = {"role": "assistant", "tool_calls": [{"id": "c1"}]}
FAILED = CallResult("error", "failed", 500)
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "1"}


@cache
def contexts() -> ContextEncoder:
    return ContextEncoder.load()


class Desk:
    """A decider, with what it asks."""

    def __init__(self, text: str = FILE) -> None:
        self.settings: Settings = loads(text, {})
        models = dict.fromkeys(self.settings.models)
        self.availability = Availability(self.settings.availability, models, now=lambda: 1e9)
        self.decider = Decider(self.settings, contexts(), 1, self.availability)
        self.beliefs = new_learner(self.settings, contexts())

    def decide(self, asked: Asked, current: Current | None = None) -> DecisionRecord:
        """What the record says of one decision."""
        return self.decider.decide(asked, self.beliefs, current).record

    def saw(self, model: str, result: CallResult) -> None:
        """A call to a model ended so."""
        tries = asyncio.run(self.availability.begin(model, 1.0))
        self.availability.note(model, result, tries=tries)


def asked(
    *messages: Mapping[str, object],
    model: str = "auto",
    headers: Mapping[str, str] | None = None,
    **body: object,
) -> Asked:
    whole = {"model": model, "messages": messages or (HELLO,), **body}
    return asked_of(parse(json.dumps(whole).encode()).sent(headers or {}, KEYLESS))


def models(record: DecisionRecord) -> set[str]:
    return {candidate.model for candidate in record.candidates}


def test_every_reason_is_in_the_record() -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://h/a.png"}}

    record = Desk().decide(asked({"role": "user", "content": [picture]}))

    assert (record.chosen, models(record)) == ("sees", {"sees"})
    assert record.left_out == {"small": "cannot do images", "large": "cannot do images"}


def test_what_does_not_fit_a_window_is_left_out() -> None:
    record = Desk().decide(asked(max_tokens=3000))

    assert record.left_out == {"small": "holds 2000 tokens, the request needs about 3006"}


def test_what_is_too_dear_and_what_is_not_named_is_left_out() -> None:
    dial = {"max_cost_usd": 0.001, "candidates": ["small", "large"]}

    record = Desk().decide(asked(pointsman=dial))

    assert record.left_out["sees"] == "not among the candidates the request names"
    assert record.left_out["large"].startswith("expected to cost")


def test_nobody_left_is_an_error_that_tells_of_each() -> None:
    with pytest.raises(NoEligibleModel) as refused:
        Desk().decide(asked(max_tokens=200_000, pointsman={"candidates": ["small", "sees"]}))

    assert set(refused.value.reasons) == {"small", "sees", "large"}


def test_a_rule_narrows_and_is_named() -> None:
    record = Desk().decide(asked(pointsman={"tags": ["look"]}))

    assert (record.rule, record.route, record.chosen) == ("to-sight", "default", "sees")
    assert record.left_out["small"] == "left out by the rule 'to-sight'"
    assert record.policy == "thompson"


def test_a_rule_may_send_to_another_route() -> None:
    record = Desk().decide(asked(headers={"x-team": "ads"}))

    assert (record.rule, record.route, record.chosen) == ("to-soon", "soon", "small")


def test_rules_are_not_for_those_who_name_a_model() -> None:
    record = Desk().decide(asked(model="large", pointsman={"tags": ["look"]}))

    assert (record.rule, record.policy, record.chosen) == (None, "direct", "large")


def test_a_model_that_cools_down_is_left_out_and_failures_cost_quality() -> None:
    desk = Desk()
    before = desk.decide(asked(pointsman={"candidates": ["small", "sees"]}))
    for _ in range(4):
        desk.saw("small", FAILED)
    failing = desk.decide(asked(pointsman={"candidates": ["small", "sees"]}))
    desk.saw("small", FAILED)
    cooling = desk.decide(asked(pointsman={"candidates": ["small", "sees"]}))

    assert penalty(before, "small") == 0.0
    assert penalty(failing, "small") == pytest.approx(0.1 * (1 - 0.9**4))
    assert cooling.left_out["small"].startswith("cooling down")


def test_the_fastest_is_known_by_its_calls() -> None:
    desk = Desk()
    desk.saw("small", CallResult("ok", latency_seconds=2.0))
    desk.saw("large", CallResult("ok", latency_seconds=0.5))

    record = desk.decide(asked(model="auto:soon"))

    assert (record.chosen, record.propensity, record.policy) == ("large", 1.0, "fastest")


def test_a_model_that_slowed_down_costs_quality_at_once() -> None:
    desk = Desk()
    before = desk.decide(asked(model="auto:patient"))
    for seconds in [1.0] * 50 + [20.0] * 10:
        desk.saw("small", CallResult("ok", latency_seconds=seconds))
    after = desk.decide(asked(model="auto:patient"))

    assert penalty(before, "small") == penalty(before, "sees") > 0.0
    assert penalty(after, "small") > 3 * penalty(after, "sees")


def test_within_a_conversation_nothing_is_tried() -> None:
    desk = Desk()
    talk = asked(HELLO, ANSWER, HELLO)

    records = [desk.decide(talk, Current("sees", 0)) for _ in range(30)]

    assert {record.chosen for record in records} == {"sees"}
    assert {record.propensity for record in records} == {1.0}
    assert penalty(records[0], "small") == pytest.approx(0.02)
    assert len({desk.decide(asked()).chosen for _ in range(50)}) > 1


def test_what_the_model_has_cached_is_not_paid_in_full() -> None:
    talk = asked(HELLO, ANSWER, {"role": "user", "content": "x" * 4000})
    whole = Desk().decide(talk, Current("large", 0))
    partly = Desk().decide(talk, Current("large", talk.needs.tokens_in // 2))
    wholly = Desk().decide(talk, Current("large", 10**6))

    costs = [cost_usd(record, "large") for record in (whole, partly, wholly)]

    assert costs == pytest.approx([costs[0], costs[0] / 2, 0.0], rel=1e-2)


def test_a_conversation_changes_its_model_where_that_is_worth_it() -> None:
    desk = Desk()
    talk = asked(HELLO, ANSWER, {"role": "user", "content": "x" * 4000})

    record = desk.decide(talk, Current("large", 0))

    assert record.chosen in {"small", "sees"}
    assert utility(record, "large") < utility(record, record.chosen)


def test_a_tool_loop_never_changes_its_model() -> None:
    record = Desk().decide(asked(HELLO, CALL, RESULT), Current("large", 0))

    assert (record.chosen, models(record), record.propensity) == ("large", {"large"}, 1.0)
    assert record.left_out["small"] == "a tool's answer is on its way to large"


def test_a_tool_loop_whose_model_is_no_more_able_goes_to_another() -> None:
    record = Desk().decide(asked(HELLO, CALL, RESULT, max_tokens=3000), Current("small", 0))

    assert record.chosen != "small"
    assert "small" in record.left_out


def test_what_believes_nothing_stays_with_a_conversations_model() -> None:
    desk = Desk()
    talk = asked(HELLO, ANSWER, HELLO, model="auto:turns")

    assert {desk.decide(talk, Current("large", 0)).chosen for _ in range(5)} == {"large"}


def test_a_route_without_sessions_knows_no_conversation() -> None:
    talk = asked(HELLO, ANSWER, HELLO, model="auto:alone")

    record = Desk().decide(talk, Current("large", 10))

    assert record.conversation is None
    assert record.propensity < 1.0
    assert Desk().decide(asked()).conversation is not None


def test_a_conversation_with_a_model_that_is_gone_goes_on_with_another() -> None:
    record = Desk().decide(asked(HELLO, ANSWER, HELLO), Current("of-yesterday", 10))

    assert record.propensity == 1.0
    assert np.isfinite([candidate.utility for candidate in record.candidates]).all()


def cost_usd(record: DecisionRecord, model: str) -> float:
    return next(c.expected_cost_usd for c in record.candidates if c.model == model)


def utility(record: DecisionRecord, model: str) -> float:
    return next(c.utility for c in record.candidates if c.model == model)


def penalty(record: DecisionRecord, model: str) -> float:
    (scored,) = (c for c in record.candidates if c.model == model)
    return scored.sampled_quality - scored.utility
