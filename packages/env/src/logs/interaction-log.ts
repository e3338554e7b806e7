import { counted, described, type Environment, InvalidOptionError, type StepResult } from '@ialp/core';
import { LogColumns, type LoggedInteractions, type LogHeader } from '@ialp/core/log';
import { checkNumbers } from '../checkpoint-checks.js';
import { forEachSession } from '../options.js';
import { checkpointMembers } from '../wrappers/checkpoint-members.js';
import { wrapEnvironment } from '../wrappers/wrap-environment.js';

/** An environment that logs its interactions. */
export interface LoggingEnvironment extends Environment {
  /**
   * Steps the environment and logs actions and rewards.
   * @param propensity `[sessions]` the probability with which the policy chose each session's item or slate. Pass it at every step, or
   *   at none.
   * @throws {InvalidOptionError} for invalid propensities, a wrong number of them, or propensities at some steps only; also whatever the
   *   environment throws. No session has moved on then.
   */
  step(actions: Int32Array, propensity?: Float32Array): StepResult;
  /**
   * A copy of the log since the environment was created, or since the checkpoint that it was last restored from. Sessions that have not
   * ended are in it without an end.
   */
  log(): LoggedInteractions;
  /** A header for the log, from the environment's spec. */
  header(more?: Pick<LogHeader, 'policy' | 'itemIds' | 'about'>): LogHeader;
}

/**
 * Logs the interactions of an environment. Sessions are numbered consecutively, also across resets.
 *
 * Checkpoints hold the numbers of the sessions, but not the log: after `restore` it is empty, and continues the one that ended at the
 * checkpoint. Save that one beside the checkpoint.
 * @throws {InvalidOptionError}
 */
export function withInteractionLog<E extends Environment>(environment: E): E & LoggingEnvironment {
  const { name, sessions, items, slateSize, historyLength } = environment.spec;
  let columns = new LogColumns();
  /** `[sessions]` the number of the session in each slot, -1 before its first turn. */
  const current = new Int32Array(sessions).fill(-1);
  let begun = 0;

  const checkPropensity = (propensity: Float32Array | undefined): void => {
    if (columns.rows > 0 && withPropensity !== (propensity !== undefined)) {
      const found = described(propensity === undefined ? 'none at this step' : 'some at this step');
      throw new InvalidOptionError('propensity', found, 'propensities at every step or at none');
    }
    if (propensity === undefined) return;
    if (propensity.length !== sessions) {
      throw new InvalidOptionError(
        'propensity',
        described(counted(propensity.length, 'number')),
        forEachSession('one number', sessions),
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
      // All arguments, because the wrapped environment may log too.
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
    ...checkpointMembers(environment, {
      checkpoint: () => ({ begun, current: current.slice() }),
      read(reader) {
        const savedBegun = reader.count('begun');
        const saved = reader.array('current', Int32Array, sessions);
        const isNumber = (session: number): boolean => session >= -1 && session < savedBegun;
        checkNumbers('wrapper.current', saved, isNumber, `a session number below ${savedBegun}, or -1 for none yet`);
        return () => {
          columns = new LogColumns();
          begun = savedBegun;
          current.set(saved);
        };
      },
    }),
    log: () => columns.log(),
    header: (more: Parameters<LoggingEnvironment['header']>[0] = {}): LogHeader => {
      return { environment: name, items, slateSize, historyLength, ...more };
    },
  });
}
