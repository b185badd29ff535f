/** Where a command speaks: results to standard output, everything else to standard error. */

export interface Terminal {
  /** A line of the result. */
  out(line: string): void;
  /** A line beside the result. */
  report(line: string): void;
  /** One line that is replaced by the next; undefined takes it away. Does nothing where the output is no terminal. */
  status(line: string | undefined): void;
  /** Lines are cut to this. */
  readonly width: number;
  /** The last `status` stays visible only on a terminal. */
  readonly isLive: boolean;
}

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Where the output goes to a file or a program. */
const WIDTH = 160;
const LEAST_WIDTH = 60;

export const makeTerminal = (stdout: Stream, stderr: Stream): Terminal => {
  const isLive = stderr.isTTY === true;
  let shown: string | undefined;
  const wipe = (): void => {
    if (shown !== undefined) stderr.write('\r\u001b[2K');
  };
  const draw = (): void => {
    if (shown !== undefined) stderr.write(shown);
  };
  const around = (write: () => void): void => {
    wipe();
    write();
    draw();
  };
  return {
    isLive,
    width: stdout.isTTY === true ? Math.max(LEAST_WIDTH, stdout.columns ?? WIDTH) : WIDTH,
    out: (line) => around(() => stdout.write(`${line}\n`)),
    report: (line) => around(() => stderr.write(`${line}\n`)),
    status: (line) => {
      if (!isLive) return;
      wipe();
      shown = line?.slice(0, (stderr.columns ?? WIDTH) - 1);
      draw();
    },
  };
};
