import { expect, test } from 'vitest';
import { statusWith } from '../test-support/sample-status.js';
import { alertsOf, levelOf } from './health.js';

test('a healthy deployment has no alerts', () => {
  expect(alertsOf(statusWith({ lagSeconds: 1.5 }), true)).toEqual([]);
  expect(levelOf([])).toBe('ok');
});

test('each fault has its alert, the most urgent first', () => {
  const causes = (...given: Parameters<typeof alertsOf>) => alertsOf(...given).map(({ cause }) => cause);
  expect(causes(statusWith({ lagSeconds: null }), true)).toEqual(['no-learner']);
  expect(causes(statusWith({ lagSeconds: 600 }), true)).toEqual(['lag']);
  const away = { logFailing: true, unloggedDecisions: 1 };
  const all = statusWith({ ...away, lagSeconds: 60, damagedEvents: 2, figures: { failedUpdates: 3 } });
  expect(causes(all, false)).toEqual(['not-ready', 'log-failing', 'unlogged', 'lag', 'failed-updates', 'damaged']);
  expect(levelOf(alertsOf(all, true))).toBe('error');
  expect(levelOf(alertsOf(statusWith({ damagedEvents: 1 }), true))).toBe('warning');
  expect(alertsOf(all, true)[1]?.text).toMatch(/^1 decision could/);
  expect(alertsOf(all, true).at(-1)?.text).toMatch(/^2 events /);
});
