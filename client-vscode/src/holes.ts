/** Questions about holes that need no editor: how they stand, in what order, which is meant. */

import { pathToFileURL } from "node:url";
import type { Hole, Position, Standing, ToldHole } from "./protocol";

/** What holes look like by how they stand, in the order in which lists have them. */
export const LOOKS: Readonly<Record<Standing, { words: string; icon: string; color: string }>> = {
  proved: { words: "proved", icon: "pass-filled", color: "testing.iconPassed" },
  proving: { words: "being proved", icon: "sync", color: "charts.blue" },
  open: { words: "open", icon: "circle-large-outline", color: "charts.blue" },
  failed: { words: "failed", icon: "error", color: "list.errorForeground" },
  refuted: { words: "refuted", icon: "warning", color: "list.warningForeground" },
  skipped: { words: "not searched", icon: "circle-slash", color: "disabledForeground" },
};
export const STANDINGS = Object.keys(LOOKS) as Standing[];

/** A hole with what an early server leaves out. */
export function whole(told: ToldHole): Hole {
  return { uri: pathToFileURL(told.file).href, proving: false, goals: [], tried: [], ...told };
}

export function standing(hole: Hole): Standing {
  return hole.proving ? "proving" : hole.status;
}

export function count(holes: readonly Hole[], ...states: Standing[]): number {
  return holes.filter((hole) => states.includes(standing(hole))).length;
}

/** "2 proved, 1 open", in a fixed order; what there is none of is left out. */
export function summary(holes: readonly Hole[]): string {
  return STANDINGS.filter((state) => count(holes, state) > 0)
    .map((state) => `${count(holes, state)} ${LOOKS[state].words}`)
    .join(", ");
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}

export function inOrder(holes: readonly Hole[]): Hole[] {
  return [...holes].sort((a, b) => compare(a.range.start, b.range.start));
}

/** The hole at a position; else the nearest one by lines, the one before where two are as near. */
export function nearest(holes: readonly Hole[], at: Position): Hole | undefined {
  const around = holes.find(({ range }) => compare(range.start, at) <= 0 && compare(at, range.end) <= 0);
  const distance = ({ range }: Hole): number => Math.max(range.start.line - at.line, at.line - range.end.line, 0);
  return around ?? inOrder(holes).sort((a, b) => distance(a) - distance(b))[0];
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
