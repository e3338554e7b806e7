import { InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../../checks/options.js';
import { ShapeError } from '../../errors.js';

/** Experience of `steps` steps of `sessions` session slots; row `t * sessions + s` is step `t` of slot `s`. */
export interface VTraceInput {
  readonly steps: number;
  readonly sessions: number;
  readonly reward: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** Importance ratio `pi(a|s) / mu(a|s)` of the action: target policy over behaviour policy. */
  readonly ratio: Float32Array;
  /** `V(s)` of the states in which the actions were chosen. */
  readonly value: Float32Array;
  /** `V(s')` of the next states; where a session ended, of its last state. */
  readonly nextValue: Float32Array;
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

/** What `vTrace` fills, `[steps * sessions]` each. */
export interface VTraceOutput {
  /** The critic's target `v_s`. */
  readonly target: Float32Array;
  /** Advantage of the policy gradient times the truncated weight: `rho_s (r_s + gamma v_{s+1} - V(x_s))`. */
  readonly advantage: Float32Array;
}

/**
 * V-trace (Espeholt et al. 2018, arXiv 1802.01561, section 4.1): value targets and advantages of a target policy, from the
 * experience of a behaviour policy.
 *
 * `delta_t = rho_t (r_t + gamma V(x_{t+1}) - V(x_t))`, `v_t = V(x_t) + delta_t + gamma c_t (v_{t+1} - V(x_{t+1}))`, with
 * `rho_t = min(rho-bar, ratio_t)` and `c_t = lambda min(c-bar, ratio_t)`. With every ratio 1 these are the n-step
 * returns (`lambda` = 1) or TD(lambda) returns.
 *
 * After a terminated session the value is 0; a truncated session is bootstrapped from `nextValue`. The trace stops at both.
 * @throws {InvalidOptionError} for an array that is missing; {ShapeError} for one that is too short.
 */
export function vTrace(input: VTraceInput, settings: VTraceSettings, output: VTraceOutput): void {
  checkOptions(input, '{ steps, sessions, reward, terminated, truncated, ratio, value, nextValue }', 'input');
  checkOptions(settings, '{ discount, lambda, maxRho, maxTrace }', 'settings');
  checkOptions(output, '{ target, advantage }', 'output');
  const { steps, sessions, reward, terminated, truncated, ratio, value, nextValue } = input;
  const { discount, lambda, maxRho, maxTrace } = settings;
  const { target, advantage } = output;
  checkRows('input', { reward, terminated, truncated, ratio, value, nextValue }, steps * sessions);
  checkRows('output', { target, advantage }, steps * sessions);
  for (let session = 0; session < sessions; session++) {
    for (let step = steps - 1; step >= 0; step--) {
      const row = step * sessions + session;
      const follows = terminated[row] === 1 ? 0 : nextValue[row];
      const goesOn = step < steps - 1 && terminated[row] === 0 && truncated[row] === 0;
      const correction = goesOn ? target[row + sessions] - value[row + sessions] : 0;
      const rho = Math.min(maxRho, ratio[row]);
      const trace = lambda * Math.min(maxTrace, ratio[row]);
      target[row] = value[row] + rho * (reward[row] + discount * follows - value[row]) + discount * trace * correction;
      advantage[row] = rho * (reward[row] + discount * (follows + correction) - value[row]);
    }
  }
}

function checkRows(option: string, arrays: Readonly<Record<string, ArrayLike<number>>>, rows: number): void {
  for (const [name, array] of Object.entries(arrays)) {
    if (typeof array?.length !== 'number') {
      throw new InvalidOptionError(`${option}.${name}`, array, 'an array of steps * sessions numbers');
    }
    if (array.length < rows) throw new ShapeError(`length of ${option}.${name}`, array.length, rows);
  }
}
