import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidOptionError } from '@ialp/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crc32c } from './crc32c.js';
import { scalarRecord, versionRecord } from './event-record.js';
import { createJsonLinesLogger } from './json-lines-logger.js';
import peers from './peers.json' with { type: 'json' };
import { createNoLogger, type ScalarLogger } from './scalar-logger.js';
import { createTensorBoardLogger } from './tensorboard-logger.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-loggers-'));
});
afterAll(() => rm(folder, { recursive: true }));

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const LOGGERS: [string, () => ScalarLogger][] = [
  ['JSON lines', () => createJsonLinesLogger(join(folder, 'shared', 'log.jsonl'))],
  ['TensorBoard', () => createTensorBoardLogger(join(folder, 'shared'))],
  ['none', createNoLogger],
];

describe.each(LOGGERS)('%s', (_, create) => {
  test('takes numbers, whatever they are, and may be closed twice', () => {
    const logger = create();
    logger.log(0, { reward: 1, loss: Number.NaN, 'weight of the first': Number.POSITIVE_INFINITY });
    logger.log(2 ** 52, {});
    logger.close();
    logger.close();
  });
  test.each([-1, 0.5, Number.NaN])('refuses step %d', (step) => {
    const logger = create();
    expect(() => logger.log(step, { reward: 1 })).toThrow(InvalidOptionError);
    logger.close();
  });
});

test.each(LOGGERS.slice(0, 2))('%s refuses numbers after it was closed', (_, create) => {
  const logger = create();
  logger.close();
  expect(() => logger.log(1, { reward: 1 })).toThrow(/logger: expected an open logger/);
});

test('JSON lines are there at once, and go on where the file ends', async () => {
  const path = join(folder, 'new', 'log.jsonl');
  const first = createJsonLinesLogger(path, { now: () => 5 });
  first.log(1, { reward: 0.5 });
  expect(await readFile(path, 'utf-8')).toBe('{"step":1,"time":5,"reward":0.5}\n');
  first.close();
  const second = createJsonLinesLogger(path, { now: () => 6 });
  second.log(2, { reward: Number.NaN });
  expect((await readFile(path, 'utf-8')).split('\n')[1]).toBe('{"step":2,"time":6,"reward":null}');
  second.close();
});

describe('TensorBoard', () => {
  test('checksums are those of the standard', () => {
    // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });

  test('records have the bytes of its own writer', () => {
    expect(hex(versionRecord(peers.version.seconds))).toBe(peers.version.hex);
    for (const { seconds, step, values, hex: expected } of peers.records) {
      expect(hex(scalarRecord(seconds, step, values as Record<string, number>))).toBe(expected);
    }
  });

  test('each logger has a file of its own, which holds its records in order', async () => {
    const place = join(folder, 'runs', 'first');
    const times = [1_700_000_000_250, 1_700_000_000_250, 1_700_000_001_500];
    const logger = createTensorBoardLogger(place, { now: () => times.shift() as number });
    const other = createTensorBoardLogger(place, { now: () => 1_700_000_000_250 });
    for (const { step, values } of peers.records.slice(0, 2)) logger.log(step, values as Record<string, number>);
    logger.close();
    other.close();
    const names = (await readdir(place)).sort();
    expect(names).toHaveLength(2);
    expect(names[0]).toMatch(/^events\.out\.tfevents\.1700000000\.ialp\./);
    const expected = [peers.version.hex, peers.records[0].hex, peers.records[1].hex].join('');
    expect(hex(await readFile(join(place, names[0])))).toBe(expected);
  });
});

test.each([createJsonLinesLogger, createTensorBoardLogger])('%o refuses what is no path', (create) => {
  for (const path of [undefined, null, {}, '', Promise.resolve('log')]) {
    expect(() => create(path as never)).toThrow(InvalidOptionError);
  }
  expect(() => create(Promise.resolve('log') as never)).toThrow(
    /expected a path \(a non-empty string\); found a promise: await it\.$/,
  );
});
