/** The options of `openKernel`, as a table: what is not in it is refused. */
import {
  anything,
  callback,
  choice,
  either,
  flag,
  nothing,
  object,
  optionsOf,
  type OptionTable,
  recordOf,
  text,
} from '@cooperage/types';
import { OVERRIDES } from './config/settings.js';
import { KERNEL_EVENTS } from './host/events.js';
import { WORKER_OPTIONS } from './workers/vat-workers.js';

const LISTENERS: OptionTable = Object.fromEntries(
  KERNEL_EVENTS.map((name) => [name, { value: callback }]),
);

export const OPEN_OPTIONS = {
  config: {
    value: either(text('the path of a config file'), object('an object with "vats"')),
    required: 'the path of a config file, or an object with "vats"',
  },
  directory: { value: either(text('the path of a directory'), nothing) },
  services: { value: recordOf(anything, 'an object of services by name') },
  ...OVERRIDES,
  fresh: { value: flag },
  upgrade: { value: flag },
  ignoreChanges: { value: flag },
  manual: { value: flag },
  whenInboxIsFull: { value: choice('wait', 'refuse') },
  backend: { value: object('a StoreBackend') },
  store: { value: object('a StoreBackend') },
  control: { value: flag },
  ...WORKER_OPTIONS,
  ambientSource: { value: object('an object with now() and entropy()', 'now', 'entropy') },
  log: { value: callback },
  on: { value: optionsOf(LISTENERS, 'an object of listeners by the names of events') },
} as const satisfies OptionTable;
