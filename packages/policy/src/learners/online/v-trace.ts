import { InvalidOptionError, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { checkOptions } from '../../checks/options.js';
import { ShapeError } from '../../errors.js';

/** Trajectories with importance ratios and values. */
export interface VTraceInput extends Pick<Trajectories, 'rows' | 'count' | 'offsets' | 'steps' | 'end' | 'reward'> {
  /** `[rows]`: importance ratio `pi(a|s) / mu(a|s)` of the action: target policy over behaviour policy. */
  readonly ratio: Float32Array;
  /** `[rows]`: `V(s)` of the states in which the actions were chosen. */
  readonly value: Float32Array;
  /** `[count]`: `V(s)` of the state after each trajectory's last step. */
  readonly lastValue: Float32Array;
}

/** Settings of `vTrace`. */
export interface VTraceSettings {
  /** Discount `gamma`. */
  readonly discount: number;
  /** `lambda` of the trace: 1 looks ahead to the end of the experience, 0 one step. */
  readonly lambda: number;
  /** `rho-bar`: weights of single steps are truncated at this value. It determines which policy's value is estimated. */
  readonly maxRho: number;
  /** `c-bar`: weights along the trace are truncated at this value. It determines how fast the estimate converges. */
  readonly maxTrace: number;
}

/** What `vTrace` fills, `[rows]` each. */
export interface VTraceOutput {
  /** The critic's target `v_s`. */
  readonly target: Float32Array;
  /** Advantage of the policy gradient times the truncated weight: `rho_s (r_s + gamma v_{s+1} - V(x_s))`. */
  readonly advantage: Float32Array;
}

/**
 * V-trace (Espeholt et al. 2018, arXiv 1802.01561, section 4.1): value targets and advantages of a target policy, from the
 * experience of a behaviour policy, trajectory by trajectory.
 *
 * `delta_t = rho_t (r_t + gamma V(x_{t+1}) - V(x_t))`, `v_t = V(x_t) + delta_t + gamma c_t (v_{t+1} - V(x_{t+1}))`, with
 * `rho_t = min(rho-bar, ratio_t)` and `c_t = lambda min(c-bar, ratio_t)`. With every ratio 1 these are the n-step
 * returns (`lambda` = 1) or TD(lambda) returns.
 *
 * After a terminated trajectory the value is 0; an open or truncated one is bootstrapped from `lastValue`. The trace stops at its end.
 * @throws {InvalidOptionError} for an array that is missing; {ShapeError} for one that is too short.
 */
export function vTrace(input: VTraceInput, settings: VTraceSettings, output: VTraceOutput): void {
  checkOptions(input, '{ rows, count, offsets, steps, end, reward, ratio, value, lastValue }', 'input');
  checkOptions(settings, '{ discount, lambda, maxRho, maxTrace }', 'settings');
  checkOptions(output, '{ target, advantage }', 'output');
  const { rows, count, offsets, steps, end, reward, ratio, value, lastValue } = input;
  const { discount, lambda, maxRho, maxTrace } = settings;
  const { target, advantage } = output;
  checkLengths('input', { reward, ratio, value, steps }, rows);
  checkLengths('input', { end, lastValue, offsets }, count);
  checkLengths('output', { target, advantage }, rows);
  for (let k = 0; k < count; k++) {
    let follows = end[k] === TRAJECTORY_END.terminated ? 0 : lastValue[k];
    let correction = 0;
    for (let place = offsets[k + 1] - 1; place >= offsets[k]; place--) {
      const row = steps[place];
      const rho = Math.min(maxRho, ratio[row]);
      const trace = lambda * Math.min(maxTrace, ratio[row]);
      target[row] = value[row] + rho * (reward[row] + discount * follows - value[row]) + discount * trace * correction;
      advantage[row] = rho * (reward[row] + discount * (follows + correction) - value[row]);
      correction = target[row] - value[row];
      follows = value[row];
    }
  }
}

function checkLengths(option: string, arrays: Readonly<Record<string, ArrayLike<number>>>, length: number): void {
  for (const [name, array] of Object.entries(arrays)) {
    if (typeof array?.length !== 'number')
      throw new InvalidOptionError(`${option}.${name}`, array, 'an array of numbers');
    if (array.length < length) throw new ShapeError(`length of ${option}.${name}`, array.length, length);
  }
}
