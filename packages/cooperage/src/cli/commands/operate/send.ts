/** Sends a message to the root of a vat, and prints the answer. */
import type { CapData } from '@cooperage/types';
import { encodeOutside } from '../../../control/outside-codec.js';
import { formatCapData } from '@cooperage/tools';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import type { DirectoryOptions } from '../../find-directory.js';
import { parseLiteral } from '../../literal.js';
import { withOperator } from '../../operator.js';
import { harmless } from '../../text/words.js';

export interface SendOptions extends DirectoryOptions {
  readonly wait: boolean;
}

export const sendCommand = async (
  context: CommandContext,
  vat: string,
  method: string,
  written: readonly string[],
  options: SendOptions,
): Promise<ExitCode> => {
  const args = encodeOutside(written.map(parseLiteral), 'args');
  const { wait } = options;
  const attempt = { label: `waiting for ${vat}`, leave: !wait, asksVats: true };
  return withOperator(context, options, attempt, async ({ directory, call }) => {
    const sent = (await call('send', { vat, method, args, wait })) as { readonly answer?: CapData };
    const { answer } = sent;
    const about = { directory, vat, method };
    if (answer === undefined) {
      report(context, { ...about, sent: true }, () => ['sent']);
    } else {
      const body = JSON.parse(answer.body.slice(1)) as unknown;
      report(context, { ...about, answer: body, slots: answer.slots }, () => [
        harmless(formatCapData(answer)),
      ]);
    }
    return EXIT.done;
  });
};
