import { runProgram } from '../../src/cli/program.js';

export interface Ended {
  readonly code: number;
  /** Lines on standard output. */
  readonly out: readonly string[];
  /** Lines on standard error. */
  readonly notes: readonly string[];
  /** Both, in their order. */
  readonly all: readonly string[];
}

/** Runs the command line in this process. */
export const runInProcess = async (args: readonly string[], version = '0'): Promise<Ended> => {
  const out: string[] = [];
  const notes: string[] = [];
  const all: string[] = [];
  const terminal = {
    out: (line: string) => {
      out.push(line);
      all.push(line);
    },
    report: (line: string) => {
      notes.push(line);
      all.push(line);
    },
    status: () => undefined,
    width: 160,
    isLive: false,
  };
  const code = await runProgram(args, { terminal, version, env: {} });
  return { code, out, notes, all };
};
