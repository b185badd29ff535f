/** What is made from the tables of settings: the tables of the documentation, and the JSON Schema of the config. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configSchema } from '../../src/config/config-schema.js';
import { PAGES, withSettings } from '../../src/config/settings-doc.js';

const read = (path: string): string =>
  readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

test.each(PAGES)(
  'the tables in %s say what the code says; if not, run `npm run docs:settings`',
  (page) => {
    const text = read(page);
    expect(text).toContain('made by `npm run docs:settings`');
    expect(withSettings(text)).toBe(text);
  },
);

test('config.schema.json says what the code says; if not, run `npm run docs:settings`', () => {
  expect(JSON.parse(read('packages/cooperage/config.schema.json'))).toEqual(
    JSON.parse(JSON.stringify(configSchema())),
  );
});
