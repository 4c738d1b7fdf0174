/** The elements in which Redraw speaks to Claude (`note`), and quotes an app's page to it (`page`). */
const ownTag = /<(?=[\s\p{Cf}]*(?:\/[\s\p{Cf}]*)?(?:note|page)\b)/giu;

/**
 * A text that others wrote (a path, a title, a message of an app) as Redraw quotes it to Claude: it neither opens nor closes an element of
 * Redraw's. Everything else stays as it is.
 */
export const withoutOwnTags = (text: string): string => text.replace(ownTag, '‹');
