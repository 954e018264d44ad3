"""One live child process: pipes, bounded waits, a bounded tail of its errors, and an end that leaves nothing.

Every child runs under the reaper (see ``reaper.py``), so that closing it, or the death of this process, ends
the whole tree that it has grown.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import contextvars
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import field, frozen

from unsorry.errors import ProverError, ProverMissing, ProverTimeout
from unsorry.processes.output import Output, Receiver

_OWNER: contextvars.ContextVar[set[Child] | None] = contextvars.ContextVar("children", default=None)
_REAPER = str(Path(__file__).with_name("reaper.py"))
_STDERR_LINES = 40
_CHUNK = 1 << 16


@frozen
class ChildSpec:
    """How to start a program. ``env`` adds to (or, with ``None``, removes from) this process's environment;
    ``memory_mb`` caps its address space (0: no cap); ``nice`` lowers its priority."""

    argv: tuple[str, ...]
    cwd: Path | None = None
    env: Mapping[str, str | None] = field(factory=dict)
    memory_mb: int = 0
    nice: int = 5

    def environment(self) -> dict[str, str]:
        merged = {**os.environ, **self.env}
        return {name: value for name, value in merged.items() if value is not None}


@frozen
class Completed:
    """What a program that ran to its end left: exit status, and output as far as the cap allowed."""

    status: int
    stdout: str
    stderr: str


@contextlib.contextmanager
def gathering(children: set[Child]) -> Iterator[None]:
    """What is started inside, by this task or those that it starts, is noted in ``children``."""
    token = _OWNER.set(children)
    try:
        yield
    finally:
        _OWNER.reset(token)


class Child:
    """Owner of one live process. One reader at a time; whoever opens it closes it."""

    def __init__(self, spec: ChildSpec, process: asyncio.subprocess.Process, output: Output) -> None:
        self.spec = spec
        self._process = process
        self._output = output
        self._stderr: collections.deque[bytes] = collections.deque(maxlen=_STDERR_LINES)
        self._closing: asyncio.Task[None] | None = None
        self._drain = asyncio.create_task(self._drain_stderr(), name=f"stderr of {spec.argv[0]}")

    @classmethod
    async def start(cls, spec: ChildSpec, receive: Receiver | None = None) -> Child:
        """Starts the program. With ``receive``, that is called with its output as it comes, and with empty bytes at
        the end; ``read`` is not used then.

        Raises:
            ProverMissing: the working directory is not there.
            ProverError: the system refused to start another process.
        """
        command = [sys.executable, "-I", "-S", _REAPER, str(spec.memory_mb), str(spec.nice), *spec.argv]
        try:
            ours, its = os.pipe()
        except OSError as error:
            raise ProverError(f"cannot start {spec.argv[0]}: {error}") from error
        output = Output(ours, receive)
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=its,
                stderr=asyncio.subprocess.PIPE,
                cwd=spec.cwd,
                env=spec.environment(),
                start_new_session=True,
            )
        except BaseException as error:
            output.close()
            if isinstance(error, FileNotFoundError):
                raise ProverMissing(f"cannot start {spec.argv[0]}: {error}") from error
            if isinstance(error, OSError):
                raise ProverError(f"cannot start {spec.argv[0]}: {error}") from error
            raise
        finally:
            os.close(its)
        child = cls(spec, process, output)
        owned = _OWNER.get()
        if owned is not None:
            owned.add(child)
        return child

    @property
    def pid(self) -> int:
        """The supervisor's process id; the program is its child."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def status(self) -> int | None:
        return self._process.returncode

    @property
    def stderr_tail(self) -> str:
        return b"".join(self._stderr).decode("utf-8", "replace").strip()

    def failure(self, what: str) -> ProverError:
        """An error that says what went wrong, with the status and the tail of standard error."""
        status = "" if self.alive else f" (exit status {self.status})"
        return ProverError(f"{Path(self.spec.argv[0]).name}: {what}{status}", stderr=self.stderr_tail)

    async def send(self, data: bytes) -> None:
        """Writes to standard input.

        Raises:
            ProverError: the program is gone.
        """
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(data)
            await stdin.drain()
        except (ConnectionError, RuntimeError) as error:
            await self.settled()
            raise self.failure("it no longer reads its input") from error

    def write(self, data: bytes) -> None:
        """Writes to standard input without waiting; that the program is gone shows at the end of its output."""
        stdin = self._process.stdin
        assert stdin is not None
        with contextlib.suppress(ConnectionError, RuntimeError):
            stdin.write(data)

    async def read(self) -> bytes:
        """The next bytes of standard output, as they come; empty at its end."""
        data = await self._output.read()
        if not data:
            await self.settled()
        return data

    def interrupt(self) -> None:
        """SIGINT to the program, not to what it has started."""
        self._signal(signal.SIGINT)

    def reap_orphans(self) -> None:
        """Ends what the program started and then lost sight of."""
        self._signal(signal.SIGUSR1)

    async def close(self, grace: float = 0.0) -> None:
        """Ends the whole tree. With ``grace``, closes standard input and first waits so many seconds for the
        program to leave by itself. Safe to call again; goes on to its end even if the caller is cancelled."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._end(grace), name=f"end of {self.spec.argv[0]}")
        await asyncio.shield(self._closing)

    async def _end(self, grace: float) -> None:
        if grace > 0 and self.alive and self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), grace)
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(self._process.wait()), 3.0)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()
        finally:
            self._drain.cancel()
            self._output.close()
            transport = getattr(self._process, "_transport", None)
            if transport is not None:
                transport.close()

    def _signal(self, number: signal.Signals) -> None:
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def settled(self) -> None:
        """Gives a dying process a moment, so that its status and last words are known."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._process.wait()), 0.5)
            await asyncio.wait_for(asyncio.shield(self._drain), 0.2)

    async def _drain_stderr(self) -> None:
        stderr = self._process.stderr
        assert stderr is not None
        rest = b""
        while chunk := await stderr.read(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            self._stderr.extend(line[-500:] + b"\n" for line in lines)
            rest = rest[-500:]
        if rest:
            self._stderr.append(rest)


async def run(spec: ChildSpec, seconds: float, *, data: bytes = b"", cap: int = 8 << 20) -> Completed:
    """Runs a program to its end; output beyond ``cap`` bytes is dropped, not kept.

    Raises:
        ProverTimeout: it did not end within ``seconds``; it has been ended.
        ProverError: it could not be started.
    """
    child = await Child.start(spec)
    try:
        async with asyncio.timeout(seconds):
            stdout = await _exchange(child, data, cap)
            status = await child._process.wait()  # noqa: SLF001 - same module, same owner
            await child.settled()
    except TimeoutError as error:
        raise ProverTimeout(f"{spec.argv[0]} did not finish within {seconds:g} s") from error
    finally:
        await child.close()
    return Completed(status, stdout.decode("utf-8", "replace"), child.stderr_tail)


async def _exchange(child: Child, data: bytes, cap: int) -> bytes:
    if data:
        with contextlib.suppress(ProverError):
            await child.send(data)
    stdin = child._process.stdin  # noqa: SLF001
    assert stdin is not None
    stdin.close()
    kept = bytearray()
    while chunk := await child.read():
        kept += chunk[: max(0, cap - len(kept))]
    return bytes(kept)
