import type { UserFeatures } from '@ialp/env';

/**
 * Puts what a data set says of its users into words, from its flags: `age 18-24, gender F, occupation student`.
 * @param features as `@ialp/env` reads them; of a column `name:value` that is 1, `name value` is said.
 */
export function personas({ names, values }: UserFeatures): (user: number) => string {
  return (user) =>
    names
      .filter((_, column) => values[user * names.length + column] === 1)
      .map((name) => name.replace(':', ' '))
      .join(', ');
}
