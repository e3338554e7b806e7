import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildSite } from '../../site.config.ts';
import { openShop, type Shop, type ShopOptions, sampleItems } from './test-support/shop.js';
import { chromiumPath, launchBrowser, newVisitor, PATIENCE_MS, titlesOf } from './test-support/visitor.js';

/*
 * The pages in Chromium, in front of a real server whose recommender decides and learns.
 */

let folder: string;
let browser: Browser;
const shops: Shop[] = [];

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'ialp-site-'));
  await buildSite(folder);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

beforeEach(({ skip }) => {
  if (chromiumPath === undefined) skip('there is no Chromium; install one, or name it in CHROMIUM');
});

afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
  for (const { server } of shops.splice(0)) await server.close();
});

async function open(options: Partial<ShopOptions> = {}): Promise<Shop> {
  const shop = await openShop({ items: sampleItems(60), pages: { folder, title: 'Films', slateSize: 4 }, ...options });
  shops.push(shop);
  return shop;
}

/** Evaluated on a page: pixels by which it is wider than the window. */
const OVERFLOW = 'document.documentElement.scrollWidth - window.innerWidth';

/** Waits until a function returns a value. */
function eventually<Value>(read: () => Value | Promise<Value>) {
  return expect.poll(read, { timeout: PATIENCE_MS, interval: 50 });
}

