/** The parts of the name that a browser gets at its sign-in: `Firefox on Windows`, one of the two, or `A browser`. */
export const browserNames = ['Edge', 'Opera', 'Samsung Internet', 'Firefox', 'Chrome', 'Safari'] as const;
export const systemNames = ['iPhone', 'iPad', 'Android', 'ChromeOS', 'Windows', 'Mac', 'Linux'] as const;
export const someBrowser = 'A browser';
