/**
 * Tensors in one file, so that engines in other processes and languages start from the same numbers: the safetensors
 * format, which is the length of a JSON header (64 bits, little-endian), the header, and the numbers.
 */
import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';

const TYPES = { F32: Float32Array, I32: Int32Array, U8: Uint8Array };

function nameOf(data) {
  return Object.keys(TYPES).find((type) => data instanceof TYPES[type]);
}

/** @param tensors `{ name: { shape, data } }` */
export function writeTensors(path, tensors) {
  // Numbers of four bytes first: each then starts at a multiple of four.
  const entries = Object.entries(tensors).sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let offset = 0;
  const header = {};
  for (const [name, { shape, data }] of entries) {
    header[name] = { dtype: nameOf(data), shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = JSON.stringify(header);
  const head = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  const bodies = entries.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  writeFileSync(path, Buffer.concat([length, head, ...bodies]));
}

/** What `writeTensors` wrote; all tensors are views of one piece of memory. */
export function readTensors(path) {
  const file = openSync(path, 'r');
  const bytes = Buffer.from(new ArrayBuffer(fstatSync(file).size));
  readSync(file, bytes);
  closeSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const read = ({ dtype, shape, data_offsets: [from, to] }) => {
    const Type = TYPES[dtype];
    return { shape, data: new Type(bytes.buffer, start + from, (to - from) / Type.BYTES_PER_ELEMENT) };
  };
  const header = Object.entries(JSON.parse(bytes.toString('utf8', 8, start)));
  return Object.fromEntries(header.map(([name, entry]) => [name, read(entry)]));
}
