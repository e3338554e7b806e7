import { ServerResponse } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Headers of pages. Answers of the API, which no browser shows, have fewer. */
const PAGE_HEADERS = {
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  // The server speaks HTTP alone; a proxy that speaks HTTPS adds this header itself.
  strictTransportSecurity: false,
  // Pages may set stricter ones.
  overwrite: false,
};

const API_HEADERS: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cache-control', 'no-store'],
];

/** Adds headers that keep browsers from guessing types, from storing answers of the API, and from framing pages. */
export function protectAnswers(): MiddlewareHandler {
  const pages = secureHeaders(PAGE_HEADERS);
  return (c, next) => {
    const { path } = c.req;
    return path.startsWith('/v1/') || path.startsWith('/personalizer/') ? protectApi(c, next) : pages(c, next);
  };
}

function protectApi(c: Context, next: () => Promise<void>): Promise<void> {
  // Without a server there is no environment, whatever the types say.
  const outgoing: unknown = c.env?.outgoing;
  if (outgoing instanceof ServerResponse) {
    // Behind a server of Node the headers are written directly: `Headers` would take longer than the rest of the answer.
    for (const [name, value] of API_HEADERS) outgoing.setHeader(name, value);
    return next();
  }
  return next().then(() => {
    for (const [name, value] of API_HEADERS) c.header(name, value);
  });
}
