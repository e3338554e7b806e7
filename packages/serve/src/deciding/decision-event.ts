import { CHOSEN_BY } from '@ialp/core';
import type { Action } from '@ialp/policy';
import type { DecisionEvent } from '../events.js';

/** Significant digits that tell all single-precision numbers apart. */
const DIGITS = 9;

/** A number of single precision without the digits that it does not hold. */
function shortened(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** `[items]`: propensities of an action of one row. */
export function propensitiesOf({ propensity }: Action): number[] {
  return Array.from(propensity, shortened);
}

/** Which policy chose, and the propensities of the two, of an action of one row. */
export function attributionOf({ attribution }: Action): Pick<DecisionEvent, 'chosenBy' | 'pretrained' | 'online'> {
  if (attribution === undefined) return {};
  const { chosenBy, pretrained, online } = attribution;
  const numbers = (values: Float32Array): (number | null)[] =>
    Array.from(values, (value) => (Number.isNaN(value) ? null : shortened(value)));
  return {
    ...(chosenBy[0] !== CHOSEN_BY.unknown && { chosenBy: chosenBy[0] }),
    ...(pretrained.some(isNumber) && { pretrained: numbers(pretrained) }),
    ...(online.some(isNumber) && { online: numbers(online) }),
  };
}

const isNumber = (value: number): boolean => !Number.isNaN(value);
