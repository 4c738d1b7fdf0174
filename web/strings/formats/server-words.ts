import type { Situation } from '../../../src/protocol/situations.ts';
import type { ToolFailure, ToolVerb } from '../../../src/protocol/tool-line.ts';
import { entry } from './entry.ts';

/** What comes with a code: numbers and names, unchecked. */
export type Fields = Readonly<Record<string, unknown>>;

export type Sentence = string | ((fields: Fields) => string);

/** What the server has told by a code. `message` is its own English sentence, of a problem (`detail`) or of an event (`message`). */
export interface ToldFailure {
  code: string;
  message: string;
  fields?: Fields | undefined;
}

/** What the server has told of a tool call. `title` is its own line, in English. */
export interface ToldTool {
  title: string;
  verb?: string | undefined;
  path?: string | undefined;
  fields?: Fields | undefined;
}

/** By code, or by code and reason. A situation without words is a type error. */
export type Situations = Readonly<Record<Situation, Sentence>>;

interface ToolWords {
  aFile: string;
  titles: Readonly<Record<ToolVerb, (path: string, fields: Fields) => string>>;
  failures: Readonly<Record<ToolFailure, Sentence>>;
  ran: (ms: number) => string;
  refused: (count: number) => string;
  more: string;
  leftOut: (count: number) => string;
}

/** Words for all that the server tells by codes. English has none: the server's own are shown. */
export type ServerWords = {
  /** Undefined for a code that the page does not know. */
  tellFailure(told: ToldFailure): string | undefined;
  /** Undefined for a verb that the page does not know. */
  tellTool(told: ToldTool): string | undefined;
  /** Introduces Claude's own words. */
  claudeSays: string;
  tools: ToolWords;
};

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The words of a language for what the server tells. */
export const serverWordsOf = (situations: Situations, claudeSays: string, tools: ToolWords): ServerWords => ({
  tellFailure: ({ code, fields = {} }) => {
    const reason = textOf(fields.reason) || textOf(fields.scope);
    const sentence = entry(situations, `${code}.${reason}`) ?? entry(situations, code);
    return typeof sentence === 'function' ? sentence(fields) : sentence;
  },
  tellTool: ({ verb = '', path, fields = {} }) => entry(tools.titles, verb)?.(path || tools.aFile, fields),
  claudeSays,
  tools,
});
