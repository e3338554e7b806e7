/**
 * What to say of a model that has no chat template of its own: most likely it was never taught to follow instructions, and its
 * answers are no more than plausible text. `undefined` where it has one.
 * @param path of a GGUF file.
 */
export async function chatTemplateWarning(path: string): Promise<string | undefined> {
  const { readGgufFileInfo } = await import('node-llama-cpp');
  const { metadata } = await readGgufFileInfo(path, { readTensorInfo: false, logWarnings: false });
  const tokenizer: { readonly chat_template?: unknown } = metadata.tokenizer ?? {};
  const template = tokenizer.chat_template;
  if (typeof template === 'string' && template !== '') return undefined;
  return `${path} holds no chat template: it is most likely a base model, which does not follow instructions. Take an instruct model of the same name`;
}
