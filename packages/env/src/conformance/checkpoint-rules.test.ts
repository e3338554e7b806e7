import { type Checkpoint, CheckpointError, createRandom } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { describe, expect, test } from 'vitest';
import { makeRing } from '../test-support/environment.js';
import {
  adopting,
  forgettingEnds,
  replacing,
  restoring,
  saving,
  savingOther,
  savingViews,
  showingStale,
} from '../test-support/faulty-checkpoints.js';
import { checkEnvironment, environmentChecks, type MakeEnvironment } from './environment-checks.js';

const MEMBERS = 'checkpoint and restore come together';
const EARLY = 'it refuses a checkpoint before the first reset';
const COPY = 'a checkpoint is plain data';
const CONTINUES = 'from a checkpoint it continues';
const OTHERS = 'it refuses a checkpoint of something else';

const streams = (length: number): Float64Array =>
  Float64Array.from(Array.from({ length }, () => createRandom(1).state()).flat());

const FAULTS: [fault: string, rule: string, make: MakeEnvironment, message: RegExp][] = [
  [
    'a checkpoint without restore',
    MEMBERS,
    replacing(() => ({ restore: undefined as never })),
    /restore: expected one beside checkpoint; found none/,
  ],
  [
    'restore without checkpoints',
    MEMBERS,
    replacing(() => ({ checkpoint: undefined as never })),
    /checkpoint: expected one beside restore; found none/,
  ],
  [
    'a checkpoint in place of a function',
    MEMBERS,
    replacing(() => ({ checkpoint: {} as never })),
    /checkpoint: expected a function; found object/,
  ],
  [
    'null as restore',
    MEMBERS,
    replacing(() => ({ restore: null as never })),
    /restore: expected a function; found null/,
  ],
  [
    'a checkpoint before the first reset',
    EARLY,
    replacing((env) => {
      let isBegun = false;
      return {
        reset(options) {
          isBegun = true;
          return env.reset(options);
        },
        checkpoint: () => (isBegun ? env.checkpoint() : {}),
      };
    }),
    /a checkpoint before the first reset: expected an error; found none/,
  ],
  [
    'a crash before the first reset',
    EARLY,
    replacing((env) => {
      let observation: { readonly turn: Int32Array };
      return {
        reset(options) {
          observation = env.reset(options);
          return env.reset(options);
        },
        checkpoint: () => ({ turns: observation.turn.length, ...env.checkpoint() }),
        step: (actions) => env.step(actions),
      };
    }),
    /a checkpoint before the first reset: expected a deliberate error; found a crash, TypeError/,
  ],
  [
    'a map in a checkpoint',
    COPY,
    saving((saved) => ({ ...saved, seen: new Map() })),
    /checkpoint\.seen: .*\[object Map\]/,
  ],
  [
    'an array of another type, deep in a checkpoint',
    COPY,
    saving((saved) => ({ ...saved, parts: [{ short: new Int16Array(2) }] })),
    /checkpoint\.parts\.0\.short: expected plain data .*; found \[object Int16Array\]/,
  ],
  [
    'a function in a checkpoint',
    COPY,
    saving((saved) => ({ ...saved, next: () => 1 })),
    /checkpoint\.next: expected plain/,
  ],
  [
    'a value that is undefined',
    COPY,
    saving((saved) => ({ ...saved, none: undefined })),
    /checkpoint\.none: expected plain/,
  ],
  [
    'a checkpoint that is a class',
    COPY,
    saving((saved) => Object.assign(new (class {})(), saved)),
    /checkpoint: expected pl/,
  ],
  ['views of the state', COPY, savingViews, /checkpoint\.\w+: expected a copy; later steps changed it/],
  [
    'a checkpoint whose arrays are used after restore',
    COPY,
    adopting,
    /checkpoint\.\w+: expected a copy; steps of the restored environment changed it/,
  ],
  [
    'a checkpoint that moves the environment on',
    COPY,
    replacing((env) => ({
      checkpoint() {
        const saved = env.checkpoint();
        env.reset({ resetMask: new Uint8Array(env.spec.sessions).fill(1, 0, 1) });
        return saved;
      },
    })),
    /session\[0\] 25 steps later, in an environment without a checkpoint in between/,
  ],
  [
    'random streams that are left out',
    CONTINUES,
    savingOther({ streams: streams(4) }),
    /reward\[\d\] after step \d+ after restore in the same environment: expected \d; found \d/,
  ],
  [
    'the root of random streams that is left out',
    CONTINUES,
    savingOther({ root: createRandom(1).state() }),
    /(before|after) step \d+ after restore in the same environment/,
  ],
  [
    'states of rules that are left out',
    CONTINUES,
    saving(({ terminationRules, ...rest }) => ({
      ...rest,
      terminationRules: (terminationRules as readonly Float64Array[]).map((state) => new Float64Array(state.length)),
    })),
    /after step \d+ after restore in the same environment/,
  ],
  [
    'the next key that is left out',
    CONTINUES,
    saving((saved) => ({ ...saved, nextKey: Math.max(...(saved['session'] as Float64Array)) + 100 })),
    /session\[\d\] before step \d+ after restore in the same environment: expected \d+; found \d+/,
  ],
  [
    'a state from outside the checkpoint',
    CONTINUES,
    replacing((env) => {
      let count = 0;
      return {
        step(actions) {
          const step = env.step(actions);
          count++;
          return { ...step, reward: step.reward.map((reward) => (count > 30 ? reward / 2 : reward)) };
        },
      };
    }),
    /reward\[\d\] after step \d+ after restore in the same environment: expected \d; found 0.5/,
  ],
  [
    'sessions that had ended and go on',
    CONTINUES,
    forgettingEnds,
    /a step of session \d, which had ended at the checkpoint: expected an error; found none/,
  ],
  [
    'the observation from before restore',
    CONTINUES,
    showingStale,
    /(turn|historyItems)\[\d+\] after restore in the same environment/,
  ],
  [
    'restore that needs a reset',
    CONTINUES,
    replacing((env) => {
      let isBegun = false;
      return {
        reset(options) {
          isBegun = true;
          return env.reset(options);
        },
        restore(checkpoint) {
          if (!isBegun) throw new Error('reset first');
          return env.restore(checkpoint);
        },
      };
    }),
    /a valid call was refused: reset first/,
  ],
  [
    'a seed that does not restart everything after restore',
    CONTINUES,
    replacing((env) => {
      let isRestored = false;
      return {
        restore(checkpoint) {
          isRestored = true;
          return env.restore(checkpoint);
        },
        reset: ({ seed, ...options } = {}) =>
          env.reset(seed === undefined ? options : { seed: isRestored ? seed + 1 : seed }),
      };
    }),
    /after restore and a reset with a seed/,
  ],
  [
    'anything that is restored',
    OTHERS,
    replacing((env) => ({
      restore(checkpoint) {
        try {
          return env.restore(checkpoint);
        } catch {
          return env.reset({ resetMask: new Uint8Array(env.spec.sessions) });
        }
      },
    })),
    /restore of an empty checkpoint: expected an error; found none/,
  ],
  [
    'a crash of something else',
    OTHERS,
    replacing((env) => ({
      restore(checkpoint) {
        (checkpoint['historyItems'] as Int32Array).slice();
        return env.restore(checkpoint);
      },
    })),
    /restore of an empty checkpoint: expected a deliberate error; found a crash, TypeError/,
  ],
  [
    'values that may be missing',
    OTHERS,
    restoring((checkpoint, env) => ('simulator' in checkpoint ? { ...env.checkpoint(), ...checkpoint } : checkpoint)),
    /restore of a checkpoint without session: expected an error; found none/,
  ],
  [
    'values that are not looked at',
    OTHERS,
    restoring((checkpoint, env) => ({
      ...checkpoint,
      ...(typeof checkpoint['nextKey'] === 'string' && { nextKey: env.checkpoint()['nextKey'] }),
    })),
    /restore of a checkpoint with nextKey 'something else': expected an error; found none/,
  ],
  [
    'a refused checkpoint that changes something',
    OTHERS,
    replacing((env) => ({
      restore(checkpoint) {
        try {
          return env.restore(checkpoint);
        } catch (error) {
          env.restore({ ...env.checkpoint(), streams: streams(4) });
          throw error;
        }
      },
    })),
    /after checkpoints of something else were refused; check a checkpoint before anything changes/,
  ],
];

