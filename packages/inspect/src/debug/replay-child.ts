/** The process in which a vat is replayed, from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportKernel } from '@cooperage/tools';
import { CooperageError, ERROR_CODES, type ErrorCode } from '@cooperage/types';
import { isKernel } from '../open-source.js';
import type { ReplayOrder, ReplaySaid } from './messages.js';

const PROGRAM = fileURLToPath(new URL('./replay-process.js', import.meta.url));

export const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await ended;
};

/**
 * A file for the process that replays the vat: a database is not opened where a vat runs, which is locked down.
 * @returns with what removes it, where it is a copy
 */
export const recordingOf = async (source: string) => {
  if (!isKernel(source)) return { recording: source, remove: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'cooperage-debug-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const recording = join(folder, 'kernel.cooperage');
  try {
    await exportKernel(source, recording);
  } catch (error) {
    await remove();
    throw error;
  }
  return { recording, remove };
};

export const startReplay = (order: ReplayOrder): ChildProcess =>
  spawn(process.execPath, [PROGRAM, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // What the caller's Node was told, a debugger for example, is not for this one.
    env: { ...process.env, NODE_OPTIONS: '' },
  });

const isErrorCode = (code: string | undefined): code is ErrorCode =>
  ERROR_CODES.includes(code as ErrorCode);

export const errorOf = ({ code, message }: Extract<ReplaySaid, { type: 'failed' }>) =>
  new CooperageError(isErrorCode(code) ? code : 'WORKER_CRASHED', message);
