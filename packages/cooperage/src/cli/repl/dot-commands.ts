/** What begins with a dot at the prompt: looks at the kernel. */
import type { REPLServer } from 'node:repl';
import type { Holders } from '@cooperage/tools';
import { usageError } from '../report-error.js';
import { formatTable } from '../text/table.js';
import { formatWaiting } from '../text/vat.js';
import { formatVats } from '../text/vats.js';
import { harmless } from '../text/words.js';
import { showError } from './show-value.js';
import type { ReplWorld } from './world.js';

const formatHolders = ({ kref, owner, reachable, recognizable, state, holders }: Holders) => [
  state === undefined
    ? `${kref}: an object of ${owner}, reachable by ${reachable}, known to ${recognizable}`
    : `${kref}: a promise, ${state}${owner === 'none' ? '' : `, decided by ${owner}`}`,
  ...(holders.length === 0
    ? ['no vat has a reference to it']
    : formatTable(
        ['vat', 'name', 'as', 'direction', 'reachable'],
        holders.map(({ vatID, name, vref, direction, reachable: isReachable }) => [
          vatID,
          harmless(name),
          vref,
          direction,
          isReachable ? 'yes' : 'no',
        ]),
      )),
];

interface DotCommand {
  readonly help: string;
  readonly act: (
    world: ReplWorld,
    look: NonNullable<ReplWorld['look']>,
    text: string,
  ) => Promise<readonly string[]>;
}

const insistText = (text: string, example: string): string => {
  if (text === '') throw usageError(`usage: ${example}`);
  return text;
};

const COMMANDS: Readonly<Record<string, DotCommand>> = {
  vats: {
    help: 'List the vats of the kernel',
    act: async (world, look) => {
      await world.refresh();
      return formatVats(await look('vats'), WIDTH);
    },
  },
  holders: {
    help: 'Show which vats have a reference to an object or a promise: .holders ko12',
    act: async (_world, look, text) =>
      formatHolders(await look('holders', { kref: insistText(text, '.holders ko12') })),
  },
  inbox: {
    help: 'Show what waits for a vat: .inbox bank',
    act: async (_world, look, text) =>
      formatWaiting(await look('show', { vat: insistText(text, '.inbox bank') })),
  },
};

const WIDTH = 160;

/** @param failed is told of a command that failed */
export const defineDotCommands = (
  server: REPLServer,
  world: ReplWorld,
  failed: () => void,
): void => {
  for (const [name, { help, act }] of Object.entries(COMMANDS)) {
    const run = async (text: string): Promise<string> => {
      const { look } = world;
      if (look === undefined) {
        throw usageError(
          `.${name} is not available here: a capability URL gives access to one object, not to a kernel`,
        );
      }
      return (await act(world, look, text.trim())).filter((line) => line !== '').join('\n');
    };
    server.defineCommand(name, {
      help,
      action: (text) => {
        void run(text)
          .catch((error: unknown) => {
            failed();
            return showError(error, world.describe);
          })
          .then((shown) => {
            server.output.write(`${shown}\n`);
            server.displayPrompt();
          });
      },
    });
  }
};
