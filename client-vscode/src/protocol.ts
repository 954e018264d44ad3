/** What the server says, and the names both sides use. The contract is docs/reference/lsp.md. */

import { LANGUAGES, OTHERS, SUFFIXES } from "./languages";

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export type Status = "open" | "proved" | "refuted" | "skipped" | "failed";
export type Standing = Status | "proving";

/** A hole, as `unsorry.holes` tells of it. */
export interface Hole {
  id: string;
  uri: string;
  declaration: string | null;
  range: Range;
  status: Status;
  proving: boolean;
  goals: string[];
  proof: string | null;
  alternatives: string[];
  prover: string | null;
  tried: string[];
  message: string | null;
  language: string;
}

/** `unsorry/status`: how the holes of one open file stand. */
export interface FileStatus {
  uri: string;
  holes: Record<"open" | "proving" | "proved" | "refuted" | "failed", number>;
  provers: { name: string; state: string }[];
}

export interface ProverHealth {
  prover: string;
  state: string;
  reason: string | null;
  version: string;
  attempts: number;
  successRate: number | null;
  medianSeconds: number | null;
  p95Seconds: number | null;
  queued: number;
  breakerOpen: boolean;
  alerts?: { level: string; code: string; message: string }[];
  remedy?: string | null;
}

export interface Health {
  trusted: boolean;
  provers: ProverHealth[];
}

export const STATUS_NOTIFICATION = "unsorry/status";

/** Commands that the server runs; VS Code's commands of the same names are these. */
export const SERVER_COMMANDS = [
  "unsorry.prove",
  "unsorry.proveAll",
  "unsorry.fillAll",
  "unsorry.cancel",
  "unsorry.restartProver",
  "unsorry.health",
  "unsorry.holes",
] as const;

export const PROOF_FILES = `**/*.{${SUFFIXES}}`;

const NAMES = new RegExp(`\\.(?:${SUFFIXES.replaceAll(".", "\\.").replaceAll(",", "|")})$`);

/** Whether a document is the server's business: by its language, or else by its name. */
export function isProofFile(language: string, path: string): boolean {
  return LANGUAGES.includes(language) || (!OTHERS.includes(language) && NAMES.test(path));
}
