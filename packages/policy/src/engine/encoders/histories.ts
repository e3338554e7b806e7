import { InvalidOptionError } from '@ialp/core';
import { ShapeError } from '../../errors.js';
import type { Histories } from '../../network.js';
import type { EncoderSizes } from './encoder.js';

/** Throws unless all items of the histories are in the catalogue, so that the kernels can look them up. */
export function checkHistories({ rows, historyLength, historyItems }: Histories, sizes: EncoderSizes): void {
  if (historyLength !== sizes.historyLength) {
    throw new ShapeError('historyLength of the states', historyLength, sizes.historyLength);
  }
  for (let place = 0; place < rows * historyLength; place++) {
    if (historyItems[place] < sizes.items) continue;
    const found = historyItems[place];
    throw new InvalidOptionError(`historyItems[${place}]`, found, `an item below ${sizes.items}, or padding`);
  }
}
