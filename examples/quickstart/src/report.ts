import { factsOf } from '@ialp/command';
import { renderReport } from '@ialp/metrics/report';
import { ENCODER } from './language-model.js';
import type { MethodName } from './methods.js';
import type { Results } from './results.js';

/** The results as one HTML page. */
export function reportOf({ env, config, distillation, versions, methods, findings, times }: Results): Promise<string> {
  const { settings, ...flags } = config;
  return renderReport({
    title: `From a catalogue to an adapted policy: ${env.name}`,
    subtitle:
      `${config.seeds} ${config.seeds === 1 ? 'deployment' : 'deployments'} of each method, ` +
      `${config.interactions.toLocaleString('en')} interactions each`,
    findings,
    methods: Object.entries(methods).map(([name, result]) => ({ name: name as MethodName, ...result })),
    facts: {
      Environment: factsOf(env),
      'Language model': distillation === null ? { asked: 'no' } : factsOf(distillation),
      Configuration: { ...factsOf(flags), ...factsOf(usedOf(settings as object, distillation && config['llm'])) },
      Time: { 'total seconds': Math.round(times.totalSeconds) },
      Versions: versions,
    },
  });
}

/** The settings without those of language models that were not used. */
function usedOf(settings: object, llm: unknown): object {
  const unused = llm === null ? ['encoder', 'generative'] : [llm === ENCODER ? 'generative' : 'encoder'];
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !unused.includes(name)));
}
