import { useEffect, useRef } from 'preact/hooks';
import { languages } from '../strings/formats/formats.ts';
import { chooseLanguage, language, languageNames, strings } from '../strings/strings.ts';

/** Choosing a language remounts the page; this module state outlives that and puts the focus back on the chosen input. */
let shouldRestoreFocus = false;

/** A choice of the page's language. Each language is named in itself. */
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