describe('rules of checkpoints', () => {
  test('hold for an environment with checkpoints, for one without, and for errors of its own', () => {
    expect(() => checkEnvironment(replacing(() => ({})))).not.toThrow();
    const without = replacing(() => ({ checkpoint: undefined as never, restore: undefined as never }));
    expect(() => checkEnvironment(without)).not.toThrow();
    class NotMine extends TypeError {}
    const own = replacing((env) => ({
      restore(checkpoint) {
        try {
          return env.restore(checkpoint);
        } catch {
          throw new NotMine('another checkpoint');
        }
      },
    }));
    for (const rule of [MEMBERS, EARLY, COPY, CONTINUES, OTHERS]) expect(() => runRule(rule, own)).not.toThrow();
  });

  test.each(FAULTS)('catch %s: %s', (_, rule, make, message) => {
    expect(() => runRule(rule, make)).toThrow(ConformanceError);
    expect(() => runRule(rule, make)).toThrow(message);
    expect(() => checkEnvironment(make)).toThrow(ConformanceError);
  });

  test('the ring itself refuses with a CheckpointError', () => {
    const env = makeRing(2);
    env.reset({ seed: 1 });
    expect(() => env.restore?.({ ...(env.checkpoint?.() as Checkpoint), ended: null })).toThrow(CheckpointError);
  });
});

function runRule(name: string, make: MakeEnvironment): void {
  const check = environmentChecks(make).find((each) => each.name.startsWith(name));
  if (check === undefined) throw new Error(`no rule ${name}`);
  check.run();
}
