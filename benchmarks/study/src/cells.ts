import { createHash } from 'node:crypto';
import type { EncoderName } from '@ialp/policy';
import type { Parameters } from './method.js';
import { METHODS } from './methods.js';
import type { PretrainingSpec } from './pretraining.js';
import { SETTINGS } from './settings.js';
import { type Tuned, tunedOf } from './tuned.js';
import type { Audience, EnvironmentName } from './world.js';

/** One deployment of the study: all that its result depends on, but the code and the data. */
export interface Cell {
  readonly environment: EnvironmentName;
  readonly method: string;
  /** A module that defines the method, if it is not built in. */
  readonly module?: string;
  readonly parameters: Parameters;
  readonly encoder: EncoderName;
  /** Numbers of an item's text that networks know which begin with nothing. */
  readonly textWidth: number;
  /** Absent where nothing is pre-trained. */
  readonly pretraining?: PretrainingSpec;
  readonly audience: Audience;
  readonly seed: number;
  readonly interactions: number;
}

/** A short name of anything that JSON can hold; the same for the same content. */
export function keyOf(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 24);
}

/** A short name of the settings: what was done under others does not count. */
export const SETTINGS_KEY = keyOf(SETTINGS);

/** What may differ from the main comparison. */
export interface Variant {
  readonly languageModel?: string;
  readonly questions?: number;
  readonly encoder?: EncoderName;
  readonly rewardModel?: boolean;
  /** Of the simulated people; default true. */
  readonly likes?: boolean;
  /** Of all networks, pre-trained or not. */
  readonly textWidth?: number;
}

/** A part of the study: some methods under some variants of the pre-training, on some environments. */
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
  readonly audience: Audience;
  /** Interactions of each pre-training, where they are fewer than the settings say. */
  readonly pretrainingInteractions?: number;
  /** A method of the user's own, by name, and the module that defines it. */
  readonly modules: Readonly<Record<string, string>>;
  /** In place of the tuned hyper-parameters. */
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

/** The cell to run for one: a kind of A-iALP_ap that begins as it does anyway gives the same, and is not run again. */
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
  const { interactions, audience, modules, pretrainingInteractions, tuned = tunedOf(environment) } = options;
  const { languageModel = 'encoder', questions = QUESTIONS, encoder = 'mean' } = variant;
  const { rewardModel = true, likes = true } = variant;
  const module = modules[method];
  // A user's own method may want the pre-trained policy; it costs little to have it.
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
    // Kinds of A-iALP_ap share its hyper-parameters.
    parameters: tuned.methods[method] ?? tuned.methods[method.split(',')[0]] ?? {},
    encoder,
    textWidth,
    ...(isPretrained && { pretraining }),
    audience,
    seed,
    interactions,
  };
}

const withTextOf = ({ textWidth }: Variant) => (textWidth === undefined ? {} : { textWidth });
