"""From a client's request to what is asked of the router."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from bandit.prompt import Prompt
from service.caller import Caller
from service.eligibility import Needs
from service.gateway.dial import Dial
from service.gateway.messages import (
    EMBEDDINGS,
    CompletionRequest,
    Message,
    estimate_tokens_in,
    prompt_of,
)

_TOOLS_ROLES = {"tool", "function"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller wants routed, whichever way it came in."""

    model: str
    """As the client wrote it: ``auto``, ``auto:<route>`` or a model's name."""

    prompt: Prompt
    needs: Needs
    dial: Dial
    conversation: str | None
    """The session that the request names, or a digest of how its conversation began.

    None where nothing is said that could be answered: what embeds a text speaks to nobody.
    """

    continues: bool
    """Whether there may be earlier requests of the conversation."""

    awaits_tools: bool
    """Whether the model asked for tools, and has not heard yet what all of them gave."""

    caller: Caller
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """HTTP headers, by names in lower case."""

    messages: Sequence[Message] = field(default=(), repr=False)
    """The whole conversation."""


def asked_of(request: CompletionRequest) -> Asked:
    """What a chat completion asks for: a prompt, what the model must be able to do, the dial."""
    candidates = request.pointsman.candidates
    prompt = prompt_of(request)
    needs = Needs(
        capabilities=request.needs,
        tokens_in=estimate_tokens_in(request),
        most_tokens_out=request.max_tokens,
        candidates=None if candidates is None else tuple(candidates),
    )
    speaks = request.path != EMBEDDINGS
    session = request.pointsman.session_id
    goes_on = has_answers(request.messages)
    began = session or _beginning(request.model, prompt.system, request.messages)
    return Asked(
        model=request.model,
        prompt=prompt,
        needs=needs,
        dial=request.pointsman,
        conversation=began if speaks else None,
        continues=speaks and (goes_on or session is not None),
        awaits_tools=goes_on and awaits_tools(request.messages),
        headers=request.headers,
        messages=request.messages,
        caller=request.caller,
    )


def awaits_tools(messages: Sequence[Message]) -> bool:
    """Whether the conversation is in the middle of a tool loop.

    It is where a tool spoke last, or where the model's last word asked for a tool that has not
    answered yet.
    """
    if messages[-1].role in _TOOLS_ROLES:
        return True
    last = next((k for k in reversed(range(len(messages))) if messages[k].tool_calls), None)
    if last is None or has_answers(messages[last + 1 :]):
        return False
    answered = {message.tool_call_id for message in messages[last + 1 :]}
    return not answered.issuperset(messages[last].tool_calls)


def has_answers(messages: Sequence[Message]) -> bool:
    """Whether a model has spoken before."""
    return any(message.role == "assistant" for message in messages)


def _beginning(model: str, system: str, messages: Sequence[Message]) -> str:
    """What stays the same in every request of a conversation, in 32 letters."""
    first = next((m.text for m in messages if m.role == "user"), messages[0].text)
    text = f"{model}\0{system}\0{first}"
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
