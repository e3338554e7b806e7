import { gzipSync } from 'node:zlib';
import type { CatalogueItem } from '@ialp/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Dataset } from '../datasets/dataset.js';
import { DatasetError } from '../errors.js';
import { expectSound } from './dataset.js';
import { writeFolder } from './folder.js';

/** How the lines of a file are written, as far as damaging one of them needs it. Columns are counted from 0. */
export interface FileForm {
  readonly separator: string;
  /** Lines before the first row that is damaged. Default 0. */
  readonly header?: number;
  /** Default UTF-8. */
  readonly encoding?: 'utf-8' | 'latin1';
  /** The column of a rating or a count: it must be a number and not negative. */
  readonly number?: number;
  /** Columns of ids that another file must know. */
  readonly references?: readonly number[];
  /** Whether no row may stand twice. Default false: then nothing is expected of such a file. */
  readonly unique?: boolean;
}

/**
 * What may come of reading a damaged file: the `same` data; a `refusal`, which is a `DatasetError` that names the file,
 * and the line where the damage is in one; `fewer` rows, of which each was there before; or `other` data that are
 * sound.
 */
export type Outcome = 'same' | 'refusal' | 'fewer' | 'other';

/** One damage to one file. */
export interface Damage {
  /** For the report of a test that fails. */
  readonly what: string;
  readonly content: Uint8Array;
  /** The damaged line, from 1, where a refusal must name it. */
  readonly line?: number;
  readonly outcomes: readonly Outcome[];
}

const NOT_NUMBERS = ['NaN', '-1', '', 'x', 'Infinity', '1e999', '0x2', '3x'];

/** Damages to a file, one at a time. `content` is whole, has a row, no quotes, and LF at the end of each line. */
export function damages(content: string, form: FileForm): fc.Arbitrary<Damage> {
  const { separator, header = 0, encoding = 'utf-8', number, references = [], unique = false } = form;
  const encode = (text: string): Buffer => Buffer.from(text, encoding);
  const bytes = encode(content);
  const lines = content.replace(/\n+$/, '').split('\n');
  const row = fc.integer({ min: header, max: lines.length - 1 });
  const columns = lines[header].split(separator).length;

  const inLine = (what: string, index: number, change: (cells: string[]) => string[]): Damage => {
    const changed = lines.with(index, change(lines[index].split(separator)).join(separator));
    const content = encode(`${changed.join('\n')}\n`);
    return { what: `${what} in line ${index + 1}`, content, line: index + 1, outcomes: ['refusal'] };
  };
  const kinds: fc.Arbitrary<Damage>[] = [
    fc.tuple(row, fc.nat(columns - 1)).map(([index, column]) => {
      return inLine(`column ${column} dropped`, index, (cells) => cells.toSpliced(column, 1));
    }),
    row.map((index) => inLine('a column more', index, (cells) => [...cells, '1'])),
    fc.tuple(row, row).map(([index, after]) => {
      const place = Math.max(index, after) + 1;
      return {
        what: `line ${index + 1} again as line ${place + 1}`,
        content: encode(`${lines.toSpliced(place, 0, lines[index]).join('\n')}\n`),
        ...(unique && { line: place + 1 }),
        outcomes: unique ? ['refusal'] : ['same', 'refusal', 'other'],
      };
    }),
    fc.constant({ what: 'CRLF', content: encode(content.replaceAll('\n', '\r\n')), outcomes: ['same'] }),
    row.map((index) => ({
      what: `CRLF in line ${index + 1} alone`,
      content: encode(`${lines.with(index, `${lines[index]}\r`).join('\n')}\n`),
      outcomes: ['same'],
    })),
    fc.constant({ what: 'a byte-order mark', content: Buffer.from(`\ufeff${content}`), outcomes: ['same'] }),
    row.map((index) => ({
      what: `an empty line before line ${index + 1}`,
      content: encode(`${lines.toSpliced(index, 0, '').join('\n')}\n`),
      outcomes: ['same', 'refusal'],
    })),
    fc.constant({ what: 'gzip', content: gzipSync(bytes), outcomes: ['same'] }),
    fc.double({ min: 0.01, max: 0.99, noNaN: true }).map((share) => {
      const packed = gzipSync(bytes);
      const length = Math.max(2, Math.floor(share * packed.length));
      return { what: 'gzip cut short', content: packed.subarray(0, length), outcomes: ['refusal'] };
    }),
    fc.integer({ min: 10, max: gzipSync(bytes).length - 1 }).map((at) => {
      const packed = Buffer.from(gzipSync(bytes));
      packed[at] ^= 0xff;
      return { what: `byte ${at} of the gzip changed`, content: packed, outcomes: ['refusal'] };
    }),
    fc.integer({ min: 0, max: bytes.length - 1 }).map((length) => {
      return { what: `cut after ${length} bytes`, content: bytes.subarray(0, length), outcomes: CUT };
    }),
    row.map((index) => ({
      what: `a Latin-1 byte in line ${index + 1}`,
      content: Buffer.concat([
        encode(
          lines
            .slice(0, index)
            .map((line) => `${line}\n`)
            .join(''),
        ),
        Buffer.of(0xe9),
        encode(`${lines.slice(index).join('\n')}\n`),
      ]),
      outcomes: encoding === 'latin1' ? ['refusal', 'other'] : ['refusal'],
    })),
  ];
  if (number !== undefined) {
    kinds.push(
      fc.tuple(row, fc.constantFrom(...NOT_NUMBERS)).map(([index, text]) => {
        return inLine(`${JSON.stringify(text)} for a number`, index, (cells) => cells.with(number, text));
      }),
    );
  }
  if (references.length > 0) {
    kinds.push(
      fc.tuple(row, fc.constantFrom(...references)).map(([index, column]) => {
        return inLine(`an unknown id in column ${column}`, index, (cells) => cells.with(column, '987654321'));
      }),
    );
  }
  return fc.oneof(...kinds);
}

