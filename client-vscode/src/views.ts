/** The views: made, and shown anew when holes, editors, the cursor or the server are other than before. */

import * as vscode from "vscode";
import { makeGoalPanel } from "./goal";
import { makeGutter } from "./gutter";
import { refreshLenses } from "./lenses";
import { isProofFile } from "./protocol";
import type { Server } from "./server";
import { makeStatusItem } from "./status";
import { type Grouping, HoleTree } from "./tree";

const PAUSE_MS = 50;

export function registerViews(context: vscode.ExtensionContext, server: Server): void {
  const { commands, window } = vscode;
  const tree = new HoleTree();
  const showGutter = makeGutter(context);
  const showStatus = makeStatusItem(context, server);
  const showGoal = soon(makeGoalPanel(context, server));
  const setContext = (key: string, value: unknown): void => {
    void commands.executeCommand("setContext", `unsorry.${key}`, value);
  };
  const show = soon(() => {
    setContext("server", server.state);
    setContext("grouping", tree.grouping);
    setContext("inProofFile", isProofFile(window.activeTextEditor?.document));
    tree.changes.fire();
    showGutter();
    showStatus();
    showGoal();
  });
  const groupBy = (grouping: Grouping): void => {
    tree.grouping = grouping;
    void context.workspaceState.update("grouping", grouping);
    show();
  };
  context.subscriptions.push(
    window.createTreeView("unsorry.tree", { treeDataProvider: tree, showCollapseAll: true }),
    server.changes.event(show),
    commands.registerCommand("unsorry.groupByFile", groupBy.bind(undefined, "file")),
    commands.registerCommand("unsorry.groupByState", groupBy.bind(undefined, "state")),
    window.onDidChangeActiveTextEditor(show),
    window.onDidChangeVisibleTextEditors(show),
    window.onDidChangeTextEditorSelection(showGoal),
    window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
      refreshLenses(server, textEditor.document);
    }),
  );
  groupBy(context.workspaceState.get("grouping", "file"));
}

/** A moment after the first of many calls, once. */
function soon(action: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      action();
    }, PAUSE_MS);
  };
}
