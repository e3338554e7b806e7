/** What both sides read: columns of a log and lists of relevance, as raw numbers in files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../dist/index.js';

export const COLUMNS = ['reward', 'propensity', 'target', 'qHat', 'vHat'];
/** Places of a list. */
export const PLACES = 100;
/** One item in so many is relevant. */
const RARE = 10;

/** Writes the columns of a log, each as 32-bit floats. */
export function writeLog(folder, rows) {
  const random = createRandom(1);
  for (const name of COLUMNS) {
    const values = new Float32Array(rows);
    for (let row = 0; row < rows; row++) {
      const draw = random.uniform();
      if (name === 'reward') values[row] = draw < 0.3 ? 1 : 0;
      else values[row] = name === 'propensity' ? 0.05 + 0.95 * draw : draw;
    }
    writeFileSync(join(folder, name), values);
  }
}

/** Writes lists of grades from 0 to 3, each as a byte, `[lists, PLACES]`. */
export function writeLists(folder, lists) {
  const random = createRandom(2);
  const grades = new Uint8Array(lists * PLACES);
  for (let k = 0; k < grades.length; k++) {
    const draw = random.uniform() * RARE;
    grades[k] = draw < 1 ? 1 + Math.floor(3 * draw) : 0;
  }
  writeFileSync(join(folder, 'grades'), grades);
}
