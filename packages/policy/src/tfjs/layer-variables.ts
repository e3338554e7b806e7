import type * as tf from '@tensorflow/tfjs';

/** What has weights in the layers' part of TensorFlow.js: a layer, or a model with its layers. */
interface HasWeights {
  readonly name: string;
  readonly weights: readonly { readonly originalName: string; read(): tf.Tensor }[];
  readonly layers?: readonly HasWeights[];
}

/**
 * The weights of models and layers of TensorFlow.js by name (`layer/kernel`), for `TensorFlowModel.variables`. Give the
 * layers names: those that they have otherwise are counted through, so that a copy's would differ.
 */
export function layerVariables(...parts: readonly HasWeights[]): Record<string, tf.Variable> {
  const variables: Record<string, tf.Variable> = {};
  for (const { name, weights } of parts.flatMap(layersOf)) {
    for (const weight of weights) {
      // With or without the layer's name before it, depending on how the layer was built.
      const own = weight.originalName.startsWith(`${name}/`) ? weight.originalName : `${name}/${weight.originalName}`;
      let free = own;
      for (let count = 2; free in variables; count++) free = `${own}_${count}`;
      variables[free] = weight.read() as tf.Variable;
    }
  }
  return variables;
}

function layersOf(part: HasWeights): readonly HasWeights[] {
  return part.layers?.flatMap(layersOf) ?? [part];
}
