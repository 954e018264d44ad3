"""``unsorry replay``: checks the receipts of proof files again, for continuous integration."""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from attrs import frozen

from unsorry.cli import inputs
from unsorry.cli.exits import Exit
from unsorry.cli.holes import count
from unsorry.cli.inputs import Input
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.cli.receipts import read_receipts
from unsorry.configuration import Settings, load
from unsorry.engine import Engine
from unsorry.errors import ProverError, ProverMissing, UnsorryError
from unsorry.ledger.ledger import Ledger, open_ledger
from unsorry.ledger.receipts import Receipt
from unsorry.listing import duration, one_line
from unsorry.model import Language
from unsorry.observation.logs import set_up
from unsorry.orchestrator.replaying import Replayed, Standing

_COLORS = {Standing.HOLDS: "green", Standing.FAILS: "red", Standing.GONE: "yellow"}


@frozen
class _Outcome:
    """One file's receipts, as they stand; ``problem``: why they could not be checked."""

    source: Input
    replayed: Sequence[Replayed] = ()
    problem: UnsorryError | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    inputs.add_arguments(parser)
    parser.epilog = (
        "Receipts are read from FILE.receipts.json (`unsorry fill --write --receipts`), else from the ledger. Exit "
        "codes: 0 all hold; 1 some fail, or their proofs are gone; 2 bad usage, settings or file, or no receipts at "
        "all; 3 no prover installed for one of the languages."
    )


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    output.start_logging()
    settings = load(inputs.common_directory(arguments.paths), user=options.config).settings
    set_up(settings.log)
    language = Language(arguments.language) if arguments.language else None
    gathered = inputs.gather(arguments.paths, language)
    outcomes = asyncio.run(_replay(gathered.found, settings))
    if options.json:
        output.json(_report(outcomes))
    else:
        _print(outcomes, output)
    for problem in (*gathered.problems, *(o.problem for o in outcomes if o.problem is not None)):
        output.error(problem)
    if gathered.problems:
        return Exit.BAD_INPUT
    if not any(outcome.replayed or outcome.problem for outcome in outcomes):
        raise UnsorryError(
            "There are no receipts of these files.", next_step="`unsorry fill --write --receipts` leaves them."
        )
    return _exit_code(outcomes)


async def _replay(sources: Sequence[Input], settings: Settings) -> Sequence[_Outcome]:
    ledger = open_ledger(settings.ledger)
    engine = Engine(settings, ledger=ledger)
    try:
        return [await _replay_file(source, engine, ledger) for source in sources]
    finally:
        await engine.aclose()


async def _replay_file(source: Input, engine: Engine, ledger: Ledger | None) -> _Outcome:
    uri = source.document.uri
    try:
        receipts = read_receipts(source.file.path) if source.file else None
        if receipts is None:
            receipts = () if ledger is None else _latest(await ledger.receipts(uri=uri))
        if not receipts:
            return _Outcome(source)
        engine.put(source.document)
        try:
            return _Outcome(source, await engine.replay(uri, receipts))
        finally:
            await engine.close(uri)
    except UnsorryError as problem:
        return _Outcome(source, problem=problem)


def _latest(receipts: Sequence[Receipt]) -> Sequence[Receipt]:
    """Of the ledger's receipts of a file, the latest of each hole, in the order of the holes."""
    latest: dict[tuple[str, int], Receipt] = {}
    for receipt in receipts:
        latest.setdefault((receipt.declaration, receipt.number), receipt)
    return sorted(latest.values(), key=lambda receipt: (receipt.declaration, receipt.number))


def _print(outcomes: Sequence[_Outcome], output: Output) -> None:
    for outcome in outcomes:
        for each in outcome.replayed:
            word = output.paint(f"{each.standing.value:<6}", _COLORS[each.standing])
            told = f": {one_line(each.message)}" if each.message else ""
            name = each.receipt.declaration or "a hole"
            output.line(f"{word}{outcome.source.name}: {name}: {one_line(each.receipt.text)}{told}")
    counts = Counter(each.standing for outcome in outcomes for each in outcome.replayed)
    told = ", ".join(f"{counts[standing]} {standing.value}" for standing in Standing if counts[standing])
    seconds = sum(each.seconds for outcome in outcomes for each in outcome.replayed)
    output.note(f"{count(counts.total(), 'receipt')}: {told or 'nothing to check'} ({duration(seconds)})")


def _report(outcomes: Sequence[_Outcome]) -> dict[str, Any]:
    results = [
        {
            "file": outcome.source.name,
            "language": each.receipt.language,
            "declaration": each.receipt.declaration,
            "proof": each.receipt.text,
            "goal": each.receipt.goal,
            "axioms": list(each.receipt.axioms),
            "toolchain": each.receipt.toolchain,
            "status": each.standing.value,
            "message": each.message or None,
            "seconds": round(each.seconds, 3),
        }
        for outcome in outcomes
        for each in outcome.replayed
    ]
    statuses = [result["status"] for result in results]
    summary = {standing.value: statuses.count(standing.value) for standing in Standing}
    return {"version": 1, "results": results, "summary": {"receipts": len(results), **summary}}


def _exit_code(outcomes: Sequence[_Outcome]) -> int:
    problems = [outcome.problem for outcome in outcomes if outcome.problem is not None]
    if any(isinstance(problem, ProverMissing) for problem in problems):
        return Exit.NO_PROVER
    if any(not isinstance(problem, ProverError) for problem in problems):
        return Exit.BAD_INPUT
    failed = any(each.standing is not Standing.HOLDS for outcome in outcomes for each in outcome.replayed)
    return Exit.HOLES_REMAIN if failed or problems else Exit.DONE
