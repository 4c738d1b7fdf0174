/** The cookie that tells the language chosen in this browser, for pages that have no script. Its prefix: RFC 6265bis, 4.1.3.2. */
export const languageCookie = '__Host-redraw-language';
