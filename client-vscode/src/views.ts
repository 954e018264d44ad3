/** The views: made, and shown anew when holes, editors, the cursor or the server are other than before. */

import * as vscode from "vscode";
import { GoalPanel } from "./goal";
import { GutterMarks } from "./gutter";
import { count } from "./holes";
import { followView } from "./lenses";
import { isProofFile } from "./protocol";
import type { Server } from "./server";
import { StatusItem } from "./status";
import type { HoleStore } from "./store";
import { type Grouping, HoleTree } from "./tree";

export function registerViews(context: vscode.ExtensionContext, server: Server, store: HoleStore): void {
  const { commands, window } = vscode;
  const status = new StatusItem(server, store);
  const gutter = new GutterMarks(context.extensionUri, store);
  const goal = new GoalPanel(context.extensionUri, server);
  const tree = new HoleTree(store);
  const view = window.createTreeView("unsorry.tree", { treeDataProvider: tree, showCollapseAll: true });
  const setContext = (key: string, value: unknown): void => {
    void commands.executeCommand("setContext", `unsorry.${key}`, value);
  };
  const groupBy = (grouping: Grouping): void => {
    void context.workspaceState.update("grouping", grouping);
    setContext("grouping", grouping);
    tree.refresh(grouping);
  };
  const onEditor = (): void => {
    setContext("server", server.state);
    setContext("inProofFile", isProofFile(window.activeTextEditor?.document));
    status.show();
    goal.show();
  };
  const onHoles = (): void => {
    tree.refresh();
    gutter.show();
    const proved = count(store.files.flat(), "proved");
    view.badge = proved === 0 ? undefined : { value: proved, tooltip: `${proved} holes can be filled` };
    status.show();
    goal.show();
  };
  context.subscriptions.push(
    status,
    gutter,
    view,
    store.onDidChange(onHoles),
    server.onDidChangeState(onEditor),
    window.registerWebviewViewProvider("unsorry.goal", goal),
    commands.registerCommand("unsorry.groupByFile", groupBy.bind(undefined, "file")),
    commands.registerCommand("unsorry.groupByState", groupBy.bind(undefined, "state")),
    window.onDidChangeActiveTextEditor(onEditor),
    window.onDidChangeVisibleTextEditors(() => {
      gutter.show();
    }),
    followView(server, store),
    window.onDidChangeTextEditorSelection(() => {
      goal.show();
    }),
  );
  groupBy(context.workspaceState.get<Grouping>("grouping", "file"));
  onEditor();
}
