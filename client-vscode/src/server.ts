/** The server's life: found, started, watched, started again, ended; and what the user hears of all that. */

import { spawn, type ChildProcess } from "node:child_process";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { type Command, discover } from "./discovery";
import { offerInstallation, surroundings } from "./install";
import { compareVersions, Restarts } from "./policies";
import { SERVER_COMMANDS } from "./protocol";
import type { HoleStore } from "./store";

export type ServerState = "stopped" | "starting" | "running" | "waiting" | "failed" | "missing";

/** What is read of the extension's own package.json. */
interface Manifest {
  version: string;
  contributes: {
    commands: { command: string; title: string; icon?: string }[];
    configuration: { properties: Record<string, unknown> }[];
  };
}

const START_SECONDS = 60;
const DOWNLOAD_SECONDS = 600;
const TAIL_LENGTH = 2000;
const LAST_WORDS_MS = 1000;

export class Server implements vscode.Disposable {
  readonly manifest: Manifest;
  readonly output = vscode.window.createOutputChannel("Unsorry", { log: true });
  state: ServerState = "stopped";
  version: string | undefined;
  command: Command | undefined;
  private client: LanguageClient | undefined;
  private process: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private tail = "";
  private ended: Promise<unknown> = Promise.resolve();
  private checked: string | undefined;
  private turn: Promise<void> = Promise.resolve();
  private readonly restarts = new Restarts();
  private readonly states = new vscode.EventEmitter<ServerState>();
  readonly onDidChangeState = this.states.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly store: HoleStore,
  ) {
    this.manifest = context.extension.packageJSON as Manifest;
  }

  /** Starts the server, unless it runs or is about to. */
  start(): Promise<void> {
    return this.inTurn(async () => {
      if (this.state === "stopped") {
        await this.begin();
      }
    });
  }

  /** Ends the server if it runs, and starts it afresh. */
  restart(): Promise<void> {
    this.restarts.forget();
    return this.inTurn(async () => {
      await this.end();
      await this.begin();
    });
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.end());
  }

  /** Its windows and events; the server itself ends with `stop`, which the editor waits for. */
  dispose(): void {
    vscode.Disposable.from(this.output, this.states).dispose();
  }

  /** The client, while the server runs. */
  get running(): LanguageClient | undefined {
    return this.state === "running" ? this.client : undefined;
  }

  /** Runs a command of the server's; `undefined` when it does not run. */
  async ask<T>(command: string, argument: unknown): Promise<T | undefined> {
    return this.running?.sendRequest<T>("workspace/executeCommand", { command, arguments: [argument] });
  }

  /** Starts and ends come one after the other, whatever asks for them when. */
  private inTurn(task: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(task).catch((error: unknown) => {
      this.output.error(String(error));
    });
    return this.turn;
  }

  private set(state: ServerState): void {
    this.state = state;
    this.states.fire(state);
  }

  private async begin(): Promise<void> {
    this.set("starting");
    const discovery = discover(await surroundings(this.context));
    if ("missing" in discovery) {
      this.set("missing");
      void offerInstallation(this.context, discovery.missing, () => this.restart());
      return;
    }
    const { found } = discovery;
    this.command = found;
    this.tail = "";
    // What speaks the protocol is loaded when there is something to say, not when the editor starts.
    const { makeClient } = await import("./client");
    const client = makeClient(
      this,
      this.store,
      () => this.spawn(found),
      () => {
        this.died(client);
      },
    );
    this.client = client;
    try {
      await Promise.race([client.start(), late(found.origin === "uvx" ? DOWNLOAD_SECONDS : START_SECONDS)]);
    } catch (error) {
      this.output.error(String(error));
      this.abandon();
      this.set("failed");
      void this.complain(`Unsorry's server (from ${found.origin}) could not be started`);
      return;
    }
    this.version = client.initializeResult?.serverInfo?.version;
    this.set("running");
    this.output.info(`server ${this.version ?? "of unknown version"}: ${found.command}`);
    void this.checkVersion();
    if (this.process?.exitCode !== null || this.process.signalCode !== null) {
      this.died(client); // between its answer and now
    }
  }

  /** What somebody has set. VS Code's defaults are left out, or else they would hide what unsorry.toml says. */
  settings(): Record<string, unknown> {
    const settings: Record<string, unknown> = {};
    const configuration = vscode.workspace.getConfiguration("unsorry");
    for (const key of this.manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties))) {
      const name = key.slice("unsorry.".length);
      const set = configuration.inspect(name);
      const value = set?.workspaceFolderValue ?? set?.workspaceValue ?? set?.globalValue;
      if (value !== undefined && !name.startsWith("server.")) {
        settings[name] = value;
      }
    }
    return settings;
  }

  /** The process works in our own folder: Python would load modules from the one it is started in. */
  private spawn(found: Command): Promise<ChildProcess> {
    return new Promise((resolve, reject) => {
      const child = spawn(found.command, found.args, { cwd: this.context.extensionPath, stdio: "pipe" });
      child.once("spawn", () => {
        resolve(child);
      });
      child.once("error", reject);
      child.stderr.on("data", (data: Buffer) => {
        this.tail = (this.tail + data.toString()).slice(-TAIL_LENGTH);
      });
      this.ended = new Promise((done) => child.once("close", done));
      this.process = child;
    });
  }

  /** The server has ended without being asked to. */
  private died(client: LanguageClient): void {
    if (this.client !== client || this.state !== "running") {
      return;
    }
    this.abandon();
    const delay = this.restarts.after(Date.now());
    if (delay === undefined) {
      this.set("failed");
      void this.complain(`Unsorry's server ended by itself ${this.restarts.count} times within three minutes`);
      return;
    }
    this.output.warn(`the server ended by itself; starting it again in ${delay} ms`);
    this.set("waiting");
    this.timer = setTimeout(() => {
      void this.inTurn(async () => {
        if (this.state === "waiting") {
          await this.begin();
        }
      });
    }, delay);
  }

  /** Lets go of a client whose server is gone or of no use. */
  private abandon(): void {
    this.process?.kill("SIGKILL");
    this.client?.dispose().catch((error: unknown) => {
      this.output.debug(`letting go of the client: ${String(error)}`);
    });
    this.client = undefined;
  }

  private async end(): Promise<void> {
    clearTimeout(this.timer);
    const client = this.running;
    this.client = undefined;
    this.set("stopped");
    await client?.dispose(4000).catch((error: unknown) => {
      this.output.warn(String(error));
      this.process?.kill("SIGKILL");
    });
  }

  private async complain(what: string): Promise<void> {
    // Its last words may still be on their way.
    await Promise.race([this.ended, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))]);
    const last = this.tail.trim().split("\n").at(-1);
    const message = `${what}${last === undefined || last === "" ? "." : `: ${last}`} Your files are as they were.`;
    const choice = await vscode.window.showErrorMessage(message, "Try Again", "Show Log");
    if (choice === "Try Again") {
      await this.restart();
    } else if (choice === "Show Log") {
      this.output.show();
    }
  }

  /** Says once if client and server do not fit. */
  private async checkVersion(): Promise<void> {
    if (this.checked === this.version) {
      return;
    }
    this.checked = this.version;
    const offered = this.client?.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
    const fit = compareVersions(this.manifest.version, this.version);
    const is = (what: string): string =>
      `Unsorry's server (${this.version ?? "of unknown version"}) is ${what} its extension (${this.manifest.version}).`;
    if (fit > 0) {
      if ((await vscode.window.showWarningMessage(is("newer than"), "Update the Extension")) !== undefined) {
        await vscode.commands.executeCommand("workbench.extensions.search", "@id:unsorry.unsorry");
      }
    } else if (fit < 0 || SERVER_COMMANDS.some((command) => !offered.includes(`unsorry.${command}`))) {
      await offerInstallation(this.context, is("too old for"), () => this.restart(), "Update the Server");
    }
  }
}

function late(seconds: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(reject, seconds * 1000, new Error(`no answer within ${seconds} s`));
  });
}
