/** What programs of all kinds use: collections, events, states, dates. */

export const GENERAL = [
  {
    name: 'lodash',
    imports: "import _ from 'lodash';",
    use: "_.groupBy(_.sortBy([3, 1, 2]), (n) => (n % 2 ? 'odd' : 'even'))",
    ambient: { time: true, random: true },
  },
  {
    name: 'lodash-es',
    imports: "import { chunk, template } from 'lodash-es';",
    use: "[chunk([1, 2, 3], 2), template('<%= a %>!')({ a: 1 })]",
    ambient: { time: true, random: true },
  },
  {
    name: 'underscore',
    imports: "import _ from 'underscore';",
    use: '_.chain([3, 1, 2]).sortBy().map((n) => n * 2).value()',
  },
  {
    name: 'ramda',
    imports: "import * as R from 'ramda';",
    use: "R.pipe(R.groupBy((s) => s[0]), R.map(R.length))(['ab', 'ac', 'b'])",
  },
  {
    name: 'remeda',
    imports: "import * as R from 'remeda';",
    use: 'R.pipe([1, 2, 3], R.filter((n) => n > 1), R.map((n) => n * 2))',
  },
  {
    name: 'date-fns',
    imports: "import { addDays, formatISO } from 'date-fns';",
    use: 'addDays(new Date(0), 40).toISOString()',
  },
  {
    name: 'immer',
    imports: "import { produce, enableMapSet } from 'immer';",
    use: '(enableMapSet(), produce({ a: [1], m: new Map([[1, 2]]) }, (d) => { d.a.push(2); d.m.set(3, 4); }).m.get(3))',
  },
  {
    name: 'immutable',
    imports: "import { fromJS, Map } from 'immutable';",
    use: "[Map({ a: 1 }).set('b', 2).toJS(), fromJS({ x: { y: [1] } }).setIn(['x', 'y', 1], 2).toJS()]",
    ambient: { random: true },
  },
  {
    name: 'rxjs',
    imports: "import { from, map, filter, reduce } from 'rxjs';",
    use: '(() => { let sum; from([1, 2, 3, 4]).pipe(filter((n) => n % 2), map((n) => n * 10), reduce((a, b) => a + b)).subscribe((n) => { sum = n; }); return sum; })()',
  },
  {
    name: 'fp-ts',
    imports:
      "import * as O from 'fp-ts/lib/Option.js'; import { pipe } from 'fp-ts/lib/function.js'; import * as A from 'fp-ts/lib/Array.js';",
    use: 'pipe([1, 2, 3], A.filterMap((n) => (n > 1 ? O.some(n * 2) : O.none)))',
  },
  {
    name: 'effect',
    imports: "import { Effect, pipe } from 'effect';",
    use: 'Effect.runSync(pipe(Effect.succeed(1), Effect.map((n) => n + 1), Effect.flatMap((n) => Effect.succeed(n * 2))))',
    ambient: { time: true, random: true },
  },
  {
    name: 'superjson',
    imports: "import superjson from 'superjson';",
    use: 'superjson.stringify({ d: new Date(0), m: new Map([[1, new Set([2])]]), b: 3n })',
  },
  {
    name: 'async',
    imports: "import async from 'async';",
    use: 'async.mapLimit([1, 2, 3], 2, async (n) => n * 2)',
  },
  {
    name: 'bluebird',
    imports: "import Bluebird from 'bluebird';",
    use: '[typeof Bluebird.map, Bluebird.resolve(3).value()]',
    fails: 'It puts a property on `Error`, which all vats share and none may change.',
  },
  {
    name: 'p-queue',
    imports: "import PQueue from 'p-queue';",
    use: 'new PQueue({ concurrency: 1 }).addAll([1, 2, 3].map((n) => async () => n * 2))',
    ambient: { time: true },
  },
  {
    name: 'eventemitter3',
    imports: "import EventEmitter from 'eventemitter3';",
    use: "(() => { const e = new EventEmitter(); const seen = []; e.on('x', (n) => seen.push(n)); e.emit('x', 3); return seen; })()",
  },
  {
    name: 'lru-cache',
    imports: "import { LRUCache } from 'lru-cache';",
    use: "(() => { const c = new LRUCache({ max: 2 }); c.set('a', 1); c.set('b', 2); c.set('c', 3); return [...c.keys()]; })()",
  },
  {
    name: 'ts-pattern',
    imports: "import { match, P } from 'ts-pattern';",
    use: 'match({ a: [1, 2] }).with({ a: P.array(P.number) }, ({ a }) => a.length).otherwise(() => 0)',
  },
  {
    name: 'mobx',
    imports: "import { autorun, observable } from 'mobx';",
    use: '(() => { const o = observable({ a: 1 }); const seen = []; autorun(() => seen.push(o.a)); o.a = 2; return seen; })()',
  },
  {
    name: '@reduxjs/toolkit',
    imports: "import { configureStore, createSlice } from '@reduxjs/toolkit';",
    use: "(() => { const s = createSlice({ name: 'n', initialState: { v: 1 }, reducers: { add: (d, a) => { d.v += a.payload; } } }); const store = configureStore({ reducer: s.reducer }); store.dispatch(s.actions.add(4)); return store.getState(); })()",
    ambient: { time: true, random: true },
  },
  {
    name: 'xstate',
    imports: "import { createMachine, createActor } from 'xstate';",
    use: "(() => { const a = createActor(createMachine({ initial: 'off', states: { off: { on: { T: 'on' } }, on: {} } })).start(); a.send({ type: 'T' }); return a.getSnapshot().value; })()",
  },
  {
    name: 'tslib',
    imports: "import { __spreadArray, __rest } from 'tslib';",
    use: "[__spreadArray([1], [2], false), __rest({ a: 1, b: 2 }, ['a'])]",
  },
  {
    name: 'moment',
    imports: "import moment from 'moment';",
    use: "moment.utc(0).add(3, 'weeks').format('dddd, MMMM Do YYYY')",
  },
  {
    name: 'dayjs',
    imports: "import dayjs from 'dayjs'; import utc from 'dayjs/plugin/utc.js';",
    use: "(dayjs.extend(utc), dayjs.utc(0).add(1, 'month').format('YYYY-MM-DD HH:mm'))",
  },
  {
    name: 'luxon',
    imports: "import { DateTime, Duration } from 'luxon';",
    use: "[DateTime.fromISO('2020-02-29T00:00:00Z', { zone: 'utc' }).plus({ years: 1 }).toISO(), Duration.fromObject({ hours: 3 }).as('minutes')]",
    ambient: { time: true },
  },
  {
    name: 'rrule',
    imports: "import * as module from 'rrule'; const { RRule } = module.default ?? module;",
    use: 'new RRule({ freq: RRule.WEEKLY, dtstart: new Date(0), count: 3 }).all()',
  },
  {
    name: 'cron-parser',
    imports: "import { CronExpressionParser } from 'cron-parser';",
    use: "CronExpressionParser.parse('0 0 * * *', { currentDate: new Date(0), tz: 'UTC' }).next().toDate()",
    ambient: { time: true, random: true },
  },
  {
    name: 'd3-array',
    imports: "import { bin, extent, quantile, rollup } from 'd3-array';",
    use: "[extent([3, 1, 2]), quantile([1, 2, 3, 4], 0.3), bin()([1, 2, 2, 5]).length, [...rollup(['a', 'b', 'a'], (v) => v.length, (d) => d)]]",
  },
  {
    name: 'chroma-js',
    imports: "import chroma from 'chroma-js';",
    use: "[chroma('hotpink').darken().hex(), chroma.scale(['white', 'black']).colors(3)]",
  },
  {
    name: 'fast-deep-equal',
    imports: "import equal from 'fast-deep-equal';",
    use: '[equal({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }), equal([1], [2])]',
  },
  {
    name: 'object-hash',
    imports: "import hash from 'object-hash';",
    use: 'hash({ a: 1, b: [2] })',
  },
  {
    name: 'fast-json-patch',
    imports: "import jsonpatch from 'fast-json-patch';",
    use: "[jsonpatch.compare({ a: 1 }, { a: 2, b: 3 }), jsonpatch.applyPatch({ a: 1 }, [{ op: 'remove', path: '/a' }]).newDocument]",
  },
  {
    name: 'yjs',
    imports: "import * as Y from 'yjs';",
    use: "(() => { const a = new Y.Doc(); a.getArray('x').insert(0, [1, 2]); const b = new Y.Doc(); Y.applyUpdate(b, Y.encodeStateAsUpdate(a)); return b.getArray('x').toJSON(); })()",
    ambient: { time: true, random: true },
  },
  {
    name: 'inversify',
    imports: "import 'reflect-metadata'; import { Container } from 'inversify';",
    use: "(() => { const c = new Container(); c.bind('x').toConstantValue(3); return c.get('x'); })()",
  },
  {
    name: 'reflect-metadata',
    imports: "import 'reflect-metadata';",
    use: "(() => { class A {} Reflect.defineMetadata('k', 3, A); return Reflect.getMetadata('k', A); })()",
  },
  {
    name: 'i18next',
    imports: "import i18next from 'i18next';",
    use: "i18next.createInstance().init({ lng: 'en', resources: { en: { translation: { hi: 'hi {{name}}' } } } }).then((t) => t('hi', { name: 'ann' }))",
  },
  {
    name: 'diff',
    imports: "import { diffWords } from 'diff';",
    use: "diffWords('a b c', 'a x c').map(({ value, added }) => [value, added])",
    ambient: { time: true },
  },
  {
    name: 'fuse.js',
    imports: "import Fuse from 'fuse.js';",
    use: "new Fuse(['apple', 'orange'], {}).search('aple').map(({ item }) => item)",
  },
  {
    name: 'minisearch',
    imports: "import MiniSearch from 'minisearch';",
    use: "(() => { const m = new MiniSearch({ fields: ['t'] }); m.addAll([{ id: 1, t: 'zen art' }, { id: 2, t: 'motor' }]); return m.search('zen').map(({ id }) => id); })()",
  },
  {
    name: 'folktale',
    imports: "import folktale from 'folktale';",
    use: 'folktale.maybe.Just(1).map((n) => n + 1).getOrElse(0)',
  },
  {
    name: 'mingo',
    imports: "import { Query, Aggregator } from 'mingo';",
    use: "[new Query({ a: { $gte: 2 } }).find([{ a: 1 }, { a: 3 }]).all(), new Aggregator([{ $group: { _id: '$k', n: { $sum: '$v' } } }]).run([{ k: 'x', v: 1 }, { k: 'x', v: 2 }])]",
    ambient: { time: true },
  },
  {
    name: 'javascript-state-machine',
    imports: "import SM from 'javascript-state-machine';",
    use: "(() => { const f = new SM({ init: 'solid', transitions: [{ name: 'melt', from: 'solid', to: 'liquid' }] }); f.melt(); return [f.state, f.can('melt')]; })()",
  },
  {
    name: 'http-errors',
    imports: "import createError from 'http-errors';",
    use: "(() => { const e = createError(404, 'gone', { x: 1 }); return [e.status, e.message, e.expose, e.x, e instanceof createError.NotFound]; })()",
  },
];
