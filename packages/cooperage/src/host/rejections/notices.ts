/** Tells of rejections whose errors are on no vat's console, so that each `errorId` that a host sees is in the log. */
import { codeOf, type ErrorCode, messageOf } from '@cooperage/types';
import type { Emitter } from '../events.js';
import { isEndOfVat, isNamedByKernel, type RejectionMarks } from './rejections.js';

/** Ends of vats that were told, and are not told again. */
const MOST = 1_000;

export const makeRejectionNotices = (emitter: Emitter): ((error: Error) => void) => {
  const told = new Set<string>();
  return (error) => {
    if (!isNamedByKernel(error)) return;
    const { errorId, vat, vatID, service, reasonCode, allegedCode } = error as Error &
      RejectionMarks;
    if (isEndOfVat(errorId)) {
      if (told.has(errorId)) return;
      if (told.size === MOST) told.clear();
      told.add(errorId);
    }
    emitter.emit('rejected', {
      code: codeOf(error) as ErrorCode,
      errorId,
      message: messageOf(error),
      ...(vat !== undefined && { vat }),
      ...(vatID !== undefined && { vatID }),
      ...(service !== undefined && { service }),
      ...(reasonCode !== undefined && { reasonCode }),
      ...(allegedCode !== undefined && { allegedCode }),
    });
  };
};
