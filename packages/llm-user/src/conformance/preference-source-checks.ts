import type { PreferenceAnswer, PreferenceQuestion, PreferenceSource } from '../preference-source.js';
import { type ConformanceCheck, require } from './conformance-check.js';

/** Options of `preferenceSourceChecks`. */
export interface PreferenceSourceCheckOptions {
  /** Items that the source knows of; at least 6. */
  readonly items: number;
}

/**
 * The rules of `PreferenceSource`, one check each, for any test runner.
 * @param make makes the source to check; always the same one. It must be able to answer questions about items 0 to 5.
 */
export function preferenceSourceChecks(
  make: () => PreferenceSource | Promise<PreferenceSource>,
  { items }: PreferenceSourceCheckOptions,
): ConformanceCheck[] {
  return [
    { name: 'it says which model and which version of the prompt answers', run: async () => checkNames(await make()) },
    { name: 'it knows the items that the checks ask about', run: async () => checkItems(items) },
    { name: 'it gives one likelihood from 0 to 1 for each candidate', run: async () => checkLikelihoods(await make()) },
    { name: 'it keeps the reply as it came', run: async () => checkRaw(await make()) },
    { name: 'it leaves the question as it was', run: async () => checkReadOnly(await make()) },
    { name: 'the same question gets the same answer', run: () => checkDeterminism(make) },
  ];
}

/** Of somebody new, of somebody with likes and dislikes, and of a single candidate. */
function questions(): PreferenceQuestion[] {
  return [
    { state: { items: [], feedback: [] }, candidates: [3, 0, 5] },
    { state: { items: [1, 2], feedback: [1, 0] }, candidates: [5, 4, 3, 0] },
    { state: { items: [0, 1, 2], feedback: [0, 0, 0] }, candidates: [4] },
  ];
}

async function checkNames({ model, promptVersion }: PreferenceSource): Promise<void> {
  for (const [field, value] of Object.entries({ model, promptVersion })) {
    require(typeof value === 'string' && value !== '', `${field}: expected a name; found ${JSON.stringify(value)}`);
  }
}

function checkItems(items: number): void {
  require(items >= 6, `items: the checks ask about six items; found ${items}`);
}

async function checkLikelihoods(source: PreferenceSource): Promise<void> {
  for (const question of questions()) {
    const { likelihood } = await source.ask(question);
    const asked = question.candidates.length;
    require(likelihood.length ===
      asked, `likelihood: expected ${asked} numbers, one a candidate; found ${likelihood.length}`);
    for (const [k, value] of likelihood.entries()) {
      require(value >= 0 && value <= 1, `likelihood[${k}]: expected a number from 0 to 1; found ${value}`);
    }
  }
}

async function checkRaw(source: PreferenceSource): Promise<void> {
  const { raw } = await source.ask(questions()[0]);
  require(typeof raw === 'string' && raw !== '', `raw: expected the reply's text; found ${JSON.stringify(raw)}`);
}

async function checkReadOnly(source: PreferenceSource): Promise<void> {
  const asked = questions();
  for (const question of asked) await source.ask(question);
  require(JSON.stringify(asked) === JSON.stringify(questions()), 'the source changed the question');
}

async function checkDeterminism(make: () => PreferenceSource | Promise<PreferenceSource>): Promise<void> {
  const answers = async (source: PreferenceSource): Promise<PreferenceAnswer['likelihood'][]> => {
    const given: PreferenceAnswer['likelihood'][] = [];
    for (const question of questions()) given.push((await source.ask(question)).likelihood);
    return given;
  };
  const [source, other] = [await make(), await make()];
  const first = JSON.stringify(await answers(source));
  require(first === JSON.stringify(await answers(source)), 'asked twice, the source gave two answers');
  require(first === JSON.stringify(await answers(other)), 'two sources, made alike, gave two answers');
}
