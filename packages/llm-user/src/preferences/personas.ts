import { checkObject, type UserFeatures } from '@ialp/core';
import { checkList } from '../check-inputs.js';

/**
 * Describes users in words, by the flags of a data set: `age 18-24, gender F, occupation student`.
 * @param features the `userFeatures` of a data set. Each column `name:value` that is 1 becomes `name value`.
 * @returns a function that describes a user, for `personaOf` of `sampleLoggedStates` and `sampleHeldOutQuestions`.
 * @throws {InvalidOptionError} for anything but user features; not every data set has them.
 */
export function createPersonas(features: UserFeatures): (user: number) => string {
  checkObject('features', features, 'the userFeatures of a data set');
  const { names, values } = features;
  checkList('features.names', names, 'a list of column names');
  return (user) =>
    names
      .filter((_, column) => values[user * names.length + column] === 1)
      .map((name) => name.replace(':', ' '))
      .join(', ');
}
