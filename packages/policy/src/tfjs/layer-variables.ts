import type * as tf from '@tensorflow/tfjs';

/** An object with weights of the layers API of TensorFlow.js: a layer or a model. */
interface HasWeights {
  readonly name: string;
  readonly weights: readonly { readonly originalName: string; read(): tf.Tensor }[];
  readonly layers?: readonly HasWeights[];
}

/**
 * The weights of TensorFlow.js models and layers by name (`layer/kernel`), for `TensorFlowModel.variables`. Give the layers names:
 * default names are numbered, so that those of a copy would differ.
 */
export function layerVariables(...parts: readonly HasWeights[]): Record<string, tf.Variable> {
  const variables: Record<string, tf.Variable> = {};
  for (const { name, weights } of parts.flatMap(layersOf)) {
    for (const weight of weights) {
      // The name may lack the layer's name as a prefix, depending on how the layer was built.
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
