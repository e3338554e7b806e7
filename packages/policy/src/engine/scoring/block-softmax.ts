import { DivergenceError } from '../../errors.js';

/** Score of a forbidden item; the greatest score where nothing is allowed. */
export const FORBIDDEN = Math.fround(-1e30);

/** The sum of `exp(score - top)` over a block of items with this greatest score and `log sum exp` of the differences from it. */
export function massOf(peak: number, lse: number, top: number): number {
  return peak === FORBIDDEN ? 0 : Math.exp(lse + (peak - top));
}

export function notFinite(row: number): DivergenceError {
  return new DivergenceError(`The scores of row ${row} are not finite: its feedback or the weights are too large.`);
}
