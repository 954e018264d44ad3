"""``unsorry holes``: lists holes from the texts alone. No prover, no event loop: it answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from unsorry.cli import inputs
from unsorry.cli.exits import Exit
from unsorry.cli.inputs import Input
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.configuration import load
from unsorry.listing import found_object, report_object
from unsorry.model import Hole, Language
from unsorry.orchestrator.identity import identify
from unsorry.registry import syntax_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    inputs.add_arguments(parser)


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    load(inputs.common_directory(arguments.paths), user=options.config)  # nothing of it matters here but its errors
    language = Language(arguments.language) if arguments.language else None
    gathered = inputs.gather(arguments.paths, language)
    found = [(source, hole) for source in gathered.found for hole in find(source)]
    if options.json:
        output.json(
            report_object(found_object(i.name, i.document.language, i.document.source, hole) for i, hole in found)
        )
    else:
        for source, hole in found:
            output.line(describe(source, hole))
        files = len({source.name for source, _ in found})
        output.note(f"{count(len(found), 'hole')} in {count(files, 'file')} of {len(gathered.found)}")
    for problem in gathered.problems:
        output.error(problem)
    if gathered.problems:
        return Exit.BAD_INPUT
    return Exit.HOLES_REMAIN if found else Exit.DONE


def find(source: Input) -> Iterator[Hole]:
    """The holes of one text, in its order."""
    document = source.document
    name = document.uri.rsplit("/", 1)[-1]
    outline = syntax_of(document.language).outline(document.text, name)
    return iter(identify(document.uri, outline))


def describe(source: Input, hole: Hole) -> str:
    """``FILE:LINE:COLUMN: KIND hole in DECLARATION``, counted from 1 in characters, as compilers do."""
    where = f" in {hole.declaration}" if hole.declaration else ""
    return f"{place(source, hole)}: {hole.kind.value} hole{where}"


def place(source: Input, hole: Hole) -> str:
    text = source.document.source
    line = text.line_of(hole.span.start)
    return f"{source.name}:{line + 1}:{hole.span.start - text.line_starts[line] + 1}"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
