import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../http/index.js';
import { testRecommender } from '../http/test-support/test-recommender.js';
import { makeLinkedProject, packageFolder } from './test-support/linked-project.js';

test('the requests of docs/serving.md, run by Node as they are, reach a server', async () => {
  const text = await readFile(join(packageFolder, '../../docs/serving.md'), 'utf8');
  const [, code] = text.match(/```js\n(async function post[\s\S]*?)```/)!;
  const recommender = await testRecommender();
  const server = await startServer({ recommender, port: 0 });
  onTestFinished(() => server.close());
  const folder = await makeLinkedProject('module', []);
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'shop.js'), code!.replace('http://localhost:8080', server.url));
  await promisify(execFile)(process.execPath, ['shop.js'], { cwd: folder });
  expect(recommender.status()).toMatchObject({ decisions: 1, feedback: 1, openSessions: 0 });
});
