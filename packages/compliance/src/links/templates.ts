/** JSON in which `{name}` stands for a number that is not known before it is seen. */

export interface Templates {
  /** @throws {RangeError} where a number is not known */
  fill(template: unknown): unknown;
  /** Whether `actual` has this form; numbers that are seen for the first time are known from then on. */
  match(template: unknown, actual: unknown): boolean;
}

const NAME = /\{([a-z0-9]+)\}/gi;
const WHOLE = /^\{([a-z0-9]+)\}$/i;
const special = /[.*+?^${}()|[\]\\]/g;

export const makeTemplates = (): Templates => {
  const numbers = new Map<string, string>();

  const numberOf = (name: string): string => {
    const number = numbers.get(name);
    if (number === undefined) throw new RangeError(`the number {${name}} is not known`);
    return number;
  };

  const matchText = (template: string, actual: string): boolean => {
    const names: string[] = [];
    const parts = template.split(NAME).map((part, i) => {
      if (i % 2 === 0) return part.replace(special, '\\$&');
      const known = numbers.get(part);
      if (known !== undefined) return known;
      names.push(part);
      return '([0-9]+)';
    });
    const found = new RegExp(`^${parts.join('')}$`).exec(actual);
    if (found === null) return false;
    names.forEach((name, i) => numbers.set(name, found[i + 1] as string));
    return true;
  };

  const fill = (template: unknown): unknown => {
    if (typeof template === 'string') {
      const whole = WHOLE.exec(template)?.[1];
      if (whole !== undefined) return Number(numberOf(whole));
      return template.replace(NAME, (_, name: string) => numberOf(name));
    }
    if (Array.isArray(template)) return template.map(fill);
    if (typeof template !== 'object' || template === null) return template;
    return Object.fromEntries(Object.entries(template).map(([key, each]) => [key, fill(each)]));
  };

  const match = (template: unknown, actual: unknown): boolean => {
    if (template === '*') return true;
    if (typeof template === 'string') {
      if (typeof actual === 'number')
        return WHOLE.test(template) && matchText(template, `${actual}`);
      return typeof actual === 'string' && matchText(template, actual);
    }
    if (typeof template !== 'object' || template === null) return template === actual;
    if (typeof actual !== 'object' || actual === null) return false;
    const [wanted, has] = [Object.entries(template), Object.entries(actual)];
    if (Array.isArray(template) !== Array.isArray(actual) || wanted.length !== has.length) {
      return false;
    }
    const values = new Map<string, unknown>(has);
    return wanted.every(([key, each]) => values.has(key) && match(each, values.get(key)));
  };

  return { fill, match };
};
