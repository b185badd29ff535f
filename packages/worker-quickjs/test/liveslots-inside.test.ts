/** The tests of liveslots, run where vats run: liveslots, its vats and each case are in a heap of the engine. */
import { describe, expect, it } from 'vitest';
import { makeQuickJSEngine } from '../src/engine/quickjs.js';
import { bundleScript, onQuickJS, type RunOperation } from './helpers/script.js';

const engine = makeQuickJSEngine();
const open = async (program: string): Promise<readonly [RunOperation, string[]]> => {
  const run = onQuickJS(engine, await bundleScript(program));
  return [run, (await run('names')) as string[]];
};

describe.each([
  ['the behaviour suite, ours and the published one', ...(await open('liveslots-suite')), 28],
  ['the tests that liveslots has of its own', ...(await open('liveslots-tests')), 110],
])('inside of the engine, %s', (_name, run, names, least) => {
  it('is all there', () => {
    expect(names.length).toBeGreaterThanOrEqual(least);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(names)('%s', async (name) => {
    await run('run', name);
  });
});
