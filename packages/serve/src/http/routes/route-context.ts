import type { OpenAPIHono, z } from '@hono/zod-openapi';
import type { RequireRole } from '../access/authenticate.js';
import type { AppSettings } from '../app-options.js';
import type { HttpEnv } from '../http-env.js';
import type { ServerMetrics } from '../monitoring/metrics.js';
import { compiled } from '../schemas/compiled.js';

/** An app to which routes are added. */
export type HttpApp = OpenAPIHono<HttpEnv>;

/** What routes need. */
export interface RouteContext extends AppSettings {
  readonly metrics: ServerMetrics;
  readonly requireRole: RequireRole;
}

/** Says in the document that a route takes a token. */
export const SECURED = [{ bearer: [] }];

/** An answer with a JSON body, for `responses` of a route. */
export function jsonAnswer<Schema>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** A JSON body, for `request` of a route. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true as const, content: { 'application/json': { schema: compiled(schema) } } };
}

/** An object without its undefined fields. JSON has none, but the types of schemas cannot say so. */
export type WithoutUndefined<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** A validated body as the type without undefined fields. */
export function validated<Value extends object>(value: Value): WithoutUndefined<Value> {
  return value as WithoutUndefined<Value>;
}
