/** The extension's door: makes its parts, ties them together, and starts the server when there is a proof file. */

import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { onPythonSelected } from "./install";
import { isProofFile, PROOF_FILES } from "./protocol";
import { Server } from "./server";
import { HoleStore } from "./store";
import { registerViews } from "./views";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const store = new HoleStore();
  const running = new Server(context, store);
  server = running;
  const startFor = (document: vscode.TextDocument): void => {
    if (isProofFile(document) && document.uri.scheme === "file") {
      void running.start();
    }
  };
  registerCommands(context, running, store);
  registerViews(context, running, store);
  context.subscriptions.push(
    running,
    store,
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("unsorry.server")) {
        void running.restart();
      }
    }),
  );
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
