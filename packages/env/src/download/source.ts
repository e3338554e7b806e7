import { checkInteger, InvalidOptionError } from '@ialp/core';

/** A checksum as its publisher, or those who downloaded before, state it. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'md5';
  /** Hexadecimal, in small letters. */
  readonly value: string;
}

/** On what terms a publisher lets its data be used, to be read before anything is fetched. */
export interface DatasetTerms {
  /** The data set's full name. */
  readonly title: string;
  readonly publisher: string;
  /** The terms in short and in our words. What the publisher's own text says outweighs it. */
  readonly summary: string;
  /** Where the publisher's own text is. */
  readonly link: string;
  /** The work that the publisher asks to be cited. */
  readonly citation: string;
}

/** Where a data set's archive is, and how to know that it came over whole. */
export interface DatasetSource {
  /** Names its files in the cache: small letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  /** Addresses of the same zip file, tried in turn. */
  readonly urls: readonly string[];
  /** The page where a user can download it by hand. */
  readonly page: string;
  /** The zip file's size, in bytes. Absent where it is not known. */
  readonly bytes?: number;
  /**
   * Absent where none is known. The first download is then trusted, and its SHA-256 is kept in the cache for those that
   * come after.
   */
  readonly checksum?: Checksum;
  readonly terms: DatasetTerms;
  /** Files that its reader needs, in the folder that is returned. */
  readonly files: readonly string[];
  /** The folder of the archive, below its top folder, that holds them. Default: the top itself. */
  readonly folder?: string;
  /** The most that the archive may hold when unpacked, in bytes: more is taken for an attack. */
  readonly unpackedLimit: number;
}

const NAME = /^[a-z0-9][a-z0-9._-]*$/;
const DIGEST_LENGTH = { sha256: 64, md5: 32 };

/** Throws an `InvalidOptionError` where a source, which may be a shop's own, is not well formed. */
export function checkSource(source: DatasetSource): void {
  const { name, urls, bytes, checksum, unpackedLimit, folder = '', files } = source;
  if (!NAME.test(name)) throw new InvalidOptionError('source.name', name, 'small letters, digits, -, _ and .');
  if (urls.length === 0) throw new InvalidOptionError('source.urls', '[]', 'at least one address');
  checkAddresses('source.urls', urls);
  if (bytes !== undefined) checkInteger('source.bytes', bytes, 1);
  checkInteger('source.unpackedLimit', unpackedLimit, 1);
  if (checksum !== undefined) {
    const length = DIGEST_LENGTH[checksum.algorithm];
    if (checksum.value.length !== length || !/^[0-9a-f]+$/.test(checksum.value)) {
      const expected = `${length} hexadecimal digits in small letters, as ${checksum.algorithm} has`;
      throw new InvalidOptionError('source.checksum.value', checksum.value, expected);
    }
  }
  for (const path of [folder, ...files]) {
    if (/^\/|\\|^[a-z]:/i.test(path) || path.split('/').includes('..')) {
      throw new InvalidOptionError('source.files', path, 'a path inside the archive');
    }
  }
}

/** Throws an `InvalidOptionError` unless all are addresses of the web. */
export function checkAddresses(option: string, urls: readonly string[]): void {
  urls.forEach((url, at) => {
    if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
    throw new InvalidOptionError(`${option}[${at}]`, url, 'an address that begins with https:// or http://');
  });
}
