import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative, resolve } from 'node:path';

/**
 * Replaces places in a bundle by those in its sources, as `src/routes/app.ts:12:3`.
 *
 * @param options.bundle file name of the bundle as stack traces have it, without folder
 * @param options.folder folder of the bundle, which the map's paths start from
 * @param options.root folder that the printed paths start from
 */
export function stackMapper(
  readMap: () => SourceMapPayload,
  options: { bundle: string; folder: string; root: string },
): (text: string) => string {
  const { bundle, folder, root } = options;
  // Reading a large map takes long, and most texts have no place in them.
  let sourceMap: SourceMap | undefined;
  const place = new RegExp(`[^\\s()'"]*\\b${bundle.replaceAll('.', '\\.')}:(\\d+):(\\d+)`, 'g');
  return (text) =>
    text.replace(place, (found, line: string, column: string) => {
      sourceMap ??= new SourceMap(readMap());
      const origin = sourceMap.findOrigin(Number(line), Number(column));
      if (!('fileName' in origin)) return found;
      return `${relative(root, resolve(folder, origin.fileName))}:${origin.lineNumber}:${origin.columnNumber}`;
    });
}
