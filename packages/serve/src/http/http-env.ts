import type { Role } from './access/tokens.js';

/** Who makes a request. */
export interface Caller {
  /** Place of the token among the configured ones. */
  readonly index: number;
  readonly roles: ReadonlySet<Role>;
}

/** What middleware leaves for later handlers. */
export interface HttpEnv {
  Variables: {
    /** The owner of the token; undefined without a known token. */
    caller: Caller | undefined;
    /** Class of the error that the request met, for the log. */
    errorClass: string | undefined;
  };
}
