import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { damaged, explainStoreError } from './errors.js';
import { SELECT } from './rows.js';

/** How long another process may hold the file. */
const PATIENCE_MS = 10_000;

/**
 * What the process does that looks through a file: compares tables with indices, and reads every row as the store does. It
 * prints `{}`, what it found wrong (`found`), or the error that SQLite gave (`code`, `message`).
 */
const SCRIPT = `
const [libsql, path, select] = process.argv.slice(1);
const answer = (value) => process.stdout.write(JSON.stringify(value));
try {
  const connection = new (require(libsql))(path, { timeout: ${PATIENCE_MS} });
  // As bytes, since a damaged name in it may be no text.
  const { found } = connection
    .prepare('SELECT CAST(integrity_check AS BLOB) AS found FROM pragma_integrity_check(1)')
    .get();
  const text = Buffer.from(found).toString('utf8');
  if (text !== 'ok') answer({ found: text });
  else {
    if (connection.prepare('PRAGMA user_version').get().user_version === 1) {
      let last = 0;
      for (let rows; (rows = connection.prepare(select).all([last])).length > 0; ) last = rows[rows.length - 1].id;
    }
    answer({});
  }
} catch (error) {
  answer({ code: String(error.code), message: String(error.message) });
}
`;

interface Answer {
  readonly found?: string;
  readonly code?: string;
  readonly message?: string;
}

/**
 * Looks through a whole file in a process of its own, since libsql ends the process at some damages. A store of a million
 * replies takes some seconds.
 * @throws {ReplyStoreError} where the file is damaged, or cannot be read.
 */
export async function checkWhole(path: string): Promise<void> {
  const libsql = createRequire(import.meta.url).resolve('libsql');
  const select = `${SELECT} WHERE r.id > ? ORDER BY r.id LIMIT 1000`;
  const answer = await new Promise<Answer>((resolve) => {
    const args = ['--input-type=commonjs', '-e', SCRIPT, '--', libsql, path, select];
    execFile(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } }, (error, output) => {
      resolve(
        parseAnswer(output) ?? {
          found: `SQLite could not read it (${error?.signal ?? error?.message ?? 'no answer'})`,
        },
      );
    });
  });
  const { found, code, message } = answer;
  if (found !== undefined) throw damaged(path, found.replaceAll('\n', ' '));
  if (message === undefined) return;
  const error = Object.assign(new Error(message), { code });
  const explained = explainStoreError(path, error);
  throw explained === error ? damaged(path, message, { cause: error }) : explained;
}

function parseAnswer(output: string): Answer | undefined {
  try {
    return JSON.parse(output) as Answer;
  } catch {
    return undefined;
  }
}
