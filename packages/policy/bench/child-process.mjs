/**
 * An engine in a process of its own, so that its memory is its own. It says who it is in one line of JSON, then answers
 * each line that it reads with another: `prepare`, `check`, `time`, `memory`, `decide`. It ends when its input does.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export class Child {
  #process;
  #lines;
  #errors = [];
  #failure;

  /** @param environment variables on top of this process's. */
  constructor(command, args, environment = {}) {
    this.#process = spawn(command, args, { env: { ...process.env, ...environment } });
    this.#process.on('error', ({ code, message }) => {
      this.#failure = code === 'ENOENT' ? `${command} is not installed` : message;
    });
    // Its end is seen in its output's end; what it could not read is no news.
    this.#process.stdin.on('error', () => {});
    createInterface({ input: this.#process.stderr }).on('line', (line) => {
      this.#errors.push(line);
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** The next answer. @throws with what the engine said, or the last line of its errors. */
  async answer() {
    const { value, done } = await this.#lines.next();
    if (done) {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error(
        this.#failure ?? this.#errors.findLast((line) => line.trim() !== '') ?? 'it ended without a word',
      );
    }
    const answer = JSON.parse(value);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  ask(command, fields = {}) {
    this.#process.stdin.write(`${JSON.stringify({ command, ...fields })}\n`);
    return this.answer();
  }

  end() {
    this.#process.kill();
  }
}

/** What a script of this folder answers, once, in a process of its own; `{ error }` if it fails. */
export async function answerOf(script, ...args) {
  const child = new Child(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args.map(String)]);
  try {
    return await child.answer();
  } catch (error) {
    return { error: error.message };
  } finally {
    child.end();
  }
}
