/** Functions of `node:util` up to Node 22 that the last release of `@tensorflow/tfjs-node` calls. */
const REMOVED: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: Array.isArray,
  isNullOrUndefined: (value) => value === null || value === undefined,
};

/** The used part of Node's `process`. */
interface NodeProcess {
  readonly versions?: { readonly node?: string };
  readonly stderr?: { write(text: string): unknown };
  getBuiltinModule?(name: string): Record<string, unknown> | undefined;
}

/** Node's `process`; undefined elsewhere. */
export function nodeProcess(): NodeProcess | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  return process?.versions?.node === undefined ? undefined : process;
}

/** Restores functions that later versions of Node removed from `node:util`. Existing functions are not changed. */
export function shimNodeUtil(): void {
  const util = nodeProcess()?.getBuiltinModule?.('node:util');
  if (util === undefined) return;
  for (const [name, replacement] of Object.entries(REMOVED)) util[name] ??= replacement;
}
