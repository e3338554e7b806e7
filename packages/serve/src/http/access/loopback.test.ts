import { expect, test } from 'vitest';
import { isLoopback } from './loopback.js';

test('tells loopback hosts from others', () => {
  for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.8.9.10', '::1', '[::1]', '0:0:0:0:0:0:0:1']) {
    expect(isLoopback(host), host).toBe(true);
  }
  const others = ['0.0.0.0', '::', '', '10.0.0.1', '128.0.0.1', 'localhost.evil.example', '127.0.0.1.evil.example'];
  for (const host of [...others, 'evil.example', '127.1', '2130706433', '[::2]', 'localhost@evil']) {
    expect(isLoopback(host), host).toBe(false);
  }
});
