/** The tree of holes: by file, or by how they stand. */

import * as vscode from "vscode";
import { count, type Hole, LOOKS, STATES, type State, summary } from "./holes";
import type { HoleStore } from "./store";

export type Grouping = "file" | "state";
/** A file, a way to stand, or a hole. */
type Node = vscode.Uri | State | Hole;

export class HoleTree implements vscode.TreeDataProvider<Node> {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changes.event;
  private grouping: Grouping = "file";

  constructor(private readonly store: HoleStore) {}

  refresh(grouping = this.grouping): void {
    this.grouping = grouping;
    this.changes.fire();
  }

  getChildren(node?: Node): Node[] {
    if (node instanceof vscode.Uri) {
      return [...this.store.of(node)];
    }
    const all = this.store.files.flat();
    if (typeof node === "string") {
      return all.filter((hole) => hole.state === node);
    }
    return this.grouping === "file"
      ? this.store.files.flatMap(([first]) => first?.uri ?? [])
      : STATES.filter((state) => count(all, state) > 0);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node instanceof vscode.Uri) {
      const item = new vscode.TreeItem(node, vscode.TreeItemCollapsibleState.Expanded);
      item.description = summary(this.store.of(node));
      item.contextValue = "file";
      return item;
    }
    if (typeof node === "string") {
      const { words } = LOOKS[node];
      const title = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
      const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Expanded);
      item.description = String(this.getChildren(node).length);
      item.iconPath = icon(node);
      return item;
    }
    return this.holeItem(node);
  }

  private holeItem({ id, uri, range, state, declaration, proof, message }: Hole): vscode.TreeItem {
    const line = range.start.line + 1;
    const place = `${uri.path.split("/").at(-1) ?? ""}:${line}`;
    const item = new vscode.TreeItem(declaration ?? `line ${line}`);
    item.id = `${uri.toString()}#${id}`;
    item.description = this.grouping === "state" ? place : `line ${line}${proof === null ? "" : `: ${proof}`}`;
    item.iconPath = icon(state);
    item.contextValue = `hole.${proof === null ? state : "proved"}`;
    item.tooltip = `${place}: ${LOOKS[state].words}\n\n${message}`;
    item.accessibilityInformation = { label: `${declaration ?? "Hole"}, line ${line}, ${LOOKS[state].words}` };
    const selection = new vscode.Range(range.start, range.start);
    item.command = { command: "vscode.open", title: "Open", arguments: [uri, { selection }] };
    return item;
  }
}

function icon(state: State): vscode.ThemeIcon {
  return new vscode.ThemeIcon(LOOKS[state].icon, new vscode.ThemeColor(LOOKS[state].color));
}
