/** What the methods of an open kernel take, as a table: in JavaScript nothing else refuses a mistake. */
import {
  amount,
  anything,
  type Argument,
  callback,
  CHANGEABLE_VAT_OPTIONS,
  choice,
  insistArguments,
  listOf,
  text,
  vatOptionsIn,
  vatOptionTable,
} from '@cooperage/types';
import { EXPORT } from '@cooperage/tools';
import { NAMES } from './config/settings.js';
import { KERNEL_EVENTS } from './host/events.js';

const bundle = text('the name of a bundle of the config');
const parameters = { value: anything };

const VAT: Argument = { name: 'vat', rule: text('the name of a vat') };
const METER: Argument = { name: 'meter', rule: text('the name of a meter, or its kref') };
const COMPUTRONS: Argument = {
  name: 'computrons',
  rule: amount('a whole number of computrons, such as 1000n'),
};
const NEW_CODE: Argument = {
  isNeeded: true,
  table: {
    bundle: { value: bundle },
    source: { value: text('the path of a module') },
    parameters,
    upgradeMessage: { value: text('a text') },
  },
};

const MESSAGE = [
  { name: 'method', rule: text('the name of a method') },
  { name: 'args', rule: listOf(anything, 'an array'), mayLack: true },
] as const satisfies readonly Argument[];

const HOST_CALLS = {
  send: [VAT, ...MESSAGE],
  root: [VAT],
  createVat: [
    { name: 'name', rule: text(`a text (${NAMES.what})`, NAMES.pattern) },
    {
      table: {
        bundle: { value: bundle, required: true },
        parameters,
        ...vatOptionTable(vatOptionsIn('host')),
      },
    },
  ],
  upgradeVat: [VAT, NEW_CODE],
  upgradeBundle: [{ name: 'bundle', rule: bundle }, NEW_CODE],
  changeOptions: [VAT, { table: vatOptionTable(CHANGEABLE_VAT_OPTIONS), isNeeded: true }],
  snapshot: [VAT],
  bringOutYourDead: [VAT],
  export: EXPORT,
  run: [{ name: 'bounds', rule: anything, mayLack: true }],
  on: [
    { name: 'name', rule: choice(...KERNEL_EVENTS) },
    { name: 'listener', rule: callback },
  ],
  'links.find': [{ name: 'shard', rule: text('the name of a shard') }, VAT],
  'meters.facet': [METER],
  'meters.topUp': [METER, COMPUTRONS],
  'quarantine.release': [VAT],
  'quarantine.terminate': [VAT, { name: 'reason', rule: text('a text') }],
  'suspension.resume': [VAT],
  'suspension.topUp': [VAT, COMPUTRONS],
} as const satisfies Readonly<Record<string, readonly Argument[]>>;

/**
 * The function, which looks at its arguments before it does anything.
 * @throws {CooperageError} the function that is given back throws `BAD_ARGUMENT`, which names call and argument
 */
export const checked =
  <Args extends readonly unknown[], Result>(
    call: keyof typeof HOST_CALLS,
    act: (...args: Args) => Result,
  ): ((...args: Args) => Result) =>
  (...args) => {
    insistArguments(call, HOST_CALLS[call], args);
    return act(...args);
  };

/** @throws {CooperageError} `BAD_ARGUMENT` where a message to a vat has no method's name or no array of arguments, or more */
export const insistMessage = (...message: readonly unknown[]): void =>
  insistArguments('send', MESSAGE, message);
