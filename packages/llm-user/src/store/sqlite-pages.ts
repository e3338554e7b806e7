import type { FileHandle } from 'node:fs/promises';

/** A value of a record in SQLite's file format. */
export type SqliteValue = null | number | Buffer;

/** A row of a table, as it lies in the file. */
export interface SqliteRow {
  readonly id: number;
  readonly values: readonly SqliteValue[];
}

/** Where a row begins. */
export interface RowPlace {
  readonly id: number;
  /** Offset of the row's page in its file. */
  readonly page: number;
  /** Offset of the row in its page. */
  readonly cell: number;
}

/** Fits every row of a store, and bounds what a damaged length can ask for. */
const MAX_PAYLOAD = 2 ** 28;
const MAX_COLUMNS = 64;

/**
 * Reads rows from the pages of an SQLite file without SQLite: each page by itself, whatever became of the others
 * (https://www.sqlite.org/fileformat2.html, sections 1.6, 2.1). What it gives may be damaged; the caller has to check it.
 */
export class SqlitePages {
  readonly #file: FileHandle;
  readonly #size: number;
  readonly #pageSize: number;

  constructor(file: FileHandle, size: number, pageSize: number) {
    this.#file = file;
    this.#size = size;
    this.#pageSize = pageSize;
  }

  /**
   * Every row that can be read, page by page.
   * @param start Offset of the first page.
   * @param step From one page to the next: longer than a page where something stands between them.
   */
  async *rows(start: number, step: number): AsyncGenerator<RowPlace & SqliteRow> {
    for (let page = start; page < this.#size; page += step) {
      const bytes = await this.#read(page, this.#pageSize);
      // The first page begins with the header of the file.
      const header = page === 0 ? 100 : 0;
      if (bytes.length < header + 8) return;
      const cells = bytes.readUInt16BE(header + 3);
      for (let k = 0; k < cells; k++) {
        const pointer = header + 8 + 2 * k;
        if (pointer + 2 > bytes.length) break;
        const cell = bytes.readUInt16BE(pointer);
        const row = await this.#row(bytes, cell);
        if (row !== undefined) yield { ...row, page, cell };
      }
    }
  }

  /** A row that `rows` gave a place of. */
  async rowAt({ page, cell }: RowPlace): Promise<SqliteRow | undefined> {
    return this.#row(await this.#read(page, this.#pageSize), cell);
  }

  async #row(page: Buffer, cell: number): Promise<SqliteRow | undefined> {
    const [length, afterLength] = varint(page, cell);
    const [id, start] = varint(page, afterLength);
    if (!(length >= 2 && length <= Math.min(MAX_PAYLOAD, this.#size)) || !(id >= 0)) return undefined;
    const payload = await this.#payload(page, start, length);
    const values = payload && valuesOf(payload);
    return values && { id, values };
  }

  /** What does not fit into a page goes on in others, which are a chain. */
  async #payload(page: Buffer, start: number, length: number): Promise<Buffer | undefined> {
    const usable = this.#pageSize;
    if (length <= usable - 35) {
      return start + length <= page.length ? page.subarray(start, start + length) : undefined;
    }
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const most = least + ((length - least) % (usable - 4));
    const local = most <= usable - 35 ? most : least;
    if (start + local + 4 > page.length) return undefined;
    const parts = [page.subarray(start, start + local)];
    let next = page.readUInt32BE(start + local);
    for (let left = length - local; left > 0; ) {
      if (next < 2) return undefined;
      const bytes = await this.#read((next - 1) * usable, usable);
      if (bytes.length < 4) return undefined;
      const part = bytes.subarray(4, 4 + Math.min(left, usable - 4));
      parts.push(part);
      if (part.length === 0) return undefined;
      left -= part.length;
      next = bytes.readUInt32BE(0);
    }
    return Buffer.concat(parts);
  }

  async #read(offset: number, length: number): Promise<Buffer> {
    if (offset >= this.#size) return Buffer.alloc(0);
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  }
}

/** A number of one to nine bytes, and where the next thing begins. NaN beyond the end. */
function varint(bytes: Buffer, start: number): [number, number] {
  let value = 0;
  for (let k = 0; k < 9; k++) {
    const byte = bytes[start + k];
    if (byte === undefined) return [Number.NaN, start];
    value = k === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f);
    if (byte < 0x80 || k === 8) return [value, start + k + 1];
  }
  return [Number.NaN, start];
}

/** The values of a record; undefined where its header does not fit its length. */
function valuesOf(payload: Buffer): SqliteValue[] | undefined {
  const [headerLength, first] = varint(payload, 0);
  if (!(headerLength >= 1 && headerLength <= payload.length)) return undefined;
  const values: SqliteValue[] = [];
  let at = headerLength;
  for (let place = first; place < headerLength; ) {
    const [type, next] = varint(payload, place);
    const length = lengthOf(type);
    if (!(at + length <= payload.length) || values.length === MAX_COLUMNS) return undefined;
    values.push(readValue(payload, type, at, length));
    at += length;
    place = next;
  }
  return at === payload.length ? values : undefined;
}

/** Bytes of whole numbers of each kind. */
const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8];

function lengthOf(type: number): number {
  if (type < INTEGER_BYTES.length) return INTEGER_BYTES[type];
  if (type === 7) return 8;
  if (type === 8 || type === 9) return 0;
  return type >= 12 ? Math.floor((type - 12) / 2) : Number.NaN;
}

function readValue(payload: Buffer, type: number, at: number, length: number): SqliteValue {
  if (type === 0) return null;
  if (type === 7) return payload.readDoubleBE(at);
  if (type === 8) return 0;
  if (type === 9) return 1;
  if (type === 6) return Number(payload.readBigInt64BE(at));
  if (type < 6) return payload.readIntBE(at, length);
  return payload.subarray(at, at + length);
}
