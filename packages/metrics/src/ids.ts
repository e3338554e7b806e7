const IN_WORDS = { number: 'a number', string: 'a string' } as const;

/**
 * Checks the ids of one call like the readers of logs do: strings or safe integers, all of the same type. A larger
 * integer has been rounded and may equal the id of another item; 0 and '0' would count as two items.
 * @param where the first id, as messages name it.
 * @returns a function that returns what was expected instead of an id, or undefined if the id is valid.
 */
export function createIdCheck(where: string): (id: unknown) => string | undefined {
  let kind: 'number' | 'string' | undefined;
  return (id) => {
    if (typeof id !== 'string' && typeof id !== 'number') return 'an id: a string or an integer';
    if (typeof id === 'number' && !Number.isSafeInteger(id)) return UNSAFE;
    kind ??= typeof id as 'number' | 'string';
    return typeof id === kind ? undefined : `${IN_WORDS[kind]}, like ${where}: convert the ids on one side`;
  };
}

const UNSAFE = `an id: a string, or an integer of at most ${Number.MAX_SAFE_INTEGER} (larger ones are rounded and may collide: write them as strings)`;
