/** Questions about holes that need no editor: how they stand, in what order, which is meant. */

import type { Hole, Position, Standing } from "./protocol";

export function standing(hole: Hole): Standing {
  return hole.proving ? "proving" : hole.status;
}

export const STANDINGS: readonly Standing[] = ["proved", "proving", "open", "failed", "refuted", "skipped"];

const WORDS: Readonly<Record<Standing, string>> = {
  proved: "proved",
  proving: "being proved",
  open: "open",
  failed: "failed",
  refuted: "refuted",
  skipped: "not searched",
};

export function inWords(state: Standing): string {
  return WORDS[state];
}

/** "2 proved, 1 open", in a fixed order; what there is none of is left out. */
export function summary(holes: readonly Hole[]): string {
  const counts = new Map<Standing, number>();
  for (const hole of holes) {
    counts.set(standing(hole), (counts.get(standing(hole)) ?? 0) + 1);
  }
  return STANDINGS.filter((state) => counts.has(state))
    .map((state) => `${counts.get(state) ?? 0} ${WORDS[state]}`)
    .join(", ");
}

export function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}

export function inOrder(holes: readonly Hole[]): Hole[] {
  return [...holes].sort((a, b) => compare(a.range.start, b.range.start));
}

/** The hole at a position; else the nearest one by lines, the one before where two are as near. */
export function nearest(holes: readonly Hole[], at: Position): Hole | undefined {
  let best: Hole | undefined;
  let least = Infinity;
  for (const hole of inOrder(holes)) {
    const { start, end } = hole.range;
    if (compare(start, at) <= 0 && compare(at, end) <= 0) {
      return hole;
    }
    const distance = at.line < start.line ? start.line - at.line : Math.max(0, at.line - end.line);
    if (distance < least) {
      [best, least] = [hole, distance];
    }
  }
  return best;
}

/** The hole that begins after a position, or before it; around the end of the file where there is none. */
export function neighbour(holes: readonly Hole[], at: Position, step: 1 | -1): Hole | undefined {
  const ordered = inOrder(holes);
  if (step === 1) {
    return ordered.find((hole) => compare(hole.range.start, at) > 0) ?? ordered[0];
  }
  return ordered.findLast((hole) => compare(hole.range.start, at) < 0) ?? ordered.at(-1);
}

/** What a hole is called in lists. */
export function label(hole: Hole): string {
  return hole.declaration ?? `line ${hole.range.start.line + 1}`;
}

/** A text on one line, cut where it gets long. */
export function shorten(text: string, length = 80): string {
  const line = text.split(/\s+/).join(" ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`;
}
