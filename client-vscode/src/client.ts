/** The language client: what Unsorry wants of it beyond what is usual. */

import { createInterface } from "node:readline";
import * as vscode from "vscode";
import { CloseAction, ErrorAction, type Executable, LanguageClient } from "vscode-languageclient/node";
import { tell } from "./install";
import { isProofFile, LANGUAGES, PROOF_FILES } from "./protocol";
import type { Server } from "./server";
import type { Row } from "./tree";

const MANY_LENSES = 50;
const NEAR_LINES = 100;

export function makeClient(server: Server, executable: Executable): LanguageClient {
  const client: LanguageClient = new SilentClient("unsorry", "Unsorry", executable, {
    documentSelector: [{ scheme: "file", pattern: PROOF_FILES }, ...LANGUAGES],
    outputChannel: server.output,
    // Nothing is to be said that is not shown, and little of it while somebody types.
    initializationOptions: { trusted: vscode.workspace.isTrusted, push: true, backgroundProgress: false, quietMs: 300 },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue }),
      // One that ends is started again, three times within three minutes; one that has not even begun is not.
      closed: () => (client.isRunning() ? restarts.closed() : { action: CloseAction.DoNotRestart }),
    },
    stdioOptions: {
      stdout: () => undefined,
      stderr: (lines, output) => {
        createInterface(lines).on("line", (line) => {
          output.error(line);
          server.lastWords = line;
        });
      },
    },
    middleware: {
      handleDiagnostics: (uri, diagnostics, next) => {
        next(uri, diagnostics);
        server.changes.fire();
      },
      provideCodeLenses: async (document, token, next) => nearView(server, document, (await next(document, token)) ?? []),
      executeCommand: async (command, [given]: Row[], next) => {
        const answer = next(command, [await argumentOf(given)]) as Promise<unknown>;
        // VS Code would tell in a dialogue what went wrong; the goal panel tells it in its own way.
        const complain = (error: unknown): void => void tell((error as Error).message, {});
        return command === "unsorry.goal" ? answer : answer.catch(complain);
      },
      workspace: { configuration: (params) => params.items.map(() => server.settings()) },
    },
  });
  const restarts = client.createDefaultErrorHandler(3);
  client.onNotification("unsorry/status", ({ uri, summary }: { uri: string; summary: string }) => {
    server.summaries.set(uri, summary);
    server.changes.fire();
  });
  return client;
}

/** Of very many code lenses those near what is in view: VS Code moves each one at each key. */
function nearView({ crowded }: Server, document: vscode.TextDocument, lenses: vscode.CodeLens[]): vscode.CodeLens[] {
  const editors = vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
  const views = editors.flatMap(({ visibleRanges }) => visibleRanges);
  const isNear = ({ range: { start: at } }: vscode.CodeLens): boolean =>
    views.some(({ start, end }) => start.line - NEAR_LINES <= at.line && at.line <= end.line + NEAR_LINES);
  if (lenses.length <= MANY_LENSES) {
    crowded.delete(document);
    return lenses;
  }
  crowded.add(document);
  return lenses.filter(isNear);
}

/** What a command of the server's is about: code lenses and actions, rows of the tree and the goal panel say so; the
 * palette and the keys mean what is at the cursor. */
async function argumentOf(given?: Row): Promise<object> {
  const editor = vscode.window.activeTextEditor;
  const cursor = isProofFile(editor?.document)
    ? { uri: editor.document.uri.toString(), position: editor.selection.active }
    : {};
  const argument: { uri?: string } = given?.argument ?? given ?? cursor;
  if (argument.uri !== undefined) {
    await vscode.workspace.openTextDocument(vscode.Uri.parse(argument.uri)); // the server works on what is open
  }
  return argument;
}

class SilentClient extends LanguageClient {
  /** What goes wrong is told once, and by the server's owner. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}
