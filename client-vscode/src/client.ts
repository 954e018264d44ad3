/** The client as Unsorry wants it: quiet, pushed to, and told what somebody has set and nothing else. */

import type { ChildProcess } from "node:child_process";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type InitializeParams,
  LanguageClient,
  Message,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";
import { runServerCommand } from "./commands";
import { NearLenses } from "./lenses";
import { LANGUAGES, PROOF_FILES, type Status, STATUS_NOTIFICATION } from "./protocol";
import { Quiet } from "./quiet";
import type { Server } from "./server";
import type { HoleStore } from "./store";

const FIX_ALL = "source.fixAll.unsorry";
/** Messages that change nothing but what is shown, of one document or of any. */
const SHOWN = ["textDocument/publishDiagnostics", STATUS_NOTIFICATION, "workspace/codeLens/refresh"];

/** `spawn` starts the server's process; `stopped` hears that it has ended. */
export function makeClient(
  server: Server,
  store: HoleStore,
  spawn: () => Promise<ChildProcess>,
  stopped: () => void,
): LanguageClient {
  const quiet = new Quiet();
  const lenses = new NearLenses((document) => {
    client.getFeature("textDocument/codeLens").getProvider(document)?.onDidChangeCodeLensEmitter.fire();
  });
  const client = new PushedClient("unsorry", "Unsorry", spawn, {
    documentSelector: [
      { scheme: "file", pattern: PROOF_FILES },
      ...LANGUAGES.map((language) => ({ scheme: "file", language })),
    ],
    outputChannel: server.output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: { trusted: vscode.workspace.isTrusted, everyHole: true },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
    connectionOptions: {
      messageStrategy: {
        handleMessage: (message, next) => {
          if ((Message.isNotification(message) || Message.isRequest(message)) && SHOWN.includes(message.method)) {
            const { uri } = (message.params ?? {}) as { uri?: string };
            quiet.show(uri, message.method, () => void next(message));
          } else {
            void next(message);
          }
        },
      },
    },
    middleware: {
      didChange: (event, next) => {
        quiet.edited(event.document.uri.toString());
        return next(event);
      },
      handleDiagnostics: (uri, diagnostics, next) => {
        next(uri, store.put(uri, diagnostics));
      },
      provideCodeLenses: async (document, token, next) =>
        lenses.near(document, (await next(document, token)) ?? []),
      executeCommand: (name, args: unknown[], next) => runServerCommand(server, name, args, next),
      workspace: { configuration: (params) => params.items.map(() => server.settings()) },
      provideCodeActions: async (document, range, context, token, next) => {
        const actions = await next(document, range, context, token);
        return context.only === undefined ? actions?.map(inLightBulb) : actions;
      },
    },
  });
  client.onNotification(STATUS_NOTIFICATION, (status: Status) => {
    store.putStatus(status);
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) {
      quiet.clear();
      lenses.dispose();
      store.clear();
      stopped();
    }
  });
  return client;
}

class PushedClient extends LanguageClient {
  /** What goes wrong is told once, and by the server's owner. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  /** Without these capabilities the server pushes what has changed; with them the client would ask for the whole
   * workspace every two seconds, and a search that nobody asked for would be shown twice. */
  protected override fillInitializeParams(params: InitializeParams): void {
    super.fillInitializeParams(params);
    delete params.capabilities.textDocument?.diagnostic;
    delete params.capabilities.workspace?.diagnostics;
    delete params.capabilities.window?.workDoneProgress;
  }
}

/** The light bulb shows no source actions; to fill the whole file belongs there too. */
function inLightBulb<T extends vscode.Command | vscode.CodeAction>(action: T): T {
  if (action instanceof vscode.CodeAction && action.kind?.value === FIX_ALL) {
    action.kind = vscode.CodeActionKind.QuickFix;
  }
  return action;
}
