/** Messages: what is delivered when, and what the counts and queues say meanwhile. */
import {
  ANY,
  fulfil,
  message,
  news,
  NOTHING,
  reject,
  send,
  set,
  sole,
  story,
  subscribe,
  told,
  waiting,
} from './story.js';

const PAIR = { bob: {}, alice: { knows: ['bob'] } };
const THREE = { bob: {}, carol: {}, alice: { knows: ['bob', 'carol'] } };

export const sends = [
  story(
    'a message is delivered when the crank that sent it is retired',
    '2.2 causality',
    PAIR,
    (s) => {
      s.host('alice', 'go');
      s.gets('alice', message('o+0', 'go', [], 'p-go'));
      s.quiet('bob');
      s.does('alice', send('o-bob', 'hello'));
      s.crank('bob', message('o+0', 'hello'));
      s.state({
        clists: {
          alice: { 'o+0': '@alice', 'o-bob': '@bob', 'p-go': '@go' },
          bob: { 'o+0': '@bob' },
        },
        // The host's hold, and alice's import.
        objects: { '@alice': ['alice', 1, 1], '@bob': ['bob', 2, 2] },
        promises: {
          '@go': { state: 'unresolved', decider: 'alice', subscribers: ['host'], queue: [] },
        },
      });
    },
  ),
  story(
    'the decider of a result leaves the sender at send, and is the receiver from handing out on',
    '5 promises',
    PAIR,
    (s) => {
      s.host('bob', 'busy');
      s.gets('bob', message('o+0', 'busy', [], 'p-busy'));
      s.turn('alice', send('o-bob', 'ask', [], 'p+5'), subscribe('p+5'));
      s.state({
        clists: { alice: { 'o+0': '@alice', 'o-bob': '@bob', 'p+5': '@answer' } },
        objects: { '@bob': ['bob', 3, 3] },
        promises: { '@answer': { state: 'unresolved', decider: null, subscribers: ['alice'] } },
        inboxes: { bob: [waiting('@bob', 'ask', [], '@answer')] },
      });
      s.does('bob', fulfil('p-busy'));
      s.gets('bob', message('o+0', 'ask', [], 'p-answer'));
      s.state({
        clists: { bob: { 'o+0': '@bob', 'p-answer': '@answer' } },
        objects: { '@bob': ['bob', 2, 2] },
        promises: { '@answer': { state: 'unresolved', decider: 'bob', subscribers: ['alice'] } },
        inboxes: { bob: [] },
      });
    },
  ),
  story(
    'an answer retires the name in the resolver’s c-list at once, and in the subscriber’s after its notify',
    '4, 5',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'ask', [], 'p+5'), subscribe('p+5'));
      s.crank('bob', message('o+0', 'ask', [], 'p-answer'), fulfil('p-answer'));
      s.gets('alice', news(['p+5', false, NOTHING]));
      s.state({
        clists: {
          bob: { 'o+0': '@bob' },
          alice: { 'o+0': '@alice', 'o-bob': '@bob', 'p+5': '@answer' },
        },
        promises: {
          '@answer': { state: 'fulfilled', decider: null, subscribers: [], data: NOTHING },
        },
      });
      s.does('alice');
      s.state({
        clists: { alice: { 'o+0': '@alice', 'o-bob': '@bob' } },
        promises: { '@answer': 'gone' },
        promiseCount: 0,
      });
    },
  ),
  story('a rejection reaches the subscriber as one, with its data', '5 promises', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'ask', [], 'p+5'), subscribe('p+5'));
    s.crank('bob', message('o+0', 'ask', [], 'p-answer'), reject('p-answer', sole('o+0')));
    s.crank('alice', news(['p+5', true, sole('o-bob')]));
    s.state({ promiseCount: 0 });
  }),
  story(
    'an argument is held by the queue while it waits, and by the c-list from handing out on',
    '4 details',
    PAIR,
    (s) => {
      s.host('bob', 'busy');
      s.gets('bob', message('o+0', 'busy', [], 'p-busy'));
      s.turn('alice', send('o-bob', 'take', ['o+3', 'o+3']));
      s.state({
        clists: { alice: { 'o+0': '@alice', 'o-bob': '@bob', 'o+3': '@x' } },
        objects: { '@x': ['alice', 2, 2] },
        inboxes: { bob: [waiting('@bob', 'take', ['@x', '@x'])] },
      });
      s.does('bob', fulfil('p-busy'));
      s.gets('bob', message('o+0', 'take', ['o-x', 'o-x']));
      s.state({
        clists: { bob: { 'o+0': '@bob', 'o-x': '@x' } },
        objects: { '@x': ['alice', 1, 1] },
      });
    },
  ),
  story('a promise as an argument stays its maker’s to resolve', '5 promises', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'take', ['p+5']));
    s.crank('bob', message('o+0', 'take', ['p-x']), subscribe('p-x'));
    s.state({
      clists: {
        alice: { 'o+0': '@alice', 'o-bob': '@bob', 'p+5': '@x' },
        bob: { 'o+0': '@bob', 'p-x': '@x' },
      },
      promises: { '@x': { state: 'unresolved', decider: 'alice', subscribers: ['bob'] } },
    });
    s.turn('alice', fulfil('p+5', sole('o+3')));
    s.crank('bob', news(['p-x', false, sole('o-y')]));
    s.state({
      clists: {
        alice: { 'o+0': '@alice', 'o-bob': '@bob', 'o+3': '@y' },
        bob: { 'o+0': '@bob', 'o-y': '@y' },
      },
      objects: { '@y': ['alice', 1, 1] },
      promiseCount: 0,
    });
  }),
  story(
    'messages of one vat on one reference arrive in the order sent',
    '2.3 partial order',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'one'), send('o-bob', 'two'), send('o-bob', 'three'));
      s.crank('bob', message('o+0', 'one'));
      s.crank('bob', message('o+0', 'two'));
      s.crank('bob', message('o+0', 'three'));
    },
  ),
  story(
    'what somebody sends because it was handed a reference arrives after what was sent on it before',
    '2.3 E-order',
    THREE,
    (s) => {
      s.turn('alice', send('o-bob', 'first'), send('o-carol', 'take', ['o-bob']));
      s.crank('carol', message('o+0', 'take', ['o-bob']), send('o-bob', 'second'));
      s.state({ inboxes: { bob: [waiting('@bob', 'second')] } });
      s.crank('bob', message('o+0', 'first'));
      s.crank('bob', message('o+0', 'second'));
    },
  ),
  story(
    'a message to oneself goes through the kernel, under one’s own names',
    '5 promises',
    { alice: {} },
    (s) => {
      s.turn('alice', send('o+4', 'hello', ['o+4'], 'p+5'), subscribe('p+5'));
      s.gets('alice', message('o+4', 'hello', ['o+4'], 'p+5'));
      s.state({
        clists: { alice: { 'o+0': '@alice', 'o+4': '@x', 'p+5': '@answer' } },
        // Its own c-list does not keep an export alive: the queue did, and has let go.
        objects: { '@x': ['alice', 0, 0] },
        promises: { '@answer': { state: 'unresolved', decider: 'alice', subscribers: ['alice'] } },
        inboxes: {
          alice: [
            ['dropExports', ['@x']],
            ['retireExports', ['@x']],
          ],
        },
      });
      s.does('alice', fulfil('p+5'));
      // It has resolved the promise itself: there is nothing to tell.
      s.crank('alice', told('dropExports', 'o+4'));
      s.crank('alice', told('retireExports', 'o+4'));
      s.state({
        clists: { alice: { 'o+0': '@alice' } },
        objects: { '@x': 'gone' },
        promiseCount: 0,
      });
    },
  ),
  story(
    'an object has one name in a vat, however often it is passed',
    '4 references',
    PAIR,
    (s) => {
      s.turn('alice', send('o-bob', 'one', ['o+3']), send('o-bob', 'two', ['o+3']));
      s.crank('bob', message('o+0', 'one', ['o-x']));
      s.crank('bob', message('o+0', 'two', ['o-x']));
      s.state({
        clists: { bob: { 'o+0': '@bob', 'o-x': '@x' } },
        objects: { '@x': ['alice', 1, 1] },
      });
    },
  ),
  story('an object that comes home has its maker’s name', '4 references', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'swap', ['o+3'], 'p+5'), subscribe('p+5'));
    s.crank(
      'bob',
      message('o+0', 'swap', ['o-x'], 'p-5'.replace('5', 'answer')),
      fulfil('p-answer', sole('o-x')),
    );
    s.crank('alice', news(['p+5', false, sole('o+3')]));
    s.state({
      clists: { alice: { 'o+0': '@alice', 'o-bob': '@bob', 'o+3': '@x' } },
      objects: { '@x': ['alice', 1, 1] },
    });
  }),
  story('two vats have names of their own for one object', '4 references', THREE, (s) => {
    s.turn('alice', send('o-bob', 'take', ['o+3']), send('o-carol', 'take', ['o+3']));
    s.crank('bob', message('o+0', 'take', ['o-x']));
    s.crank('carol', message('o+0', 'take', ['o-same']));
    s.state({
      clists: { bob: { 'o+0': '@bob', 'o-x': '@x' }, carol: { 'o+0': '@carol', 'o-same': '@x' } },
      objects: { '@x': ['alice', 2, 2] },
    });
  }),
  story(
    'a record that names what the vat was not given is refused whole',
    '2.1 atomic cranks',
    PAIR,
    (s) => {
      s.host('alice', 'go');
      s.gets('alice', message('o+0', 'go', [], 'p-go'));
      s.dies('alice', send('o-bob', 'hello', ['o+3']), set('key', 'value'), send('o-99', 'hello'));
      s.quiet('bob');
      s.hears('go', true, ANY);
      s.state({
        alive: { alice: false, bob: true },
        clists: { bob: { 'o+0': '@bob' } },
        objects: { '@bob': ['bob', 1, 1] },
        promiseCount: 0,
      });
    },
  ),
  story('a result must be a promise that the sender decides', '5 promises', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'take', ['p+5']));
    s.gets('bob', message('o+0', 'take', ['p-x']));
    s.dies('bob', send('p-x', 'hello', [], 'p-x'));
    s.state({ alive: { bob: false, alice: true } });
  }),
  story(
    'a promise that is the result of one message cannot be that of another',
    '5 promises',
    PAIR,
    (s) => {
      s.host('alice', 'go');
      s.gets('alice', message('o+0', 'go', [], 'p-go'));
      s.dies('alice', send('o-bob', 'one', [], 'p+5'), send('o-bob', 'two', [], 'p+5'));
      s.quiet('bob');
      s.state({ alive: { alice: false } });
    },
  ),
  story('a text that is no record ends its vat and no other', '2.1 atomic cranks', PAIR, (s) => {
    s.host('alice', 'go');
    s.gets('alice', message('o+0', 'go', [], 'p-go'));
    s.step({ do: 'garble', vat: 'alice', text: '{"n":2,"syscalls":' });
    s.hears('go', true, ANY);
    s.turn('bob');
    s.hears('go1', false, NOTHING);
    s.state({ alive: { alice: false, bob: true } });
  }),
  story(
    'a record of a delivery that is not due is refused',
    '4: the completion of delivery d is record d',
    PAIR,
    (s) => {
      s.host('alice', 'go');
      s.gets('alice', message('o+0', 'go', [], 'p-go'));
      s.step({
        do: 'garble',
        vat: 'alice',
        text: '{"n":3,"status":["ok"],"syscalls":[],"usage":null}',
      });
      s.state({ alive: { alice: false, bob: true } });
    },
  ),
  story('a message that wants no answer has no result', '5 promises', PAIR, (s) => {
    s.turn('alice', send('o-bob', 'hello'));
    s.crank('bob', message('o+0', 'hello', [], null));
    s.state({ promiseCount: 0 });
  }),
];
