/**
 * Formats what is printed as Node's console does, on every engine in the same way. It runs none of a
 * vat's code but the traps of proxies: getters are named, not called, and inspection functions are ignored.
 */
const DEPTH = 2;
const ITEMS = 100;
const WIDTH = 72;

type Shown = { readonly seen: readonly object[]; readonly depth: number };

const IDENTIFIER = /^[A-Za-z_$][\w$]{0,200}$/;

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
    const tag = intrinsicValue(at, Symbol.toStringTag);
    if (typeof tag === 'string') return tag;
  }
  return undefined;
};

const getterOf = (object: object, key: PropertyKey): object | undefined =>
  (Object.getOwnPropertyDescriptor(object, key) as { get?: object } | undefined)?.get;

/** The value of a property that lockdown has turned into an accessor, so that it can be overridden. */
const intrinsicValue = (object: object, key: PropertyKey): unknown => {
  const getter = getterOf(object, key);
  if (getter === undefined || !Object.isFrozen(object)) {
    return Object.getOwnPropertyDescriptor(object, key)?.value as unknown;
  }
  return Object.getOwnPropertyDescriptor(getter, 'originalValue')?.value as unknown;
};

const constructorOf = (value: object): string | undefined => {
  for (
    let at: object | null = value;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const made = intrinsicValue(at, 'constructor');
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

const inspectArray = (
  value: object,
  shown: Shown,
  prefix = '',
  length = Object.getOwnPropertyDescriptor(value, 'length')?.value as number,
): string => {
  const parts: string[] = [];
  let empty = 0;
  const endGap = (): void => {
    if (empty > 0) parts.push(`<${empty} empty item${empty === 1 ? '' : 's'}>`);
    empty = 0;
  };
  for (let i = 0; i < Math.min(length, ITEMS); i += 1) {
    const descriptor = Object.getOwnPropertyDescriptor(value, i);
    if (descriptor === undefined) empty += 1;
    else {
      endGap();
      parts.push('value' in descriptor ? inspect(descriptor.value, shown) : '[Getter]');
    }
  }
  endGap();
  if (length > ITEMS) parts.push(`... ${length - ITEMS} more items`);
  const others = membersOf(
    value,
    (key) => typeof key === 'string' && /^\d{1,16}$/.test(key),
    shown,
  );
  return enclose(prefix, '[]', [...parts, ...others]);
};

const inspectError = (error: Error, shown: Shown): string => {
  // SES has already printed what errors hide from vats; this is for errors inside other values.
  const text = `${error.name}: ${error.message}`;
  const others = membersOf(error, () => false, shown);
  return others.length === 0 ? `[${text}]` : enclose(`[${text}] `, '{}', others);
};

/** What the method of an intrinsic says of a value, where it is one of its kind. */
const ask = (prototype: object, method: PropertyKey, value: object): unknown => {
  try {
    return Reflect.apply(intrinsicValue(prototype, method) as () => unknown, value, []);
  } catch {
    return undefined;
  }
};

const inspectFunction = (value: object): string => {
  const name = Object.getOwnPropertyDescriptor(value, 'name')?.value as unknown;
  const isClass = /^class\b/.test(
    (ask(Function.prototype, 'toString', value) as string | undefined) ?? '',
  );
  if (isClass) return `[class ${typeof name === 'string' && name !== '' ? name : '(anonymous)'}]`;
  return typeof name === 'string' && name !== '' ? `[Function: ${name}]` : '[Function (anonymous)]';
};

const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object;

const ofTypedArray = (value: object, key: PropertyKey): unknown => {
  return Reflect.apply(getterOf(TypedArrayPrototype, key) as () => unknown, value, []);
};

/** The name of what holds numbers by index: `Uint8Array`. */
const numbersOf = (value: object): string | undefined =>
  ofTypedArray(value, Symbol.toStringTag) as string | undefined;

const inspectPlainly = (value: object): string | undefined => {
  if (value instanceof Date) {
    const time = ask(Date.prototype, 'getTime', value);
    if (typeof time === 'number') {
      return Number.isNaN(time)
        ? 'Invalid Date'
        : (ask(Date.prototype, 'toISOString', value) as string);
    }
  }
  if (value instanceof RegExp) {
    const text = ask(RegExp.prototype, 'toString', value);
    if (typeof text === 'string') return text;
  }
  return undefined;
};

/** `Map(2)`, and for one of a subclass `Cache(2) [Map]`. */
const titleOf = (value: object, kind: string, size: number): string => {
  const made = constructorOf(value) ?? kind;
  return made === kind ? `${kind}(${size})` : `${made}(${size}) [${kind}]`;
};

const inspectObject = (value: object, shown: Shown): string => {
  if (shown.seen.includes(value)) return '[Circular *1]';
  if (typeof value === 'function') return inspectFunction(value);
  if (value instanceof Error) return inspectError(value, shown);
  const plain = inspectPlainly(value);
  if (plain !== undefined) return plain;
  const numbers = numbersOf(value);
  if (numbers !== undefined) {
    const length = ofTypedArray(value, 'length') as number;
    return inspectArray(value, shown, `${numbers}(${length}) `, length);
  }
  const prefix = prefixOf(value);
  if (shown.depth > DEPTH)
    return Array.isArray(value) ? '[Array]' : `[${prefix.trim() || 'Object'}]`;
  const inner: Shown = { seen: [...shown.seen, value], depth: shown.depth + 1 };
  if (Array.isArray(value)) return inspectArray(value, inner);
  if (value instanceof Promise) return 'Promise { <state> }';
  if (value instanceof Map) {
    const entries = [...Map.prototype.entries.call(value)] as [unknown, unknown][];
    const parts = entries.map(([key, each]) => `${inspect(key, inner)} => ${inspect(each, inner)}`);
    return enclose(`${titleOf(value, 'Map', entries.length)} `, '{}', parts);
  }
  if (value instanceof Set) {
    const entries = [...Set.prototype.values.call(value)] as unknown[];
    return enclose(
      `${titleOf(value, 'Set', entries.length)} `,
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
