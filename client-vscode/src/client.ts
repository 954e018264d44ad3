/** The language client: what Unsorry wants of it beyond what is usual. */

import { createInterface } from "node:readline";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type Executable,
  LanguageClient,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";
import { runServerCommand } from "./commands";
import { nearView } from "./lenses";
import { LANGUAGES, PROOF_FILES, type Status, STATUS_NOTIFICATION } from "./protocol";
import type { Server } from "./server";
import type { HoleStore } from "./store";

/** What the server is asked for: holes without a diagnostic too, and of what goes on no more than is shown. */
const OPTIONS = { everyHole: true, push: true, backgroundProgress: false, quietMs: 300 };

const NO_RESTART = { action: CloseAction.DoNotRestart, handled: true };
export { State };

export function makeClient(server: Server, store: HoleStore, executable: Executable): LanguageClient {
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
        next(uri, store.put(uri, diagnostics));
      },
      provideCodeLenses: async (document, token, next) => nearView(document, (await next(document, token)) ?? []),
      executeCommand: (name, args: unknown[], next) => runServerCommand(server, name, args, next),
      workspace: { configuration: (params) => params.items.map(() => server.settings()) },
    },
  });
  const restarts = client.createDefaultErrorHandler(3);
  client.onNotification(STATUS_NOTIFICATION, (status: Status) => {
    store.putStatus(status);
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) {
      store.clear();
    }
  });
  return client;
}

class SilentClient extends LanguageClient {
  /** What goes wrong is told once, and by the server's owner. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}
