import { checkInteger, checkObject, checkOptionNames, InvalidOptionError } from '@ialp/core';
import type { Context, Env, Hono, Schema } from 'hono';
import { findSite, readSite, type SiteFile, siteFile } from './site-files.js';
import { SiteFilesError } from './site-files-error.js';

/** Options of `addPages`. */
export interface PagesOptions {
  /** What the storefront offers, for its title. Default `Storefront`. At most 100 characters. */
  readonly title?: string;
  /** Items that the storefront shows at once, from 1 to 24. Default 6. */
  readonly slateSize?: number;
  /** Folder of the built pages. Default: that of the package. */
  readonly folder?: string;
}

/** What pages may do: load from this server alone. Scripts and styles in the page itself are not run, wherever they came from. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGES: Readonly<Record<string, string>> = { '/': 'index.html', '/dashboard': 'dashboard.html' };

/** Place of the settings in pages. */
const SETTINGS = '{{settings}}';
const TITLE = '{{title}}';

/**
 * Adds a storefront (`/`), a live dashboard (`/dashboard`) and their files (`/assets/...`) to the app of a recommender. The pages call the
 * `/v1` routes of the same app, in the browser. Pages and files need no token; if the app has tokens, the pages ask for one.
 *
 * ```ts
 * const server = await startServer({ recommender, configure: (app) => addPages(app, { title: 'Films' }) });
 * ```
 * @throws {InvalidOptionError} for an invalid option.
 * @throws {SiteFilesError} if the pages were not built.
 */
export function addPages<E extends Env, S extends Schema, Path extends string>(
  app: Hono<E, S, Path>,
  options: PagesOptions = {},
): void {
  checkObject('options', options, "an object, such as { title: 'Films' }");
  checkOptionNames(options, ['title', 'slateSize', 'folder']);
  const { title = 'Storefront', slateSize = 6, folder = findSite() } = options;
  if (typeof title !== 'string' || title.length === 0 || title.length > 100) {
    throw new InvalidOptionError('title', title, 'a text of 1 to 100 characters');
  }
  checkInteger('slateSize', slateSize, 1, 24);
  const files = readSite(folder);
  const settings = escaped(JSON.stringify({ title, slateSize }));
  for (const [path, name] of Object.entries(PAGES)) {
    const file = files.get(name);
    if (file === undefined) throw new SiteFilesError([folder]);
    const { bytes, type } = file;
    // Functions, as a replacement text has patterns of its own.
    const html = Buffer.from(bytes)
      .toString()
      .replaceAll(SETTINGS, () => settings)
      .replaceAll(TITLE, () => escaped(title));
    const page = siteFile(html, type);
    app.get(path, (c) => answer(c, page));
  }
  for (const [name, file] of files) {
    if (!name.endsWith('.html')) app.get(`/assets/${name}`, (c) => answer(c, file));
  }
}

function answer(c: Context, { bytes, type, tag }: SiteFile): Response {
  c.header('ETag', tag);
  // Browsers ask each time whether the file has changed, so an upgrade of the server is seen at once.
  c.header('Cache-Control', 'no-cache');
  c.header('Content-Security-Policy', POLICY);
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'no-referrer');
  if (c.req.header('if-none-match')?.includes(tag)) return c.body(null, 304);
  c.header('Content-Type', type);
  return c.body(bytes, 200);
}

/** Text for HTML, in an attribute or between tags. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
