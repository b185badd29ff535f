import type { VatDeliveryObject, VatSyscallObject, VRef } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { makeCrossings } from '../../src/crank/crossings.js';

const vref = (text: string): VRef => text as VRef;
const refs = (...texts: string[]): VRef[] => texts as VRef[];
const data = (...slots: string[]) => ({ body: '#[]', slots: refs(...slots) });

const naming: [string, VatSyscallObject][] = [
  ['the target of a send', ['send', vref('o+7'), { methargs: data(), result: null }]],
  ['an argument', ['send', vref('o-5'), { methargs: data('o-6', 'o+7'), result: null }]],
  ['a resolution', ['resolve', [[vref('p-1'), false, data('o+7')]]]],
  ['a farewell', ['exit', false, data('o+7')]],
  ['a retirement', ['retireExports', refs('o+7')]],
  ['an abandonment', ['abandonExports', refs('o+7')]],
];

describe('messages that cross', () => {
  it.each(naming)('an export that was named as %s is not dropped', (_what, syscall) => {
    const crossings = makeCrossings();
    crossings.addSyscall(syscall, 3);
    crossings.advance(2);
    expect(crossings.admit(['dropExports', refs('o+7')])).toBe(undefined);
    expect(crossings.admit(['retireExports', refs('o+7', 'o+8')])).toEqual([
      'retireExports',
      ['o+8'],
    ]);
    crossings.advance(3);
    expect(crossings.admit(['dropExports', refs('o+7')])).toEqual(['dropExports', ['o+7']]);
  });

  it('each facet is named by itself', () => {
    const crossings = makeCrossings();
    crossings.addSyscall(['resolve', [[vref('p-1'), false, data('o+d10/1:0')]]], 1);
    expect(crossings.admit(['dropExports', refs('o+d10/1:0', 'o+d10/1:1')])).toEqual([
      'dropExports',
      ['o+d10/1:1'],
    ]);
  });

  const bringing: [string, VatDeliveryObject][] = [
    ['a message', ['message', vref('o+0'), { methargs: data('o-5'), result: null }]],
    ['a notification', ['notify', [[vref('p-1'), false, data('o-5')]]]],
    ['stopVat', ['stopVat', data('o-5')]],
  ];
  it.each(bringing)('an import that the vat retired is live again with %s', (_what, delivery) => {
    const crossings = makeCrossings();
    crossings.addSyscall(['retireImports', refs('o-5')], 1);
    expect(crossings.admit(['retireImports', refs('o-5')])).toBe(undefined);
    expect(crossings.admit(delivery)).toBe(delivery);
    expect(crossings.admit(['retireImports', refs('o-5')])).toEqual(['retireImports', ['o-5']]);
  });

  it('an import that the vat only dropped may be retired', () => {
    const crossings = makeCrossings();
    crossings.addSyscall(['dropImports', refs('o-5')], 1);
    expect(crossings.admit(['retireImports', refs('o-5')])).toEqual(['retireImports', ['o-5']]);
  });
});
