import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { build, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findChromium } from './find-chromium.ts';
import { measure } from './measures.ts';
import type { PageResult } from './page/main.ts';
import { train } from './train.ts';

/*
 * What somebody gets who bundles the packages for a browser: a page that Vite builds trains and acts with the built-in
 * engine, without a server. The same training runs here, in Node.
 */

const root = fileURLToPath(new URL('page', import.meta.url));
const executablePath = findChromium();
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** In milliseconds. Chromium's first start after the machine's took 15 seconds. */
const PATIENCE = 120_000;

/** What makes a page cross-origin isolated: it then has memory that threads share. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

let folder: string;
/** What the bundler complained of: a module that browsers have not, for one. */
const warnings: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-page-'));
  const onwarn = ({ message }: { message: string }) => warnings.push(message);
  const options = { outDir: folder, emptyOutDir: true, rolldownOptions: { onwarn } };
  // Vitest's own would make a build for development, which is silent of modules that browsers have not.
  vi.stubEnv('NODE_ENV', 'production');
  await build({ root, configFile: false, logLevel: 'warn', build: options });
  vi.unstubAllEnvs();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Serves the built page, opens it in Chromium and closes both after `use`. */
async function withPage<Result>(
  use: (page: Page, url: string) => Promise<Result>,
  headers: Record<string, string> = {},
): Promise<Result> {
  const server = await preview({
    ...{ root, configFile: false, logLevel: 'silent' },
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0, headers },
  });
  try {
    const browser = await chromium.launch({ executablePath: executablePath!, args: FLAGS, timeout: PATIENCE });
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE);
      return await use(page, server.resolvedUrls!.local[0]);
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}

/** What the page says in the end. Rejects with the first error of the page or its console. */
function resultOf(page: Page, url: string): Promise<PageResult> {
  return new Promise((resolve, reject) => {
    page.on('pageerror', reject);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) reject(new Error(`The console says: ${message.text()}`));
    });
    page.on('requestfailed', (request) => reject(new Error(`${request.url()}: ${request.failure()?.errorText}`)));
    const result = page.goto(url).then(() => page.locator('output:not(:empty)').textContent());
    result.then((text) => resolve(JSON.parse(text!)), reject);
  });
}

test('a bundler for browsers takes the packages without a warning', () => {
  expect(warnings).toEqual([]);
});

describe('a page in Chromium', () => {
  test('trains a policy that people like and measures, with the same bits as Node', async ({ skip }) => {
    if (executablePath === undefined) skip('there is no Chromium; install one, or name it in CHROMIUM');
    const { portable, fastest, measures } = await withPage(resultOf);
    for (const { first, last } of [portable, fastest]) {
      // One in three items is liked.
      expect(first).toBeLessThan(0.4);
      expect(last).toBeGreaterThan(0.7);
    }
    expect(portable).toEqual(await train('portable'));
    expect(measures).toEqual(measure());
  });

  test('trains on two threads where it is cross-origin isolated, with the same bits', async ({ skip }) => {
    if (executablePath === undefined) skip('there is no Chromium; install one, or name it in CHROMIUM');
    let workers = 0;
    const { portable, twoThreads } = await withPage((page, url) => {
      page.on('worker', () => workers++);
      return resultOf(page, url);
    }, ISOLATED);
    expect(workers).toBe(1);
    expect(twoThreads).toEqual(portable);
  });
});
