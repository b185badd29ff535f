/** The thread that writes large groups: it gets the rows of one, and writes them in one transaction. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, systemCodeOf } from '@cooperage/types';
import { openEnvironment } from '../environment.js';
import { transact } from '../transaction.js';
import type { FromWriter, Rows, ToWriter, WriterData } from './protocol.js';
import { queueGroup } from './write-group.js';

const port = parentPort;
if (port === null) throw Error('this module is the entry of a thread');
const { dataFile, durable } = workerData as WriterData;
const answer = (message: FromWriter): void => port.postMessage(message);

// The environment of the process: the library opens a file once, however many threads ask for it.
const opening = openEnvironment(dataFile, 'open', durable);
let pieces: Rows[] = [];

function* writesIn(rows: readonly Rows[]): Generator<readonly [string, string | null]> {
  for (const piece of rows) {
    for (let i = 0; i < piece.length; i += 2) {
      yield [piece[i] as string, piece[i + 1] as string | null];
    }
  }
}

const commit = async (sequence: number, note: string | undefined): Promise<void> => {
  const rows = pieces;
  pieces = [];
  try {
    const environment = await opening;
    if (environment === undefined) throw Error(`a database is missing in ${dataFile}`);
    await transact(environment.root, () => {
      queueGroup(environment, sequence, writesIn(rows), note);
    });
    answer(['durable', sequence]);
  } catch (cause) {
    answer(['failed', { code: systemCodeOf(cause), message: messageOf(cause) }]);
  }
};

const close = async (): Promise<void> => {
  await opening.then(
    (environment) => environment?.root.close(),
    () => undefined,
  );
  port.close();
};

port.on('message', (message: ToWriter) => {
  switch (message[0]) {
    case 'rows':
      pieces.push(message[1]);
      break;
    case 'forget':
      pieces = [];
      break;
    case 'commit':
      void commit(message[1], message[2]);
      break;
    case 'close':
      void close();
      break;
  }
});
