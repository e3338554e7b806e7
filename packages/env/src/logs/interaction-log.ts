import { type Environment, InvalidOptionError, type StepResult } from '@ialp/core';
import { LogColumns, type LoggedInteractions, type LogHeader } from '@ialp/core/log';
import { wrapEnvironment } from '../wrappers/wrap-environment.js';

/** An environment that keeps a log of all that happens in it. */
export interface LoggingEnvironment extends Environment {
  /**
   * Steps, and keeps what was shown and answered.
   * @param propensity `[sessions]` the probability with which the policy chose each session's item or slate. Given at every
   *   step or at none.
   * @throws {InvalidOptionError} for propensities that are invalid, of the wrong number, or not given as at the steps before;
   *   and whatever the environment throws. Nothing has moved on then.
   */
  step(actions: Int32Array, propensity?: Float32Array): StepResult;
  /** What has happened so far; arrays of the caller's own. Sessions that go on are in it without an end. */
  log(): LoggedInteractions;
  /** A header for the log, with what the environment knows. */
  header(more?: Pick<LogHeader, 'policy' | 'itemIds' | 'about'>): LogHeader;
}

/** Records what happens in an environment. Its sessions are numbered on over all resets. */
export function withInteractionLog<E extends Environment>(environment: E): E & LoggingEnvironment {
  const { name, sessions, items, slateSize, historyLength } = environment.spec;
  const columns = new LogColumns();
  /** `[sessions]` the number of each slot's session, -1 before its first turn. */
  const current = new Int32Array(sessions).fill(-1);
  let begun = 0;

  const checkPropensity = (propensity: Float32Array | undefined): void => {
    if (columns.rows > 0 && withPropensity !== (propensity !== undefined)) {
      const found = propensity === undefined ? 'none' : 'some';
      throw new InvalidOptionError('propensity', found, 'the same as at the steps before: always or never');
    }
    if (propensity === undefined) return;
    if (propensity.length !== sessions) {
      throw new InvalidOptionError(
        'propensity',
        `${propensity.length} numbers`,
        `one for each of the ${sessions} sessions`,
      );
    }
    const flaw = propensity.findIndex((value) => !(value > 0 && value <= 1));
    if (flaw >= 0) throw new InvalidOptionError(`propensity[${flaw}]`, propensity[flaw], 'a number above 0, at most 1');
  };
  let withPropensity = false;

  return wrapEnvironment(environment, {
    reset(...args: Parameters<Environment['reset']>) {
      const observation = environment.reset(...args);
      for (let slot = 0; slot < sessions; slot++) if (observation.turn[slot] === 0) current[slot] = -1;
      return observation;
    },
    step(...args: Parameters<LoggingEnvironment['step']>): StepResult {
      const [actions, propensity] = args;
      checkPropensity(propensity);
      // All arguments, as the environment may record as well.
      const step = environment.step(...(args as unknown as Parameters<Environment['step']>));
      withPropensity = propensity !== undefined;
      for (let slot = 0; slot < sessions; slot++) {
        if (current[slot] < 0) current[slot] = begun++;
        for (let position = 0; position < slateSize; position++) {
          const taken = step.choice === undefined || step.choice[slot] === position;
          columns.append({
            session: current[slot],
            turn: step.observation.turn[slot] - 1,
            position,
            item: actions[slot * slateSize + position],
            reward: taken ? step.reward[slot] : 0,
            propensity: propensity?.[slot],
            terminated: step.terminated[slot],
            truncated: step.truncated[slot],
          });
        }
      }
      return step;
    },
    log: () => columns.log(),
    header: (more: Parameters<LoggingEnvironment['header']>[0] = {}): LogHeader => {
      return { environment: name, items, slateSize, historyLength, ...more };
    },
  });
}
