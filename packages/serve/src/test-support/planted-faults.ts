import type { AsyncConformanceCheck } from '@ialp/core/testing';
import { ConformanceError } from '@ialp/core/testing';
import { expect } from 'vitest';

/** The names of the rules that an implementation violates. */
export async function violated(checks: readonly AsyncConformanceCheck[]): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of checks) {
    await run().catch((error) => {
      expect(error).toBeInstanceOf(ConformanceError);
      names.push(name);
    });
  }
  return names;
}

/** A rule, a fault that violates it, and what makes the fault. */
export type Faults<T> = readonly (readonly [rule: string, fault: string, faulty: T])[];

/** Checks that each rule has a fault. */
export function expectEveryRuleTried(checks: readonly AsyncConformanceCheck[], faults: Faults<unknown>): void {
  const names = checks.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(faults.map(([rule]) => rule))).toEqual(new Set(names));
}
