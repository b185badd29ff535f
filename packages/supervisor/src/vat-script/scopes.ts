/** The scopes of a vat's script, which are those of SES (`ses/src/make-evaluate.js`), and what it looks up in them once. */

const shadow = Object.freeze({ __proto__: null });

/** The outermost scope: it has every name, so that none is looked up in the realm's own global object. */
export const terminator = new Proxy(shadow, {
  has: () => true,
  get: () => undefined,
  set: (_target, name) => {
    throw ReferenceError(`${String(name)} is not defined`);
  },
  getPrototypeOf: () => null,
});

const isIdentifier = (name: string): boolean =>
  /^[A-Za-z_$]/.test(name) && [...name].every((character) => /[\w$]/.test(character));
/** Names of properties that no constant can have. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield'
  ).split(' '),
);

/** Names that cannot change, which the script may therefore look up once. */
export const constantsOf = (global: object): string[] =>
  Object.entries(Object.getOwnPropertyDescriptors(global))
    .filter(
      ([name, { configurable, writable }]) =>
        configurable === false && writable === false && isIdentifier(name) && !RESERVED.has(name),
    )
    .map(([name]) => name)
    .sort();

/** A statement for code whose `this` has the global object. */
export const lookUp = (constants: readonly string[]): string =>
  constants.length === 0 ? '' : `const { ${constants.join(', ')} } = this.global; `;
