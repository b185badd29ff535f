/**
 * Globals that the language does not have, that packages take to be there, and that need nothing of a host. They are part
 * of the bundles that name them: vats with other bundles see no change.
 */

const BASE64 = `const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const refuse = (what) => { throw Object.assign(Error(what), { name: "InvalidCharacterError", code: 5 }); };
`;

/** What stands in a script, in the order in which it is there. */
const WRITTEN: Readonly<Record<string, string>> = {
  atob: `function atob(given) {
  let text = String(given).replace(/[\\t\\n\\f\\r ]/g, "");
  if (text.length % 4 === 0) text = text.replace(/={1,2}$/, "");
  if (text.length % 4 === 1) refuse("the text to decode is not base64");
  let bits = 0, held = 0, decoded = "";
  for (const digit of text) {
    const value = digits.indexOf(digit);
    if (value < 0) refuse("the text to decode is not base64");
    held = ((held << 6) | value) & 0xfff;
    bits += 6;
    if (bits >= 8) { bits -= 8; decoded += String.fromCharCode((held >> bits) & 0xff); }
  }
  return decoded;
}`,
  btoa: `function btoa(given) {
  const text = String(given);
  let encoded = "";
  for (let at = 0; at < text.length; at += 3) {
    const codes = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
    if (codes.some((code) => code > 255)) refuse("btoa encodes characters up to U+00FF only");
    const bits = (codes[0] << 16) | ((codes[1] || 0) << 8) | (codes[2] || 0);
    encoded += digits[bits >> 18] + digits[(bits >> 12) & 63];
    encoded += at + 1 < text.length ? digits[(bits >> 6) & 63] : "=";
    encoded += at + 2 < text.length ? digits[bits & 63] : "=";
  }
  return encoded;
}`,
  queueMicrotask: `function queueMicrotask(job) {
  if (typeof job !== "function") throw TypeError("queueMicrotask() takes a function");
  Promise.resolve().then(() => { job(); });
}`,
};

/** One line that puts on the vat's global object what the text names, and an engine does not have. */
export const pureGlobalsFor = (text: string): string => {
  const names = Object.keys(WRITTEN).filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  if (names.length === 0) return '';
  const base64 = names.some((name) => name !== 'queueMicrotask') ? BASE64 : '';
  const all = names.map((name) => WRITTEN[name] as string).join('\n');
  return `{ ${base64}${all}
for (const value of [${names.join(', ')}]) if (!(value.name in globalThis)) {
Object.defineProperty(globalThis, value.name, { value, writable: true, enumerable: false, configurable: true }); } }
`.replace(/\n\s*/g, ' ');
};
