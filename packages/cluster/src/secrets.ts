import { readFileSync } from 'node:fs';
import { CooperageError, messageOf } from '@cooperage/types';

/**
 * A setting as it stands in a config, where it may be a secret: `env:NAME` and `file:PATH` name a place, anything else is
 * the value itself.
 *
 * @param what the setting, for messages; its value is in none
 * @throws {CooperageError} `BAD_CONFIG`
 */
export const readSecret = (
  what: string,
  text: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string => {
  if (text.startsWith('env:')) {
    const name = text.slice('env:'.length);
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    throw new CooperageError(
      'BAD_CONFIG',
      `${what} is taken from the variable ${name}, which is not set`,
    );
  }
  if (!text.startsWith('file:')) return text;
  const path = text.slice('file:'.length);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new CooperageError('BAD_CONFIG', `${what} is taken from ${path}: ${messageOf(cause)}`, {
      cause,
    });
  }
};
