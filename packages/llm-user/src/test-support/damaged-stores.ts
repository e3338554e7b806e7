import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ialp/core';
import { openReplyStore } from '../store/index.js';
import { drawDamage } from './file-damage.js';

/** What became of damaged stores. */
export interface Outcomes {
  /** Damages that ended the process. */
  readonly aborts: string[];
  /** Replies that were gone or wrong without an error, when the store was read or after it was salvaged. */
  readonly silentLosses: string[];
  /** Stores that were refused, as a whole or at a reply. */
  readonly refused: number;
  readonly unharmed: number;
  /** Share of the replies that salvage got, of the stores that were refused. */
  readonly salvaged: number;
}

/** What became of one. */
interface Found {
  readonly losses: readonly string[];
  readonly isRefused: boolean;
  readonly salvaged: number;
}

const REPLIES = 120;
const textOf = (k: number): string => `reply ${k} ${'é🎬'.repeat(k % 40)}${k % 30 === 0 ? 'x'.repeat(9000) : ''}`;

/**
 * Damages stores, and does to each what a user would, in another process: opens it, gets each reply, lists, counts, exports, and
 * salvages. For tests.
 */
export async function damageStores(count: number, seed: number): Promise<Outcomes> {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-damage-'));
  try {
    const whole = await makeStore(join(folder, 'whole.db'));
    const random = createRandom(seed);
    const damages = Array.from({ length: count }, () => drawDamage(random, whole.length));
    const paths = damages.map((_, k) => join(folder, `${k}.db`));
    for (const [k, { apply }] of damages.entries()) await writeFile(paths[k], apply(whole));
    const found: (Found | undefined)[] = [];
    while (found.length < count) {
      found.push(...(await use(paths.slice(found.length))));
      // A process that ends early has died of the next one.
      if (found.length < count) found.push(undefined);
    }
    const refused = found.filter((each) => each?.isRefused);
    return {
      aborts: damages.filter((_, k) => found[k] === undefined).map(({ name }) => name),
      silentLosses: found.flatMap((each, k) => each?.losses.map((loss) => `${damages[k].name}: ${loss}`) ?? []),
      refused: refused.length,
      unharmed: found.filter((each) => each?.isRefused === false).length,
      salvaged: refused.reduce((sum, each) => sum + (each?.salvaged ?? 0), 0) / (REPLIES * Math.max(1, refused.length)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeStore(path: string): Promise<Buffer> {
  const store = await openReplyStore(path);
  const records = Array.from({ length: REPLIES }, (_, k) => ({
    request: `r${k}`,
    fingerprint: `w${k % 2}`,
    model: `m${k % 2}`,
    promptVersion: 'v',
    text: textOf(k),
  }));
  await Promise.all(records.map((record) => store.put(record)));
  await store.close();
  return readFile(path);
}

/** One for each store, up to the one that the process died of. */
function use(paths: readonly string[]): Promise<Found[]> {
  const module = JSON.stringify(new URL('../../dist/store.js', import.meta.url).href);
  const script = `
    const { writeSync } = await import('node:fs');
    const { openReplyStore, exportReplies, salvageReplies, ReplyStoreError } = await import(${module});
    const textOf = ${textOf.toString()};
    for (const path of ${JSON.stringify(paths)}) {
      const losses = [];
      let isRefused = false;
      const attempt = async (work) => {
        try {
          return await work();
        } catch (error) {
          isRefused = true;
          if (!ReplyStoreError.isInstance(error)) losses.push('an error of no type: ' + error.stack);
        }
      };
      await attempt(async () => {
        const store = await openReplyStore(path);
        await attempt(() => {
          const texts = new Map([...store.records()].map(({ request, text }) => [request, text]));
          for (let k = 0; k < ${REPLIES}; k++) if (texts.get('r' + k) !== textOf(k)) losses.push('records: r' + k);
        });
        await attempt(() => {
          const count = store.counts().reduce((sum, { replies }) => sum + replies, 0);
          if (count !== ${REPLIES}) losses.push('counts: ' + count);
        });
        for (let k = 0; k < ${REPLIES}; k++) {
          await attempt(async () => {
            if ((await store.get('w' + (k % 2), 'r' + k))?.text !== textOf(k)) losses.push('get: r' + k);
          });
        }
        await attempt(() => exportReplies(store, path + '.jsonl'));
        await store.close();
      });
      const isRefusedWhole = isRefused;
      const rescued = path + '.rescued';
      const salvage = await attempt(() => salvageReplies(path, rescued));
      if (salvage !== undefined) {
        await attempt(async () => {
          const store = await openReplyStore(rescued, { isReadOnly: true });
          const records = [...store.records()];
          for (const { request, fingerprint, text } of records) {
            const k = Number(request.slice(1));
            if (text !== textOf(k) || fingerprint !== 'w' + (k % 2)) losses.push('salvage: ' + request);
          }
          if (records.length !== salvage.kept) losses.push('salvage: ' + records.length + ' of ' + salvage.kept);
          await store.close();
        });
      }
      if (!isRefusedWhole && salvage?.kept !== ${REPLIES}) losses.push('salvage of a whole store: ' + salvage?.kept);
      writeSync(1, JSON.stringify({ losses, isRefused, salvaged: salvage?.kept ?? 0 }) + '\\n');
    }`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', script], { maxBuffer: 2 ** 28 }, (_, output) => {
      const lines = output.split('\n').slice(0, -1);
      resolve(lines.map((line) => JSON.parse(line) as Found));
    });
  });
}
