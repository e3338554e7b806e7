import { createRandom, type Environment, type StepResult } from '@ialp/core';
import { checkRule, inconclusive } from '@ialp/core/testing';
import { choose, eachStep, endedSlots, everySlot, longRun, SEED } from './rollouts.js';

export function checkRewards(env: Environment, { reward }: StepResult): void {
  const [least, greatest] = env.spec.rewardRange;
  // Rewards are in single precision, in which 0.3 is greater than 0.3 in double precision.
  const [from, to] = [Math.fround(least), Math.fround(greatest)];
  reward.forEach((value, slot) => {
    checkRule(
      Number.isFinite(value) && value >= from && value <= to,
      `reward[${slot}]: expected a number from ${least} to ${greatest}; found ${value}`,
    );
  });
}

export function checkChoices({ spec }: Environment, { choice, reward }: StepResult): void {
  checkRule(
    choice !== undefined || spec.slateSize === 1,
    `choice: expected the position chosen from each slate of ${spec.slateSize}; found none`,
  );
  choice?.forEach((position, slot) => {
    checkRule(
      position >= -1 && position < spec.slateSize,
      `choice[${slot}]: expected -1 to ${spec.slateSize - 1}; found ${position}`,
    );
    checkRule(
      position >= 0 || reward[slot] === 0,
      `reward[${slot}]: expected 0, because nothing was chosen; found ${reward[slot]}`,
    );
  });
}

export function checkUserFeatures({ spec }: Environment, { observation: { userFeatures } }: StepResult): void {
  const { sessions, userFeatures: width = 0 } = spec;
  checkRule(
    (userFeatures?.length ?? 0) === width * sessions,
    `userFeatures: expected ${width} for each session, as spec.userFeatures says; found ${userFeatures?.length ?? 'none'}`,
  );
  userFeatures?.forEach((value, place) => {
    checkRule(Number.isFinite(value), `userFeatures[${place}]: expected a finite number; found ${value}`);
  });
}

export function checkActionsUntouched(env: Environment): void {
  const observation = env.reset({ seed: SEED });
  const actions = choose(
    env,
    observation,
    everySlot(env).map((slot) => createRandom(slot)),
  );
  const before = actions.slice();
  env.step(actions);
  checkRule(
    actions.every((item, place) => item === before[place]),
    'step changed its actions argument',
  );
}

export function checkEnds(_env: Environment, { terminated, truncated }: StepResult): void {
  for (let slot = 0; slot < terminated.length; slot++) {
    const [left, cut] = [terminated[slot], truncated[slot]];
    checkRule(left <= 1 && cut <= 1, `terminated[${slot}], truncated[${slot}]: expected 0 or 1; found ${left}, ${cut}`);
    checkRule(
      left + cut < 2,
      `session ${slot} is both terminated and truncated; expected truncated 0 if the user left`,
    );
  }
}

export function checkTurnLimit(env: Environment): void {
  const { maxTurns } = env.spec;
  const steps = longRun(env);
  let ends = 0;
  eachStep(
    env,
    (_env, step) => {
      const { observation, terminated, truncated } = step;
      ends += endedSlots(step).length;
      for (let slot = 0; slot < terminated.length; slot++) {
        const turn = observation.turn[slot];
        checkRule(turn <= maxTurns, `turn[${slot}]: expected at most the turn limit, ${maxTurns}; found ${turn}`);
        checkRule(
          turn < maxTurns || terminated[slot] === 1 || truncated[slot] === 1,
          `session ${slot} is at the turn limit, ${maxTurns}, but continues; expected it to be truncated`,
        );
      }
    },
    { steps, until: () => maxTurns === Number.POSITIVE_INFINITY },
  );
  if (ends > 0 || maxTurns === Number.POSITIVE_INFINITY) return;
  throw inconclusive(
    `no session reached the turn limit, ${maxTurns}, in ${steps} steps. Check with a lower turn limit`,
  );
}
