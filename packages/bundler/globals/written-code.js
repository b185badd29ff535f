/* global require */
/**
 * `Function` for modules that write code with `with` statements, as templates do. A vat's code is strict, and strict code
 * has no `with`: what such a statement gives to the names in it is written out. Everything else in the code is as strict as
 * the rest of the vat.
 */
const own = Function;

const isNode = (value) => typeof value === 'object' && value !== null && 'type' in value;

const childrenOf = (node) => Object.values(node).flat().filter(isNode);

const isFunction = ({ type }) => /Function/.test(type);

/** The names that a pattern declares. */
const namesOf = (pattern) => {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) => namesOf(each.value ?? each.argument));
    case 'ArrayPattern':
      return pattern.elements.flatMap(namesOf);
    case 'AssignmentPattern':
      return namesOf(pattern.left);
    case 'RestElement':
      return namesOf(pattern.argument);
    default:
      return [];
  }
};

const isVar = ({ type, kind }) => type === 'VariableDeclaration' && kind === 'var';

const isSimpleVar = (node) =>
  isVar(node) && node.declarations.every(({ id }) => id.type === 'Identifier');

/** Names that `var` declares in a part of a function. */
const varsIn = (node, counts = isVar) => {
  if (isFunction(node)) return [];
  const here = counts(node) ? node.declarations.flatMap(({ id }) => namesOf(id)) : [];
  return [...here, ...childrenOf(node).flatMap((child) => varsIn(child, counts))];
};

/** Names that a statement declares for the block in which it stands. */
const declaredBy = (statement) => {
  if (statement?.type === 'VariableDeclaration' && statement.kind !== 'var') {
    return statement.declarations.flatMap(({ id }) => namesOf(id));
  }
  return /^(?:Function|Class)Declaration$/.test(statement?.type) ? namesOf(statement.id) : [];
};

/** What a node declares for what is in it. */
const scopeOf = (node) => {
  switch (node.type) {
    case 'BlockStatement':
      return node.body.flatMap(declaredBy);
    case 'SwitchStatement':
      return node.cases.flatMap(({ consequent }) => consequent.flatMap(declaredBy));
    case 'ForStatement':
      return declaredBy(node.init);
    case 'ForInStatement':
    case 'ForOfStatement':
      return declaredBy(node.left);
    case 'CatchClause':
      return namesOf(node.param);
    case 'ClassExpression':
      return namesOf(node.id);
    default:
      if (!isFunction(node)) return [];
      return [
        ...namesOf(node.type === 'FunctionExpression' ? node.id : null),
        ...node.params.flatMap(namesOf),
        ...childrenOf(node.body).flatMap((child) => varsIn(child)),
        ...varsIn(node.body),
        ...(node.type === 'ArrowFunctionExpression' ? [] : ['arguments']),
      ];
  }
};

/** Whether an identifier is a variable, and not the name of a property or a label. */
const isVariable = (node, parent) => {
  if (node.type !== 'Identifier') return false;
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed;
  if (/^(?:Property|MethodDefinition|PropertyDefinition)$/.test(parent.type)) {
    return parent.value === node || parent.computed;
  }
  return !/^(?:LabeledStatement|BreakStatement|ContinueStatement)$/.test(parent.type);
};

const TYPES_IT = 'typeof ';
const CALLS_IT = 'call ';

/** The object through which the code in a `with` statement reaches its names. */
const accessorsOf = (object, names, outerNameOf) => {
  const members = [...names].map(([name, uses]) => {
    const key = JSON.stringify(name);
    const outer = outerNameOf(name);
    const found = `${key} in ${object}`;
    const parts = [`get ${key}() { return ${found} ? ${object}[${key}] : ${outer}; }`];
    if (uses.has('set')) {
      parts.push(`set ${key}(v) { if (${found}) ${object}[${key}] = v; else ${outer} = v; }`);
    }
    if (uses.has(TYPES_IT)) {
      parts.push(
        `get ${JSON.stringify(TYPES_IT + name)}() { return typeof (${found} ? ${object}[${key}] : ` +
          `typeof ${outer} === 'undefined' ? undefined : ${outer}); }`,
      );
    }
    if (uses.has(CALLS_IT)) {
      parts.push(
        `get ${JSON.stringify(CALLS_IT + name)}() { return ${found} ? (...given) => ` +
          `${object}[${key}](...given) : ${outer}; }`,
      );
    }
    return parts.join(', ');
  });
  return `{ ${['__proto__: null', ...members].join(', ')} }`;
};

const ASSIGNS = /^(?:AssignmentExpression|UpdateExpression|ForInStatement|ForOfStatement)$/;

