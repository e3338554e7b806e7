import { checkObject, type UserFeatures } from '@ialp/core';

/**
 * Puts what a data set says of its users into words, from its flags: `age 18-24, gender F, occupation student`.
 * @param features as a data set has them; of a column `name:value` that is 1, `name value` is said.
 * @throws {InvalidOptionError} for what is no such features; a data set may have none.
 */
export function personas(features: UserFeatures): (user: number) => string {
  checkObject('features', features, 'the userFeatures of a data set');
  const { names, values } = features;
  return (user) =>
    names
      .filter((_, column) => values[user * names.length + column] === 1)
      .map((name) => name.replace(':', ' '))
      .join(', ');
}
