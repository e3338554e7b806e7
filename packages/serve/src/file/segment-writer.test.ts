import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { segmentPath } from './segment-files.js';
import { SegmentWriter } from './segment-writer.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ialp-segment-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('SegmentWriter', () => {
  it.each([
    ['fast', Number.POSITIVE_INFINITY, false],
    ['slow', -1, true],
  ])('appends in order on a disk that is %s', async (_, slowWriteMs, isInBackground) => {
    const writer = new SegmentWriter({ folder, log: 'log', segmentBytes: 1e6, isSynced: true, slowWriteMs });
    const groups = Array.from({ length: 20 }, (_, k) => Buffer.from(`group ${k}\n`));
    await writer.append(groups[0]);
    for (const [k, group] of groups.entries()) {
      if (k === 0) continue;
      const appended = writer.append(group);
      expect(process.getActiveResourcesInfo().includes('FSReqCallback')).toBe(isInBackground);
      expect(await appended).toBe(group.length);
    }
    await writer.close();
    expect(readFileSync(segmentPath(folder, 1), 'utf8').endsWith(groups.join(''))).toBe(true);
  });
});
