import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../../errors.js';
import { expectSound } from '../../test-support/dataset.js';
import { writeFolder } from '../../test-support/folder.js';
import { readAmazonReviews } from './amazon-reviews.js';

const review = (reviewerID: string, asin: string, overall: unknown, unixReviewTime: unknown, more = {}): string =>
  `${JSON.stringify({ overall, verified: true, reviewerID, asin, reviewText: 'Made up.', unixReviewTime, ...more })}\n`;

/** Made-up data in the published format. */
const REVIEWS =
  review('ANNE', 'B02', 5, 1400000000) +
  review('ANNE', 'B01', 2, 1400000500) +
  review('BO', 'B02', 4, 1300000000) +
  review('ANNE', 'B02', 1, 1400009999) +
  review('BO', 'B09', 3, 1300000001);
const METADATA = [
  {
    asin: 'B01',
    title: 'Finch&#39;s Tape &amp; Glue',
    brand: 'Finch',
    category: ['Industrial', 'Tapes', 'Double <b>'],
  },
  { asin: 'B02', title: 'Nuts', brand: 'Bolt Co.', category: ['Industrial', 'Fasteners', 'Nuts'] },
  { asin: 'B77', title: 'Nobody bought this', brand: '', category: [] },
]
  .map((product) => `${JSON.stringify(product)}\n`)
  .join('');

async function read(reviews: string | Uint8Array = REVIEWS, metadata: string | Uint8Array = METADATA) {
  const folder = await writeFolder({ 'reviews.json': reviews, 'meta.json': metadata });
  return readAmazonReviews({ reviews: join(folder, 'reviews.json'), metadata: join(folder, 'meta.json') });
}

describe('readAmazonReviews', () => {
  it('reads ratings with times, of which the latest of a pair counts', async () => {
    const data = await read();
    expectSound(data);
    expect(data).toMatchObject({
      name: 'amazon-reviews',
      feedback: 'explicit',
      order: 'time',
      userIds: ['ANNE', 'BO'],
    });
    expect(data.interactions).toEqual({
      users: 2,
      user: Int32Array.of(0, 1, 0, 1),
      item: Int32Array.of(1, 0, 0, 2),
      value: Float32Array.of(2, 4, 1, 3),
      time: Float64Array.of(1400000500, 1300000000, 1400009999, 1300000001),
      scale: [1, 5],
    });
  });

  it('describes products that were reviewed, in words without marks of HTML', async () => {
    expect((await read()).catalogue.items).toEqual([
      {
        id: 'B02',
        title: 'Nuts',
        text: 'Nuts, by Bolt Co. (Fasteners, Nuts)',
        attributes: { brand: ['Bolt Co.'], category: ['Industrial', 'Fasteners', 'Nuts'] },
      },
      {
        id: 'B01',
        title: "Finch's Tape & Glue",
        text: "Finch's Tape & Glue (Industrial, Tapes)",
        attributes: { brand: ['Finch'], category: ['Industrial', 'Tapes'] },
      },
      { id: 'B09', title: 'B09', text: 'product B09', attributes: { brand: [], category: [] } },
    ]);
  });

  it('reads gzipped files and Windows line endings', async () => {
    expect(await read(gzipSync(REVIEWS), METADATA.replaceAll('\n', '\r\n'))).toEqual(await read());
  });
});

describe('readAmazonReviews refuses', () => {
  it.each<[string, string, string]>([
    ['a rating of 6', review('A', 'B', 6, 1), 'overall: a rating from 1 to 5; found 6.'],
    ['a rating as text', review('A', 'B', '5', 1), 'overall: a rating from 1 to 5; found "5".'],
    ['a rating of null', review('A', 'B', null, 1), 'found null.'],
    ['no user', review('', 'B', 5, 1), 'reviewerID: text; found "".'],
    ['no product', '{"reviewerID":"A","overall":5,"unixReviewTime":1}\n', 'asin: text; found undefined.'],
    ['a time as text', review('A', 'B', 5, '05 3, 2011'), 'unixReviewTime: a time in seconds since 1970'],
    ['NaN', '{"overall": NaN}\n', 'a JSON object; found NaN, which JSON does not have'],
    ["Python's form of old releases", "{'overall': 5.0}\n", 'found a Python dictionary, which is not JSON'],
    ['a line cut short', '{"overall": 5', 'the file is incomplete'],
  ])('%s, by line', async (_, line, message) => {
    const reading = read(`${REVIEWS}${line}`);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'DatasetError', line: 6 });
  });

  it('files that are empty, cut or missing', async () => {
    await expect(read('')).rejects.toThrow(/one JSON object per line; found none/);
    await expect(read(REVIEWS, '\n\n')).rejects.toThrow(/found none/);
    await expect(read(gzipSync(REVIEWS).subarray(0, 60))).rejects.toThrow(
      /a complete gzip file; found an incomplete one/,
    );
    const folder = await writeFolder({});
    const paths = { reviews: join(folder, 'none.json'), metadata: join(folder, 'none.json') };
    await expect(readAmazonReviews(paths)).rejects.toThrow(/no such file/);
  });

  it('a file cut anywhere, or reads a part of it', async () => {
    const whole = await read();
    await fc.assert(
      fc.asyncProperty(fc.nat(REVIEWS.length - 1), async (length) => {
        const result = await read(REVIEWS.slice(0, length)).catch((error: unknown) => error);
        if (result instanceof DatasetError) return;
        const { interactions } = result as typeof whole;
        expect(interactions.value.length).toBeLessThanOrEqual(whole.interactions.value.length);
      }),
      { numRuns: 60 },
    );
  });
});
