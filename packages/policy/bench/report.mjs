/** The results as text. */
import { FLOPS_FORMULA } from './problem.mjs';
import { counted } from './ratios.mjs';

const RATIO_NOTE =
  'The p10 of steps is what an engine does while nothing else runs: where medians say otherwise, the machine was busy. ' +
  "Busy cores cost PyTorch's threads, which wait for each other many times a step, more than others.";

export function digits(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function mebibytes(bytes) {
  return (bytes / 2 ** 20).toFixed(0);
}

/** Aligned text; columns whose title starts with `<` are words. */
export function table(titles, lines) {
  const words = titles.map((title) => title.startsWith('<'));
  const cells = [titles.map((title) => title.replace('<', '')), ...lines.map((line) => line.map(String))];
  const widths = titles.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const pad = (cell, column) => (words[column] ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

function trainingTable(training) {
  return table(
    [
      '<encoder',
      'batch',
      'items',
      '<engine',
      'threads',
      'ms',
      'p10',
      'p90',
      'steps/s',
      'GFLOP/s',
      'peak MiB',
      'empty MiB',
    ],
    training.map((row) => [
      ...[row.encoder, row.batch, row.items, row.engine, row.threads],
      ...[row.medianMs, row.p10Ms, row.p90Ms, row.stepsPerSecond, row.gflops].map(digits),
      ...[row.peakMemory, row.startMemory].map(mebibytes),
    ]),
  );
}

function ratioTable(rows) {
  const lines = rows.map(({ what, encoder, batch, items, ratio, ratioOfP10 }) => [
    ...[what, encoder, batch, items, ratio.toFixed(2), ratioOfP10.toFixed(2)],
  ]);
  lines.sort(([a], [b]) => (a < b ? -1 : +(a > b)));
  return table(['<times as long', '<encoder', 'batch', 'items', 'medians', 'p10'], lines);
}

function decisionRatioTable(rows) {
  const lines = rows.map(({ what, encoder, items, sessions, decision, ratio }) => [
    ...[what, encoder, items, sessions, decisionName(decision), ratio.toFixed(2)],
  ]);
  return table(['<times as long', '<encoder', 'items', 'sessions', '<decision', 'p50'], lines);
}

function decisionName(what) {
  return what === 'draw' ? 'one drawn' : 'ten best';
}

function decisionTable(decisions) {
  return table(
    ['<encoder', 'items', 'sessions', '<decision', '<engine', 'threads', 'p50 ms', 'p99 ms'],
    decisions.map(({ encoder, items, sessions, what, engine, threads, p50Ms, p99Ms }) => [
      ...[encoder, items, sessions, decisionName(what), engine, threads],
      ...[p50Ms, p99Ms].map(digits),
    ]),
  );
}

function millionText({ error, items, rows, peakMemory }) {
  if (error !== undefined) return `not measured: ${error}`;
  const lines = rows.map(({ path, p50Ms, p99Ms, recall }) => [path, digits(p50Ms), digits(p99Ms), recall ?? '']);
  const approximate = rows.some(({ recall }) => recall !== undefined) ? '' : '\napproximate: not in this version';
  const text = table(['<search', 'p50 ms', 'p99 ms', 'recall'], lines);
  return `${text}${approximate}\n${items} items, random weights, mean; peak ${mebibytes(peakMemory)} MiB`;
}

export function skippedText(skipped) {
  const lines = skipped.map(({ engine, reason }) => [engine, reason]);
  return `LEFT OUT\n${table(['<engine', '<why'], lines)}`;
}

/** All of it. */
export function text({ machine, training, ratios: compared, decisions, decisionRatios, million, skipped }) {
  const parts = [
    `Node ${machine.node}, ${machine.cpu}, ${counted(machine.threads)}`,
    `A TRAINING STEP\n${trainingTable(training)}\n\nGFLOP/s: ${FLOPS_FORMULA}.\n` +
      'Median over rounds; empty is the peak before the first problem, with the engine loaded.',
  ];
  if (compared.length > 0) parts.push(`RATIOS\n${ratioTable(compared)}\n\n${RATIO_NOTE}`);
  if (decisions.length > 0) parts.push(`A DECISION\n${decisionTable(decisions)}`);
  if (decisionRatios.length > 0) parts.push(decisionRatioTable(decisionRatios));
  if (million !== undefined)
    parts.push(`A DECISION AMONG A MILLION, built-in, 1 session, 1 thread\n${millionText(million)}`);
  if (skipped.length > 0) parts.push(skippedText(skipped));
  return `${parts.join('\n\n')}\n`;
}

/** All of `--large`. */
export function largeText({ machine, updates, decisions, memory, learned, optimum }) {
  const timed = table(
    ['items', '<network', '<kernels', 'threads', 'ms an update', 'CPU ms', 'ms a decision', 'peak MiB'],
    updates.map(({ items, network, kernels, threads, updateMs, cpuMs, decisionMs, peakMemory, error }) =>
      error === undefined
        ? [items, network, kernels, threads, digits(updateMs), digits(cpuMs), digits(decisionMs), mebibytes(peakMemory)]
        : [items, network, kernels, threads, 'not measured', '', '', ''],
    ),
  );
  const failures = [...updates, ...decisions, ...memory, ...learned, ...optimum].flatMap(({ error }) => error ?? []);
  const reasons = [...new Set(failures)].map((error) => `\nnot measured: ${error}`);
  return (
    `Node ${machine.node}, ${machine.cpu}, ${counted(machine.threads)}\n\n` +
    `AN UPDATE: A2C, mean, 64 sessions, 640 interactions, sampled softmax of 1,024, 8-bit acting, acting included\n${timed}\n\n` +
    `ONE DECISION, mean, a shortlist of 1,024; recall of the ten best\n${listTable(decisions)}\n\n` +
    `MEMORY: 2 interactions an update\n${memoryTable(memory)}\n\n` +
    `WHAT IS LEARNED: reward of the last tenth, on a sample and exactly with Adam\n${learnedTable(learned)}\n\n` +
    `WHAT IS LEARNED WITH FEATURES OF THE ITEMS: reward of each tenth, as a share of the best policy's\n${optimumTable(optimum)}${reasons.join('')}\n`
  );
}

function optimumTable(optimum) {
  return table(
    ['items', 'interactions', '<network', '<shares', 'seconds', 'peak MiB'],
    optimum
      .filter(({ error }) => error === undefined)
      .map(({ items, interactions, network, tenths, seconds, peakMemory }) => [
        ...[items, interactions, network, tenths.map((share) => share.toFixed(2)).join(' ')],
        ...[digits(seconds), mebibytes(peakMemory)],
      ]),
  );
}

function listTable(decisions) {
  return table(
    ['items', '<kernels', 'threads', '<decision', 'p50 ms', 'p99 ms', 'CPU ms', 'recall', 'certified'],
    decisions.flatMap(({ items, kernels, threads, recall, certified, rows = [] }) =>
      rows.map(({ path, p50Ms, p99Ms, cpuMs }) => [
        ...[items, kernels, threads, path, digits(p50Ms), digits(p99Ms), digits(cpuMs)],
        ...(path.startsWith('exact') ? ['', ''] : [recall.toFixed(3), certified.toFixed(2)]),
      ]),
    ),
  );
}

function memoryTable(memory) {
  return table(
    ['items', '<network', 'updates', 'ms an update', 'MiB, first tenth', 'MiB, last tenth', 'peak MiB'],
    memory
      .filter(({ error }) => error === undefined)
      .map(({ items, network, updates, updateMs, early, late, peakMemory }) => [
        ...[items, network, updates, digits(updateMs)],
        ...[early, late, peakMemory].map(mebibytes),
      ]),
  );
}

function learnedTable(learned) {
  return table(
    ['<problem', 'items', 'interactions', 'seeds', '<network', 'exact', 'sampled', 'share', 's.e.'],
    learned
      .filter(({ error }) => error === undefined)
      .flatMap(({ problem, items, interactions, seeds, exact, sampled }) =>
        sampled.map(({ network, reward, share, standardError }) => [
          ...[problem, items, interactions, seeds, network],
          ...[exact, reward, share].map((number) => number.toFixed(3)),
          // JSON has null for what one seed cannot tell.
          standardError?.toFixed(3) ?? '',
        ]),
      ),
  );
}
