"""Which requests two models may answer, and what the second is asked."""

from dataclasses import replace

import msgspec
from msgspec import Raw, Struct

from feedback.judging.costs import most_usd
from service.deciding import Decided
from service.gateway.messages import CHAT, CompletionRequest, Message
from service.settings.duels import Duel
from service.settings.resolved import Model


class _Choice(Struct, frozen=True):
    finish_reason: str | None = None


class _Ended(Struct, frozen=True):
    choices: tuple[_Choice, ...]


_ENDED = msgspec.json.Decoder(_Ended)
_STREAMING = {"stream", "stream_options"}
_ONE = {b"1", b"null"}


def may_duel(decided: Decided, request: CompletionRequest, duel: Duel) -> bool:
    """Whether two models may answer a request.

    Not where nothing may be explored, as within a conversation; where the client names the model;
    where there is more than text, which the judge would not see; where tools may be called; and,
    where the winner is returned, of a stream or within a session, which is rated as a whole.
    """
    if decided.record.policy == "direct" or not decided.choice.explore:
        return False
    if request.path != CHAT or request.tools or request.needs - {"json_schema"}:
        return False
    if bytes(request.raw.get("n", b"1")) not in _ONE or any(map(_calls_tools, request.messages)):
        return False
    whole = not request.stream and request.pointsman.session_id is None
    return duel.answer == "first" or whole


def _calls_tools(message: Message) -> bool:
    return bool(message.tool_calls) or message.tool_call_id is not None


def second_request(request: CompletionRequest, most_tokens: int) -> CompletionRequest:
    """The same request for one whole answer, no longer than is paid for."""
    raw = {name: value for name, value in request.raw.items() if name not in _STREAMING}
    if request.max_tokens is None:
        raw["max_tokens"] = Raw(msgspec.json.encode(most_tokens))
    most = most_tokens if request.max_tokens is None else request.max_tokens
    return replace(request, stream=False, include_usage=False, raw=raw, max_tokens=most)


def most_answer_usd(request: CompletionRequest, model: Model) -> float:
    """Dollars that an answer of a request with a limit cannot exceed."""
    size = len(request.body_for(model.upstream_model))
    return most_usd(model.price, size, request.max_tokens or 0)


def is_cut(answer: bytes) -> bool:
    """Whether an answer came to its limit before its end."""
    try:
        return any(choice.finish_reason == "length" for choice in _ENDED.decode(answer).choices)
    except msgspec.DecodeError:
        return False
