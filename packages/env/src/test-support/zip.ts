import { crc32, deflateRawSync } from 'node:zlib';

/** A file of a zip file, and what to falsify about it. */
export interface ZipMember {
  readonly name: string;
  readonly content: string | Buffer;
  /** Packs it; else it is stored as it is. */
  readonly deflate?: boolean;
  /** Type and permissions, as a Unix writes them: `0o120777` is a link. Default: none. */
  readonly mode?: number;
  /** In place of the true CRC-32. */
  readonly crc?: number;
  readonly encrypted?: boolean;
}

/** Writes a zip file (APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16). */
export function zip(members: readonly ZipMember[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, deflate = false, mode = 0, crc, encrypted = false } of members) {
    const plain = Buffer.from(content);
    const stored = deflate ? deflateRawSync(plain) : plain;
    const title = Buffer.from(name);
    // Version needed, flags (names in UTF-8), method, time, date.
    const head = Buffer.alloc(10);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2);
    head.writeUInt16LE(deflate ? 8 : 0, 4);
    head.writeUInt16LE(0x21, 8);
    const sizes = Buffer.alloc(16);
    sizes.writeUInt32LE(crc ?? crc32(plain), 0);
    sizes.writeUInt32LE(stored.length, 4);
    sizes.writeUInt32LE(plain.length, 8);
    sizes.writeUInt16LE(title.length, 12);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), head, sizes, title, stored]);
    // Comment length, disk, internal and external attributes, offset.
    const place = Buffer.alloc(14);
    place.writeUInt32LE((mode << 16) >>> 0, 6);
    place.writeUInt32LE(offset, 10);
    // Made by a Unix.
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), head, sizes, place, title);
    files.push(file);
    offset += file.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, list, end]);
}
