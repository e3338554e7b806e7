import { type ReportFacts, renderReport } from '@ialp/metrics/report';
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
      Environment: flatten(env),
      'Language model': distillation === null ? { asked: 'no' } : flatten(distillation),
      Configuration: { ...flatten(flags), ...flatten(settings as object) },
      Versions: { ...versions, seconds: Math.round(times.totalSeconds) },
    },
  });
}

/** Nested facts with dotted names. */
function flatten(facts: object, prefix = ''): ReportFacts {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]): [string, string | number | boolean][] => {
      if (Array.isArray(value)) return [[prefix + name, value.join(', ')]];
      if (typeof value === 'object' && value !== null) return Object.entries(flatten(value, `${prefix}${name}.`));
      return [[prefix + name, typeof value === 'number' ? Number(value.toPrecision(6)) : (value ?? 'none')]];
    }),
  );
}
