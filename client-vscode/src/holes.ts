/** Holes: how they stand, how that looks, and which one comes next. */

import type * as vscode from "vscode";

/** What holes look like by how they stand, in the order in which lists have them. */
export const LOOKS = {
  proved: { words: "proved", icon: "pass-filled", color: "testing.iconPassed" },
  proving: { words: "being proved", icon: "sync", color: "charts.blue" },
  open: { words: "open", icon: "circle-large-outline", color: "charts.blue" },
  failed: { words: "failed", icon: "error", color: "list.errorForeground" },
  refuted: { words: "refuted", icon: "warning", color: "list.warningForeground" },
  skipped: { words: "not searched", icon: "circle-slash", color: "disabledForeground" },
};
export type State = keyof typeof LOOKS;
export const STATES = Object.keys(LOOKS) as State[];

export interface Hole {
  id: string;
  uri: vscode.Uri;
  range: vscode.Range;
  state: State;
  declaration: string | null;
  /** The best proof on one line. */
  proof: string | null;
  message: string;
}

export function count(holes: readonly { state: State }[], state: State): number {
  return holes.filter((hole) => hole.state === state).length;
}

/** "2 proved, 1 open", in a fixed order; what there is none of is left out. */
export function summary(holes: readonly { state: State }[]): string {
  return STATES.filter((state) => count(holes, state) > 0)
    .map((state) => `${count(holes, state)} ${LOOKS[state].words}`)
    .join(", ");
}

interface Position {
  line: number;
  character: number;
}

/** The hole that begins after a position, or before it; around the end of the file where there is none. */
export function neighbour<H extends { range: { start: Position } }>(
  holes: readonly H[],
  at: Position,
  step: 1 | -1,
): H | undefined {
  const distance = ({ range: { start } }: H): number => start.line - at.line || start.character - at.character;
  return step === 1
    ? (holes.find((hole) => distance(hole) > 0) ?? holes[0])
    : (holes.findLast((hole) => distance(hole) < 0) ?? holes.at(-1));
}
