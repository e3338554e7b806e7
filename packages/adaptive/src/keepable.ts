import type { Checkpoint, CheckpointValue } from '@ialp/policy';
import { CheckpointError } from './errors.js';

/** What can be kept, and taken up after a kill as if it had never stopped. */
export interface Keepable {
  /** A copy of all that what comes depends on. */
  checkpoint(): Checkpoint;
  /**
   * Takes up what `checkpoint` of one that was made alike gave.
   * @throws {CheckpointError} for the checkpoint of something else; nothing is then taken.
   */
  restore(checkpoint: Checkpoint): void;
}

/** Numbers and arrays by name. */
type State = Readonly<Record<string, number | Float64Array | Int32Array | Uint8Array>>;

/** Keeps a state of numbers and arrays: `read` gives it, `write` takes it up. Arrays are copied both ways. */
export function keepState<S extends State>(read: () => S, write: (state: S) => void): Keepable {
  const copied = (state: S): S =>
    Object.fromEntries(
      Object.entries(state).map(([name, value]) => [name, typeof value === 'number' ? value : value.slice()]),
    ) as S;
  return {
    checkpoint: () => copied(read()),
    restore(checkpoint) {
      for (const [name, own] of Object.entries(read())) requireAlike(name, own, partOf(checkpoint, name));
      write(copied(checkpoint as S));
    },
  };
}

/**
 * Keeps several things as one. Nothing at all where one of them cannot be kept: what has it spread into it then lacks
 * both methods.
 */
export function keepAll(parts: Readonly<Record<string, Partial<Keepable>>>): Keepable | object {
  const all = Object.entries(parts);
  const isKeepable = (part: Partial<Keepable>): part is Keepable =>
    part.checkpoint !== undefined && part.restore !== undefined;
  if (!all.every((entry): entry is [string, Keepable] => isKeepable(entry[1]))) return {};
  const checkpoint = (): Checkpoint => Object.fromEntries(all.map(([name, part]) => [name, part.checkpoint()]));
  return {
    checkpoint,
    restore(kept: Checkpoint) {
      const before = checkpoint();
      try {
        for (const [name, part] of all) part.restore(partOf(kept, name) as Checkpoint);
      } catch (error) {
        for (const [name, part] of all) part.restore(before[name] as Checkpoint);
        throw error;
      }
    },
  };
}

/** A value of a checkpoint. @throws {CheckpointError} where there is none. */
export function partOf(checkpoint: Checkpoint, name: string): CheckpointValue {
  if (typeof checkpoint === 'object' && checkpoint !== null && Object.hasOwn(checkpoint, name)) return checkpoint[name];
  throw new CheckpointError(`${name}: expected a value; found none. It is the checkpoint of something else.`);
}

function requireAlike(name: string, own: State[string], found: CheckpointValue): void {
  const kindOf = (value: CheckpointValue): string => value?.constructor.name ?? 'null';
  if (kindOf(found) === kindOf(own)) return;
  throw new CheckpointError(`${name}: expected a ${kindOf(own)}; found a ${kindOf(found)}.`);
}
