import type { ToldFailure } from '../strings/formats/server-words.ts';
import { isTranslated, sentenceOf } from '../strings/server-sentences.ts';
import { strings } from '../strings/strings.ts';

/** What a refusal or a failure says, in the language of the page; Claude's own words, which the server's sentence has in it, stand as they came. */
export function ServerSentence({ told }: { told: ToldFailure }) {
  const says = isTranslated() && told.fields?.says;
  return (
    <>
      {sentenceOf(told)}{' '}
      {says && (
        <span>
          {strings.claudeSays} <q lang="en">{String(says)}</q>
        </span>
      )}
    </>
  );
}
