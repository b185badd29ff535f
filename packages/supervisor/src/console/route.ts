/**
 * Where the start compartment's console writes. SES wraps the console that it finds at lockdown in one
 * that can tell what errors hide from guests; this is the console that it finds, so that what a vat
 * says comes back as text to the process that runs the vat.
 */

/** Formats as Node's console does. It may run code of the objects that it shows, and must give them nothing. */
export type FormatArguments = (args: readonly unknown[]) => string;

type ConsoleMethod = (...args: unknown[]) => void;
export type ConsoleMethods = Readonly<Record<string, ConsoleMethod>>;

interface Capture {
  readonly format: FormatArguments;
  readonly lines: string[];
  indent: string;
}

const LEVELS = ['debug', 'log', 'info', 'warn', 'error', 'trace'] as const;
const GROUPS = ['group', 'groupCollapsed'] as const;

let current: Capture | undefined;
let installed = false;

/** A console for lockdown to wrap: it writes to `host` except while a capture is under way. */
export const makeRoutedConsole = (host: ConsoleMethods | undefined): ConsoleMethods => {
  const methods: Record<string, ConsoleMethod> = {};
  const route = (name: string, captured: (capture: Capture, args: unknown[]) => void): void => {
    methods[name] = (...args) => {
      if (current === undefined) host?.[name]?.(...args);
      else captured(current, args);
    };
  };
  const write = (capture: Capture, args: unknown[]): void => {
    capture.lines.push(capture.indent + capture.format(args));
  };
  for (const level of LEVELS) route(level, write);
  for (const group of GROUPS) {
    route(group, (capture, args) => {
      if (args.length > 0) write(capture, args);
      capture.indent += '  ';
    });
  }
  route('groupEnd', (capture) => {
    capture.indent = capture.indent.slice(2);
  });
  installed = true;
  return methods;
};

/** What calling `console[level](...args)` prints. */
export const captureConsole = (
  level: (typeof LEVELS)[number],
  args: readonly unknown[],
  format: FormatArguments,
): string => {
  // Another lockdown was here first: its console knows nothing of captures.
  if (!installed) return format(args);
  const outer = current;
  const capture: Capture = { format, lines: [], indent: '' };
  current = capture;
  try {
    const { console } = globalThis as unknown as { console: ConsoleMethods };
    console[level]?.(...args);
  } finally {
    current = outer;
  }
  return capture.lines.join('\n');
};
