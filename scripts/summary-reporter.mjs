/** A vitest reporter: says which tests were left out and why, then `N passed, N failed, N skipped` as the last line. */
export default class SummaryReporter {
  onTestRunEnd(modules, errors) {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    /** How often each line stands: the same tests on a build of the engine are in many files. */
    const leftOut = new Map();
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      // A file that does not load, or a hook that throws, fails without a test that does.
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed')) count.failed++;
      for (const test of tests) {
        const result = test.result();
        if (result.state in count) count[result.state]++;
        if (result.state !== 'skipped') continue;
        const line = `${test.fullName}: ${result.note ?? 'no reason given'}`;
        leftOut.set(line, (leftOut.get(line) ?? 0) + 1);
      }
    }
    const lines = [...leftOut].map(([line, times]) => `  ${line}${times > 1 ? ` (${times} times)` : ''}`);
    if (lines.length > 0) process.stdout.write(`\nLeft out:\n${lines.join('\n')}\n`);
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed${skipped}\n`);
  }
}
