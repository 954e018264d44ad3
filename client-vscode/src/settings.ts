/** The editor's settings as the server reads them: only what somebody has set, under the server's own names.
 *
 * VS Code's defaults are left out, or else they would hide what the user's and the project's unsorry.toml say.
 */

export type Values = Record<string, unknown>;

/** `get(key)` is what was set for a key such as `editor.proveOnOpen`, or `undefined`. */
export function forServer(keys: readonly string[], get: (key: string) => unknown): Values {
  const values: Values = {};
  for (const key of keys) {
    const value = get(key);
    if (value !== undefined) {
      put(values, key.split(".").map(serverName), value);
    }
  }
  return values;
}

/** `proveOnOpen` is `prove_on_open` to the server. */
export function serverName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function put(values: Values, names: string[], value: unknown): void {
  const [name, ...rest] = names;
  if (name !== undefined && rest.length > 0) {
    put((values[name] ??= {}) as Values, rest, value);
  } else if (name !== undefined) {
    values[name] = value;
  }
}
