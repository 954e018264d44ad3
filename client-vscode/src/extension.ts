/** The extension's door: makes its parts, ties them together, and starts the server when there is a proof file. */

import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { GoalPanel } from "./goal";
import { GutterMarks } from "./gutter";
import { count } from "./holes";
import { onPythonSelected } from "./install";
import { isProofFile, PROOF_FILES } from "./protocol";
import { Server } from "./server";
import { StatusItem } from "./status";
import { HoleStore } from "./store";
import { type Grouping, HoleTree } from "./tree";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const store = new HoleStore();
  const running = new Server(context, store);
  server = running;
  const status = new StatusItem(running, store);
  const gutter = new GutterMarks(context.extensionUri, store);
  const goal = new GoalPanel(context.extensionUri, running);
  const tree = new HoleTree(store);
  const view = vscode.window.createTreeView("unsorry.tree", { treeDataProvider: tree, showCollapseAll: true });
  const setContext = (key: string, value: unknown): void => {
    void vscode.commands.executeCommand("setContext", `unsorry.${key}`, value);
  };
  const groupBy = (grouping: Grouping): void => {
    void context.workspaceState.update("grouping", grouping);
    setContext("grouping", grouping);
    tree.refresh(grouping);
  };
  const onEditor = (): void => {
    setContext("inProofFile", isProofFile(vscode.window.activeTextEditor?.document));
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
  const startFor = (document: vscode.TextDocument): void => {
    if (isProofFile(document) && document.uri.scheme === "file") {
      void running.start();
    }
  };
  registerCommands(context, running, store);
  context.subscriptions.push(
    running,
    store,
    status,
    gutter,
    view,
    store.onDidChange(onHoles),
    running.onDidChangeState((state) => {
      setContext("server", state);
      onEditor();
    }),
    vscode.window.registerWebviewViewProvider("unsorry.goal", goal),
    vscode.commands.registerCommand("unsorry.groupByFile", () => {
      groupBy("file");
    }),
    vscode.commands.registerCommand("unsorry.groupByState", () => {
      groupBy("state");
    }),
    vscode.window.onDidChangeActiveTextEditor(onEditor),
    vscode.window.onDidChangeVisibleTextEditors(() => {
      gutter.show();
    }),
    vscode.window.onDidChangeTextEditorSelection(() => {
      goal.show();
    }),
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("unsorry.server")) {
        void running.restart();
      }
    }),
  );
  groupBy(context.workspaceState.get<Grouping>("grouping", "file"));
  onEditor();
  vscode.workspace.textDocuments.forEach(startFor);
  void startForWorkspace(context, running);
}

/** Proof files that nobody has opened have holes too. */
async function startForWorkspace(context: vscode.ExtensionContext, running: Server): Promise<void> {
  if ((await vscode.workspace.findFiles(PROOF_FILES, undefined, 1)).length > 0) {
    await running.start();
  }
  await onPythonSelected(context, () => {
    if (running.state === "missing" || running.command?.origin === "the selected Python environment") {
      void running.restart();
    }
  });
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
