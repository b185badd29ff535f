/** A node as its operator starts it: `cooperage cluster serve`, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'bin', 'cooperage.js');

export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly node: string;
  readonly message: string;
  readonly shard?: string;
  readonly code?: string;
}

export interface Node {
  readonly process: ChildProcess;
  /** What it has logged: each line is JSON. */
  readonly lines: readonly LogLine[];
  /** Resolves when it has logged a line that begins so. */
  says(message: string): Promise<LogLine>;
  readonly ended: Promise<number | null>;
}

export const serve = (config: string): Node => {
  const child = spawn(process.execPath, [MAIN, 'cluster', 'serve', '-c', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: LogLine[] = [];
  const looks = new Set<() => void>();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(JSON.parse(part) as LogLine);
    for (const look of looks) look();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    process: child,
    lines,
    ended,
    says: (message) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = lines.find((each) => each.message.startsWith(message));
          if (line !== undefined) resolve(line);
        };
        looks.add(look);
        void ended.then(() => reject(Error(`it ended without saying "${message}"`)));
        look();
      }),
  };
};
