const IN_WORDS = { number: 'a number', string: 'a string' } as const;

/**
 * Checks the ids of one call as the readers of logs do: text or safe integers, and all of one kind. A larger number was rounded and
 * may be the id of another item, and 0 and '0' would be two.
 * @param where the first id, as messages name it: that the others must be of its kind is said with it.
 * @returns a function that gives what was expected instead of an id, or undefined for an id that is right.
 */
export function createIdCheck(where: string): (id: unknown) => string | undefined {
  let kind: 'number' | 'string' | undefined;
  return (id) => {
    if (typeof id !== 'string' && typeof id !== 'number') return 'an id: text or an integer';
    if (typeof id === 'number' && !Number.isSafeInteger(id)) return UNSAFE;
    kind ??= typeof id as 'number' | 'string';
    return typeof id === kind ? undefined : `${IN_WORDS[kind]}, as ${where} is: convert the ids of one side`;
  };
}

const UNSAFE = `an id: text, or an integer of at most ${Number.MAX_SAFE_INTEGER} (larger ones are rounded, and two become one: write them as text)`;
