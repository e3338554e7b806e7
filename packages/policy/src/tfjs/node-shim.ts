/** Functions that `node:util` had until Node 22, and that the last release of `@tensorflow/tfjs-node` calls. */
const GONE: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: Array.isArray,
  isNullOrUndefined: (value) => value === null || value === undefined,
};

/** What is used of Node's `process`. */
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

/** Gives `node:util` back what later versions of Node took from it; leaves alone what is there. */
export function shimNodeUtil(): void {
  const util = nodeProcess()?.getBuiltinModule?.('node:util');
  if (util === undefined) return;
  for (const [name, replacement] of Object.entries(GONE)) util[name] ??= replacement;
}
