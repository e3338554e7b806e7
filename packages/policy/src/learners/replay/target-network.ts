import { checkInteger, InvalidOptionError } from '@ialp/core';
import type { Network, Weights } from '../../network.js';

/** How a target network follows the network that is trained. */
export interface TargetNetworkOptions {
  /** Optimiser steps between updates of the target network. Default 100. */
  readonly targetUpdateInterval?: number;
  /**
   * `tau`: share of the trained weights in each update, `target <- tau * network + (1 - tau) * target` (Polyak averaging, Lillicrap
   * et al. 2015, arXiv 1509.02971). Above 0, at most 1. Default 1, which copies the weights.
   */
  readonly tau?: number;
}

/** Names of the options. */
export const TARGET_NETWORK_NAMES: readonly (keyof TargetNetworkOptions)[] = ['targetUpdateInterval', 'tau'];

/** Checks the options and fills in the defaults. @throws {InvalidOptionError} */
export function checkTargetNetworkOptions({
  targetUpdateInterval = 100,
  tau = 1,
}: TargetNetworkOptions): Required<TargetNetworkOptions> {
  checkInteger('targetUpdateInterval', targetUpdateInterval, 1);
  if (!(tau > 0 && tau <= 1)) throw new InvalidOptionError('tau', tau, 'a number above 0, at most 1');
  return { targetUpdateInterval, tau };
}

/** A slowly changing copy of a network, whose values are the targets of Q learning (Mnih et al. 2015). */
export class TargetNetwork {
  readonly network: Network;
  readonly #source: Network;
  readonly #interval: number;
  readonly #tau: number;
  #steps = 0;

  constructor(source: Network, options: TargetNetworkOptions) {
    const { targetUpdateInterval, tau } = checkTargetNetworkOptions(options);
    this.network = source.copy();
    this.#source = source;
    this.#interval = targetUpdateInterval;
    this.#tau = tau;
  }

  /** Counts an optimiser step of the source, and updates the target if it is due. */
  step(): void {
    if (++this.#steps % this.#interval !== 0) return;
    const weights = this.#source.weights();
    this.network.setWeights(this.#tau === 1 ? weights : averaged(this.network.weights(), weights, this.#tau));
  }

  /** Optimiser steps so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Restores the number of optimiser steps. */
  set steps(steps: number) {
    this.#steps = steps;
  }
}

/** `(1 - tau) * old + tau * latest`, tensor by tensor. */
function averaged(old: Weights, latest: Weights, tau: number): Weights {
  return Object.fromEntries(
    Object.entries(latest).map(([name, { shape, data }]) => {
      const before = old[name].data;
      return [name, { shape, data: data.map((weight, k) => before[k] + tau * (weight - before[k])) }];
    }),
  );
}
