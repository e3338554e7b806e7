//! Kernels as JavaScript functions on an attached memory. They are made through the C interface: a call costs about as much as the numbers
//! that it passes, where the smallest kernels take less than a microsecond.
use crate::memory::{Fault, Memory};
use crate::table::{Kernel, NAMES};
use napi::sys;
use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::ptr::{null, null_mut};
use std::rc::Rc;

/// No kernel has as many arguments.
const MOST_ARGUMENTS: usize = 16;

/// The kernels of one network in one thread: the memory that they work on, and what keeps it alive.
struct Instance {
    env: sys::napi_env,
    memory: Cell<Memory>,
    view: Cell<sys::napi_ref>,
    table: &'static [Kernel],
}

impl Drop for Instance {
    fn drop(&mut self) {
        release(self.env, self.view.get());
    }
}

fn release(env: sys::napi_env, reference: sys::napi_ref) {
    if !reference.is_null() {
        unsafe { sys::napi_delete_reference(env, reference) };
    }
}

/// What a JavaScript function carries.
struct Bound {
    instance: Rc<Instance>,
    kernel: Option<Kernel>,
}

type Callback = unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value;

/// An object with a function for each kernel, `attach(bytes)`, which sets the memory, and `execute(commands)`, which runs a list of calls.
///
/// # Safety
/// `env` is that of the current call.
pub unsafe fn create_kernels(env: sys::napi_env, table: &'static [Kernel]) -> sys::napi_value {
    let instance = Rc::new(Instance { env, memory: Cell::new(Memory::EMPTY), view: Cell::new(null_mut()), table });
    let mut object = null_mut();
    sys::napi_create_object(env, &mut object);
    for (name, &kernel) in NAMES.iter().zip(table) {
        define(env, object, name, call, Bound { instance: instance.clone(), kernel: Some(kernel) });
    }
    define(env, object, "attach", attach, Bound { instance: instance.clone(), kernel: None });
    define(env, object, "execute", execute, Bound { instance, kernel: None });
    object
}

unsafe fn define(env: sys::napi_env, object: sys::napi_value, name: &str, callback: Callback, bound: Bound) {
    let data = Box::into_raw(Box::new(bound)) as *mut c_void;
    let (text, length) = (name.as_ptr() as *const c_char, name.len() as isize);
    let (mut function, mut key) = (null_mut(), null_mut());
    sys::napi_create_function(env, text, length, Some(callback), data, &mut function);
    sys::napi_add_finalizer(env, function, data, Some(finalize), null_mut(), null_mut());
    sys::napi_create_string_utf8(env, text, length, &mut key);
    sys::napi_set_property(env, object, key, function);
}

unsafe extern "C" fn finalize(_env: sys::napi_env, data: *mut c_void, _hint: *mut c_void) {
    drop(Box::from_raw(data as *mut Bound));
}

/// The arguments of a call, and what its function carries.
unsafe fn arguments<'a>(env: sys::napi_env, info: sys::napi_callback_info) -> ([sys::napi_value; MOST_ARGUMENTS], usize, &'a Bound) {
    let mut values = [null_mut(); MOST_ARGUMENTS];
    let (mut count, mut data) = (MOST_ARGUMENTS, null_mut());
    sys::napi_get_cb_info(env, info, &mut count, values.as_mut_ptr(), null_mut(), &mut data);
    (values, count, &*(data as *const Bound))
}

unsafe extern "C" fn call(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let (values, count, bound) = arguments(env, info);
    let mut numbers = [0f64; MOST_ARGUMENTS];
    let Some(kernel) = bound.kernel.filter(|_| count < MOST_ARGUMENTS) else {
        return fail(env, Fault::Argument);
    };
    for (number, value) in numbers.iter_mut().zip(&values[..count]) {
        if sys::napi_get_value_double(env, *value, number) != sys::Status::napi_ok {
            return fail(env, Fault::Argument);
        }
    }
    match kernel(&bound.instance.memory.get(), &numbers[..count]) {
        Ok(()) => null_mut(),
        Err(fault) => fail(env, fault),
    }
}

/// `attach(bytes: Uint8Array)`: kernels work on these bytes from now on, and keep them alive. Needed again whenever the memory has grown.
unsafe extern "C" fn attach(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let (values, _, bound) = arguments(env, info);
    let Some((data, length)) = typed_array(env, values[0], sys::TypedarrayType::uint8_array) else {
        return fail(env, Fault::Argument);
    };
    let mut reference = null_mut();
    if sys::napi_create_reference(env, values[0], 1, &mut reference) != sys::Status::napi_ok {
        return fail(env, Fault::Argument);
    }
    release(env, bound.instance.view.replace(reference));
    bound.instance.memory.set(Memory::new(data as *mut u8, length));
    null_mut()
}

/// `execute(commands: Float64Array)`: runs calls one after the other. Each is the kernel's number, the number of arguments, and these; the
/// list ends with a negative number or with the array.
unsafe extern "C" fn execute(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let (values, _, bound) = arguments(env, info);
    let Some((data, length)) = typed_array(env, values[0], sys::TypedarrayType::float64_array) else {
        return fail(env, Fault::Argument);
    };
    match run(&bound.instance, data as *const f64, length) {
        Ok(()) => null_mut(),
        Err(fault) => fail(env, fault),
    }
}

unsafe fn run(instance: &Instance, commands: *const f64, length: usize) -> Result<(), Fault> {
    let memory = instance.memory.get();
    let mut numbers = [0f64; MOST_ARGUMENTS];
    let mut at = 0;
    while at < length && *commands.add(at) >= 0.0 {
        if at + 1 >= length {
            return Err(Fault::Argument);
        }
        let (number, count) = (*commands.add(at), *commands.add(at + 1) as usize);
        let kernel = instance.table.get(number as usize).ok_or(Fault::Argument)?;
        if count > MOST_ARGUMENTS || at + 2 + count > length {
            return Err(Fault::Argument);
        }
        for (k, value) in numbers.iter_mut().enumerate().take(count) {
            *value = *commands.add(at + 2 + k);
        }
        kernel(&memory, &numbers[..count])?;
        at += 2 + count;
    }
    Ok(())
}

/// Address and length of a typed array of a given type.
unsafe fn typed_array(env: sys::napi_env, value: sys::napi_value, expected: i32) -> Option<(*mut c_void, usize)> {
    let (mut kind, mut length, mut data) = (0, 0, null_mut());
    let status = sys::napi_get_typedarray_info(env, value, &mut kind, &mut length, &mut data, null_mut(), null_mut());
    (status == sys::Status::napi_ok && kind == expected).then_some((data, length))
}

/// Throws what went wrong as a RangeError or TypeError.
unsafe fn fail(env: sys::napi_env, fault: Fault) -> sys::napi_value {
    let text = |message: String| std::ffi::CString::new(message).unwrap_or_default();
    match fault {
        Fault::Outside { address, bytes, length } => {
            let message = text(format!("{bytes} bytes from address {address} on reach beyond the memory of {length} bytes."));
            sys::napi_throw_range_error(env, null(), message.as_ptr());
        }
        Fault::Negative { size } => {
            let message = text(format!("A size or an index is {size}, expected one that is not negative."));
            sys::napi_throw_range_error(env, null(), message.as_ptr());
        }
        Fault::Argument => {
            let message = text("Expected the arguments of the kernel: addresses, integers and numbers.".to_owned());
            sys::napi_throw_type_error(env, null(), message.as_ptr());
        }
    }
    null_mut()
}
