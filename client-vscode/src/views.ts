/** What the window shows of holes besides their diagnostics, and what makes it show that anew. */

import * as vscode from "vscode";
import { makeGoalPanel } from "./goal";
import { holesOf, inState, STATES } from "./holes";
import { isProofFile } from "./protocol";
import type { Server } from "./server";
import { type Grouping, HoleTree } from "./tree";

export function registerViews(context: vscode.ExtensionContext, server: Server): void {
  const { commands, window } = vscode;
  const tree = new HoleTree();
  const item = window.createStatusBarItem("unsorry.status", vscode.StatusBarAlignment.Right, 90);
  item.command = "unsorry.menu";
  const marks = STATES.map((state) => {
    const gutterIconPath = vscode.Uri.joinPath(context.extensionUri, "media", `gutter-${state}.svg`);
    return { state, type: window.createTextEditorDecorationType({ gutterIconPath, gutterIconSize: "75%" }) };
  });
  const setContext = (key: string, value: unknown): void => {
    void commands.executeCommand("setContext", `unsorry.${key}`, value);
  };
  const showGoal = soon(makeGoalPanel(context));
  const show = soon(() => {
    const document = window.activeTextEditor?.document;
    setContext("server", server.state);
    setContext("grouping", tree.grouping);
    setContext("inProofFile", isProofFile(document));
    showStatus(item, server, document);
    showGoal();
    tree.changes.fire();
    for (const editor of window.visibleTextEditors) {
      const holes = holesOf(editor.document.uri);
      for (const { state, type } of marks) {
        const starts = inState(holes, state).map(({ range: { start } }) => new vscode.Range(start, start));
        editor.setDecorations(type, starts);
      }
    }
  });
  const groupBy = (grouping: Grouping): void => {
    tree.grouping = grouping;
    void context.workspaceState.update("grouping", grouping);
    show();
  };
  context.subscriptions.push(
    item,
    ...marks.map(({ type }) => type),
    window.createTreeView("unsorry.tree", { treeDataProvider: tree, showCollapseAll: true }),
    server.changes.event(show),
    commands.registerCommand("unsorry.groupByFile", groupBy.bind(undefined, "file")),
    commands.registerCommand("unsorry.groupByState", groupBy.bind(undefined, "state")),
    window.onDidChangeActiveTextEditor(show),
    window.onDidChangeVisibleTextEditors(show),
    window.onDidChangeTextEditorSelection(showGoal),
    window.onDidChangeTextEditorVisibleRanges(({ textEditor: { document } }) => {
      const lenses = server.client?.getFeature("textDocument/codeLens").getProvider(document);
      if (server.crowded.has(document)) {
        lenses?.onDidChangeCodeLensEmitter.fire(); // others are near now
      }
    }),
  );
  groupBy(context.workspaceState.get("grouping", "file"));
}

/** How the holes of the file at hand stand, and how its prover fares; or else how the server does. */
function showStatus(item: vscode.StatusBarItem, server: Server, document?: vscode.TextDocument): void {
  if (!isProofFile(document)) {
    item.hide();
    return;
  }
  const { state } = server;
  const summary = server.summaries.get(document.uri.toString()) ?? "no holes";
  const words = state === "running" ? summary : `server ${state}`;
  const icon = state === "running" ? "checklist" : state === "starting" ? "loading~spin" : "warning";
  item.text = `$(${icon}) ${words.split("\n", 1).join("")}`;
  item.tooltip = `Unsorry: ${words}\nClick for a menu.`;
  item.accessibilityInformation = { label: `Unsorry: ${words}`, role: "button" };
  item.show();
}

/** Once, 50 ms after the first of many calls. */
function soon(action: () => unknown): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      action();
    }, 50);
  };
}