describe('the storefront', () => {
  test('shows slates, takes what a person chooses as feedback, and shows how the slates change', async () => {
    const { server, recommender } = await open();
    const { page, faults } = await newVisitor(browser);
    await page.goto(server.url);
    const seen: string[][] = [];
    const chosen: string[] = [];
    for (const place of [0, 2, 1]) {
      const titles = await titlesOf(page);
      seen.push(titles);
      chosen.unshift(titles[place]!);
      await page.locator('.card').nth(place).click();
      await page
        .locator('#picks li')
        .nth(seen.length - 1)
        .waitFor();
    }
    seen.push(await titlesOf(page));
    await page.getByRole('button', { name: 'Not interested' }).click();
    await eventually(() => page.locator('.strips > li').count()).toBe(5);
    seen.push(await titlesOf(page));

    expect(await page.locator('#picks li').allTextContents()).toEqual(chosen);
    expect(seen.every((titles) => titles.length === 4)).toBe(true);
    // Nothing is recommended twice in a session, so no slate is like another.
    expect(new Set(seen.flat()).size).toBe(20);
    expect(await page.locator('.strips .square.chosen').count()).toBe(3);
    expect(await page.locator('#changes').textContent()).toMatch(/of 4 in the first slate, \d of 4 now/);
    expect(recommender.status()).toMatchObject({ decisions: 5, feedback: 3, openSessions: 1 });
    await eventually(() => recommender.status().learned).toBeGreaterThanOrEqual(2);

    await page.getByText('Behind these recommendations').click();
    const rows = await page.locator('#decision-details tbody th').allTextContents();
    expect(rows).toEqual(seen.at(-1));
    expect(await page.locator('#decision-details').textContent()).toMatch(/Policy version\d+.*Propensity.*\d\s%/);
    expect(faults).toEqual([]);
  });

  test('goes on after a reload, and ends the session when the person begins a new one', async () => {
    const { server, recommender } = await open();
    const { page, faults } = await newVisitor(browser);
    await page.goto(server.url);
    await titlesOf(page);
    await page.locator('.card').first().click();
    await page.locator('#picks li').first().waitFor();
    await page.reload();
    await titlesOf(page);
    expect(await page.locator('#picks li').count()).toBe(1);
    expect(recommender.status().openSessions).toBe(1);

    await page.getByRole('button', { name: 'Begin a new session' }).click();
    await eventually(() => page.locator('#picks li').count()).toBe(0);
    await titlesOf(page);
    expect(await page.locator('.strips > li').count()).toBe(1);
    // The old session has ended, the new one is open.
    expect(recommender.status()).toMatchObject({ decisions: 4, openSessions: 1 });
    expect(faults).toEqual([]);
  });

  test('can be used by keyboard alone, and announces what has changed', async () => {
    const { server, recommender } = await open();
    const { page, faults } = await newVisitor(browser);
    await page.goto(server.url);
    const titles = await titlesOf(page);
    const focused = () => page.locator(':focus').textContent();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the recommendations');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe(titles[1]);
    await page.keyboard.press('Enter');
    await page.locator('#picks li').first().waitFor();
    const next = await titlesOf(page);
    await eventually(() => page.locator('#announcer').textContent()).toContain(`Chosen: ${titles[1]}.`);
    expect(await page.locator('#announcer').textContent()).toContain(next.join('; '));
    // Reading continues at the heading of the new slate.
    expect(await focused()).toBe('Recommended for you');
    for (let k = 0; k < 5; k++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('Not interested, show others');
    await page.keyboard.press('Space');
    await eventually(() => recommender.status().decisions).toBe(3);
    await eventually(() => page.locator('#announcer').textContent()).toContain('Nothing chosen.');
    expect(await focused()).toBe('Not interested, show others');
    expect(recommender.status().feedback).toBe(1);
    expect(faults).toEqual([]);
  });

  test('shows titles, texts and ids of any kind as text, and fits on a small phone', async () => {
    const attack = `<img src=x onerror="alert(1)"><script>alert(2)</script>`;
    const items = [
      { id: attack },
      { id: 'a', title: attack, text: attack, attributes: { [attack]: [attack], genre: [attack] } },
      { id: 'b', title: 'Donaudampfschifffahrtsgesellschaft'.repeat(60), text: 'x'.repeat(5_000) },
      { id: 'c', title: 'فيلم ‏طويل', text: '千と千尋の神隠し 🎬', attributes: { genre: ['ドラマ'.repeat(50)] } },
      { id: '__proto__', title: ' ', text: '', attributes: { genre: ['Drama'], empty: [] } },
      { id: '   ' },
    ];
    const { server } = await open({ items, pages: { folder, title: attack.slice(0, 60), slateSize: 6 } });
    const { page, faults } = await newVisitor(browser, { width: 360, height: 740 });
    await page.goto(server.url);
    const titles = [attack, attack, items[2]!.title!, items[3]!.title!, '__proto__', 'Untitled'];
    expect((await titlesOf(page)).toSorted()).toEqual(titles.toSorted());
    for (let turn = 1; turn <= 6; turn++) {
      await page
        .locator('.choose')
        .nth(turn % 6)
        .click();
      await eventually(() => page.locator('#picks li').count()).toBe(turn);
      await titlesOf(page);
    }
    await page.getByText('Behind these recommendations').click();
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
  });

  test('says that there is nothing to show, until there is', async () => {
    const { server, recommender } = await open({ items: sampleItems(2) });
    for (const { id } of recommender.items()) await recommender.removeItem(id);
    const { page } = await newVisitor(browser);
    await page.goto(server.url);
    await page.getByText('There is nothing to show at the moment.').waitFor();
    await recommender.putItem({ id: 'item-1', title: 'Back again' });
    await eventually(() => page.locator('.choose').allTextContents()).toEqual(['Back again']);
    await eventually(() => page.locator('#problem').isHidden()).toBe(true);
  });

  test('waits for a server that is away, and goes on where it was', async () => {
    const first = await open();
    const { page } = await newVisitor(browser);
    await page.goto(first.server.url);
    await titlesOf(page);
    await first.server.close();
    await page.locator('.card').first().click();
    await page.getByText('The server does not answer.').waitFor();
    const { recommender } = await open({ port: first.server.port });
    await page.getByRole('button', { name: 'Try again' }).click();
    await eventually(() => page.locator('#problem').isHidden()).toBe(true);
    expect(await titlesOf(page)).toHaveLength(4);
    // The new server knows nothing of the old decision; the person's choice is shown all the same.
    expect(recommender.status()).toMatchObject({ decisions: 1, feedback: 0 });
    expect(await page.locator('#picks li').count()).toBe(1);
  });

  test('sends a choice once, however often the server is too busy', async () => {
    const { server, recommender } = await open({ limits: { requestsPerSecond: 0.5, burst: 2 } });
    const { page } = await newVisitor(browser);
    await page.goto(server.url);
    await titlesOf(page);
    await page.locator('.card').first().click();
    await page.getByText('The server is busy.').waitFor();
    await page.locator('#picks li').first().waitFor();
    await eventually(() => page.locator('#problem').isHidden()).toBe(true);
    await titlesOf(page);
    expect(recommender.status()).toMatchObject({ decisions: 2, feedback: 1, repeatedFeedback: 0 });
  });
});

describe('the dashboard', () => {
  /** The value of a tile and the note below it. */
  const tile = (name: string) => `#overview > div:has(dt:text-is("${name}"))`;

  test('shows what happens, and can be read and paused by keyboard', async () => {
    const { server, recommender } = await open();
    const { page, faults } = await newVisitor(browser);
    await page.goto(`${server.url}/dashboard`);
    await page.locator(tile('Decisions per second')).getByText('0 in all').waitFor();
    for (const session of ['a', 'b', 'c']) {
      const { decision, items } = await recommender.recommend({ session, count: 3 });
      await recommender.feedback({ decision, item: items[0]!.id, reward: 1 });
      await recommender.endSession(session);
    }
    await page.locator(tile('Decisions per second')).getByText('3 in all').waitFor();
    await page.locator(tile('Feedback per second')).getByText('3 in all').waitFor();
    await page.locator('#arms tr', { hasText: 'Online' }).getByText('1.000 to 1.000').waitFor();
    await page.locator('#state-text', { hasText: 'Live' }).waitFor();
    expect(await page.locator('#alerts li').count()).toBe(0);
    expect(await page.locator('#figures').textContent()).toContain('Failed updates');

    const slider = page.getByRole('slider', { name: 'Decisions and feedback per second' });
    await slider.focus();
    await page.keyboard.press('Home');
    expect(await slider.getAttribute('aria-valuenow')).toBe('0');
    await page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuenow')).toBe('1');
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d:\d\d: Decisions .+, Feedback /);
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#state-text', { hasText: 'Paused' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).press('Enter');
    await page.locator('#state-text', { hasText: 'Live' }).waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0);
    expect(await page.locator('.scroll').evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
    expect(faults).toEqual([]);
  });

  test('says that the server is not ready or away, and recovers', async () => {
    let isReady = false;
    const first = await open({ isReady: () => isReady });
    const { page } = await newVisitor(browser);
    await page.goto(`${first.server.url}/dashboard`);
    await page.locator('#state-text', { hasText: 'Not ready' }).waitFor();
    isReady = true;
    await page.locator('#state-text', { hasText: 'Live' }).waitFor();
    await first.server.close();
    await page.locator('#state-text', { hasText: 'No answer' }).waitFor();
    expect(await page.locator('#alerts').textContent()).toContain('The server does not answer.');
    await open({ port: first.server.port });
    await page.locator('#state-text', { hasText: 'Live' }).waitFor();
    expect(await page.locator('#alerts li').count()).toBe(0);
  });

  test('asks for a token where the server has tokens, which the storefront takes, too', async () => {
    const token = 'token-of-the-test';
    const { server } = await open({ tokens: { deciding: token, feedback: token, monitoring: token } });
    const { page } = await newVisitor(browser);
    await page.goto(`${server.url}/dashboard`);
    await page.getByText('This server asks for a token.').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#alerts', { hasText: 'needs a token' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByLabel('Bearer token').fill('another-token-12345');
    await page.keyboard.press('Enter');
    await page.getByText('The server does not know this token.').waitFor();
    await page.getByLabel('Bearer token').fill(token);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('#state-text', { hasText: 'Live' }).waitFor();
    await page.getByRole('link', { name: 'Storefront' }).click();
    expect(await titlesOf(page)).toHaveLength(4);
    await page.locator('.card').first().click();
    await page.locator('#picks li').first().waitFor();
  });
});
