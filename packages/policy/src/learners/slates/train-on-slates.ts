import type { Trajectories } from '@ialp/core';
import type { ActionEvaluation, Network, Targets, TrainingReport, TrainingSettings } from '../../network.js';
import { slateRows } from './slate-rows.js';

/**
 * One training step on trajectories of items or slates, as `Network.trainSlates`: `value` and `valueTarget` are of the decisions. A network without
 * it is trained on a row for each item, which takes as many times as long as a slate has items.
 */
export function trainOnSlates(
  network: Network,
  trajectories: Trajectories,
  targets: (evaluation: ActionEvaluation) => Targets,
  settings: TrainingSettings,
): TrainingReport {
  const { states, actions, slateSize } = trajectories;
  if (slateSize === 1) return network.trainStep(states, actions, targets, settings);
  if (network.trainSlates !== undefined) return network.trainSlates(states, actions, targets, settings);
  const rows = slateRows(trajectories);
  const ofRows = (evaluation: ActionEvaluation): Targets => {
    const value = evaluation.value.filter((_, place) => place % slateSize === 0);
    const { valueTarget, ...others } = targets({ ...evaluation, value });
    if (valueTarget === undefined) return others;
    return {
      ...others,
      valueTarget: Float32Array.from(rows.actions, (_, place) => valueTarget[Math.floor(place / slateSize)]),
    };
  };
  return network.trainStep(rows.states, rows.actions, ofRows, settings);
}
