/** Platforms with a published add-on, as Node names them (`platform-arch`), and the ends of their packages' names. */
const PLATFORMS: Readonly<Record<string, readonly string[]>> = {
  // Only the package for the C library that is there gets installed, and only it loads.
  'linux-x64': ['linux-x64-gnu', 'linux-x64-musl'],
  'linux-arm64': ['linux-arm64-gnu', 'linux-arm64-musl'],
  'darwin-x64': ['darwin-x64'],
  'darwin-arm64': ['darwin-arm64'],
  'win32-x64': ['win32-x64-msvc'],
};

/** Packages that may hold the add-on for a platform, such as `linux-x64`; empty where none is published. */
export function platformPackages(platform: string): readonly string[] {
  return (PLATFORMS[platform] ?? []).map((end) => `@ialp/policy-native-${end}`);
}
