/** Records as an honest vat sends them: a vat that keeps to what it knows says something at random. */
import { isPromiseRef, type VatSyscallObject, type VRef } from '@cooperage/types';
import { call, data, send, sole, vref } from '../core/a-kernel.js';
import type { Dice } from './dice.js';
import type { VatKnowledge } from './vat-knowledge.js';

const NEW_OBJECTS = ['o+0', 'o+1', 'o+2', 'o+v4/1', 'o+d7/2:1'].map(vref);
const NEW_PROMISES = ['p+5', 'p+6', 'p+7', 'p+8', 'p+9'].map(vref);
const KEYS = ['', 'a', 'vom.o+d7/2', '__proto__', 'toString', 'é\u2028', '\ud800'];

const propose = (dice: Dice, { known, decided }: VatKnowledge): VatSyscallObject => {
  const refs = [...known].filter(([, { isReachable }]) => isReachable).map(([each]) => each);
  const anyRef = (): VRef => dice.pick([...refs, ...NEW_OBJECTS, ...NEW_PROMISES]);
  const some = (): VRef[] => Array.from({ length: dice.below(3) }, anyRef);
  const imports = [...known.keys()].filter((each) => each.startsWith('o-'));
  const dropped = imports.filter((each) => known.get(each)?.isReachable === false);
  const exports = [...known.keys()].filter((each) => each.startsWith('o+'));
  switch (dice.below(14)) {
    case 0:
    case 1:
    case 2:
      return send(anyRef(), 'm', some());
    case 3:
    case 4:
      return send(anyRef(), 'm', some(), dice.pick([...decided, ...NEW_PROMISES]));
    case 5:
      return ['subscribe', dice.pick([...refs.filter(isPromiseRef), ...NEW_PROMISES])];
    case 6:
    case 7:
      return [
        'resolve',
        [
          [
            dice.pick([...decided, ...NEW_PROMISES]),
            dice.chance(30),
            dice.chance(30) ? sole(anyRef()) : data(...some()),
          ],
        ],
      ];
    case 8:
      return ['vatstoreSet', dice.pick(KEYS), dice.pick(KEYS)];
    case 9:
      return [dice.pick(['vatstoreGet', 'vatstoreGetNextKey', 'vatstoreDelete']), dice.pick(KEYS)];
    case 10:
    case 11:
      return ['dropImports', [dice.pick([...imports, vref('o-1')])]];
    case 12:
      return ['retireImports', [dice.pick([...dropped, ...imports, vref('o-1')])]];
    default:
      return dice.chance(10)
        ? ['exit', dice.chance(50), call('over', ...some())]
        : [dice.pick(['retireExports', 'abandonExports']), [dice.pick([...exports, vref('o+0')])]];
  }
};

const admitted = (dice: Dice, knowledge: () => VatKnowledge, before: VatSyscallObject[]) => {
  for (let tries = 0; tries < 8; tries += 1) {
    const asked = knowledge();
    for (const each of before) asked.admits(each);
    const syscall = propose(dice, asked);
    if (asked.admits(syscall)) return syscall;
  }
  return undefined;
};

/** @param knowledge gives what the vat knows before the record, anew each time */
export const validRecord = (dice: Dice, knowledge: () => VatKnowledge): string => {
  const syscalls: VatSyscallObject[] = [];
  for (let i = 1 + dice.below(6); i > 0; i -= 1) {
    const next = admitted(dice, knowledge, syscalls);
    if (next !== undefined) syscalls.push(next);
  }
  return JSON.stringify({
    n: knowledge().n,
    status: ['ok'],
    syscalls: syscalls.map((each) =>
      each[0] === 'vatstoreGet' || each[0] === 'vatstoreGetNextKey'
        ? [each, dice.pick([null, 'was', '\udc00'])]
        : [each],
    ),
    usage: dice.chance(50) ? null : { computrons: dice.below(1000) },
  });
};
