import { type Environment, endedSessions, type Observation } from '@ialp/core';

/** Total rewards of complete sessions under a policy. For tests. */
export function returnsOf(
  env: Environment,
  choose: (observation: Observation, slot: number) => number,
  { seed = 1, sessions = 200 }: { readonly seed?: number; readonly sessions?: number } = {},
): Float64Array {
  const running = new Float64Array(env.spec.sessions);
  const begun = new Int32Array(env.spec.sessions);
  const each = Math.ceil(sessions / env.spec.sessions);
  const returns: number[] = [];
  let observation = env.reset({ seed });
  // As many sessions of each slot: the first to end are the short ones.
  while (returns.length < each * env.spec.sessions) {
    const step = env.step(Int32Array.from(running, (_, slot) => choose(observation, slot)));
    const ended = endedSessions(step);
    for (let slot = 0; slot < running.length; slot++) {
      running[slot] += step.reward[slot];
      if (ended[slot] === 0) continue;
      if (begun[slot]++ < each) returns.push(running[slot]);
      running[slot] = 0;
    }
    observation = env.reset({ resetMask: ended });
  }
  return Float64Array.from(returns);
}

/** Mean, and the half width of its 99.9 % interval. */
export function meanOf(values: Float64Array): { readonly mean: number; readonly margin: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, margin: 3.29 * Math.sqrt(variance / values.length) };
}
