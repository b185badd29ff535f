/** Where progress is shown: a terminal, or anything else that takes text. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/**
 * Shows how far a run is: on a terminal in one line that is written over, elsewhere in a line for every tenth.
 *
 * It is told the state and not the change, and never goes back. Both matter because it hangs on a service
 * call: one whose completion was not yet durable when the process was killed is made again.
 */
export const makeProgress = (sink: Sink) => {
  const isTerminal = sink.isTTY === true;
  let shown = isTerminal ? -1 : 0;

  let isDirty = false;
  const show = (line: string) => {
    isDirty = isTerminal;
    sink.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
  };

  return {
    /** What goes on before there is anything to count: worth a word only where it is written over. */
    prepare: (line: string) => {
      if (isTerminal) show(line);
    },
    report: (done: number, total: number) => {
      const step = isTerminal ? done : Math.floor((10 * done) / total);
      if (step <= shown) return;
      shown = step;
      show(`${done} of ${total} months traded (${Math.floor((100 * done) / total)} %)`);
    },
    /** Leaves the terminal's line, so that what follows starts on its own. */
    end: () => {
      if (isDirty) sink.write('\r\u001b[K');
    },
  };
};
