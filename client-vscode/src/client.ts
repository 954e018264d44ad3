/** The client as Unsorry wants it: quiet, pushed to, and told what somebody has set and nothing else. */

import type { ChildProcess } from "node:child_process";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type ExecuteCommandSignature,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type StaticFeature,
} from "vscode-languageclient/node";
import { LANGUAGES } from "./languages";
import { type FileStatus, PROOF_FILES, STATUS_NOTIFICATION } from "./protocol";

const FIX_ALL = "source.fixAll.unsorry";

export interface Wishes {
  spawn: () => Promise<ChildProcess>;
  output: vscode.LogOutputChannel;
  settings: () => Record<string, unknown>;
  runCommand: (name: string, args: unknown[], next: ExecuteCommandSignature) => unknown;
  onStatus: (status: FileStatus) => void;
  onStopped: () => void;
}

export function makeClient(wishes: Wishes): LanguageClient {
  const client = new QuietClient("unsorry", "Unsorry", wishes.spawn, {
    documentSelector: [
      { scheme: "file", pattern: PROOF_FILES },
      ...LANGUAGES.map((language) => ({ scheme: "file", language })),
    ],
    outputChannel: wishes.output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: { trusted: vscode.workspace.isTrusted },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
    middleware: {
      executeCommand: (name, args: unknown[], next) => wishes.runCommand(name, args, next),
      workspace: { configuration: (params) => params.items.map(() => wishes.settings()) },
      provideCodeActions: async (document, range, context, token, next) => {
        const actions = await next(document, range, context, token);
        return context.only === undefined ? actions?.map(inLightBulb) : actions;
      },
    },
  });
  client.registerFeature(pushedDiagnostics);
  client.onNotification(STATUS_NOTIFICATION, wishes.onStatus);
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) {
      wishes.onStopped();
    }
  });
  return client;
}

/** What goes wrong is told once, and by the server's owner. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Without these capabilities the server pushes what has changed; with them the client would ask for the whole
 * workspace every two seconds. */
const pushedDiagnostics: StaticFeature = {
  fillClientCapabilities(capabilities) {
    delete capabilities.textDocument?.diagnostic;
    delete capabilities.workspace?.diagnostics;
  },
  initialize() {
    // nothing to do
  },
  getState: () => ({ kind: "static" }),
  clear() {
    // nothing is held
  },
};

/** The light bulb shows no source actions; to fill the whole file belongs there too. */
function inLightBulb<T extends vscode.Command | vscode.CodeAction>(action: T): T {
  if (action instanceof vscode.CodeAction && action.kind?.value === FIX_ALL) {
    action.kind = vscode.CodeActionKind.QuickFix;
  }
  return action;
}
