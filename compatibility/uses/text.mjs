/** What reads and writes text. */

export const TEXT = [
  {
    name: 'semver',
    imports: "import semver from 'semver';",
    use: "[semver.satisfies('1.2.3', '^1.0.0'), semver.inc('1.2.3', 'minor'), semver.coerce('v2').version]",
  },
  {
    name: 'mime',
    imports: "import mime from 'mime';",
    use: "[mime.getType('a/b.json'), mime.getExtension('image/png')]",
  },
  {
    name: 'yaml',
    imports: "import YAML from 'yaml';",
    use: "[YAML.parse('a: [1, {b: 2}]'), YAML.stringify({ x: [1, 2], y: 'z' })]",
  },
  {
    name: 'js-yaml',
    imports: "import * as yaml from 'js-yaml';",
    use: "[yaml.load('a: [1, 2]\\nb: {c: d}'), yaml.dump({ x: [1, 'y'] })]",
  },
  {
    name: 'ms',
    imports: "import ms from 'ms';",
    use: "[ms('2 days'), ms(60000, { long: true })]",
  },
  {
    name: 'handlebars',
    imports: "import Handlebars from 'handlebars';",
    use: "Handlebars.compile('{{#each a}}<{{this}}>{{/each}} {{b.c}}')({ a: ['x', '&'], b: { c: 1 } })",
  },
  {
    name: 'marked',
    imports: "import { marked } from 'marked';",
    use: "marked.parse('# hi\\n\\n* a\\n* **b** <!-- c -->\\n')",
  },
  {
    name: 'nunjucks',
    imports: "import nunjucks from 'nunjucks';",
    use: "nunjucks.renderString('{% for i in a %}{{ i | upper }},{% endfor %}', { a: ['x', 'y'] })",
  },
  {
    name: 'preact',
    imports: "import { h } from 'preact'; import { render } from 'preact-render-to-string';",
    use: "render(h('p', { class: 'x' }, 'hi ', h('b', null, 3)))",
  },
  {
    name: 'mustache',
    imports: "import Mustache from 'mustache';",
    use: "Mustache.render('{{#a}}<{{b}}>{{/a}}', { a: [{ b: 1 }, { b: '&' }] })",
  },
  {
    name: 'peggy',
    imports: "import peggy from 'peggy';",
    use: "peggy.generate('start = [a]+').parse('aaa')",
  },
  {
    name: 'jexl',
    imports: "import { Jexl } from 'jexl';",
    use: "new Jexl().eval('a.b * 2', { a: { b: 3 } })",
  },
  {
    name: 'ohm-js',
    imports: "import * as ohm from 'ohm-js';",
    use: "ohm.grammar('G { e = digit+ }').match('123').succeeded()",
  },
  {
    name: 'chevrotain',
    imports: "import { createToken, Lexer } from 'chevrotain';",
    use: "new Lexer([createToken({ name: 'A', pattern: /a+/ }), createToken({ name: 'B', pattern: /b/ })]).tokenize('aab').tokens.map((t) => t.image)",
    ambient: { time: true },
  },
  {
    name: 'acorn',
    imports: "import { parse } from 'acorn';",
    use: "parse('a => a + 1', { ecmaVersion: 2022 }).body[0].expression.type",
  },
  {
    name: 'fast-xml-parser',
    imports: "import { XMLParser } from 'fast-xml-parser';",
    use: `new XMLParser({ ignoreAttributes: false }).parse('<a x="1"><b>2</b><b>3</b></a>')`,
  },
  {
    name: 'papaparse',
    imports: "import Papa from 'papaparse';",
    use: `Papa.parse('a,b\\n1,"x,y"\\n', { header: true, dynamicTyping: true }).data`,
  },
  {
    name: 'csv-parse',
    imports: "import { parse } from 'csv-parse/sync';",
    use: `parse('a,b\\n1,"x,y"\\n', { columns: true })`,
  },
  {
    name: 'qs',
    imports: "import qs from 'qs';",
    use: "[qs.parse('a[b][]=1&a[b][]=2'), qs.stringify({ x: { y: [1, 2] } })]",
  },
  {
    name: 'json5',
    imports: "import JSON5 from 'json5';",
    use: `[JSON5.parse("{a: 'x', /* c */ b: +1,}"), JSON5.stringify({ a: 1 })]`,
    ambient: { random: true },
  },
  {
    name: 'smol-toml',
    imports: "import { parse, stringify } from 'smol-toml';",
    use: `[parse('a = 1\\n[b]\\nc = "x"'), stringify({ a: { b: [1, 2] } })]`,
  },
  {
    name: 'fast-json-stable-stringify',
    imports: "import stringify from 'fast-json-stable-stringify';",
    use: 'stringify({ b: 1, a: [{ d: 1, c: 2 }] })',
  },
  {
    name: 'jsonata',
    imports: "import jsonata from 'jsonata';",
    use: "jsonata('$sum(a.b)').evaluate({ a: [{ b: 1 }, { b: 2 }] })",
    ambient: { time: true },
  },
  {
    name: 'jsonpath-plus',
    imports: "import { JSONPath } from 'jsonpath-plus';",
    use: "JSONPath({ path: '$..b', json: { a: [{ b: 1 }, { b: 2 }] } })",
  },
  {
    name: 'markdown-it',
    imports: "import MarkdownIt from 'markdown-it';",
    use: "new MarkdownIt({ linkify: true }).render('# hi\\n\\n**a** https://x.org')",
  },
  {
    name: 'highlight.js',
    imports:
      "import hljs from 'highlight.js/lib/core'; import js from 'highlight.js/lib/languages/javascript';",
    use: "(hljs.registerLanguage('js', js), hljs.highlight('const a = 1;', { language: 'js' }).value)",
  },
  {
    name: 'katex',
    imports: "import katex from 'katex';",
    use: "katex.renderToString('x^2').length",
  },
  {
    name: 'htmlparser2',
    imports: "import { parseDocument, DomUtils } from 'htmlparser2';",
    use: "DomUtils.textContent(parseDocument('<p>a<b>c</b></p>'))",
  },
  {
    name: 'cheerio',
    imports: "import { load } from 'cheerio/slim';",
    use: "load('<ul><li>a</li><li>b</li></ul>')('li').last().text()",
  },
  {
    name: 'unified',
    imports:
      "import { unified } from 'unified'; import parse from 'remark-parse'; import html from 'remark-html';",
    use: "String(unified().use(parse).use(html).processSync('# a *b*'))",
  },
  {
    name: 'ejs',
    imports: "import ejs from 'ejs';",
    use: "[ejs.render('<% for (const x of xs) { %><%= x %>,<% } %>', { xs: ['<', 2] }), ejs.compile('<%- include(\"p\", { a: 1 }) %>!', { includer: () => ({ template: '<%= a %>' }) })({})]",
    ambient: { time: true },
  },
  {
    name: 'showdown',
    imports: "import showdown from 'showdown';",
    use: "new showdown.Converter({ tables: true }).makeHtml('# hi\\n\\n* a <b>\\n* `c`\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |')",
  },
  {
    name: 'turndown',
    imports: "import TurndownService from 'turndown';",
    use: "new TurndownService().turndown('<h1>Hello <b>w</b></h1><ul><li>x</li></ul>')",
  },
  {
    name: 'plist',
    imports: "import * as plist from 'plist';",
    use: "[plist.parse('<plist version=\"1.0\"><dict><key>a</key><integer>3</integer><key>d</key><data>AQID</data></dict></plist>').a, plist.build({ a: [1, 'x', true] })]",
  },
  {
    name: 'postcss',
    imports: "import postcss from 'postcss';",
    use: "postcss([{ postcssPlugin: 'x', Declaration(d) { if (d.value === 'red') d.value = 'blue'; } }]).process('a { color: red; b: c }', { from: undefined }).then((r) => r.css)",
    ambient: { time: true, random: true },
  },
];
