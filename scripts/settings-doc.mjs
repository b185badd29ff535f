// Writes what is made from the tables of settings: the tables of the documentation, and the JSON Schema of the config.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { configSchema } from '../packages/cooperage/dist/config/config-schema.js';
import { PAGES, withSettings } from '../packages/cooperage/dist/config/settings-doc.js';

const fileAt = (path) => new URL(`../${path}`, import.meta.url);

for (const path of PAGES) {
  writeFileSync(fileAt(path), withSettings(readFileSync(fileAt(path), 'utf8')));
}

const schema = fileAt('packages/cooperage/config.schema.json');
const options = await resolveConfig(schema);
writeFileSync(schema, await format(JSON.stringify(configSchema()), { ...options, parser: 'json' }));
