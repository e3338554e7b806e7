import { library } from '../../tsup.base.ts';

/** Entry points lie flat in dist: the encoder finds its worker beside itself. */
export default library({
  index: 'src/index.ts',
  'ai-sdk': 'src/models/ai-sdk.ts',
  'embedding-cache': 'src/models/embeddings/embedding-cache.ts',
  encoder: 'src/models/embeddings/encoder.ts',
  'encoder-worker': 'src/models/embeddings/encoder/encoder-worker.ts',
  'llama-cpp': 'src/models/llama-cpp.ts',
  'model-spec': 'src/models/model-spec.ts',
  ollama: 'src/models/ollama.ts',
  openai: 'src/models/openai.ts',
  preferences: 'src/preferences/index.ts',
  'principal-components': 'src/models/embeddings/principal-components.ts',
  queue: 'src/queue/index.ts',
  recorded: 'src/models/recorded-model.ts',
  retries: 'src/models/retries/index.ts',
  'reward-model': 'src/reward-model/index.ts',
  sources: 'src/sources/index.ts',
  store: 'src/store/index.ts',
  testing: 'src/conformance/index.ts',
  transformers: 'src/models/embeddings/transformers.ts',
  validation: 'src/validation/index.ts',
  cli: 'src/cli/main.ts',
});
