import { type AsyncConformanceCheck, checkRule } from '@ialp/core/testing';
import type { PreferenceAnswer, PreferenceQuestion, PreferenceSource } from '../preference-source.js';
import { assertModelFailure, check, specificationCheck } from './conformance-check.js';

/** Makes the source to check; always the same one. It must be able to answer questions about items 0 to 5. */
export type MakePreferenceSource = () => PreferenceSource | Promise<PreferenceSource>;

/** Options of `preferenceSourceChecks`. */
export interface PreferenceSourceCheckOptions {
  /** Items that the source knows of; at least 6. */
  readonly items: number;
  /**
   * Whether a probability depends on the user and the candidate alone, not on the candidates beside it and its place
   * among them. Then it can be checked that probabilities stand in the order of the candidates. Default false.
   */
  readonly isPositionFree?: boolean;
  /** Makes a source that cannot answer; absent where there is no such thing. */
  readonly makeFailing?: MakePreferenceSource;
}

/** The rules of `PreferenceSource`, one check each, for any test runner. */
export function preferenceSourceChecks(
  make: MakePreferenceSource,
  { items, isPositionFree = false, makeFailing }: PreferenceSourceCheckOptions,
): AsyncConformanceCheck[] {
  const checks = [
    specificationCheck(make),
    check('it says which model and which version of the prompt answers', async () => checkNames(await make())),
    check('it knows the items that the checks ask about', () => checkItems(items)),
    check('it gives one probability from 0 to 1 for each candidate', async () => checkProbabilities(await make())),
    check('it keeps the reply as it came', async () => checkRaw(await make())),
    check('it leaves the question as it was', async () => checkReadOnly(await make())),
    check('the same question gets the same answer, whatever was asked before', () => checkDeterminism(make)),
  ];
  if (isPositionFree) {
    checks.push(check('probabilities stand in the order of the candidates', async () => checkOrder(await make())));
  }
  if (makeFailing !== undefined) {
    checks.push(
      check('a source that cannot answer throws a LanguageModelError', async () => {
        const source = await makeFailing();
        await assertModelFailure(() => source.ask(questions()[0]), 'a question that cannot be answered');
      }),
    );
  }
  return checks;
}

/** Of a new user, of somebody with likes and dislikes, of a single candidate, and of mixed feelings. */
function questions(): PreferenceQuestion[] {
  return [
    { state: { items: [], feedback: [] }, candidates: [3, 0, 5] },
    { state: { items: [1, 2], feedback: [1, 0] }, candidates: [5, 4, 3, 0] },
    { state: { items: [0, 1, 2], feedback: [0, 0, 0] }, candidates: [4] },
    { state: { items: [5, 3], feedback: [0.25, 0.75] }, candidates: [1, 0] },
  ];
}

function checkNames({ model, promptVersion }: PreferenceSource): void {
  for (const [field, value] of Object.entries({ model, promptVersion })) {
    checkRule(typeof value === 'string' && value !== '', `${field}: expected a name; found ${JSON.stringify(value)}`);
  }
}

function checkItems(items: number): void {
  checkRule(items >= 6, `items: the checks ask about six items; found ${items}`);
}

async function checkProbabilities(source: PreferenceSource): Promise<void> {
  for (const question of questions()) {
    const { probabilities } = await source.ask(question);
    const asked = question.candidates.length;
    checkRule(
      probabilities.length === asked,
      `probabilities: expected ${asked} numbers, one a candidate; found ${probabilities.length}`,
    );
    for (const [k, value] of probabilities.entries()) {
      checkRule(value >= 0 && value <= 1, `probabilities[${k}]: expected a number from 0 to 1; found ${value}`);
    }
  }
}

async function checkRaw(source: PreferenceSource): Promise<void> {
  for (const question of questions()) {
    const { raw } = await source.ask(question);
    checkRule(typeof raw === 'string' && raw !== '', `raw: expected the reply's text; found ${JSON.stringify(raw)}`);
  }
}

async function checkReadOnly(source: PreferenceSource): Promise<void> {
  const asked = questions();
  for (const question of asked) await source.ask(question);
  checkRule(JSON.stringify(asked) === JSON.stringify(questions()), 'the source changed the question');
}

async function checkDeterminism(make: MakePreferenceSource): Promise<void> {
  const [source, other] = [await make(), await make()];
  const first = await answersTo(source, questions());
  const message = (who: string): string => `${who} gave two answers to one question; expected the first again`;
  checkRule(first.join() === (await answersTo(source, questions())).join(), message('asked twice, the source'));
  const backwards = await answersTo(other, questions().reverse());
  checkRule(first.join() === backwards.reverse().join(), message('two identical sources, asked in different orders,'));
}

async function answersTo(source: PreferenceSource, asked: readonly PreferenceQuestion[]): Promise<string[]> {
  const given: PreferenceAnswer[] = [];
  for (const question of asked) given.push(await source.ask(question));
  return given.map(({ probabilities }) => JSON.stringify(probabilities));
}

async function checkOrder(source: PreferenceSource): Promise<void> {
  for (const { state, candidates } of questions()) {
    const { probabilities } = await source.ask({ state, candidates });
    for (const [k, item] of candidates.entries()) {
      const [alone] = (await source.ask({ state, candidates: [item] })).probabilities;
      checkRule(
        probabilities[k] === alone,
        `probabilities[${k}]: expected ${alone}, as for item ${item} alone; found ${probabilities[k]}`,
      );
    }
  }
}
