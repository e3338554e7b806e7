import { closeSync, fstatSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '@ialp/core';

/** Overwrites bytes at random places of the event log of a state folder. */
export function damageLog(state: string, places: number, random: Random): void {
  const folder = join(state, 'events');
  const files = readdirSync(folder).filter((name) => name.endsWith('.log'));
  for (let k = 0; k < places; k++) {
    const file = openSync(join(folder, files[random.integer(files.length)]!), 'r+');
    const { size } = fstatSync(file);
    // Behind the header, without which nothing of a log can be read.
    const header = 200;
    if (size > header + 4) writeSync(file, Buffer.from('#@!?'), 0, 4, header + random.integer(size - header - 4));
    closeSync(file);
  }
}

/** Damages the newest version of a model. */
export function damageNewest(state: string, model: string): void {
  const folder = join(state, 'models', `model-${model}`);
  const newest = join(
    folder,
    readdirSync(folder)
      .filter((name) => name.endsWith('.version'))
      .toSorted()
      .at(-1)!,
  );
  const bytes = readFileSync(newest);
  bytes[bytes.length >> 1]! ^= 255;
  writeFileSync(newest, bytes);
}
