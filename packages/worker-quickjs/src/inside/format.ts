/**
 * Formats what is printed as Node's console does, for plain data, errors and functions. It runs none of a
 * vat's code but the traps of proxies: getters are named, not called, and inspection functions are ignored.
 */
const DEPTH = 2;
const ITEMS = 100;
const WIDTH = 72;

type Shown = { readonly seen: readonly object[]; readonly depth: number };

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

const quote = (text: string): string => {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  if (!text.includes("'")) return `'${escaped}'`;
  if (!text.includes('"')) return `"${escaped}"`;
  return `'${escaped.replaceAll("'", "\\'")}'`;
};

const tagOf = (value: object): string | undefined => {
  for (
    let at: object | null = value;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const tag = Object.getOwnPropertyDescriptor(at, Symbol.toStringTag)?.value as unknown;
    if (typeof tag === 'string') return tag;
  }
  return undefined;
};

const constructorOf = (value: object): string | undefined => {
  for (
    let at: object | null = value;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const made = Object.getOwnPropertyDescriptor(at, 'constructor')?.value as unknown;
    if (typeof made !== 'function') continue;
    const name = Object.getOwnPropertyDescriptor(made, 'name')?.value as unknown;
    if (typeof name === 'string' && name !== '') return name;
  }
  return undefined;
};

const prefixOf = (value: object): string => {
  const made = constructorOf(value) ?? '[Object: null prototype]';
  const tag = tagOf(value);
  const shown = tag === undefined || tag === made ? made : `${made} [${tag}]`;
  return shown === 'Object' ? '' : `${shown} `;
};

const enclose = (prefix: string, [open, close]: string, parts: readonly string[]): string => {
  if (parts.length === 0) return `${prefix}${open}${close}`;
  const oneLine = `${prefix}${open} ${parts.join(', ')} ${close}`;
  if (oneLine.length <= WIDTH && !oneLine.includes('\n')) return oneLine;
  const indented = parts.map((part) => `  ${part.replaceAll('\n', '\n  ')}`);
  return `${prefix}${open}\n${indented.join(',\n')}\n${close}`;
};

const memberOf = (key: PropertyKey, descriptor: PropertyDescriptor, shown: Shown): string => {
  const name =
    typeof key === 'symbol'
      ? `[${String(key)}]`
      : IDENTIFIER.test(`${String(key)}`)
        ? key
        : quote(`${key}`);
  if ('value' in descriptor) return `${String(name)}: ${inspect(descriptor.value, shown)}`;
  const kinds = [
    descriptor.get === undefined ? '' : 'Getter',
    descriptor.set === undefined ? '' : 'Setter',
  ];
  return `${String(name)}: [${kinds.filter((kind) => kind !== '').join('/')}]`;
};

const membersOf = (value: object, skip: (key: PropertyKey) => boolean, shown: Shown): string[] => {
  const parts: string[] = [];
  for (const key of Reflect.ownKeys(value)) {
    if (skip(key)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor?.enumerable !== true) continue;
    if (parts.length >= ITEMS) {
      parts.push('...');
      break;
    }
    parts.push(memberOf(key, descriptor, shown));
  }
  return parts;
};

const inspectArray = (value: readonly unknown[], shown: Shown): string => {
  const length = Object.getOwnPropertyDescriptor(value, 'length')?.value as number;
  const parts: string[] = [];
  for (let i = 0; i < Math.min(length, ITEMS); i += 1) {
    const descriptor = Object.getOwnPropertyDescriptor(value, i);
    if (descriptor === undefined) parts.push('<empty>');
    else if ('value' in descriptor) parts.push(inspect(descriptor.value, shown));
    else parts.push('[Getter]');
  }
  if (length > ITEMS) parts.push(`... ${length - ITEMS} more items`);
  const others = membersOf(value, (key) => typeof key === 'string' && /^\d+$/.test(key), shown);
  return enclose('', '[]', [...parts, ...others]);
};

const inspectError = (error: Error, shown: Shown): string => {
  // What errors hide from vats is told by SES beforehand; this is for errors inside of other things.
  const text = `${error.name}: ${error.message}`;
  const others = membersOf(error, () => false, shown);
  return others.length === 0 ? `[${text}]` : enclose(`[${text}] `, '{}', others);
};

const inspectFunction = (value: object): string => {
  const name = Object.getOwnPropertyDescriptor(value, 'name')?.value as unknown;
  return typeof name === 'string' && name !== '' ? `[Function: ${name}]` : '[Function (anonymous)]';
};

const inspectObject = (value: object, shown: Shown): string => {
  if (shown.seen.includes(value)) return '[Circular *1]';
  if (typeof value === 'function') return inspectFunction(value);
  if (value instanceof Error) return inspectError(value, shown);
  const prefix = prefixOf(value);
  if (shown.depth > DEPTH)
    return Array.isArray(value) ? '[Array]' : `[${prefix.trim() || 'Object'}]`;
  const inner: Shown = { seen: [...shown.seen, value], depth: shown.depth + 1 };
  if (Array.isArray(value)) return inspectArray(value, inner);
  if (value instanceof Promise) return 'Promise { <state> }';
  if (value instanceof Map) {
    const entries = [...Map.prototype.entries.call(value)] as [unknown, unknown][];
    const parts = entries.map(([key, each]) => `${inspect(key, inner)} => ${inspect(each, inner)}`);
    return enclose(`Map(${entries.length}) `, '{}', parts);
  }
  if (value instanceof Set) {
    const entries = [...Set.prototype.values.call(value)] as unknown[];
    return enclose(
      `Set(${entries.length}) `,
      '{}',
      entries.map((each) => inspect(each, inner)),
    );
  }
  return enclose(
    prefix,
    '{}',
    membersOf(value, () => false, inner),
  );
};

const inspect = (value: unknown, shown: Shown): string => {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'bigint':
      return `${value}n`;
    case 'number':
      return Object.is(value, -0) ? '-0' : `${value}`;
    case 'object':
      return value === null ? 'null' : inspectObject(value, shown);
    case 'function':
      return inspectObject(value, shown);
    case 'symbol':
    case 'boolean':
    case 'undefined':
      return String(value);
    default:
      return '[unknown]';
  }
};

const show = (value: unknown): string =>
  typeof value === 'string' ? value : inspect(value, { seen: [], depth: 0 });

const number = (value: unknown): string => {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'symbol' || typeof value === 'object' ? 'NaN' : `${Number(value)}`;
};

const substitute = (mark: string, value: unknown): string => {
  switch (mark) {
    case '%s':
      return typeof value === 'object' && value !== null
        ? inspect(value, { seen: [], depth: DEPTH })
        : show(value);
    case '%d':
      return number(value);
    case '%i':
      return typeof value === 'string' || typeof value === 'number'
        ? `${parseInt(`${value}`, 10)}`
        : 'NaN';
    case '%f':
      return typeof value === 'symbol' ? 'NaN' : `${parseFloat(`${show(value)}`)}`;
    case '%c':
      return '';
    default:
      return inspect(value, { seen: [], depth: 0 });
  }
};

export const format = (args: readonly unknown[]): string => {
  const [first, ...rest] = args;
  if (typeof first !== 'string') return args.map(show).join(' ');
  let used = 0;
  const text = first.replace(/%[sdifjoOc%]/g, (mark) => {
    if (mark === '%%') return rest.length > 0 ? '%' : mark;
    if (used >= rest.length) return mark;
    used += 1;
    return substitute(mark, rest[used - 1]);
  });
  return [text, ...rest.slice(used).map(show)].join(' ');
};
