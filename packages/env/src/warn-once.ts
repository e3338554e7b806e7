const warned = new Set<string>();

/** Emits a process warning, once for each message. Does nothing without `process.emitWarning`, as in browsers. */
export function warnOnce(code: string, message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  const { process } = globalThis as { readonly process?: Pick<NodeJS.Process, 'emitWarning'> };
  process?.emitWarning?.(message, { type: 'IalpWarning', code });
}
