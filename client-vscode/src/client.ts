/** The language client: what Unsorry wants of it beyond what is usual. */

import { createInterface } from "node:readline";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type Executable,
  LanguageClient,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import { atCursor } from "./commands";
import { nearView } from "./lenses";
import { LANGUAGES, PROOF_FILES } from "./protocol";
import type { Server } from "./server";
import type { Row } from "./tree";

/** What the server is asked for: to say nothing that is not shown, and little of it while somebody types. */
const OPTIONS = { push: true, backgroundProgress: false, quietMs: 300 };
const NO_RESTART = { action: CloseAction.DoNotRestart, handled: true };

export function makeClient(server: Server, executable: Executable): LanguageClient {
  const client: LanguageClient = new SilentClient("unsorry", "Unsorry", executable, {
    documentSelector: [
      { scheme: "file", pattern: PROOF_FILES },
      ...LANGUAGES.map((language) => ({ scheme: "file", language })),
    ],
    outputChannel: server.output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: { ...OPTIONS, trusted: vscode.workspace.isTrusted },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      // One that ends is started again, three times within three minutes; one that has not even begun is not.
      closed: async () => (client.isRunning() ? { ...(await restarts.closed()), handled: true } : NO_RESTART),
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
      provideCodeLenses: async (document, token, next) => nearView(document, (await next(document, token)) ?? []),
      executeCommand: async (command, [given]: Row[], next) => next(command, [await argumentOf(given)]) as unknown,
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

/** What a command of the server's is about: code lenses and actions, rows of the tree and the goal panel say so; the
 * palette and the keys mean what is at the cursor. */
async function argumentOf(given?: Row): Promise<object> {
  const argument: { uri?: string } = given?.argument ?? given ?? atCursor() ?? {};
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
