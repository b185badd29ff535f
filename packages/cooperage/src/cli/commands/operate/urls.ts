/** The capability URLs of a kernel: which there are, one more, and the end of one. */
import type { ShownUrl } from '../../../gateway-port/urls.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import type { DirectoryOptions } from '../../find-directory.js';
import { type Attempt, withLooker, withOperator } from '../../operator.js';
import { usageError } from '../../report-error.js';
import { formatTable } from '../../text/table.js';
import { harmless } from '../../text/words.js';

export interface UrlsOptions extends DirectoryOptions {
  readonly issue?: string;
  readonly label?: string;
  readonly page?: string;
  readonly revoke?: string;
}

const list = (context: CommandContext, directory: string, urls: readonly ShownUrl[]): ExitCode => {
  report(context, { directory, urls }, () =>
    urls.length === 0
      ? ['no URLs are issued']
      : formatTable(
          ['id', 'issued', 'object', 'label'],
          urls.map(({ id, issued, object, label }) => [
            id,
            new Date(issued).toISOString(),
            object,
            harmless(label),
          ]),
        ),
  );
  return EXIT.done;
};

const attempt = (label: string): Attempt => ({ label, leave: true, gateway: true });

const issue = (
  context: CommandContext,
  object: string,
  { label, page, ...where }: UrlsOptions,
): Promise<ExitCode> =>
  withOperator(
    context,
    where,
    attempt(`issuing a URL of ${object}`),
    async ({ directory, call }) => {
      const said = { ...(label !== undefined && { label }), ...(page !== undefined && { page }) };
      const issued = (await call('urls.issue', { object, ...said })) as {
        readonly id: string;
        readonly url: string;
      };
      report(context, { directory, ...issued }, () => [issued.url]);
      if (!context.json) {
        context.terminal.report(
          `each holder of this URL has the object; it is shown this once; "cooperage urls --revoke ${issued.id}" ends it`,
        );
      }
      return EXIT.done;
    },
  );

export const urlsCommand = (context: CommandContext, options: UrlsOptions): Promise<ExitCode> => {
  const { issue: object, revoke, label, page } = options;
  if (object !== undefined && revoke !== undefined) {
    throw usageError('give --issue or --revoke, not both');
  }
  if (object !== undefined) return issue(context, object, options);
  if (label !== undefined || page !== undefined) {
    throw usageError('--label and --page are for --issue');
  }
  if (revoke === undefined) {
    return withLooker(options, async ({ directory, look }) =>
      list(context, directory, await look('urls')),
    );
  }
  return withOperator(
    context,
    options,
    attempt('revoking a URL'),
    async ({ directory, call, look }) => {
      await call('urls.revoke', { url: revoke });
      return list(context, directory, await look('urls'));
    },
  );
};
