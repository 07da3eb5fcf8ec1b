"""From a client's request to what is asked of the router."""

from service.deciding import Asked
from service.eligibility import Needs
from service.gateway.messages import CompletionRequest, estimate_tokens_in, prompt_of


def asked_of(request: CompletionRequest) -> Asked:
    """What a chat completion asks for: a prompt, what the model must be able to do, the dial."""
    candidates = request.pointsman.candidates
    needs = Needs(
        capabilities=request.needs,
        tokens_in=estimate_tokens_in(request),
        most_tokens_out=request.max_tokens,
        candidates=None if candidates is None else tuple(candidates),
    )
    return Asked(request.model, prompt_of(request), needs, request.pointsman)
