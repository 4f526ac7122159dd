import type { Route } from './routes.ts'
import * as tokens from './tokens-contract.ts'

/** The doors of tokens: those of the site for administrators, one's own for every person. */
export const tokensRoutes = {
  listTokens: { method: 'GET', path: '/api/tokens', access: 'manageUsers', summary: 'Tokens of the API, everyone’s own among them', status: 200, answer: tokens.apiTokenList },
  createToken: {
    method: 'POST',
    path: '/api/tokens',
    access: 'manageUsers',
    summary: 'Make a token for a script; it is shown once. A token makes none that may do more than itself',
    status: 201,
    body: tokens.tokenCreate,
    answer: tokens.tokenCreated,
  },
  revokeToken: { method: 'DELETE', path: '/api/tokens/{id}', access: 'manageUsers', summary: 'Revoke a token of the API', status: 204 },
  listOwnTokens: { method: 'GET', path: '/api/me/tokens', access: 'person', summary: 'One’s own tokens', status: 200, answer: tokens.apiTokenList },
  createOwnToken: {
    method: 'POST',
    path: '/api/me/tokens',
    access: 'person',
    summary: 'Make a token of one’s own, as a person; it is shown once and never does more than its owner may',
    status: 201,
    body: tokens.ownTokenCreate,
    answer: tokens.tokenCreated,
  },
  revokeOwnToken: { method: 'DELETE', path: '/api/me/tokens/{id}', access: 'person', summary: 'Revoke a token of one’s own', status: 204 },
} as const satisfies Record<string, Route>
