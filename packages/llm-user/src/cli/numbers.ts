import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number in a range. */
export function integer(least: number, greatest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text.trim()) && value >= least && value <= greatest) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${greatest}.`);
  };
}

/** Reads an option that is a number of at least 0. */
export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new InvalidArgumentError('Expected a number of at least 0.');
}

/** Reads a pair of numbers, `0.15,0.6`. */
export function pair(text: string): readonly [number, number] {
  const parts = text.split(',');
  if (parts.length !== 2) throw new InvalidArgumentError('Expected two numbers with a comma between them.');
  return [amount(parts[0]), amount(parts[1])];
}

/** Reads a time in seconds, above 0 and no longer than a timer can wait. */
export function seconds(text: string): number {
  const value = amount(text);
  if (value > 0 && value <= 2_147_483) return value;
  throw new InvalidArgumentError('Expected seconds, above 0 and at most 2147483.');
}
