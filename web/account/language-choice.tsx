import { useEffect, useRef } from 'preact/hooks';
import { languages } from '../strings/formats/formats.ts';
import { chooseLanguage, language, languageNames, strings } from '../strings/strings.ts';

/** A choice draws the page anew in other words: then the focus goes to where it was. */
let shouldRestoreFocus = false;

/** Which language the page speaks; each is written in itself. */
export function LanguageChoice() {
  const chosenInput = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (shouldRestoreFocus) chosenInput.current?.focus();
    shouldRestoreFocus = false;
  }, []);
  return (
    <fieldset class="language-choice">
      <legend>{strings.account.language}</legend>
      {languages.map((one) => (
        <label key={one} lang={one}>
          <input
            ref={one === language.value ? chosenInput : null}
            type="radio"
            name="language"
            checked={one === language.value}
            onChange={() => {
              shouldRestoreFocus = true;
              void chooseLanguage(one);
            }}
          />
          {languageNames[one]}
        </label>
      ))}
    </fieldset>
  );
}
