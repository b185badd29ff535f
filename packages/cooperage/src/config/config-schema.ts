/** The JSON Schema of a config, made from the tables by which configs are checked. */
import { LIMITS, type OptionRow, type TextRule, type ValueRule } from '@cooperage/types';
import { CONFIG_TABLE } from './settings.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

type Row = OptionRow & {
  readonly meaning?: string;
  readonly default?: number | boolean | string;
  readonly unlessGiven?: string;
};

/** Something beside blanks, and no zero character. */
const TEXT = {
  type: 'string',
  maxLength: LIMITS.reasonLength,
  pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$',
} as const;

const schemaOfText = ({ pattern }: TextRule): JsonSchema =>
  pattern === undefined ? TEXT : { ...TEXT, allOf: [{ type: 'string', pattern: pattern.source }] };

/** @throws {Error} for what a JSON file cannot hold */
const schemaOf = (rule: ValueRule): JsonSchema => {
  switch (rule.kind) {
    case 'whole number':
      return { type: 'integer', minimum: rule.least, maximum: rule.most };
    case 'flag':
      return { type: 'boolean' };
    case 'choice':
      return { enum: rule.of };
    case 'text':
      return schemaOfText(rule);
    case 'amount':
      return {
        anyOf: [
          { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
          { type: 'string', pattern: '^[0-9]{1,30}$' },
        ],
      };
    case 'list':
      return { type: 'array', items: schemaOf(rule.of) };
    case 'record':
      return {
        type: 'object',
        additionalProperties: schemaOf(rule.of),
        ...(rule.names !== undefined && { propertyNames: { pattern: rule.names.pattern.source } }),
      };
    case 'options':
      return schemaOfTable(rule.table);
    case 'either':
      return { anyOf: rule.of.map(schemaOf) };
    case 'null':
      return { type: 'null' };
    case 'anything':
      return {};
    case 'function':
    case 'object':
      throw new Error(`no JSON says what is ${rule.kind}`);
  }
};

const schemaOfRow = ({ value, meaning, default: usual, unlessGiven }: Row): JsonSchema => {
  const otherwise = unlessGiven === undefined ? '' : ` (unless given: ${unlessGiven})`;
  return {
    ...schemaOf(value),
    ...(meaning !== undefined && { description: `${meaning}${otherwise}` }),
    ...(usual !== undefined && { default: usual }),
  };
};

const schemaOfTable = (table: Readonly<Record<string, Row>>): JsonSchema => {
  const required = Object.keys(table).filter((name) => table[name]?.required);
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(table).map(([name, row]) => [name, schemaOfRow(row)]),
    ),
    additionalProperties: false,
    ...(required.length > 0 && { required }),
  };
};

/** What the tables do not say: there is a vat, each has a source or a bundle, and listed services find room in its parameters. */
const withVatRules = (vats: JsonSchema): JsonSchema => ({
  ...vats,
  minProperties: 1,
  additionalProperties: {
    ...(vats['additionalProperties'] as JsonSchema),
    oneOf: [{ required: ['source'] }, { required: ['bundle'] }],
    if: { required: ['services'] },
    then: { properties: { parameters: { type: 'object', not: { required: ['services'] } } } },
  },
});

export const configSchema = (): JsonSchema => {
  const { properties, ...schema } = schemaOfTable(CONFIG_TABLE);
  const each = properties as Readonly<Record<string, JsonSchema>>;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'The config of a Cooperage kernel',
    ...schema,
    properties: { ...each, vats: withVatRules(each['vats'] as JsonSchema) },
  };
};
