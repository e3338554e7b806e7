import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';
import { eventLogChecks } from '../conformance/index.js';
import type { EventLog } from '../event-log.js';
import { openFileEventLog } from './event-log.js';

const root = mkdtempSync(join(tmpdir(), 'ialp-events-'));
afterAll(() => rmSync(root, { recursive: true }));
const folders = new WeakMap<EventLog, string>();

async function openIn(folder: string): Promise<EventLog> {
  const log = await openFileEventLog({ folder, segmentBytes: 2000, sync: 'never' });
  folders.set(log, folder);
  return log;
}
const folderOf = (log: EventLog): string => folders.get(log) as string;

describe('the event log in files', () => {
  const checks = eventLogChecks(() => openIn(join(root, randomUUID())), {
    reopen: (log) => openIn(folderOf(log)),
    blockEvents: 100,
    async damage(log, text) {
      for (const name of readdirSync(folderOf(log))) {
        const path = join(folderOf(log), name);
        const bytes = readFileSync(path);
        const at = bytes.indexOf(text);
        if (at === -1) continue;
        bytes[at] ^= 1;
        writeFileSync(path, bytes);
      }
    },
    async obstruct(log) {
      const away = `${folderOf(log)} away`;
      await rename(folderOf(log), away);
      writeFileSync(folderOf(log), 'a file where the folder was');
      return async () => {
        rmSync(folderOf(log));
        await rename(away, folderOf(log));
      };
    },
  });
  for (const { name, run } of checks) test(name, run);
});
