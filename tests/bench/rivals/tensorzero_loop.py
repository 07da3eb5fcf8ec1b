"""Drives TensorZero's embedded core: ``python tensorzero_loop.py CONFIG CONNECTIONS SECONDS``.

Runs in the rivals' environment, and prints what it reached as a line of JSON.
"""

import asyncio
import json
import statistics
import sys
import time

from tensorzero import AsyncTensorZeroGateway

_PROMPT = "Question %d: " + "How would one explain that to a colleague? " * 9


async def measure(config: str, connections: int, seconds: float) -> dict[str, object]:
    """Ask over and over, so many at a time."""
    taken: list[float] = []
    building = AsyncTensorZeroGateway.build_embedded(config_file=config, timeout=30)
    async with await building as gateway:

        async def client(number: int, until: float) -> None:
            while (began := time.perf_counter()) < until:
                message = {"role": "user", "content": _PROMPT % number}
                await gateway.inference(function_name="chat", input={"messages": [message]})
                taken.append(time.perf_counter() - began)

        async def clients(length: float) -> float:
            until = time.perf_counter() + length
            await asyncio.gather(*(client(number, until) for number in range(connections)))
            return time.perf_counter() - until + length

        await clients(min(1.0, seconds))
        taken.clear()
        before = time.process_time()
        passed = await clients(seconds)
        used = time.process_time() - before
    middle = statistics.median(taken)
    loaded = {"requests": len(taken), "seconds": passed, "p50_seconds": middle}
    return {"loaded": loaded, "cpu_seconds": used}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))))  # noqa: T201
