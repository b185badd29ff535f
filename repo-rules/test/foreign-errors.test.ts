import { expect, test } from 'vitest';
import { foreignErrors } from '../src/rules/code/foreign-errors.js';
import { makeRepository } from './made-up.js';

const check = (path: string, text: string): string[] =>
  foreignErrors(makeRepository([], { files: { [path]: text } }));

test.each([
  ['try { f(); } catch (error) { say(String(error)); }', true],
  ['try { f(); } catch (e) { say(`failed: ${e}`); }', true],
  ['try { f(); } catch (error) { say((error as Error).message); }', true],
  ['try { f(); } catch (error) { say((error as { code?: unknown }).code); }', true],
  ['try { f(); } catch (error) { if (error instanceof Error) say(); }', true],
  ['p.catch((reason: unknown) => say(String(reason)));', true],
  ['const f = (thrown: unknown) => thrown instanceof Error;', true],
  ['try { f(); } catch (error) { say(messageOf(error)); }', false],
  [
    'const f = (reason: string) => `ended: ${reason}`; const g = (reason: unknown) => f("");',
    false,
  ],
  ['try { f(); } catch (cause) { say(X`failed: ${cause}`); }', false],
  ['const f = (value: unknown) => String(value);', false],
])('whether what was caught may be asked: %s', (text, isFound) => {
  const path = 'packages/kernel/src/a.ts';
  const found = check(path, text);
  if (isFound) expect(found.join('\n')).toMatch(new RegExp(`^${path}:1: .* may be anything`));
  else expect(found).toEqual([]);
});

test('tests may', () => {
  const text = 'try { f(); } catch (error) { say(String(error)); }';
  expect(check('packages/kernel/test/a.test.ts', text)).toEqual([]);
});
