/* global TextDecoder, TextEncoder */
/* eslint-disable no-control-regex */
const own = require('cooperage-node:util');

const isDeepStrictEqual = (a, b) => {
  try {
    require('node:assert').deepStrictEqual(a, b);
    return true;
  } catch {
    return false;
  }
};

/** ECMA-48's sequences that a terminal takes for commands. */
const CONTROLS =
  /[\u001b\u009b][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?(?:\u0007|\u001b\u005c|\u009c))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/g;

const styleText = (format, text) => {
  let styled = String(text);
  for (const name of [format].flat().reverse()) {
    const codes = own.inspect.colors[name];
    if (codes === undefined) throw TypeError(`util.styleText() does not know the format "${name}"`);
    styled = `\u001b[${codes[0]}m${styled}\u001b[${codes[1]}m`;
  }
  return styled;
};

module.exports = {
  ...own,
  TextDecoder,
  TextEncoder,
  isDeepStrictEqual,
  stripVTControlCharacters: (text) => String(text).replace(CONTROLS, ''),
  styleText,
  toUSVString: (text) => String(text).replace(/\p{Surrogate}/gu, '\ufffd'),
};
