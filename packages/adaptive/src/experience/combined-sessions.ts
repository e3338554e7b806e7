import { CheckpointError } from '@ialp/core';
import type { PlainMemory, Policy, PolicySessions } from '@ialp/policy';

/** What is remembered of a session, by name. */
export type NamedMemory = Readonly<Record<string, PlainMemory>>;

/**
 * The memories of several policies as one, each under its name. Undefined if none of them remembers anything.
 */
export function combineSessions(policies: Readonly<Record<string, Policy>>): PolicySessions | undefined {
  const parts = Object.entries(policies).flatMap(([name, { sessions }]) =>
    sessions === undefined ? [] : [[name, sessions] as const],
  );
  if (parts.length === 0) return undefined;
  return {
    memoryOf(session) {
      const memories = parts.map(([name, part]) => [name, part.memoryOf(session)] as const);
      const known = memories.filter((entry): entry is [string, PlainMemory] => entry[1] !== undefined);
      return known.length === 0 ? undefined : Object.fromEntries(known);
    },
    remember(session, memory) {
      const named = namedMemory(memory);
      const given = parts.filter(([name]) => Object.hasOwn(named, name));
      if (given.length === 0) {
        const names = parts.map(([name]) => name).join(', ');
        throw new CheckpointError(`memory: expected some of ${names}; found ${JSON.stringify(memory)}.`);
      }
      const before = given.map(([, part]) => part.memoryOf(session));
      try {
        for (const [name, part] of given) part.remember(session, named[name]);
      } catch (error) {
        for (const [k, [, part]] of given.entries()) if (before[k] === undefined) part.forget(session);
        throw error;
      }
    },
    forget(session) {
      for (const [, part] of parts) part.forget(session);
    },
  };
}

/** A memory with values by name. @throws {CheckpointError} */
export function namedMemory(memory: PlainMemory): NamedMemory {
  if (typeof memory === 'object' && memory !== null && !Array.isArray(memory)) return memory as NamedMemory;
  throw new CheckpointError(`memory: expected values by name; found ${JSON.stringify(memory)}.`);
}
