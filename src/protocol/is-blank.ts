/**
 * Whether a text shows nothing: white space, control and format characters, fillers. Includes all that Python's `str.strip` removes, by
 * which the Messages API refuses a text as blank.
 */
export const isBlank = (text: string): boolean =>
  !/[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(text);
