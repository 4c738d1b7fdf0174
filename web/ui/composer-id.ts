/** `id` of a project's prompt box. Rooms below the composer move the focus there when the focused element goes away. */
export const COMPOSER_ID = 'change';
