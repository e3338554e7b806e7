import type { Command } from 'commander';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel } from '../language-model.js';
import { retrying } from '../models/retries/retrying-model.js';
import type { PreferenceQuestion } from '../preference-source.js';
import { createRandomSampler } from '../preferences/candidate-samplers.js';
import { CircuitBreaker } from '../preferences/circuit-breaker.js';
import { asSentence } from '../text/clean-text.js';
import { type CommandContext, UsageError } from './context.js';
import { addInputOptions, type InputOptions, readInputs } from './inputs.js';
import { integer } from './numbers.js';

interface Options extends InputOptions {
  readonly liked?: string;
  readonly passed?: string;
  readonly items?: string;
  readonly candidates: number;
  readonly json: boolean;
}

/** `ask`: one question with its prompt and reply, to inspect odd results. */
export function addAsk(program: Command, context: CommandContext): void {
  addInputOptions(program.command('ask').description('ask one question and print the prompt and the reply'))
    .option(
      '--liked <ids>',
      'items that the user liked, by their ids, separated by commas (default: a user from the data)',
    )
    .option('--passed <ids>', 'items that the user passed over')
    .option('--items <ids>', 'items to ask about (default: drawn at random)')
    .option('--candidates <number>', 'how many to draw', integer(1, 100), 8)
    .option('--json', 'print it as JSON', false)
    .action((options: Options) => askCommand(options, context));
}

async function askCommand(options: Options, { signal, print, say }: CommandContext): Promise<void> {
  const { catalogue, source, random, drawStates } = await readInputs(options);
  const numbers = new Map(catalogue.items.map(({ id }, item) => [id, item]));
  const itemsOf = (list: string | undefined, option: string): number[] =>
    (list?.split(',') ?? []).map((id) => {
      const item = numbers.get(id.trim());
      if (item === undefined)
        throw new UsageError(`--${option} ${list}: the catalogue has no item ${JSON.stringify(id.trim())}.`);
      return item;
    });
  const [liked, passed] = [itemsOf(options.liked, 'liked'), itemsOf(options.passed, 'passed')];
  const state =
    liked.length + passed.length === 0
      ? drawStates(1)[0]
      : { items: [...liked, ...passed], feedback: [...liked.map(() => 1), ...passed.map(() => 0)] };
  const named = itemsOf(options.items, 'items');
  const drawn = createRandomSampler(catalogue.items.length)(state, options.candidates, random.fork(2));
  const question: PreferenceQuestion = { state, candidates: named.length > 0 ? named : drawn };

  const retries = {
    timeoutMs: 1000 * options.timeout,
    random: random.fork(3),
    onRetry: (error: LanguageModelError, delayMs: number) =>
      say(`${asSentence(error.message)} Asked again in ${(delayMs / 1000).toFixed(1)} s.`),
  };
  const seen: { prompt: string; system: string; reply: string }[] = [];
  // If no server listens at the first call, waiting does not help.
  const breaker = new CircuitBreaker();
  const watched =
    source.withModel?.((model) => retrying(breaker.guard(watch(model, seen)), retries, breaker)) ?? source;
  let probabilities: readonly number[] | undefined;
  let failure: string | undefined;
  try {
    probabilities = (await watched.ask(question, { signal })).probabilities;
  } catch (error) {
    if (!LanguageModelError.isInstance(error)) throw error;
    failure = error.message;
  }
  if (options.json)
    print(
      JSON.stringify(
        { question, calls: seen, probabilities: probabilities ?? null, failure: failure ?? null },
        null,
        2,
      ),
    );
  else {
    for (const { system, prompt, reply } of seen)
      print(`--- system\n${system}\n--- prompt\n${prompt}\n--- reply\n${reply}`);
    for (const [k, value] of probabilities?.entries() ?? []) {
      print(`${value.toFixed(3)}  ${catalogue.items[question.candidates[k]].title}`);
    }
  }
  if (failure !== undefined) throw new LanguageModelError(source.model, failure.replace(`${source.model}: `, ''));
}

/** Wraps a model and records its prompts and replies. */
function watch(model: LanguageModel, seen: { prompt: string; system: string; reply: string }[]): LanguageModel {
  return {
    ...model,
    name: model.name,
    async generate(request) {
      const reply = await model.generate(request);
      seen.push({ system: request.system, prompt: request.prompt, reply: reply.text });
      return reply;
    },
  };
}
