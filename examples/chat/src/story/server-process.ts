/** The server process: starts it, asks it, kills it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** The build: tests read this file from its source. */
const SERVER = fileURLToPath(new URL('../../dist/story/server.js', import.meta.url));

export const makeServerProcess = (directory: string, hasPage: boolean) => {
  let child: ChildProcess | undefined;
  let origin = '';
  let last = 0;
  const running = (): ChildProcess => {
    if (child === undefined) throw new Error('the server does not run');
    return child;
  };
  return {
    get origin() {
      return origin;
    },
    /** Starts the server, each time at the same address. */
    start: async (): Promise<void> => {
      const port = origin === '' ? '0' : new URL(origin).port;
      const made = fork(SERVER, [directory, port, hasPage ? 'page' : ''], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        execArgv: [],
      });
      child = made;
      origin = await new Promise<string>((resolve, reject) => {
        made.once('message', (ready: { origin: string }) => resolve(ready.origin));
        made.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
      });
    },
    ask: (act: 'openRoom' | 'upgrade', argument = ''): Promise<unknown> => {
      last += 1;
      const id = last;
      const asked = running();
      return new Promise((resolve, reject) => {
        const hear = (message: Answer): void => {
          if (message.id !== id) return;
          asked.off('message', hear);
          if (message.error === undefined) resolve(message.answer);
          else reject(new Error(message.error));
        };
        asked.on('message', hear);
        asked.send({ id, act, argument });
      });
    },
    kill: async (): Promise<void> => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = new Promise((resolve) => running().once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    },
  };
};

export type ServerProcess = ReturnType<typeof makeServerProcess>;
