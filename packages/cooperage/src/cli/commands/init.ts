import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { CooperageError } from '@cooperage/types';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { projectFiles, type Template } from '../templates/project-files.js';

/** What npm takes as a package's name. */
const packageName = (directory: string): string =>
  basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '') || 'vats';

export const initCommand = async (
  context: CommandContext,
  target: string,
  version: string,
  template: Template,
): Promise<ExitCode> => {
  const directory = resolve(target);
  const files = projectFiles(packageName(directory), version, template);
  const inTheWay = Object.keys(files).filter((path) => existsSync(join(directory, path)));
  if (inTheWay.length > 0) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `${directory} already has ${inTheWay.join(', ')}, and existing files are not overwritten; name another directory`,
    );
  }
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    // `wx`: what has come into the way meanwhile is not overwritten either.
    await writeFile(file, text, { flag: 'wx' });
  }
  const here = relative(process.cwd(), directory);
  report(context, { directory, files: Object.keys(files) }, () => [
    `wrote ${Object.keys(files).join(', ')} in ${directory}`,
    `next: ${here === '' ? '' : `cd ${here} && `}npm install && npm start`,
  ]);
  return EXIT.done;
};
