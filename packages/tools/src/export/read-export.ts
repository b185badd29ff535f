import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { codeOf, messageOf } from '@cooperage/types';
import { badExport, type Footer, FORMAT, type Header, type Line, VERSION } from './format.js';

/** Lines of a file, without their ends; the last one only if it is ended. */
const linesOf = async function* (file: string): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = parts.pop() as string;
    yield* parts;
  }
};

export interface ExportFile {
  readonly file: string;
  readonly header: Header;
  readonly footer: Footer;
}

const parseHeader = (file: string, text: string): Header => {
  let header: Partial<Header> | undefined;
  try {
    header = JSON.parse(text) as Partial<Header>;
  } catch {
    // Said below.
  }
  if (header?.format !== FORMAT || typeof header.commit !== 'number') {
    throw badExport(file, 'is not an export of a kernel');
  }
  if (header.version !== 1 && header.version !== VERSION) {
    throw badExport(
      file,
      `has version ${header.version} of the format, and this program knows versions up to ${VERSION}; update it`,
    );
  }
  return header as Header;
};

/**
 * Reads an export and checks all of it: that it is whole, and that no byte is another.
 *
 * @param visit is given each line before it is known whether the whole is sound
 * @throws {CooperageError} `BAD_EXPORT` that names the file and what is wrong with it
 */
export const readExport = async (
  file: string,
  visit: (line: Line) => void | Promise<void> = () => undefined,
): Promise<ExportFile> => {
  const sum = createHash('sha256');
  let header: Header | undefined;
  let footer: Footer | undefined;
  try {
    for await (const text of linesOf(file)) {
      if (header === undefined) {
        header = parseHeader(file, text);
      } else if (footer !== undefined) {
        throw badExport(file, 'continues after its end');
      } else {
        const parsed = JSON.parse(text) as Line | Footer;
        if (!('length' in parsed)) {
          footer = parsed;
          continue;
        }
        await visit(parsed);
      }
      sum.update(`${text}\n`, 'utf8');
    }
  } catch (error) {
    if (codeOf(error) === 'BAD_EXPORT') throw error;
    if (codeOf(error) === 'ENOENT') throw badExport(file, 'is not there', error);
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw badExport(file, `is damaged: ${messageOf(error)}; use another copy of it`, error);
  }
  if (header === undefined) throw badExport(file, 'is empty');
  if (footer === undefined)
    throw badExport(file, 'is cut off: its end is missing; use another copy of it');
  if (footer.sha256 !== sum.digest('hex')) {
    throw badExport(
      file,
      'is damaged: its lines differ from what was written; use another copy of it',
    );
  }
  return { file, header, footer };
};
