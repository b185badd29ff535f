module.exports = require('cooperage-node:assert').strict;
