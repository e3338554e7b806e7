import { crc32c } from './crc32c.js';

/*
 * TensorBoard reads files of TFRecords, each of which holds a protocol buffer `Event`:
 *   Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
 *   Summary { repeated Value value = 1; }   Value { string tag = 1; float simple_value = 2; }
 * Written by hand to avoid a dependency: a field is its number and wire type, then its value.
 */

const VARINT = 0;
const DOUBLE = 1;
const BYTES = 2;
const FLOAT = 5;
/** Constant that TFRecord adds to a rotated checksum, so that data that contains checksums is masked. */
const MASK = 0xa282ead8;

/** The first record of an event file. @param seconds seconds since 1970. */
export function versionRecord(seconds: number): Uint8Array {
  return record(join([double(1, seconds), bytes(3, utf8('brain.Event:2'))]));
}

/** A record of numbers by name. @param seconds seconds since 1970. */
export function scalarRecord(seconds: number, step: number, values: Readonly<Record<string, number>>): Uint8Array {
  const summary = Object.entries(values).map(([tag, value]) => bytes(1, join([bytes(1, utf8(tag)), float(2, value)])));
  // Like the reference writer, omits a field with its default value.
  const stepField = step === 0 ? [] : [join([varint(key(2, VARINT)), varint(step)])];
  return record(join([double(1, seconds), ...stepField, bytes(5, join(summary))]));
}

/** A TFRecord: length, checksum of the length, data, checksum of the data. */
function record(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(16 + data.length);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(out.subarray(0, 8)), true);
  out.set(data, 12);
  view.setUint32(12 + data.length, masked(data), true);
  return out;
}

function masked(data: Uint8Array): number {
  const checksum = crc32c(data);
  return (((checksum >>> 15) | (checksum << 17)) + MASK) >>> 0;
}

function key(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

function double(field: number, value: number): Uint8Array {
  const out = new DataView(new ArrayBuffer(9));
  out.setUint8(0, key(field, DOUBLE));
  out.setFloat64(1, value, true);
  return new Uint8Array(out.buffer);
}

function float(field: number, value: number): Uint8Array {
  const out = new DataView(new ArrayBuffer(5));
  out.setUint8(0, key(field, FLOAT));
  out.setFloat32(1, value, true);
  return new Uint8Array(out.buffer);
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return join([varint(key(field, BYTES)), varint(value.length), value]);
}

/**
 * Base-128 variable-length integer, lowest bits first. Numbers may have 53 bits, more than bitwise operators support.
 */
function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  return Uint8Array.from([...out, rest]);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
