/** What was written for vats: in Node it needs what a vat has around it, so that the answer is said here. */

export const VATS = [
  {
    name: '@agoric/ertp',
    imports: "import { AmountMath, AssetKind } from '@agoric/ertp';",
    use: "(() => { const brand = Far('Brand', {}); return String(AmountMath.add(AmountMath.make(brand, 3n), AmountMath.make(brand, 4n)).value); })()",
    expected: '7',
  },
  {
    name: '@endo/patterns',
    imports: "import { M, matches, keyEQ, makeCopySet } from '@endo/patterns';",
    use: '[matches(harden({ a: 3 }), M.splitRecord({ a: M.number() })), keyEQ(makeCopySet([1, 2]), makeCopySet([2, 1]))]',
    expected: [true, true],
  },
  {
    name: '@agoric/store',
    imports: "import { makeScalarMapStore } from '@agoric/store';",
    use: "(() => { const s = makeScalarMapStore('x'); s.init('a', 1); return [...s.keys()]; })()",
    expected: ['a'],
  },
  {
    name: '@agoric/notifier',
    imports: "import { makeNotifierKit } from '@agoric/notifier';",
    use: '(() => { const { notifier, updater } = makeNotifierKit(); updater.updateState(3); return notifier.getUpdateSince().then(({ value }) => value); })()',
    expected: 3,
  },
];
