//! The kernels, generic over the instruction set. Every one has the arguments of the WebAssembly kernel of the same name (in camel case),
//! after the memory: addresses in bytes, sizes and numbers. Widths (`columns`) are multiples of 4: the caller pads.
#![allow(clippy::too_many_arguments)]

pub mod attention;
pub mod choice;
pub mod exponential;
pub mod gru;
pub mod heads;
pub mod item_gradients;
pub mod layer_norm;
pub mod linear_bounds;
pub mod matrix;
pub mod optimizer;
pub mod pack;
pub mod pooling;
pub mod quantised;
pub mod rectifier;
pub mod rows;
pub mod shortlist;
pub mod softmax;
pub mod tokens;
