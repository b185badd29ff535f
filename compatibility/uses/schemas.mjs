/** What checks data. */

export const SCHEMAS = [
  {
    name: 'zod',
    imports: "import { z } from 'zod';",
    use: 'z.object({ a: z.number().min(2), b: z.string().optional() }).safeParse({ a: 1 }).error.issues.map((i) => i.code)',
  },
  {
    name: 'ajv',
    imports: "import Ajv from 'ajv';",
    use: "new Ajv({ allErrors: true }).compile({ type: 'object', properties: { a: { type: 'integer' } }, required: ['b'] })({ a: 'x' })",
  },
  {
    name: 'validator',
    imports: "import validator from 'validator';",
    use: "[validator.isEmail('a@b.co'), validator.isIBAN('DE89370400440532013000'), validator.escape('<a>')]",
  },
  {
    name: 'io-ts',
    imports: "import * as t from 'io-ts';",
    use: "[t.type({ a: t.number }).is({ a: 1 }), t.type({ a: t.number }).decode({ a: 'x' })._tag]",
  },
  {
    name: 'valibot',
    imports: "import * as v from 'valibot';",
    use: "v.safeParse(v.object({ a: v.pipe(v.string(), v.minLength(3)) }), { a: 'x' }).issues.map((i) => i.message)",
  },
  {
    name: '@sinclair/typebox',
    imports:
      "import { Type } from '@sinclair/typebox'; import { Value } from '@sinclair/typebox/value';",
    use: '[Value.Check(Type.Object({ a: Type.Number() }), { a: 1 }), Value.Default(Type.Object({ a: Type.Number({ default: 3 }) }), {})]',
  },
  {
    name: 'arktype',
    imports: "import { type } from 'arktype';",
    use: "[type({ a: 'number > 2' })({ a: 3 }), String(type('string')(3))]",
  },
  {
    name: 'yup',
    imports: "import * as yup from 'yup';",
    use: 'yup.object({ a: yup.number().min(3) }).validate({ a: 1 }).catch((e) => e.errors)',
  },
  {
    name: 'joi',
    imports: "import Joi from 'joi';",
    use: 'Joi.object({ a: Joi.number().min(3) }).validate({ a: 1 }).error.message',
  },
  {
    name: 'superstruct',
    imports: "import { object, string, is, validate } from 'superstruct';",
    use: "[is({ a: 'x' }, object({ a: string() })), validate({ a: 1 }, object({ a: string() }))[0].message]",
  },
  {
    name: 'class-validator',
    imports:
      "import { validateSync, IsInt, Min } from 'class-validator'; class A {} IsInt()(A.prototype, 'a'); Min(3)(A.prototype, 'a');",
    use: 'validateSync(Object.assign(new A(), { a: 1 })).map((e) => e.constraints)',
  },
  {
    name: 'graphql',
    imports: "import { buildSchema, graphqlSync } from 'graphql';",
    use: "JSON.stringify(graphqlSync({ schema: buildSchema('type Query { hi(n: Int): String }'), source: '{ hi(n: 3) }', rootValue: { hi: ({ n }) => 'hi'.repeat(n) } }))",
  },
  {
    name: 'libphonenumber-js',
    imports: "import { parsePhoneNumberFromString } from 'libphonenumber-js';",
    use: "parsePhoneNumberFromString('+12133734253').formatInternational()",
  },
];
