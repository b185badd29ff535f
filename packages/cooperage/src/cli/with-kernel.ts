import type { CooperageKernel } from '../kernel-api.js';
import { openKernel } from '../open-kernel.js';
import type { CommandContext } from './command.js';
import { DEFAULT_CONFIG, type DirectoryOptions, findDirectory } from './find-directory.js';
import { makeProgress } from './progress.js';
import { harmless } from './text/words.js';

/**
 * Opens a kernel that is there, does something about it, and runs it until nothing is left to do.
 * @param label what is being done, for people who wait
 * @param look what is to be said of it then
 */
export const withKernel = async <T>(
  { terminal }: CommandContext,
  options: DirectoryOptions,
  label: string,
  act: (kernel: CooperageKernel) => Promise<void> | void,
  look: (kernel: CooperageKernel, directory: string) => T,
): Promise<T> => {
  // A kernel that is not there is not made.
  const directory = await findDirectory(options);
  const progress = makeProgress(terminal);
  progress.follow(() => label);
  try {
    const kernel = await openKernel({
      config: options.config ?? DEFAULT_CONFIG,
      directory,
      // What is done here concerns the vats as they are; "run" says what was changed.
      ignoreChanges: true,
      on: {
        'config-changed': () => undefined,
        console: ({ name, text }) => terminal.note(`${harmless(name)}: ${harmless(text)}`),
        log: ({ level, message }) => terminal.note(`${level}: ${harmless(message)}`),
      },
    });
    try {
      await act(kernel);
      await kernel.run();
      progress.stop();
      return look(kernel, directory);
    } finally {
      await kernel.close();
    }
  } finally {
    progress.stop();
  }
};
