import type { Random, Trajectories } from '@ialp/core';
import { TrajectoryRecorder } from '../experience/trajectory-recorder.js';
import type { Policy } from '../policy.js';
import { type SyntheticSessions, selectRows } from './synthetic-sessions.js';

/** Lets a policy act in synthetic sessions for some steps of all of them. */
export function gather(policy: Policy, steps: number, sessions: SyntheticSessions, random: Random): Trajectories {
  const { items, historyLength } = sessions.observation;
  const recorder = new TrajectoryRecorder({ items, historyLength });
  for (let step = 0; step < steps; step++) {
    const { observation } = sessions;
    const action = policy.distribution(observation).sample(random);
    recorder.recordAction(observation, action);
    const feedback = sessions.step(action.items);
    recorder.recordFeedback(sessions.observation, feedback);
    sessions.beginEnded();
  }
  return recorder.take();
}

/** The same, but row `r` is recorded from step `r` on: sessions of different lengths, some from a later turn on. */
export function gatherStaggered(
  policy: Policy,
  steps: number,
  sessions: SyntheticSessions,
  random: Random,
): Trajectories {
  const { items, historyLength } = sessions.observation;
  const recorder = new TrajectoryRecorder({ items, historyLength });
  for (let step = 0; step < steps; step++) {
    const { observation } = sessions;
    const rows = Array.from({ length: Math.min(step + 1, observation.rows) }, (_, row) => row);
    const action = policy.distribution(observation).sample(random);
    const [shown, propensity] = [action.items.slice(), action.propensity.slice(0, rows.length)];
    recorder.recordAction(selectRows(observation, rows), { items: shown.slice(0, rows.length), propensity });
    const { reward, terminated, truncated } = sessions.step(shown);
    recorder.recordFeedback(selectRows(sessions.observation, rows), {
      reward: reward.slice(0, rows.length),
      terminated: terminated.slice(0, rows.length),
      truncated: truncated.slice(0, rows.length),
    });
    sessions.beginEnded();
  }
  return recorder.take();
}

/** Every array of trajectories by name. */
export function arraysOf(
  trajectories: Trajectories,
): Record<string, Int32Array | Float32Array | Float64Array | Uint8Array> {
  const { states, last, actions, propensity, reward, offsets, steps, trajectory, end, chosenBy } = trajectories;
  return {
    'states.historyItems': states.historyItems,
    'states.historyFeedback': states.historyFeedback,
    'states.session': states.session,
    'states.turn': states.turn,
    'states.available': states.available,
    'states.exclusions.items': states.exclusions.items,
    'last.historyItems': last.historyItems,
    'last.historyFeedback': last.historyFeedback,
    'last.exclusions.items': last.exclusions.items,
    ...{ actions, propensity, reward, offsets, steps, trajectory, end, chosenBy },
  };
}
