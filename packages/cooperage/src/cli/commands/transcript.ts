import type { TranscriptPage } from '../../control/looks.js';
import type { TranscriptCrank } from '@cooperage/tools';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import type { DirectoryOptions } from '../find-directory.js';
import { withLooker } from '../operator.js';
import { usageError } from '../report-error.js';
import { formatCrank } from '../text/transcript.js';
import { countOf, harmless } from '../text/words.js';

export interface TranscriptOptions extends DirectoryOptions {
  readonly from?: number;
  readonly to?: number;
  readonly full?: boolean;
}

const sayHead = ({ terminal }: CommandContext, page: TranscriptPage, from: number): void => {
  const { name, newest, vatID } = page;
  terminal.out(`${harmless(name)} (${vatID}): ${countOf(newest, 'crank')} in all`);
  if (from > newest && from > 1) {
    terminal.out(`the newest crank is ${newest}; there is none from ${from} on`);
  }
};

export const transcriptCommand = (
  context: CommandContext,
  vat: string,
  options: TranscriptOptions,
): Promise<ExitCode> => {
  const { from = 1, to } = options;
  if (to !== undefined && to < from) {
    throw usageError(`--from ${from} is greater than --to ${to}`);
  }
  return withLooker(options, async ({ directory, look }) => {
    const ask = (first: number): Promise<TranscriptPage> =>
      look('transcript', { vat, from: first, ...(to !== undefined && { to }) });
    let page = await ask(from);
    const { vatID, name, newest } = page;
    const width = options.full === true ? Infinity : context.terminal.width;
    const cranks: TranscriptCrank[] = [];
    const show = (crank: TranscriptCrank): void => {
      if (context.json) cranks.push(crank);
      else for (const line of formatCrank(crank, width)) context.terminal.out(line);
    };
    if (!context.json) sayHead(context, page, from);
    for (;;) {
      page.cranks.forEach(show);
      if (page.next === undefined) break;
      page = await ask(page.next);
    }
    if (context.json) report(context, { directory, vatID, name, newest, cranks }, () => []);
    return EXIT.done;
  });
};
