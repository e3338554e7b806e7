import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/** A process that runs a program of this folder. */
export interface Child {
  /** The lines that it has printed so far. */
  readonly lines: readonly string[];
  /** Resolves when it has printed so many lines, or has ended. */
  untilLines(count: number): Promise<void>;
  /** Kills it with SIGKILL, and waits for its end and the rest of its lines. */
  kill(): Promise<void>;
  /** Waits for its end. Rejects if it fails. */
  end(): Promise<void>;
}

/** A program that was built for child processes. */
export interface ChildProgram {
  start(...args: readonly (string | number)[]): Child;
  /** Kills what still runs, and removes the program. */
  remove(): Promise<void>;
}

/** Builds a program from the source of the package, not from `dist`. */
export async function buildChildProgram(name: string): Promise<ChildProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'ialp-program-'));
  await build({
    config: false,
    entry: { program: fileURLToPath(new URL(`./${name}.ts`, import.meta.url)) },
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    outDir: folder,
    outExtension: () => ({ js: '.mjs' }),
    noExternal: [/./],
    silent: true,
    splitting: false,
  });
  const children = new Set<Child>();
  return {
    start(...args) {
      const child = childOf(spawn(process.execPath, [join(folder, 'program.mjs'), ...args.map(String)]));
      children.add(child);
      return child;
    },
    async remove() {
      for (const child of children) await child.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

function childOf(process: ChildProcess): Child {
  const lines: string[] = [];
  const errors: string[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of [...waiting]) look();
  };
  createInterface({ input: process.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    lines.push(line);
    wake();
  });
  process.stderr?.on('data', (data) => errors.push(String(data)));
  let isOver = false;
  const ended = new Promise<number | null>((resolve) => {
    process.once('close', (code) => {
      isOver = true;
      wake();
      resolve(code);
    });
  });
  return {
    lines,
    untilLines: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (lines.length < count && !isOver) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async kill() {
      process.kill('SIGKILL');
      await ended;
    },
    async end() {
      const code = await ended;
      if (code !== 0) throw new Error(`A child process has ended with ${code}: ${errors.join('')}`);
    },
  };
}
