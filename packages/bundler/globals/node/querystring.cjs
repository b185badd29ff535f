/* global TextDecoder */
const own = require('cooperage-node:querystring');

const unescape = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) =>
      new TextDecoder().decode(
        Uint8Array.from(codes.slice(1).split('%'), (code) => Number.parseInt(code, 16)),
      ),
    );
  }
};

module.exports = { ...own, escape: (text) => encodeURIComponent(String(text)), unescape };
