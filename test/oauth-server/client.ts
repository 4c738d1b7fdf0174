import type { ClaudeOAuth } from '../../src/settings.ts';

/** A client as an operator might register it. */
export const oauthClient: ClaudeOAuth = {
  clientId: 'redraw-test-client',
  authorizeUrl: 'https://login.example/authorize?hint=1',
  tokenUrl: 'https://login.example/token',
  redirectUri: 'https://redraw.example/account/claude',
  scopes: 'inference profile',
  beta: 'oauth-test-beta',
  tokenFormat: 'json',
};
