/** Where the control socket of a kernel is: `control.sock` in its directory, or a link there to a shorter path. */
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { codeOf } from '@cooperage/types';

/** Bytes of a path that an address of a Unix socket holds. */
const LONGEST = process.platform === 'linux' ? 107 : 103;
const NAME = 'control.sock';
const FOLDER = 'cooperage-control-';

export const socketOf = (directory: string): string => join(directory, NAME);

/** The path as an address holds it: relative where the absolute one is too long; undefined where both are. */
export const addressOf = (path: string): string | undefined =>
  [path, relative(process.cwd(), path)].find(
    (each) => each !== '' && Buffer.byteLength(each) <= LONGEST,
  );

/** The socket itself, where `control.sock` is a link to it. */
export const findSocket = (directory: string): string => {
  const path = socketOf(directory);
  try {
    return resolve(directory, readlinkSync(path));
  } catch {
    return path;
  }
};

/** Removes what a kernel left that ended without closing. The caller owns the directory. */
export const removeSocket = (directory: string): void => {
  const path = socketOf(directory);
  try {
    if (lstatSync(path).isSymbolicLink()) {
      const folder = dirname(readlinkSync(path));
      if (basename(folder).startsWith(FOLDER)) rmSync(folder, { recursive: true, force: true });
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  rmSync(path, { force: true });
};

/** Where a socket is made before it gets its name. */
export interface SocketPlace {
  /** What to listen on. */
  readonly address: string;
  /** Gives it to its owner alone, and its name. It replaces the socket of a kernel that was killed. */
  settle(): void;
  /** Takes away what was made. */
  remove(): void;
}

/**
 * A place for the socket in a folder that only this user can enter, so that nothing can connect before its mode is set.
 * @param isNear in the directory itself, or else among temporary files
 */
const placeIn = (directory: string, isNear: boolean): SocketPlace | undefined => {
  const folder = mkdtempSync(isNear ? join(directory, '.c-') : join(tmpdir(), FOLDER));
  const path = join(folder, 's');
  const address = addressOf(path);
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  if (address === undefined) {
    removeFolder();
    return undefined;
  }
  return {
    address,
    settle: () => {
      chmodSync(path, 0o600);
      removeSocket(directory);
      if (isNear) {
        renameSync(path, socketOf(directory));
        removeFolder();
      } else symlinkSync(path, socketOf(directory));
    },
    remove: removeFolder,
  };
};

/** Places to try, the best first: a file system may have no sockets, and a path may be too long. */
export const socketPlaces = function* (directory: string): Generator<SocketPlace> {
  for (const isNear of [true, false]) {
    const place = placeIn(directory, isNear);
    if (place !== undefined) yield place;
  }
};
