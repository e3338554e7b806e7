import { describe, expect, test } from 'vitest';
import { transparentResponses } from '../test-support/responses.js';
import { createSimulator, type SimulatorOptions } from './simulator.js';

describe('protocols', () => {
  const endsAt = (options: Partial<SimulatorOptions>, steps: number): number[][] => {
    const leaving = {
      specificationVersion: 'v1' as const,
      window: 0,
      terminates: (session: { turn: number }) => session.turn >= 2,
    };
    const env = createSimulator({
      ...{ name: 'p', responses: transparentResponses(4, 0), terminationRules: [leaving], sessions: 1 },
      ...options,
    });
    env.reset({ seed: 1 });
    return Array.from({ length: steps }, (_, turn) => {
      const { terminated, truncated } = env.step(Int32Array.of(turn % env.spec.items));
      return [terminated[0], truncated[0]];
    });
  };

  test('FreeB allows repeats and terminationRules, NX_0 terminationRules alone, NX_X neither, for exactly X turns', () => {
    expect(endsAt({ protocol: 'FreeB' }, 2)).toEqual([
      [0, 0],
      [1, 0],
    ]);
    expect(createSimulator({ name: 'p', responses: transparentResponses(4, 0), protocol: 'FreeB' }).spec.repeats).toBe(
      true,
    );
    expect(endsAt({ protocol: 'NX_0' }, 2)).toEqual([
      [0, 0],
      [1, 0],
    ]);
    expect(endsAt({ protocol: 'NX_3' }, 3)).toEqual([
      [0, 0],
      [0, 0],
      [0, 1],
    ]);
  });

  test('NX_X of more turns than there are items ends with them', () => {
    expect(endsAt({ protocol: 'NX_9' }, 4)).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 1],
    ]);
  });

  test('other names, and options that contradict one, are refused', () => {
    expect(() => endsAt({ protocol: 'NX_' as never }, 1)).toThrow(
      /protocol: expected 'FreeB', 'NX_0' or 'NX_<turns>'.*found "NX_"/,
    );
    expect(() => endsAt({ protocol: 'NX_0', repeats: true }, 1)).toThrow(
      "repeats: expected no value: protocol 'NX_0' already sets it to false; omit it; found true.",
    );
    expect(() => endsAt({ protocol: 'NX_5', maxTurns: 4 }, 1)).toThrow(
      "maxTurns: expected no value: protocol 'NX_5' already sets it to 5; omit it; found 4.",
    );
  });
});
