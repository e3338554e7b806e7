import { CheckpointError } from '../errors/checkpoint-error.js';
import type { Checkpoint, Checkpointable, CheckpointValue } from './checkpoint.js';

/** A state: numbers and arrays by name. */
type State = Readonly<Record<string, number | Float64Array | Int32Array | Uint8Array>>;

/**
 * Makes a state of numbers and arrays checkpointable: `read` returns it, `write` restores it. Arrays are copied both
 * ways.
 */
export function checkpointState<S extends State>(read: () => S, write: (state: S) => void): Checkpointable {
  const copied = (state: S): S =>
    Object.fromEntries(
      Object.entries(state).map(([name, value]) => [name, typeof value === 'number' ? value : value.slice()]),
    ) as S;
  return {
    checkpoint: () => copied(read()),
    restore(checkpoint) {
      for (const [name, own] of Object.entries(read())) checkSameKind(name, own, partOf(checkpoint, name));
      write(copied(checkpoint as S));
    },
  };
}

/** Combines checkpointable parts. Returns `{}` if any part cannot be checkpointed. */
export function combineCheckpointables(
  parts: Readonly<Record<string, Partial<Checkpointable>>>,
): Checkpointable | object {
  const all = Object.entries(parts);
  const isCheckpointable = (part: Partial<Checkpointable>): part is Checkpointable =>
    part.checkpoint !== undefined && part.restore !== undefined;
  if (!all.every((entry): entry is [string, Checkpointable] => isCheckpointable(entry[1]))) return {};
  const checkpoint = (): Checkpoint => Object.fromEntries(all.map(([name, part]) => [name, part.checkpoint()]));
  return {
    checkpoint,
    restore(saved: Checkpoint) {
      const before = checkpoint();
      try {
        for (const [name, part] of all) part.restore(partOf(saved, name) as Checkpoint);
      } catch (error) {
        for (const [name, part] of all) part.restore(before[name] as Checkpoint);
        throw error;
      }
    },
  };
}

/** Returns a value of a checkpoint. @throws {CheckpointError} if it is missing. */
export function partOf(checkpoint: Checkpoint, name: string): CheckpointValue {
  if (typeof checkpoint === 'object' && checkpoint !== null && Object.hasOwn(checkpoint, name)) return checkpoint[name];
  throw new CheckpointError(`${name}: expected a value; found none. The checkpoint belongs to another object.`);
}

function checkSameKind(name: string, own: State[string], found: CheckpointValue): void {
  const kindOf = (value: CheckpointValue): string => value?.constructor.name ?? 'null';
  if (kindOf(found) === kindOf(own)) return;
  throw new CheckpointError(`${name}: expected a ${kindOf(own)}; found a ${kindOf(found)}.`);
}
