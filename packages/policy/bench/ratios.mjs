/** How many times as long one engine takes as another, or how many times as fast it is, on the same problem in the same run. */

/** Pairs of engines, numerator first, at the same number of threads; the last at one thread only. */
const PAIRS = [
  { over: 'built-in', under: 'pytorch', what: 'built-in / PyTorch' },
  { over: 'native', under: 'pytorch', what: 'native / PyTorch' },
  { over: 'native', under: 'built-in', what: 'native / built-in' },
  { over: 'built-in', under: 'stable-baselines3', what: 'built-in / Stable-Baselines3' },
  { over: 'native', under: 'stable-baselines3', what: 'native / Stable-Baselines3' },
  { over: 'tfjs-wasm', under: 'built-in', what: 'TensorFlow.js wasm patched / built-in', threads: 1 },
];

export function counted(threads) {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}

/** The pairs of rows that are of the same problem. */
function* pairs(rows, isSame) {
  for (const { over, under, what, threads } of PAIRS) {
    for (const below of rows.filter(({ key }) => key === under)) {
      if (threads !== undefined && below.threads !== threads) continue;
      const above = rows.find((row) => row.key === over && row.threads === below.threads && isSame(row, below));
      if (above !== undefined) yield { what: `${what}, ${counted(below.threads)}`, above, below };
    }
  }
}

/** Ratios of training steps. */
export function ratios(training) {
  const isSame = (a, b) => a.encoder === b.encoder && a.batch === b.batch && a.items === b.items;
  return [...pairs(training, isSame)].map(({ what, above, below }) => ({
    ...{ encoder: above.encoder, batch: above.batch, items: above.items, what },
    ratio: above.medianMs / below.medianMs,
    ratioOfP10: above.p10Ms / below.p10Ms,
  }));
}

/** Ratios of decisions. */
export function decisionRatios(decisions) {
  const isSame = (a, b) =>
    a.encoder === b.encoder && a.items === b.items && a.sessions === b.sessions && a.what === b.what;
  return [...pairs(decisions, isSame)].map(({ what, above, below }) => ({
    ...{ encoder: above.encoder, items: above.items, sessions: above.sessions, decision: above.what, what },
    ratio: above.p50Ms / below.p50Ms,
  }));
}

/** Ratios of the speeds of deployments: above 1 the first engine is faster. */
export function deploymentRatios(deployments) {
  const isSame = (a, b) => a.items === b.items;
  return [...pairs(deployments, isSame)].map(({ what, above, below }) => ({
    ...{ what, items: above.items },
    ratio: above.perSecond / below.perSecond,
    ratioOfP10: above.perSecondP10 / below.perSecondP10,
  }));
}
