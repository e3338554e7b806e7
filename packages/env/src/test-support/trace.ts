import { type Environment, endedSessions, isAllowed } from '@ialp/core';

/**
 * The course of an environment as text, one line a session: items, rewards, ends (`!` terminated, `|` truncated). The policy is
 * fixed: item `stride turn + slot`, or the next one that is allowed. For tests.
 */
export function traceOf(env: Environment, { seed = 5, steps = 10, stride = 37 } = {}): string[] {
  const { sessions, items } = env.spec;
  const lines = Array.from({ length: sessions }, () => '');
  let observation = env.reset({ seed });
  for (let step = 0; step < steps; step++) {
    const actions = Int32Array.from(lines, (_, slot) => {
      let item = (stride * step + slot) % items;
      while (!isAllowed(observation, slot, item)) item = (item + 1) % items;
      return item;
    });
    const { reward, terminated, truncated } = env.step(actions);
    lines.forEach((_, slot) => {
      const end = `${terminated[slot] ? '!' : ''}${truncated[slot] ? '|' : ''}`;
      lines[slot] += `${actions[slot]}:${Number(reward[slot].toFixed(6))}${end} `;
    });
    observation = env.reset({ resetMask: endedSessions({ terminated, truncated }) });
  }
  return lines.map((line) => line.trim());
}
