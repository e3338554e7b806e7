import { MEASURES, type Results, type Table } from './results.js';
import { formatInterval } from './table.js';

/** Formats claims, the main comparison and the ablations as Markdown. */
export function markdownOf(results: Results): string {
  const { tables, claims, environments } = results;
  const main = tables.filter(({ part }) => part === 'main');
  const parts = new Set(tables.map(({ part }) => part).filter((part) => part !== 'main'));
  const names = environments.map(({ name }) => name);
  return `${[
    '# Figures',
    '## Claims',
    table(
      ['environment', 'claim', 'holds', 'figures'],
      claims.map(({ environment, claim, holds, figures }) => [
        environment,
        claim.replace(`${environment}: `, ''),
        holds ? 'yes' : '**no**',
        figures,
      ]),
    ),
    '## Main comparison',
    'Interquartile means over seeds with 95 % intervals of a stratified bootstrap.',
    ...main.flatMap(({ environment, methods }) => [
      `### ${environment}`,
      table(
        ['method', ...MEASURES],
        methods.map(({ method, measures }) => [
          method,
          ...MEASURES.map((measure) => formatInterval(measures[measure], measure)),
        ]),
      ),
      ...differences(results, environment),
    ]),
    ...(parts.size === 0 ? [] : ['## Ablations', 'Early / final / mean: interquartile means over seeds.']),
    ...[...parts].flatMap((part) => {
      const own = tables.filter((each) => each.part === part);
      const places = names.filter((name) => own.some(({ environment }) => environment === name));
      return [`### ${part.replaceAll('-', ' ')}`, table(['', ...places], ablationRows(own, places))];
    }),
  ].join('\n\n')}\n`;
}

/** A-iALP_ap minus each other method of an environment. */
function differences({ comparisons }: Results, environment: string): string[] {
  const rows = comparisons
    .filter((each) => each.environment === environment)
    .map(({ method, difference, probabilityOfImprovement }) => [
      method,
      ...(['mean', 'final', 'cumulative'] as const).map((measure) => formatInterval(difference[measure], measure)),
      formatInterval(probabilityOfImprovement, 'mean'),
    ]);
  if (rows.length === 0) return [];
  return [
    'A-iALP_ap minus each method, paired by seed, with 95 % t intervals; improvement: the probability that a run of it has the higher mean.',
    table(['method', 'mean', 'final', 'cumulative', 'improvement'], rows),
  ];
}

function ablationRows(tables: readonly Table[], environments: readonly string[]): string[][] {
  const rowOf = ({ variant }: Table, method: string): string =>
    variant === 'encoder' ? method : `${method}, ${variant}`;
  const names = new Set(tables.flatMap((each) => each.methods.map(({ method }) => rowOf(each, method))));
  return [...names].map((name) => [
    name,
    ...environments.map((environment) => {
      const found = tables
        .filter((each) => each.environment === environment)
        .flatMap((each) => each.methods.filter(({ method }) => rowOf(each, method) === name));
      if (found.length === 0) return '';
      const { measures } = found[0];
      return (['early', 'final', 'mean'] as const)
        .map((measure) => measures[measure]?.estimate.toFixed(2) ?? '-')
        .join(' / ');
    }),
  ]);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
