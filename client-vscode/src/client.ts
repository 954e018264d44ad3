/** The language client: what Unsorry wants of it beyond what is usual. */

import type { ChildProcess } from "node:child_process";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
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

/** `spawn` starts the server's process; `stopped` hears that it has ended. */
export function makeClient(
  server: Server,
  store: HoleStore,
  spawn: () => Promise<ChildProcess>,
  stopped: () => void,
): LanguageClient {
  const client = new SilentClient("unsorry", "Unsorry", spawn, {
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
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
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
  client.onNotification(STATUS_NOTIFICATION, (status: Status) => {
    store.putStatus(status);
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) {
      store.clear();
      stopped();
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
