"""Runs Dafny over source texts: a warm server where there is one, and a fresh process for what has to be certain."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import math
import time
from collections.abc import Sequence
from pathlib import Path

from unsorry.errors import ProverError, ProverTimeout
from unsorry.processes import Child, ChildSpec, run
from unsorry.provers.dafny.answers import Answer, read_command, read_objects, read_server
from unsorry.provers.dafny.copies import Only
from unsorry.provers.dafny.installation import Installation
from unsorry.provers.dafny.warm import WarmServer
from unsorry.settings import ProverSettings

_END = b"[[DAFNY-SERVER: EOM]]"
_MOST = 32 << 20
MOST_ERRORS = 10  # told of one implementation
NAME = "unsorry.dfy"
_LOG = "results.txt"
_WARM_FAILURES = 2  # of Dafny 4's language server, until it is no longer asked
_log = logging.getLogger(__name__)


class Programs:
    """Owner of the processes of one session. One request at a time."""

    def __init__(self, installation: Installation, settings: ProverSettings, scratch: Path) -> None:
        self._installation = installation
        self._settings = settings
        self._scratch = scratch
        self._server: Child | None = None
        self._warm: WarmServer | None = None
        self._warm_each = 0.0
        self._warm_failures = 0
        self._lock = asyncio.Lock()

    async def try_out(
        self, source: str, only: Only | None, each: float, seconds: float, errors: int = MOST_ERRORS
    ) -> Answer:
        """Verifies the implementations that ``only`` chooses (``None``: all), each for ``each`` seconds and until
        so many ``errors`` at most: looking for further ones takes as long again.

        Raises:
            ProverTimeout: no answer within ``seconds``; the process has been ended.
            ProverError: the process died, or answered what it must not.
        """
        if self._installation.modern and self._warm_failures < _WARM_FAILURES:
            return await self._try_warm(source, only, each, seconds)
        if self._installation.modern or not self._installation.server:
            return await self.run_fresh(source, each, seconds, only=only)
        arguments = [*self._arguments(each, errors), *([f"/proc:{only.pattern}"] if only else [])]
        async with self._lock:
            try:
                async with asyncio.timeout(seconds):
                    return read_server(await self._ask(arguments, source))
            except TimeoutError as late:
                await self._drop()
                raise ProverTimeout(f"Dafny did not answer within {seconds:.1f} s") from late
            except BaseException:  # whatever is in flight would be taken for the answer to the next question
                await asyncio.shield(self._drop())
                raise

    async def run_fresh(
        self, source: str, each: float, seconds: float, *, only: Only | None = None, strict: bool = False
    ) -> Answer:
        """The same in a process of its own that has no memory. ``strict`` takes no assumption for granted.

        Raises:
            ProverTimeout: it did not end within ``seconds``; it has been ended.
            ProverError: it could not be started.
        """
        folder = self._scratch / f"run{time.monotonic_ns()}"
        file = folder / NAME
        await asyncio.to_thread(_write, file, source)
        try:
            argv = self._modern(file, each, only) if self._installation.modern else self._classic(file, each, only)
            if strict and not self._installation.modern:
                argv = [*argv[:-1], "/noCheating:1", argv[-1]]
            done = await run(self._spec(argv, folder), seconds, cap=_MOST)
            log = await asyncio.to_thread(_read, folder / _LOG)
        finally:
            await asyncio.to_thread(_remove, folder)
        if self._installation.modern:
            return read_objects(done.stdout, done.status, log, strict=strict)
        return read_command(done.stdout, done.status)

    async def close(self) -> None:
        await self._drop()

    async def _try_warm(self, source: str, only: Only | None, each: float, seconds: float) -> Answer:
        """The same with the language server of Dafny 4; by a process of its own where that fails or is not there."""
        deadline = time.monotonic() + seconds
        async with self._lock:
            try:
                async with asyncio.timeout(seconds):
                    return await (await self._warmed(each)).verify(source, only, seconds)
            except TimeoutError as late:
                await self._drop()
                raise ProverTimeout(f"Dafny did not answer within {seconds:.1f} s") from late
            except ProverTimeout:
                await self._drop()
                raise
            except ProverError as error:
                self._warm_failures += 1
                _log.info("dafny server fails, `dafny verify` goes on: %s", error.message)
                await self._drop()
            except BaseException:
                await asyncio.shield(self._drop())
                raise
        return await self.run_fresh(source, each, max(0.1, deadline - time.monotonic()), only=only)

    async def _warmed(self, each: float) -> WarmServer:
        """The language server, with at least so many seconds for each symbol."""
        if self._warm is None or not self._warm.alive or self._warm_each < each:
            await self._drop()
            self._warm_each = each
            limit = f"--verification-time-limit={max(1, math.ceil(each))}"
            argv = [self._installation.program, "server", "--verify-on=Never", limit, *self._settings.args]
            self._warm = await WarmServer.start(self._spec(argv, self._scratch), self._scratch)
        return self._warm

    async def _drop(self) -> None:
        server, self._server = self._server, None
        warm, self._warm = self._warm, None
        if server is not None:
            await server.close()
        if warm is not None:
            await warm.close()

    async def _ask(self, arguments: Sequence[str], source: str) -> str:
        if self._server is None or not self._server.alive:
            await self._drop()
            self._server = await Child.start(self._spec(self._installation.server, self._scratch))
        request = {"args": arguments, "filename": NAME, "source": source, "sourceIsFile": False}
        payload = base64.b64encode(json.dumps(request).encode()).decode()
        await self._server.send(f"verify\n{payload}\n[[DAFNY-CLIENT: EOM]]\n".encode())
        said = bytearray()
        while _END not in said[-200:]:
            data = await self._server.read()
            said += data
            if not data:
                raise self._server.failure("it ended while it was at work")
            if len(said) > _MOST:
                raise self._server.failure("it says too much")
        text = said.decode("utf-8", "replace")
        body, _, last = text.rstrip().rpartition("\n")
        if not last.startswith("[SUCCESS]"):
            raise ProverError(f"DafnyServer failed: {(body or last).strip()[-300:]}")
        return body

    def _spec(self, argv: Sequence[str], folder: Path) -> ChildSpec:
        env = {**self._settings.env, "TMPDIR": str(self._scratch)}
        return ChildSpec(tuple(argv), cwd=folder, env=env, memory_mb=self._settings.memory_mb)

    def _arguments(self, each: float, errors: int = MOST_ERRORS) -> list[str]:
        solver = [f"/z3exe:{self._installation.z3}"] if self._installation.z3 else []
        limit = f"/timeLimit:{max(1, math.ceil(each))}"
        fixed = ["/nologo", "/compile:0", "/errorTrace:0", f"/errorLimit:{errors}", limit]
        return [*fixed, *solver, *self._settings.args]

    def _classic(self, file: Path, each: float, only: Only | None) -> list[str]:
        chosen = [f"/proc:{only.pattern}"] if only else []
        return [self._installation.program, *self._arguments(each), "/trace", *chosen, str(file)]

    def _modern(self, file: Path, each: float, only: Only | None) -> list[str]:
        chosen = [f"--filter-symbol={only.word}"] if only else []
        limit = f"--verification-time-limit={max(1, math.ceil(each))}"
        log = f"--log-format=text;LogFileName={_LOG}"
        fixed = ["--json-output", "--allow-warnings", "--error-limit=0", limit, log]
        return [self._installation.program, "verify", *fixed, *chosen, *self._settings.args, str(file)]


def _write(file: Path, source: str) -> None:
    file.parent.mkdir()
    file.write_text(source, encoding="utf-8", errors="surrogatepass", newline="")


def _read(file: Path) -> str:
    """What a file says; nothing where it is not there."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _remove(folder: Path) -> None:
    for file in folder.glob("*"):
        with contextlib.suppress(OSError):
            file.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()
