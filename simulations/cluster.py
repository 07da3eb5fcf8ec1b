"""Trials on Dask: on processes of this machine, or on a cluster that somebody else has started."""

# mypy: allow-untyped-calls

import asyncio
import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker

import dask
from distributed import Client, Future, LocalCluster, as_completed
from distributed.comm.core import connect
from distributed.security import Security

from bandit.errors import ConfigError
from simulations.archive import code_digest
from simulations.origin import Origin
from simulations.simulate import Failure, attempt
from simulations.trial import Measured, Trial

_PATIENCE_SECONDS = 30.0
_ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
"""Of our own processes: small matrices gain nothing from threads. By default Dask has freed memory
given back at once too, which takes about as long as a trial itself."""


class Cluster:
    """Starts, or connects to, a cluster when it is first used.

    Every worker is sent the origin of requests once, and then trials.
    """

    def __init__(
        self,
        origin: Origin,
        scheduler: str | None = None,
        workers: int | None = None,
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        """A cluster that is not there yet.

        Args:
            origin: Where the requests of all trials come from.
            scheduler: Address of a cluster; without one, it is processes of our own.
            workers: So many processes, or one for each core.
            patience_seconds: How long a cluster may take to answer, and then to have a worker.
        """
        self._origin = origin
        self._scheduler = scheduler
        self._workers = workers
        self._patience_seconds = patience_seconds
        self._opened = ExitStack()
        self._started: tuple[Client, Future[Origin]] | None = None

    def run(self, trials: Sequence[Trial]) -> Iterator[Measured | Failure]:
        """What each trial came to, as they end.

        Raises:
            ConfigError: The cluster does not answer, or runs other code than this.
        """
        if not trials:
            return
        client, origin = self._started = self._started or self._start()
        futures = client.map(attempt, trials, origin=origin, pure=False)
        asked = dict(zip(futures, trials, strict=True))
        for future in as_completed(futures, loop=client.loop):
            yield _result(future, asked[future])

    def close(self) -> None:
        """Stop our own processes, or leave the cluster; trials that are running are lost."""
        self._opened.close()

    def _start(self) -> tuple[Client, Future[Origin]]:
        client = self._local() if self._scheduler is None else self._remote(self._scheduler)
        return client, client.scatter(self._origin, broadcast=True)

    def _local(self) -> Client:
        with _undisturbed(), dask.config.set({"distributed.nanny.pre-spawn-environ": _ENVIRONMENT}):
            processes = LocalCluster(
                n_workers=self._workers,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
                memory_limit=0,
            )
            self._opened.enter_context(processes)
            client = Client(processes, set_as_default=False)
            self._opened.enter_context(client)
        return client

    def _remote(self, address: str) -> Client:
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            asyncio.run(_knock(address, self._patience_seconds))
            client = Client(address, timeout=self._patience_seconds, set_as_default=False)
            self._opened.enter_context(client)
            client.wait_for_workers(1, timeout=self._patience_seconds)
        except (OSError, ValueError, MemoryError) as error:
            raise ConfigError(
                f"there is no Dask cluster with workers at {address}"
                f" ({str(error) or f'no answer within {self._patience_seconds:g} seconds'})",
                "start a scheduler and workers there, or leave --scheduler out",
            ) from error
        _check(client)
        return client


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold an interrupt back until the end; what is started meanwhile is deaf to them for good.

    A terminal interrupts every process that was started from it. Threads and processes inherit
    that it is blocked, so that it is left to this one; only the tracker of multiprocessing would
    unblock it again where it is started in between.
    """
    resource_tracker.ensure_running()
    held: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: held.append(number))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        signal.signal(signal.SIGINT, before)
    if held:
        raise KeyboardInterrupt


async def _knock(address: str, patience_seconds: float) -> None:
    """See whether a scheduler is there: a `Client` that finds none takes long to give up.

    What is not Dask may talk, and sound like an enormous message (a MemoryError).
    """
    arguments = Security().get_connection_args("client")
    async with asyncio.timeout(patience_seconds):
        comm = await connect(address, timeout=patience_seconds, **arguments)
        await comm.close()


def _check(client: Client) -> None:
    """Other code on a worker would give other results."""
    found = client.run(code_digest, on_error="return").values()
    if any(digest != code_digest() for digest in found):
        raise ConfigError(
            "the workers of the cluster have another Pointsman than this one, or none",
            "install pointsman[simulate] of this version on all of them",
        )


def _result(future: Future[Measured | Failure], trial: Trial) -> Measured | Failure:
    """What came of a trial; a worker that died with it is a failure, not the end."""
    if future.status == "finished":
        return future.result()
    lost = "the cluster went away"
    return Failure(trial, str(future.exception()) if future.status == "error" else lost)
