/** An environment variable; `undefined` where it is not set or empty, and where there is no environment, as in browsers. */
export function environmentVariable(name: string): string | undefined {
  return globalThis.process?.env?.[name] || undefined;
}

/** The API keys of the environment: the values of the variables whose names end in `_API_KEY`. */
export function environmentKeys(): string[] {
  return Object.entries(globalThis.process?.env ?? {}).flatMap(([name, value]) =>
    /_API_KEY$/i.test(name) && value ? [value] : [],
  );
}
