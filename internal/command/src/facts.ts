/** Facts for a report, by name in words. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** Names that are not converted word by word. */
const WORDS: Readonly<Record<string, string>> = {
  auc: 'AUC',
  llm: 'language model',
};

/**
 * Flattens nested values and converts their names to words: `{ rewardModel: { heldOut: 3 } }` becomes `{ 'reward model:
 * held out': 3 }`.
 */
export function factsOf(values: object): Facts {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, string | number | boolean][] => {
      const words = wordsOf(name);
      if (Array.isArray(value)) return [[words, value.join(', ')]];
      if (typeof value === 'object' && value !== null) {
        return Object.entries(factsOf(value)).map(([inner, one]) => [`${words}: ${inner}`, one]);
      }
      return [[words, typeof value === 'number' ? Number(value.toPrecision(6)) : (value ?? 'none')]];
    }),
  );
}

/** Converts a name in camel case to lower-case words. */
export function wordsOf(name: string): string {
  return WORDS[name] ?? name.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
