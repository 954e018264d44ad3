/** Holes as the server's diagnostics tell of them, which VS Code keeps, and how they look. */

import * as vscode from "vscode";

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

/** `proof`: the best one, on one line. */
export interface Hole extends vscode.Diagnostic {
  data: { hole: string; status: State; declaration: string | null; proof: string | null };
}

export function holesOf(uri: vscode.Uri): Hole[] {
  return vscode.languages.getDiagnostics(uri).filter(isHole);
}

function isHole(diagnostic: vscode.Diagnostic): diagnostic is Hole {
  return diagnostic.source === "unsorry";
}

/** The files that have holes, by their names. */
export function files(): [uri: vscode.Uri, holes: Hole[]][] {
  const all = vscode.languages.getDiagnostics().map(([uri, told]): [vscode.Uri, Hole[]] => [uri, told.filter(isHole)]);
  return all.filter(([, holes]) => holes.length > 0).sort(([a], [b]) => (a.path < b.path ? -1 : 1));
}

export function inState(holes: readonly Hole[], state: State): Hole[] {
  return holes.filter(({ data }) => data.status === state);
}
