import { expect, it } from 'vitest';
import { hostileValues } from '../../../types/test/hostile-values.js';
import { describeError, formatError } from '../../src/cli/report-error.js';

it.each(hostileValues())('whatever is thrown is reported: %s', (_, value) => {
  expect(describeError(value).message).not.toBe('');
  expect(formatError(value, true)[0]).toMatch(/^error [A-Z_a-z0-9]+: ./);
});

it('causes that go round are shown a number of times', () => {
  const error = new Error('first');
  error.cause = new Error('second', { cause: error });
  const shown = formatError(error, true).filter((line) => line.startsWith('caused by'));
  expect(shown.slice(0, 3)).toEqual(['caused by second', 'caused by first', 'caused by second']);
  expect(shown).toHaveLength(20);
});
