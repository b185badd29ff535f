/** What the buttons of the inspector's page do: each on a copy of the past, and nothing to the kernel. */
import { cyclesAt, consoleOf, debugCrank, type DebugSession, tryMessage } from '@cooperage/inspect';
import { type CapData, CooperageError, type KRef, type VatWorkerHost } from '@cooperage/types';
import { makeOutsideCodec } from '../../../control/outside-codec.js';
import { workersFor } from '../../../workers/tool-workers.js';
import { parseLiteral } from '../../literal.js';

type Query = URLSearchParams;

const refuse = (what: string): never => {
  throw new CooperageError('BAD_ARGUMENT', what);
};

const noSending = (): never => refuse('references cannot be used outside the kernel');
const codec = makeOutsideCodec({ send: noSending, isRoot: () => false, promiseFor: noSending });

/** A line is an argument: data, or the kref of an object. */
const readArgument = (line: string): unknown =>
  /^ko\d+$/.test(line) ? codec.decode({ body: '#"$0"', slots: [line] }) : parseLiteral(line);

const methargsOf = (query: Query): CapData<KRef> => {
  const method = query.get('method') ?? '';
  if (method === '') return refuse('name a method');
  const lines = (query.get('args') ?? '').split('\n').filter((line) => line.trim() !== '');
  const args = lines.map((line) => readArgument(line.trim()));
  return codec.encode([method, args], 'the message') as CapData<KRef>;
};

/** One crank at a time is under a debugger. */
const makeDebugging = (source: string) => {
  let session: DebugSession | undefined;
  const at = async (query: Query) => {
    await session?.close();
    session = undefined;
    session = await debugCrank({ source, crank: Number(query.get('crank')) });
    return session.at;
  };
  const move = (step: 'before' | 'after') => async () => {
    if (session !== undefined) return session[step]();
    return refuse('no crank is being debugged');
  };
  return {
    actions: { debug: at, 'debug-before': move('before'), 'debug-after': move('after') },
    close: async () => session?.close(),
  };
};

export const makeActs = (source: string) => {
  const debugging = makeDebugging(source);
  let made: VatWorkerHost | undefined;
  const workers = (): VatWorkerHost => (made ??= workersFor({ threads: 1 }));
  const at = (query: Query) => ({
    source,
    crank: Number(query.get('crank')),
    workers: workers(),
  });
  return {
    /** Where vats run again, in threads that are locked down; made when they are first needed. */
    workers,
    actions: {
      ...debugging.actions,
      console: (query: Query) => consoleOf({ source, crank: Number(query.get('crank')) }),
      cycles: (query: Query) => cyclesAt(at(query)),
      try: (query: Query) =>
        tryMessage({
          ...at(query),
          target: query.get('target') ?? '',
          methargs: methargsOf(query),
        }),
    },
    close: async () => {
      await debugging.close();
      await made?.stop();
    },
  };
};
