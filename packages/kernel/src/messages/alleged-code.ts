/**
 * The error code that a rejection alleges. If a vat passes on an error, only its text tells what the error was, and
 * the vat can write any text.
 */
import { type ErrorCode, isEncodedError } from '@cooperage/types';

/** The start of an error text, and a part that must follow. */
const TEXTS: readonly (readonly [code: ErrorCode, start: string, part: string])[] = [
  // Texts of `E()` in a vat, for its own objects and for data.
  ['METHOD_NOT_FOUND', '', ' has no method '],
  ['METHOD_NOT_FOUND', 'Cannot deliver ', ' to target; typeof target is '],
  // Texts of the kernel.
  ['VAT_TERMINATED', 'vat ', ' terminated: '],
  ['UPGRADE_FAILED', 'vat ', ' was not upgraded: '],
  ['VAT_IS_ZYGOTE', 'vat ', ' is a zygote, which '],
  ['VAT_PAUSED', 'vat ', ', and the host does not let messages wait longer'],
  ['NOT_AN_OBJECT', 'cannot send a message to data: ', ''],
  ['OBJECT_GONE', 'the owner of this object is terminated or has retired it', ''],
  ['HOST_RESTARTED', 'the host’s process that this object or promise belonged to has ended', ''],
  ['PROMISE_BROKEN', 'the promise was resolved to itself', ''],
  ['PROMISE_BROKEN', 'the target of this message can never be resolved: ', ''],
];

/** Characters that are examined: no text of the kernel is longer. */
const MOST = 2_000;

const codeOfText = (text: string): ErrorCode | undefined => {
  const start = text.slice(0, MOST);
  return TEXTS.find(([, first, part]) => start.startsWith(first) && start.includes(part))?.[0];
};

/** The code that the body of a rejection claims to be about. */
export const allegedCodeOf = (body: string): ErrorCode | undefined => {
  let reason: unknown;
  try {
    reason = JSON.parse(body.slice(1));
  } catch {
    return undefined;
  }
  if (typeof reason !== 'object' || reason === null) return undefined;
  if (isEncodedError(reason)) return codeOfText(String(reason['#error']));
  return (reason as { readonly name?: unknown }).name === 'vatUpgraded'
    ? 'VAT_UPGRADED'
    : undefined;
};
