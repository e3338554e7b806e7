import { isAbsolute, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder } from './cache-folder.js';

describe('cacheFolder', () => {
  it.each<[NodeJS.Platform, Record<string, string>, string]>([
    ['linux', { IALP_CACHE: '/data/ialp', XDG_CACHE_HOME: '/xdg' }, '/data/ialp'],
    ['darwin', { IALP_CACHE: '/data/ialp' }, '/data/ialp'],
    ['linux', { XDG_CACHE_HOME: '/xdg' }, join('/xdg', 'ialp')],
    ['linux', { XDG_CACHE_HOME: 'not/absolute' }, join('/home/me', '.cache', 'ialp')],
    ['linux', { IALP_CACHE: '', XDG_CACHE_HOME: '' }, join('/home/me', '.cache', 'ialp')],
    ['freebsd', {}, join('/home/me', '.cache', 'ialp')],
    ['darwin', {}, join('/home/me', 'Library', 'Caches', 'ialp')],
    ['win32', { LOCALAPPDATA: '/local' }, join('/local', 'ialp', 'Cache')],
    ['win32', {}, join('/home/me', 'AppData', 'Local', 'ialp', 'Cache')],
  ])('on %s with %o is %s', (platform, env, expected) => {
    expect(cacheFolder({ platform, env, home: '/home/me' })).toBe(expected);
  });

  it('is absolute on this machine', () => {
    expect(isAbsolute(cacheFolder())).toBe(true);
    expect(isAbsolute(cacheFolder({ platform: 'linux', env: { IALP_CACHE: 'here' }, home: '/home/me' }))).toBe(true);
  });
});
