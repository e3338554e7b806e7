/** Platforms with a package of their own, and how the add-on is compiled for them. */

/** The ends of the packages' names, by what Rust calls the platform; the same as `napi.targets` of the manifest. */
export const TARGETS = {
  'x86_64-unknown-linux-gnu': 'linux-x64-gnu',
  'x86_64-unknown-linux-musl': 'linux-x64-musl',
  'aarch64-unknown-linux-gnu': 'linux-arm64-gnu',
  'aarch64-unknown-linux-musl': 'linux-arm64-musl',
  'x86_64-apple-darwin': 'darwin-x64',
  'aarch64-apple-darwin': 'darwin-arm64',
  'x86_64-pc-windows-msvc': 'win32-x64-msvc',
};

/** The oldest C library that Node 20 runs on; the add-on must not ask for a later one, such as that of the machine that compiles it. */
const GLIBC = '2.28';

/** What cargo calls the library, by platform. */
const LIBRARIES = { darwin: 'libialp_policy_native.dylib', win32: 'ialp_policy_native.dll' };

/** Arguments of cargo and its environment; zig links for Linux, whatever C library is there. */
export function cargoFor(target) {
  const how = ['--release', '--locked'];
  if (target === undefined) return { args: ['build', ...how], env: {} };
  if (!target.includes('linux')) return { args: ['build', ...how, '--target', target], env: {} };
  if (target.endsWith('gnu')) return { args: ['zigbuild', ...how, '--target', `${target}.${GLIBC}`], env: {} };
  // Node has the C library loaded; a second one inside the add-on would not be shared with it.
  return { args: ['zigbuild', ...how, '--target', target], env: { RUSTFLAGS: '-C target-feature=-crt-static' } };
}

/** The file that cargo writes; `target` as above, or undefined for this machine. */
export function libraryOf(target) {
  const platform = target === undefined ? process.platform : TARGETS[target].split('-')[0];
  return `target/${target === undefined ? '' : `${target}/`}release/${LIBRARIES[platform] ?? 'libialp_policy_native.so'}`;
}
