/** What went wrong, in terms of the user's files. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { CooperageError, messageOf } from '@cooperage/types';
import type { Place } from '../trace.js';
import { codeFrame } from './code/code-frame.js';

export const bad = (message: string): CooperageError => new CooperageError('BAD_BUNDLE', message);

/** `path:line:column: what is wrong`, and the lines around it. */
export const failAt = (
  path: string,
  place: Place,
  what: string,
  text: string | undefined = existsSync(path) ? readFileSync(path, 'utf8') : undefined,
): CooperageError => {
  const frame = text === undefined ? '' : `\n${codeFrame(text, place)}`;
  return bad(`${path}:${place.line}:${place.column}: ${what}${frame}`);
};

/** An error as rolldown has them. */
interface Failure {
  readonly message: string;
  readonly id?: string;
  readonly loc?: { readonly file?: string; readonly line: number; readonly column: number };
}

const FRAME_TITLE = /╭─\[ (.+?):\d+:\d+ \]/;

/** The first line of it, without colours and without a code that says nothing to users. */
const said = (message: string): string =>
  (stripVTControlCharacters(message).trim().split('\n')[0] as string).replace(/^\[[A-Z_]+\] /, '');

const explain = (failure: Failure, entry: string, cwd: string): CooperageError => {
  const { message, id, loc } = failure;
  const what = said(message);
  const [, titled] = FRAME_TITLE.exec(stripVTControlCharacters(message)) ?? [];
  const path = loc?.file ?? id ?? (titled === undefined ? undefined : resolve(cwd, titled));
  if (path === undefined) return bad(`${entry} cannot be bundled: ${what}`);
  if (loc === undefined) return bad(`${path}: ${what}`);
  return failAt(path, { line: loc.line, column: loc.column + 1 }, what);
};

/** @param thrown by the bundler */
export const explainFailure = (thrown: unknown, entry: string, cwd: string): CooperageError => {
  if (thrown instanceof CooperageError) return thrown;
  const { errors, cause } = thrown as { readonly errors?: unknown; readonly cause?: unknown };
  if (cause instanceof CooperageError) return cause;
  const all = Array.isArray(errors) ? (errors as (Failure & { cause?: unknown })[]) : [];
  for (const each of all) if (each.cause instanceof CooperageError) return each.cause;
  // The same one each time, whichever was found first.
  const [first] = all
    .map((each) => explain(each, entry, cwd))
    .sort((a, b) => (a.message < b.message ? -1 : 1));
  return first ?? bad(`${entry} cannot be bundled: ${said(messageOf(thrown))}`);
};