/** Writes out the `with` statements of a program. */
const writeOut = (text, program) => {
  const edits = [];
  let count = 0;

  /** @param withs what is around, from the outside: of each statement its names, and those that are declared in it */
  const visit = (node, parent, withs, field) => {
    if (node.type === 'WithStatement') {
      visit(node.object, node, withs);
      const number = (count += 1);
      const vars = new Set(varsIn(node.body, isSimpleVar));
      // These are declared where they stand, and are no properties of the object.
      const apart = varsIn(node.body, (each) => isVar(each) && !isSimpleVar(each));
      const made = {
        object: `__with${number}`,
        via: `__in${number}`,
        names: new Map(),
        declared: new Set(apart),
      };
      visit(node.body, node, [...withs, made]);
      // A name that an inner statement asks for is one that this one may have.
      const outerNameOf = (name) => refer(name, withs, 'set') ?? name;
      const hoisted = vars.size === 0 ? '' : `var ${[...vars].join(', ')}; `;
      edits.push(
        {
          at: node.start,
          end: node.object.start,
          text: `{ ${hoisted}const ${made.object} = Object(`,
        },
        {
          at: node.object.end,
          end: node.body.start,
          text: () =>
            `); const ${made.via} = ${accessorsOf(made.object, made.names, outerNameOf)}; `,
        },
        { at: node.body.end, end: node.body.end, text: ' }' },
      );
      // Now, so that the statements around know of what is asked of them.
      for (const name of made.names.keys()) outerNameOf(name);
      return;
    }
    const scope = withs.length === 0 ? [] : scopeOf(node);
    const within =
      scope.length === 0
        ? withs
        : withs.map((each) => ({ ...each, declared: new Set([...each.declared, ...scope]) }));
    if (isSimpleVar(node) && withs.length > 0 && !withs.at(-1).inFunction) {
      visitVar(node, parent, within, field);
      return;
    }
    if (isVariable(node, parent)) {
      visitName(node, parent, withs);
      return;
    }
    const inner = isFunction(node) ? within.map((each) => ({ ...each, inFunction: true })) : within;
    for (const [key, value] of Object.entries(node)) {
      for (const child of [value].flat()) {
        if (!isNode(child)) continue;
        // `{ a }` is visited once: as what it is the value of.
        if (node.type === 'Property' && node.shorthand && key === 'key') continue;
        if (isFunction(node) && (key === 'id' || (key === 'params' && child.type === 'Identifier')))
          continue;
        if (
          /^(?:VariableDeclarator|Class)/.test(node.type) &&
          key === 'id' &&
          child.type === 'Identifier'
        )
          continue;
        visit(child, node, inner, key);
      }
    }
  };

  /** What a name is written as within statements; notes that they are asked for it. */
  const refer = (name, withs, use) => {
    for (let i = withs.length - 1; i >= 0; i -= 1) {
      const { declared, names, via } = withs[i];
      if (declared.has(name)) continue;
      const uses = names.get(name) ?? new Set();
      names.set(name, uses.add(use));
      return `${via}[${JSON.stringify(name)}]`;
    }
    return undefined;
  };

  const visitName = (node, parent, withs) => {
    const { name, start, end } = node;
    const isTyped = parent.type === 'UnaryExpression' && parent.operator === 'typeof';
    const isCalled = parent.type === 'CallExpression' && parent.callee === node;
    const isSet =
      (ASSIGNS.test(parent.type) && (parent.left === node || parent.argument === node)) ||
      /Pattern|RestElement/.test(parent.type) ||
      (parent.type === 'Property' && parent.value === node);
    const use = isTyped ? TYPES_IT : isCalled ? CALLS_IT : isSet ? 'set' : 'get';
    const written = refer(name, withs, use);
    if (written === undefined) return;
    const key = written.indexOf('[') + 2;
    if (isTyped)
      edits.push({
        at: parent.start,
        end,
        text: written.slice(0, key) + TYPES_IT + written.slice(key),
      });
    else if (isCalled)
      edits.push({
        at: start,
        end,
        text: `(0, ${written.slice(0, key)}${CALLS_IT}${written.slice(key)})`,
      });
    else if (parent.type === 'Property' && parent.shorthand)
      edits.push(
        { at: start, end: start, text: `${JSON.stringify(name)}: ` },
        { at: start, end, text: written },
      );
    else edits.push({ at: start, end, text: written });
  };

  /** The names are declared before the statement; here they are assigned. */
  const visitVar = (node, parent, withs, field) => {
    const isLoop = /^For(?:In|Of)?Statement$/.test(parent.type) && field !== 'body';
    const [{ id: first }] = node.declarations;
    edits.push({ at: node.start, end: first.start, text: '' });
    for (const { id, init, end } of node.declarations) {
      const written = refer(id.name, withs, 'set') ?? id.name;
      if (init === null)
        edits.push({
          at: id.start,
          end,
          text: isLoop && /In|Of/.test(parent.type) ? written : 'void 0',
        });
      else {
        edits.push({ at: id.start, end: id.end, text: written });
        visit(init, node, withs);
      }
    }
  };

  visit(program, { type: '' }, [], '');
  let written = '';
  let at = 0;
  for (const edit of edits.sort((a, b) => a.at - b.at || a.end - b.end)) {
    written += text.slice(at, edit.at) + (typeof edit.text === 'string' ? edit.text : edit.text());
    at = edit.end;
  }
  return written + text.slice(at);
};

/** @returns the parameters and the body of a function, without `with` */
const withoutWith = (parts) => {
  const body = String(parts.at(-1) ?? '');
  if (!/\bwith\b/.test(body)) return parts;
  const before = `(function anonymous(${parts.slice(0, -1).join(',')}\n) {\n`;
  const after = '\n})';
  let program;
  try {
    // Here, so that a vat that writes no such code does without the parser.
    program = require('acorn').parse(before + body + after, { ecmaVersion: 'latest' });
  } catch {
    // The engine says what is wrong with it.
    return parts;
  }
  const written = writeOut(before + body + after, program);
  return [...parts.slice(0, -1), written.slice(before.length, -after.length)];
};

const Written = new Proxy(own, {
  apply: (target, _, parts) => target(...withoutWith(parts)),
  construct: (target, parts) => target(...withoutWith(parts)),
});

export { Written as Function };
