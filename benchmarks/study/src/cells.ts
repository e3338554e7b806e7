import { createHash } from 'node:crypto';
import type { EncoderName, KernelsBuild } from '@ialp/policy';
import type { Parameters } from './method.js';
import { METHODS } from './methods.js';
import type { PretrainingSpec } from './pretraining.js';
import { SETTINGS } from './settings.js';
import { type Tuned, tunedOf } from './tuned.js';
import type { Audience, EnvironmentName } from './world.js';

/** One deployment of the study: everything that its result depends on, except the code and the data. */
export interface Cell {
  readonly environment: EnvironmentName;
  readonly method: string;
  /** A module that defines the method, if it is not built in. */
  readonly module?: string;
  readonly parameters: Parameters;
  readonly encoder: EncoderName;
  /** Build of the networks' kernels. */
  readonly kernels: KernelsBuild;
  /** Number of item features of untrained networks. */
  readonly textWidth: number;
  /** Absent if the method is not pre-trained. */
  readonly pretraining?: PretrainingSpec;
  readonly audience: Audience;
  readonly seed: number;
  readonly interactions: number;
}

/** Hash of a JSON value, for use as a key. */
export function keyOf(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 24);
}

/** Hash of the settings; runs with other settings are not reused. */
export const SETTINGS_KEY = keyOf(SETTINGS);

/** Differences from the main comparison. */
export interface Variant {
  readonly languageModel?: string;
  readonly questions?: number;
  readonly encoder?: EncoderName;
  readonly rewardModel?: boolean;
  /** Whether the simulated users tire of items that the same users liked; default true. */
  readonly likes?: boolean;
  /** Number of item features of all networks, pre-trained or not. */
  readonly textWidth?: number;
}

/** A part of the study: methods under variants of the pre-training, on some environments. */
export interface Part {
  readonly name: string;
  readonly environments: readonly EnvironmentName[];
  readonly variants: Readonly<Record<string, Variant>>;
  readonly methods: readonly string[];
  readonly seeds: readonly number[];
}

/** A cell with its place in a part. */
export interface PlacedCell {
  readonly part: string;
  readonly variant: string;
  readonly cell: Cell;
}

/** Options of `cellsOf`. */
export interface CellOptions {
  readonly interactions: number;
  /** Build of the networks' kernels. */
  readonly kernels: KernelsBuild;
  readonly audience: Audience;
  /** Interactions of each pre-training, if fewer than in the settings. */
  readonly pretrainingInteractions?: number;
  /** Your own methods: the module that defines each, by name. */
  readonly modules: Readonly<Record<string, string>>;
  /** Replaces the tuned hyper-parameters. */
  readonly tuned?: Tuned;
}

/** All cells of a part. */
export function cellsOf(part: Part, options: CellOptions): PlacedCell[] {
  return part.environments.flatMap((environment) =>
    Object.entries(part.variants).flatMap(([variant, settings]) =>
      part.methods.flatMap((method) =>
        part.seeds.map((seed) => ({
          part: part.name,
          variant,
          cell: cellOf(environment, method, settings, seed, options),
        })),
      ),
    ),
  );
}

/** The cell to run for a cell: a variant of A-iALP_ap that equals the default one is not run again. */
export function runnable(cell: Cell): Cell {
  const own = cell.parameters['coldStart'] === 1 ? 'a-ialp-ap, cold' : 'a-ialp-ap, early';
  return cell.method === own ? { ...cell, method: 'a-ialp-ap' } : cell;
}

const QUESTIONS = 1000;

function cellOf(
  environment: EnvironmentName,
  method: string,
  variant: Variant,
  seed: number,
  options: CellOptions,
): Cell {
  const { interactions, kernels, audience, modules, pretrainingInteractions, tuned = tunedOf(environment) } = options;
  const { languageModel = 'encoder', questions = QUESTIONS, encoder = 'mean' } = variant;
  const { rewardModel = true, likes = true } = variant;
  const module = modules[method];
  // Your own method may need the pre-trained policy; providing it costs little.
  const isPretrained = module !== undefined || METHODS[method].isPretrained;
  const textWidth = variant.textWidth ?? SETTINGS.textWidth;
  const pretraining: PretrainingSpec = {
    ...{ languageModel, questions, encoder, rewardModel, ...tuned.pretraining, ...withTextOf(variant) },
    ...{ startTextWidth: textWidth, likes },
    ...(pretrainingInteractions !== undefined && { interactions: pretrainingInteractions }),
  };
  return {
    environment,
    method,
    ...(module !== undefined && { module }),
    // Variants of A-iALP_ap share its hyper-parameters.
    parameters: tuned.methods[method] ?? tuned.methods[method.split(',')[0]] ?? {},
    encoder,
    kernels,
    textWidth,
    ...(isPretrained && { pretraining }),
    audience,
    seed,
    interactions,
  };
}

const withTextOf = ({ textWidth }: Variant) => (textWidth === undefined ? {} : { textWidth });
