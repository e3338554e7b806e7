/** A real nats-server for tests, benchmarks and examples. */
export { findNatsServer, NATS_SERVER_VERSION, NO_NATS_SERVER } from './find-nats-server.js';
export { type NatsServer, type NatsServerOptions, startNatsServer } from './start-nats-server.js';
