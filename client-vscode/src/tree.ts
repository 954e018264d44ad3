/** The tree of holes: by file, or by how they stand. */

import * as vscode from "vscode";
import { count, inOrder, label, LOOKS, shorten, standing, STANDINGS, summary } from "./holes";
import type { Hole, Standing } from "./protocol";
import type { HoleStore } from "./store";

export type Grouping = "file" | "state";
/** A file, a way to stand, or a hole. */
export type Node = vscode.Uri | Standing | Hole;

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
      return inOrder(this.store.of(node));
    }
    const all = this.store.all.flatMap(([, holes]) => inOrder(holes));
    if (typeof node === "string") {
      return all.filter((hole) => standing(hole) === node);
    }
    return this.grouping === "file"
      ? this.store.all.map(([uri]) => vscode.Uri.parse(uri))
      : STANDINGS.filter((state) => count(all, state) > 0);
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

  private holeItem(hole: Hole): vscode.TreeItem {
    const state = standing(hole);
    const { words } = LOOKS[state];
    const line = hole.range.start.line + 1;
    const place = `${vscode.Uri.parse(hole.uri).path.split("/").at(-1) ?? ""}:${line}`;
    const proof = hole.proof === null ? "" : `: ${shorten(hole.proof, 40)}`;
    const item = new vscode.TreeItem(label(hole));
    item.id = `${hole.uri}#${hole.id}`;
    item.description = this.grouping === "file" ? `line ${line}${proof}` : place;
    item.iconPath = icon(state);
    item.contextValue = `hole.${hole.proof === null ? state : "proved"}`;
    item.tooltip = [`${place}: ${words}`, ...hole.goals.slice(0, 1)].join("\n\n");
    item.accessibilityInformation = { label: `${label(hole)}, line ${line}, ${words}` };
    item.command = { command: "unsorry.open", title: "Open", arguments: [hole] };
    return item;
  }
}

function icon(state: Standing): vscode.ThemeIcon {
  return new vscode.ThemeIcon(LOOKS[state].icon, new vscode.ThemeColor(LOOKS[state].color));
}
