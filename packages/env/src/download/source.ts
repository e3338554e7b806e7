import { checkInteger, InvalidOptionError } from '@ialp/core';

/** A checksum that the publisher or another project states. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'md5';
  /** Lower-case hexadecimal. */
  readonly value: string;
}

/** The terms of use of a data set, shown before anything is downloaded. */
export interface DatasetTerms {
  /** The data set's full name. */
  readonly title: string;
  readonly publisher: string;
  /** A summary of the terms in our words. The publisher's text takes precedence. */
  readonly summary: string;
  /** Address of the publisher's text. */
  readonly link: string;
  /** The work that the publisher asks to be cited. */
  readonly citation: string;
}

/** Where to download a data set, and how to verify it. */
export interface DatasetSource {
  /** Name of its files in the cache: lower-case letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  /** Addresses of the same zip file, tried in turn. */
  readonly urls: readonly string[];
  /** The page to download it from by hand. */
  readonly page: string;
  /** Size of the zip file in bytes. Absent if unknown. */
  readonly bytes?: number;
  /**
   * Absent if none is known. The first download is then trusted, and its SHA-256 is stored in the cache to verify later ones.
   */
  readonly checksum?: Checksum;
  readonly terms: DatasetTerms;
  /** Files that the reader needs, in the returned folder. */
  readonly files: readonly string[];
  /** The folder with these files, relative to the archive's top folder. Default: the top folder. */
  readonly folder?: string;
  /** Maximum size of the unpacked archive, in bytes; a larger one is refused as an attack. */
  readonly unpackedLimit: number;
}

const NAME = /^[a-z0-9][a-z0-9._-]*$/;
const DIGEST_LENGTH = { sha256: 64, md5: 32 };

/** Checks a source, which may be the caller's own. @throws {InvalidOptionError} */
export function checkSource(source: DatasetSource): void {
  const { name, urls, bytes, checksum, unpackedLimit, folder = '', files } = source;
  if (!NAME.test(name)) throw new InvalidOptionError('source.name', name, 'lower-case letters, digits, -, _ and .');
  if (urls.length === 0) throw new InvalidOptionError('source.urls', '[]', 'at least one address');
  checkAddresses('source.urls', urls);
  if (bytes !== undefined) checkInteger('source.bytes', bytes, 1);
  checkInteger('source.unpackedLimit', unpackedLimit, 1);
  if (checksum !== undefined) {
    const length = DIGEST_LENGTH[checksum.algorithm];
    if (checksum.value.length !== length || !/^[0-9a-f]+$/.test(checksum.value)) {
      const expected = `${length} lower-case hexadecimal digits, as ${checksum.algorithm} has`;
      throw new InvalidOptionError('source.checksum.value', checksum.value, expected);
    }
  }
  for (const path of [folder, ...files]) {
    if (/^\/|\\|^[a-z]:/i.test(path) || path.split('/').includes('..')) {
      throw new InvalidOptionError('source.files', path, 'a path inside the archive');
    }
  }
}

/** Checks that all are web addresses. @throws {InvalidOptionError} */
export function checkAddresses(option: string, urls: readonly string[]): void {
  urls.forEach((url, at) => {
    if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
    throw new InvalidOptionError(`${option}[${at}]`, url, 'an address that begins with https:// or http://');
  });
}
