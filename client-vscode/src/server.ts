/** The server's life: found, started, kept running, ended; and what the user hears of all that. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type manifest from "../package.json";
import { discover } from "./discovery";
import { searchPath, tell } from "./install";

export type ServerState = "stopped" | "starting" | "running" | "failed" | "missing";

/** uvx may have to download the server first. */
const START_MS = 120_000;
const STOP_MS = 4_000;
const LAST_WORDS_MS = 500;

export class Server {
  readonly output = vscode.window.createOutputChannel("Unsorry", { log: true });
  readonly manifest: typeof manifest;
  state: ServerState = "stopped";
  /** The server's program and version, and the last line that it wrote to its log. */
  command = "";
  version = "";
  lastWords = "";
  client: LanguageClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  /** How each open file stands, in words, by URI. */
  readonly summaries = new Map<string, string>();
  /** Documents with so many code lenses that only those in view are given. */
  readonly crowded = new WeakSet<vscode.TextDocument>();
  /** Fires when its state has changed, or it has said something new of holes. */
  readonly changes = new vscode.EventEmitter<void>();

  constructor(readonly context: vscode.ExtensionContext) {
    this.manifest = context.extension.packageJSON as typeof manifest;
  }

  /** Starts the server, unless it has been started; one that failed or is missing waits for `restart`. */
  start(): Promise<unknown> {
    return this.inTurn(async () => this.state === "stopped" && this.begin());
  }

  stop(): Promise<unknown> {
    if (this.state === "starting") {
      this.client?.serverProcess?.kill("SIGKILL"); // it might never be ready to be asked
    }
    return this.inTurn(() => this.end());
  }

  restart(): Promise<unknown> {
    void this.stop();
    return this.start();
  }

  /** What somebody has set; the rest is `undefined`, and not sent. VS Code's defaults would hide what unsorry.toml says. */
  settings(): Record<string, unknown> {
    const all = vscode.workspace.getConfiguration();
    const keys = this.manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    const settings = keys.map((key) => {
      const set = all.inspect(key);
      return [key.slice("unsorry.".length), set?.workspaceFolderValue ?? set?.workspaceValue ?? set?.globalValue];
    });
    return Object.fromEntries(settings) as Record<string, unknown>;
  }

  /** Starts and ends come one after the other, whatever asks for them when. */
  private inTurn(task: () => Promise<unknown>): Promise<unknown> {
    this.turn = this.turn.then(task).catch((error: unknown) => this.output.error(String(error)));
    return this.turn;
  }

  private set(state: ServerState): void {
    clearTimeout(this.timer);
    this.state = state;
    this.summaries.clear();
    this.changes.fire();
  }

  private async begin(): Promise<void> {
    this.set("starting");
    const settings = vscode.workspace.getConfiguration("unsorry.server");
    const setting = settings.get("path", "").trim();
    const [command, ...first] = discover(setting, await searchPath());
    if (command === undefined) {
      this.set("missing");
      const named = setting === "" ? "" : ` The setting unsorry.server.path names ${setting}, which is not there.`;
      void tell(`Unsorry's server was not found.${named}`, { Install: "install", "Open Settings": "showSettings" });
      return;
    }
    this.command = command;
    this.lastWords = "";
    // What speaks the protocol is loaded when there is something to say, not when the editor starts.
    const { makeClient } = await import("./client");
    const args = [...first, "serve", ...settings.get<string[]>("args", [])];
    // In our own folder: Python would load modules from the one that it is started in.
    const client = makeClient(this, { command, args, options: { cwd: this.context.extensionPath } });
    client.onDidChangeState(() => this.follow(client));
    this.client = client;
    await client.start().catch((error: unknown) => {
      this.lastWords ||= String(error);
    });
    this.version = client.initializeResult?.serverInfo?.version ?? "of unknown version";
    // Releases that share the first two numbers fit.
    const [ours, theirs] = [this.manifest, this].map(({ version }) => version.split(".", 2).join("."));
    if (client.isRunning() && ours !== theirs) {
      const message = `Unsorry's server (${this.version}, ${command}) does not fit its extension (${this.manifest.version}).`;
      void tell(message, { "Install a Fitting Server": "install" });
    }
  }

  /** Takes in what has become of the server. Where it ended, the client starts it again, or has given up. */
  private follow(client: LanguageClient): void {
    if (client !== this.client) {
      return;
    }
    const ran = this.state === "running";
    this.set(client.isRunning() ? "running" : client.needsStop() ? "starting" : "failed");
    if (this.state === "starting") {
      this.timer = setTimeout(() => {
        this.output.error((this.lastWords = `no answer within ${START_MS / 1000} s`));
        client.serverProcess?.kill("SIGKILL");
      }, START_MS);
    } else if (this.state === "failed") {
      client.serverProcess?.kill("SIGKILL");
      // Its last words may still be on their way, and nobody needs to hear of one that is started again.
      this.timer = setTimeout(() => {
        const what = ran ? "ended by itself again and again" : "could not be started";
        const message = `Unsorry's server (${this.command}) ${what}: ${this.lastWords || "it said nothing"}`;
        void tell(message, { "Try Again": "restartServer", "Show Log": "showLog" });
      }, LAST_WORDS_MS);
    }
  }

  private async end(): Promise<void> {
    const { client } = this;
    if (this.state === "starting") {
      await client?.start().catch(() => undefined); // by itself, which nothing else waits for
    }
    const process = client?.serverProcess;
    this.client = undefined;
    this.set("stopped");
    await client?.stop(STOP_MS).catch(() => process?.kill("SIGKILL"));
  }
}
