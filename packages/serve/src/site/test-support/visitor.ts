import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../../../tests/browser/find-chromium.ts';

/** In milliseconds. Chromium's first start on a busy machine may take a while. */
export const PATIENCE_MS = 120_000;

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of the Chromium for tests; undefined if the machine has not one. */
export const chromiumPath = findChromium();

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath!, args: FLAGS, timeout: PATIENCE_MS });
}

/** A page of a new visitor, and what went wrong on it: errors, warnings and dialogs, violations of the policy of the page included. */
export interface Visitor {
  readonly page: Page;
  readonly faults: string[];
}

/** Opens an empty page. */
export async function newVisitor(browser: Browser, size = { width: 1280, height: 800 }): Promise<Visitor> {
  const page = await browser.newPage({ viewport: size });
  page.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  page.on('dialog', async (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  return { page, faults };
}

/** Titles of the slate that is shown, once it is complete. */
export async function titlesOf(page: Page): Promise<string[]> {
  await page.locator('#slate[aria-busy=false] .card').first().waitFor();
  return page.locator('#slate .choose').allTextContents();
}
