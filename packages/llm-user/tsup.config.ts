import { library } from '../../tsup.base.ts';

export default library([
  'src/index.ts',
  'src/ai-sdk.ts',
  'src/embedding-cache.ts',
  'src/encoder.ts',
  'src/encoder-worker.ts',
  'src/llama-cpp.ts',
  'src/model-spec.ts',
  'src/ollama.ts',
  'src/openai.ts',
  'src/principal-components.ts',
  'src/store.ts',
  'src/testing.ts',
  'src/transformers.ts',
  'src/cli.ts',
]);
