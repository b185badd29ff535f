/** For each option of the table a value that is not its default, and values that its rule does not allow. */
import {
  LIMITS,
  type OptionPlace,
  type ValueRule,
  VAT_OPTION_NAMES,
  vatOption,
  type VatOptionName,
  vatOptionsIn,
} from '@cooperage/types';

type Values = { readonly [Name in VatOptionName]: unknown };

/** An option that is added to the table is added here, or this does not compile. */
export const SAMPLES = {
  window: 3,
  ownThread: true,
  crankTimeLimit: 61_234,
  reapInterval: 123,
  reapReferences: 45,
  reapAtRest: 6,
  inboxLimit: 77,
  syscallLimit: 5_000,
  nameLimit: 5_001,
  slotLimit: 500,
  depthLimit: 60,
  digitLimit: 900,
  computronLimit: 50_000_000_000,
  whenExhausted: 'suspend',
  memoryLimit: 48_000_000,
  enablePipelining: true,
  ambient: { time: true },
  liveslots: 'steady',
  engine: 'quickjs',
  meter: 'pot',
  vatQuota: 5,
  memoryQuota: 99_000_000,
  zygote: true,
  critical: true,
} as const satisfies Values;

/** Those of a place, but for `liveslots`: other liveslots are tried with vats of their own, on V8. */
export const namesIn = (place: OptionPlace): readonly VatOptionName[] =>
  vatOptionsIn(place).filter((name) => name !== 'liveslots');

export const valuesOf = (
  names: readonly VatOptionName[],
  values: Values = SAMPLES,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(names.map((name) => [name, values[name]]));

const forbiddenBy = (rule: ValueRule): readonly unknown[] => {
  switch (rule.kind) {
    case 'whole number':
      return [rule.least - 1, rule.most + 1, 1.5, '7', true, null, [7], {}, NaN, Infinity, 7n];
    case 'flag':
      return ['true', 0, 1, null, {}];
    case 'choice':
      return ['nonsense', '', 7, null, [...rule.of]];
    case 'text':
      return [7, '', ' ', null, {}, 'x'.repeat(LIMITS.reasonLength + 1), 'a\0b'];
    case 'options':
      return [
        true,
        [],
        'x',
        null,
        { [Object.keys(rule.table)[0] as string]: 'yes' },
        { odd: true },
      ];
    default:
      throw new Error(`no values are known that a rule of the kind ${rule.kind} forbids`);
  }
};

export const FORBIDDEN: readonly (readonly [name: VatOptionName, value: unknown])[] =
  VAT_OPTION_NAMES.flatMap((name) =>
    forbiddenBy(vatOption(name).value).map((value) => [name, value] as const),
  );

/** What is forbidden in a place: the forbidden values, and each option that may not be given there. */
export const forbiddenIn = (
  allowed: readonly VatOptionName[],
): readonly (readonly [name: VatOptionName, value: unknown])[] => [
  ...FORBIDDEN.filter(([name]) => allowed.includes(name)),
  ...VAT_OPTION_NAMES.filter((name) => !allowed.includes(name)).map(
    (name) => [name, SAMPLES[name]] as const,
  ),
];
