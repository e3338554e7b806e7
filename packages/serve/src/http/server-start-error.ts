import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another process listens there: stop it, or choose another port, 0 for any free one.',
  EACCES: 'Choose a port from 1024 on, or grant the permission.',
  EADDRNOTAVAIL: 'Choose an address of this machine, such as 127.0.0.1.',
  ENOTFOUND: 'Choose an address of this machine, such as 127.0.0.1.',
};

/** A server cannot listen on its address. */
export class ServerStartError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<ServerStartError> = /* @__PURE__ */ recognizerOf(
    'ialp.serve.error.server-start',
  );
  override name = 'ServerStartError';
  /** Code of the system, such as `EADDRINUSE`. */
  readonly code: string | undefined;

  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const remedy = REMEDIES[cause.code ?? ''] ?? '';
    super(`Cannot listen on ${host}:${port} (${cause.code ?? cause.message}). ${remedy}`.trim(), { cause });
    this.code = cause.code;
  }
}
