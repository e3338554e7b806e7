/** The load generator in a process of its own: is sent `{ url, traffic }`, says `measured` when its warm-up is over, and answers with a report. */
import { createHttpTarget } from './http-target.mjs';
import { runTraffic } from './traffic.mjs';

process.once('message', async ({ url, traffic }) => {
  const target = createHttpTarget(url);
  await target.connect();
  const onMeasured = () => process.send({ measured: true });
  const report = await runTraffic(target, { ...traffic, onMeasured });
  target.close();
  const { user, system } = process.cpuUsage();
  const cores = (user + system) / 1_000 / performance.now();
  process.send({ report: { ...report, cores } }, () => process.disconnect());
});
