import { messageOf } from 'cooperage';
import { formatMeasurements, measureAll } from './measure.js';
import { openHost } from './open-host.js';
import { help, parseOptions, UsageError, type Options } from './options.js';
import { formatForkTimes, formatStory } from './report.js';
import { serve } from './serve.js';
import type { Story } from './vats/story.js';

/** Everything but the outcome goes to standard error. */
const say = (line: string) => void process.stderr.write(`contract-host: ${line}\n`);

const hostOptions = ({ engine, directory, fresh, verbose }: Options) => ({
  engine,
  directory,
  fresh,
  say,
  ...(verbose && {
    onConsole: (name: string, text: string) => void process.stderr.write(`${name}: ${text}\n`),
  }),
});

const tell = async (options: Options): Promise<number> => {
  const { kernel, forkTimes } = await openHost({ ...hostOptions(options), plan: 'story' });
  try {
    const story = (await kernel.send('main', 'story', [])) as Story;
    process.stdout.write(formatStory(story));
    const times = formatForkTimes(forkTimes);
    if (times !== '') process.stdout.write(`\n${times}`);
    return story.audit.every(({ conserved }) => conserved) ? 0 : 1;
  } finally {
    await kernel.close();
  }
};

const open = async (options: Options, port: number): Promise<number> => {
  const server = await serve({ ...hostOptions(options), port });
  say(`the market is open on ${server.url} (Ctrl-C closes it)`);
  const signal = await new Promise<'SIGINT' | 'SIGTERM'>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.close();
  return signal === 'SIGINT' ? 130 : 143;
};

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  if (options.port !== undefined) return open(options, options.port);
  if (options.instances === undefined) return tell(options);
  process.stdout.write(formatMeasurements(await measureAll(options.instances, say)));
  return 0;
};

/** What the user can do something about is said in words; only a mistake in the program shows its stack. */
const explain = (error: unknown): string => {
  if (error instanceof UsageError) return `${error.message}\nTry --help.`;
  return error instanceof Error && !('code' in error) ? `${error.stack}` : messageOf(error);
};

try {
  process.exitCode = await main();
} catch (error) {
  say(explain(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
