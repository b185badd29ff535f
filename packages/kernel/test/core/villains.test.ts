/** Vats that keep none of liveslots' manners, among themselves: the kernel stays sound and never panics. */
import { isPromiseRef, type VatID, type VatSyscallObject, type VRef } from '@cooperage/types';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { call, data, makeTestKernel, send, sole, type TestKernel, vref } from './a-kernel.js';

const ABANDONING = ['dropImports', 'retireImports', 'retireExports', 'abandonExports'] as const;

/** A deed names references by their place among those that the vat has at that time, and some that it has not. */
const deed = fc.record({
  kind: fc.constantFrom('send', 'send', 'send', 'subscribe', 'resolve', 'resolve', ...ABANDONING),
  refs: fc.array(fc.nat({ max: 30 }), { minLength: 3, maxLength: 3 }),
  flag: fc.boolean(),
});
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

const knownTo = ({ core }: TestKernel, vatID: VatID, isWanted: (vref: VRef) => boolean): VRef[] =>
  [
    ...[...core.kernel.tables.cLists.list(vatID)].map(([known]) => known),
    ...['o+1', 'o+2', 'p+5', 'p+6', 'p+7'].map(vref),
  ].filter(isWanted);

const toSyscall = (kernel: TestKernel, vatID: VatID, { kind, refs, flag }: Deed) => {
  const pick = (i: number, isWanted: (vref: VRef) => boolean = () => true): VRef => {
    const known = knownTo(kernel, vatID, isWanted);
    return known[(refs[i] ?? 0) % known.length] ?? vref('o+1');
  };
  const isObject = (each: VRef): boolean => !isPromiseRef(each);
  const isImport = (each: VRef): boolean => each.startsWith('o-');
  const isOwn = (each: VRef): boolean => each.startsWith('o+');
  const made = ((): VatSyscallObject => {
    switch (kind) {
      case 'send':
        return send(pick(0), 'm', [pick(1)], flag ? pick(2, isPromiseRef) : undefined);
      case 'subscribe':
        return ['subscribe', pick(0, isPromiseRef)];
      case 'resolve':
        return [
          'resolve',
          [[pick(0, isPromiseRef), flag, flag ? data(pick(1), pick(2)) : sole(pick(1, isObject))]],
        ];
      case 'dropImports':
      case 'retireImports':
        return [kind, [pick(0, isImport)]];
      default:
        return [kind, [pick(0, isOwn)]];
    }
  })();
  return made;
};

test('whatever vats say to each other', () => {
  const script = fc.array(fc.tuple(fc.nat({ max: 3 }), deed), { minLength: 10, maxLength: 60 });
  let applied = 0;
  fc.assert(
    fc.property(script, fc.constantFrom(1, 2, 4), (steps, window) => {
      const kernel = makeTestKernel();
      const { windows } = kernel.core.kernel.tables;
      const vats = [kernel.vat('v1', window)];
      for (const name of ['v2', 'v3', 'v4']) {
        vats.push(kernel.vat(name, window, ...vats.map(({ root }) => root)));
      }
      for (const [who, what] of steps) {
        const vat = vats[who] ?? expect.fail();
        if (!vat.isAlive) continue;
        if (windows.size(vat.vatID) === 0) {
          kernel.input((host) => host.send(vat.root, call('go')));
        }
        // It has abandoned its root, and hears of nothing any more.
        if (windows.size(vat.vatID) === 0) continue;
        const { refused } = vat.does(toSyscall(kernel, vat.vatID, what));
        if (refused === undefined) applied += 1;
        else expect(refused.code).toBe('ILLEGAL_SYSCALL');
      }
      for (const vat of vats) {
        if (!vat.isAlive) continue;
        kernel.input((host) => host.terminateVat(vat.vatID, false, data(), 'the end'));
      }
    }),
    { numRuns: Number(process.env['VILLAINS'] ?? 100) },
  );
  expect(applied).toBeGreaterThan(300);
});
