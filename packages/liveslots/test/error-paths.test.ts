/** What user code is refused, and with which error: on ours as on the published liveslots. */
import './helpers/lockdown.js';
import { makeLiveSlots as published } from '@agoric/swingset-liveslots';
import { Far } from '@endo/pass-style';
import type { MakeLiveSlots } from '@cooperage/types';
import { expect, test } from 'vitest';
import { makeLiveSlots } from '../src/published.js';
import {
  ERROR_CASES,
  MOST_CHARACTERS,
  MOST_SLOTS,
  FAILING_STARTS,
  type CaseContext,
  type ErrorCase,
} from './helpers/error-cases.js';
import { cap, FakeVatstore, message } from './helpers/fake-kernel.js';
import { makeVat } from './helpers/vat.js';

// A failing dispatch of the published liveslots leaves an unhandled rejection behind.
process.removeAllListeners('unhandledRejection');
process.on('unhandledRejection', () => {});

interface Thrown {
  readonly name: string;
  readonly message: string;
}

/** Where the published text is an accident of the engine or of an assertion without one, or shows vrefs: ours. */
const CLEARER: Readonly<Record<string, RegExp>> = {
  'options are null': /as it is null/,
  'whose keyShape names a heap object': /^value is not durable: \{"keyShape":/,
  'a kind whose behavior is null': /^invalid behavior specifier for "k": it must be a record of/,
  'with facets that is defined as one without': /^invalid behavior specifier for "k": it must be/,
  'without facets that is defined as one with': /^invalid behavior specifier for "k": .* of facets/,
  'a kind with facets without any': /^invalid behavior specifier for "k": .* of facets/,
  'an initial state that is null': /^initial data must be object, not null$/,
  'a stateShape that is no more': /^durable Kind stateShape mismatch \(no new shape\): /,
  'a method of another kind': /may only be applied to a valid instance/,
};

/** Steps after the first are taken by later incarnations, while they start. */
const thrownBy = async (
  make: MakeLiveSlots,
  steps: readonly ErrorCase[],
): Promise<Thrown | undefined> => {
  const store = new FakeVatstore();
  let thrown: Thrown | undefined;
  const take = async (step: ErrorCase, context: CaseContext): Promise<void> => {
    thrown = undefined;
    try {
      await step(context);
    } catch (error) {
      const { name, message: text } = error as Error;
      thrown = { name, message: text };
    }
  };
  const callNow = (_target: unknown, method: string): never =>
    cap(method === 'promise' ? '#"&0"' : '#1', method === 'promise' ? ['p-9'] : []) as never;
  for (const step of steps) {
    const isStart = steps.length > 1;
    const vat = await makeVat(
      async (powers, _parameters, baggage) => {
        const context = { VatData: powers.VatData, baggage, powers };
        if (isStart) await take(step, context as CaseContext);
        return Far('root', {
          run: async (presence: unknown, device: unknown, promise: Promise<unknown>) =>
            take(step, { ...context, presence, device, promise }),
        });
      },
      { make, store, options: { enableDisavow: true }, callNow, start: false },
    );
    // What is refused may keep the vat from starting.
    await vat.deliver(['startVat', cap('#"#undefined"')]).catch(() => undefined);
    if (isStart) continue;
    vat.testHooks.setSyscallCapdataLimits(MOST_CHARACTERS, MOST_SLOTS);
    const args = '["$0.Alleged: x","$1.Alleged: device","&2"]';
    await vat.deliver(message('o+0', 'run', args, ['o-5', 'd-6', 'p-7']));
  }
  return thrown;
};

/** Without the vrefs that the published texts show where errors are not redacted. */
const withoutVrefs = (text: string): string => text.replace(/,"slots":\[[^\]]*\]/, '');

test.each(Object.entries(ERROR_CASES))('%s', async (title, given) => {
  const steps = typeof given === 'function' ? [given] : given;
  const ours = await thrownBy(makeLiveSlots, steps);
  const theirs = await thrownBy(published as never, steps);
  expect(ours?.name).toBe(theirs?.name);
  const clearer = Object.entries(CLEARER).find(([part]) => title.includes(part))?.[1];
  if (clearer !== undefined) expect(ours?.message).toMatch(clearer);
  // Ours may go on where theirs ends.
  else expect(ours?.message ?? '').toContain(withoutVrefs(theirs?.message ?? ''));
  // A case that nothing is refused in tests nothing, unless it is there to show just that.
  expect(ours !== undefined || NOTHING.has(title)).toBe(true);
});

const NOTHING = new Set([
  'a symbol as key',
  'a message with what is not hardened',
  'a message with an array that is not hardened',
  'a property of a presence',
]);

const startError = async (
  make: MakeLiveSlots,
  buildRootObject: ((powers: any) => unknown) | undefined,
): Promise<string> => {
  const vat = await makeVat(buildRootObject as never, { make, start: false });
  return vat.dispatch(['startVat', cap('#"#undefined"')]).then(
    () => 'it has started',
    (error: unknown) =>
      error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  );
};

test.each(Object.entries(FAILING_STARTS))('a vat does not start where %s', async (title, build) => {
  const theirs = await startError(published as never, build);
  const ours = await startError(makeLiveSlots, build);
  // Theirs is a string.
  if (title.endsWith('never ends')) expect(ours).toBe(`Error: ${theirs}`);
  else expect(ours.startsWith(theirs) && ours).toBe(ours);
});
