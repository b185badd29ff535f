/** Numbers of other kinds, and names that chance makes. */

export const NUMBERS = [
  {
    name: 'big.js',
    imports: "import Big from 'big.js';",
    use: "new Big('0.1').plus('0.2').times(3).toFixed(5)",
  },
  {
    name: 'decimal.js',
    imports: "import Decimal from 'decimal.js';",
    use: 'new Decimal(2).sqrt().toFixed(30)',
  },
  {
    name: 'bignumber.js',
    imports: "import BigNumber from 'bignumber.js';",
    use: "new BigNumber('1e30').div(7).toFixed(10)",
    ambient: { random: true },
  },
  {
    name: 'bn.js',
    imports: "import BN from 'bn.js';",
    use: "new BN('123456789012345678901234567890').pow(new BN(3)).toString(16)",
  },
  {
    name: 'long',
    imports: "import Long from 'long';",
    use: "Long.fromString('9223372036854775807').div(3).toString()",
  },
  {
    name: 'mathjs',
    imports: "import { evaluate, derivative, format } from 'mathjs/number';",
    use: "[evaluate('sqrt(3^2 + 4^2)'), format(1 / 3, { precision: 4 })]",
    ambient: { time: true, random: true },
  },
  {
    name: 'fraction.js',
    imports: "import Fraction from 'fraction.js';",
    use: "new Fraction('1/3').add('1/6').toString()",
  },
  {
    name: 'ml-matrix',
    imports: "import { Matrix, inverse } from 'ml-matrix';",
    use: 'inverse(new Matrix([[2, 0], [0, 4]])).to2DArray()',
  },
  {
    name: 'seedrandom',
    imports: "import seedrandom from 'seedrandom';",
    use: "[seedrandom('x')(), seedrandom.alea('y').quick()]",
    ambient: { random: true },
  },
  {
    name: 'uuid',
    imports: "import { v5, parse } from 'uuid';",
    use: "[v5('x', v5.URL), [...parse(v5('y', v5.DNS))]]",
  },
  {
    name: 'nanoid',
    imports: "import { customAlphabet, nanoid } from 'nanoid';",
    use: "[nanoid().length, /^[ab]{4}$/.test(customAlphabet('ab', 4)())]",
    ambient: { random: true },
  },
  {
    name: 'h3-js',
    imports: "import { latLngToCell } from 'h3-js';",
    use: 'latLngToCell(37.77, -122.4, 7)',
  },
];
