/** Does what each process does that opens a data file: clears the slots of readers that are dead. Says how many, and goes without a word. */
import { open } from 'lmdb';

const root = open({ path: process.argv[2], noSubdir: true, readOnly: true, encoding: 'binary' });
process.stdout.write(`${root.readerCheck()}\n`);
// Its own slot stays behind.
root.get('anything');
process.exit(0);
