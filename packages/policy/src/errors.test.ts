import { describe, expect, test } from 'vitest';
import {
  DivergenceError,
  InvalidOptionError,
  NothingAllowedError,
  PolicyError,
  ShapeError,
  WeightsError,
} from './errors.js';

const ALL = [
  new InvalidOptionError('discount', 2, 'a number from 0 to 1'),
  new ShapeError('items of the policy', 3, 4),
  new NothingAllowedError(5),
  new WeightsError('weights.actor: expected a tensor; found nothing.'),
  new DivergenceError('The loss is not a number.'),
];

describe('errors', () => {
  test.each(ALL)('$name is a PolicyError, and says so', (error) => {
    expect(error).toBeInstanceOf(PolicyError);
    expect(error).toBeInstanceOf(Error);
    expect(PolicyError.isInstance(error)).toBe(true);
    expect(error.name).toBe(error.constructor.name);
    expect(String(error)).toContain(error.message);
  });

  test('those of another copy of the package are recognised', () => {
    // What a second copy throws shares the registered symbol, not the class.
    const foreign = Object.assign(new Error('elsewhere'), { [Symbol.for('ialp.policy.error')]: true });
    expect(foreign).not.toBeInstanceOf(PolicyError);
    expect(PolicyError.isInstance(foreign)).toBe(true);
  });

  test.each([[new Error('plain')], [{ name: 'PolicyError' }], [null], [undefined], ['PolicyError'], [0]])(
    '%s is none',
    (value) => {
      expect(PolicyError.isInstance(value)).toBe(false);
    },
  );

  test('messages say what was found and what was expected', () => {
    expect(new InvalidOptionError('discount', 2, 'a number from 0 to 1').message).toBe(
      'discount: expected a number from 0 to 1; found 2.',
    );
    expect(new InvalidOptionError('mode', 'fast', 'a mode').message).toBe('mode: expected a mode; found "fast".');
    expect(new InvalidOptionError('mode', 'fast', 'a mode').option).toBe('mode');
    expect(new ShapeError('items of the policy', 3, 4).message).toBe('items of the policy: expected 4; found 3.');
    expect(new NothingAllowedError(5).message).toContain('session 5');
  });
});
