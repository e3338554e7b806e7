import { type Outcome, train } from '../train.ts';

export interface PageResult {
  /** The build that gives the same bits everywhere. */
  readonly portable: Outcome;
  /** The build that is the fastest in this browser. */
  readonly fastest: Outcome;
}

const result: PageResult = { portable: await train('portable'), fastest: await train() };
document.querySelector('output')!.textContent = JSON.stringify(result);
