export type { Role, Tokens } from './access/tokens.js';
export { createApp } from './app.js';
export type { AppOptions } from './app-options.js';
export type { Caller, HttpEnv } from './http-env.js';
export type { Limits } from './limits/limits.js';
export type { HttpLogger } from './monitoring/watch-requests.js';
export type { PersonalizerOptions } from './personalizer/options.js';
export { type RunningServer, type ServerOptions, startServer } from './server.js';
export { ServerStartError } from './server-start-error.js';
