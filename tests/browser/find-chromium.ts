import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Path of a Chromium: the one that `CHROMIUM` names, else one where systems put it. */
export function findChromium(): string | undefined {
  return process.env['CHROMIUM'] || PLACES.find((place) => existsSync(place));
}
