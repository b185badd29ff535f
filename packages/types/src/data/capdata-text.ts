/** Marshalled data as people write it: `["buy", { price: 3n, to: o-5 }]`. */
import type { CapData } from './capdata.js';

const NAME = /^[A-Za-z_$][\w$]{0,999}$/;
/** `+5` and `-5` are big integers; what begins with `!` is the string after it. */
const SPECIAL: Readonly<Record<string, string>> = {
  '#undefined': 'undefined',
  '#NaN': 'NaN',
  '#Infinity': 'Infinity',
  '#-Infinity': '-Infinity',
};

/** @param slots what stands for the references, by index */
const formatString = (text: string, slots: readonly string[]): string => {
  switch (text[0]) {
    case '!':
      return JSON.stringify(text.slice(1));
    case '$':
    case '&':
      // `$0.Alleged: root`: the index, and what the sender says that it is.
      return slots[parseInt(text.slice(1), 10)] ?? `(no slot ${text.slice(1)})`;
    case '+':
      return `${text.slice(1)}n`;
    case '-':
      return `${text}n`;
    case '%':
      return `Symbol(${text.slice(1)})`;
    case '#':
      return SPECIAL[text] ?? text;
    default:
      return JSON.stringify(text);
  }
};

const formatNode = (node: unknown, slots: readonly string[]): string => {
  if (typeof node === 'string') return formatString(node, slots);
  if (Array.isArray(node)) return `[${node.map((item) => formatNode(item, slots)).join(', ')}]`;
  if (typeof node !== 'object' || node === null) return JSON.stringify(node);
  const fields = node as Readonly<Record<string, unknown>>;
  if (typeof fields['#error'] === 'string') {
    const name = typeof fields['name'] === 'string' ? fields['name'] : 'Error';
    return `${name}(${JSON.stringify(fields['#error'])})`;
  }
  if (typeof fields['#tag'] === 'string') {
    return `tagged(${JSON.stringify(fields['#tag'])}, ${formatNode(fields['payload'], slots)})`;
  }
  const entries = Object.entries(fields).map(([key, value]) => {
    const plain = key.startsWith('!') ? key.slice(1) : key;
    return `${NAME.test(plain) ? plain : JSON.stringify(plain)}: ${formatNode(value, slots)}`;
  });
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
};

const parse = (body: string): unknown => JSON.parse(body.startsWith('#') ? body.slice(1) : body);

/** Data in a form that is not known is shown as it is. */
export const formatCapData = ({ body, slots }: CapData): string => {
  try {
    return formatNode(parse(body), slots);
  } catch {
    return `${body} [${slots.join(', ')}]`;
  }
};

/** `method(argument, …)`. */
export const formatCall = (methargs: CapData): string => {
  try {
    const [method, args] = parse(methargs.body) as [unknown, unknown];
    if (!Array.isArray(args)) return formatCapData(methargs);
    const name = method === '#undefined' ? '' : formatNode(method, methargs.slots);
    return `${name.replace(/^"(.{0,9999})"$/, '$1')}(${args.map((arg) => formatNode(arg, methargs.slots)).join(', ')})`;
  } catch {
    return formatCapData(methargs);
  }
};
