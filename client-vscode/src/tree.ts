/** The tree of holes: by file, or by how they stand. */

import * as vscode from "vscode";
import { inOrder, inWords, label, shorten, standing, STANDINGS, summary } from "./holes";
import type { Hole, Standing } from "./protocol";
import type { HoleStore } from "./store";

export const ICONS: Readonly<Record<Standing, vscode.ThemeIcon>> = {
  proved: new vscode.ThemeIcon("pass-filled", new vscode.ThemeColor("testing.iconPassed")),
  proving: new vscode.ThemeIcon("sync~spin"),
  open: new vscode.ThemeIcon("circle-large-outline"),
  failed: new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground")),
  refuted: new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")),
  skipped: new vscode.ThemeIcon("circle-slash"),
};

export type Grouping = "file" | "state";
/** A file, a way to stand, or a hole. */
export type Node = vscode.Uri | Standing | Hole;

export class HoleTree implements vscode.TreeDataProvider<Node> {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changes.event;

  constructor(
    private readonly store: HoleStore,
    private grouping: Grouping,
  ) {}

  groupBy(grouping: Grouping): void {
    this.grouping = grouping;
    this.changes.fire();
  }

  refresh(): void {
    this.changes.fire();
  }

  getChildren(node?: Node): Node[] {
    if (node instanceof vscode.Uri) {
      return inOrder(this.store.of(node));
    }
    const all = this.store.all;
    if (typeof node === "string") {
      return all.flatMap(([, holes]) => inOrder(holes).filter((hole) => standing(hole) === node));
    }
    if (node !== undefined) {
      return [];
    }
    return this.grouping === "file"
      ? all.map(([uri]) => vscode.Uri.parse(uri))
      : STANDINGS.filter((state) => all.some(([, holes]) => holes.some((hole) => standing(hole) === state)));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node instanceof vscode.Uri) {
      const item = new vscode.TreeItem(node, vscode.TreeItemCollapsibleState.Expanded);
      item.description = summary(this.store.of(node));
      item.contextValue = "file";
      return item;
    }
    if (typeof node === "string") {
      const words = inWords(node);
      const item = new vscode.TreeItem(
        `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
        vscode.TreeItemCollapsibleState.Expanded,
      );
      item.description = String(this.getChildren(node).length);
      item.iconPath = ICONS[node];
      return item;
    }
    return this.holeItem(node);
  }

  private holeItem(hole: Hole): vscode.TreeItem {
    const state = standing(hole);
    const uri = vscode.Uri.parse(hole.uri);
    const line = hole.range.start.line + 1;
    const name = uri.path.split("/").at(-1) ?? "";
    const item = new vscode.TreeItem(label(hole));
    item.id = `${hole.uri}#${hole.id}`;
    item.description = this.grouping === "file" ? detail(hole, line) : `${name}:${line}`;
    item.iconPath = ICONS[state];
    item.contextValue = `hole.${hole.proof === null ? state : "proved"}`;
    item.tooltip = [`${name}:${line}: ${inWords(state)}`, ...hole.goals.slice(0, 1)].join("\n\n");
    item.accessibilityInformation = { label: `${label(hole)}, line ${line}, ${inWords(state)}` };
    item.command = { command: "unsorry.open", title: "Open", arguments: [hole] };
    return item;
  }
}

function detail(hole: Hole, line: number): string {
  return hole.proof === null ? `line ${line}` : `line ${line}: ${shorten(hole.proof, 40)}`;
}
