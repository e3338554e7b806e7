import {
  type LanguageModel,
  LanguageModelError,
  type LanguageModelReply,
  type LanguageModelRequest,
} from '@ialp/llm-user';

/**
 * A language model behind a server with its own protocol: `POST /answer` takes `{ instructions, question, shape }` and
 * gives `{ answer, tokens }`. Adapting a model means translating one call, and saying of each failure whether a retry can help.
 */
export function createCustomModel(url: string): LanguageModel {
  const name = `custom ${new URL(url).host}`;
  return {
    specificationVersion: 'v1',
    name,
    async generate({ system, prompt, schema, signal }: LanguageModelRequest): Promise<LanguageModelReply> {
      signal?.throwIfAborted();
      const response = await fetch(`${url}/answer`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ instructions: system, question: prompt, shape: schema }),
        ...(signal && { signal }),
      }).catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw new LanguageModelError(name, 'there is no server at this address.', { isRetryable: true, cause });
      });
      if (!response.ok) {
        const isRetryable = response.status >= 500;
        throw new LanguageModelError(name, `answered with status ${response.status}.`, { isRetryable });
      }
      const { answer, tokens } = (await response.json()) as { answer: string; tokens: number };
      return { text: answer, usage: { input: 0, output: tokens } };
    },
  };
}
