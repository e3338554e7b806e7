//! The kernels of `@ialp/policy` in native code: the same functions on the same memory, in the instructions of the processor.

mod arguments;
mod functions;
mod kernels;
mod memory;
mod table;
mod vector;

use napi::bindgen_prelude::*;
use napi_derive::napi;

/// Instruction sets that this processor has kernels for, the fastest first. `scalar` is always among them.
#[napi]
pub fn instruction_sets() -> Vec<&'static str> {
    table::instruction_sets().into_iter().map(|(name, _)| name).collect()
}

/// Names of the kernels, in the order of their numbers in command lists.
#[napi]
pub fn kernel_names() -> Vec<&'static str> {
    table::NAMES.to_vec()
}

/// Kernels for an instruction set of `instructionSets()`.
#[napi]
pub fn create_kernels(env: Env, instructions: String) -> Result<Unknown<'static>> {
    let found = table::instruction_sets().into_iter().find(|(name, _)| *name == instructions);
    let Some((_, table)) = found else {
        return Err(Error::new(Status::InvalidArg, format!("This processor has no kernels for '{instructions}'.")));
    };
    Ok(unsafe { Unknown::from_raw_unchecked(env.raw(), functions::create_kernels(env.raw(), table)) })
}
