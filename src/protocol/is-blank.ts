/**
 * Whether a text shows nothing to a person: white space, control and format characters, fillers. Such a prompt or name is refused.
 * Includes all that the Messages API refuses as a text block (`isWhiteSpace`), and more.
 */
export const isBlank = (text: string): boolean =>
  !/[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(text);
