import type { Parameters } from './method.js';
import values from './tuned.json' with { type: 'json' };
import type { EnvironmentName } from './world.js';

/** Hyper-parameters of one environment. */
export interface Tuned {
  readonly pretraining: { readonly boredom: number; readonly popularity: number; readonly textWidth: number };
  /** Hyper-parameters of each method that has any. */
  readonly methods: Readonly<Record<string, Parameters>>;
}

/** Hyper-parameters without tuning. */
export const UNTUNED: Tuned = {
  pretraining: { boredom: 3, popularity: 1.4, textWidth: 0 },
  methods: {
    'a2c-scratch': { rolloutLength: 5, entropyWeight: 0.02 },
    'a-ialp-ft': { rolloutLength: 5, entropyWeight: 0.02 },
    'a-ialp-ap': { rolloutLength: 2, entropyWeight: 0.01 },
  },
};

/** The hyper-parameters that `npm run study -- --tune` found, on users that the results do not use. */
export function tunedOf(environment: EnvironmentName): Tuned {
  return (values as Partial<Record<EnvironmentName, Tuned>>)[environment] ?? UNTUNED;
}
