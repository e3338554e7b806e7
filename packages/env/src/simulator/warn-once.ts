const warned = new Set<string>();

/** Warns by `process.emitWarning`, once for each message; not where there is no `process`, as in browsers. */
export function warnOnce(code: string, message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  const { process } = globalThis as { readonly process?: Pick<NodeJS.Process, 'emitWarning'> };
  process?.emitWarning?.(message, { type: 'IalpWarning', code });
}
