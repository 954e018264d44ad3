#!/usr/bin/env python3
"""A coqidetop that misbehaves in one way, told by ``FAKE_SCENARIO``: silent, slow, stubborn, garbage, crash, huge,
lying, chatty, split (well-behaved, but a byte at a time), or strict (states are numbered two by two, a sentence is
taken only on top of the last one, and `fail.` fails when it is run). Otherwise it answers as a prover for which every
sentence is fine, every query fails, and no proof is ever open."""

from __future__ import annotations

import os
import re
import signal
import sys
import time

SCENARIO = os.environ.get("FAKE_SCENARIO", "")
_CALL = re.compile(rb'<call val="(\w+)">.*?</call>', re.DOTALL)
_UNIT = b'<value val="good"><unit/></value>'


class Interrupted(Exception):
    pass


class Work:
    """Whether a call is being worked on; an interrupt at rest does nothing."""

    busy = False


def on_interrupt(*_: object) -> None:
    if Work.busy:
        raise Interrupted


def say(data: bytes) -> None:
    size = 1 if SCENARIO == "split" else len(data) or 1
    for start in range(0, len(data), size):
        os.write(1, data[start : start + size])


class Strict:
    """The document of the scenario of that name."""

    tip = 1
    broken = False


_FAILED = b'<value val="fail"><state_id val="%d"/><richpp><_><pp>%s</pp></_></richpp></value>'


def strict(name: str, call: bytes) -> bytes | None:
    """The answer where it depends on the document."""
    states = [int(number) for number in re.findall(rb'<state_id val="(\d+)"/>', call)]
    if name == "Edit_at":
        Strict.tip, Strict.broken = states[-1], False
    elif name == "Add" and (states[-1] != Strict.tip or Strict.broken):
        return _FAILED % (Strict.tip, b"Stm.add called for a different state")
    elif name == "Add":
        Strict.tip, Strict.broken = Strict.tip + 2, b"fail." in call
        return answer(name, Strict.tip)
    elif name in ("Status", "Goal") and Strict.broken:
        return _FAILED % (Strict.tip - 2, b"It fails.")
    return None


def answer(name: str, state: int) -> bytes:
    if name == "Init":
        return b'<value val="good"><state_id val="1"/></value>'
    if name == "Add":
        return b'<value val="good"><pair><state_id val="%d"/><union val="in_l"><unit/></union></pair></value>' % state
    if name == "Status":
        return b'<value val="good"><status><list/><option val="none"/><list/><int>0</int></status></value>'
    if name == "About":
        return b'<value val="good"><coq_info><string>8.16.1</string></coq_info></value>'
    if name == "Goal":
        return b'<value val="good"><option val="none"/></value>'
    if name == "Query" and SCENARIO != "lying":
        return b'<value val="fail" loc_s="0" loc_e="1"><state_id val="0"/><richpp><_><pp>No.</pp></_></richpp></value>'
    return _UNIT


def misbehave(name: str) -> None:
    """What the scenario does before it answers a call that asks for work."""
    if SCENARIO == "silent":
        time.sleep(3600)
    elif SCENARIO == "slow":
        time.sleep(float(os.environ.get("FAKE_SECONDS", "1.5")))
    elif SCENARIO == "stubborn":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(3600)
    elif SCENARIO == "garbage":
        say(b"Segmentation fault <<< not & the protocol >>>\n")
    elif SCENARIO == "crash":
        os.write(2, b"Fatal error: out of memory.\n")
        os.kill(os.getpid(), signal.SIGABRT)
    elif SCENARIO == "huge":
        say(b'<value val="good"><string>')
        while True:
            say(b"x" * (1 << 20))
    elif SCENARIO == "chatty":
        notice = (
            b'<feedback object="state" route="0"><state_id val="1"/><feedback_content val="message"><message>'
            b'<message_level val="notice"/><option val="none"/><richpp><_><pp>more &nbsp; of it</pp></_></richpp>'
            b"</message></feedback_content></feedback>"
        )
        say(notice * 20000)


def main() -> None:
    if "--version" in sys.argv:
        print("The Coq Proof Assistant, version 8.16.1")
        return
    signal.signal(signal.SIGINT, on_interrupt)
    rest, state = b"", 1
    while data := os.read(0, 1 << 16):
        rest += data
        while match := _CALL.search(rest):
            rest, call = rest[match.end() :], match[0]
            name, state = match[1].decode(), state + 1
            try:
                Work.busy = name not in ("Init", "About")
                if Work.busy:
                    misbehave(name)
                Work.busy = False
                say((strict(name, call) if SCENARIO == "strict" else None) or answer(name, state))
            except Interrupted:
                Work.busy = False
                say(b'<value val="fail"><state_id val="1"/><richpp><_><pp>User interrupt.</pp></_></richpp></value>')


if __name__ == "__main__":
    main()
