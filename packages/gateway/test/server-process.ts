/** A kernel with a gateway in a process of its own, which is killed and started again. */
import { type ChildProcess, fork } from 'node:child_process';
import { fixture } from './helpers.js';

interface Answer {
  readonly id: number;
  readonly answer: unknown;
}

export class ServerProcess {
  #child: ChildProcess | undefined;
  #port = 0;
  #last = 0;

  constructor(readonly directory: string) {}

  async start(): Promise<void> {
    const child = fork(fixture('server.mjs'), [this.directory, String(this.#port)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Not those of the runner of tests.
      execArgv: [],
    });
    this.#child = child;
    const url = await new Promise<string>((resolve, reject) => {
      child.once('message', ({ ready }: { ready: string }) => resolve(ready));
      child.once('exit', (code) => reject(new Error(`the server ended with ${String(code)}`)));
    });
    this.#port = Number(new URL(url).port);
  }

  ask<T>(call: string, ...args: unknown[]): Promise<T> {
    this.#last += 1;
    const id = this.#last;
    const child = this.#child as ChildProcess;
    return new Promise((resolve) => {
      const hear = (message: Answer): void => {
        if (message.id !== id) return;
        child.off('message', hear);
        resolve(message.answer as T);
      };
      child.on('message', hear);
      child.send({ id, call, args });
    });
  }

  /** Without warning. */
  async kill(): Promise<void> {
    const child = this.#child as ChildProcess;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }
}
