import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidOptionError } from '@ialp/core';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSite } from '../../site.config.ts';
import { addPages, type PagesOptions } from './add-pages.js';
import { SiteFilesError } from './site-files-error.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-site-'));
  await buildSite(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function appWith(options: Partial<PagesOptions> = {}): Hono {
  const app = new Hono();
  addPages(app, { folder, ...options });
  return app;
}

/** Addresses that a text loads from. */
function addressesIn(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
}

describe('addPages', () => {
  test('serves two pages, and all files that they name', async () => {
    const app = appWith();
    for (const path of ['/', '/dashboard']) {
      const page = await app.request(path);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const addresses = addressesIn(await page.text());
      expect(addresses.filter((address) => address.startsWith('/assets/')).length).toBeGreaterThanOrEqual(3);
      for (const address of addresses.filter((each) => !each.startsWith('#'))) {
        expect(address).toMatch(/^\//);
        expect((await app.request(address)).status, address).toBe(200);
      }
    }
    expect((await app.request('/assets/storefront.js')).headers.get('content-type')).toMatch(/^text\/javascript/);
    expect((await app.request('/assets/uplot-license.txt')).status).toBe(200);
    expect((await app.request('/assets/../package.json')).status).toBe(404);
    expect((await app.request('/assets/index.html')).status).toBe(404);
  });

  test('lets pages load from this server alone, and run no scripts of their own text', async () => {
    const response = await appWith().request('/');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(await response.text()).not.toMatch(/<script>|<style>|style=|\son\w+=/);
  });

  test('answers 304 to a browser that has the file', async () => {
    const app = appWith();
    const tag = (await app.request('/assets/storefront.js')).headers.get('etag')!;
    const again = await app.request('/assets/storefront.js', { headers: { 'If-None-Match': tag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const other = await app.request('/assets/storefront.js', { headers: { 'If-None-Match': '"other"' } });
    expect(other.status).toBe(200);
  });

  test('puts the title into pages as text', async () => {
    const title = `"'><script>alert(1)</script>$&`;
    const html = await (await appWith({ title, slateSize: 3 }).request('/')).text();
    expect(html).not.toContain('<script>alert');
    const settings = /name="ialp-settings" content="([^"]*)"/.exec(html)![1]!;
    const decoded = settings.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
    expect(JSON.parse(decoded)).toEqual({ title, slateSize: 3 });
  });

  test('refuses invalid options, and says how to build missing files', () => {
    for (const options of [{ title: '' }, { title: 'x'.repeat(101) }, { slateSize: 0 }, { slateSize: 25 }, { a: 1 }]) {
      expect(() => appWith(options)).toThrow(InvalidOptionError);
    }
    expect(() => appWith({ folder: tmpdir() })).toThrow(SiteFilesError);
  });
});
