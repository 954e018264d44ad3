/** What the server says, and the names both sides use. The contract is docs/reference/lsp.md. */

import { LANGUAGES, OTHERS, SUFFIXES } from "./languages";

export interface Position {
  line: number;
  character: number;
}

export type Status = "open" | "proved" | "refuted" | "skipped" | "failed";
export type Standing = Status | "proving";

/** A hole, as `unsorry.holes` tells of it. */
export interface Hole {
  id: string;
  uri: string;
  declaration: string | null;
  range: { start: Position; end: Position };
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

/** What an early server leaves out of a hole. */
type Later = "uri" | "proving" | "goals" | "tried";
export type ToldHole = Omit<Hole, Later> & Partial<Pick<Hole, Later>> & { file: string };

export interface Health {
  trusted: boolean;
  /** `summary` is a prover's health in words. */
  provers: { prover: string; summary?: string }[];
}

/** `unsorry/status` tells that the holes of a file have changed, or their prover. */
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
