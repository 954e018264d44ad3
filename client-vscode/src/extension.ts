/** The extension's door: makes its parts, ties them together, and starts the server when there is a proof file. */

import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { isProofFile, PROOF_FILES } from "./protocol";
import { Server } from "./server";
import { registerViews } from "./views";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const { workspace } = vscode;
  const running = new Server(context);
  server = running;
  const startFor = (document: vscode.TextDocument): unknown =>
    isProofFile(document) && document.uri.scheme === "file" && running.start();
  registerCommands(context, running);
  registerViews(context, running);
  context.subscriptions.push(
    workspace.onDidOpenTextDocument(startFor),
    workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("unsorry.server") && running.restart()),
  );
  workspace.textDocuments.forEach(startFor);
  // Proof files that nobody has opened have holes too.
  void workspace.findFiles(PROOF_FILES, undefined, 1).then(([found]) => found && running.start());
}

export function deactivate(): Promise<unknown> | undefined {
  return server?.stop();
}
