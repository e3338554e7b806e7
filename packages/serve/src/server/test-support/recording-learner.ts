import { type Checkpoint, CheckpointError, type Trajectories } from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';
import type { CheckpointableLearner } from '@ialp/policy';

/** A decision that was learned from. */
export interface LearnedRow {
  /** Key of its trajectory. */
  readonly key: number;
  readonly turn: number;
  readonly policy: number;
  readonly reward: number;
  /** Indices of the items. */
  readonly items: readonly number[];
  readonly propensity: readonly number[];
}

/**
 * A learner that stores in its checkpoint what it has learned from, so that what is lost with a process is lost from there, too. Processes that
 * decide take the policy alone.
 */
export function recordLearning(learner: CheckpointableLearner): CheckpointableLearner {
  /** Each row as its numbers: key, turn, policy, reward, slate size, items, propensities. */
  let numbers: number[] = [];
  return {
    ...learner,
    learn(trajectories) {
      const report = learner.learn(trajectories);
      append(numbers, trajectories);
      return report;
    },
    checkpoint: () => ({ learner: learner.checkpoint(), learned: Float64Array.from(numbers) }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      learner.restore(reader.part('learner').whole());
      numbers = [...reader.array('learned', Float64Array)];
    },
    policyState: (without) => learner.policyState?.(without) ?? learner.checkpoint(),
    setPolicyState: (state) => (learner.setPolicyState ?? learner.restore)(state),
  };
}

function append(numbers: number[], trajectories: Trajectories): void {
  const { rows, slateSize, states, actions, propensity, reward, policyVersion } = trajectories;
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * slateSize, (row + 1) * slateSize];
    numbers.push(states.session[row]!, states.turn[row]!, policyVersion[row]!, reward[row]!, slateSize);
    numbers.push(...actions.subarray(from, to), ...propensity.subarray(from, to));
  }
}

/** What a learner of `recordLearning` has learned from, by its checkpoint. */
export function learnedRows(checkpoint: Checkpoint): LearnedRow[] {
  const numbers = new CheckpointReader(checkpoint).array('learned', Float64Array);
  const rows: LearnedRow[] = [];
  for (let at = 0; at < numbers.length; ) {
    const [key, turn, policy, reward, slateSize] = numbers.subarray(at, at + 5) as unknown as number[];
    if (slateSize === undefined || slateSize < 1) throw new CheckpointError(`learned: no row at ${at}.`);
    const items = [...numbers.subarray(at + 5, at + 5 + slateSize)];
    const propensity = [...numbers.subarray(at + 5 + slateSize, at + 5 + 2 * slateSize)];
    rows.push({ key: key!, turn: turn!, policy: policy!, reward: reward!, items, propensity });
    at += 5 + 2 * slateSize;
  }
  return rows;
}
