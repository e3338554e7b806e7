import type { Random } from '@ialp/core';

/** A way of damaging a file. */
export interface Damage {
  readonly name: string;
  readonly apply: (bytes: Buffer) => Buffer;
}

/** Draws a damage to a file of `size` bytes. For tests. */
export function drawDamage(random: Random, size: number): Damage {
  const draw = (below: number): number => Math.floor(random.uniform() * below);
  const at = draw(size);
  const length = 1 + draw(2 ** draw(13));
  switch (draw(6)) {
    case 0: {
      const bit = draw(8);
      return {
        name: `bit ${bit} of byte ${at} flipped`,
        apply: (bytes) => changed(bytes, at, Buffer.of(bytes[at] ^ (1 << bit))),
      };
    }
    case 1: {
      const noise = Buffer.from(Array.from({ length }, () => draw(256)));
      return { name: `${length} bytes of noise at ${at}`, apply: (bytes) => changed(bytes, at, noise) };
    }
    case 2:
      return {
        name: `${length} bytes 0xff at ${at}`,
        apply: (bytes) => changed(bytes, at, Buffer.alloc(length, 0xff)),
      };
    case 3:
      return { name: `cut to ${at} bytes`, apply: (bytes) => bytes.subarray(0, at) };
    case 4: {
      const page = 4096 * draw(size / 4096);
      return { name: `page at ${page} zeroed`, apply: (bytes) => changed(bytes, page, Buffer.alloc(4096)) };
    }
    default:
      return {
        name: `${length} bytes longer`,
        apply: (bytes) => Buffer.concat([bytes, Buffer.from(Array.from({ length }, () => draw(256)))]),
      };
  }
}

function changed(bytes: Buffer, at: number, other: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(other.subarray(0, copy.length - at), at);
  return copy;
}