/** A file that is cut between two lines cannot always be told from a whole one; in a line it can. */
const CUT: readonly Outcome[] = ['same', 'refusal', 'fewer'];

/**
 * Damages each file of a made-up folder in one place at a time, as `forms` say, and expects of the reader an outcome
 * that the damage allows: never other errors, never data that nobody wrote.
 * @param files What the folder holds when it is whole, by path.
 * @param forms The files to damage, each with its content as a string and its form.
 */
export async function expectDamageHeeded<T extends Dataset>(
  read: (folder: string) => Promise<T>,
  files: Readonly<Record<string, string | Uint8Array>>,
  forms: Readonly<Record<string, FileForm>>,
): Promise<void> {
  const whole = await read(await writeFolder(files));
  const one = fc.oneof(
    ...Object.entries(forms).map(([name, form]) => {
      const content = files[name];
      const text = typeof content === 'string' ? content : Buffer.from(content).toString(form.encoding ?? 'utf-8');
      return damages(text, form).map((damage) => ({ name, damage }));
    }),
  );
  await fc.assert(
    fc.asyncProperty(one, async ({ name, damage }) => {
      const folder = await writeFolder({ ...files, [name]: damage.content });
      const result = await read(folder).catch((error: unknown) => error);
      if (result instanceof DatasetError) {
        expect(damage.outcomes, `${damage.what}: ${result.message}`).toContain('refusal');
        expect(result.file.startsWith(folder)).toBe(true);
        if (damage.line === undefined) return;
        expect(result, damage.what).toMatchObject({ file: `${folder}/${name}`, line: damage.line });
        return;
      }
      if (result instanceof Error) throw result;
      const data = result as T;
      expectSound(data);
      if (damage.outcomes.includes('other')) return;
      if (damage.outcomes.includes('fewer')) expectPart(data, whole);
      else if (damage.outcomes.includes('same')) expect(data).toEqual(whole);
      else expect.unreachable(`${name}, ${damage.what}: expected a refusal`);
    }),
    { numRuns: 25 * Object.keys(forms).length },
  );
}

/** Expects rows and items that the whole has as well; tags of an item may be fewer. */
function expectPart(part: Dataset, whole: Dataset): void {
  const rows = new Set(rowsOf(whole));
  expect(rowsOf(part).filter((row) => !rows.has(row))).toEqual([]);
  const items = new Map(whole.catalogue.items.map((item) => [item.id, item]));
  for (const item of part.catalogue.items) {
    const other = items.get(item.id);
    expect(untagged(item)).toEqual(other && untagged(other));
    const tags = other?.attributes['tag'] ?? [];
    expect((item.attributes['tag'] ?? []).filter((tag) => !tags.includes(tag))).toEqual([]);
  }
}

function rowsOf({ catalogue, interactions, userIds }: Dataset): string[] {
  const { user, item, value, time } = interactions;
  return Array.from(
    user,
    (who, row) => `${userIds[who]} ${catalogue.items[item[row]].id} ${value[row]} ${time?.[row]}`,
  );
}

function untagged({ id, title, attributes: { tag, ...rest } }: CatalogueItem): unknown {
  return { id, title, rest };
}
