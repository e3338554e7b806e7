/** Event log and model store on NATS JetStream, for any number of machines: the exports of `@ialp/serve/jetstream`. */
export type { JetStreamConnectionOptions } from './connection.js';
export {
  type JetStreamEventLog,
  type JetStreamEventLogOptions,
  openJetStreamEventLog,
  type SpoolOptions,
} from './event-log.js';
export { type JetStreamModelStoreOptions, openJetStreamModelStore } from './model-store.js';
