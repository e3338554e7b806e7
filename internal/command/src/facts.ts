/** Facts as a report shows them: each under its name in words. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** Names that are no words of their own. */
const WORDS: Readonly<Record<string, string>> = {
  auc: 'AUC',
  llm: 'language model',
};

/** Nested values with their names in words: `{ rewardModel: { heldOut: 3 } }` becomes `{ 'reward model: held out': 3 }`. */
export function factsOf(values: object): Facts {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, string | number | boolean][] => {
      const words = inWords(name);
      if (Array.isArray(value)) return [[words, value.join(', ')]];
      if (typeof value === 'object' && value !== null) {
        return Object.entries(factsOf(value)).map(([inner, one]) => [`${words}: ${inner}`, one]);
      }
      return [[words, typeof value === 'number' ? Number(value.toPrecision(6)) : (value ?? 'none')]];
    }),
  );
}

/** A name in camel case as words, in lower case. */
export function inWords(name: string): string {
  return WORDS[name] ?? name.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
