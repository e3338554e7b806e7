import { checkObject } from '@ialp/core';

/**
 * Throws unless options were passed as an object.
 * @param example what the message shows, such as `{ misses: 4 }`.
 */
export function checkOptions(options: unknown, example: string): void {
  checkObject('options', options, `an object, such as ${example}`);
}
