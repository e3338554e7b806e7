//! The kernels of each instruction set, by number. The order of `NAMES` is the order of every table.
use crate::arguments::next;
use crate::kernels::*;
use crate::memory::{Fault, Memory, Outcome};

/// A kernel with its arguments as JavaScript numbers.
///
/// # Safety
/// The processor has the instruction set of its table.
pub type Kernel = unsafe fn(&Memory, &[f64]) -> Outcome;

/// Calls a macro with every kernel: its module, its name here and in JavaScript, and its arguments.
macro_rules! with_kernels {
    ($then:ident $($first:tt)*) => {
        $then! {
            $($first)*
            attention::attend "attend" (query, key, value, start, newest, history, columns, weights, out, from, to);
            attention::attend_backward "attendBackward" (query, key, value, start, newest, history, columns, weights, d_out, d_query, d_key, d_value, from, to);
            choice::sample "sample" (logits, peak, lse, uniform, item, rows, columns);
            choice::keep_best "keepBest" (logits, columns, first, best, items, count);
            gru::gru_cell "gruCell" (gates, u, previous, next, rows, hidden);
            gru::gru_cell_backward "gruCellBackward" (gates, u, previous, d_state, rows, hidden);
            heads::value_head "valueHead" (state, weights, bias, value, rows, columns);
            heads::value_head_backward "valueHeadBackward" (weights, d_value, d_state, rows, columns);
            heads::score_items "scoreItems" (state, table, bias, item, score, score_step, rows, columns);
            heads::score_items_backward "scoreItemsBackward" (table, item, d_score, score_step, d_state, rows, columns);
            heads::score_items_gradients "scoreItemsGradients" (state, item, d_score, score_step, d_table, d_bias, rows, columns);
            item_gradients::item_gradients "itemGradients" (a, a_row, b, scratch, c, sums, rows, first, last, columns);
            layer_norm::layer_norm "layerNorm" (x, scale, shift, normal, inverse, out, rows, columns);
            layer_norm::layer_norm_backward "layerNormBackward" (normal, inverse, scale, d_out, d_x, rows, columns);
            layer_norm::layer_norm_gradients "layerNormGradients" (normal, d_out, d_scale, d_shift, rows, columns);
            linear_bounds::linear_bounds "linearBounds" (products, terms, slope, features, form, intercept, constant, alpha, bounds, items);
            matrix::multiply "multiply" (a, a_row, b, b_step, b_panel, d, d_row, c, c_row, rows, steps, columns);
            matrix::multiply_transposed "multiplyTransposed" (a, a_step, b, b_step, b_panel, c, c_row, rows, steps, columns);
            matrix::add_column_sums "addColumnSums" (c, c_row, sums, rows, columns);
            optimizer::sum_squares "sumSquares" (x, count, out);
            optimizer::adam "adam" (parameters, gradients, first, second, count, scale, rate, beta1, beta2, epsilon);
            optimizer::sgd "sgd" (parameters, gradients, velocity, count, scale, rate, momentum);
            optimizer::sum_squares_of_rows "sumSquaresOfRows" (table, index, rows, columns, out);
            optimizer::clear_rows "clearRows" (table, index, rows, columns);
            optimizer::clear_columns "clearColumns" (table, rows, columns, from);
            optimizer::clear_columns_of_rows "clearColumnsOfRows" (table, index, rows, columns, from);
            optimizer::adam_rows "adamRows" (parameters, gradients, first, second, index, rows, columns, scale, rate, beta1, beta2, epsilon);
            optimizer::sgd_rows "sgdRows" (parameters, gradients, velocity, index, rows, columns, scale, rate, momentum);
            optimizer::rowwise_adagrad "rowwiseAdagrad" (parameters, gradients, sum, index, rows, stride, columns, scale, rate, epsilon);
            optimizer::adagrad "adagrad" (parameters, gradients, sum, index, count, scale, rate, epsilon);
            pack::pack_transposed "packTransposed" (matrix, rows, steps, out);
            pooling::pool "pool" (tokens, feedback, start, columns, history, pooled, from, to);
            pooling::pool_backward "poolBackward" (start, columns, d_pooled, d_tokens, from, to);
            quantised::quantise_weights "quantiseWeights" (table, rows, from, out, scales, columns);
            quantised::quantise_states "quantiseStates" (state, rows, from, out, scales, columns);
            quantised::score_quantised "scoreQuantised" (state, state_scales, weights, scales, bias, out, rows, items, columns);
            rectifier::rectify "rectify" (x, count);
            rectifier::rectify_backward "rectifyBackward" (output, gradient, count);
            rows::copy "copy" (x, out, count);
            rows::fill_rows "fillRows" (x, out, rows, columns);
            rows::add_to "addTo" (x, out, count);
            rows::add_sum "addSum" (x, sum, count);
            rows::clear "clear" (x, count);
            rows::gather_rows "gatherRows" (matrix, index, out, rows, columns);
            rows::add_to_rows "addToRows" (source, index, out, rows, columns);
            rows::add_weighted_rows "addWeightedRows" (matrix, weight, out, rows, columns);
            shortlist::clear_heap "clearHeap" (heap, count);
            shortlist::add_to_heap "addToHeap" (row, columns, first, heap, count);
            shortlist::add_entries "addEntries" (scores, items, listed, heap, count);
            shortlist::sort_heap "sortHeap" (heap, scores, items, count);
            softmax::forbid "forbid" (scores, mask, mask_row, rows, columns);
            softmax::softmax "softmax" (logits, mask, mask_row, peak, lse, entropy, rows, columns);
            softmax::join_softmax "joinSoftmax" (peak, lse, entropy, stride, blocks, top, total, all, rows);
            softmax::softmax_backward "softmaxBackward" (logits, peak, lse, entropy, action, policy_weight, entropy_weight, offset, rows, first, columns);
            tokens::gather_tokens "gatherTokens" (item, feedback, count, positive, negative, columns, tokens);
            tokens::scatter_tokens "scatterTokens" (item, feedback, count, d_liked, d_passed, columns, d_tokens, first, last);
            tokens::gather_tied_tokens "gatherTiedTokens" (item, feedback, count, table, columns, tokens);
            tokens::scatter_tied_tokens "scatterTiedTokens" (item, feedback, count, d_table, columns, d_tokens, first, last);
        }
    };
}

