/**
 * Looks for words that the project does not use, in docs, docstrings, messages and identifiers of all .ts, .md and .mjs
 * files in git except changelogs. Prints each with its place and a plain alternative; exit code 1 if there is any.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './workspace.mjs';

const SELF = 'scripts/check-words.mjs';

// The `~` is removed below. It keeps this file free of the words, so that a plain grep for them finds only real uses.
const ALTERNATIVES = {
  'me~nd(?:s|ed|ing)?': 'fix',
  'the ~house': 'the project, conventions',
  'be ~it': 'whether',
  'what is ~wanted': 'what the caller needs',
  'keep~able': 'checkpointable',
  'like~ness(?:es)?': 'similarity',
  'a~like': 'similar, the same',
  'is ~none': 'is not a ..., is missing',
  'are ~none': 'are not ..., are missing',
  'takes ~up': 'restores, continues from',
  'read it ~so': 'how to read this',
  'fa~me': 'popularity',
  'near~ness': 'similarity',
};
const RULES = Object.entries(ALTERNATIVES).map(([pattern, alternative]) => ({
  pattern: new RegExp(`\\b(?:${pattern.replaceAll('~', '')})\\b`, 'gi'),
  alternative,
}));

/** The files in git, relative to the root; `undefined` without git or its history. */
function filesInGit() {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'];
    const list = execFileSync('git', ['ls-files', '-z'], { cwd: root, stdio, encoding: 'utf8', maxBuffer: 2 ** 26 });
    const files = list.split('\0').filter((file) => file !== '');
    return files.length > 0 ? files : undefined;
  } catch {
    return undefined;
  }
}

function isChecked(file) {
  if (!/\.(?:ts|md|mjs)$/.test(file) || basename(file).includes('CHANGELOG') || file === SELF) return false;
  return existsSync(join(root, file));
}

/** The words found in a file, as lines to print. */
function findWords(file) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  return lines.flatMap((line, k) =>
    RULES.flatMap(({ pattern, alternative }) =>
      [...line.matchAll(pattern)].map(([word]) => `${file}:${k + 1}: "${word}"; use: ${alternative}`),
    ),
  );
}

const files = filesInGit();
if (files === undefined) {
  console.error('Words not checked: this folder has no git history.');
} else {
  const found = files.filter(isChecked).flatMap(findWords);
  for (const line of found) console.error(line);
  if (found.length > 0) process.exitCode = 1;
}
