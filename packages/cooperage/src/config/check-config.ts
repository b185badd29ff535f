/**
 * Checks what a user wrote against the tables of settings. Every complaint names the path, what is wrong and what
 * is allowed; the first one is thrown, at the place where it stands.
 */
import {
  DEFAULTS,
  didYouMean,
  isOptions,
  LIMITS,
  mistakeIn,
  optionsOf,
  type Path,
  showValue,
} from '@cooperage/types';
import type { KernelConfig, VatConfig } from './kernel-config.js';
import { CONFIG_TABLE } from './settings.js';

/** A mistake in a config, at a path within it. */
export class ConfigMistake extends Error {
  readonly path: Path;

  constructor(path: Path, message: string) {
    super(message);
    this.name = 'ConfigMistake';
    this.path = path;
  }
}

const PLAIN_TYPES = ['string', 'number', 'boolean', 'bigint', 'undefined'];

/** An object as JSON makes them. */
const isPlainRecord = (value: unknown): boolean => {
  if (!isOptions(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

const insistPlainData = (value: unknown, path: Path): void => {
  const visit = (part: unknown, at: Path, around: readonly unknown[]): void => {
    if (part === null || PLAIN_TYPES.includes(typeof part)) return;
    if (!Array.isArray(part) && !isPlainRecord(part)) {
      throw new ConfigMistake(
        at,
        `must be plain data (strings, numbers, booleans, null, arrays and objects of them), not ${showValue(part)}`,
      );
    }
    if (around.includes(part)) throw new ConfigMistake(at, 'must not contain itself');
    if (around.length >= LIMITS.capdataDepth) {
      throw new ConfigMistake(path, `is nested more than ${LIMITS.capdataDepth} deep`);
    }
    for (const [key, member] of Object.entries(part as Readonly<Record<string, unknown>>)) {
      visit(member, [...at, Array.isArray(part) ? Number(key) : key], [...around, part]);
    }
  };
  visit(value, path, []);
};

const insistKnown = (name: string, path: Path, what: string, known: readonly string[]): void => {
  if (known.includes(name)) return;
  const there = known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`;
  throw new ConfigMistake(
    path,
    `names ${JSON.stringify(name)}, but "${what}" has no such entry${didYouMean(name, known)} (${there})`,
  );
};

const checkVat = (vat: VatConfig, path: Path, config: KernelConfig): void => {
  const { source, bundle, meter, parameters, memoryQuota } = vat;
  insistPlainData(parameters, [...path, 'parameters']);
  if (vat.services !== undefined) {
    if (parameters !== undefined && !isPlainRecord(parameters)) {
      throw new ConfigMistake(
        [...path, 'parameters'],
        'must be an object where the vat lists "services": they are a property of it',
      );
    }
    if (parameters !== undefined && Object.hasOwn(parameters as object, 'services')) {
      throw new ConfigMistake(
        [...path, 'parameters', 'services'],
        'has the name under which the vat is given the "services" that it lists: choose another name',
      );
    }
  }
  const memoryLimit = vat.memoryLimit ?? config.memoryLimit ?? DEFAULTS.memoryLimit;
  if (memoryQuota !== undefined && memoryLimit > memoryQuota) {
    throw new ConfigMistake(
      [...path, 'memoryQuota'],
      `is less than the ${memoryLimit} bytes that the vat itself may use ("memoryLimit")`,
    );
  }
  if (source === undefined && bundle === undefined) {
    throw new ConfigMistake(
      path,
      'needs a "source" (the path of its module) or a "bundle" (a name from "bundles")',
    );
  }
  if (source !== undefined && bundle !== undefined) {
    throw new ConfigMistake(path, 'has both "source" and "bundle": give one of them');
  }
  if (bundle !== undefined) {
    insistKnown(bundle, [...path, 'bundle'], 'bundles', Object.keys(config.bundles ?? {}));
  }
  if (meter !== undefined) {
    insistKnown(meter, [...path, 'meter'], 'meters', Object.keys(config.meters ?? {}));
  }
};

/** @throws {ConfigMistake} */
export const checkConfig = (value: unknown): KernelConfig => {
  const mistake = mistakeIn(optionsOf(CONFIG_TABLE, 'an object with "vats"'), value);
  if (mistake !== undefined) throw new ConfigMistake(mistake.path, mistake.message);
  const config = value as KernelConfig;
  const names = Object.keys(config.vats);
  if (names.length === 0) throw new ConfigMistake(['vats'], 'must name at least one vat');
  if (config.bootstrap !== undefined) insistKnown(config.bootstrap, ['bootstrap'], 'vats', names);
  for (const [name, vat] of Object.entries(config.gateway?.expose ?? {})) {
    insistKnown(vat, ['gateway', 'expose', name], 'vats', names);
  }
  for (const [name, vat] of Object.entries(config.vats)) checkVat(vat, ['vats', name], config);
  return config;
};
