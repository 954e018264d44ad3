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
  const running = new Server(context);
  server = running;
  const store = new HoleStore(running);
  const status = new StatusItem(running, store);
  const gutter = new GutterMarks(context.extensionUri, store);
  const goal = new GoalPanel(context.extensionUri, running, store);
  const tree = new HoleTree(store);
  const view = vscode.window.createTreeView("unsorry.tree", { treeDataProvider: tree, showCollapseAll: true });
  const groupBy = (grouping: Grouping): void => {
    void context.workspaceState.update("grouping", grouping);
    void vscode.commands.executeCommand("setContext", "unsorry.grouping", grouping);
    tree.refresh(grouping);
  };
  groupBy(context.workspaceState.get<Grouping>("grouping", "file"));
  registerCommands(context, running, store);

  const onEditor = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const inProofFile = document !== undefined && isProofFile(document.languageId, document.uri.path);
    void vscode.commands.executeCommand("setContext", "unsorry.inProofFile", inProofFile);
    status.show();
    goal.show();
  };
  const onHoles = (): void => {
    tree.refresh();
    gutter.show();
    const proved = store.all.reduce((sum, [, holes]) => sum + count(holes, "proved"), 0);
    view.badge = proved === 0 ? undefined : { value: proved, tooltip: `${proved} holes can be filled` };
    onEditor();
  };
  const startFor = (document: vscode.TextDocument): void => {
    if (isProofFile(document.languageId, document.uri.path) && document.uri.scheme === "file") {
      void running.start();
    }
  };
  context.subscriptions.push(
    running,
    store,
    status,
    gutter,
    view,
    store.onDidChange(onHoles),
    running.onDidChangeState((state) => {
      void vscode.commands.executeCommand("setContext", "unsorry.server", state);
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
    vscode.window.onDidChangeVisibleTextEditors((editors) => {
      gutter.show(editors);
    }),
    vscode.window.onDidChangeTextEditorSelection(() => {
      goal.show();
    }),
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      void running.restart();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("unsorry.server")) {
        void running.restart();
      }
    }),
  );
  onEditor();
  vscode.workspace.textDocuments.forEach(startFor);
  void startForWorkspace(context, running);
}

/** Proof files that nobody has opened have holes too. */
async function startForWorkspace(context: vscode.ExtensionContext, running: Server): Promise<void> {
  if ((await vscode.workspace.findFiles(PROOF_FILES, undefined, 1)).length > 0) {
    await running.start();
  }
  const listener = await onPythonSelected(() => {
    if (running.state === "missing" || running.command?.origin === "the selected Python environment") {
      void running.restart();
    }
  });
  if (listener !== undefined) {
    context.subscriptions.push(listener);
  }
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