macro_rules! names {
    ($($module:ident::$name:ident $text:literal ($($argument:ident),*);)*) => {
        /// Names of the kernels in JavaScript.
        pub static NAMES: &[&str] = &[$($text),*];
    };
}
with_kernels!(names);

/// A table of all kernels, compiled for an instruction set.
macro_rules! table {
    ($set:ident $vector:ident $features:literal $($module:ident::$name:ident $text:literal ($($argument:ident),*);)*) => {
        mod $set {
            use super::*;
            $(
                #[target_feature(enable = $features)]
                pub unsafe fn $name(memory: &Memory, values: &[f64]) -> Outcome {
                    let mut values = values.iter();
                    $(let $argument = next(&mut values)?;)*
                    if values.next().is_some() {
                        return Err(Fault::Argument);
                    }
                    $module::$name::<crate::vector::$vector>(memory $(, $argument)*)
                }
            )*
            pub static TABLE: &[Kernel] = &[$($name),*];
        }
    };
}

#[cfg(target_arch = "x86_64")]
with_kernels!(table avx512 Avx512 "avx512f,avx2,fma");
#[cfg(target_arch = "x86_64")]
with_kernels!(table avx2 Avx2 "avx2,fma");
#[cfg(target_arch = "aarch64")]
with_kernels!(table neon Neon "neon");
// What every processor of the architecture has.
#[cfg(target_arch = "x86_64")]
with_kernels!(table scalar Plain "sse2");
#[cfg(target_arch = "aarch64")]
with_kernels!(table scalar Plain "neon");

/// Instruction sets for which there are kernels, and whether this processor has them; the fastest first.
pub fn instruction_sets() -> Vec<(&'static str, &'static [Kernel])> {
    let mut found: Vec<(&'static str, &'static [Kernel])> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        let has_avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        if has_avx2 && is_x86_feature_detected!("avx512f") {
            found.push(("avx512", avx512::TABLE));
        }
        if has_avx2 {
            found.push(("avx2", avx2::TABLE));
        }
    }
    #[cfg(target_arch = "aarch64")]
    found.push(("neon", neon::TABLE));
    found.push(("scalar", scalar::TABLE));
    found
}
