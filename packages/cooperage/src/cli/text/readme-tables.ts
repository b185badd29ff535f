/** The tables of commands and events in the README, made from the code. */
import type { Command } from 'commander';

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |\n`)
    .join('');

const argumentsOf = (command: Command): string =>
  command.registeredArguments
    .map((argument) => {
      const name = `${argument.name().toUpperCase()}${argument.variadic ? '…' : ''}`;
      return argument.required ? ` ${name}` : ` [${name}]`;
    })
    .join('');

export const commandsTable = (program: Command): string =>
  table(
    ['command', 'what it does'],
    program.commands.map((command) => [
      `\`cooperage ${command.name()}${argumentsOf(command)}\``,
      command.description(),
    ]),
  );

/** Lines of the source of an interface: the comments of its members, by their names. */
const commentsIn = (source: string): [string, string][] => {
  const found: [string, string][] = [];
  let comment: string[] = [];
  for (const line of source.split('\n')) {
    const member = /^ {2}(?:readonly )?'?([\w-]+)'?: /.exec(line)?.[1];
    if (/^ {2}(?:\/\*\*| \*)/.test(line)) {
      comment.push(line.replace(/^ *\/?\*+ ?/, '').replace(/\*?\/$/, ''));
    } else if (member !== undefined) {
      found.push([member, comment.join(' ').trim()]);
      comment = [];
    }
  }
  return found;
};

/** @param source the text of `host/events.ts` */
export const eventsTable = (source: string): string => {
  const from = source.indexOf('export interface KernelEvents {');
  const body = source.slice(from, source.indexOf('\n}', from));
  return table(
    ['event', 'when'],
    commentsIn(body).map(([name, comment]) => [`\`${name}\``, comment]),
  );
};

/** Puts a table between its two marks. */
export const withTable = (page: string, name: string, made: string): string => {
  const begin = `<!-- table of ${name}: made by \`npm run docs:tables\` -->\n\n`;
  const end = `\n<!-- end of the table of ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the page has no place for the table of ${name}`);
  return page.slice(0, from + begin.length) + made + page.slice(to);
};
