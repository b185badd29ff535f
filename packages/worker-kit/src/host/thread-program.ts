/**
 * What a thread loads, and V8's compiled form of it: compiling the one file takes half of a thread's start, and each
 * thread of a process would do it anew.
 */
import { MessageChannel, type MessagePort, type Transferable } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';

/** What `inside/run-script` is told. */
export interface ProgramData {
  /** The script. */
  readonly file: string;
  /** Its compiled form, if the process has it. V8 trusts these bytes. */
  readonly compiled: Uint8Array | undefined;
  /** Takes that form from a thread that had to compile the script, before the thread runs a vat. */
  readonly compiledTo: MessagePort;
}

/** What a thread is started with so that it runs a program. */
export interface ProgramStart {
  /** The file that the thread loads first. */
  readonly entry: string;
  /** To be added to its `workerData`, and to what is transferred with that. */
  readonly data: { readonly program?: ProgramData };
  readonly transfer: readonly Transferable[];
}

/** Tells, for each thread, how it is started. */
export type ThreadProgram = () => ProgramStart;

/** A program of ES modules. */
export const moduleProgram =
  (entry: string): ThreadProgram =>
  () => ({ entry, data: {}, transfer: [] });

const runScript = fileURLToPath(
  new URL('../inside/run-script.cjs', import.meta.url).href.replace(/\/src\//, '/dist/'),
);

/**
 * A program of one script that is compiled once for all threads of this process.
 *
 * V8 trusts a compiled form: a party that can write it can run any code. So it is never read from a file, it is taken
 * from a thread only until that thread runs a vat, and each thread gets a copy.
 */
export const scriptProgram = (file: string): ThreadProgram => {
  let compiled: Uint8Array | undefined;
  return () => {
    const { port1, port2 } = new MessageChannel();
    port1.once('message', (bytes: unknown) => {
      port1.close();
      if (bytes instanceof Uint8Array) compiled = bytes;
    });
    port1.unref();
    return {
      entry: runScript,
      data: { program: { file, compiled, compiledTo: port2 } },
      transfer: [port2],
    };
  };
};
