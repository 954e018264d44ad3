"""A small supervisor between Unsorry and one prover: when it ends, nothing that the prover started is left.

Run as a script, with the standard library alone and no site packages (it starts in about ten milliseconds):

    python -I -S reaper.py MEMORY_MB NICE PROGRAM ARGUMENT...

It becomes the subreaper of its descendants (``prctl(2)``), so that even a grandchild in a session of its own
comes back to it. Signals: SIGINT goes on to the program; SIGTERM ends the whole tree; SIGUSR1 ends what the
program has orphaned and leaves the program alone. When Unsorry dies, however it dies, the kernel sends SIGTERM.
The exit status is the program's own, or 128 + N when signal N ended it, or 127 when it could not be started.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _children() -> dict[int, list[int]]:
    """Every live process's children by parent."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with (
                contextlib.suppress(OSError, ValueError, IndexError),
                open(f"/proc/{name}/stat", "rb") as stat,
            ):
                fields = stat.read().rsplit(b")", 1)[1].split()
                children.setdefault(int(fields[1]), []).append(int(name))
    return children


def _descendants(roots: list[int]) -> list[int]:
    table = _children() if os.path.isdir("/proc/self") else {}
    found, todo = [], list(roots)
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo.extend(table.get(pid, ()))
    return found


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _orphans(program: int) -> list[int]:
    """Descendants of ours that are not the program or below it."""
    return _descendants([pid for pid in _children().get(os.getpid(), []) if pid != program])


def _end_tree(program: int) -> None:
    """Kills until nothing is left: what dies hands its children to us, so look again."""
    for _ in range(200):
        with contextlib.suppress(OSError):
            os.killpg(program, signal.SIGKILL)
        _kill(_descendants(_children().get(os.getpid(), [])) if sys.platform == "linux" else [program])
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def _start(memory_mb: int, nice: int, argv: list[str], mask: set[int | signal.Signals]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setpgid(0, 0)
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(127)
        if memory_mb:
            limit = memory_mb * 1024 * 1024
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if nice:
            os.nice(nice)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.execvp(argv[0], argv)
    except OSError as error:
        os.write(2, f"{argv[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def main() -> int:
    owner = os.getppid()
    memory_mb, nice, argv = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    wanted = {signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGCHLD, signal.SIGHUP}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    program = _start(memory_mb, nice, argv, mask)
    with contextlib.suppress(OSError):
        os.setpgid(program, program)
    for descriptor in (0, 1, 2):  # the pipes are the program's alone, so that their end is its end
        os.close(descriptor)
    while True:
        received = signal.sigtimedwait(wanted, 1.0)
        number = received.si_signo if received else 0
        if number in (signal.SIGTERM, signal.SIGHUP) or os.getppid() != owner:
            _end_tree(program)
            return 128 + signal.SIGTERM
        if number == signal.SIGINT:
            with contextlib.suppress(OSError):
                os.kill(program, signal.SIGINT)
        if number == signal.SIGUSR1:
            _kill(_orphans(program))
        status = _reap(program)
        if status is not None:
            _end_tree(program)
            return status


def _reap(program: int) -> int | None:
    """Collects the dead; the program's status once it is among them."""
    try:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return None
            if pid == program:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
    except ChildProcessError:
        return 127


if __name__ == "__main__":
    os._exit(main())
