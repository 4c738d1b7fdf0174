/** Where the focus goes when what had it goes away. */
export const COMPOSER_ID = 'change';
