import { describe, test } from 'vitest';
import { eventLogChecks, modelStoreChecks } from '../conformance/index.js';
import { createMemoryEventLog, type MemoryEventLog } from './event-log.js';
import { createMemoryModelStore, type MemoryModelStore } from './model-store.js';

describe('the event log in memory', () => {
  const checks = eventLogChecks(() => createMemoryEventLog(), { reopen: (log) => (log as MemoryEventLog).reopen() });
  for (const { name, run } of checks) test(name, run);
});

describe('the model store in memory', () => {
  const checks = modelStoreChecks(createMemoryModelStore, { reopen: (store) => (store as MemoryModelStore).reopen() });
  for (const { name, run } of checks) test(name, run);
});
