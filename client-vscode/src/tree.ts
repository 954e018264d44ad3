/** The tree of holes: by file, or by how they stand. */

import * as path from "node:path";
import * as vscode from "vscode";
import { files, type Hole, inState, LOOKS, STATES, type State } from "./holes";

export type Grouping = "file" | "state";

/** A file, a way to stand, or a hole; `argument` tells the server's commands of it. */
export interface Row extends vscode.TreeItem {
  argument?: object;
  rows?: Row[];
}

export class HoleTree implements vscode.TreeDataProvider<Row> {
  readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changes.event;
  grouping: Grouping = "file";

  getTreeItem(row: Row): Row {
    return row;
  }

  getChildren(row?: Row): Row[] {
    if (row !== undefined) {
      return row.rows ?? [];
    }
    const all = files();
    const groups = this.grouping === "file" ? all.map(rowOfFile) : STATES.map((state) => rowOfState(state, all));
    return groups.filter(({ rows }) => rows?.length);
  }
}

function rowOfFile([uri, holes]: [vscode.Uri, Hole[]]): Row {
  const counts = STATES.map((state) => `${inState(holes, state).length} ${LOOKS[state].words}`);
  return Object.assign(new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Expanded), {
    description: counts.filter((count) => !count.startsWith("0")).join(", "),
    contextValue: "file",
    argument: { uri: uri.toString() },
    rows: holes.map((hole) => rowOfHole(uri, hole, "line ")),
  });
}

function rowOfState(state: State, all: [vscode.Uri, Hole[]][]): Row {
  const rows = all.flatMap(([uri, holes]) =>
    inState(holes, state).map((hole) => rowOfHole(uri, hole, `${path.posix.basename(uri.path)}:`)),
  );
  return Object.assign(new vscode.TreeItem(LOOKS[state].words, vscode.TreeItemCollapsibleState.Expanded), {
    description: String(rows.length),
    iconPath: icon(state),
    rows,
  });
}

/** `place` stands before the line. */
function rowOfHole(uri: vscode.Uri, { range: { start }, message, data }: Hole, place: string): Row {
  const { hole, status, declaration, proof } = data;
  const line = start.line + 1;
  return Object.assign(new vscode.TreeItem(declaration ?? "Hole"), {
    id: `${uri.toString()}#${hole}`,
    description: `${place}${line}${proof === null ? "" : `: ${proof}`}`,
    iconPath: icon(status),
    contextValue: `hole.${proof === null ? status : "proved"}`,
    tooltip: message,
    accessibilityInformation: { label: `${declaration ?? "Hole"}, line ${line}, ${LOOKS[status].words}` },
    command: { command: "vscode.open", title: "Open", arguments: [uri, { selection: new vscode.Range(start, start) }] },
    argument: { uri: uri.toString(), position: start, hole },
  });
}

function icon(state: State): vscode.ThemeIcon {
  return new vscode.ThemeIcon(LOOKS[state].icon, new vscode.ThemeColor(LOOKS[state].color));
}
