import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SiteFilesError } from './site-files-error.js';

/** A file that is served as it is. */
export interface SiteFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Entity tag: the same for the same bytes. */
  readonly tag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** Where the build puts the files: beside the bundle. Code that runs from the sources finds them in `dist`. */
const PLACES = ['./pages/', '../../dist/pages/'];

/** Folder of the built pages. @throws {SiteFilesError} if they were not built. */
export function findSite(): string {
  const places = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const folder = places.find((place) => existsSync(join(place, 'index.html')));
  if (folder === undefined) throw new SiteFilesError(places);
  return folder;
}

/** Reads the files of a folder, by name. All are held in memory: they are few and small, and no request reaches the disk. */
export function readSite(folder: string): ReadonlyMap<string, SiteFile> {
  const names = readdirSync(folder).filter((name) => extname(name) in TYPES);
  return new Map(names.map((name) => [name, siteFile(readFileSync(join(folder, name)), TYPES[extname(name)]!)]));
}

/** A file with given content. */
export function siteFile(content: Buffer | string, type: string): SiteFile {
  const bytes = new Uint8Array(Buffer.from(content));
  return { bytes, type, tag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}
