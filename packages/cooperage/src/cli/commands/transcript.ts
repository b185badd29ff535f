import { readTranscript } from '../../inspect/inspect.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { usageError } from '../report-error.js';
import { formatCrank } from '../text/transcript.js';
import { countOf, harmless } from '../text/words.js';
import { withStore } from '../with-store.js';

export interface TranscriptOptions extends DirectoryOptions {
  readonly from?: number;
  readonly to?: number;
  readonly full?: boolean;
}

export const transcriptCommand = (
  context: CommandContext,
  vat: string,
  options: TranscriptOptions,
): Promise<ExitCode> => {
  const { from = 1, to } = options;
  if (to !== undefined && to < from) {
    throw usageError(`--from ${from} is greater than --to ${to}`);
  }
  return withStore(options, (store, directory) => {
    const transcript = readTranscript(store, vat, to === undefined ? { from } : { from, to });
    const { vatID, name, newest } = transcript;
    if (context.json) {
      const cranks = [...transcript.cranks];
      report(context, { directory, vatID, name, newest, cranks }, () => []);
      return EXIT.done;
    }
    const { terminal } = context;
    terminal.out(`${harmless(name)} (${vatID}): ${countOf(newest, 'crank')} in all`);
    const width = options.full === true ? Infinity : terminal.width;
    if (from > newest && from > 1) {
      terminal.out(`the newest crank is ${newest}: there is none from ${from} on`);
    }
    for (const crank of transcript.cranks) {
      for (const line of formatCrank(crank, width)) terminal.out(line);
    }
    return EXIT.done;
  });
};
