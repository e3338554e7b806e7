import { ApiError } from './api.js';

/** What to tell a person of an error, and whether trying again later may help. */
export function explainError(error: unknown): { readonly text: string; readonly isTemporary: boolean } {
  if (!(error instanceof ApiError)) return { text: `Something went wrong on this page: ${error}`, isTemporary: false };
  const { status, message } = error;
  if (status === 0) return { text: 'The server does not answer.', isTemporary: true };
  if (status === 429) return { text: 'The server is busy.', isTemporary: true };
  if (status === 503) return { text: 'The server is not ready at the moment.', isTemporary: true };
  if (status >= 500) return { text: 'The server has a problem.', isTemporary: true };
  if (status === 401) return { text: 'This page needs a token to go on.', isTemporary: false };
  if (status === 409) return { text: 'There is nothing to show at the moment.', isTemporary: true };
  return { text: message || `The server refused the request (status ${status}).`, isTemporary: false };
}
