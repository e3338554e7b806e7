import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMemoryStore, exportReplies } from './index.js';

const RECORD = { request: 'r', fingerprint: 'f', model: 'm', promptVersion: 'v1', text: '{"liked": [1]}' };

test('replies of a memory store can be exported', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-'));
  try {
    const path = join(folder, 'replies.jsonl');
    expect(await exportReplies(createMemoryStore([RECORD]), path)).toBe(1);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject(RECORD);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a store that cannot list its replies is refused', async () => {
  const { get, put } = createMemoryStore();
  await expect(exportReplies({ get, put } as never, 'never-made.jsonl')).rejects.toThrow(
    'store: expected a store that lists its replies, such as await openReplyStore(path); found an object.',
  );
});
